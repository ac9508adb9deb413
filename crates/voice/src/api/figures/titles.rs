//! The names under which groups of orders are shown.

use kernel::{Problem, Text};
use ledger::Connection;
use regulation::{Axis, MatterKind, MatterSource};

use super::{bases::unit_titles, body::Titles};
use crate::{
    figures::{Answer, Dimension, Question},
    model::Law,
    products::Products,
};

/// The names of all groups of an answer.
pub(super) fn of(conn: &mut Connection, question: &Question, answer: &Answer, law: &Law) -> Result<Titles, Problem> {
    let mut titles = Titles::new();
    for (by, groups) in question.by.iter().zip(&answer.groups) {
        let keys: Vec<&str> = groups.sorted().into_iter().map(|(key, _)| key).collect();
        if *by == Dimension::Organisation {
            for (place, name) in unit_titles(conn, keys.iter().copied())? {
                titles.insert((*by, place), Text::of(name.clone(), name));
            }
            continue;
        }
        for key in keys {
            if let Some(title) = title(*by, key, law, question) {
                titles.insert((*by, key.to_owned()), title);
            }
        }
    }
    Ok(titles)
}

fn title(by: Dimension, key: &str, law: &Law, question: &Question) -> Option<Text> {
    if key.is_empty() {
        return Some(Text::fixed("未填写", "Not given"));
    }
    match by {
        Dimension::Channel => class(law, Axis::Channel, key, question),
        Dimension::Business => class(law, Axis::Business, key, question),
        Dimension::Reason => class(law, Axis::Reason, key, question),
        Dimension::Cause => Some(law.cause_title(key)),
        Dimension::Matter => MatterKind::ALL.into_iter().find(|kind| kind.as_str() == key).map(MatterKind::title),
        Dimension::Source => {
            MatterSource::ALL.into_iter().find(|source| source.as_str() == key).map(MatterSource::title)
        }
        Dimension::Clock => format!("{key}@1").parse().ok().map(|rule| law.title(&rule)),
        Dimension::Product => Products::of(law, question.period.to).title(key),
        Dimension::Month | Dimension::Organisation => None,
    }
}

/// The name of a class of an axis, as the files had it at the end of the period.
fn class(law: &Law, axis: Axis, key: &str, question: &Question) -> Option<Text> {
    let axes = law.rules.axes(question.period.to);
    let view = axes.into_iter().find(|view| view.axis.body.axis == axis)?;
    let found = view.categories.into_iter().find(|category| category.body.key == key)?;
    Some(found.row.title.clone())
}
