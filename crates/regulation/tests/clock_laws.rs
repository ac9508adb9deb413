//! Laws that every running clock obeys, whatever is done to it in whatever order.

#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

use std::sync::LazyLock;

use jiff::civil::date;
use kernel::Timestamp;
use proptest::prelude::*;
use regulation::{ClockState, ClockStatus, Regulations};

static LAW: LazyLock<Regulations> = LazyLock::new(|| Regulations::builtin().unwrap());

/// What may be done to a clock.
#[derive(Debug, Clone, Copy)]
enum Act {
    Pause,
    Resume,
    Extend,
    Restart,
    Answer,
    Cancel,
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let act = prop_oneof![
        3 => Just(Act::Pause),
        3 => Just(Act::Resume),
        2 => Just(Act::Extend),
        1 => Just(Act::Restart),
        1 => Just(Act::Answer),
        1 => Just(Act::Cancel),
    ];
    // Now and then a time before the last, which must be refused.
    prop::collection::vec((act, -3_600_000_000i64..9 * 86_400_000_000), 0..12)
}

fn clocks() -> impl Strategy<Value = ClockState> {
    let ids = ["cp.nfra.simple", "cp.pbc.answer", "petition.decide", "policy.first_contact", "policy.return_visit"];
    let start = Timestamp::start_of(date(2025, 11, 1)).as_micros()..Timestamp::start_of(date(2026, 12, 31)).as_micros();
    (prop::sample::select(ids.to_vec()), start).prop_map(|(id, start)| {
        let start = Timestamp::from_micros(start);
        ClockState::start(LAW.rule(id, start.date()).unwrap(), start)
    })
}

/// The clock and the time after the acts that were not refused; a refusal leaves both as they were.
fn play(mut clock: ClockState, acts: &[(Act, i64)]) -> (ClockState, Timestamp) {
    let mut now = clock.started_at;
    for (act, passed) in acts {
        let at = now.plus_micros(*passed);
        let today = at.date();
        let next = match act {
            Act::Pause => clock.clone().pause(at),
            Act::Resume => clock.clone().resume(at),
            Act::Restart => clock.clone().restart(at),
            Act::Answer => clock.clone().answer(at),
            Act::Cancel => clock.clone().cancel(at),
            Act::Extend => match LAW.extension_of(&clock.rule, clock.started_at.date(), today) {
                Some(step) => clock.clone().extend(&step),
                None => continue,
            },
        };
        if let Ok(next) = next {
            (clock, now) = (next, at.max(now));
        }
    }
    (clock, now)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_clock_is_its_stored_form_and_its_history_is_in_order(clock in clocks(), acts in acts()) {
        let (clock, _) = play(clock, &acts);
        let stored = serde_json::to_string(&clock).unwrap();
        prop_assert_eq!(serde_json::from_str::<ClockState>(&stored).unwrap(), clock.clone());
        let mut last = clock.started_at;
        for pause in &clock.pauses {
            prop_assert!(last <= pause.from && pause.to.is_none_or(|to| pause.from <= to));
            last = pause.to.unwrap_or(pause.from);
        }
        prop_assert!(clock.ending.is_none() || clock.paused_since().is_none());
    }

    #[test]
    fn pausing_and_extending_never_make_it_due_earlier(clock in clocks(), acts in acts()) {
        let due = |clock: &ClockState| clock.deadline(&LAW, clock.started_at.date()).unwrap().due;
        for count in 0..acts.len() {
            let ((before, _), (after, _)) = (play(clock.clone(), &acts[..count]), play(clock.clone(), &acts[..=count]));
            if before.started_at == after.started_at {
                prop_assert!(due(&before) <= due(&after), "{:?}", acts[count]);
            }
        }
    }

    #[test]
    fn alerts_are_in_order_and_none_comes_after_the_end(clock in clocks(), acts in acts(), later in 0i64..90 * 86_400_000_000) {
        let (clock, now) = play(clock, &acts);
        let alerts = clock.alerts(&LAW, now.date()).unwrap();
        prop_assert!(alerts.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert!(alerts.iter().all(|alert| alert.at > clock.started_at));
        let asked = now.plus_micros(later);
        let stands = clock.ending.is_some() || clock.paused_since().is_some();
        prop_assert!(!stands || alerts.is_empty());
        for alert in &alerts {
            if let Some(fired) = clock.fires(&alert.rule, &LAW, asked).unwrap() {
                prop_assert!(!stands && fired.at <= asked);
            }
        }
        if let Some(next) = clock.next_alert(&LAW, asked).unwrap() {
            prop_assert!(next.at > asked && !stands);
        }
    }

    #[test]
    fn every_clock_stands_in_exactly_one_way(clock in clocks(), acts in acts(), later in 0i64..90 * 86_400_000_000) {
        let (clock, now) = play(clock, &acts);
        let due = clock.deadline(&LAW, now.date()).unwrap().due;
        let asked = now.plus_micros(later);
        match clock.status(due, asked) {
            ClockStatus::Running { left_micros } => {
                prop_assert!(left_micros >= 0 && clock.ending.is_none());
                prop_assert_eq!(asked.plus_micros(left_micros), due);
            }
            ClockStatus::Overdue { late_micros } => {
                prop_assert!(late_micros > 0 && clock.ending.is_none());
                prop_assert_eq!(due.plus_micros(late_micros), asked);
            }
            ClockStatus::Paused { since } => prop_assert_eq!(clock.paused_since(), Some(since)),
            ClockStatus::Met { at } => prop_assert!(at <= due && clock.answered_at() == Some(at)),
            ClockStatus::Missed { at, late_micros } => {
                prop_assert!(late_micros > 0 && clock.answered_at() == Some(at));
            }
            ClockStatus::Cancelled { .. } => prop_assert!(clock.ending.is_some() && clock.answered_at().is_none()),
        }
    }
}
