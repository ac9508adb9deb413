//! How good guesses are: for each class and over all classes alike.

/// How one class fares.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Line {
    /// Texts of the class.
    pub texts: u32,
    /// Texts guessed to be of the class.
    pub guessed: u32,
    /// Texts of the class guessed right.
    pub right: u32,
}

impl Line {
    /// Of those guessed to be of the class, the part that is.
    pub fn precision(&self) -> f64 {
        part(self.right, self.guessed)
    }

    /// Of those of the class, the part that was found.
    pub fn recall(&self) -> f64 {
        part(self.right, self.texts)
    }

    /// The harmonic mean of the two; 0 for a class that is neither there nor guessed.
    pub fn f1(&self) -> f64 {
        part(2 * self.right, self.texts + self.guessed)
    }
}

fn part(of: u32, all: u32) -> f64 {
    if all == 0 { 0.0 } else { f64::from(of) / f64::from(all) }
}

/// How guesses fare, class by class.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// One line for each class.
    pub lines: Vec<Line>,
}

impl Table {
    /// Compares guesses with the truth.
    pub fn of(truth: &[usize], guesses: &[usize], classes: usize) -> Self {
        let mut lines = vec![Line::default(); classes];
        for (truth, guess) in truth.iter().zip(guesses) {
            lines[*truth].texts += 1;
            lines[*guess].guessed += 1;
            lines[*truth].right += u32::from(truth == guess);
        }
        Self { lines }
    }

    /// The mean of F1 over the classes that are there, each counting the same.
    pub fn macro_f1(&self) -> f64 {
        let there: Vec<&Line> = self.lines.iter().filter(|line| line.texts > 0).collect();
        there.iter().map(|line| line.f1()).sum::<f64>() / (there.len().max(1) as f64)
    }

    /// The part of all texts guessed right.
    pub fn accuracy(&self) -> f64 {
        let sum = |of: fn(&Line) -> u32| self.lines.iter().map(of).sum();
        part(sum(|line| line.right), sum(|line| line.texts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_counts_the_same() {
        let table = Table::of(&[0, 0, 0, 1], &[0, 0, 1, 1], 3);
        assert_eq!(table.lines[0].precision(), 1.0);
        assert!((table.lines[0].recall() - 2.0 / 3.0).abs() < 1e-9);
        assert!((table.macro_f1() - (0.8 + 2.0 / 3.0) / 2.0).abs() < 1e-9);
        assert_eq!(table.accuracy(), 0.75);
        assert_eq!(Table::default().macro_f1(), 0.0);
    }
}
