//! Hostile texts: no parser panics, and none takes longer than its bounds allow.

#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::date};
use kernel::calendar::{HolidayDay, HolidayYear};
use proptest::prelude::*;
use regulation::{FILE_BYTES_MAX, HOLIDAY_FILE_BYTES_MAX, Regulations, RuleRef, holidays_to_toml, parse_holidays};

/// The repository's own files, to be broken.
fn texts() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regulation");
    let read = |place: std::path::PathBuf| {
        let mut paths: Vec<_> = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let files = paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
        files.map(|path| std::fs::read_to_string(path).unwrap()).collect::<Vec<_>>()
    };
    [read(folder.join("holidays")), read(folder)].concat()
}

/// Cuts, doubles and replaces pieces of a text at characters.
fn mangle(text: &str, edits: &[(usize, usize, u8, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, length, how, piece) in edits {
        let from = at % (chars.len() + 1);
        let to = (from + length % 40).min(chars.len());
        let cut: Vec<char> = match how % 3 {
            0 => Vec::new(),
            1 => piece.chars().collect(),
            _ => chars[from..to].repeat(2),
        };
        chars.splice(from..to, cut);
    }
    chars.into_iter().collect()
}

fn edits() -> impl Strategy<Value = Vec<(usize, usize, u8, String)>> {
    let piece = prop_oneof!["\\PC{0,12}", "[0-9-]{0,9}", "(true|false|\\[\\[|\\]\\]|\\{|\\}|\"|=|\n|3|-1|9e999)"];
    prop::collection::vec((any::<usize>(), any::<usize>(), any::<u8>(), piece), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_strange(text in "\\PC*") {
        let _ = Regulations::parse_lenient(&[("x.toml", &text)]);
        let _ = parse_holidays("x", &text);
        if let Ok(reference) = text.parse::<RuleRef>() {
            prop_assert_eq!(reference.to_string(), text);
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = Regulations::parse_lenient(&[("x.toml", &text)]);
        let _ = parse_holidays("x", &text);
        let _ = parse_holidays("x", &format!("{{{text}"));
    }

    #[test]
    fn broken_copies_of_our_own_files_are_refused_or_read(which in any::<prop::sample::Index>(), edits in edits()) {
        let texts = texts();
        let broken = mangle(&texts[which.index(texts.len())], &edits);
        // On top of the law: what it says of laws, clocks and years is really looked up.
        let _ = Regulations::with_overrides(&[("x.toml", &broken)]);
        let (year, errors) = parse_holidays("x", &broken);
        prop_assert!(year.is_some() || !errors.is_empty());
    }

    #[test]
    fn references_survive_their_text(id in "[a-z0-9._]{1,80}", version in 1u32..) {
        let reference = RuleRef::new(&id, version).unwrap();
        prop_assert_eq!(reference.to_string().parse::<RuleRef>(), Ok(reference));
    }

    #[test]
    fn a_year_survives_its_file(
        days in prop::collection::btree_map(-31i64..396, ("[a-zA-Z节\"'\\\\ ]{0,8}", any::<bool>()), 1..80),
        papers in prop::collection::vec("[a-z:/.\"\\\\]{0,20}", 0..4),
    ) {
        let day = |(n, (name, off)): (i64, (String, bool))| {
            (date(2027, 1, 1) + n.days(), HolidayDay { name: format!("节{name}"), off })
        };
        let days: BTreeMap<_, _> = days.into_iter().map(day).collect();
        let year = HolidayYear::new(2027, papers, days).unwrap();
        prop_assert_eq!(parse_holidays("x", &holidays_to_toml(&year)), (Some(year), vec![]));
    }
}

#[test]
fn texts_beyond_their_bounds_are_refused_at_once() {
    let error = |text: &str| Regulations::parse(&[("x.toml", text)]).unwrap_err().to_string();
    assert!(error(&"#".repeat(FILE_BYTES_MAX + 1)).contains("more than 1048576 bytes"));
    assert!(error(&"[[clock]]\n".repeat(2_001)).contains("more than 2000 rows"));
    assert!(Regulations::parse(&[("x.toml", &"#".repeat(FILE_BYTES_MAX))]).is_ok());
    let (year, errors) = parse_holidays("x", &" ".repeat(HOLIDAY_FILE_BYTES_MAX + 1));
    assert!(year.is_none() && errors.len() == 1);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = 200_000;
    for text in [
        format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}{}", "{a=".repeat(deep), "}".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        format!("[{}a]", "a.".repeat(deep)),
        format!("[[clock]]\nid = \"x\"\n{}a = 1", "a.".repeat(deep)),
        format!("year = 2027\n{}a = 1", "a.".repeat(10_000)),
        format!("{{\"year\": {}", "[".repeat(deep)),
    ] {
        assert!(Regulations::parse(&[("x.toml", &text)]).is_err());
        assert!(parse_holidays("x", &text).0.is_none());
    }
}
