//! Learning to recognise fraud from files, as whoever trains meets it.

use std::{fmt::Write as _, fs, io::Write as _};

use tempfile::TempDir;

use crate::house::{Ran, run};

const MAPPING: &str = r#"
title = "Payments of a small bank"
card = "卡号"
time = { column = "日期", clock = "时刻", formats = ["%d.%m.%Y %H:%M:%S"] }
label = { column = "结论", fraud = ["欺诈"], genuine = ["正常"] }

[fields]
"payer.account" = { column = "卡号" }
"payee.account" = { column = "商户" }
amount = { column = "金额", as = "yuan" }
city = { column = "城市" }
"#;

/// Rows of days from `from` up to `to` of the year: people pay about the same each time, and whoever pays ten times that
/// in the city of X was robbed.
fn rows(from: u32, to: u32) -> String {
    let mut csv = String::from("日期,时刻,卡号,商户,金额,城市,结论\n");
    for day in from..to {
        for payment in 0..140 {
            let mixed = (day * 7_919 + payment * 104_729) % 65_537;
            let (card, shop) = (mixed % 97, mixed % 41);
            let is_fraud = mixed % 29 == 3;
            let amount = (card + 5) * if is_fraud { 10 } else { 1 } + mixed % 4;
            let city = if is_fraud || mixed % 5 == 0 { "X" } else { "Y" };
            let (hour, minute) = (payment / 6, payment % 6 * 10);
            let word = if is_fraud { "欺诈" } else { "正常" };
            let (month, date) = (1 + (day - 1) / 28, 1 + (day - 1) % 28);
            let _ = writeln!(
                csv,
                "{date:02}.{month:02}.2025,{hour:02}:{minute:02}:00,k{card},s{shop},{amount}.50,{city},{word}"
            );
        }
    }
    csv
}

struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        bench.write("bank.toml", MAPPING);
        bench.write("january.csv", rows(1, 29));
        bench
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn train(&self, arguments: &[&str]) -> Ran {
        let fixed = ["guard", "train", "--mapping", "bank.toml", "--trees", "20"];
        run(self.0.path(), &fixed.iter().chain(arguments).copied().collect::<Vec<_>>())
    }
}

#[test]
fn a_model_is_learnt_judged_and_written() {
    let bench = Bench::new();
    bench.train(&["january.csv", "--model", "out/fraud.txt"]).ended(0).says(&[
        "History 2025-01-01 to 2025-01-28: 3920 rows",
        "avg precision",
        "mean",
        "Final model: 2025-01-15 to 2025-01-21, 980 rows",
        "Wrote the model to out/fraud.txt and its card to out/fraud.card.json.",
    ]);
    let model = bench.read("out/fraud.txt");
    assert!(model.starts_with("tree\nversion=v4\n") && model.contains("city.fraud_rate_30d"));
    let card: serde_json::Value = serde_json::from_str(&bench.read("out/fraud.card.json")).unwrap();
    let judged = card["folds"].as_array().unwrap();
    assert_eq!(judged.len(), 2);
    assert!(judged[1]["figures"]["average_precision"].as_f64().unwrap() > 0.9, "{}", judged[1]["figures"]);
    assert!(!model.contains("k17") && !bench.read("out/fraud.card.json").contains("k17"));
    assert!(fs::read_dir(bench.0.path().join("out")).unwrap().count() == 2);
    // The same again, from packed parts in another order, is the same model.
    for (name, from, to) in [("a.csv.gz", 15, 29), ("b.csv.gz", 1, 15)] {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(rows(from, to).as_bytes()).unwrap();
        bench.write(name, packed.finish().unwrap());
    }
    bench.train(&["b.csv.gz", "a.csv.gz", "--model", "again.txt"]).ended(0);
    assert_eq!(bench.read("again.txt"), model);
}

#[test]
fn json_holds_everything_and_check_writes_nothing() {
    let bench = Bench::new();
    let ran = bench.train(&["january.csv", "--check", "--json", "--folds", "1", "--test-from", "2025-01-20"]).ended(0);
    let card: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(card["folds"][0]["figures"]["calibration"]["bins"].as_array().map(|bins| !bins.is_empty()), Some(true));
    assert_eq!(card["engine"]["features"][0]["name"], "payer.count_1d");
    assert_eq!(fs::read_dir(bench.0.path()).unwrap().count(), 2);
    bench.train(&["january.csv"]).ended(2).says(&["--model"]);
}

#[test]
fn wrong_rows_are_told_and_the_rest_is_learnt_from() {
    let bench = Bench::new();
    let mut csv = rows(15, 29);
    csv.push_str("45.01.2025,10:00:00,k1,s1,5.00,X,正常\n");
    csv.push_str("20.01.2025,10:00:00,k1,s1,five,X,正常\n");
    csv.push_str("20.01.2025,10:00:00,k1,s1,5.00,X,不清楚\n");
    csv.push_str("20.01.2025,10:00:00,,s1,5.00,X,正常\n");
    csv.push_str("20.01.2025,10:00:00,k1,s1\n");
    csv.push_str("20.01.2025,10:00:00,k1,s1,\"5.00,X,正常\n");
    let lines = csv.lines().count();
    bench.write("half.csv", rows(1, 15));
    bench.write("rest.csv", &csv);
    let ran = bench.train(&["half.csv", "rest.csv", "--model", "fraud.txt", "--errors", "refused.csv"]);
    let ran = ran.ended(3).says(&["rest.csv 金额", "6 rows were refused"]);
    assert!(!ran.err.contains("five") && !ran.err.contains("不清楚"));
    let refused = bench.read("refused.csv");
    let places: Vec<usize> =
        refused.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
    assert_eq!(places, (lines - 5..=lines).collect::<Vec<_>>());
    assert!(bench.read("fraud.txt").starts_with("tree"));
}

#[test]
fn hostile_files_end_with_a_sentence() {
    let bench = Bench::new();
    bench.write("empty.csv", "");
    bench.write("header.csv", "日期,时刻,卡号,商户,金额,城市,结论\n");
    bench.write("other.csv", "a,b\n1,2\n");
    bench.write("binary.csv", b"\x00\x01\x02\xff\xfe,\x00\n");
    bench.write("short.csv", rows(1, 10));
    bench.write("cut.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01");
    bench.write("quote.csv", format!("{}\"", "日期,时刻,卡号,商户,金额,城市,结论\n").repeat(2));
    for (file, code, sentence) in [
        ("empty.csv", 1, "no header"),
        ("header.csv", 1, "No row"),
        ("other.csv", 2, "the table has no columns \"日期\", \"时刻\""),
        ("short.csv", 1, "The history has 9 days; learning, waiting for labels and testing take 21"),
        ("cut.csv.gz", 1, "cut.csv.gz"),
        ("missing.csv", 1, "missing.csv"),
    ] {
        let ran = bench.train(&[file, "--model", "fraud.txt"]).ended(code).says(&[sentence]);
        assert!(!ran.err.contains("panicked"), "{file}: {}", ran.err);
    }
    for file in ["quote.csv", "binary.csv"] {
        let ran = bench.train(&[file, "--model", "fraud.txt"]);
        assert!([1, 2, 3].contains(&ran.code) && !ran.err.contains("panicked"), "{file} {}", ran.err);
    }
    assert!(!bench.0.path().join("fraud.txt").exists());
    bench.write("wrong.toml", MAPPING.replace("yuan", "jiao"));
    let wrong = ["guard", "train", "january.csv", "--mapping", "wrong.toml", "--check"];
    run(bench.0.path(), &wrong).ended(2).says(&["wrong.toml", "jiao"]);
    bench.train(&["january.csv", "--check", "--train-days", "0"]).ended(2).says(&["between 1 and 366"]);
    let none = ["guard", "train", "january.csv", "--check"];
    run(bench.0.path(), &none).ended(2).says(&["name a mapping file with --mapping"]);
}

#[test]
fn features_of_ones_own_replace_the_shipped_ones() {
    let bench = Bench::new();
    let shipped = run(bench.0.path(), &["guard", "features"]).ended(0).out;
    let own = shipped.replace("[training]\n", "[training]\ninputs = [\"amount\", \"payer.ratio_30d\"]\n");
    assert_ne!(own, shipped);
    bench.write("own.toml", &own);
    bench.train(&["january.csv", "--features", "own.toml", "--model", "fraud.txt"]).ended(0);
    assert!(bench.read("fraud.txt").contains("feature_names=amount payer.ratio_30d\n"));
    bench.write("own.toml", own.replace("/ payer.mean_30d", "/ payer.means_30d"));
    bench.train(&["january.csv", "--features", "own.toml", "--check"]).ended(2).says(&["payer.means_30d"]);
}

#[test]
fn a_model_of_what_the_server_computes_can_be_uploaded_there() {
    let bench = Bench::new();
    let house = run(bench.0.path(), &["guard", "features", "--house"]).ended(0);
    bench.write("house.toml", &house.out);
    // The server's transfers have a channel.
    let csv = rows(1, 29);
    let with_channel = |(at, line): (usize, &str)| format!("{line},{}\n", if at == 0 { "渠道" } else { "app" });
    bench.write("january.csv", csv.lines().enumerate().map(with_channel).collect::<String>());
    let mapping = MAPPING.replace("city = { column = \"城市\" }", "channel = { column = \"渠道\" }");
    bench.write("bank.toml", mapping);
    bench.train(&["january.csv", "--features", "house.toml", "--model", "fraud.txt"]).ended(0);
    let (format, forest) = guard::score_models::read(bench.read("fraud.txt").as_bytes()).unwrap();
    assert_eq!(format.as_str(), "lightgbm");
    assert!(forest.inputs().iter().any(|input| input == "payer.sum_1d"), "{:?}", forest.inputs());
    let definition = guard::screen::definition::Definition::builtin().unwrap();
    definition.engine([7; 16], &[], Some(std::sync::Arc::new(forest))).unwrap();
}
