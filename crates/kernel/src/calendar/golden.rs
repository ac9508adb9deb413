//! Cases that users of other systems reported wrong, each with the answer a person counts on a wall calendar.

use jiff::civil::date;

use super::*;

const MINUTE: i64 = 60_000_000;

/// The State Council's days around two holidays of 2026, and nothing else of that year.
fn calendar_of_2026(hours: WorkingHours) -> WorkCalendar {
    let named = [
        ("国庆节", 9, 20, false),
        ("中秋节", 9, 25, true),
        ("国庆节", 10, 1, true),
        ("国庆节", 10, 2, true),
        ("国庆节", 10, 5, true),
        ("国庆节", 10, 6, true),
        ("国庆节", 10, 7, true),
        ("国庆节", 10, 10, false),
    ];
    let day = |(name, month, day, off): (&str, i8, i8, bool)| {
        (date(2026, month, day), HolidayDay { name: name.to_owned(), off })
    };
    let year = HolidayYear::new(2026, vec![], named.into_iter().map(day).collect()).unwrap();
    WorkCalendar::new(hours).with_year(year).unwrap()
}

fn office() -> WorkingHours {
    WorkingHours::weekdays(&["08:30-12:00".parse().unwrap(), "13:30-17:30".parse().unwrap()]).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_shanghai(text.parse().unwrap())
}

fn period(length: u32, unit: Unit) -> Period {
    Period::new(length, unit).unwrap()
}

#[track_caller]
fn check_workdays(from: (i8, i8), count: u32, expect: (i8, i8)) {
    let calendar = calendar_of_2026(office());
    let reached = calendar.add_workdays(date(2026, from.0, from.1), count);
    assert_eq!(reached, DeadlineDate { date: date(2026, expect.0, expect.1), provisional: false });
}

#[test]
fn a_holiday_week_is_skipped_and_a_makeup_saturday_counts() {
    check_workdays((9, 30), 1, (10, 8));
    check_workdays((9, 30), 3, (10, 10)); // the Saturday worked for the holiday
    check_workdays((9, 30), 4, (10, 12));
    check_workdays((9, 18), 1, (9, 20)); // a Sunday that is worked
    check_workdays((10, 3), 0, (10, 3));
    let calendar = calendar_of_2026(office());
    assert_eq!(calendar.sub_workdays(date(2026, 10, 12), 3).date, date(2026, 10, 8));
    assert_eq!(calendar.workday_until(date(2026, 10, 7)).date, date(2026, 9, 30));
    assert_eq!(calendar.workday_from(date(2026, 10, 1)).date, date(2026, 10, 8));
    assert_eq!(calendar.workdays_between(date(2026, 9, 30), date(2026, 10, 12)), 4);
}

#[test]
fn around_the_clock_no_minute_is_lost_at_midnight() {
    let calendar = calendar_of_2026(WorkingHours::around_the_clock());
    let start = at("2026-09-30T23:59:30");
    assert_eq!(calendar.add_working(start, 2 * MINUTE).at, at("2026-10-01T00:01:30"));
    assert_eq!(calendar.add_working(start, 30 * 1440 * MINUTE).at, at("2026-10-30T23:59:30"));
    assert_eq!(calendar.sub_working(at("2026-10-30T23:59:30"), 30 * 1440 * MINUTE).at, start);
    assert_eq!(calendar.working_between(start, at("2026-10-01T00:00:30")), MINUTE);
    // Exactly to midnight is exactly midnight, not a minute or a microsecond off.
    assert_eq!(calendar.add_working(start, MINUTE / 2).at, at("2026-10-01T00:00:00"));
    let out = calendar.run_out(start, period(1440, Unit::WorkingMinutes), Roll::None, &[]);
    assert_eq!(out.due, at("2026-10-01T23:59:30"));
}

#[test]
fn lunch_breaks_and_split_shifts_do_not_count() {
    let calendar = calendar_of_2026(office());
    for (from, minutes, to) in [
        ("2026-10-13T11:30:00", 30, "2026-10-13T12:00:00"),
        ("2026-10-13T11:30:00", 31, "2026-10-13T13:31:00"),
        ("2026-10-13T12:30:00", 1, "2026-10-13T13:31:00"),
        ("2026-10-13T16:30:00", 90, "2026-10-14T09:00:00"),
        ("2026-10-13T17:30:00", 1, "2026-10-14T08:31:00"),
        // Friday evening, with the Saturday worked for the holiday and the Sunday off.
        ("2026-10-09T17:00:00", 30 + 450 + 10, "2026-10-12T08:40:00"),
        // From inside a holiday.
        ("2026-10-03T10:00:00", 5, "2026-10-08T08:35:00"),
    ] {
        assert_eq!(calendar.add_working(at(from), minutes * MINUTE).at, at(to), "{minutes} from {from}");
        assert_eq!(calendar.working_between(at(from), at(to)), minutes * MINUTE, "{from} to {to}");
    }
    for (to, minutes, from) in [
        ("2026-10-13T13:31:00", 1, "2026-10-13T13:30:00"),
        ("2026-10-13T13:31:00", 2, "2026-10-13T11:59:00"),
        ("2026-10-13T12:30:00", 30, "2026-10-13T11:30:00"),
        ("2026-10-12T08:40:00", 10 + 450 + 30, "2026-10-09T17:00:00"),
        ("2026-10-12T08:40:00", 10, "2026-10-12T08:30:00"),
    ] {
        assert_eq!(calendar.sub_working(at(to), minutes * MINUTE).at, at(from), "{minutes} before {to}");
    }
    let evening = |spans: &[&str]| spans.iter().map(|span| span.parse().unwrap()).collect::<Vec<Span>>();
    let shifts = WorkingHours::weekdays(&evening(&["18:00-24:00", "00:00-02:00", "09:00-12:00"])).unwrap();
    let calendar = calendar_of_2026(shifts);
    // A night shift across midnight: the two spans join without a gap.
    assert_eq!(calendar.add_working(at("2026-10-13T23:30:00"), 60 * MINUTE).at, at("2026-10-14T00:30:00"));
    assert_eq!(calendar.add_working(at("2026-10-13T23:30:00"), 151 * MINUTE).at, at("2026-10-14T09:01:00"));
}

#[test]
fn days_absent_from_the_calendar_are_assumed_and_said_to_be() {
    let calendar = calendar_of_2026(office());
    // A date that the paper does not name is plain: known, by its weekday.
    assert_eq!(calendar.day(date(2026, 10, 14)), Day { workday: true, certainty: Certainty::Known });
    assert_eq!(calendar.day(date(2026, 10, 18)), Day { workday: false, certainty: Certainty::Known });
    // A year without a paper: weekends alone are off, and the answer says so.
    assert_eq!(calendar.day(date(2027, 1, 1)), Day { workday: true, certainty: Certainty::Assumed });
    let reached = calendar.add_workdays(date(2026, 12, 30), 2);
    assert_eq!(reached, DeadlineDate { date: date(2027, 1, 1), provisional: true });
    assert!(!calendar.add_workdays(date(2026, 12, 30), 1).provisional);
    // Natural days lean on no paper, so they are firm however far they reach.
    let natural = calendar.run_out(at("2026-12-30T10:00:00"), period(60, Unit::NaturalDays), Roll::None, &[]);
    assert!(!natural.provisional);
    // Unless they roll by working days.
    let rolled = calendar.run_out(at("2026-12-30T10:00:00"), period(60, Unit::NaturalDays), Roll::NextWorkday, &[]);
    assert_eq!((rolled.due, rolled.provisional), (Timestamp::end_of(date(2027, 3, 1)), true)); // 28 February is a Sunday
}

#[test]
fn a_year_missing_in_the_middle_is_assumed_too() {
    let day = |y, off| (date(y, 10, 1), HolidayDay { name: "国庆节".to_owned(), off });
    let year = |y| HolidayYear::new(y, vec![], [day(y, true)].into()).unwrap();
    let calendar = WorkCalendar::new(office()).with_year(year(2024)).unwrap().with_year(year(2026)).unwrap();
    assert_eq!(calendar.last_known_year(), Some(2026));
    assert_eq!(calendar.day(date(2025, 10, 1)).certainty, Certainty::Assumed);
    assert!(calendar.add_workdays(date(2024, 12, 31), 1).provisional);
}

#[test]
fn a_pause_that_spans_the_deadline_carries_it_over() {
    let calendar = calendar_of_2026(office());
    let start = at("2026-03-02T10:00:00");
    let fifteen = period(15, Unit::NaturalDays);
    let due = |pauses: &[(&str, Option<&str>)]| {
        let pauses: Vec<Pause> = pauses.iter().map(|(from, to)| Pause { from: at(from), to: to.map(at) }).collect();
        calendar.run_out(start, fifteen, Roll::None, &pauses)
    };
    assert_eq!(due(&[]).due, Timestamp::end_of(date(2026, 3, 17)));
    // From before the old deadline to after it: six days and two hours are added.
    let spanning = due(&[("2026-03-15T09:00:00", Some("2026-03-21T11:00:00"))]);
    assert_eq!(spanning.due, at("2026-03-24T01:59:59.999999"));
    // Overlapping pauses count once, in whatever order they are given.
    let twice = due(&[
        ("2026-03-16T00:00:00", Some("2026-03-18T00:00:00")),
        ("2026-03-15T09:00:00", Some("2026-03-21T11:00:00")),
    ]);
    assert_eq!(twice, spanning);
    // A pause after the deadline revives nothing, and one before the counting began takes nothing.
    assert_eq!(due(&[("2026-03-18T00:00:00", Some("2026-03-25T00:00:00"))]), due(&[]));
    assert_eq!(due(&[("2026-03-02T11:00:00", Some("2026-03-02T20:00:00"))]), due(&[]));
    // A second pause that begins within the time the first one gave.
    let chained = due(&[
        ("2026-03-17T00:00:00", Some("2026-03-19T00:00:00")),
        ("2026-03-18T12:00:00", Some("2026-03-20T00:00:00")),
    ]);
    assert_eq!(chained.due, Timestamp::end_of(date(2026, 3, 20)));
    // One that lasts: the clock stands still, and the earliest end is the old one.
    let open = due(&[("2026-03-15T09:00:00", None)]);
    assert_eq!((open.due, open.paused_since), (due(&[]).due, Some(at("2026-03-15T09:00:00"))));
    assert_eq!(due(&[("2026-03-20T09:00:00", None)]).paused_since, None);
}

#[test]
fn a_pause_takes_working_days_out_of_a_period_of_working_days() {
    let calendar = calendar_of_2026(office());
    let due = |from: &str, to: &str| {
        let pause = Pause { from: at(from), to: Some(at(to)) };
        calendar.run_out(at("2026-10-12T10:00:00"), period(3, Unit::Workdays), Roll::None, &[pause]).due
    };
    // Tuesday to Thursday count; the pause of Wednesday moves the end to Friday.
    assert_eq!(due("2026-10-14T00:00:00", "2026-10-15T00:00:00"), Timestamp::end_of(date(2026, 10, 16)));
    // From Wednesday through the weekend: three working days are gone, and the weekend was none.
    assert_eq!(due("2026-10-14T00:00:00", "2026-10-19T00:00:00"), Timestamp::end_of(date(2026, 10, 20)));
    // A pause within days off takes nothing.
    assert_eq!(due("2026-10-17T00:00:00", "2026-10-18T00:00:00"), Timestamp::end_of(date(2026, 10, 15)));
}

#[test]
fn hours_end_by_the_clock_on_a_day_off_too() {
    let calendar = calendar_of_2026(office());
    for (roll, length) in [(Roll::NextWorkday, 24), (Roll::PreviousWorkday, 48)] {
        let start = at("2026-10-02T09:00:00");
        let out = calendar.run_out(start, period(length, Unit::Hours), roll, &[]);
        assert_eq!((out.due, out.provisional), (start.plus_micros(i64::from(length) * 60 * MINUTE), false));
    }
}

#[test]
fn a_deadline_on_a_day_off_rolls_only_when_the_rule_says_so() {
    let calendar = calendar_of_2026(office());
    let due = |roll| calendar.run_out(at("2026-09-19T10:00:00"), period(14, Unit::NaturalDays), roll, &[]).due;
    assert_eq!(due(Roll::None), Timestamp::end_of(date(2026, 10, 3)));
    assert_eq!(due(Roll::NextWorkday), Timestamp::end_of(date(2026, 10, 8)));
    assert_eq!(due(Roll::PreviousWorkday), Timestamp::end_of(date(2026, 9, 30)));
}

#[test]
fn days_are_those_of_shanghai_wherever_the_instant_was_written() {
    let calendar = calendar_of_2026(office());
    let due = |instant: &str| {
        calendar.run_out(instant.parse().unwrap(), period(15, Unit::NaturalDays), Roll::None, &[]).due.to_string()
    };
    // 15:59 UTC is still the first of March in Shanghai; 16:00 is the second.
    assert_eq!(due("2026-03-01T15:59:59Z"), "2026-03-16T15:59:59.999999Z");
    assert_eq!(due("2026-03-01T16:00:00Z"), "2026-03-17T15:59:59.999999Z");
    // The same instant written in New York, with its daylight saving time, and in Tokyo.
    assert_eq!(due("2026-03-08T12:00:00-04:00"), due("2026-03-09T01:00:00+09:00"));
    assert_eq!(due("2026-03-01T10:59:59-05:00"), due("2026-03-01T15:59:59Z"));
}

#[test]
fn months_and_years_end_on_a_day_that_exists() {
    let calendar = calendar_of_2026(office());
    let due = |start: &str, length, unit| calendar.run_out(at(start), period(length, unit), Roll::None, &[]).due;
    assert_eq!(due("2026-08-31T10:00:00", 6, Unit::Months), Timestamp::end_of(date(2027, 2, 28)));
    assert_eq!(due("2024-02-29T10:00:00", 3, Unit::Years), Timestamp::end_of(date(2027, 2, 28)));
    assert_eq!(due("2026-03-01T10:00:00", 72, Unit::Hours), at("2026-03-04T10:00:00"));
    assert_eq!(due("2026-03-01T23:50:00", 30, Unit::Minutes), at("2026-03-02T00:20:00"));
}

#[test]
fn a_paper_may_change_the_end_of_the_year_before() {
    // The paper for 2019 made 31 December 2018 a day off and 29 December 2018 a working Saturday.
    let day = |y, m, d, off| (date(y, m, d), HolidayDay { name: "元旦".to_owned(), off });
    let of_2018 = HolidayYear::new(2018, vec![], [day(2018, 1, 1, true)].into()).unwrap();
    let of_2019 = [day(2018, 12, 29, false), day(2018, 12, 31, true), day(2019, 1, 1, true)];
    let of_2019 = HolidayYear::new(2019, vec![], of_2019.into()).unwrap();
    let before = WorkCalendar::new(office()).with_year(of_2018).unwrap();
    let after = before.clone().with_year(of_2019).unwrap();
    let firm = before.add_workdays(date(2018, 12, 27), 2);
    assert_eq!(firm, DeadlineDate { date: date(2018, 12, 31), provisional: false });
    assert_eq!(after.add_workdays(date(2018, 12, 27), 2).date, date(2018, 12, 29));
    let change = CalendarChange::between(&before, &after);
    assert_eq!(change.days, [date(2018, 12, 29), date(2018, 12, 31), date(2019, 1, 1)]);
    assert_eq!(change.years, [2019]);
    // A deadline that was never provisional is concerned all the same.
    let (start, due) = (at("2018-12-27T10:00:00"), Timestamp::end_of(firm.date));
    assert!(change.concerns(start, due));
    assert!(!change.concerns(at("2018-12-03T10:00:00"), at("2018-12-20T10:00:00")));
    assert!(!change.is_empty() && CalendarChange::between(&after, &after).is_empty());
}

#[test]
fn papers_that_contradict_each_other_are_refused() {
    let year = |y, off| {
        let day = HolidayDay { name: "元旦".to_owned(), off };
        HolidayYear::new(y, vec![], [(date(2026, 12, 31), day)].into()).unwrap()
    };
    let calendar = WorkCalendar::new(office()).with_year(year(2026, true)).unwrap();
    let error = calendar.clone().with_year(year(2027, false)).unwrap_err();
    assert_eq!(error, CalendarError { year: 2027, other: 2026, date: date(2026, 12, 31) });
    assert!(calendar.clone().with_year(year(2027, true)).is_ok());
    // A newer paper for the same year replaces the older one.
    assert!(calendar.with_year(year(2026, false)).unwrap().is_workday(date(2026, 12, 31)));
}

#[test]
fn hours_that_make_no_sense_are_refused() {
    for (text, error) in [
        ("8:30-12:00", HoursError::Text),
        ("08:30", HoursError::Text),
        ("08:60-12:00", HoursError::Text),
        ("22:00-06:00", HoursError::Empty),
        ("12:00-12:00", HoursError::Empty),
        ("12:00-24:01", HoursError::Text),
        ("+8:30-12:00", HoursError::Text),
    ] {
        assert_eq!(text.parse::<Span>(), Err(error), "{text}");
    }
    let spans = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Span>>();
    assert_eq!(WorkingHours::weekdays(&spans(&["08:00-12:00", "11:00-13:00"])), Err(HoursError::Overlap));
    assert_eq!(WorkingHours::weekdays(&spans(&["08:00-08:10"])), Err(HoursError::Idle));
    assert_eq!(spans(&["08:00–24:00"])[0].to_string(), "08:00-24:00");
}

#[test]
fn a_deadline_that_rolls_ends_with_its_day_wherever_pauses_left_it() {
    let calendar = calendar_of_2026(office());
    let pauses = [Pause { from: at("2026-03-05T20:00:00"), to: Some(at("2026-03-06T06:00:00")) }];
    let due = |start: &str| calendar.run_out(at(start), period(3, Unit::NaturalDays), Roll::NextWorkday, &pauses).due;
    // Ten hours of the pause fall into the first period, which ends on Sunday at ten and rolls; six into the second, which
    // ends on Monday at six and must not end before the one that began a day earlier.
    let monday = Timestamp::end_of(date(2026, 3, 9));
    assert_eq!((due("2026-03-04T10:00:00"), due("2026-03-05T10:00:00")), (monday, monday));
}
