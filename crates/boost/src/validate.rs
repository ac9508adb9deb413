//! Cross-validation: how many trees are enough, and what the model says of rows that it did not learn from, found within
//! one period. The parts learn side by side, tree by tree, so that none outgrows the others.
//!
//! Rows of one group (a card, a customer) are never on both sides: what is learnt of one payment by heart would else pass
//! for knowledge of the next.

use std::ops::ControlFlow;

use crate::{
    bins::Cuts,
    fault::BoostFault,
    matrix::Matrix,
    shuffle::Shuffle,
    train::{Fit, Options, Round},
};

/// Parts of the rows, each of which is left out once.
pub const VALIDATION_FOLDS: usize = 4;

/// What cross-validation found.
#[derive(Debug, Clone, PartialEq)]
pub struct Validated {
    /// After how many trees the rows left out were fitted best.
    pub trees: usize,
    /// For each row what so many trees, grown without its group, say of it.
    pub raws: Vec<f64>,
    /// The mean loss of that.
    pub loss: f64,
}

/// Learns [`VALIDATION_FOLDS`] times with a part of the groups left out. None where a part would hold one label only.
///
/// # Errors
/// When options cannot be learnt with, there are not as many groups as rows, or `watch` breaks off.
pub fn cross_validate(
    rows: &Matrix,
    groups: &[u32],
    options: &Options,
    watch: &mut dyn FnMut(Round) -> ControlFlow<()>,
) -> Result<Option<Validated>, BoostFault> {
    options.check()?;
    if groups.len() != rows.rows() {
        return Err(BoostFault::Groups { found: groups.len(), rows: rows.rows() });
    }
    let part_of = |row: usize| Shuffle::new(options.seed ^ u64::from(groups[row]) << 1).below(VALIDATION_FOLDS);
    let parts: Vec<Part> = (0..VALIDATION_FOLDS).map(|part| Part::of(rows, |row| part_of(row) == part)).collect();
    if parts.iter().any(|part| part.learnt.check_labels().is_err() || part.left_out.check_labels().is_err()) {
        return Ok(None);
    }
    let binned: Vec<_> = parts.iter().map(|part| part.cuts(options.bins_max)).collect();
    let mut fits: Vec<Fit<'_>> = parts
        .iter()
        .zip(&binned)
        .map(|(part, (cuts, binned))| Fit::new(&part.learnt, cuts, binned, Some(&part.left_out), options))
        .collect();
    let mut best: Option<Validated> = None;
    for trees in 1..=options.trees_max {
        let mut losses = 0.0;
        for fit in &mut fits {
            fit.round();
            losses += fit.later_losses();
        }
        let loss = losses / rows.rows() as f64;
        if best.as_ref().is_none_or(|best| loss < best.loss) {
            best = Some(Validated { trees, raws: gathered(&fits, &parts, rows.rows()), loss });
        }
        if watch(Round { trees, trees_max: options.trees_max, later_loss: Some(loss) }).is_break() {
            return Err(BoostFault::Stopped);
        }
        if best.as_ref().is_some_and(|best| trees - best.trees >= options.patience) {
            break;
        }
    }
    Ok(best)
}

/// One way to leave rows out.
struct Part {
    learnt: Matrix,
    left_out: Matrix,
    /// Which rows were left out.
    rows: Vec<usize>,
}

impl Part {
    fn of(rows: &Matrix, is_left_out: impl Fn(usize) -> bool) -> Self {
        Self {
            learnt: rows.filtered(|row| !is_left_out(row)),
            left_out: rows.filtered(&is_left_out),
            rows: (0..rows.rows()).filter(|row| is_left_out(*row)).collect(),
        }
    }

    fn cuts(&self, bins_max: usize) -> (Cuts, crate::bins::Binned) {
        let cuts = Cuts::of(&self.learnt, bins_max);
        let binned = cuts.bin(&self.learnt);
        (cuts, binned)
    }
}

/// The raw scores of the rows left out, each in its row's place.
fn gathered(fits: &[Fit<'_>], parts: &[Part], rows: usize) -> Vec<f64> {
    let mut raws = vec![0.0; rows];
    for (fit, part) in fits.iter().zip(parts) {
        for (row, raw) in part.rows.iter().zip(fit.later_raws()) {
            raws[*row] = *raw;
        }
    }
    raws
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::auc;

    fn onwards(_: Round) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Rows whose first column speaks for the label and whose second is the group's own number, which decides the label
    /// of the group by chance: whoever sees a group on both sides learns it by heart.
    fn rows(groups: u32) -> (Matrix, Vec<u32>) {
        let mut matrix = Matrix::new(vec!["sign".to_owned(), "group".to_owned()]).unwrap();
        let mut shuffle = Shuffle::new(5);
        let mut of = Vec::new();
        for group in 0..groups {
            let is_bad = shuffle.below(4) == 0;
            for _ in 0..20 {
                let sign = shuffle.below(1_000) as f64 / 1_000.0 + if is_bad { 0.3 } else { 0.0 };
                matrix.push(&[sign, f64::from(group)], is_bad).unwrap();
                of.push(group);
            }
        }
        (matrix, of)
    }

    #[test]
    fn a_group_is_never_on_both_sides() {
        let (matrix, groups) = rows(200);
        let options = Options { trees_max: 60, leaf_weight_min: 0.1, ridge: 0.1, ..Options::default() };
        let told = |groups: &[u32]| {
            let found = cross_validate(&matrix, groups, &options, &mut onwards).unwrap().unwrap();
            auc(&found.raws, matrix.labels()).unwrap()
        };
        let alone: Vec<u32> = (0..matrix.rows() as u32).collect();
        // The sign alone gives 0.745.
        let (grouped, scattered) = (told(&groups), told(&alone));
        assert!((0.66..0.78).contains(&grouped), "{grouped}");
        assert!(scattered > 0.95, "{scattered}");
    }

    #[test]
    fn trees_stop_where_the_rows_left_out_are_fitted_best() {
        let (matrix, groups) = rows(60);
        let options = Options { trees_max: 400, learning_rate: 0.3, leaf_weight_min: 0.1, ..Options::default() };
        let mut losses = Vec::new();
        let mut watch = |round: Round| {
            losses.push(round.later_loss.unwrap());
            ControlFlow::Continue(())
        };
        let found = cross_validate(&matrix, &groups, &options, &mut watch).unwrap().unwrap();
        assert_eq!(losses.len(), found.trees + options.patience);
        assert!(losses.iter().all(|loss| *loss >= found.loss));
        assert_eq!(Some(found), cross_validate(&matrix, &groups, &options, &mut onwards).unwrap());
    }

    #[test]
    fn what_cannot_be_divided_is_not() {
        let (matrix, groups) = rows(8);
        let one_bad = matrix.filtered(|row| groups[row] < 3);
        let options = Options::default();
        assert_eq!(cross_validate(&one_bad, &groups[..one_bad.rows()], &options, &mut onwards), Ok(None));
        let refused = cross_validate(&matrix, &groups[1..], &options, &mut onwards);
        assert_eq!(refused, Err(BoostFault::Groups { found: 159, rows: 160 }));
        let stopped = cross_validate(&rows(60).0, &rows(60).1, &options, &mut |_| ControlFlow::Break(()));
        assert_eq!(stopped, Err(BoostFault::Stopped));
    }
}
