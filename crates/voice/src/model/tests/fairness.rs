//! Stories of fairness: who may grant how much, who has no hand in a matter, who looks a second time, and what the decision
//! says on the four principles.

use regulation::Milestone;

use super::script::{LAW, check, told};
use crate::model::{ClockMood, LetterKind, clock::Stop, parts::Principle};

const HANDLED: &str = "file; register; classify; assign; accept";

fn after(prefix: &str, rest: &str) -> String {
    format!("{prefix}; {rest}")
}

#[test]
fn nobody_grants_more_than_they_may_without_somebody_else() {
    // A handler may grant 500 yuan, an officer 5,000, a branch president 200,000, the head office's 5,000,000.
    for (rest, expect) in [
        ("decide pay=50000", "decided"),
        ("decide pay=50001", "above-authority"),
        ("decide pay=30000 waive=20001", "above-authority"),
        ("decide pay=30000 waive=20000", "decided"),
        ("decide pay=0", "grant-not-positive"),
        ("decide waive=-5", "grant-not-positive"),
        ("officer: decide pay=50001", "decided"),
        ("ask-award pay=50000", "within-authority"),
        ("ask-award", "grant-not-positive"),
        ("ask-award pay=400000; decide pay=400000", "above-authority"),
        ("ask-award pay=400000; ask-award pay=400000", "award-open"),
        ("ask-award pay=400000; handler: grant-award", "own-award"),
        ("ask-award pay=400000; other: grant-award", "approver-limit"),
        ("ask-award pay=400000; customer: grant-award", "staff-only"),
        ("ask-award pay=400000; officer: grant-award no=2", "no-award"),
        ("officer: grant-award", "no-award"),
        ("ask-award pay=400000; officer: grant-award; decide pay=400000", "decided"),
        ("ask-award pay=400000; officer: grant-award; decide pay=400001", "above-authority"),
        ("ask-award pay=400000; officer: grant-award; decide pay=399999 waive=1", "above-authority"),
        ("ask-award pay=400000; officer: grant-award; officer: grant-award", "no-award"),
        ("ask-award pay=400000; officer: refuse-award; decide pay=400000", "above-authority"),
        ("ask-award pay=400000; other: recall-award", "not-own-award"),
        ("ask-award pay=400000; recall-award; ask-award pay=300000", "handling"),
        ("officer: ask-award pay=600000; officer: grant-award", "own-award"),
        ("officer: ask-award pay=600000; head: grant-award; officer: decide pay=600000", "decided"),
        ("superior: ask-award pay=20000001; head: grant-award", "approver-limit"),
        ("head: ask-award pay=20000001; president: grant-award; head: decide pay=20000001", "decided"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    // What was approved in one round grants nothing in the next.
    let reopened = "ask-award pay=400000; officer: grant-award; decide pay=400000; notify; reopen; accept";
    check(&after(HANDLED, &format!("{reopened}; decide pay=400000")), "above-authority");
}

#[test]
fn a_sum_that_is_split_over_rounds_is_still_the_sum() {
    for (rest, expect) in [
        ("decide pay=50000; notify; reopen; accept; decide pay=1", "above-authority"),
        ("decide pay=20000; notify; reopen; accept; decide pay=30000", "decided"),
        ("decide pay=50000; notify; reopen; accept; ask-award pay=1", "below-granted"),
        (
            "decide pay=50000; notify; reopen; accept; ask-award pay=50001; officer: grant-award; decide pay=1",
            "decided",
        ),
        ("decide pay=50000; notify; reopen; accept; ask-award pay=500001; officer: grant-award", "approver-limit"),
        ("decide pay=50000; notify; reopen; accept; refer; mediator-takes; mediated pay=1", "above-authority"),
        ("decide; notify; reopen; accept; decide pay=50000", "decided"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
}

#[test]
fn another_currency_is_for_the_whole_banks_president_to_approve() {
    for (rest, expect) in [
        ("decide pay=1 dollars", "foreign-currency"),
        ("president: decide pay=1 dollars", "foreign-currency"),
        ("ask-award pay=100 dollars; head: grant-award", "foreign-approver"),
        ("ask-award pay=100 dollars; president: grant-award; decide pay=100 dollars", "decided"),
        ("ask-award pay=100 dollars; president: grant-award; decide pay=101 dollars", "foreign-currency"),
        ("president: ask-award pay=100 dollars; president: grant-award", "own-award"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
}

#[test]
fn whoever_has_an_interest_has_no_hand_in_the_matter() {
    for (rest, expect) in [
        ("recuse; note", "recused"),
        ("recuse; decide", "recused"),
        ("recuse; recuse", "recused"),
        ("officer: recuse who=2; officer: recuse who=2", "recused-already"),
        ("officer: recuse who=2; handler: accept", "recused"),
        ("officer: recuse who=2; other: accept", "handling"),
        ("officer: recuse who=2; officer: assign named", "recused-assignee"),
        ("recuse; other: accept; other: decide", "decided"),
        ("ask-award pay=400000; officer: recuse who=4; officer: grant-award", "recused"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    let story = told(&after(HANDLED, "recuse"));
    assert_eq!((story.order().stage.name().as_str(), story.order().handler), ("assigned", None));
    // A decision by somebody who turns out to have an interest falls away while nobody was told.
    let story = told(&after(HANDLED, "decide; officer: recuse who=2"));
    assert_eq!(story.order().stage.name().as_str(), "assigned");
    assert!(story.order().owed(LetterKind::Decision).is_none());
}

#[test]
fn somebody_else_closes_what_the_policy_names() {
    let closed = |file: &str, who: &str| {
        format!("{file}; register; classify; assign; accept; decide; notify; report-back; visit 5; {who}: close")
    };
    check(&closed("file nfra", "handler"), "four-eyes");
    check(&closed("file nfra", "other"), "closed");
    check(&closed("file government", "handler"), "closed");
    check("file; decline; notify declined; officer: close", "four-eyes");
    check("file; decline; notify declined; handler: close", "closed");
}

#[test]
fn a_decision_says_which_principles_it_follows() {
    for (rest, expect) in [
        ("decide mute", "principles-missing"),
        ("decide reasonable_settled violations_corrected", "decided"),
        ("unfounded violations_corrected", "principle-unfit"),
        ("unfounded unreasonable_explained hardship_helped", "decided"),
        ("decide unreasonable_explained pay=100", "principle-unfit"),
        ("decide hardship_helped pay=100", "decided"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    check("file consultation; register; classify; assign; accept; answered mute", "decided");
    let story = told(&after(HANDLED, "decide violations_corrected reasonable_settled"));
    let principles = &story.order().stage.decision().unwrap().principles;
    assert_eq!(principles[..], [Principle::ReasonableSettled, Principle::ViolationsCorrected], "once each, in order");
}

#[test]
fn a_task_has_a_clock_of_its_own() {
    let clock = |script: &str| {
        let story = told(script);
        let clocks = &story.order().clocks;
        let clock = clocks.iter().find(|clock| clock.stop == Stop::Law(Milestone::TaskAnswered)).cloned().unwrap();
        (story, clock)
    };
    let (story, running) = clock(&after(HANDLED, "ask"));
    assert_eq!(running.rule.id(), "policy.task");
    assert_eq!(story.order().tasks[0].due, Some(running.due));
    let own = story.order().open_clocks().filter(|other| other.id != running.id).map(|other| other.due).min();
    assert_eq!(story.order().next_due(), own, "a task is not the matter's own deadline");
    let (story, answered) = clock(&after(HANDLED, "ask; +1d; answer"));
    assert_eq!(answered.mood(story.now), ClockMood::Met);
    let (story, late) = clock(&after(HANDLED, "ask; +9d; answer"));
    assert_eq!(late.mood(story.now), ClockMood::Missed);
    let (story, cancelled) = clock(&after(HANDLED, "ask; cancel"));
    assert_eq!(cancelled.mood(story.now), ClockMood::Cancelled);
    // The asker's own deadline stays when the calendar changes, and rings like the bank's.
    let (story, own) = clock(&after(HANDLED, "ask in=30"));
    assert_eq!((own.rule.id(), own.due), ("task.deadline", story.now.plus_micros(30 * 3_600_000_000)));
    assert!(!LAW.alerts(&own, own.due.plus_days(4)).is_empty());
    let (_, late) = clock(&after(HANDLED, "ask; +9d; alert policy.escalate.task@1 clock=policy.task"));
    assert_eq!(late.alerted.len(), 1);
}
