//! Figures of interceptions: how they ended, of which kinds of scam, and what was saved by the stated definition. Pure.

use std::collections::{BTreeMap, HashMap};

use kernel::Timestamp;

use crate::{model::words::GuardEnding, store::interceptions::SettledRow};

/// What a period's interceptions amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many were settled.
    pub settled: u64,
    /// How many ended in each way.
    pub endings: BTreeMap<GuardEnding, u64>,
    /// How many there were of each kind of scam, and what was saved of them, in fen.
    pub scams: BTreeMap<String, (u64, i64)>,
    /// What was saved, in fen: attempts of one payer to one payee within the days count once, by the largest.
    pub saved: i64,
}

/// Counts rows that come oldest first.
pub fn count(rows: &[SettledRow], pair_days: u32) -> Figures {
    let mut figures = Figures::default();
    // For each pair: when its present run of attempts began, and what of it was counted.
    let mut runs: HashMap<&(String, String), (Timestamp, i64)> = HashMap::new();
    for row in rows {
        let more = match &row.pair {
            None => row.saved,
            Some(pair) => {
                let run = runs.entry(pair).or_insert((row.at, 0));
                if row.at >= run.0.plus_days(i64::from(pair_days)) {
                    *run = (row.at, 0);
                }
                let more = (row.saved - run.1).max(0);
                run.1 = run.1.max(row.saved);
                more
            }
        };
        figures.settled += 1;
        figures.saved = figures.saved.saturating_add(more);
        *figures.endings.entry(row.ending).or_default() += 1;
        if let Some(scam) = &row.scam {
            let of = figures.scams.entry(scam.clone()).or_default();
            *of = (of.0 + 1, of.1.saturating_add(more));
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    fn row(day: i64, saved: i64, pair: Option<&str>) -> SettledRow {
        let pair = pair.map(|payee| ("payer".to_owned(), payee.to_owned()));
        SettledRow {
            ending: GuardEnding::Persuaded,
            scam: Some("loan".to_owned()),
            saved,
            at: START.plus_days(day),
            pair,
        }
    }

    #[track_caller]
    fn check(rows: &[SettledRow], saved: i64) {
        let figures = count(rows, 30);
        assert_eq!(figures.saved, saved);
        assert_eq!(figures.settled, rows.len() as u64);
        assert_eq!(figures.scams.get("loan").map(|(_, saved)| *saved), Some(saved));
    }

    #[test]
    fn attempts_of_one_pair_count_once_by_the_largest() {
        check(&[row(0, 100, Some("a")), row(1, 300, Some("a")), row(2, 200, Some("a"))], 300);
        check(&[row(0, 100, Some("a")), row(1, 300, Some("b"))], 400);
        // After the days it is another matter; the run counts from its first attempt.
        check(&[row(0, 100, Some("a")), row(29, 100, Some("a")), row(30, 100, Some("a"))], 200);
        // Where a side is not known nothing can be told to be the same.
        check(&[row(0, 100, None), row(0, 100, None)], 200);
    }
}
