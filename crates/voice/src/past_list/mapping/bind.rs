//! A mapping tied to the header of one file: names have become places, so that a row is read without searching.

use std::collections::BTreeMap;

use kernel::Text;
use regulation::{Axis, Regulations};
use table::{Headers, Row, RowError, value::AmountUnit};

use super::{FieldSpec, Mapping, MappingError, PastField};

/// One value's origin, tied to the header.
#[derive(Debug)]
pub(super) struct Field {
    from: From,
    /// The column to name in an error.
    column: String,
    map: Option<BTreeMap<String, String>>,
    default: Option<String>,
    pub(super) formats: Vec<String>,
    pub(super) unit: AmountUnit,
}

#[derive(Debug)]
enum From {
    Columns { at: Vec<usize>, join: String },
    Constant(String),
}

impl Field {
    /// The value of a row; empty when there is none.
    pub(super) fn get(&self, row: &Row) -> Result<String, RowError> {
        let raw = match &self.from {
            From::Constant(value) => value.clone(),
            From::Columns { at, join } => match at.as_slice() {
                [one] => row.get(*one).to_owned(),
                several => {
                    let parts: Vec<&str> = several.iter().map(|at| row.get(*at)).filter(|v| !v.is_empty()).collect();
                    parts.join(join)
                }
            },
        };
        let Some(map) = &self.map else { return Ok(raw) };
        match (map.get(&raw.to_lowercase()), &self.default) {
            (Some(word), _) | (None, Some(word)) => Ok(word.clone()),
            (None, None) if raw.is_empty() => Ok(raw),
            (None, None) => Err(self.wrong(
                row.line,
                Text::fixed(
                    "映射文件的 map 中没有这个值，也没有 default。",
                    "The mapping's `map` does not have this value, and there is no `default`.",
                ),
            )),
        }
    }

    /// The column, or the columns, that the value comes from.
    pub(super) fn column(&self) -> &str {
        &self.column
    }

    /// An error that names this field's column.
    pub(super) fn wrong(&self, line: u64, reason: Text) -> RowError {
        RowError::column(line, &self.column, reason)
    }

    /// Every word that this field can give, when they are known beforehand.
    fn words(&self) -> Vec<&str> {
        match (&self.from, &self.map) {
            (_, Some(map)) => map.values().map(String::as_str).chain(self.default.as_deref()).collect(),
            (From::Constant(word), None) => vec![word],
            (From::Columns { .. }, None) => Vec::new(),
        }
    }
}

/// The timely flag, tied to the header.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) at: usize,
    pub(super) column: String,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
    pub(super) days: u32,
    pub(super) interim: Option<(usize, Vec<String>)>,
}

/// Every field, tied to the header.
#[derive(Debug)]
pub struct Binding {
    pub(super) source: String,
    pub(super) fields: BTreeMap<&'static str, Field>,
    pub(super) labels: Vec<(String, Field)>,
    pub(super) skip: Vec<(usize, Vec<String>)>,
    pub(super) timely: Option<Flag>,
}

impl Mapping {
    /// Ties this mapping to a header; every column that is missing is named, not only the first. Classes that a value map
    /// names must exist on their axis.
    ///
    /// # Errors
    /// When columns are missing or stand twice, or a class is unknown.
    pub fn bind(&self, headers: &Headers, law: &Regulations) -> Result<Binding, MappingError> {
        let mut binder = Binder { headers, missing: Vec::new() };
        let fields = bind_fields(&mut binder, &self.fields)?;
        let mut labels = Vec::new();
        for (name, spec) in &self.labels {
            labels.push((name.clone(), binder.field(spec)?));
        }
        let mut skip = Vec::new();
        for rule in &self.skip {
            skip.push((binder.place(&rule.column)?, lower(&rule.values)));
        }
        let timely = match &self.timely {
            None => None,
            Some(timely) => {
                let interim = match &timely.interim {
                    None => None,
                    Some(interim) => Some((binder.place(&interim.column)?, lower(&interim.values))),
                };
                let (yes, no) = (lower(&timely.yes), lower(&timely.no));
                let (at, column, days) = (binder.place(&timely.column)?, timely.column.clone(), timely.days);
                Some(Flag { at, column, yes, no, days, interim })
            }
        };
        binder.finish()?;
        check_classes(&fields, law)?;
        Ok(Binding { source: self.source.clone(), fields, labels, skip, timely })
    }
}

fn bind_fields(
    binder: &mut Binder<'_>,
    fields: &BTreeMap<PastField, FieldSpec>,
) -> Result<BTreeMap<&'static str, Field>, MappingError> {
    let mut bound = BTreeMap::new();
    for (field, spec) in fields {
        bound.insert(field.as_str(), binder.field(spec)?);
    }
    Ok(bound)
}

/// Looks columns up and remembers which are missing.
struct Binder<'a> {
    headers: &'a Headers,
    missing: Vec<String>,
}

impl Binder<'_> {
    fn place(&mut self, column: &str) -> Result<usize, MappingError> {
        Ok(self.headers.find(column)?.unwrap_or_else(|| {
            if !self.missing.iter().any(|missing| missing == column) {
                self.missing.push(column.to_owned());
            }
            0
        }))
    }

    fn field(&mut self, spec: &FieldSpec) -> Result<Field, MappingError> {
        let columns = spec.columns.clone().or_else(|| spec.column.clone().map(|column| vec![column]));
        let from = match (&columns, &spec.constant) {
            (Some(columns), _) => {
                let mut at = Vec::with_capacity(columns.len());
                for column in columns {
                    at.push(self.place(column)?);
                }
                From::Columns { at, join: spec.join.clone().unwrap_or_else(|| " ".to_owned()) }
            }
            (None, constant) => From::Constant(constant.clone().unwrap_or_default()),
        };
        let map = spec.map.as_ref();
        Ok(Field {
            from,
            column: columns.unwrap_or_default().join(" + "),
            map: map.map(|map| map.iter().map(|(word, ours)| (word.trim().to_lowercase(), ours.clone())).collect()),
            default: spec.default.clone(),
            formats: spec.formats.clone().unwrap_or_default(),
            unit: spec.unit.unwrap_or(AmountUnit::Yuan),
        })
    }

    fn finish(self) -> Result<(), MappingError> {
        if self.missing.is_empty() {
            return Ok(());
        }
        let (missing, there) = (self.missing, self.headers.names());
        Err(MappingError::Wrong(Text::of(
            format!("文件里没有映射所要的列：{}。\n  文件的列：{}", missing.join("、"), there.join("、")),
            format!(
                "The file lacks columns that the mapping asks for: {}.\n  It has: {}",
                missing.join(", "),
                there.join(", ")
            ),
        )))
    }
}

fn lower(words: &[String]) -> Vec<String> {
    words.iter().map(|word| word.trim().to_lowercase()).collect()
}

/// A class that no version of the law knows is a mistake in the mapping, told before the first row.
fn check_classes(fields: &BTreeMap<&'static str, Field>, law: &Regulations) -> Result<(), MappingError> {
    for (name, axis) in [("channel", Axis::Channel), ("business", Axis::Business), ("reason", Axis::Reason)] {
        let words = fields.get(name).map(Field::words).unwrap_or_default();
        let unknown = words.into_iter().find(|word| !word.is_empty() && law.category_ever(axis, word).is_none());
        if let Some(word) = unknown {
            return Err(MappingError::Wrong(Text::of(
                format!("映射文件 fields.{name} 给出的“{word}”不是投诉分类中的类别。"),
                format!("`fields.{name}` of the mapping gives \"{word}\", which is no class of the classification."),
            )));
        }
    }
    Ok(())
}
