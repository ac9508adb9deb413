//! Laws that every calendar and every period obey, on random ones. Holds no case that a person would count by hand.

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use super::*;

const DAY: i64 = crate::timestamp::DAY_MICROS;

/// Random holidays and make-up days in some of the years 2024 and 2026, on random hours.
fn calendars() -> impl Strategy<Value = WorkCalendar> {
    let named = prop::option::weighted(0.8, prop::collection::btree_map(0..365i64, any::<bool>(), 1..60));
    let hours = prop_oneof![
        Just(WorkingHours::around_the_clock()),
        Just(WorkingHours::weekdays(&["08:30-12:00".parse().unwrap(), "13:30-17:30".parse().unwrap()]).unwrap()),
        Just(WorkingHours::weekdays(&["00:00-01:07".parse().unwrap(), "23:00-24:00".parse().unwrap()]).unwrap()),
    ];
    (named.clone(), named, hours).prop_map(|(first, second, hours)| {
        let with_year = |calendar: WorkCalendar, y: i16, days: Option<BTreeMap<i64, bool>>| {
            let day = |(n, off): (i64, bool)| (date(y, 1, 1) + n.days(), HolidayDay { name: "节".to_owned(), off });
            let Some(days) = days else { return calendar };
            calendar.with_year(HolidayYear::new(y, vec![], days.into_iter().map(day).collect()).unwrap()).unwrap()
        };
        with_year(with_year(WorkCalendar::new(hours), 2024, first), 2026, second)
    })
}

fn instants() -> impl Strategy<Value = Timestamp> {
    let (from, to) = (Timestamp::start_of(date(2023, 6, 1)), Timestamp::start_of(date(2027, 6, 1)));
    (from.as_micros()..to.as_micros()).prop_map(Timestamp::from_micros)
}

fn periods() -> impl Strategy<Value = Period> {
    let unit = prop_oneof![
        Just((Unit::NaturalDays, 120u32)),
        Just((Unit::Workdays, 80)),
        Just((Unit::Months, 12)),
        Just((Unit::Years, 3)),
        Just((Unit::Hours, 2000)),
        Just((Unit::Minutes, 2000)),
        Just((Unit::WorkingMinutes, 9000)),
    ];
    unit.prop_flat_map(|(unit, max)| (0..=max).prop_map(move |length| Period::new(length, unit).unwrap()))
}

/// Pauses anywhere near `instants`, in any order, overlapping at will.
fn pauses() -> impl Strategy<Value = Vec<Pause>> {
    let pause = (instants(), 0..20 * DAY).prop_map(|(from, long)| Pause { from, to: Some(from.plus_micros(long)) });
    prop::collection::vec(pause, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn later_starts_are_never_due_earlier(
        calendar in calendars(), period in periods(), one in instants(), two in instants(), pauses in pauses(),
    ) {
        let (first, second) = (one.min(two), one.max(two));
        // Months and years end on a like-numbered day or the last there is: up to four starts share an end, and a pause may cost
        // the first of them up to three days more than the last, the days by which its period is longer. Never more than that.
        let slack = if matches!(period.unit(), Unit::Months | Unit::Years) && !pauses.is_empty() { 3 } else { 0 };
        let plain = calendar.run_out(second, period, Roll::None, &pauses).due;
        for roll in [Roll::None, Roll::NextWorkday, Roll::PreviousWorkday] {
            let due = calendar.run_out(first, period, roll, &pauses).due;
            let latest = if period.unit().ends_with_a_day() {
                calendar.rolled(plain.plus_days(slack), roll).at
            } else {
                plain
            };
            prop_assert!(due <= latest, "{due:?} after {latest:?}");
        }
    }

    #[test]
    fn longer_periods_and_more_pauses_are_never_due_earlier(
        calendar in calendars(), period in periods(), more in 0u32..50, start in instants(), pauses in pauses(),
    ) {
        let due = |period, pauses: &[Pause]| calendar.run_out(start, period, Roll::None, pauses).due;
        let longer = Period::new(period.length() + more, period.unit()).unwrap();
        prop_assert!(due(period, &pauses) <= due(longer, &pauses));
        let mut last = due(period, &[]);
        for count in 0..pauses.len() {
            let next = due(period, &pauses[..=count]);
            prop_assert!(last <= next);
            last = next;
        }
    }

    #[test]
    fn pauses_within_a_natural_period_add_up(
        start in instants(), days in 1u32..100, cuts in prop::collection::vec(0..100 * DAY, 4),
    ) {
        let calendar = WorkCalendar::new(WorkingHours::around_the_clock());
        let period = Period::new(days, Unit::NaturalDays).unwrap();
        let plain = calendar.run_out(start, period, Roll::None, &[]).due;
        let from = Timestamp::start_of(start.date().tomorrow().unwrap());
        let mut cuts: Vec<i64> = cuts.iter().map(|cut| cut % (i64::from(days) * DAY)).collect();
        cuts.sort_unstable();
        let pause = |a: i64, b: i64| Pause { from: from.plus_micros(a), to: Some(from.plus_micros(b)) };
        let (one, two) = (pause(cuts[0], cuts[1]), pause(cuts[2], cuts[3]));
        let sum = cuts[1] - cuts[0] + cuts[3] - cuts[2];
        for pauses in [vec![one, two], vec![two, one], vec![one, two, one]] {
            let out = calendar.run_out(start, period, Roll::None, &pauses);
            prop_assert_eq!(out.due, plain.plus_micros(sum));
            prop_assert_eq!(out.delayed_micros, sum);
        }
        // A pause in two pieces is the pause.
        let whole = calendar.run_out(start, period, Roll::None, &[pause(cuts[0], cuts[2])]);
        let pieces = [pause(cuts[0], cuts[1]), pause(cuts[1], cuts[2])];
        prop_assert_eq!(calendar.run_out(start, period, Roll::None, &pieces), whole);
    }

    #[test]
    fn natural_days_are_the_inverse_of_subtracting_dates(start in instants(), days in 0u32..2000) {
        let calendar = WorkCalendar::new(WorkingHours::around_the_clock());
        let due = calendar.run_out(start, Period::new(days, Unit::NaturalDays).unwrap(), Roll::None, &[]).due;
        let between = start.date().until(due.date()).unwrap();
        prop_assert_eq!(between.get_days(), i32::try_from(days).unwrap());
        prop_assert_eq!(due, Timestamp::end_of(due.date()));
    }

    #[test]
    fn working_days_agree_with_counting_day_by_day(calendar in calendars(), start in instants(), count in 1u32..200) {
        let reached = calendar.add_workdays(start.date(), count);
        let (mut day, mut counted, mut assumed) = (start.date(), 0, false);
        while counted < count {
            day = day.tomorrow().unwrap();
            let known = calendar.years().any(|year| year.year() == day.year());
            assumed |= !known;
            let named = calendar.years().find_map(|year| year.days().get(&day)).map(|named| !named.off);
            let weekday = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            counted += u32::from(named.unwrap_or(weekday));
        }
        prop_assert_eq!(reached, DeadlineDate { date: day, provisional: assumed });
        prop_assert_eq!(calendar.workdays_between(start.date(), day), count);
        prop_assert!(calendar.is_workday(day));
        let back = calendar.sub_workdays(day, count).date;
        prop_assert!(back <= start.date().max(calendar.workday_until(start.date()).date));
        prop_assert_eq!(calendar.workdays_between(back, day), count);
    }

    #[test]
    fn paused_working_days_hold_exactly_their_length(
        calendar in calendars(), start in instants(), count in 0u32..60, pauses in pauses(),
    ) {
        let out = calendar.run_out(start, Period::new(count, Unit::Workdays).unwrap(), Roll::None, &pauses);
        // Day by day: what of each working day up to the end is not paused.
        let mut counted = 0;
        let mut day = start.date().tomorrow().unwrap();
        let end = out.due.plus_micros(1);
        while Timestamp::start_of(day) < end {
            if calendar.is_workday(day) {
                let (from, to) = (Timestamp::start_of(day), Timestamp::end_of(day).plus_micros(1).min(end));
                counted += to.micros_since(from) - paused_within(from, to, &pauses);
            }
            day = day.tomorrow().unwrap();
        }
        prop_assert_eq!(counted, i64::from(count) * DAY);
    }

    #[test]
    fn working_time_adds_subtracts_and_measures_alike(
        calendar in calendars(), start in instants(), one in 0i64..40 * DAY / 10, two in 0i64..DAY,
    ) {
        let end = calendar.add_working(start, one).at;
        prop_assert_eq!(calendar.working_between(start, end), one);
        prop_assert_eq!(calendar.add_working(end, two).at, calendar.add_working(start, one + two).at);
        let back = calendar.sub_working(start, one).at;
        prop_assert_eq!(calendar.working_between(back, start), one);
        prop_assert!(back <= start && start <= end);
    }

    #[test]
    fn around_the_clock_is_the_clock(start in instants(), minutes in 0u32..100_000) {
        let calendar = WorkCalendar::new(WorkingHours::around_the_clock());
        let due = calendar.run_out(start, Period::new(minutes, Unit::WorkingMinutes).unwrap(), Roll::None, &[]).due;
        prop_assert_eq!(due.micros_since(start), i64::from(minutes) * 60_000_000);
    }

    #[test]
    fn a_deadline_that_moved_was_named_by_the_change(
        old in calendars(), new in calendars(), start in instants(), period in periods(), pauses in pauses(),
    ) {
        let change = CalendarChange::between(&old, &new);
        for roll in [Roll::None, Roll::NextWorkday] {
            let (was, is) = (old.run_out(start, period, roll, &pauses), new.run_out(start, period, roll, &pauses));
            if was.due != is.due || was.provisional != is.provisional {
                prop_assert!(change.concerns(start, was.due));
            }
        }
    }

    #[test]
    fn no_start_and_no_pause_is_too_far(
        calendar in calendars(), start in any::<i64>(), period in periods(),
        pauses in prop::collection::vec((any::<i64>(), prop::option::of(any::<i64>())), 0..4),
    ) {
        let instant = Timestamp::from_micros;
        let pauses: Vec<Pause> =
            pauses.into_iter().map(|(from, to)| Pause { from: instant(from), to: to.map(instant) }).collect();
        for end in [instant(start), Timestamp::MIN, Timestamp::MAX] {
            let out = calendar.run_out(end, period, Roll::NextWorkday, &pauses);
            prop_assert!(out.due >= end.plus_days(-1));
            let _ = calendar.sub_working(end, 1_000_000);
        }
    }

    #[test]
    fn no_text_of_hours_panics(text in "\\PC*") {
        if let Ok(span) = text.parse::<Span>() {
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }
    }
}

/// How much of the time from `from` to `to` is paused, counted over the sorted ends of the pauses.
fn paused_within(from: Timestamp, to: Timestamp, pauses: &[Pause]) -> i64 {
    let mut edges: Vec<Timestamp> = pauses.iter().flat_map(|pause| [Some(pause.from), pause.to]).flatten().collect();
    edges.extend([from, to]);
    edges.retain(|edge| (from..=to).contains(edge));
    edges.sort_unstable();
    let within = |pair: &&[Timestamp]| {
        pauses.iter().any(|pause| pause.from <= pair[0] && pause.to.is_none_or(|end| pair[1] <= end))
    };
    edges.windows(2).filter(within).map(|pair| pair[1].micros_since(pair[0])).sum()
}
