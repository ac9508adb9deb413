//! The test behind hot issues: how likely a count as high as the one seen would be if nothing had changed, and which of many
//! such tests may be believed together.
//!
//! Counts are compared with their own past: `seen` orders in some days against `before` in earlier days. If both come at one
//! rate, then of all of them together each falls into the later days with the same chance, so that `seen` is binomial (the
//! exact conditional test for two Poisson rates of Przyborowski and Wilenski, 1940). The probability is that of one tail: only
//! more than before is looked for. What is correlated within a cell, for instance one event that many people report, makes
//! counts spread more widely than Poisson's; such cells are found too often rather than too seldom, which is what a warning
//! should do. Many cells are tested at once: Benjamini and Hochberg's procedure (1995) bounds the share of false ones among
//! those that are shown, also where tests go up together, as those of a unit and of the unit above it do.

/// Terms of a tail that are added at most; behind them each is smaller than the precision of the sum.
const TERMS_MAX: u64 = 10_000;
/// A term that is this much smaller than the sum adds nothing to it.
const NEGLIGIBLE: f64 = 1e-17;

/// The probability of at least `seen` of `seen + before` orders in the later `days_seen` of `days_seen + days_before` days, if
/// the rate is the same throughout.
pub fn tail(seen: u64, before: u64, days_seen: u32, days_before: u32) -> f64 {
    if seen == 0 || days_before == 0 {
        return 1.0;
    }
    let share = f64::from(days_seen) / (f64::from(days_seen) + f64::from(days_before));
    let all = seen + before;
    let odds = share / (1.0 - share);
    let ln_first = ln_choose(all, seen) + as_f64(seen) * share.ln() + as_f64(before) * (1.0 - share).ln();
    let (mut term, mut sum) = (1.0_f64, 1.0_f64);
    for k in seen..all.min(seen + TERMS_MAX) {
        term *= as_f64(all - k) / as_f64(k + 1) * odds;
        sum += term;
        if term < sum * NEGLIGIBLE {
            break;
        }
    }
    (ln_first + sum.ln()).exp().min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of orders are far below 2^53")]
const fn as_f64(count: u64) -> f64 {
    count as f64
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The logarithm of n!, exactly for small n and by Stirling's series, whose error is then below 1e-12, for others.
fn ln_factorial(n: u64) -> f64 {
    const EXACT: u64 = 32;
    if n < EXACT {
        return (2..=n).map(|k| as_f64(k).ln()).sum();
    }
    let x = as_f64(n) + 1.0;
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

/// Which of `tests` tests with these probabilities may be shown so that at most the share `false_max` of those shown is to be
/// expected false: the largest probability that is. `tests` counts those too of which nothing was seen.
pub fn believable(probabilities: &[f64], tests: usize, false_max: f64) -> Option<f64> {
    let mut sorted = probabilities.to_vec();
    sorted.sort_by(f64::total_cmp);
    let tests = as_f64(tests.max(sorted.len()) as u64);
    let bound = |rank: usize| as_f64(rank as u64) / tests * false_max;
    (1..=sorted.len()).rev().find(|rank| sorted[rank - 1] <= bound(*rank)).map(|rank| sorted[rank - 1])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= expected * 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn tails_are_those_of_the_binomial() {
        // One of one in the later half.
        close(tail(1, 0, 1, 1), 0.5);
        // Three of three in a quarter.
        close(tail(3, 0, 1, 3), 1.0 / 64.0);
        // At least two of four in a half: (6 + 4 + 1) / 16.
        close(tail(2, 2, 7, 7), 11.0 / 16.0);
        // At least 8 of 10 in a half: (45 + 10 + 1) / 1024.
        close(tail(8, 2, 3, 3), 56.0 / 1024.0);
        close(tail(0, 5, 7, 84), 1.0);
        close(tail(5, 0, 7, 0), 1.0);
    }

    #[test]
    fn large_counts_keep_their_precision() {
        // By the symmetry of the half, plus half of the middle term.
        let middle = (ln_choose(2_000, 1_000) - 2_000.0 * 2.0_f64.ln()).exp();
        close(tail(1_000, 1_000, 1, 1), 0.5 + middle / 2.0);
        assert!(tail(500, 12 * 100, 7, 84) < 1e-100);
        assert!(tail(100, 12 * 100, 7, 84) > 0.4);
    }

    #[test]
    fn few_false_ones_are_shown_among_many_tests() {
        assert_eq!(believable(&[0.01, 0.04, 0.03, 0.5], 4, 0.05), Some(0.01));
        assert_eq!(believable(&[0.01, 0.02, 0.03, 0.5], 4, 0.05), Some(0.03));
        // The same probabilities among more tests say nothing.
        assert_eq!(believable(&[0.01, 0.02, 0.03], 1_000, 0.05), None);
        assert_eq!(believable(&[], 10, 0.05), None);
    }

    /// A thousand cells whose rate never changes, from a seeded generator: nearly no day shows any.
    #[test]
    fn where_nothing_changes_nearly_nothing_is_shown() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            as_f64(state >> 11) / as_f64(1 << 53)
        };
        let mut poisson = |rate: f64| {
            let (mut count, mut product) = (0_u64, draw());
            while product > (-rate).exp() {
                count += 1;
                product *= draw();
            }
            count
        };
        let (mut runs_with_false, runs) = (0, 40);
        for _ in 0..runs {
            let probabilities: Vec<f64> = (0..1_000).map(|_| tail(poisson(2.0), poisson(24.0), 7, 84)).collect();
            runs_with_false += usize::from(believable(&probabilities, 1_000, 0.05).is_some());
        }
        assert!(runs_with_false <= 6, "{runs_with_false} of {runs}");
        // And one cell that triples is found among them.
        let mut probabilities: Vec<f64> = (0..1_000).map(|_| tail(poisson(2.0), poisson(24.0), 7, 84)).collect();
        probabilities.push(tail(18, 24, 7, 84));
        let bound = believable(&probabilities, 1_001, 0.05).unwrap();
        assert!(tail(18, 24, 7, 84) <= bound);
    }

    proptest! {
        #[test]
        fn more_is_less_likely(seen in 1_u64..200, before in 0_u64..500, now in 1_u32..30, past in 1_u32..365) {
            let one = tail(seen, before, now, past);
            prop_assert!((0.0..=1.0).contains(&one));
            // Sums of some hundred terms are rounded in their last places; what is told is rounded to a thousand millionth.
            prop_assert!(tail(seen + 1, before, now, past) <= one + 1e-10);
            prop_assert!(tail(seen, before + 1, now, past) >= one - 1e-10);
        }
    }
}
