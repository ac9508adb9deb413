//! Rules change on a date: what a bank's own folder adds, what running orders keep, and what repeals end.

#![expect(clippy::panic, reason = "a test may stop at once")]

use jiff::civil::date;
use kernel::{Date, Timestamp};
use regulation::{ClockState, MatterKind, MatterSource, Regulations, RuleRef, Situation};

/// A revision of the complaint measures: ten working days from 2027 on.
fn revision(running: bool) -> String {
    format!(
        r#"
[[law]]
id = "nfra.2026"
title = {{ zh = "修订后的办法", en = "The revised measures" }}
in_force = "2027-01-01"
in_force_level = "V1"

[[source]]
id = "gazette"
text = "the gazette"

[[clock]]
id = "cp.nfra.simple"
version = 2
title = {{ zh = "投诉处理时限", en = "Time to decide a complaint" }}
law = "nfra.2026"
article = "20"
source = ["gazette"]
level = "V1"
verified = true
effective_from = 2027-01-01
applies_to_running = {running}
actor = "bank"
kinds = ["complaint"]
start = "received"
stop = "decision_notified"
period = {{ length = 10, unit = "workdays" }}
roll = "none"
"#
    )
}

fn with(text: &str) -> Regulations {
    match Regulations::with_overrides(&[("own.toml", text)]) {
        Ok(law) => law,
        Err(error) => panic!("{error}"),
    }
}

fn reference(law: &Regulations, on: Date) -> String {
    law.rule("cp.nfra.simple", on).map_or("none".to_owned(), |rule| rule.reference().to_string())
}

/// A reminder of the bank's own: `head` is its id and what else the row says, `rest` its offset.
fn reminder(head: &str, when: &str, clocks: &str, rest: &str) -> String {
    format!(
        r#"
[[alert]]
{head}
title = {{ zh = "提醒", en = "Reminder" }}
kind = "policy"
law = "bank.policy"
verified = false
alert = "reminder"
clocks = {clocks}
when = "{when}"
{rest}
"#
    )
}

/// The lines that name a version of a row and say from when it holds.
fn version_of(id: &str, version: u32, from: &str, running: bool) -> String {
    format!("id = \"{id}\"\nversion = {version}\neffective_from = \"{from}\"\napplies_to_running = {running}")
}

/// An offset in days at a time of day.
fn days(length: u32, at: &str) -> String {
    format!("offset = {{ length = {length}, unit = \"natural_days\" }}\nat = \"{at}\"")
}

#[test]
fn a_rule_is_chosen_by_the_date() {
    let law = with(&revision(false));
    assert_eq!(reference(&law, date(2020, 2, 29)), "none");
    assert_eq!(reference(&law, date(2020, 3, 1)), "cp.nfra.simple@1");
    assert_eq!(reference(&law, date(2026, 12, 31)), "cp.nfra.simple@1");
    assert_eq!(reference(&law, date(2027, 1, 1)), "cp.nfra.simple@2");
    let first = law.clock(&"cp.nfra.simple@1".parse().unwrap()).unwrap();
    assert_eq!(first.row.effective_to, Some(date(2026, 12, 31)), "the newer version ends the older one");
}

#[test]
fn running_orders_keep_their_rule_unless_the_new_one_says_otherwise() {
    for (running, expect) in [(false, "cp.nfra.simple@1"), (true, "cp.nfra.simple@2")] {
        let law = with(&revision(running));
        let start = Timestamp::start_of(date(2026, 12, 28));
        let state = ClockState::start(law.rule("cp.nfra.simple", start.date()).unwrap(), start);
        let stored: RuleRef = serde_json::from_str(&serde_json::to_string(&state.rule).unwrap()).unwrap();
        assert_eq!(stored.to_string(), "cp.nfra.simple@1");
        let on = |today| state.deadline(&law, today).unwrap().rule.to_string();
        assert_eq!(on(date(2026, 12, 31)), "cp.nfra.simple@1", "not before it is in force");
        assert_eq!(on(date(2027, 1, 4)), expect);
        assert_eq!(law.governing(&stored, date(2030, 1, 1)).unwrap().reference().to_string(), expect);
    }
}

#[test]
fn a_row_taken_out_of_the_folder_is_missed_by_name() {
    let law = with(&revision(false));
    let start = Timestamp::start_of(date(2027, 2, 1));
    let state = ClockState::start(law.rule("cp.nfra.simple", start.date()).unwrap(), start);
    let without = Regulations::builtin().unwrap();
    let error = state.deadline(&without, start.date()).unwrap_err();
    assert!(error.to_string().contains("cp.nfra.simple@2"), "{error}");
}

#[test]
fn an_extension_is_the_one_of_the_start() {
    // From 2027 on, a complex complaint needs the head's approval.
    let stricter = |running: bool| {
        format!(
            r#"
[[extension]]
id = "cp.nfra.extend.complex"
version = 2
title = {{ zh = "延长须经批准", en = "Extension needs approval" }}
law = "nfra.2020-3"
level = "M"
verified = false
effective_from = "2027-01-01"
applies_to_running = {running}
from = "cp.nfra.simple"
to = "cp.nfra.complex"
approval = "head"
notice = true
"#
        )
    };
    let running: RuleRef = "cp.nfra.simple@1".parse().unwrap();
    for (applies, expect) in [(false, "none"), (true, "head")] {
        let law = with(&stricter(applies));
        let approval =
            |started, today| law.extension_of(&running, started, today).unwrap().extension.body.approval.as_str();
        assert_eq!(approval(date(2026, 12, 30), date(2026, 12, 31)), "none");
        assert_eq!(approval(date(2026, 12, 30), date(2027, 1, 5)), expect);
        assert_eq!(approval(date(2027, 1, 2), date(2027, 1, 5)), "head");
    }
}

#[test]
fn a_bank_changes_its_own_policy_and_ends_rows() {
    let own = r#"
[[clock]]
id = "policy.first_contact"
version = 2
title = { zh = "首次联系客户", en = "First contact with the customer" }
kind = "policy"
law = "bank.policy"
verified = false
effective_from = "2026-12-01"
actor = "bank"
kinds = ["complaint"]
start = "received"
stop = "first_contact"
period = { length = 24, unit = "hours" }

[[repealed]]
id = "policy.suggestion"
last_day = "2026-11-30"
reason = { zh = "并入咨询", en = "Merged into questions" }

[working_hours]
monday = ["09:00-12:00", "13:00-18:00"]
makeup = ["09:00-12:00"]
"#;
    let law = with(own);
    let clocks = |kind, on| {
        let rules = law.opening_clocks(&Situation::named(kind, MatterSource::Direct), on);
        rules.into_iter().map(|rule| rule.reference().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(clocks(MatterKind::Suggestion, date(2026, 11, 30)), ["policy.suggestion@1"]);
    assert_eq!(clocks(MatterKind::Suggestion, date(2026, 12, 1)), [] as [&str; 0]);
    assert!(clocks(MatterKind::Complaint, date(2026, 12, 1)).contains(&"policy.first_contact@2".to_owned()));
    // What runs under a row that was ended goes on under it.
    let stored: RuleRef = "policy.suggestion@1".parse().unwrap();
    assert!(law.governing(&stored, date(2027, 1, 1)).is_some());
    // The folder's working hours replace the program's.
    let monday = Timestamp::start_of(date(2026, 11, 23));
    let week = law.calendar().working_between(monday, monday.plus_days(7));
    assert_eq!(week, 8 * 3_600_000_000);
}

#[test]
fn alerts_of_running_orders_follow_the_same_rule() {
    let alert = |id: &str, version: u32, running: bool| {
        let head = version_of(id, version, "2026-12-01", running);
        reminder(&head, "before", "[\"cp.nfra.simple\"]", &days(5, "08:00"))
    };
    let law = with(&(alert("policy.remind.three_days", 2, false) + &alert("own.remind", 1, true)));
    let names = |started, today| {
        let rules = law.alert_rules("cp.nfra.simple", started, today);
        rules.into_iter().map(|rule| rule.reference().to_string()).collect::<Vec<_>>()
    };
    let (old, new) = (date(2026, 11, 25), date(2026, 12, 2));
    assert!(!names(old, old).contains(&"own.remind@1".to_owned()));
    assert!(names(old, new).contains(&"own.remind@1".to_owned()), "it says that it applies to running orders");
    assert!(names(old, new).contains(&"policy.remind.three_days@1".to_owned()), "the new version does not");
    assert!(names(new, new).contains(&"policy.remind.three_days@2".to_owned()));
}

#[test]
fn a_short_clock_has_no_reminder_before_its_start() {
    let clocks = "[\"policy.return_visit\", \"cp.nfra.simple\"]";
    let law = with(&reminder(&version_of("own.remind", 1, "2018-01-01", false), "before", clocks, &days(6, "08:00")));
    let own_alerts = |id: &str| {
        let start = Timestamp::start_of(date(2026, 3, 2));
        let alerts = ClockState::start(law.rule(id, start.date()).unwrap(), start).alerts(&law, start.date()).unwrap();
        alerts.iter().filter(|alert| alert.rule.id() == "own.remind").count()
    };
    assert_eq!((own_alerts("policy.return_visit"), own_alerts("cp.nfra.simple")), (0, 1));
}

#[test]
fn a_folder_is_read_with_its_holidays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), revision(false)).unwrap();
    std::fs::write(folder.path().join("README.md"), "not a rule").unwrap();
    std::fs::create_dir(folder.path().join("holidays")).unwrap();
    let year = "year = 2027\n[[holiday]]\nname = \"元旦\"\noff = [2027-01-01]\n";
    std::fs::write(folder.path().join("holidays/2027.toml"), year).unwrap();
    let law = Regulations::load_dir(folder.path()).unwrap();
    assert_eq!(law.calendar().last_known_year(), Some(2027));
    assert!(!law.calendar().is_workday(date(2027, 1, 1)));
    assert_eq!(reference(&law, date(2027, 1, 1)), "cp.nfra.simple@2");

    std::fs::write(folder.path().join("bad.toml"), [0xff, 0xfe]).unwrap();
    std::fs::write(folder.path().join("worse.toml"), "[[clock]]\nid = 3").unwrap();
    let error = Regulations::load_dir(folder.path()).unwrap_err();
    let files: Vec<&str> = error.errors.iter().map(|error| error.file.as_str()).collect();
    assert!(files.contains(&"bad.toml") && files.contains(&"worse.toml"), "{error}");
    assert!(Regulations::load_dir(&folder.path().join("nowhere")).is_err());
}

#[test]
fn a_version_that_no_longer_applies_to_running_orders_ends_what_the_one_before_said() {
    let version = |version: u32, from: &str, running: bool| {
        let clock = version_of("policy.task", version, from, running);
        let alert = version_of("own.task", version, from, running);
        let clock = format!(
            r#"
[[clock]]
{clock}
title = {{ zh = "任务", en = "Task" }}
kind = "policy"
law = "bank.policy"
verified = false
actor = "bank"
kinds = ["complaint"]
start = "task_given"
stop = "task_answered"
period = {{ length = {version}, unit = "workdays" }}
"#
        );
        clock + &reminder(&alert, "before", "[\"policy.task\"]", "offset = { length = 1, unit = \"hours\" }")
    };
    let law = with(&(version(2, "2026-02-01", true) + &version(3, "2026-06-01", false)));
    let alerts = |started, today| {
        let rules = law.alert_rules("policy.task", started, today);
        rules.iter().filter(|rule| rule.id() == "own.task").map(|rule| rule.reference().version()).collect::<Vec<_>>()
    };
    let (january, march, july) = (date(2026, 1, 5), date(2026, 3, 2), date(2026, 7, 1));
    assert_eq!(alerts(january, january), [] as [u32; 0]);
    assert_eq!(alerts(january, march), [2]);
    assert_eq!(alerts(january, july), [2], "the third version is for orders that start under it");
    assert_eq!(alerts(july, july), [3]);
    let governing = |stored: &str, today| law.governing(&stored.parse().unwrap(), today).unwrap().reference().version();
    assert_eq!(governing("policy.task@1", july), 2);
    assert_eq!(governing("policy.task@3", july), 3);
}

#[test]
fn an_alert_never_lies_on_the_wrong_side_of_its_deadline() {
    let alert = |id: &str, when: &str| {
        let head = version_of(id, 1, "2018-01-01", false);
        reminder(&head, when, "[\"cp.nfra.simple\"]", &days(0, "09:00"))
    };
    let law = with(&(alert("own.before", "before") + &alert("own.after", "after")));
    let at = |text: &str| Timestamp::from_shanghai(text.parse().unwrap());
    let start = at("2026-03-02T10:00:00");
    let clock = ClockState::start(law.rule("cp.nfra.simple", start.date()).unwrap(), start);
    let instant = |clock: &ClockState, id: &str| {
        let alerts = clock.alerts(&law, start.date()).unwrap();
        alerts.into_iter().find(|alert| alert.rule.id() == id).unwrap().at
    };
    // Due at the end of the day: nine o'clock lies before, and an alert after it waits for the deadline.
    let due = at("2026-03-17T23:59:59.999999");
    assert_eq!(
        (instant(&clock, "own.before"), instant(&clock, "own.after")),
        (at("2026-03-17T09:00:00"), due.plus_micros(1))
    );
    // A pause moved the deadline to two in the morning: nine o'clock of that day would be too late to remind.
    let clock = clock.pause(at("2026-03-10T00:00:00")).unwrap().resume(at("2026-03-10T02:00:00")).unwrap();
    let due = at("2026-03-18T01:59:59.999999");
    assert_eq!((instant(&clock, "own.before"), instant(&clock, "own.after")), (due, at("2026-03-18T09:00:00")));
}
