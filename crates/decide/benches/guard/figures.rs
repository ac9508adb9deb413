//! Times of single acts, and what they come to, one JSON object a line.

use std::time::{Duration, Instant};

use serde_json::json;

/// Times in nanoseconds, each of one act.
#[derive(Debug, Default)]
pub struct Times {
    nanos: Vec<u32>,
    total: Duration,
}

/// What times come to, in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// Half took no longer.
    pub p50: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99: f64,
    /// Acts in a second.
    pub per_second: f64,
}

impl Times {
    /// Does something for so long and keeps the time of each act; `acts` says how many acts one call is, for those that
    /// are too short to be timed one by one.
    pub fn measure(seconds: u64, acts: u32, mut act: impl FnMut()) -> Self {
        let (mut this, begin, span) = (Self::default(), Instant::now(), Duration::from_secs(seconds));
        while begin.elapsed() < span {
            this.time(acts, &mut act);
        }
        this
    }

    /// Keeps the time of one call.
    pub fn time(&mut self, acts: u32, act: impl FnOnce()) {
        let start = Instant::now();
        act();
        let time = start.elapsed();
        self.nanos.extend(std::iter::repeat_n(time.as_nanos() as u32 / acts, acts as usize));
        self.total += time;
    }

    /// Prints what the times come to.
    pub fn tell(mut self, name: &str) -> Found {
        self.nanos.sort_unstable();
        let at = |share: f64| {
            let index = ((self.nanos.len() as f64 - 1.0) * share).max(0.0) as usize;
            self.nanos.get(index).map_or(f64::NAN, |nanos| f64::from(*nanos) / 1e3)
        };
        let found =
            Found { p50: at(0.5), p99: at(0.99), per_second: self.nanos.len() as f64 / self.total.as_secs_f64() };
        println!(
            "{}",
            json!({ "reading": name, "per_second": found.per_second, "median_us": found.p50, "p99_us": found.p99,
                "count": self.nanos.len() })
        );
        eprintln!("{name}: p99.9 {:.1} µs, longest {:.0} µs", at(0.999), at(1.0));
        found
    }
}

/// Prints a rate by itself.
pub fn rate(name: &str, count: usize, time: Duration) {
    println!("{}", json!({ "reading": name, "per_second": count as f64 / time.as_secs_f64(), "count": count }));
}

/// Prints a figure that must not be larger.
pub fn at_most(name: &str, value: f64, bound: f64) {
    println!("{}", json!({ "ratio": name, "value": value, "at_most": bound }));
}

/// Prints a figure that must not be smaller.
pub fn at_least(name: &str, value: f64, bound: f64) {
    println!("{}", json!({ "ratio": name, "value": value, "at_least": bound }));
}

/// Prints a figure for scale.
pub fn figure(name: &str, value: f64) {
    println!("{}", json!({ "ratio": name, "value": value }));
}
