//! A logistic regression: the plain model beside which trees must show their worth.
//!
//! Columns are brought to mean zero and deviation one, what is unknown counts as the mean, and the sum of squares of the
//! weights is held down a little so that columns that say the same do not fight.

use crate::{
    fault::BoostFault,
    matrix::Matrix,
    sigmoid::{loss, probability, raw_of},
};

/// How the weights are found.
#[derive(Debug, Clone, PartialEq)]
pub struct RegressionOptions {
    /// How much squares of weights cost; one is scikit-learn's default.
    pub ridge: f64,
    /// Steps of Newton's method at most.
    pub steps_max: usize,
}

impl Default for RegressionOptions {
    fn default() -> Self {
        Self { ridge: 1.0, steps_max: 50 }
    }
}

/// Times that a step is halved: after them it is a billionth of itself.
const HALVINGS_MAX: usize = 30;
/// Steps smaller than this change no weight that anyone sees.
const STEP_MIN: f64 = 1e-8;

/// A fitted regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    columns: Vec<Column>,
    bias: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Column {
    mean: f64,
    /// Zero for a column that never changes, which then says nothing.
    scale: f64,
    weight: f64,
}

impl Regression {
    /// Fits rows by Newton's method.
    ///
    /// # Errors
    /// When only one label is there.
    pub fn fit(rows: &Matrix, options: &RegressionOptions) -> Result<Self, BoostFault> {
        rows.check_labels()?;
        let columns = (0..rows.names().len()).map(|column| Column::of(rows.column(column))).collect();
        let mut this = Self { columns, bias: raw_of(rows.positives() as f64 / rows.rows() as f64) };
        let mut cost = this.cost(rows, options.ridge);
        for _ in 0..options.steps_max {
            let (slope, curve) = this.derivatives(rows, options.ridge);
            let Some(mut step) = solve(curve, slope) else { break };
            // Far from the end a whole step may leap over it: half of it, and half of that, until it helps.
            let mut next = this.stepped(&step);
            let mut next_cost = next.cost(rows, options.ridge);
            for _ in 0..HALVINGS_MAX {
                if next_cost <= cost {
                    break;
                }
                step.iter_mut().for_each(|part| *part /= 2.0);
                next = this.stepped(&step);
                next_cost = next.cost(rows, options.ridge);
            }
            if next_cost > cost {
                break;
            }
            (this, cost) = (next, next_cost);
            if step.iter().all(|step| step.abs() < STEP_MIN) {
                break;
            }
        }
        Ok(this)
    }

    /// The regression after a step, the bias first.
    fn stepped(&self, step: &[f64]) -> Self {
        let mut next = self.clone();
        for (column, step) in next.columns.iter_mut().zip(&step[1..]) {
            column.weight -= step;
        }
        next.bias -= step[0];
        next
    }

    /// What is made as small as possible: the loss of all rows, and half of what the squares of weights cost.
    fn cost(&self, rows: &Matrix, ridge: f64) -> f64 {
        let mut values = Vec::new();
        let losses = rows.labels().iter().enumerate().map(|(row, label)| {
            rows.row(row, &mut values);
            loss(self.raw(&values), *label)
        });
        losses.sum::<f64>() + ridge / 2.0 * self.columns.iter().map(|column| column.weight * column.weight).sum::<f64>()
    }

    /// The raw score of a row.
    pub fn raw(&self, values: &[f64]) -> f64 {
        let parts = self.columns.iter().zip(values).map(|(column, value)| column.weight * column.standard(*value));
        parts.fold(self.bias, |sum, part| sum + part)
    }

    /// The weights, by column, of values brought to mean zero and deviation one.
    pub fn weights(&self) -> Vec<f64> {
        self.columns.iter().map(|column| column.weight).collect()
    }

    /// The first and second derivatives of the loss, the bias first.
    fn derivatives(&self, rows: &Matrix, ridge: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
        let size = self.columns.len() + 1;
        let (mut slope, mut curve) = (vec![0.0; size], vec![vec![0.0; size]; size]);
        let (mut values, mut standard) = (Vec::new(), vec![1.0; size]);
        for (row, label) in rows.labels().iter().enumerate() {
            rows.row(row, &mut values);
            for (at, (column, value)) in self.columns.iter().zip(&values).enumerate() {
                standard[at + 1] = column.standard(*value);
            }
            let p = probability(self.raw(&values));
            let (off, weight) = (p - f64::from(u8::from(*label)), p * (1.0 - p));
            for (at, value) in standard.iter().enumerate() {
                slope[at] += off * value;
                let scaled = weight * value;
                for (cell, other) in curve[at][..=at].iter_mut().zip(&standard) {
                    *cell += scaled * other;
                }
            }
        }
        for (at, column) in self.columns.iter().enumerate() {
            slope[at + 1] += ridge * column.weight;
            curve[at + 1][at + 1] += ridge;
        }
        (slope, curve)
    }
}

impl Column {
    fn of(values: &[f64]) -> Self {
        let known = || values.iter().filter(|value| !value.is_nan());
        let count = known().count();
        if count == 0 {
            return Self { mean: 0.0, scale: 0.0, weight: 0.0 };
        }
        let mean = known().sum::<f64>() / count as f64;
        let deviation = (known().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count as f64).sqrt();
        let scale = if deviation > 0.0 && deviation.is_finite() { 1.0 / deviation } else { 0.0 };
        Self { mean, scale, weight: 0.0 }
    }

    fn standard(self, value: f64) -> f64 {
        if value.is_nan() { 0.0 } else { (value - self.mean) * self.scale }
    }
}

/// Solves `matrix · x = right` for a symmetric positive matrix of which the lower half is given (Cholesky); none if it is
/// not positive.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for i in 0..size {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum();
            let rest = matrix[i][j] - known;
            matrix[i][j] = if i == j { rest.sqrt() } else { rest / matrix[j][j] };
        }
        if matrix[i][i].is_nan() || matrix[i][i] <= 0.0 {
            return None;
        }
    }
    for i in 0..size {
        let known: f64 = (0..i).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|k| matrix[k][i] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    right.iter().all(|value| value.is_finite()).then_some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let x = solve(vec![vec![4.0], vec![2.0, 5.0]], vec![10.0, 13.0]).unwrap();
        assert!((x[0] - 1.5).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12);
        assert_eq!(solve(vec![vec![1.0], vec![2.0, 1.0]], vec![1.0, 1.0]), None);
    }

    #[test]
    fn weights_are_those_of_scikit_learn() {
        // LogisticRegression(C=1.0, tol=1e-12) of scikit-learn 1.9 on these rows, standardised by StandardScaler.
        let rows = [
            (0.5, 10.0, false),
            (1.0, 20.0, false),
            (1.5, 15.0, true),
            (2.0, 30.0, false),
            (2.5, 12.0, true),
            (3.0, 26.0, true),
            (3.5, 18.0, true),
            (0.8, 33.0, false),
        ];
        let mut matrix = Matrix::new(vec!["a".to_owned(), "b".to_owned()]).unwrap();
        rows.iter().for_each(|(a, b, label)| matrix.push(&[*a, *b], *label).unwrap());
        let fitted = Regression::fit(&matrix, &RegressionOptions::default()).unwrap();
        let (a, b) = (fitted.weights()[0], fitted.weights()[1]);
        let near = |found: f64, expect: f64| (found - expect).abs() < 1e-9;
        assert!(near(a, 1.169_351_283_903) && near(b, -0.580_255_353_842), "{a} {b}");
        assert!(near(fitted.bias, 0.017_133_890_618), "{}", fitted.bias);
    }
}
