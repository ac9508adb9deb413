//! What a measurement says, one JSON object a line; `cargo xtask bench` makes the table and judges the ratios.

use serde_json::json;

use crate::load::Figures;

/// A rate with its latencies.
pub fn reading(name: &str, figures: &Figures) {
    line(&json!({
        "reading": name,
        "per_second": figures.per_second(),
        "median_us": figures.quantile_ms(0.5) * 1000.0,
        "p99_us": figures.quantile_ms(0.99) * 1000.0,
        "count": figures.good,
    }));
    if figures.bad > 0 {
        eprintln!("{name}: {} answers were refused", figures.bad);
    }
}

/// Latencies of single operations, in microseconds, in any order.
pub fn latencies(name: &str, mut micros: Vec<u32>) -> Latencies {
    micros.sort_unstable();
    let at = |share: f64| crate::load::quantile_ms(&micros, share);
    let found = Latencies { p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };
    line(&json!({
        "reading": name,
        "median_us": found.p50_ms * 1000.0,
        "p99_us": found.p99_ms * 1000.0,
        "count": micros.len(),
    }));
    found
}

/// The latencies of an operation, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Latencies {
    /// Half of the operations took no longer.
    pub p50_ms: f64,
    /// Nineteen of twenty took no longer.
    pub p95_ms: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99_ms: f64,
}

/// A plain rate without latencies.
pub fn rate(name: &str, per_second: f64, count: usize) {
    line(&json!({ "reading": name, "per_second": per_second, "count": count }));
}

/// The rate of one reading divided by that of another, and the bound it must keep.
pub fn ratio(name: &str, of: &str, to: &str, bound: Bound) {
    let mut object = json!({ "ratio": name, "of": of, "to": to });
    bound.write(&mut object);
    line(&object);
}

/// A figure with its bound.
pub fn limit(name: &str, value: f64, bound: Bound) {
    let mut object = json!({ "ratio": name, "value": value });
    bound.write(&mut object);
    line(&object);
}

/// What a figure must keep.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// No less than.
    AtLeast(f64),
    /// No more than.
    AtMost(f64),
    /// Told for scale.
    None,
}

impl Bound {
    fn write(self, object: &mut serde_json::Value) {
        match self {
            Self::AtLeast(bound) => object["at_least"] = json!(bound),
            Self::AtMost(bound) => object["at_most"] = json!(bound),
            Self::None => {}
        }
    }
}

fn line(object: &serde_json::Value) {
    println!("{object}");
}
