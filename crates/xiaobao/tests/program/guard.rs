//! Learning to recognise fraud from files, as whoever trains meets it.

use std::{fmt::Write as _, fs, io::Write as _};

use kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    house::{House, Ran, run},
    session::{Session, make_administrator, send},
};

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

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// Transfers of four weeks, some of them robberies: ten times what people pay, to one of three accounts.
fn transfers(first: Timestamp) -> Vec<(Value, bool)> {
    let one = |number: u32| {
        let mixed = number * 7_919 % 65_537;
        let (payer, is_fraud) = (mixed % 61, mixed % 17 == 3);
        let payee = if is_fraud { 900 + mixed % 3 } else { mixed % 37 };
        let amount = (payer + 5) * if is_fraud { 100_000 } else { 10_000 } + mixed % 400;
        let event = json!({
            "id": format!("h-{number}"), "type": "transfer", "channel": "app", "amount": amount,
            "time": first.plus_micros(i64::from(number) * 30 * MINUTE).to_string(),
            "payer": { "account": format!("62220200000{payer:05}") },
            "payee": { "account": format!("62170000000{payee:05}") },
        });
        (event, is_fraud)
    };
    (0..28 * 48).map(one).collect()
}

#[test]
fn decisions_and_labels_make_a_history_that_models_learn_from() {
    let house = House::new();
    make_administrator(&house);
    let server = house.serve(&["--log-level", "error"]);
    let token = Session::begin(&server).token();
    let now = SystemClock.now();
    let first = now.plus_days(-28);
    let history = transfers(first);
    let events: Vec<&Value> = history.iter().map(|(event, _)| event).collect();
    for piece in events.chunks(1_000) {
        let (status, answer) = send(&server.address, &token, "/api/guard/decisions:batch", &json!({ "events": piece }));
        assert_eq!((status, &answer["refused"]), (200, &json!(0)), "{answer}");
    }
    // Each robbery is known a day later, those of the last day not yet.
    let known_at = |event: &Value| event["time"].as_str().unwrap().parse::<Timestamp>().unwrap().plus_days(1);
    let labels: Vec<Value> = history
        .iter()
        .filter(|(event, is_fraud)| *is_fraud && known_at(event) < now)
        .map(|(event, _)| {
            json!({ "event": event["id"], "label": "fraud", "known_at": known_at(event).to_string(), "source": "警方" })
        })
        .collect();
    assert!(labels.len() > 60, "{}", labels.len());
    let (status, answer) = send(&server.address, &token, "/api/guard/labels:batch", &json!({ "labels": labels }));
    assert_eq!((status, &answer["taken"]), (200, &json!(labels.len())), "{answer}");
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
    house.run(&["export", "decisions", "history.csv"]).ended(0);
    let exported = house.read("history.csv");
    assert_eq!(exported.lines().count(), history.len() + 1);
    assert!(!exported.contains("622202") && !exported.contains("621700"));
    house.write("house.toml", house.run(&["guard", "features", "--house"]).ended(0).out);
    // The columns are known without a mapping file, and the model looks at nothing that the server does not compute.
    let train =
        ["guard", "train", "history.csv", "--features", "house.toml", "--delay-days", "1", "--trees", "20", "--json"];
    let card: Value =
        serde_json::from_str(&house.run(&[&train[..], &["--model", "fraud.txt"]].concat()).ended(0).out).unwrap();
    assert_eq!((&card["history"]["rows"], &card["history"]["frauds"]), (&json!(history.len()), &json!(labels.len())));
    let auc = |figures: &Value| figures["auc"].as_f64().unwrap();
    assert!(auc(&card["folds"][0]["figures"]) > 0.9, "{}", card["folds"][0]["figures"]);
    let judge = ["guard", "judge", "fraud.txt", "history.csv", "--features", "house.toml", "--delay-days", "1"];
    let verdict: Value =
        serde_json::from_str(&house.run(&[&judge[..], &["--json", "--test-days", "5"]].concat()).ended(0).out).unwrap();
    assert!(auc(&verdict["figures"]) > 0.9 && verdict["judged"]["frauds"].as_u64().unwrap() > 0, "{verdict}");
    for figure in ["average_precision", "recall_at_1_percent", "card_precision_at_100", "calibration"] {
        assert!(!verdict["figures"][figure].is_null(), "{figure}: {verdict}");
    }
    house.run(&judge).ended(0).says(&["Judged", "avg precision", "card prec@100"]);
    house.write("cut.txt", house.read("fraud.txt").get(..400).unwrap());
    let cut = ["guard", "judge", "cut.txt", "history.csv", "--features", "house.toml"];
    house.run(&cut).ended(2).says(&["cut.txt"]);
}
