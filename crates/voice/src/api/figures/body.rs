//! Figures as they go over the wire: whole numbers with their units, what they were divided by, and their definitions.

use std::collections::HashMap;

use kernel::{Date, text::Language};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::bases::Divisors;
use crate::figures::{
    Answer, Bases, Dimension, Figure, Question, Tally, Unit,
    gather::{Groups, Pair},
};

/// What a figure means.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinitionBody {
    /// The figure.
    pub figure: Figure,
    /// Its name.
    pub title: TextBody,
    /// In what it is counted.
    pub unit: Unit,
    /// What it means, exactly.
    pub definition: TextBody,
}

/// Every figure with what it means.
pub(super) fn definitions() -> Vec<DefinitionBody> {
    let body = |figure: &Figure| DefinitionBody {
        figure: *figure,
        title: figure.title().into(),
        unit: figure.unit(),
        definition: figure.definition().into(),
    };
    Figure::ALL.iter().map(body).collect()
}

/// One figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureBody {
    /// Which.
    pub figure: Figure,
    /// In what it is counted.
    pub unit: Unit,
    /// Its value in that unit, rounded; absent when there is nothing to divide by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<u64>,
    /// The sum above the line.
    pub numerator: u64,
    /// Over how many orders it was taken.
    pub denominator: u64,
    /// Its value a year earlier, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_year_before: Option<u64>,
    /// By how much it changed since, in parts per million of what it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_ppm: Option<i64>,
}

/// The figures of one group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBody {
    /// Its key; empty for orders that have none.
    pub key: String,
    /// Its name.
    pub title: String,
    /// Its figures.
    pub figures: Vec<FigureBody>,
}

/// The groups of one dimension.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupsBody {
    /// By what orders were grouped.
    pub by: Dimension,
    /// The groups, in order of their keys.
    pub items: Vec<GroupBody>,
}

/// Figures of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresBody {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Every order is counted; false while an upgrade still counts older ones.
    pub is_whole: bool,
    /// The figures of all orders together.
    pub figures: Vec<FigureBody>,
    /// The groups of each dimension asked for.
    pub groups: Vec<GroupsBody>,
    /// What each figure means.
    pub definitions: Vec<DefinitionBody>,
}

/// The names of groups, by dimension and key.
pub(super) type Titles = HashMap<(Dimension, String), kernel::Text>;

impl FiguresBody {
    pub(super) fn of(
        question: &Question,
        answer: &Answer,
        divisors: &Divisors,
        titles: &Titles,
        is_whole: bool,
        language: Language,
    ) -> Self {
        let groups = question.by.iter().zip(&answer.groups).map(|(by, groups)| GroupsBody {
            by: *by,
            items: items(*by, groups, question.compare, divisors, &|key| {
                let title = titles.get(&(*by, key.to_owned()));
                title.map_or_else(|| key.to_owned(), |title| title.get(language).to_owned())
            }),
        });
        Self {
            from: question.period.from,
            to: question.period.to,
            is_whole,
            figures: figures(&answer.total, question.compare, divisors.total()),
            groups: groups.collect(),
            definitions: definitions(),
        }
    }
}

fn items(
    by: Dimension,
    groups: &Groups<Tally>,
    compare: bool,
    divisors: &Divisors,
    title: &dyn Fn(&str) -> String,
) -> Vec<GroupBody> {
    let body = |(key, pair): (&str, &Pair<Tally>)| {
        // Only groups of units have outlets and customers of their own.
        let bases = if by == Dimension::Organisation { divisors.of_unit(key) } else { divisors.total() };
        GroupBody { key: key.to_owned(), title: title(key), figures: figures(pair, compare, bases) }
    };
    groups.sorted().into_iter().map(body).collect()
}

fn figures(pair: &Pair<Tally>, compare: bool, (bases, before): (Bases, Bases)) -> Vec<FigureBody> {
    let body = |figure: &Figure| {
        let value = pair.now.value(*figure, bases);
        let value_year_before = if compare { pair.before.value(*figure, before) } else { None };
        FigureBody {
            figure: *figure,
            unit: figure.unit(),
            value,
            numerator: pair.now.numerator(*figure),
            denominator: pair.now.denominator(*figure),
            value_year_before,
            change_ppm: value.zip(value_year_before).and_then(|(now, before)| change_ppm(now, before)),
        }
    };
    Figure::ALL.iter().map(body).collect()
}

/// The change from `before` to `now` in parts per million of `before`.
fn change_ppm(now: u64, before: u64) -> Option<i64> {
    if before == 0 {
        return None;
    }
    let change = (i128::from(now) - i128::from(before)) * 1_000_000 / i128::from(before);
    i64::try_from(change).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_parts_of_what_it_was() {
        for (now, before, expect) in
            [(150, 100, Some(500_000)), (50, 100, Some(-500_000)), (1, 0, None), (0, 3, Some(-1_000_000))]
        {
            assert_eq!(change_ppm(now, before), expect);
        }
    }
}
