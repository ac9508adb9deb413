//! How many wrong tries a name may have before it is locked for a while.
//!
//! The count is kept by the name that was tried, whether or not such a person exists: an account that locks and a name
//! that does not would tell a stranger who works here. A try counts before it is checked, so that many tries at once
//! cannot get past the limit.

use kernel::Timestamp;

/// Wrong tries before the lock: three is too few for a password typed behind a counter, ten is a gift to a guesser.
pub const FAILURES_MAX: u32 = 5;
/// Wrong tries count together when they fall within this time of the first, in microseconds: a quarter of an hour.
pub const WINDOW_MICROS: i64 = 15 * 60 * 1_000_000;
/// How long a lock holds, in microseconds: at most twenty guesses an hour, and a person can wait it out.
pub const LOCK_MICROS: i64 = 15 * 60 * 1_000_000;

/// The tries under one name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guard {
    /// Tries counted since `since`, none of them yet known to be right.
    pub tries: u32,
    /// When the first of them was made.
    pub since: Option<Timestamp>,
    /// Until when no try is let through.
    pub locked_until: Option<Timestamp>,
}

/// No try is let through before the instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    /// When the next try is let through.
    pub until: Timestamp,
}

impl Guard {
    /// Counts a try about to be checked, or refuses it.
    ///
    /// The last try that is let through sets the lock at once; being right takes it off again (`Guard::default()`).
    pub fn enter(self, now: Timestamp) -> Result<Self, Locked> {
        if let Some(until) = self.locked_until.filter(|until| *until > now) {
            return Err(Locked { until });
        }
        let fresh =
            self.locked_until.is_some() || self.since.is_none_or(|since| now.micros_since(since) >= WINDOW_MICROS);
        let (tries, since) = if fresh { (1, now) } else { (self.tries + 1, self.since.unwrap_or(now)) };
        let locked_until = (tries >= FAILURES_MAX).then(|| now.plus_micros(LOCK_MICROS));
        Ok(Self { tries, since: Some(since), locked_until })
    }

    /// Takes back a try that turned out to be neither right nor wrong: the password was right, a code is still to come.
    ///
    /// Only this one is taken back. Forgetting the earlier ones would let whoever has the password guess codes for ever.
    #[must_use]
    pub fn withdraw(self) -> Self {
        let tries = self.tries.saturating_sub(1);
        Self { tries, locked_until: self.locked_until.filter(|_| tries >= FAILURES_MAX), ..self }
    }

    /// Whether the record says nothing any more and may be removed.
    pub fn is_stale(self, now: Timestamp) -> bool {
        let open = self.locked_until.is_none_or(|until| until <= now);
        open && self.since.is_none_or(|since| now.micros_since(since) >= WINDOW_MICROS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000 + minutes * MINUTE)
    }

    #[test]
    fn the_sixth_try_is_refused_and_the_lock_ends_by_itself() {
        let mut guard = Guard::default();
        for minute in 0..i64::from(FAILURES_MAX) {
            guard = guard.enter(at(minute)).unwrap();
        }
        let until = at(4 + 15);
        assert_eq!(guard.enter(at(5)), Err(Locked { until }));
        assert_eq!(guard.enter(until.plus_micros(-1)), Err(Locked { until }));
        assert_eq!(guard.enter(until).unwrap().tries, 1);
    }

    #[test]
    fn tries_far_apart_do_not_add_up() {
        let mut guard = Guard::default();
        for round in 0..20 {
            guard = guard.enter(at(round * 16)).unwrap();
            assert_eq!(guard.tries, 1, "round {round}");
        }
        assert!(guard.is_stale(at(20 * 16)));
        assert!(!guard.is_stale(at(19 * 16 + 1)));
    }

    #[test]
    fn a_try_that_is_taken_back_leaves_the_earlier_ones() {
        let mut guard = Guard::default();
        for _ in 0..FAILURES_MAX - 1 {
            guard = guard.enter(at(0)).unwrap();
        }
        let asked_for_a_code = guard.enter(at(1)).unwrap();
        assert!(asked_for_a_code.locked_until.is_some());
        assert_eq!(asked_for_a_code.withdraw(), guard);
        assert_eq!(Guard::default().withdraw(), Guard::default());
    }

    #[test]
    fn a_locked_record_is_kept_until_the_lock_ends() {
        let mut guard = Guard::default();
        for _ in 0..FAILURES_MAX {
            guard = guard.enter(at(0)).unwrap();
        }
        assert!(!guard.is_stale(at(14)));
        assert!(guard.is_stale(at(15)));
    }
}
