//! The columns and words of lists, as data, and a list's header tied to them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use table::{Headers, Row};

use super::report::{RowNote, UnknownColumn};

/// What a column of a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Column {
    Number,
    Hotline,
    SentOn,
    ReceivedAt,
    Deadline,
    Wanted,
    Matter,
    Name,
    Phone,
    Identity,
    Account,
    Email,
    Address,
    Unit,
    Title,
    Narrative,
    Request,
    Amount,
    OccurredOn,
    Product,
    Reason,
}

/// The file of columns and words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    columns: BTreeMap<Column, Vec<String>>,
    passed_over: PassedOver,
    /// Cells that name a kind of matter.
    pub(super) matter: BTreeMap<String, Vec<String>>,
    /// Words by which a hotline is known.
    pub(super) hotline: BTreeMap<String, Vec<String>>,
    /// Words by which a wish is known.
    pub(super) wanted: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PassedOver {
    headers: Vec<String>,
}

/// The columns and words that this program knows.
pub(super) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/regulator-list.toml")).expect("the file is part of the program and tested")
});

/// A header or a cell as it is compared: without blanks and brackets, in lower case.
pub(crate) fn folded(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !"()（）[]【】:：*".contains(*c);
    text.chars().filter(kept).flat_map(char::to_lowercase).collect()
}

fn known(names: &[String], folded_header: &str) -> bool {
    names.iter().any(|name| folded(name) == folded_header)
}

/// Where each column of a list stands.
#[derive(Debug, Default)]
pub(super) struct Places {
    places: BTreeMap<Column, Vec<(usize, String)>>,
    unknown: Vec<(usize, UnknownColumn)>,
}

impl Places {
    /// Ties a header.
    pub(super) fn of(headers: &Headers) -> Self {
        let mut found = Self::default();
        for (at, name) in headers.names().iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let header = folded(name);
            let column = VOCABULARY.columns.iter().find(|(_, names)| known(names, &header)).map(|(column, _)| *column);
            match column {
                Some(column) => found.places.entry(column).or_default().push((at, name.clone())),
                None if known(&VOCABULARY.passed_over.headers, &header) => {}
                None => found.unknown.push((at, UnknownColumn { name: name.clone(), filled: 0 })),
            }
        }
        found
    }

    /// Whether the list has such a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.places.contains_key(&column)
    }

    /// The header of a column, for a remark; empty when there is none.
    pub(super) fn name(&self, column: Column) -> &str {
        self.places.get(&column).and_then(|places| places.first()).map_or("", |(_, name)| name)
    }

    /// What a row says in a column: the first cell that says something. A second one that says something else is remarked.
    pub(super) fn value(&self, row: &Row, column: Column, notes: &mut Vec<RowNote>) -> Option<String> {
        let mut cells = self.places.get(&column).into_iter().flatten();
        let (_, first) = cells.by_ref().map(|(at, name)| (name, row.get(*at))).find(|(_, value)| !value.is_empty())?;
        for (at, name) in cells {
            let other = row.get(*at);
            if !other.is_empty() && other != first {
                let text = kernel::Text::fixed(
                    "与前面同义的列内容不同，采用了前一列。",
                    "It differs from an earlier column of the same meaning, which was used.",
                );
                notes.push(RowNote::new(name, text));
            }
        }
        Some(first.to_owned())
    }

    /// Counts what a row says in columns that nobody knows.
    pub(super) fn count_unknown(&mut self, row: &Row) {
        for (at, column) in &mut self.unknown {
            column.filled += u64::from(!row.get(*at).is_empty());
        }
    }

    /// The columns that nobody knows.
    pub(super) fn into_unknown(self) -> Vec<UnknownColumn> {
        self.unknown.into_iter().map(|(_, column)| column).collect()
    }
}

#[cfg(test)]
mod tests {
    use regulation::MatterKind;

    use super::*;
    use crate::model::parts::{PublicHotline, ReportItem};

    #[test]
    fn every_word_of_the_file_names_one_thing() {
        let mut seen = BTreeMap::new();
        for (column, names) in &VOCABULARY.columns {
            assert!(!names.is_empty());
            for name in names.iter().map(|name| folded(name)) {
                assert!(!known(&VOCABULARY.passed_over.headers, &name), "{name} is both known and passed over");
                if let Some(other) = seen.insert(name.clone(), *column) {
                    assert_eq!(other, *column, "{name} names two columns");
                }
            }
        }
        assert_eq!(VOCABULARY.columns.len(), 21, "every column has names");
    }

    #[test]
    fn every_key_of_the_file_is_a_word_of_the_model() {
        assert!(VOCABULARY.matter.keys().all(|key| MatterKind::ALL.iter().any(|kind| kind.as_str() == key)));
        assert!(VOCABULARY.hotline.keys().all(|key| PublicHotline::from_stored(key).is_some()));
        assert_eq!(VOCABULARY.hotline.len(), PublicHotline::ALL.len());
        assert!(VOCABULARY.wanted.keys().all(|key| ReportItem::from_stored(key).is_some()));
        assert_eq!(VOCABULARY.wanted.len(), ReportItem::ALL.len());
    }
}
