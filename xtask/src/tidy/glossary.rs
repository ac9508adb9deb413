//! The glossary gives each Chinese term one English name, and no name to two terms.

use std::collections::HashMap;

use super::{Tree, Violation};

/// The glossary's place.
const PATH: &str = "docs/GLOSSARY.md";

/// Finds terms and names that stand twice, and rows that lack one of the two.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let Some(file) = tree.file(PATH) else { return Vec::new() };
    let mut violations = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, line) in file.text.lines().enumerate() {
        let Some((term, name)) = row(line) else { continue };
        let line = index + 1;
        if term.is_empty() || name.is_empty() {
            violations.push(Violation::new(PATH, line, "glossary", "a row has a Chinese term and its English name"));
            continue;
        }
        for word in [term.to_owned(), name.to_lowercase()] {
            if let Some(first) = seen.insert(word.clone(), line) {
                let advice = format!("`{word}` stands in line {first} already: one name per term, one term per name");
                violations.push(Violation::new(PATH, line, "glossary", advice));
            }
        }
    }
    violations
}

/// Term and name of a table row; `None` for prose, heads and rules.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
    let (term, name) = (cells.next()?, cells.next()?);
    let ruled = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| matches!(b, b'-' | b':'));
    (!ruled(term) && term != "Chinese").then_some((term, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn terms_and_names_stand_once() {
        let text = "# Glossary\n| Chinese | English | note |\n|---|---|---|\n| 投诉 | complaint | a |\n| 举报 | report | |\n\
            | 投诉 | grievance | |\n| 申诉 | Complaint | |\n| 信访 | | |\n";
        expect(check, &[(PATH, text)], &["docs/GLOSSARY.md:6", "docs/GLOSSARY.md:7", "docs/GLOSSARY.md:8"]);
    }
}
