//! Dependencies between the crates of the house point one way.

use toml::Table;

use super::{Tree, Violation};
use crate::tidy::tree::File;

/// Each crate below the rooms with the crates it may use.
const BELOW_ROOMS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("regulation", &["kernel"]),
    ("seal", &["kernel"]),
    ("table", &["kernel"]),
    ("classify", &[]),
    ("decide", &["kernel"]),
    ("boost", &["kernel"]),
    ("detection", &["kernel", "decide", "boost", "table"]),
    ("ledger", &["kernel", "seal"]),
    ("endpoint", &["kernel", "regulation", "seal", "ledger"]),
    ("people", ROOM_MAY_USE_BUT_PEOPLE),
];
const ROOM_MAY_USE_BUT_PEOPLE: &[&str] = &["kernel", "regulation", "seal", "table", "ledger", "endpoint"];
const ROOM_MAY_USE: &[&str] =
    &["kernel", "regulation", "seal", "decide", "table", "classify", "ledger", "endpoint", "people"];

/// The sections of a manifest that make arrows.
const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// What a crate may use of the house.
enum May {
    Only(&'static [&'static str]),
    AnythingBut(&'static [&'static str]),
}

/// A crate that is neither below the rooms nor above them is a room, and rooms never use each other.
fn may_use(name: &str) -> May {
    if let Some((_, below)) = BELOW_ROOMS.iter().find(|(lower, _)| *lower == name) {
        return May::Only(below);
    }
    match name {
        "server" => May::AnythingBut(&["xiaobao", "bench", "xtask"]),
        "xiaobao" => May::AnythingBut(&["bench", "xtask"]),
        "bench" => May::AnythingBut(&["xtask"]),
        "xtask" => May::Only(&[]),
        _ => May::Only(ROOM_MAY_USE),
    }
}

/// Finds dependencies that point the wrong way.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let house: Vec<&str> = tree.manifests().filter_map(File::crate_name).collect();
    let mut violations = Vec::new();
    for manifest in tree.manifests() {
        let Some(from) = manifest.crate_name() else { continue };
        let Ok(table) = manifest.text.parse::<Table>() else { continue };
        for to in SECTIONS.iter().filter_map(|section| table.get(*section)?.as_table()).flat_map(Table::keys) {
            // A crate may turn on its own features for its own tests.
            if house.contains(&to.as_str()) && to != from && !allowed(from, to) {
                let line = manifest.line_where(|line| line.split(['.', '=', ' ']).next() == Some(to));
                violations.push(Violation::new(&manifest.path, line, "arrows", advice(from, to)));
            }
        }
    }
    violations
}

fn allowed(from: &str, to: &str) -> bool {
    match may_use(from) {
        May::Only(names) => names.contains(&to),
        May::AnythingBut(names) => !names.contains(&to),
    }
}

fn advice(from: &str, to: &str) -> String {
    format!(
        "{from} may not use {to}. The arrows: kernel ← regulation, seal, table ← ledger ← endpoint ← people ← rooms ← server ← \
         xiaobao. Rooms meet by an event, an id in a link, or an indicator; a new arrow needs an ADR and this table"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn arrows_point_down_and_rooms_do_not_meet() {
        let kernel = ("crates/kernel/Cargo.toml", "[dev-dependencies]\nseal.workspace = true\n");
        let ledger = (
            "crates/ledger/Cargo.toml",
            "[dependencies]\nkernel.workspace = true\nserde = \"1\"\n[dev-dependencies]\nledger = { path = \".\" }\n",
        );
        let seal = ("crates/seal/Cargo.toml", "[dependencies]\nkernel.workspace = true\n");
        let voice =
            ("crates/voice/Cargo.toml", "[dependencies]\nledger.workspace = true\nguard = { workspace = true }\n");
        let guard = ("crates/guard/Cargo.toml", "[dependencies]\nserver.workspace = true\n");
        let server = ("crates/server/Cargo.toml", "[dependencies]\nvoice.workspace = true\nguard.workspace = true\n");
        expect(
            check,
            &[kernel, ledger, seal, voice, guard, server],
            &["crates/guard/Cargo.toml:2", "crates/kernel/Cargo.toml:2", "crates/voice/Cargo.toml:3"],
        );
    }

    #[test]
    fn xtask_stands_alone() {
        let kernel = ("crates/kernel/Cargo.toml", "");
        expect(
            check,
            &[kernel, ("xtask/Cargo.toml", "[dependencies]\nkernel.workspace = true\n")],
            &["xtask/Cargo.toml:2"],
        );
    }
}
