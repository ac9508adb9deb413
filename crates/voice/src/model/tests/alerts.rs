//! Reminders and escalations: due when the rows say, once each, and never after the answer.

use super::script::{LAW, START, Story, check, person, told};
use crate::model::{ClockEvent, Command, OrderEvent};

/// Sends whatever is due and says what went out, by row.
fn ring(story: &mut Story) -> Vec<String> {
    let mut sent = Vec::new();
    let clocks: Vec<_> = story.order().clocks.iter().map(|clock| clock.id).collect();
    for id in clocks {
        loop {
            let clock = story.order().clock(id).unwrap();
            let due = LAW.alerts(clock, story.now).into_iter().find(|alert| alert.at <= story.now);
            let Some(alert) = due else { break };
            let command = Command::Alert { clock: id, alert: alert.rule.clone() };
            assert_eq!(story.act(command, &person("program")), Ok(()));
            sent.push(alert.rule.id().to_owned());
        }
    }
    sent.sort();
    sent
}

#[test]
fn a_missed_deadline_is_escalated_once_for_each_row() {
    let mut story = told("file; register; classify; assign; accept; contact");
    assert_eq!(ring(&mut story), [] as [&str; 0]);
    story.now = START.plus_days(20);
    assert_eq!(ring(&mut story), ["policy.escalate.last_workday", "policy.escalate.overdue"]);
    assert_eq!(ring(&mut story), [] as [&str; 0], "each goes out once");
    let escalated = story
        .events
        .iter()
        .filter(|(.., event)| matches!(event, OrderEvent::Clock(ClockEvent::Escalated { .. })))
        .count();
    assert_eq!(escalated, 2);
}

#[test]
fn nothing_rings_after_the_answer_or_while_the_clock_stands_still() {
    for script in [
        "file; register; classify; assign; accept; contact; decide; notify; visit 5; +90d",
        "file; register; classify; assign; accept; contact; pause; +90d",
        "file; customer: withdraw; +90d",
    ] {
        assert_eq!(ring(&mut told(script)), [] as [&str; 0], "{script}");
    }
}

#[test]
fn an_extension_begins_the_alerts_anew() {
    let mut story = told("file; register; classify; assign; accept; contact");
    story.now = START.plus_days(13);
    assert_eq!(ring(&mut story), ["policy.remind.three_days"]);
    let clock = story.order().open_clocks().find(|clock| clock.rule.id() == "cp.nfra.simple").unwrap().id;
    let propose = Command::ProposeExtension { clock, why: super::script::sealed("why") };
    assert_eq!(story.act(propose, &person("handler")), Ok(()));
    assert_eq!(ring(&mut story), [] as [&str; 0]);
    story.now = START.plus_days(28);
    assert_eq!(ring(&mut story), ["policy.remind.three_days"]);
}

#[test]
fn only_the_program_rings() {
    check("file; handler: alert policy.escalate.overdue@1", "program-only");
    check("file; alert policy.escalate.overdue@1 clock=cp.", "alert-moot");
    check("file; move", "nothing-moved");
}
