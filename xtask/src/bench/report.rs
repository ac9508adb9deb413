//! What a benchmark found: readings, and ratios between them with the bounds they must keep.

use std::fmt;
use std::time::Duration;

use super::figures::{Times, readable, readable_count, readable_rate};

/// One thing measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What it is, unique within the report.
    pub name: String,
    /// How many per second, where that is what counts.
    pub per_second: Option<f64>,
    /// The middle time of one.
    pub median: Option<Duration>,
    /// The time that 99 of 100 keep.
    pub p99: Option<Duration>,
    /// How many were measured.
    pub count: u64,
}

impl Reading {
    /// A reading of times measured one by one, of which `rate` went by in a second.
    pub fn of_times(name: &str, times: &Times, rate: f64) -> Self {
        Self {
            name: name.to_owned(),
            per_second: Some(rate),
            median: Some(times.median()),
            p99: Some(times.p99()),
            count: times.count() as u64,
        }
    }
}

/// A bound that a ratio must keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// It is information only.
    None,
    /// At least this much.
    AtLeast(f64),
    /// At most this much.
    AtMost(f64),
}

/// Two figures of one run, divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// What it says.
    pub name: String,
    /// The quotient.
    pub value: f64,
    /// What it must keep.
    pub bound: Bound,
}

impl Ratio {
    /// The rates of two readings, divided; a rate that is missing gives none.
    pub fn of_rates(name: &str, dividend: &Reading, divisor: &Reading, bound: Bound) -> Option<Self> {
        let value = dividend.per_second? / divisor.per_second?;
        Some(Self { name: name.to_owned(), value, bound })
    }

    /// Whether the bound was missed; a quotient that is no number misses every bound.
    pub fn missed(&self) -> bool {
        match self.bound {
            Bound::None => false,
            Bound::AtLeast(least) => self.value.is_nan() || self.value < least,
            Bound::AtMost(most) => self.value.is_nan() || self.value > most,
        }
    }
}

/// What one benchmark found.
#[derive(Debug, Default)]
pub struct Report {
    /// What was measured, in order.
    pub readings: Vec<Reading>,
    /// How the readings relate.
    pub ratios: Vec<Ratio>,
    /// What a reader must know to understand them.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether any bound was missed.
    pub fn missed(&self) -> bool {
        self.ratios.iter().any(Ratio::missed)
    }

    fn rows(&self) -> Vec<[String; 5]> {
        let head = ["", "per second", "median", "p99", "measured"].map(str::to_owned);
        let time = |time: Option<Duration>| time.map_or_else(|| "–".to_owned(), readable);
        let rows = self.readings.iter().map(|reading| {
            let rate = reading.per_second.map_or_else(|| "–".to_owned(), readable_rate);
            let count = readable_count(reading.count);
            [reading.name.clone(), rate, time(reading.median), time(reading.p99), count]
        });
        std::iter::once(head).chain(rows).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.readings.is_empty() {
            write_table(f, &self.rows())?;
        }
        for ratio in &self.ratios {
            let verdict = match (ratio.bound, ratio.missed()) {
                (Bound::None, _) => String::new(),
                (Bound::AtLeast(least), missed) => format!("  (at least {least}: {})", word(missed)),
                (Bound::AtMost(most), missed) => format!("  (at most {most}: {})", word(missed)),
            };
            writeln!(f, "{}: {:.2}×{verdict}", ratio.name, ratio.value)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

fn word(missed: bool) -> &'static str {
    if missed { "MISSED" } else { "kept" }
}

/// Columns as wide as their widest cell; names to the left, figures to the right.
fn write_table(f: &mut fmt::Formatter<'_>, rows: &[[String; 5]]) -> fmt::Result {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    for row in rows {
        let figures: Vec<String> = (1..row.len()).map(|c| format!("{:>1$}", row[c], width(c))).collect();
        writeln!(f, "{:<1$}  {2}", row[0], width(0), figures.join("  "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(name: &str, rate: f64) -> Reading {
        let (median, p99) = (Some(Duration::from_micros(150)), None);
        Reading { name: name.to_owned(), per_second: Some(rate), median, p99, count: 12_345 }
    }

    #[test]
    fn a_report_is_a_table_and_its_ratios() {
        let (fast, slow) = (reading("together", 9_000.0), reading("one by one, the peer", 3_000.0));
        let ratios = vec![Ratio::of_rates("together / one by one", &fast, &slow, Bound::AtLeast(2.0)).unwrap()];
        let report = Report { readings: vec![fast, slow], ratios, notes: vec!["On a disk.".to_owned()] };
        assert_eq!(
            report.to_string(),
            "                      per second  median  p99  measured\n\
             together                   9,000  150 µs    –    12,345\n\
             one by one, the peer       3,000  150 µs    –    12,345\n\
             together / one by one: 3.00×  (at least 2: kept)\nOn a disk.\n"
        );
    }

    #[test]
    fn a_missed_bound_is_seen() {
        let ratio = |value, bound| Ratio { name: "a / b".to_owned(), value, bound };
        assert!(ratio(1.9, Bound::AtLeast(2.0)).missed() && !ratio(2.0, Bound::AtLeast(2.0)).missed());
        assert!(ratio(2.1, Bound::AtMost(2.0)).missed() && !ratio(2.0, Bound::AtMost(2.0)).missed());
        assert!(ratio(f64::NAN, Bound::AtMost(2.0)).missed() && !ratio(f64::NAN, Bound::None).missed());
    }
}
