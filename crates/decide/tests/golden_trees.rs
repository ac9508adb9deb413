//! Model files made with the original libraries, and what those libraries gave for the same rows: margins and
//! probabilities to the bit, contributions as near as another order of adding allows. Damaged files are refused.

use std::path::{Path, PathBuf};

use decide::trees::{Forest, Views};
use proptest::prelude::*;
use serde::Deserialize;

/// Numbers are written as the bits of doubles, so that no reader of decimals stands between the two libraries.
#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<Option<u64>>>,
    raw: Vec<u64>,
    probability: Vec<u64>,
    contributions: Vec<Vec<f64>>,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("the golden file is there")
}

fn load(name: &str, text: &str) -> Result<Forest, decide::trees::ModelFault> {
    if name.starts_with("light") { Forest::from_lightgbm(text) } else { Forest::from_xgboost(text.as_bytes()) }
}

/// Compares one model with what its library gave.
#[track_caller]
fn check(name: &str, ending: &str, near: f64) {
    let forest = load(name, &read(&format!("{name}.{ending}"))).expect("the model is whole");
    let golden: Golden = serde_json::from_str(&read(&format!("{name}.golden.json"))).expect("the golden file is whole");
    let mut views = Views::default();
    for (number, row) in golden.rows.iter().enumerate() {
        let row: Vec<f64> = row.iter().map(|value| value.map_or(f64::NAN, f64::from_bits)).collect();
        let margin = forest.margin(&row, &mut views);
        assert_eq!(
            margin.to_bits(),
            golden.raw[number],
            "{name} row {number}: {margin} {}",
            f64::from_bits(golden.raw[number])
        );
        let probability = forest.probability(margin);
        assert_eq!(probability.to_bits(), golden.probability[number], "{name} row {number}: {probability}");
        let contributions = forest.contributions(&row);
        for (ours, theirs) in contributions.iter().zip(&golden.contributions[number]) {
            assert!((ours - theirs).abs() <= near, "{name} row {number}: {contributions:?}");
        }
    }
}

#[test]
fn lightgbm_with_missing_values() {
    check("light-nan", "txt", 1e-9);
}

#[test]
fn lightgbm_with_zero_as_missing() {
    check("light-zero", "txt", 1e-9);
}

#[test]
fn lightgbm_without_missing_values() {
    check("light-none", "txt", 1e-9);
}

#[test]
fn lightgbm_with_categories() {
    check("light-categories", "txt", 1e-9);
}

#[test]
fn lightgbm_random_forest() {
    check("light-forest", "txt", 1e-9);
}

#[test]
fn lightgbm_with_deep_trees() {
    check("light-deep", "txt", 1e-9);
}

#[test]
fn xgboost_of_depth_six() {
    check("boost-depth", "json", 1e-4);
}

#[test]
fn xgboost_with_a_base_score() {
    check("boost-base", "json", 1e-4);
}

#[test]
fn circles_and_loose_ends_are_refused() {
    let text = read("light-none.txt");
    let line = text.lines().find(|line| line.starts_with("left_child=")).unwrap();
    for children in ["0 0 0 0 0 0 0 0 0 0 0", "99 -1 -2 -3 -4 -5 -6 -7 -8 -9 -10", "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1"] {
        let bad = text.replacen(line, &format!("left_child={children}"), 1);
        assert!(load("light", &bad).is_err(), "{children}");
    }
    for (from, to) in [
        ("num_class=1", "num_class=3"),
        ("objective=binary", "objective=lambdarank"),
        ("num_leaves=12", "num_leaves=4000000000"),
        ("num_leaves=12", "num_leaves=0"),
        ("is_linear=0", "is_linear=1"),
        ("max_feature_idx=4", "max_feature_idx=400"),
        ("end of trees", "end"),
        ("threshold=", "threshold=nan "),
        ("max_feature_idx=4", "max_feature_idx=18446744073709551615"),
    ] {
        assert!(load("light", &text.replacen(from, to, 1)).is_err(), "{from} {to}");
    }
    let json = read("boost-base.json");
    for (from, to) in [
        ("gbtree\"", "dart\""),
        ("binary:logistic", "multi:softmax"),
        ("\"num_class\":\"0\"", "\"num_class\":\"3\""),
        ("[2E-1]", "7"),
        ("\"left_children\":[1", "\"left_children\":[0"),
        ("\"left_children\":[1", "\"left_children\":[999"),
        ("\"split_type\":[0", "\"split_type\":[1"),
        ("\"num_feature\":\"5\",\"num_t", "\"num_feature\":\"2\",\"num_t"),
    ] {
        assert!(json.contains(from), "{from}");
        assert!(load("boost", &json.replacen(from, to, 1)).is_err(), "{from} {to}");
    }
    assert!(Forest::from_xgboost("[".repeat(1 << 20).as_bytes()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// A damaged file is refused, or is another model that can be asked; it never brings the program down.
    #[test]
    fn damage_does_no_harm(which in 0usize..2, at in any::<prop::sample::Index>(), put in "[0-9.,=\\-\\[ \n]{0,3}", cut in any::<prop::sample::Index>(), cuts in any::<bool>()) {
        let (name, file) = [("light", "light-categories.txt"), ("boost", "boost-base.json")][which];
        let mut text = read(file);
        let at = at.index(text.len() - 4);
        text.replace_range(at..at + put.len(), &put);
        if cuts {
            text.truncate(cut.index(text.len()));
        }
        if let Ok(forest) = load(name, &text) {
            let row = vec![f64::NAN; forest.inputs().len()];
            let margin = forest.margin(&row, &mut Views::default());
            prop_assert!(!forest.probability(margin).is_nan());
            prop_assert_eq!(forest.contributions(&row).len(), row.len());
        }
    }

    #[test]
    fn a_file_cut_short_is_refused(which in 0usize..2, cut in any::<prop::sample::Index>()) {
        let (name, file) = [("light", "light-nan.txt"), ("boost", "boost-depth.json")][which];
        let text = read(file);
        let whole = if which == 0 { text.find("end of trees").unwrap() } else { text.trim_end().len() - 1 };
        prop_assert!(load(name, &text[..cut.index(whole)]).is_err());
    }
}
