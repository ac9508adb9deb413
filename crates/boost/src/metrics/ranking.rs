//! How well scores put positives before negatives.

/// Rows with one score: how many there are, and how many of them are positive.
struct Step {
    rows: u64,
    positives: u64,
}

/// The rows by falling score, equal scores together. Neither a score that is no number nor a missing label is allowed in.
fn steps(scores: &[f64], labels: &[bool]) -> Option<Vec<Step>> {
    if scores.len() != labels.len() || scores.iter().any(|score| score.is_nan()) {
        return None;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let mut steps: Vec<Step> = Vec::new();
    let mut before = f64::NAN;
    for row in order {
        // Zero and minus zero stand beside each other and are equal here.
        match steps.last_mut() {
            Some(step) if scores[row] == before => {
                step.rows += 1;
                step.positives += u64::from(labels[row]);
            }
            _ => steps.push(Step { rows: 1, positives: u64::from(labels[row]) }),
        }
        before = scores[row];
    }
    Some(steps)
}

fn totals(steps: &[Step]) -> (u64, u64) {
    let positives = steps.iter().map(|step| step.positives).sum();
    let rows: u64 = steps.iter().map(|step| step.rows).sum();
    (positives, rows - positives)
}

/// The area under the receiver operating characteristic: how often a positive scores higher than a negative, equal
/// scores counting a half. Absent unless both labels are there.
pub fn auc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let steps = steps(scores, labels)?;
    let (positives, negatives) = totals(&steps);
    if positives == 0 || negatives == 0 {
        return None;
    }
    // Twice the count of pairs in the right order stays whole, and within 128 bits for any number of rows.
    let (mut twice, mut above) = (0u128, 0u64);
    for step in &steps {
        let here = step.rows - step.positives;
        twice += u128::from(here) * u128::from(2 * above + step.positives);
        above += step.positives;
    }
    Some(twice as f64 / (2.0 * positives as f64 * negatives as f64))
}

/// The average precision: the precision at each score that finds further positives, weighted by how many it finds.
/// Absent without positives.
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let steps = steps(scores, labels)?;
    let (positives, _) = totals(&steps);
    if positives == 0 {
        return None;
    }
    let (mut sum, mut found, mut rows) = (0.0, 0, 0);
    for step in &steps {
        found += step.positives;
        rows += step.rows;
        sum += step.positives as f64 * (found as f64 / rows as f64);
    }
    Some(sum / positives as f64)
}

/// The largest part of the positives that some threshold finds while it disturbs at most `share` of the negatives.
/// Thresholds lie between scores, so nothing is interpolated. Absent unless both labels are there.
pub fn recall_at_false_positives(scores: &[f64], labels: &[bool], share: f64) -> Option<f64> {
    let steps = steps(scores, labels)?;
    let (positives, negatives) = totals(&steps);
    if positives == 0 || negatives == 0 {
        return None;
    }
    let (mut found, mut disturbed) = (0, 0);
    for step in &steps {
        let now = disturbed + step.rows - step.positives;
        if now as f64 / negatives as f64 > share {
            break;
        }
        disturbed = now;
        found += step.positives;
    }
    Some(found as f64 / positives as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Scores with ties, and labels; the figures below are scikit-learn 1.9's on them.
    const SCORES: [f64; 20] = [
        0.91, 0.85, 0.85, 0.80, 0.72, 0.66, 0.66, 0.66, 0.51, 0.44, 0.44, 0.39, 0.31, 0.30, 0.22, 0.22, 0.15, 0.15,
        0.08, 0.02,
    ];
    const LABELS: [u8; 20] = [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0];

    fn labels() -> Vec<bool> {
        LABELS.iter().map(|label| *label == 1).collect()
    }

    fn check(found: Option<f64>, expect: f64) {
        let found = found.unwrap();
        assert!((found - expect).abs() < 1e-14, "{found} is not {expect}");
    }

    #[test]
    fn figures_are_those_of_scikit_learn() {
        check(auc(&SCORES, &labels()), 0.755_952_380_952_381);
        check(average_precision(&SCORES, &labels()), 0.599_368_686_868_686_8);
        let recalls = [
            (0.0, 1.0 / 6.0),
            (0.01, 1.0 / 6.0),
            (0.1, 1.0 / 3.0),
            (0.2, 0.5),
            (0.3, 2.0 / 3.0),
            (0.5, 5.0 / 6.0),
            (1.0, 1.0),
        ];
        for (share, expect) in recalls {
            check(recall_at_false_positives(&SCORES, &labels(), share), expect);
        }
    }

    #[test]
    fn what_cannot_be_computed_is_absent() {
        assert_eq!(auc(&[0.5, 0.4], &[true, true]), None);
        assert_eq!(average_precision(&[0.5, 0.4], &[false, false]), None);
        assert_eq!(recall_at_false_positives(&[], &[], 0.01), None);
        assert_eq!(auc(&[f64::NAN, 0.4], &[true, false]), None);
        assert_eq!(average_precision(&[0.4], &[true, false]), None);
        check(average_precision(&[0.5, 0.4], &[true, true]), 1.0);
    }

    proptest! {
        #[test]
        fn auc_counts_pairs(rows in prop::collection::vec((0u8..12, any::<bool>()), 2..80)) {
            let scores: Vec<f64> = rows.iter().map(|(score, _)| f64::from(*score)).collect();
            let labels: Vec<bool> = rows.iter().map(|(_, label)| *label).collect();
            let (mut right, mut pairs) = (0.0, 0.0);
            for (a, x) in rows.iter().filter(|(_, label)| *label) {
                for (b, _) in rows.iter().filter(|(_, label)| !*label) {
                    pairs += 1.0;
                    right += if a > b { 1.0 } else if a == b { 0.5 } else { 0.0 };
                    prop_assert!(*x);
                }
            }
            match auc(&scores, &labels) {
                Some(found) => prop_assert!((found - right / pairs).abs() < 1e-12),
                None => prop_assert!(pairs == 0.0),
            }
            // The order of rows with equal scores changes nothing.
            let (backwards, reversed): (Vec<f64>, Vec<bool>) = scores.iter().zip(&labels).rev().map(|(a, b)| (*a, *b)).unzip();
            prop_assert_eq!(average_precision(&scores, &labels), average_precision(&backwards, &reversed));
        }
    }
}
