//! What is wrong with something that a person declared, and what to do about it.

use kernel::Text;
use serde::Serialize;

/// One fault of a schema, a feature, an expression, a list row or a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where in what was declared, as a path such as `rules[3].when`.
    pub path: String,
    /// Where in the text that stands there, for an expression.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: Box<Text>,
    /// What to do.
    pub hint: Option<Box<Text>>,
}

/// A stretch of an expression, in characters from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The first character.
    pub start: u32,
    /// Behind the last character.
    pub end: u32,
}

impl Fault {
    /// A fault of the thing at `path`.
    pub fn new(path: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { path: path.into(), place: None, message: Box::new(Text::of(zh, en)), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some(Box::new(Text::of(zh, en)));
        self
    }

    /// The same at a stretch of the text.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same below another path.
    #[must_use]
    pub fn below(mut self, above: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => above.to_owned(),
            path if path.starts_with('[') => format!("{above}{path}"),
            path => format!("{above}.{path}"),
        };
        self
    }
}

/// The names of `known` that look most like `wrong`, for a hint; none if nothing is near.
pub fn nearest<'k>(wrong: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    /// Names further apart than this are not what was meant.
    const APART_MAX: usize = 3;
    let near = known.map(|name| (distance(wrong, name), name)).min()?;
    (near.0 <= APART_MAX.min(wrong.chars().count() / 2)).then_some(near.1)
}

/// How many characters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    /// Longer names are not compared; the table would grow with their product.
    const CHARS_MAX: usize = 128;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(CHARS_MAX).collect(), b.chars().take(CHARS_MAX).collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_guessed() {
        let known = ["amount", "payee.account", "payer.account"];
        assert_eq!(nearest("amuont", known.into_iter()), Some("amount"));
        assert_eq!(nearest("payee.acount", known.into_iter()), Some("payee.account"));
        assert_eq!(nearest("weather", known.into_iter()), None);
        assert_eq!(nearest("", known.into_iter()), None);
    }

    #[test]
    fn paths_are_put_together() {
        let fault = Fault::new("when", "错", "wrong").below("rules[3]").below("scenario");
        assert_eq!(fault.path, "scenario.rules[3].when");
        assert_eq!(Fault::new("", "", "").below("x").path, "x");
        assert_eq!(Fault::new("[1]", "", "").below("x").path, "x[1]");
    }
}
