//! Medians and percentiles of measured times.

use std::time::Duration;

/// Times measured one by one.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Times in the order in which they were measured.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many were measured.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that half of them do not exceed.
    pub fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// The time that 99 of 100 do not exceed.
    pub fn p99(&self) -> Duration {
        self.percentile(99)
    }

    /// The smallest measured time that at least `percent` of them do not exceed.
    fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// A time as people read it: `182 µs`, `3.4 ms`, `2.10 s`.
pub fn readable(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        m if m < 10.0 => format!("{m:.2} µs"),
        m if m < 1_000.0 => format!("{m:.0} µs"),
        m if m < 1_000_000.0 => format!("{:.2} ms", m / 1e3),
        m => format!("{:.2} s", m / 1e6),
    }
}

/// A rate as people read it: `4,712`, `0.85`.
pub fn readable_rate(rate: f64) -> String {
    if rate < 100.0 {
        return format!("{rate:.2}");
    }
    readable_count(rate.round() as u64)
}

/// A number with its thousands apart: `12,345`.
pub fn readable_count(count: u64) -> String {
    let whole = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(numbers: impl IntoIterator<Item = u64>) -> Times {
        Times::new(numbers.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = millis((1..=200).rev());
        assert_eq!((times.median(), times.p99()), (Duration::from_millis(100), Duration::from_millis(198)));
        let few = millis([7, 5]);
        assert_eq!((few.median(), few.p99(), few.count()), (Duration::from_millis(5), Duration::from_millis(7), 2));
        assert_eq!(millis([]).p99(), Duration::ZERO);
    }

    #[test]
    fn figures_are_readable() {
        assert_eq!(readable(Duration::from_nanos(1_500)), "1.50 µs");
        assert_eq!(readable(Duration::from_micros(182)), "182 µs");
        assert_eq!(readable(Duration::from_micros(3_400)), "3.40 ms");
        assert_eq!(readable(Duration::from_millis(2_100)), "2.10 s");
        assert_eq!(readable_rate(1_234_567.4), "1,234,567");
        assert_eq!(readable_rate(0.853), "0.85");
        assert_eq!(readable_rate(999.0), "999");
    }
}
