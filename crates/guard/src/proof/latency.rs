//! How long things took, counted in buckets that are at most a quarter wide: small, mergeable, and percentiles that are never told
//! too low. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Steps between a power of two and the next: a percentile is told at most a quarter too high.
const STEPS: u64 = 4;

/// Counts by bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latencies {
    /// How many took up to the bucket's bound.
    buckets: BTreeMap<u16, u64>,
    max_micros: u64,
}

impl Latencies {
    /// Counts one.
    pub fn add(&mut self, micros: u64) {
        *self.buckets.entry(bucket(micros)).or_default() += 1;
        self.max_micros = self.max_micros.max(micros);
    }

    /// Counts what others counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
        self.max_micros = self.max_micros.max(other.max_micros);
    }

    /// So many of one bucket, as they were kept.
    pub fn of_bucket(bucket: u16, count: u64) -> Self {
        Self { buckets: [(bucket, count)].into(), max_micros: bound(bucket) }
    }

    /// Each bucket with how many there are, for keeping.
    pub fn buckets(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.buckets.iter().map(|(bucket, count)| (*bucket, *count))
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.buckets.values().sum()
    }

    /// The longest, in microseconds.
    pub const fn max_micros(&self) -> u64 {
        self.max_micros
    }

    /// What `per_mille` of a thousand did not exceed, in microseconds; none of nothing.
    pub fn percentile(&self, per_mille: u64) -> Option<u64> {
        let count = self.count();
        let wanted = (count * per_mille).div_ceil(1_000).max(1);
        let mut seen = 0;
        let (bucket, _) = self.buckets.iter().find(|(_, count)| {
            seen += *count;
            seen >= wanted
        })?;
        Some(bound(*bucket).min(self.max_micros))
    }
}

/// The bucket of a length: single microseconds first, then quarters between powers of two.
fn bucket(micros: u64) -> u16 {
    if micros < STEPS {
        return micros as u16;
    }
    let power = u64::from(micros.ilog2());
    let step = (micros >> (power - 2)) & (STEPS - 1);
    (STEPS * (power - 1) + step) as u16
}

/// The longest length of a bucket.
fn bound(bucket: u16) -> u64 {
    let bucket = u64::from(bucket);
    if bucket < STEPS {
        return bucket;
    }
    let (power, step) = (bucket / STEPS + 1, bucket % STEPS);
    ((STEPS + step + 1) << (power - 2)).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_bucket_holds_what_belongs_there(micros in 0u64..1 << 50) {
            let top = bound(bucket(micros));
            prop_assert!(micros <= top && top <= micros + micros / 4, "{micros} {top}");
        }

        #[test]
        fn percentiles_are_never_too_low(mut all in prop::collection::vec(0u64..5_000_000, 1..200), per_mille in 0u64..=1_000) {
            let mut found = Latencies::default();
            let mut half = Latencies::default();
            for (at, micros) in all.iter().enumerate() {
                if at % 2 == 0 { found.add(*micros) } else { half.add(*micros) }
            }
            found.merge(&half);
            all.sort_unstable();
            let rank = ((all.len() as u64 * per_mille).div_ceil(1_000).max(1) - 1) as usize;
            let told = found.percentile(per_mille).unwrap();
            prop_assert!(told >= all[rank] && told <= all[rank] + all[rank] / 4);
            prop_assert_eq!(found.count(), all.len() as u64);
        }
    }

    #[test]
    fn of_nothing_there_is_none() {
        assert_eq!(Latencies::default().percentile(500), None);
    }
}
