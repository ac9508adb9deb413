//! Stories of new facts: who judges them, and what the clocks do.

use kernel::{Timestamp, timestamp::DAY_MICROS};

use super::script::{START, Story, check, told};
use crate::model::{Clock, ClockMood};

const HANDLED: &str = "file; register; classify; assign; accept";

fn after(rest: &str) -> String {
    format!("{HANDLED}; {rest}")
}

/// The statutory clock of a story.
fn clock(story: &Story) -> Clock {
    let found = story.order().clocks.iter().find(|clock| clock.first_rule.id() == "cp.nfra.simple");
    found.expect("a complaint has it").clone()
}

/// The end of the day that is so many days after the first.
fn day(days: i64) -> Timestamp {
    Timestamp::end_of(START.plus_days(days).date())
}

#[test]
fn somebody_else_judges_once_and_before_the_answer() {
    for (rest, expect) in [
        ("facts", "own-clock"),
        ("facts old", "own-clock"),
        ("officer: facts", "handling"),
        ("officer: facts old", "handling"),
        ("officer: facts; officer: facts", "handling"),
        ("officer: facts file no=3", "unknown-attachment"),
        ("attach 3; officer: facts file no=3", "handling"),
        ("attach 3; officer: facts file no=3; officer: facts old file no=3", "facts-judged"),
        ("officer: facts again; officer: facts again", "facts-judged"),
        ("officer: facts ago=1", "too-early"),
        ("officer: facts ago=-1", "in-future"),
        ("decide; officer: facts", "decided"),
        ("decide; notify; officer: facts", "already-answered"),
        ("customer: facts", "staff-only"),
    ] {
        check(&after(rest), expect);
    }
}

#[test]
fn new_facts_start_the_clock_anew_and_the_old_one_is_kept() {
    let story = told(&after("+10d; officer: facts"));
    let anew = clock(&story);
    assert_eq!((anew.start, anew.due), (story.now, day(25)));
    let judged = &story.order().special.facts[0];
    let one = &judged.restarted[0];
    assert_eq!((one.was_start, one.was_due, one.ground.id()), (START, day(15), "cp.nfra.restart.new_facts"));
    assert_eq!(judged.restarted.len(), 1, "the bank's own clocks stay");
    let (_, _, last) = story.events.last().unwrap();
    let told_of = last.sentence(&crate::testing::LAW);
    for due in [day(15), day(25)] {
        let due = crate::model::refusal::shown(due);
        assert!(told_of.zh.contains(&due) && told_of.en.contains(&due), "{told_of:?}");
    }
    // Across a holiday the days are counted like all others, and a clock can start anew more than once.
    let again = told(&after("+14d; officer: facts; +14d; officer: facts"));
    assert_eq!(clock(&again).due, day(43));
    let old = told(&after("+10d; officer: facts old"));
    assert_eq!((clock(&old).start, clock(&old).due), (START, day(15)));
}

#[test]
fn what_had_passed_stays_passed() {
    let late = told(&after("+16d; officer: facts"));
    assert_eq!((clock(&late).due, clock(&late).mood(late.now)), (day(15), ClockMood::Overdue));
    assert!(late.order().special.facts[0].new && late.order().special.facts[0].restarted.is_empty());
    let came_in_time = told(&after("+16d; officer: facts ago=2"));
    assert_eq!(clock(&came_in_time).due, day(29));
}

#[test]
fn a_longer_time_falls_away_and_can_be_asked_for_again_but_none_is_lost() {
    let early = told(&after("+10d; propose; notify extension; +3d; officer: facts"));
    assert_eq!(
        (clock(&early).due, clock(&early).rule.id()),
        (day(30), "cp.nfra.complex"),
        "15 days more would be less"
    );
    let later = told(&after("+10d; propose; notify extension; +8d; officer: facts"));
    let anew = clock(&later);
    assert_eq!((anew.due, anew.rule.id(), anew.extensions), (day(33), "cp.nfra.simple", 0));
    let longer = told(&after("+10d; propose; notify extension; +8d; officer: facts; propose"));
    assert_eq!((clock(&longer).due, clock(&longer).rule.id()), (day(48), "cp.nfra.complex"));
    let asked = told(&after("+10d; propose; notify extension; +8d; propose; officer: facts"));
    assert!(asked.order().proposals.is_empty(), "what was asked for the old clock is moot");
}

#[test]
fn pauses_count_from_the_new_start() {
    let before = told(&after("+2d; pause; +4d; resume; notify pause; +2d; officer: facts"));
    assert_eq!(clock(&before).due, day(23), "a pause before the new facts is over");
    let behind = told(&after("+8d; officer: facts; +2d; pause; +2d; resume"));
    assert_eq!(clock(&behind).due.micros_since(day(23)), 2 * DAY_MICROS);
    let within = told(&after("+2d; pause; +3d; officer: facts; +4d; resume"));
    let counted = Timestamp::end_of(START.plus_days(5).date()).plus_micros(1);
    assert_eq!(clock(&within).due, day(20).plus_micros(within.now.micros_since(counted)));
    assert_eq!(clock(&within).start, START.plus_days(5));
}

#[test]
fn clocks_of_which_no_row_says_so_stay() {
    let story = told("file petition; register; classify; assign; accept; +5d; officer: facts");
    assert!(story.order().special.facts[0].restarted.is_empty());
    assert!(story.order().open_clocks().all(|clock| clock.start <= START.plus_days(1)));
}
