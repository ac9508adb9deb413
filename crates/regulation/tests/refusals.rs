//! What the loader refuses, each with file, row and reason, and all of it at once.

#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

use regulation::{Regulations, parse_holidays};

const BASE: &str = r#"
[[law]]
id = "law"
title = { zh = "法", en = "Law" }
in_force = "2020-01-01"
in_force_level = "V1"

[[source]]
id = "S"
text = "somewhere"
"#;

/// A good clock with some lines replaced: `key = value` replaces, `-key` removes, anything else is added.
fn clock(changes: &[&str]) -> String {
    let mut lines: Vec<String> = [
        "id = \"x.clock\"",
        "title = { zh = \"时限\", en = \"Clock\" }",
        "law = \"law\"",
        "article = \"3\"",
        "source = [\"S\"]",
        "level = \"V1\"",
        "verified = true",
        "effective_from = \"2020-01-01\"",
        "actor = \"bank\"",
        "kinds = [\"complaint\"]",
        "start = \"received\"",
        "stop = \"decision_notified\"",
        "period = { length = 5, unit = \"natural_days\" }",
    ]
    .map(str::to_owned)
    .to_vec();
    for change in changes {
        let key = change.trim_start_matches('-').split(" = ").next().unwrap();
        lines.retain(|line| !line.starts_with(&format!("{key} =")));
        if !change.starts_with('-') {
            lines.push((*change).to_owned());
        }
    }
    format!("\n[[clock]]\n{}\n", lines.join("\n"))
}

fn errors(text: &str) -> Vec<String> {
    match Regulations::parse(&[("base.toml", BASE), ("x.toml", text)]) {
        Ok(_) => Vec::new(),
        Err(error) => error.errors.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn check(text: &str, row: &str, reason: &str) {
    let errors = errors(text);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let start = format!("x.toml: {row}");
    assert!(errors[0].starts_with(&start) && errors[0].contains(reason), "{}\nexpected {start} … {reason}", errors[0]);
}

#[test]
fn a_good_row_is_taken() {
    assert_eq!(errors(&clock(&[])), [] as [&str; 0]);
    assert_eq!(errors(&clock(&["effective_from = 2020-01-01"])), [] as [&str; 0], "TOML's own date");
}

#[test]
fn a_row_must_not_claim_more_than_was_verified() {
    let name = "x.clock@1: ";
    check(&clock(&["verified = false"]), name, "verified is true exactly when");
    for level in ["V3", "M"] {
        let level = format!("level = \"{level}\"");
        check(&clock(&[&level, "verified = false"]), name, "an unverified row shows no article");
        check(&clock(&[&level, "-article"]), name, "verified is true exactly when");
        assert_eq!(errors(&clock(&[&level, "-article", "verified = false"])), [] as [&str; 0]);
    }
    check(&clock(&["-level", "verified = false", "-article"]), name, "a row of the law has a level");
    check(&clock(&["kind = \"policy\""]), name, "own policy has no level");
    check(&clock(&["source = []"]), name, "names a source");
    check(&clock(&["source = [\"Z\"]"]), name, "there is no source Z");
    check(&clock(&["law = \"other\""]), name, "there is no law other");
    check(&clock(&["article = \" \""]), name, "the article is empty");
    check(&clock(&["level = \"V4\""]), name, "unknown variant `V4`");
}

#[test]
fn fields_are_checked_one_by_one() {
    let name = "x.clock@1: ";
    check(&clock(&["-verified"]), name, "missing field `verified`");
    check(&clock(&["-effective_from"]), name, "missing field `effective_from`");
    check(&clock(&["effective_from = \"2020-02-30\""]), name, "a field is wrong");
    check(&clock(&["effective_to = \"2019-12-31\""]), name, "effective_to lies before effective_from");
    check(&clock(&["colour = \"red\""]), name, "unknown field `colour`");
    check(&clock(&["period = { length = 40000, unit = \"natural_days\" }"]), name, "at most 36525");
    check(&clock(&["period = { length = 0, unit = \"natural_days\" }"]), name, "at least 1");
    check(&clock(&["period = { length = -1, unit = \"natural_days\" }"]), name, "a field is wrong");
    check(&clock(&["roll = \"previous_workday\""]), name, "roll forward only");
    check(&clock(&["period = { length = 5, unit = \"hours\" }", "roll = \"next_workday\""]), name, "cannot roll");
    check(&clock(&["stop = \"received\""]), name, "start and stop");
    check(&clock(&["title = { zh = \"时限\" }"]), name, "missing field `en`");
    check(&clock(&["title = { zh = \"时限\", en = \" \" }"]), name, "both languages");
    check(&clock(&["title = { zh = \"时\", en = \"T\", fr = \"T\" }"]), name, "both languages");
    check(&clock(&["id = \"X CLOCK\""]), "X CLOCK@1: ", "lower-case letters");
    check(&clock(&["version = 0"]), "x.clock@0: ", "versions start at 1");
    check(&clock(&["-id"]), "clock[1]: ", "missing field `id`");
    check(&format!("{}{}", clock(&[]), "[[clok]]\nid = \"a\""), "", "there is no table named clok");
    check("clock = 3", "", "is written as [[clock]]");
    check("clock = [3]", "clock[1]: ", "not a table");
}

#[test]
fn every_error_of_every_row_is_listed() {
    let text = clock(&["verified = false", "law = \"none\"", "source = [\"Z\"]", "stop = \"received\""]);
    assert_eq!(errors(&(text + &clock(&["id = \"y\"", "colour = 1"]))).len(), 5);
    let (law, errors) = Regulations::parse_lenient(&[
        ("broken.toml", "= ="),
        ("base.toml", BASE),
        ("good.toml", &clock(&[])),
        ("bad.toml", &clock(&["id = \"bad\"", "verified = false"])),
    ]);
    assert_eq!(errors.len(), 2);
    assert_eq!(errors.iter().map(|error| error.file.as_str()).collect::<Vec<_>>(), ["broken.toml", "bad.toml"]);
    let kept: Vec<&str> = law.clocks(jiff::civil::date(2026, 1, 1)).map(|rule| rule.id()).collect();
    assert_eq!(kept, ["x.clock"], "the good row is kept");
}

#[test]
fn versions_follow_each_other() {
    let second = |from: &str| clock(&["version = 2", &format!("effective_from = \"{from}\"")]);
    assert_eq!(errors(&(clock(&[]) + &second("2021-01-01"))), [] as [&str; 0]);
    check(&(clock(&[]) + &second("2020-01-01")), "x.clock@2: ", "takes effect after");
    check(&(clock(&[]) + &second("2019-01-01")), "x.clock@2: ", "takes effect after");
    let ended = clock(&["effective_to = \"2021-06-01\""]);
    check(&(ended.clone() + &second("2021-01-01")), "x.clock@2: ", "does not overlap");
    assert_eq!(errors(&(ended + &second("2022-01-01"))), [] as [&str; 0], "a gap is allowed");
    // The same row twice is the same row; another one under the same name is refused.
    assert_eq!(errors(&(clock(&[]) + &clock(&[]))), [] as [&str; 0]);
    check(&(clock(&[]) + &clock(&["article = \"4\""])), "x.clock@1: ", "raise the version");
}

#[test]
fn rows_that_name_others_must_fit_them() {
    let long = |changes: &[&str]| {
        let mut all = vec!["id = \"x.long\"", "period = { length = 9, unit = \"natural_days\" }"];
        all.extend(changes);
        clock(&all)
    };
    let extension = |id: &str, from: &str, to: &str| {
        format!(
            "[[extension]]\nid = \"{id}\"\ntitle = {{ zh = \"延\", en = \"E\" }}\nlaw = \"law\"\nlevel = \"M\"\nverified = false\n\
             effective_from = \"2020-01-01\"\nfrom = \"{from}\"\nto = \"{to}\"\napproval = \"head\"\nnotice = true\n"
        )
    };
    let good = clock(&[]) + &long(&[]);
    let (there, back) = (extension("e", "x.clock", "x.long"), extension("f", "x.long", "x.clock"));
    assert_eq!(errors(&(good.clone() + &there)), [] as [&str; 0]);
    check(&(good.clone() + &extension("e", "x.clock", "x.none")), "e@1: ", "does not exist");
    check(&(good.clone() + &extension("e", "x.clock", "x.clock")), "e@1: ", "to itself");
    check(&(good.clone() + &extension("e", "x.long", "x.clock")), "e@1: ", "not longer");
    let circle = errors(&(good.clone() + &there + &back));
    assert!(circle.iter().any(|error| error.contains("in a circle")), "{circle:?}");
    let twins = errors(&(good.clone() + &there + &extension("g", "x.clock", "x.long")));
    assert!(twins.iter().all(|error| error.contains("two extensions at one time")), "{twins:?}");
    let other = clock(&[]) + &long(&["stop = \"first_contact\""]) + &there;
    check(&other, "e@1: ", "differ in start, stop or actor");
    let alert = |clocks: &str, offset: &str, at: &str| {
        format!(
            "[[alert]]\nid = \"a\"\ntitle = {{ zh = \"提\", en = \"A\" }}\nkind = \"policy\"\nlaw = \"law\"\nverified = false\n\
             effective_from = \"2020-01-01\"\nalert = \"reminder\"\nclocks = {clocks}\nwhen = \"before\"\noffset = {offset}\n{at}\n"
        )
    };
    let days = "{ length = 1, unit = \"natural_days\" }";
    assert_eq!(errors(&(good.clone() + &alert("[\"x.*\"]", days, "at = 09:00:00"))), [] as [&str; 0]);
    check(&(good.clone() + &alert("[\"y.*\"]", days, "at = \"09:00\"")), "a@1: ", "does not exist");
    check(&(good.clone() + &alert("[]", days, "at = \"09:00\"")), "a@1: ", "names 1 to 64");
    check(&(good.clone() + &alert("[\"x.*\"]", days, "")), "a@1: ", "has a time of day");
    let months = "{ length = 1, unit = \"months\" }";
    check(&(good.clone() + &alert("[\"x.*\"]", months, "")), "a@1: ", "not counted in months");
    check(
        &(good.clone() + "[[repealed]]\nid = \"z\"\nlast_day = \"2021-01-01\"\nreason = { zh = \"因\", en = \"R\" }"),
        "z: ",
        "no such row",
    );
    check(&(good + "[working_hours]\nmonday = [\"18:00-09:00\"]"), "working_hours: ", "two spans");
}

#[test]
fn classes_hang_together() {
    let row = |table: &str, id: &str, rest: &str| {
        format!(
            "[[{table}]]\nid = \"{id}\"\ntitle = {{ zh = \"类\", en = \"C\" }}\nlaw = \"law\"\nlevel = \"M\"\nverified = false\n\
             effective_from = \"2020-01-01\"\naxis = \"reason\"\n{rest}\n"
        )
    };
    let axis = row("axis", "ax", "letter = \"C\"");
    let class =
        |id: &str, key: &str, parent: &str| row("category", id, &format!("key = \"{key}\"\norder = 1\n{parent}"));
    assert_eq!(errors(&(axis.clone() + &class("c", "k", ""))), [] as [&str; 0]);
    check(&class("c", "k", ""), "c@1: ", "no row of its own");
    check(&(axis.clone() + &class("c", "k", "parent = \"q\"")), "c@1: ", "class above does not exist");
    check(&(axis.clone() + &class("c", "k", "parent = \"k\"")), "c@1: ", "class above does not exist");
    check(&(axis + &class("c", "k", "") + &class("d", "k", "")), "d@1: ", "used twice");
}

#[track_caller]
fn check_year(text: &str, reason: &str) {
    let (_, errors) = parse_holidays("y.toml", text);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].to_string().contains(reason), "{}", errors[0]);
}

#[test]
fn a_year_of_holidays_is_checked_date_by_date() {
    let own = |year: i16, off: &str, work: &str| {
        format!("year = {year}\n[[holiday]]\nname = \"节\"\noff = [{off}]\nwork = [{work}]\n")
    };
    let (year, errors) = parse_holidays("y.toml", &own(2027, "\"2027-01-01\", 2027-10-01, \"2026-12-31\"", ""));
    assert!(errors.is_empty());
    assert_eq!(year.unwrap().days().len(), 3);
    check_year(&own(2027, "\"2027-01-01\", \"2027-13-01\"", ""), "2027-13-01: not a date");
    check_year(&own(2027, "\"2027-01-01\", \"2025-05-01\"", ""), "does not belong to the public holidays of 2027");
    check_year(&own(2027, "\"2027-01-01\"", "\"2027-01-01\""), "both off and worked");
    check_year(&own(2027, "", ""), "names no date");
    check_year(&own(20, "", ""), "outside 1949 to 2200");
    check_year("year = 2027\nholidays = 3", "unknown field `holidays`");
    check_year("{\"year\": 2027}", "missing field `days`");
    check_year(
        "{\"year\": 2027, \"days\": [{\"name\": \"\", \"date\": \"2027-01-01\", \"isOffDay\": true}, {\"name\": \"节\", \"date\": \"2027-01-02\", \"isOffDay\": true}]}",
        "name is empty",
    );
    let hours = "[working_hours]\nmonday = [\"09:00-12:00\"]";
    let both = Regulations::parse(&[("a.toml", hours), ("b.toml", hours)]).unwrap_err();
    assert_eq!((both.errors.len(), both.errors[0].file.as_str()), (1, "b.toml"));
    let text = own(2026, "\"2026-12-31\"", "") + "[[holiday]]\nname = \"Q\"\nwork = [\"2027-01-01\"]";
    let twice = Regulations::parse(&[("a.toml", &text), ("b.toml", &text)]).unwrap_err();
    assert!(twice.to_string().contains("b.toml") && twice.to_string().contains("given twice"), "{twice}");
    let other = own(2027, "\"2027-01-01\"", "");
    let torn = Regulations::parse(&[("a.toml", &text), ("b.toml", &other)]).unwrap_err();
    assert!(torn.to_string().contains("b.toml") && torn.to_string().contains("disagree"), "{torn}");
}
