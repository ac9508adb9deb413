//! Rate limits for endpoints that anybody may call. Counts live in memory and hold no personal data in clear.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
};

use kernel::{Problem, ProblemKind, Text, Timestamp};
use parking_lot::Mutex;

/// Callers counted at once; past that the oldest windows are dropped first. About 40 bytes each.
const COUNTERS_MAX: usize = 100_000;

/// How often something may be done within a window.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// What is counted, for instance `portal.code`.
    pub name: &'static str,
    /// Times within the window.
    pub times_max: u32,
    /// The window, in seconds.
    pub window_seconds: i64,
}

/// Counts by limit and caller, in fixed windows.
#[derive(Debug, Default)]
pub struct RateLimiter {
    counters: Mutex<HashMap<u64, Counter>>,
    // Keys are hashed with a secret of this process, so that the table holds no address or number.
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Counter {
    from: Timestamp,
    times: u32,
}

impl RateLimiter {
    /// No counts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one more for `who`, or refuses with the seconds to wait.
    pub fn check(&self, limit: RateLimit, who: impl Hash, now: Timestamp) -> Result<(), Problem> {
        let window_micros = limit.window_seconds * 1_000_000;
        let key = self.hasher.hash_one((limit.name, who));
        let mut counters = self.counters.lock();
        if counters.len() >= COUNTERS_MAX && !counters.contains_key(&key) {
            make_room(&mut counters);
        }
        let counter = counters.entry(key).or_insert(Counter { from: now, times: 0 });
        let age_micros = now.micros_since(counter.from);
        if age_micros >= window_micros || age_micros < 0 {
            *counter = Counter { from: now, times: 0 };
        }
        if counter.times >= limit.times_max {
            let wait = (window_micros - now.micros_since(counter.from)).div_euclid(1_000_000) + 1;
            let message =
                Text::of(format!("操作太频繁，请 {wait} 秒后再试。"), format!("Too many tries; wait {wait} seconds."));
            let problem = Problem::new(ProblemKind::TooMany, message).because(limit.name);
            return Err(problem.after_seconds(u32::try_from(wait).unwrap_or(u32::MAX)));
        }
        counter.times += 1;
        Ok(())
    }
}

/// Drops the older half; a caller who is counted again starts afresh, which only ever errs to their advantage.
fn make_room(counters: &mut HashMap<u64, Counter>) {
    let mut starts: Vec<Timestamp> = counters.values().map(|counter| counter.from).collect();
    let middle = starts.len() / 2;
    let (_, median, _) = starts.select_nth_unstable(middle);
    let median = *median;
    counters.retain(|_, counter| counter.from > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RateLimit = RateLimit { name: "test", times_max: 2, window_seconds: 60 };

    #[test]
    fn the_third_try_waits_for_the_next_window() {
        let limiter = RateLimiter::new();
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert!(limiter.check(LIMIT, "a", at(0)).is_ok());
        assert!(limiter.check(LIMIT, "a", at(1)).is_ok());
        let refused = limiter.check(LIMIT, "a", at(2)).unwrap_err();
        assert_eq!((refused.kind, refused.wait_seconds()), (ProblemKind::TooMany, Some(59)));
        assert!(limiter.check(LIMIT, "b", at(2)).is_ok());
        assert!(limiter.check(LIMIT, "a", at(60)).is_ok());
    }

    #[test]
    fn the_table_is_bounded() {
        let limiter = RateLimiter::new();
        for caller in 0..(COUNTERS_MAX as i64 + 10) {
            limiter.check(LIMIT, caller, Timestamp::from_micros(caller)).unwrap();
        }
        assert!(limiter.counters.lock().len() <= COUNTERS_MAX);
    }
}
