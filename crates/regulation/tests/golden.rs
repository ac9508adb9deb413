//! The law on the real calendar: cases that users of other systems reported wrong, from opening to the last escalation.

#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

use jiff::civil::date;
use kernel::{
    Date, Role, Timestamp,
    calendar::{CalendarChange, HolidayDay, HolidayYear},
};
use regulation::{
    AlertKind, ClockRefusal, ClockState, ClockStatus, Ending, MatterKind, MatterSource, Regulations, RuleRef,
    Situation, deadline,
};

fn law() -> Regulations {
    Regulations::builtin().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_shanghai(text.parse().unwrap())
}

fn opened(law: &Regulations, id: &str, start: &str) -> ClockState {
    ClockState::start(law.rule(id, at(start).date()).unwrap(), at(start))
}

fn due(law: &Regulations, state: &ClockState) -> Timestamp {
    state.deadline(law, state.started_at.date()).unwrap().due
}

/// The alerts of a clock as lines: when, what, who.
fn alerts(law: &Regulations, state: &ClockState) -> Vec<String> {
    let line = |alert: regulation::ScheduledAlert| {
        let roles: Vec<&str> = alert.roles.iter().map(|role| role.as_str()).collect();
        let kind = match alert.kind {
            AlertKind::Reminder => "reminder",
            AlertKind::Escalation => "escalation",
        };
        format!("{} {kind} {}", alert.at.in_shanghai().strftime("%a %m-%d %H:%M"), roles.join(","))
    };
    state.alerts(law, state.started_at.date()).unwrap().into_iter().map(line).collect()
}

#[track_caller]
fn check_workdays(start: &str, expect: Date) {
    let law = law();
    // Seven working days: how long the PBoC's branch may take to pass a complaint on.
    let rule = law.rule("cp.pbc.accept", at(start).date()).unwrap();
    let found = deadline(rule, at(start), law.calendar(), &[]);
    assert_eq!((found.due, found.provisional), (Timestamp::end_of(expect), false));
}

#[test]
fn seven_working_days_across_the_holidays_of_the_years() {
    check_workdays("2026-09-30T09:00:00", date(2026, 10, 15)); // Saturday 10 October is worked
    check_workdays("2026-09-17T09:00:00", date(2026, 9, 28)); // Sunday 20 September is worked, 25 to 27 are off
    check_workdays("2026-02-13T09:00:00", date(2026, 3, 2)); // nine days of Spring Festival, both Saturdays worked
    check_workdays("2025-09-26T09:00:00", date(2025, 10, 13)); // Sunday 28 September and Saturday 11 October are worked
    check_workdays("2023-01-19T09:00:00", date(2023, 2, 2));
    check_workdays("2021-02-10T09:00:00", date(2021, 2, 25));
    check_workdays("2020-11-02T09:00:00", date(2020, 11, 11)); // no holiday near
}

#[test]
fn a_complaint_has_natural_days_whatever_holidays_lie_between() {
    let law = law();
    let state = opened(&law, "cp.nfra.simple", "2026-09-28T18:30:00");
    assert_eq!(due(&law, &state), Timestamp::end_of(date(2026, 10, 13)));
}

#[test]
fn nothing_fires_after_the_matter_was_answered() {
    let law = law();
    let running = opened(&law, "cp.nfra.simple", "2026-03-02T10:00:00"); // due on Tuesday 17 March
    let escalation = RuleRef::new("policy.escalate.last_workday", 1).unwrap();
    let overdue = RuleRef::new("policy.escalate.overdue", 1).unwrap();
    let now = at("2026-03-16T14:00:00");
    assert_eq!(running.fires(&escalation, &law, now).unwrap().unwrap().roles, [Role::Officer, Role::OutletHead]);
    assert!(running.fires(&escalation, &law, at("2026-03-16T13:59:59")).unwrap().is_none(), "too early");

    let answered = running.clone().answer(at("2026-03-16T13:59:00")).unwrap();
    assert_eq!(answered.answered_at(), Some(at("2026-03-16T13:59:00")));
    assert_eq!(answered.alerts(&law, now.date()).unwrap(), []);
    assert_eq!(answered.next_alert(&law, now).unwrap(), None);
    // The job was set before the answer and runs after it, even long after.
    for late in [now, at("2026-03-18T09:00:00"), at("2026-12-01T00:00:00")] {
        assert_eq!(answered.fires(&escalation, &law, late).unwrap(), None);
        assert_eq!(answered.fires(&overdue, &law, late).unwrap(), None);
    }
    let withdrawn = running.clone().cancel(at("2026-03-16T13:59:00")).unwrap();
    assert_eq!(withdrawn.fires(&overdue, &law, at("2026-03-18T09:00:00")).unwrap(), None);
    // Unanswered, it does fire, and a reminder that was missed while the server stood does not come after the fact.
    assert!(running.fires(&overdue, &law, at("2026-03-18T09:00:00")).unwrap().is_some());
    let reminder = RuleRef::new("policy.remind.last_workday", 1).unwrap();
    assert!(running.fires(&reminder, &law, at("2026-03-17T23:00:00")).unwrap().is_some());
    assert!(running.fires(&reminder, &law, at("2026-03-18T00:00:00")).unwrap().is_none());
}

#[test]
fn a_reminder_on_a_weekend_moves_to_the_working_day_before() {
    let law = law();
    // Due on Tuesday 17 March; three days before is Saturday the 14th, so Friday the 13th reminds.
    assert_eq!(
        alerts(&law, &opened(&law, "cp.nfra.simple", "2026-03-02T10:00:00")),
        [
            "Fri 03-13 09:00 reminder ",
            "Mon 03-16 09:00 reminder ",
            "Mon 03-16 14:00 escalation officer,outlet_head",
            "Wed 03-18 09:00 escalation officer,outlet_head,branch_president",
        ]
    );
    // Due on Saturday 3 October, in the holiday week: reminders come before it, the escalation after it.
    assert_eq!(
        alerts(&law, &opened(&law, "cp.nfra.simple", "2026-09-18T10:00:00")),
        [
            "Wed 09-30 09:00 reminder ",
            "Wed 09-30 09:00 reminder ",
            "Wed 09-30 14:00 escalation officer,outlet_head",
            "Thu 10-08 09:00 escalation officer,outlet_head,branch_president",
        ]
    );
    // Three days before Saturday 17 October is a working day; the day after the deadline is a Sunday.
    let makeup = alerts(&law, &opened(&law, "cp.nfra.simple", "2026-10-02T10:00:00"));
    assert_eq!(makeup[0], "Wed 10-14 09:00 reminder ");
    assert_eq!(makeup[3], "Mon 10-19 09:00 escalation officer,outlet_head,branch_president");
    // A Saturday that is worked is no day off: three days before Tuesday 13 October.
    assert_eq!(alerts(&law, &opened(&law, "cp.nfra.simple", "2026-09-28T10:00:00"))[0], "Sat 10-10 09:00 reminder ");
}

#[test]
fn first_contact_counts_working_hours_with_the_lunch_break() {
    let law = law();
    let state = opened(&law, "policy.first_contact", "2026-03-06T16:00:00"); // a Friday
    assert_eq!(due(&law, &state), at("2026-03-09T16:30:00"));
    assert_eq!(alerts(&law, &state), ["Mon 03-09 14:30 reminder ", "Mon 03-09 17:00 escalation officer,outlet_head"]);
}

#[test]
fn a_pause_carries_the_deadline_and_its_alerts() {
    let law = law();
    let running = opened(&law, "cp.nfra.simple", "2026-03-02T10:00:00");
    let paused = running.clone().pause(at("2026-03-12T00:00:00")).unwrap();
    let now = at("2026-03-20T10:00:00");
    // While it stands still nothing fires, and it is not overdue, however long it lasts.
    assert_eq!(paused.alerts(&law, now.date()).unwrap(), []);
    assert_eq!(paused.status(due(&law, &paused), now), ClockStatus::Paused { since: at("2026-03-12T00:00:00") });
    let resumed = paused.resume(at("2026-03-22T00:00:00")).unwrap();
    assert_eq!(due(&law, &resumed), Timestamp::end_of(date(2026, 3, 27)));
    let found = resumed.deadline(&law, now.date()).unwrap();
    assert!(found.explanation.zh.contains("已扣除暂停时间10天"), "{}", found.explanation.zh);
    assert!(found.explanation.en.contains("A pause of 10 d is taken out."), "{}", found.explanation.en);
    assert_eq!(alerts(&law, &resumed)[0], "Tue 03-24 09:00 reminder ");
    // The alert of the old deadline was set before the pause; it has moved and does not fire.
    let escalation = RuleRef::new("policy.escalate.overdue", 1).unwrap();
    assert_eq!(resumed.fires(&escalation, &law, at("2026-03-22T09:00:00")).unwrap(), None);
}

#[test]
fn a_deadline_past_the_last_known_year_is_provisional_until_the_year_arrives() {
    let law = law();
    assert_eq!(law.calendar().last_known_year(), Some(2026));
    let state = opened(&law, "policy.suggestion", "2026-12-23T10:00:00"); // ten working days
    let stored = state.deadline(&law, date(2026, 12, 23)).unwrap();
    assert_eq!((stored.due, stored.provisional), (Timestamp::end_of(date(2027, 1, 6)), true));
    assert!(stored.explanation.zh.contains("放假安排只到2026年"), "{}", stored.explanation.zh);
    assert!(stored.explanation.en.contains("provisional"), "{}", stored.explanation.en);

    let days =
        [(date(2027, 1, 1), true), (date(2027, 1, 2), true), (date(2027, 1, 3), true), (date(2027, 1, 9), false)];
    let day = |(date, off)| (date, HolidayDay { name: "元旦".to_owned(), off });
    let year = HolidayYear::new(2027, vec![], days.into_iter().map(day).collect()).unwrap();
    let grown = law.with_holiday_year(year).unwrap();
    let change = CalendarChange::between(law.calendar(), grown.calendar());
    let today = date(2026, 12, 28);
    let moved = state.recomputed((&stored).into(), &change, &grown, today).unwrap().unwrap();
    assert_eq!((moved.due, moved.provisional), (Timestamp::end_of(date(2027, 1, 7)), false));
    assert!(!moved.explanation.zh.contains("暂定"));
    // Natural days do not lean on the calendar, so nothing of them is to be recomputed.
    let complaint = opened(&law, "cp.nfra.simple", "2026-12-23T10:00:00");
    let firm = complaint.deadline(&law, today).unwrap();
    assert_eq!(complaint.recomputed((&firm).into(), &change, &grown, today).unwrap(), None);
}

#[test]
fn changing_the_calendar_moves_open_orders_and_leaves_answered_ones() {
    let law = law();
    let open = opened(&law, "policy.task", "2026-05-06T10:00:00"); // three working days, to 9 May, a worked Saturday
    let stored = open.deadline(&law, date(2026, 5, 6)).unwrap();
    assert_eq!((stored.due, stored.provisional), (Timestamp::end_of(date(2026, 5, 9)), false));
    let answered = open.clone().answer(at("2026-05-07T10:00:00")).unwrap();

    // A newer paper takes the worked Saturday back.
    let known = law.calendar().years().find(|year| year.year() == 2026).unwrap();
    let mut days = known.days().clone();
    days.remove(&date(2026, 5, 9));
    let changed = law.with_holiday_year(HolidayYear::new(2026, vec![], days).unwrap()).unwrap();
    let change = CalendarChange::between(law.calendar(), changed.calendar());
    assert_eq!(change.days, [date(2026, 5, 9)]);
    let today = date(2026, 5, 7);
    let moved = open.recomputed((&stored).into(), &change, &changed, today).unwrap().unwrap();
    assert_eq!((moved.due, moved.rule), (Timestamp::end_of(date(2026, 5, 11)), stored.rule.clone()));
    assert_eq!(answered.recomputed((&stored).into(), &change, &changed, today).unwrap(), None);
    // An order of another month is not even looked at.
    let other = opened(&law, "policy.task", "2026-06-01T10:00:00");
    let due = other.deadline(&law, today).unwrap();
    assert!(!change.concerns(other.started_at, due.due));
}

#[test]
fn the_day_of_receipt_is_that_of_shanghai() {
    let law = law();
    let rule = law.rule("cp.nfra.simple", date(2026, 3, 1)).unwrap();
    let due = |instant: &str| deadline(rule, instant.parse().unwrap(), law.calendar(), &[]).due;
    assert_eq!(due("2026-03-01T15:59:59Z"), Timestamp::end_of(date(2026, 3, 16)));
    assert_eq!(due("2026-03-01T16:00:00Z"), Timestamp::end_of(date(2026, 3, 17)));
    assert_eq!(due("2026-03-01T11:00:00-05:00"), due("2026-03-01T16:00:00Z"));
    // The law in force is chosen by the date in Shanghai too: on its first day there, it is still the day before in UTC.
    let first = "2020-02-29T16:00:00Z".parse::<Timestamp>().unwrap();
    assert!(law.rule("cp.nfra.simple", first.date()).is_some());
    assert!(law.rule("cp.nfra.simple", first.plus_micros(-1).date()).is_none());
}

#[test]
fn a_clock_says_how_it_stands_and_refuses_what_cannot_be() {
    let law = law();
    let running = opened(&law, "cp.nfra.simple", "2026-03-02T10:00:00");
    let due = due(&law, &running);
    let answered = |at: Timestamp| running.clone().answer(at).unwrap().status(due, at.plus_days(9));
    assert_eq!(answered(due), ClockStatus::Met { at: due });
    let late = due.plus_micros(1);
    assert_eq!(answered(late), ClockStatus::Missed { at: late, late_micros: 1 });
    assert_eq!(running.status(due, due), ClockStatus::Running { left_micros: 0 });
    assert_eq!(running.status(due, late), ClockStatus::Overdue { late_micros: 1 });

    let noon = at("2026-03-05T12:00:00");
    let ended = running.clone().answer(noon).unwrap();
    assert_eq!(ended.clone().answer(noon), Err(ClockRefusal::Ended));
    assert_eq!(ended.clone().pause(noon), Err(ClockRefusal::Ended));
    assert_eq!(ended.restart(noon), Err(ClockRefusal::Ended));
    assert_eq!(running.clone().resume(noon), Err(ClockRefusal::NotPaused));
    assert_eq!(running.clone().answer(at("2026-03-02T09:59:59")), Err(ClockRefusal::Earlier));
    let paused = running.clone().pause(noon).unwrap();
    assert_eq!(paused.clone().pause(noon), Err(ClockRefusal::Paused));
    assert_eq!(paused.clone().resume(noon.plus_micros(-1)), Err(ClockRefusal::Earlier));
    // Answering ends the pause, so that the clock's history is whole.
    let ended = paused.answer(noon.plus_days(1)).unwrap();
    assert_eq!(ended.pauses[0].to, Some(noon.plus_days(1)));
    assert_eq!(ended.ending, Some(Ending::Answered { at: noon.plus_days(1) }));
    // New facts start it anew.
    let anew = running.restart(at("2026-03-10T09:00:00")).unwrap();
    assert_eq!(anew.deadline(&law, date(2026, 3, 10)).unwrap().due, Timestamp::end_of(date(2026, 3, 25)));
}

#[test]
fn extensions_chain_and_count_from_the_same_start() {
    let law = law();
    let start = "2026-03-02T10:00:00";
    let state = opened(&law, "cp.nfra.simple", start);
    let (started, today) = (date(2026, 3, 2), date(2026, 3, 10));
    let complex = law.extension_of(&state.rule, started, today).unwrap();
    let pbc = law.extension("cp.pbc.answer", today).unwrap();
    assert_eq!(state.clone().extend(&pbc), Err(ClockRefusal::OtherClock));
    let state = state.extend(&complex).unwrap();
    assert_eq!(due(&law, &state), Timestamp::end_of(date(2026, 4, 1)));
    let special = law.extension_of(&state.rule, started, today).unwrap();
    assert_eq!(special.extension.body.approval.as_str(), "superior_or_head_office_senior");
    assert!(special.extension.body.notice);
    let state = state.extend(&special).unwrap();
    assert_eq!(due(&law, &state), Timestamp::end_of(date(2026, 5, 1)));
    assert!(law.extension_of(&state.rule, started, today).is_none());
    // A pause taken before the extension still counts.
    let situation = Situation::named(MatterKind::Complaint, MatterSource::Direct);
    assert_eq!(law.opening_clocks(&situation, started).len(), 2);
}
