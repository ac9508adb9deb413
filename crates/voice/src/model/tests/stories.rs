//! Stories: what may happen in which order, and the refusals on the way.

use regulation::{MatterKind, Milestone};

use super::script::{LAW, START, check, path, person, told};
use crate::model::{
    ClockMood, Command, Stage, StageName, Verb, allowed_actions,
    clock::Stop,
    parts::{Ending, Means},
    refusal::Refusal,
};

/// From filing to being handled.
const HANDLED: &str = "file; register; classify; assign; accept";
const ANSWERED: &str = "file; register; classify; assign; accept; decide; notify";

fn after(prefix: &str, rest: &str) -> String {
    format!("{prefix}; {rest}")
}

#[test]
fn a_complaint_goes_from_filing_to_closing() {
    for (script, stage) in [
        ("file", "filed"),
        ("file; register", "registered"),
        ("file; register; classify", "classified"),
        ("file; register; classify; assign", "assigned"),
        (HANDLED, "handling"),
        (&after(HANDLED, "contact; note; ask; answer; attach; decide"), "decided"),
        (ANSWERED, "notified"),
        (&after(ANSWERED, "visit 5; close"), "closed"),
    ] {
        check(script, stage);
    }
}

#[test]
fn no_step_comes_before_the_one_it_stands_on() {
    for (script, refusal) in [
        ("register", "not-this-order"),
        ("file; file", "not-this-order"),
        ("file; classify", "not-registered"),
        ("file; register; register", "already-registered"),
        ("file; register; assign", "not-classified"),
        ("file; register; classify; accept", "not-assigned"),
        ("file; register; classify; assign; decide", "not-accepted"),
        ("file; register; classify; assign named; other: accept", "given-to-another"),
        ("file; register; classify; assign; assign", "same-assignee"),
        (&after(HANDLED, "accept"), "already-accepted"),
        (&after(HANDLED, "notify"), "unknown-letter"),
        (&after(HANDLED, "notify acceptance; notify acceptance"), "not-decided"),
        (&after(HANDLED, "close"), "not-decided"),
        (&after(HANDLED, "visit 5"), "not-decided"),
        (&after(HANDLED, "decide; close"), "not-notified"),
        (&after(HANDLED, "decide; visit 5"), "not-notified"),
        (&after(HANDLED, "decide; assign outlet"), "already-decided"),
        (&after(ANSWERED, "decide"), "already-answered"),
        (&after(ANSWERED, "classify"), "already-answered"),
        (&after(ANSWERED, "retype report"), "already-answered"),
        (&after(ANSWERED, "close"), "visit-outstanding"),
        (&after(HANDLED, "reopen"), "not-closed"),
        ("file; register; classify nowhere", "not-on-axis"),
    ] {
        check(script, refusal);
    }
}

#[test]
fn a_closed_order_takes_nothing_but_reopening_and_linking() {
    let closed = after(ANSWERED, "visit 4; close");
    for step in [
        "register",
        "classify",
        "assign",
        "accept",
        "contact",
        "note",
        "ask",
        "attach",
        "decide",
        "visit 5",
        "close",
        "withdraw paper",
        "retype report",
        "pause",
        "resume",
        "propose",
        "report-back",
    ] {
        check(&after(&closed, step), "ended");
    }
    check(&after(&closed, "link"), "closed");
    check(&after(&closed, "link; link"), "already-linked");
    check(&after(&closed, "link; unlink"), "closed");
    check(&after(&closed, "link self"), "link-to-self");
    check(&after(&closed, "reopen"), "assigned");
}

#[test]
fn a_withdrawal_ends_the_order_on_the_day_it_is_received() {
    let story = told("file; +2d; customer: withdraw online");
    let Stage::Withdrawn { at } = story.order().stage else { panic!("not withdrawn") };
    assert_eq!(at.date(), START.plus_days(2).date());
    assert!(story.order().open_clocks().next().is_none());
    for (script, expect) in [
        ("file; customer: withdraw; note", "ended"),
        ("file; customer: withdraw; reopen", "ended"),
        ("file; withdraw", "withdrawal-unproved"),
        ("file; attach 3 evidence; withdraw paper 3", "withdrawal-unproved"),
        ("file; attach 3 withdrawal; withdraw paper 3", "withdrawn"),
        (&after(ANSWERED, "customer: withdraw"), "withdrawn"),
        (&after(ANSWERED, "visit 5; close; customer: withdraw"), "ended"),
    ] {
        check(script, expect);
    }
}

#[test]
fn the_clock_stops_when_decided_and_told_not_before() {
    let answer = |story: &super::script::Story| {
        story.order().clocks.iter().find(|clock| clock.stop == Stop::Law(Milestone::DecisionNotified)).cloned().unwrap()
    };
    let story = told(&after(HANDLED, "+14d; decide; +2d"));
    assert_eq!(answer(&story).mood(story.now), ClockMood::Overdue);
    let story = told(&after(HANDLED, "+14d; decide; +2d; notify"));
    assert_eq!(answer(&story).mood(story.now), ClockMood::Missed);
    let story = told(&after(HANDLED, "+14d; decide; notify; +30d"));
    assert_eq!(answer(&story).mood(story.now), ClockMood::Met);
}

#[test]
fn a_longer_time_needs_what_the_law_names() {
    let complex = after(HANDLED, "+10d; propose; notify extension");
    for (script, expect) in [
        // The first step asks for nobody's approval, but the complainant must be told.
        (after(HANDLED, "propose"), "handling"),
        (after(HANDLED, "propose; propose"), "letter-owed"),
        (after(HANDLED, "propose; decide; notify"), "letter-owed"),
        (after(HANDLED, "propose; decide; notify extension; notify"), "notified"),
        // The second needs the level above or a senior manager of the head office.
        (after(&complex, "propose"), "handling"),
        (after(&complex, "approve"), "nothing-proposed"),
        (after(&complex, "propose; propose"), "already-proposed"),
        (after(&complex, "propose; handler: approve"), "own-proposal"),
        (after(&complex, "propose; officer: approve"), "approver-too-low"),
        (after(&complex, "propose; head: approve"), "approver-too-low"),
        (after(&complex, "propose; superior: approve"), "handling"),
        (after(&complex, "propose; president: approve"), "handling"),
        (after(&complex, "superior: propose; superior: approve"), "own-proposal"),
        (after(&complex, "superior: propose; superior: refuse"), "own-proposal"),
        (after(&complex, "propose; superior: refuse"), "handling"),
        (after(&complex, "propose; recall"), "handling"),
        (after(&complex, "propose; other: recall"), "not-own-proposal"),
        (after(&complex, "propose; program: approve"), "staff-only"),
        (after(&complex, "propose; +30d; approve"), "clock-passed"),
        (after(&complex, "propose; +30d; refuse"), "handling"),
        (after(&complex, "propose; approve; notify extension; propose"), "no-longer-time"),
        (after(HANDLED, "+16d; propose"), "clock-passed"),
        (after(ANSWERED, "propose"), "no-longer-time"),
        (after(HANDLED, "decide; recall"), "nothing-proposed"),
    ] {
        check(&script, expect);
    }
    let story = told(&after(&complex, "propose; approve"));
    let clock = story.order().clocks.iter().find(|clock| clock.extensions == 2).expect("extended twice");
    assert_eq!((clock.first_rule.id(), clock.rule.id()), ("cp.nfra.simple", "cp.nfra.special"));
    assert_eq!(clock.due.date(), START.plus_days(60).date());
}

#[test]
fn a_pause_moves_the_deadline_by_the_time_it_lasted() {
    let due = |script: &str| {
        let story = told(script);
        story.order().clocks.iter().find(|clock| clock.rule.id() == "cp.nfra.simple").unwrap().due
    };
    let plain = due(HANDLED);
    assert_eq!(due(&after(HANDLED, "+5d; pause; +7d; resume")), plain.plus_days(7));
    // A pause that spans the old deadline works, too.
    assert_eq!(due(&after(HANDLED, "+10d; pause; +20d; resume")), plain.plus_days(20));
    for (rest, expect) in [
        ("resume", "not-paused"),
        ("pause; pause", "already-paused"),
        ("pause hearing", "pause-not-provided"),
        ("pause; propose", "still-paused"),
        ("pause; decide", "still-paused"),
        ("pause; +1d; resume; decide", "decided"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    let story = told(&after(HANDLED, "pause; +40d"));
    assert!(story.order().paused());
    let law: Vec<_> = story.order().open_clocks().filter(|c| c.rule.id() == "cp.nfra.simple").collect();
    assert_eq!(law[0].mood(story.now), ClockMood::Paused);
}

#[test]
fn another_kind_means_other_clocks_and_wins_no_time() {
    let story = told("file; register; +10d; retype report");
    let order = story.order();
    assert_eq!(order.matter, MatterKind::Report);
    let open: Vec<_> = order.open_clocks().map(|clock| clock.rule.id()).collect();
    assert_eq!(open, ["report.accept"]);
    assert_eq!(order.open_clocks().next().unwrap().start, START);
    assert!(order.owed(crate::model::LetterKind::Retyping).is_some());
    let story = told("file; register; +1d; retype report; notify retyping; +1d");
    let open: Vec<_> = story.order().open_clocks().map(|clock| clock.rule.id()).collect();
    assert_eq!(open, ["report.decide"], "telling of the new kind tells of the acceptance");
    check("file; retype complaint", "same-kind");
    check(&after(HANDLED, "decide; retype report"), "already-decided");
}

#[test]
fn a_report_is_accepted_in_a_letter_and_decided_from_then_on() {
    let story = told("file report; +3d; register; +1d; notify acceptance; +1h");
    let order = story.order();
    let accept = order.clocks.iter().find(|clock| clock.rule.id() == "report.accept").unwrap();
    assert_eq!(accept.mood(story.now), ClockMood::Met);
    let decide = order.clocks.iter().find(|clock| clock.rule.id() == "report.decide").unwrap();
    assert_eq!(decide.start, START.plus_days(4));
    let anonymous = told("file anonymous report; register; classify; assign; accept; decide");
    assert!(anonymous.order().letters.is_empty(), "nobody can be told");
    assert!(anonymous.order().clocks.iter().all(|clock| !clock.rule.id().starts_with("report.")));
    check("file anonymous report; register; classify; assign; accept; decide; close", "closed");
    check("file anonymous report; register; contact", "not-reachable");
    check("file anonymous; register; classify; assign; accept; decide; close", "closed");
}

#[test]
fn agents_and_heirs_show_their_papers_before_a_decision() {
    let agent = "file agent; register; classify; assign; accept";
    let heir = "file heir; register; classify; assign; accept";
    for (script, expect) in [
        (after(agent, "decide"), "papers-missing"),
        (after(agent, "attach 1 authorisation; decide"), "papers-missing"),
        (after(agent, "attach 1 authorisation; attach 2 agent_identity; decide"), "decided"),
        (after(heir, "attach 1 authorisation; attach 2 agent_identity; decide"), "papers-missing"),
        (after(heir, "attach 1 inheritance; decide"), "decided"),
    ] {
        check(&script, expect);
    }
}

#[test]
fn other_departments_answer_before_a_decision() {
    for (rest, expect) in [
        ("ask 1; decide", "tasks-open"),
        ("ask 1; ask 1", "task-ended"),
        ("ask 1; answer 2", "unknown-task"),
        ("ask 1; answer 1; answer 1", "task-ended"),
        ("ask 1; cancel 1; decide", "decided"),
        ("ask 1; answer 1; decide", "decided"),
        ("answer 1", "unknown-task"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    let story = told(&after(HANDLED, "ask 1"));
    assert!(story.order().tasks[0].due.is_some(), "the bank's own rule sets the time when nobody does");
}

#[test]
fn a_decision_fits_the_matter_and_names_the_remedies() {
    for (rest, expect) in [
        ("answered", "outcome-unfit"),
        ("decide bare", "remedies-missing"),
        ("decide pay=0", "grant-not-positive"),
        ("decide pay=100; decide pay=200", "decided"),
        ("decide; decide; notify post", "delivery-unproved"),
        ("decide; notify phone", "delivery-unproved"),
        ("decide; notify phone numbered", "notified"),
        ("decline", "already-accepted"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    let story = told(&after(HANDLED, "decide; decide; notify"));
    let letters: Vec<_> =
        story.order().letters.iter().map(|letter| (letter.delivery.is_some(), letter.replaced)).collect();
    assert_eq!(letters, [(false, true), (false, true), (true, false)], "acceptance and first decision were overtaken");
}

#[test]
fn declining_is_told_and_closed() {
    let story = told("file; decline; notify declined; close");
    assert!(matches!(story.order().stage, Stage::Closed { ending: Ending::Declined, .. }));
    assert!(story.order().clocks.iter().any(|clock| clock.mood(story.now) == ClockMood::Met));
    check("file; decline; close", "not-notified");
    check("file; register; classify; decline", "decided");
}

#[test]
fn praise_is_taken_note_of_and_a_question_is_answered() {
    let story = told("file praise; register; close");
    assert!(matches!(story.order().stage, Stage::Closed { ending: Ending::Noted, .. }));
    check("file consultation; register; classify; assign; accept; answered bare; notify; close", "closed");
    check("file consultation; register; close", "not-decided");
}

#[test]
fn whoever_passed_a_matter_on_is_told() {
    let passed = "file nfra deadline; register; classify; assign; accept; decide; notify; visit 5";
    let story = told("file nfra deadline");
    assert!(story.order().open_clocks().any(|clock| clock.due == START.plus_days(5)));
    for (script, expect) in [
        (after(passed, "close"), "report-outstanding"),
        (after(passed, "report-back; other: close"), "closed"),
        (after(passed, "report-back; report-back"), "already-reported"),
        (after(ANSWERED, "report-back"), "nobody-waits"),
        ("file nfra; report-back".to_owned(), "not-decided"),
        ("file nfra unnumbered".to_owned(), "origin-number"),
        ("file deadline".to_owned(), "origin-deadline"),
    ] {
        check(&script, expect);
    }
    let pbc = told("file pbc");
    assert!(pbc.order().open_clocks().any(|clock| clock.rule.id().starts_with("cp.pbc.answer")));
}

#[test]
fn a_return_visit_is_made_or_tried_three_times() {
    check(&after(ANSWERED, "visit; visit; close"), "visit-outstanding");
    check(&after(ANSWERED, "visit; visit; visit; close"), "closed");
    check(&after(ANSWERED, "customer: visit 3; close"), "closed");
    check(&after(HANDLED, "customer: note"), "staff-only");
}

#[test]
fn reopening_starts_a_new_round_with_clocks_of_its_own() {
    let story = told(&after(ANSWERED, "visit 3; close; +5d; reopen"));
    let order = story.order();
    assert_eq!((order.round, order.stage.name(), order.visits.len()), (2, StageName::Assigned, 0));
    let starts: Vec<_> = order.open_clocks().map(|clock| clock.start).collect();
    assert!(!starts.is_empty() && starts.iter().all(|start| *start == START.plus_days(5)));
    check(&after(ANSWERED, "visit 1; accept; decide; notify; visit 5; close"), "closed");
}

#[test]
fn filing_is_checked() {
    for (script, expect) in [
        ("file nameless", "name-unfit"),
        ("file ago=92", "filed"),
        ("file ago=93", "too-old"),
        ("file ago=-1", "received-in-future"),
        ("file occurred=0", "filed"),
        ("file occurred=-1", "occurred-unfit"),
        ("file ago=5 occurred=4", "occurred-unfit"),
        ("file occurred=50000", "occurred-unfit"),
        ("file; reveal account", "field-absent"),
        ("file; reveal", "filed"),
        ("file; attach 1; attach 1", "attachment-twice"),
    ] {
        check(script, expect);
    }
    let story = told("file");
    assert_eq!(story.order().receipt, "XB20260302-B0860-00400");
    assert_eq!(story.order().received_at.date().to_string(), "2026-03-02");
}

#[test]
fn an_order_follows_a_unit_that_moves() {
    let mut story = told("file; register; classify; assign outlet; accept; ask; customer: withdraw");
    let order = story.order().clone();
    let relocate = |from: &str| Command::Relocate { from: path(from), to: path("/HO/SZ/GZ/") };
    assert_eq!(story.act(relocate("/HO/XX/"), &person("program")), Err(Refusal::NotLocatedThere));
    assert_eq!(story.act(relocate("/HO/GZ/"), &person("handler")), Err(Refusal::ProgramOnly));
    assert_eq!(story.act(relocate("/HO/GZ/"), &person("program")), Ok(()));
    assert_eq!((order.unit.as_str(), story.order().unit.as_str()), ("/HO/GZ/GZ002/", "/HO/SZ/GZ/GZ002/"));
    assert_eq!(story.order().filed_unit.as_str(), "/HO/SZ/GZ/GZ001/");
    assert_eq!(story.order().tasks[0].unit.as_str(), "/HO/CARD/");
}

#[test]
fn transfers_are_counted() {
    let story = told("file; register; classify; assign; assign outlet; assign; accept; assign outlet");
    assert_eq!(story.order().transfers, 3);
}

#[test]
fn allowed_actions_give_the_reason_for_what_is_not() {
    let story = told(HANDLED);
    let now = story.now;
    let of = |who: &str, verb: Verb| {
        let actions = allowed_actions(story.order(), &person(who), now, &LAW);
        actions.into_iter().find(|action| action.verb == verb).expect("every verb is there").refusal
    };
    assert_eq!(of("handler", Verb::Decide), None);
    assert_eq!(of("handler", Verb::Close), Some(Refusal::NotDecided));
    assert_eq!(of("customer", Verb::Decide), Some(Refusal::StaffOnly));
    assert_eq!(of("customer", Verb::Withdraw), None);
    let mut stranger = person("handler");
    stranger.grants = [].into();
    let actions = allowed_actions(story.order(), &stranger, now, &LAW);
    assert!(actions.iter().all(|action| matches!(action.refusal, Some(Refusal::Lacks(_)))));
    assert_eq!(Means::from_stored("phone"), Some(Means::Phone));
}
