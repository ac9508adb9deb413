//! The exponential function and what is made of it, by our own arithmetic: it is asked for each row and tree, and the
//! system's may differ in the last bit between machines.

use std::f64::consts::LOG2_E;

/// The natural logarithm of two in two parts, so that a whole multiple of it is taken off exactly.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Beyond this the probability is zero or one as a double.
const RAW_MAX: f64 = 700.0;
/// One over the factorials from 13 down to 2: with a remainder of at most half the logarithm of two, the first term left
/// out is below 10⁻¹⁷.
const SERIES: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
];

/// `eˣ` for x within ±700; the result of others is that of the nearer end.
fn exponential(x: f64) -> f64 {
    let x = x.clamp(-RAW_MAX, RAW_MAX);
    let whole = (x * LOG2_E).round();
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let sum = SERIES.iter().fold(0.0, |sum, term| sum * rest + term);
    let value = (sum * rest + 1.0) * rest + 1.0;
    // Two to the power of a whole number is the number of the exponent alone.
    value * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

/// The probability that a raw score stands for: `1 / (1 + e⁻ˣ)`.
pub fn probability(raw: f64) -> f64 {
    1.0 / (1.0 + exponential(-raw))
}

/// How badly a raw score missed: minus the logarithm of the probability that it gave to what was true.
pub(crate) fn loss(raw: f64, label: bool) -> f64 {
    let missed = if label { -raw } else { raw };
    // Far from zero the loss is the score itself, or nothing at all, and the exponential would have been cut off.
    if missed.abs() > RAW_MAX { missed.max(0.0) } else { exponential(missed).ln_1p() }
}

/// The raw score of a probability between zero and one.
pub(crate) fn raw_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_exponential_function() {
        let mut worst: f64 = 0.0;
        for step in -70_000..=70_000 {
            let x = f64::from(step) / 100.0;
            worst = worst.max((exponential(x) / x.exp() - 1.0).abs());
        }
        assert!(worst < 5e-16, "{worst}");
        assert_eq!(exponential(0.0), 1.0);
    }

    #[test]
    fn probabilities_and_losses_have_their_ends() {
        assert_eq!(probability(0.0), 0.5);
        assert_eq!((probability(800.0), probability(40.0)), (1.0, 1.0));
        assert!(probability(-800.0) > 0.0 && probability(-800.0) < 1e-300);
        assert!((raw_of(probability(1.25)) - 1.25).abs() < 1e-15);
        assert_eq!(loss(0.0, true), std::f64::consts::LN_2);
        assert_eq!((loss(1e6, false), loss(1e6, true)), (1e6, 0.0));
        assert!((loss(-3.0, true) - 3.048_587_351_573_742).abs() < 1e-14);
    }
}
