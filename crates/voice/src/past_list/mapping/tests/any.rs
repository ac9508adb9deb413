//! Mappings and tables that nobody wrote with care: nothing of them stops the program, and each row is accounted for.

use proptest::prelude::*;

use super::{super::Mapping, take};

/// Keys of `[fields]`, and two that there are not.
const FIELDS: [&str; 14] = [
    "external",
    "received",
    "clock_start",
    "answered",
    "closed",
    "matter",
    "unit",
    "phone",
    "identity",
    "amount",
    "business",
    "outcome",
    "narrative",
    "nobody",
];

/// Values of cells: what lists hold, and what they should not.
const CELLS: [&str; 14] = [
    "",
    "2026-01-05",
    "05/01/26",
    "0000-00-00",
    "9999999999-01-01",
    "储蓄",
    "属实",
    "13800138000",
    "1e309",
    "-0.005",
    "99999999999999999999",
    "=1+1",
    "\u{0}\u{fffd}",
    "NaN",
];

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// One field's table, with keys that may contradict each other.
fn field() -> impl Strategy<Value = String> {
    let word = || prop_oneof![Just("a".to_owned()), Just("b".to_owned()), Just("不在".to_owned()), any::<String>()];
    let keys = (word(), word(), any::<String>(), 0u8..64);
    keys.prop_map(|(column, other, free, which)| {
        let parts = [
            format!("column = {}", quoted(&column)),
            format!("columns = [{}, {}]", quoted(&column), quoted(&other)),
            format!("constant = {}", quoted(&free)),
            format!("map = {{ {} = {} }}", quoted(&other), quoted(&free)),
            format!("default = {}", quoted(&free)),
            format!("formats = [{}, \"%d/%m/%y\", \"%\"]", quoted(&free)),
        ];
        let chosen = parts.iter().enumerate().filter(|(at, _)| which >> at & 1 == 1).map(|(_, part)| part.as_str());
        format!("{{ {} }}", chosen.collect::<Vec<_>>().join(", "))
    })
}

fn mapping() -> impl Strategy<Value = String> {
    let fields = proptest::collection::btree_map(0usize..FIELDS.len(), field(), 0..6);
    (fields, field(), any::<bool>()).prop_map(|(fields, received, plain)| {
        let mut text = "source = \"any\"\n[fields]\n".to_owned();
        let received = if plain { "{ column = \"a\" }".to_owned() } else { received };
        text += &format!("received = {received}\n");
        for (at, field) in fields.iter().filter(|(at, _)| FIELDS[**at] != "received") {
            text += &format!("{} = {field}\n", FIELDS[*at]);
        }
        text
    })
}

proptest! {
    #[test]
    fn any_text_is_a_mapping_or_a_sentence(text in any::<String>()) {
        let _ = Mapping::parse(&text);
    }

    #[test]
    fn every_row_is_taken_left_out_or_refused(
        text in mapping(),
        rows in proptest::collection::vec((0usize..CELLS.len(), 0usize..CELLS.len()), 0..12),
    ) {
        let Ok(mapping) = Mapping::parse(&text) else { return Ok(()) };
        let cell = |at: usize| format!("\"{}\"", CELLS[at]);
        // A number in front keeps lines apart that would be empty.
        let lines: String = rows.iter().enumerate().map(|(n, (a, b))| format!("{n},{},{}\n", cell(*a), cell(*b))).collect();
        if let Ok(taken) = take(&mapping, &format!("n,a,b\n{lines}")) {
            let accounted = taken.matters.len() + taken.bad.len() + usize::try_from(taken.skipped).unwrap();
            prop_assert_eq!(accounted, rows.len());
        }
    }

    #[test]
    fn a_mapping_cut_short_or_nested_deep_is_refused_in_words(cut in 0usize..super::LEDGER.len(), depth in 1usize..2_000) {
        let cut = super::LEDGER.floor_char_boundary(cut);
        let _ = Mapping::parse(&super::LEDGER[..cut]);
        let deep = format!("source = \"x\"\nfields = {}{}", "{ received = ".repeat(depth), "}".repeat(depth));
        prop_assert!(Mapping::parse(&deep).is_err());
    }
}
