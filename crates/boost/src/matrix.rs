//! Labelled rows, kept column by column as they are learnt from.

use std::collections::HashSet;

use crate::fault::BoostFault;

/// Columns at most: as many as a decision has features.
pub const COLUMNS_MAX: usize = 1024;
/// Rows at most: row numbers are kept in 32 bits, and a quarter of a billion rows fill a large machine.
pub const ROWS_MAX: usize = 1 << 28;
/// Characters of a column's name.
pub const NAME_CHARS_MAX: usize = 128;

/// Rows of numbers with a label each. What is unknown is NaN; nothing is infinite.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    labels: Vec<bool>,
}

impl Matrix {
    /// No rows yet.
    ///
    /// # Errors
    /// When there are no columns or too many, or a name cannot stand in a model file.
    pub fn new(names: Vec<String>) -> Result<Self, BoostFault> {
        if names.is_empty() || names.len() > COLUMNS_MAX {
            return Err(BoostFault::Columns { found: names.len() });
        }
        let mut seen = HashSet::new();
        for name in &names {
            let is_plain = !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX;
            if !is_plain || name.contains(|c: char| c.is_whitespace() || c.is_control()) || !seen.insert(name) {
                return Err(BoostFault::Name { name: name.clone() });
            }
        }
        let columns = vec![Vec::new(); names.len()];
        Ok(Self { names, columns, labels: Vec::new() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it has another width, an infinite value, or is one too many; the matrix is then as before.
    pub fn push(&mut self, values: &[f64], label: bool) -> Result<(), BoostFault> {
        let row = self.labels.len();
        if values.len() != self.columns.len() {
            return Err(BoostFault::Width { row, found: values.len(), expected: self.columns.len() });
        }
        if let Some(at) = values.iter().position(|value| value.is_infinite()) {
            return Err(BoostFault::Infinite { row, column: self.names[at].clone() });
        }
        if row == ROWS_MAX {
            return Err(BoostFault::Rows);
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value);
        }
        self.labels.push(label);
        Ok(())
    }

    /// The columns' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values of one column.
    pub fn column(&self, column: usize) -> &[f64] {
        &self.columns[column]
    }

    /// The labels.
    pub fn labels(&self) -> &[bool] {
        &self.labels
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// How many rows are positive.
    pub fn positives(&self) -> usize {
        self.labels.iter().filter(|label| **label).count()
    }

    /// One row, written into `values`.
    pub fn row(&self, row: usize, values: &mut Vec<f64>) {
        values.clear();
        values.extend(self.columns.iter().map(|column| column[row]));
    }

    /// The rows for which `keep` says so.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.rows()).filter(|row| keep(*row)).collect();
        self.chosen(&kept, |row| self.labels[row])
    }

    /// Some rows in an order, with other labels: what was known of them at some time.
    #[must_use]
    pub fn chosen(&self, rows: &[usize], label: impl Fn(usize) -> bool) -> Self {
        let pick = |column: &Vec<f64>| rows.iter().map(|row| column[*row]).collect();
        Self {
            names: self.names.clone(),
            columns: self.columns.iter().map(pick).collect(),
            labels: rows.iter().map(|row| label(*row)).collect(),
        }
    }

    /// That both labels are there.
    pub(crate) fn check_labels(&self) -> Result<(), BoostFault> {
        let (positives, rows) = (self.positives(), self.rows());
        if positives == 0 || positives == rows { Err(BoostFault::OneLabel { positives, rows }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_must_fit_a_model_file() {
        assert!(Matrix::new(names(&["amount", "payee.count_7d", "金额"])).is_ok());
        for bad in [&["a", "a"][..], &[""], &["a b"], &["a\nb"]] {
            assert!(matches!(Matrix::new(names(bad)), Err(BoostFault::Name { .. })), "{bad:?}");
        }
        assert_eq!(Matrix::new(Vec::new()), Err(BoostFault::Columns { found: 0 }));
    }

    #[test]
    fn a_refused_row_changes_nothing() {
        let mut matrix = Matrix::new(names(&["a", "b"])).unwrap();
        matrix.push(&[1.0, f64::NAN], true).unwrap();
        assert_eq!(matrix.push(&[1.0], false), Err(BoostFault::Width { row: 1, found: 1, expected: 2 }));
        let infinite = matrix.push(&[2.0, f64::INFINITY], false);
        assert_eq!(infinite, Err(BoostFault::Infinite { row: 1, column: "b".to_owned() }));
        assert_eq!((matrix.rows(), matrix.column(0), matrix.labels()), (1, &[1.0][..], &[true][..]));
        matrix.push(&[5.0, 6.0], false).unwrap();
        let kept = matrix.filtered(|row| row == 1);
        assert_eq!((kept.column(1), kept.labels()), (&[6.0][..], &[false][..]));
        let chosen = matrix.chosen(&[1, 0], |row| row == 1);
        assert_eq!((chosen.column(0), chosen.labels()), (&[5.0, 1.0][..], &[true, false][..]));
    }
}
