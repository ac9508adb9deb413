//! Learning on made-up rows whose law is known.

use super::*;
use crate::metrics::{auc, average_precision};

fn onwards(_: Round) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Rows of four columns: the label follows the first two and whether the third is known; the fourth is noise.
fn rows(seed: u64, count: usize) -> Matrix {
    let names = ["a", "b", "c", "noise"].map(str::to_owned).to_vec();
    let mut matrix = Matrix::new(names).unwrap();
    let mut shuffle = Shuffle::new(seed);
    let mut draw = || shuffle.below(1_000_000) as f64 / 1e6;
    for _ in 0..count {
        let (a, b, noise, hidden, luck) = (draw(), draw(), draw(), draw() < 0.1, draw());
        let c = if hidden { f64::NAN } else { draw() };
        let odds: f64 = if a > 0.9 { 0.5 } else { 0.02 } + if hidden && b > 0.5 { 0.4 } else { 0.0 };
        matrix.push(&[a, b, c, noise], luck < odds).unwrap();
    }
    matrix
}

fn figures(model: &Model, rows: &Matrix) -> (f64, f64) {
    let mut values = Vec::new();
    let mut scores = Vec::new();
    for row in 0..rows.rows() {
        rows.row(row, &mut values);
        scores.push(model.raw(&values));
    }
    (auc(&scores, rows.labels()).unwrap(), average_precision(&scores, rows.labels()).unwrap())
}

#[test]
fn the_law_is_found_and_noise_is_not() {
    let (train_rows, test_rows) = (rows(1, 20_000), rows(2, 20_000));
    let options = Options { trees_max: 100, ..Options::default() };
    let trained = train(&train_rows, None, &options, &mut onwards).unwrap();
    assert_eq!((trained.grown, trained.model.trees.len()), (100, 100));
    let (auc, precision) = figures(&trained.model, &test_rows);
    // Whoever knows the law reaches 0.829 and 0.448 on these rows.
    assert!(auc > 0.815 && precision > 0.43, "{auc} {precision}");
    let gains = trained.model.gains();
    assert!(gains[0] > 20.0 * gains[3] && gains[1] > 3.0 * gains[3], "{gains:?}");
}

#[test]
fn the_same_rows_and_seed_give_the_same_model() {
    let rows = rows(3, 4_000);
    let options = Options { trees_max: 20, ..Options::default() };
    let once = train(&rows, None, &options, &mut onwards).unwrap();
    assert_eq!(once, train(&rows, None, &options, &mut onwards).unwrap());
    let other = train(&rows, None, &Options { seed: 2, ..options }, &mut onwards).unwrap();
    assert_ne!(once, other);
}

#[test]
fn learning_stops_where_the_later_period_is_fitted_best() {
    let (first, later) = (rows(4, 1_500), rows(5, 6_000));
    let options =
        Options { trees_max: 400, learning_rate: 0.2, leaf_weight_min: 0.5, ridge: 0.1, ..Options::default() };
    let mut losses = Vec::new();
    let trained = train(&first, Some(&later), &options, &mut |round| {
        losses.push(round.later_loss.unwrap());
        ControlFlow::Continue(())
    })
    .unwrap();
    let best = trained.model.trees.len();
    assert_eq!(trained.grown, best + options.patience);
    assert!(losses.iter().all(|loss| *loss >= losses[best - 1]));
    let whole = train(&first, None, &options, &mut onwards).unwrap();
    assert!(figures(&trained.model, &later).0 > figures(&whole.model, &later).0 + 0.01);
}

#[test]
fn scores_are_probabilities_unless_positives_weigh_more() {
    let rows = rows(6, 20_000);
    let mean = |weight| {
        let options = Options { positive_weight: weight, ..Options::default() };
        let model = train(&rows, None, &options, &mut onwards).unwrap().model;
        let mut values = Vec::new();
        let sum: f64 = (0..rows.rows())
            .map(|row| {
                rows.row(row, &mut values);
                model.probability(&values)
            })
            .sum();
        sum / rows.rows() as f64
    };
    let share = rows.positives() as f64 / rows.rows() as f64;
    assert!((mean(1.0) / share - 1.0).abs() < 0.03);
    assert!(mean(5.0) / share > 2.0);
}

#[test]
fn every_leaf_keeps_the_bounds_and_rows_add_up() {
    let rows = rows(7, 5_000);
    let options =
        Options { leaf_rows_min: 40, leaf_weight_min: 4.0, leaves_max: 9, depth_max: 3, ..Options::default() };
    let model = train(&rows, None, &options, &mut onwards).unwrap().model;
    for tree in &model.trees {
        assert!(tree.leaves.len() <= 8 && tree.leaves.len() == tree.branches.len() + 1);
        assert!(tree.leaves.iter().all(|leaf| leaf.rows >= 40 && leaf.weight >= 4.0));
        assert_eq!(tree.leaves.iter().map(|leaf| leaf.rows).sum::<u32>(), 4_000);
        assert_eq!(tree.branches.first().map_or(4_000, |root| root.rows), 4_000);
    }
}

#[test]
fn rows_in_bins_are_told_like_rows_of_values() {
    let rows = rows(8, 3_000);
    let options = Options { bins_max: 64, row_share: 0.5, ..Options::default() };
    let cuts = Cuts::of(&rows, options.bins_max);
    let binned = cuts.bin(&rows);
    let mut fit = Fit::new(&rows, &cuts, &binned, None, &options);
    (0..30).for_each(|_| fit.round());
    let model = Model { names: rows.names().to_vec(), ranges: Vec::new(), trees: fit.trees };
    let mut values = Vec::new();
    for (row, raw) in fit.raws.iter().enumerate() {
        rows.row(row, &mut values);
        let told = model.raw(&values) + fit.bias;
        assert!((told - raw).abs() < 1e-12, "row {row}: {told} {raw}");
    }
}

#[test]
fn columns_that_never_change_take_no_part() {
    let rows = rows(10, 4_000);
    let mut wide = Matrix::new(["still", "a", "void", "b", "c", "noise"].map(str::to_owned).to_vec()).unwrap();
    let mut values = Vec::new();
    for row in 0..rows.rows() {
        rows.row(row, &mut values);
        wide.push(&[7.0, values[0], f64::NAN, values[1], values[2], values[3]], rows.labels()[row]).unwrap();
    }
    let options = Options { trees_max: 10, ..Options::default() };
    let narrow = train(&rows, None, &options, &mut onwards).unwrap().model;
    let wide = train(&wide, None, &options, &mut onwards).unwrap().model;
    let leaves = |model: &Model| model.trees.iter().map(|tree| tree.leaves.clone()).collect::<Vec<_>>();
    assert_eq!(leaves(&narrow), leaves(&wide));
}

#[test]
fn what_cannot_be_learnt_from_is_refused() {
    let rows = rows(9, 500);
    let refused = |rows: &Matrix, options: Options| train(rows, None, &options, &mut onwards).unwrap_err();
    let mut all_good = Matrix::new(vec!["a".to_owned()]).unwrap();
    all_good.push(&[1.0], false).unwrap();
    assert_eq!(refused(&all_good, Options::default()), BoostFault::OneLabel { positives: 0, rows: 1 });
    for options in [
        Options { trees_max: 0, ..Options::default() },
        Options { learning_rate: f64::NAN, ..Options::default() },
        Options { ridge: 0.0, ..Options::default() },
        Options { bins_max: 70_000, ..Options::default() },
    ] {
        assert!(matches!(refused(&rows, options), BoostFault::Option { .. }));
    }
    let other = train(&rows, Some(&all_good), &Options::default(), &mut onwards);
    assert_eq!(other.unwrap_err(), BoostFault::OtherColumns);
    let stopped = train(&rows, None, &Options::default(), &mut |_| ControlFlow::Break(()));
    assert_eq!(stopped.unwrap_err(), BoostFault::Stopped);
}
