//! Card precision: how many of the k cards that investigators can look at in a day were really misused on that day.
//!
//! The definition is that of Dal Pozzolo et al. (2015), as the Fraud Detection Handbook (chapter 4.4) computes it: a card
//! counts with its highest score of the day and is misused if any of its transactions of the day is; cards found misused
//! on a day are stopped and leave the following days; each day's share is of k even if fewer cards were there.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// A transaction with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// The day, as a number that grows by one.
    pub day: i64,
    /// The card, account or customer.
    pub card: u64,
    /// The score.
    pub score: f64,
    /// Whether it was fraud.
    pub is_fraud: bool,
}

/// One day's share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CardDay {
    /// The day.
    pub day: i64,
    /// Misused cards among the k that scored highest.
    pub found: u32,
    /// Misused cards of the day that were not stopped before.
    pub misused: u32,
}

/// The days' shares and their mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardPrecision {
    /// The mean over all days.
    pub mean: f64,
    /// Each day.
    pub days: Vec<CardDay>,
}

/// The mean part of the `top` cards of each day that were misused. Absent without days, or if `top` is zero.
pub fn card_precision(scored: &[Scored], top: u32) -> Option<CardPrecision> {
    let mut days: Vec<i64> = scored.iter().map(|one| one.day).collect();
    days.sort_unstable();
    days.dedup();
    if days.is_empty() || top == 0 {
        return None;
    }
    let mut by_day: HashMap<i64, Vec<&Scored>> = HashMap::new();
    scored.iter().for_each(|one| by_day.entry(one.day).or_default().push(one));
    let mut stopped: HashSet<u64> = HashSet::new();
    let mut found = Vec::new();
    for day in days {
        let cards = cards(by_day.get(&day).map(Vec::as_slice).unwrap_or_default(), &stopped);
        let misused = cards.iter().filter(|card| card.is_fraud).count() as u32;
        let caught: Vec<u64> =
            cards.iter().take(top as usize).filter(|card| card.is_fraud).map(|card| card.card).collect();
        found.push(CardDay { day, found: caught.len() as u32, misused });
        stopped.extend(caught);
    }
    let sum: u32 = found.iter().map(|day| day.found).sum();
    Some(CardPrecision { mean: f64::from(sum) / (f64::from(top) * found.len() as f64), days: found })
}

/// The day's cards that are not stopped, the highest score first; of equal scores the smaller number first.
fn cards(scored: &[&Scored], stopped: &HashSet<u64>) -> Vec<Scored> {
    let mut cards: HashMap<u64, Scored> = HashMap::new();
    for one in scored.iter().filter(|one| !stopped.contains(&one.card)) {
        let card = cards.entry(one.card).or_insert(**one);
        card.score = card.score.max(one.score);
        card.is_fraud |= one.is_fraud;
    }
    let mut cards: Vec<Scored> = cards.into_values().collect();
    cards.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.card.cmp(&b.card)));
    cards
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(rows: &[(i64, u64, f64, bool)]) -> Vec<Scored> {
        rows.iter()
            .map(|(day, card, score, is_fraud)| Scored { day: *day, card: *card, score: *score, is_fraud: *is_fraud })
            .collect()
    }

    #[test]
    fn cards_are_ranked_by_their_worst_and_stopped_once_found() {
        // The Handbook's own functions give 0.5, 0.0, 0.5 and a mean of one third on these rows with k = 2.
        let rows = scored(&[
            (3, 1, 0.2, true),
            (3, 1, 0.9, false),
            (3, 2, 0.8, false),
            (3, 3, 0.7, true),
            (4, 1, 0.99, true),
            (4, 2, 0.6, false),
            (4, 4, 0.5, false),
            (4, 3, 0.1, true),
            (6, 3, 0.4, true),
        ]);
        let found = card_precision(&rows, 2).unwrap();
        let day = |day, found, misused| CardDay { day, found, misused };
        assert_eq!(found.days, [day(3, 1, 2), day(4, 0, 1), day(6, 1, 1)]);
        assert!((found.mean - 1.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn no_day_and_no_card_to_look_at_give_nothing() {
        assert_eq!(card_precision(&[], 100), None);
        assert_eq!(card_precision(&scored(&[(1, 1, 0.5, true)]), 0), None);
        assert_eq!(card_precision(&scored(&[(1, 1, 0.5, true)]), 100).unwrap().mean, 0.01);
    }
}
