//! A mapping proposed from the headings of a file and the values below them. A proposal is for a person to look at: where a
//! value has two readings none is chosen.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use regulation::{Axis, MatterKind, MatterSource, Regulations};
use serde::Deserialize;
use table::{
    Headers, Row,
    value::{AmountUnit, moment},
};

use super::mapping::{FieldSpec, Mapping, PastField};
use crate::{
    model::parts::{Nature, Outcome},
    regulator_list::folded,
};

/// Different words of one column that are looked at; a column with more is no list of classes.
pub const WORDS_MAX: usize = 200;
/// Ways of writing a date that have two readings, or that lists of other countries use.
const FORMATS: [&str; 10] = [
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d-%b-%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vocabulary {
    columns: BTreeMap<PastField, Vec<String>>,
    words: BTreeMap<PastField, BTreeMap<String, Vec<String>>>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/past-list.toml")).expect("the file is part of the program and tested")
});

/// A mapping for a file with these headings, of which some rows are known. Columns whose words mean nothing here are kept as
/// the list's own words. Without a date of receipt the mapping refuses every row, until a person names one.
pub fn propose(source: &str, headers: &Headers, rows: &[Row], law: &Regulations) -> Mapping {
    let mut mapping = Mapping { source: source.to_owned(), ..Mapping::default() };
    let nothing = FieldSpec { constant: Some(String::new()), ..FieldSpec::default() };
    mapping.fields.insert(PastField::Received, nothing);
    let mut used = BTreeSet::new();
    for (field, names) in &VOCABULARY.columns {
        let Some((at, heading)) = find(names, headers, &used) else { continue };
        used.insert(at);
        let values: BTreeSet<&str> = rows.iter().map(|row| row.get(at)).filter(|value| !value.is_empty()).collect();
        let mut spec = FieldSpec { column: Some(heading.to_owned()), ..FieldSpec::default() };
        if field.is_date() {
            spec.formats = format_of(&values).map(|format| vec![format.to_owned()]);
        } else if *field == PastField::Amount {
            spec.unit = Some(unit_of(heading));
        } else if field.is_coded() {
            let known = if values.len() > WORDS_MAX { BTreeMap::new() } else { meanings(*field, &values, law) };
            if known.is_empty() && !values.is_empty() {
                mapping.labels.insert(heading.to_owned(), spec);
                continue;
            }
            spec.map = Some(known);
        }
        mapping.fields.insert(*field, spec);
    }
    if !mapping.fields.contains_key(&PastField::Title) {
        // A list shows titles; the first line of the narrative says more than the name of the list.
        let narrative = mapping.fields.get(&PastField::Narrative).cloned();
        mapping.fields.extend(narrative.map(|spec| (PastField::Title, spec)));
    }
    mapping
}

/// The first heading that is not used yet and is one of `names`, in their order: what a list calls by a name that says much
/// goes before what it calls by one that says little.
fn find<'a>(names: &[String], headers: &'a Headers, used: &BTreeSet<usize>) -> Option<(usize, &'a str)> {
    names.iter().find_map(|name| {
        let name = folded(name);
        let mut all =
            headers.names().iter().enumerate().filter(|(at, heading)| !used.contains(at) && !heading.is_empty());
        let (at, heading) = all.find(|(_, heading)| folded(heading) == name)?;
        // A heading that stands twice names no column.
        headers.find(heading).ok().flatten().map(|_| (at, heading.as_str()))
    })
}

/// The way in which these dates are written, where they need one; none where several would do.
fn format_of(values: &BTreeSet<&str>) -> Option<&'static str> {
    let reads = |formats: &[String]| values.iter().all(|value| moment(value, formats).is_ok());
    if values.is_empty() || reads(&[]) {
        return None;
    }
    let mut fit = FORMATS.into_iter().filter(|format| reads(&[(*format).to_owned()]));
    match (fit.next(), fit.next()) {
        (Some(format), None) => Some(format),
        (_, _) => None,
    }
}

fn unit_of(heading: &str) -> AmountUnit {
    let heading = folded(heading);
    if heading.contains('万') {
        AmountUnit::WanYuan
    } else if heading.ends_with('分') || heading.ends_with("fen") {
        AmountUnit::Fen
    } else {
        AmountUnit::Yuan
    }
}

/// What words of a coded field mean, those that are known.
fn meanings(field: PastField, words: &BTreeSet<&str>, law: &Regulations) -> BTreeMap<String, String> {
    let choices = choices(field, law);
    let synonyms = VOCABULARY.words.get(&field);
    let mean = |word: &&str| {
        let said = folded(word);
        let by_title = choices.iter().find(|choice| {
            [choice.word.as_str(), choice.title.zh.as_ref(), choice.title.en.as_ref()]
                .iter()
                .any(|name| folded(name) == said)
        });
        let by_synonym = || {
            let known = |(_, names): &(&String, &Vec<String>)| names.iter().any(|name| folded(name) == said);
            synonyms?.iter().find(known).map(|(ours, _)| ours.clone())
        };
        let ours = by_title.map(|choice| choice.word.clone()).or_else(by_synonym)?;
        Some(((*word).to_owned(), ours))
    };
    words.iter().filter_map(mean).collect()
}

/// A word of ours with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The word.
    pub word: String,
    /// Its name on screen.
    pub title: kernel::Text,
}

/// The words that a coded field may have; none for other fields.
pub fn choices(field: PastField, law: &Regulations) -> Vec<Choice> {
    let choice = |word: &str, title: kernel::Text| Choice { word: word.to_owned(), title };
    let axis =
        |axis: Axis| law.categories_ever(axis).map(|rule| choice(&rule.body.key, rule.row.title.clone())).collect();
    match field {
        PastField::Matter => MatterKind::ALL.into_iter().map(|kind| choice(kind.as_str(), kind.title())).collect(),
        PastField::Origin => {
            MatterSource::ALL.into_iter().map(|source| choice(source.as_str(), source.title())).collect()
        }
        PastField::Nature => Nature::ALL.iter().map(|nature| choice(nature.as_str(), nature.title())).collect(),
        PastField::Outcome => Outcome::ALL.iter().map(|outcome| choice(outcome.as_str(), outcome.title())).collect(),
        PastField::Channel => axis(Axis::Channel),
        PastField::Business => axis(Axis::Business),
        PastField::Reason => axis(Axis::Reason),
        PastField::External
        | PastField::Received
        | PastField::ClockStart
        | PastField::Answered
        | PastField::Closed
        | PastField::Occurred
        | PastField::Unit
        | PastField::Title
        | PastField::Narrative
        | PastField::Request
        | PastField::Amount
        | PastField::Name
        | PastField::Phone
        | PastField::Identity
        | PastField::Account
        | PastField::Email
        | PastField::Address
        | PastField::Region
        | PastField::OriginNumber => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_word_of_the_file_is_one_of_ours() {
        let law = Regulations::builtin().unwrap();
        assert_eq!(VOCABULARY.columns.len(), PastField::ALL.len(), "every field has headings");
        for (field, words) in &VOCABULARY.words {
            let choices = choices(*field, &law);
            assert!(words.keys().all(|word| choices.iter().any(|choice| choice.word == *word)), "{field:?}");
        }
    }

    #[test]
    fn a_date_with_two_readings_is_not_guessed() {
        let check =
            |values: &[&str], expect| assert_eq!(format_of(&values.iter().copied().collect()), expect, "{values:?}");
        check(&["2026-01-05", "2026年3月1日"], None);
        check(&["05/01/2026"], None);
        check(&["05/01/2026", "25/01/2026"], Some("%d/%m/%Y"));
        check(&["05/01/2026", "01/25/2026"], Some("%m/%d/%Y"));
        check(&["05.01.2026"], Some("%d.%m.%Y"));
        check(&["soon"], None);
        check(&[], None);
    }

    #[test]
    fn amounts_follow_their_heading() {
        for (heading, unit) in
            [("涉及金额（万元）", AmountUnit::WanYuan), ("金额", AmountUnit::Yuan), ("金额(分)", AmountUnit::Fen)]
        {
            assert_eq!(unit_of(heading), unit, "{heading}");
        }
    }
}
