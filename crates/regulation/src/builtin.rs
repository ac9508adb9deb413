//! The files of the repository's `regulation` folder, carried in the program. Holds no law of its own.

/// Every file: its name within the folder and its text. A test compares the list with the folder.
const FILES: [(&str, &str); 22] = [
    ("abnormal.toml", include_str!("../../../regulation/abnormal.toml")),
    ("bank.toml", include_str!("../../../regulation/bank.toml")),
    ("classification.toml", include_str!("../../../regulation/classification.toml")),
    ("complaint.toml", include_str!("../../../regulation/complaint.toml")),
    ("fraud.toml", include_str!("../../../regulation/fraud.toml")),
    ("guard.toml", include_str!("../../../regulation/guard.toml")),
    ("handling.toml", include_str!("../../../regulation/handling.toml")),
    ("laws.toml", include_str!("../../../regulation/laws.toml")),
    ("pbc.toml", include_str!("../../../regulation/pbc.toml")),
    ("people.toml", include_str!("../../../regulation/people.toml")),
    ("petition.toml", include_str!("../../../regulation/petition.toml")),
    ("report.toml", include_str!("../../../regulation/report.toml")),
    ("retention.toml", include_str!("../../../regulation/retention.toml")),
    ("holidays/2018.toml", include_str!("../../../regulation/holidays/2018.toml")),
    ("holidays/2019.toml", include_str!("../../../regulation/holidays/2019.toml")),
    ("holidays/2020.toml", include_str!("../../../regulation/holidays/2020.toml")),
    ("holidays/2021.toml", include_str!("../../../regulation/holidays/2021.toml")),
    ("holidays/2022.toml", include_str!("../../../regulation/holidays/2022.toml")),
    ("holidays/2023.toml", include_str!("../../../regulation/holidays/2023.toml")),
    ("holidays/2024.toml", include_str!("../../../regulation/holidays/2024.toml")),
    ("holidays/2025.toml", include_str!("../../../regulation/holidays/2025.toml")),
    ("holidays/2026.toml", include_str!("../../../regulation/holidays/2026.toml")),
];

/// The files, as one layer.
pub(crate) fn files() -> Vec<(&'static str, &'static str)> {
    FILES.to_vec()
}
