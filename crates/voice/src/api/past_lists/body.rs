//! Lists of past complaints on the wire.

use kernel::{Timestamp, id::ImportId};
use people::{
    api::{body::TextBody, imports::ImportErrorBody},
    model::upload::UploadState,
};
use serde::{Deserialize, Serialize};
use table::RowError;
use utoipa::ToSchema;

use crate::past_list::{
    PastList,
    look::{Choice, Look, RowSeen, choices},
    mapping::{Mapping, PastField},
};

/// A list to be looked at. The fields come before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LookForm {
    /// The mapping to be tried, as JSON; one that was saved or is proposed when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub mapping: Option<String>,
    /// The sheet of an xlsx file; the first when absent.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The encoding of a CSV file; found out when absent.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The CSV or xlsx file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A list to be taken. The fields come before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PastListForm {
    /// The mapping, as JSON; it is saved under the name of the list.
    pub mapping: String,
    /// The sheet of an xlsx file; the first when absent.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The encoding of a CSV file; found out when absent.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The CSV or xlsx file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A column of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenColumnBody {
    /// Its heading.
    pub name: String,
    /// Rows that say something in it.
    pub filled: u64,
}

/// A word of ours.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChoiceBody {
    /// The word.
    pub word: String,
    /// Its name.
    pub title: TextBody,
}

impl From<Choice> for ChoiceBody {
    fn from(choice: Choice) -> Self {
        Self { word: choice.word, title: choice.title.into() }
    }
}

/// A word that stands in the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenWordBody {
    /// The word.
    pub word: String,
    /// Rows that have it.
    pub rows: u64,
}

/// A part of an order that a list may give.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastFieldBody {
    /// Which.
    pub field: PastField,
    /// Its name.
    pub title: TextBody,
    /// It is a date, and `formats` says how it is written.
    pub is_date: bool,
    /// The words it may have; empty when it is free.
    pub choices: Vec<ChoiceBody>,
    /// The words that stand in its column; empty when it is free, or when they are too many for classes.
    pub words: Vec<SeenWordBody>,
}

/// The value of a field as it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenValueBody {
    /// Which.
    pub field: PastField,
    /// The value: a word of ours, an instant, fen, or a text; persons are masked.
    pub value: String,
}

/// A row as it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenRowBody {
    /// The line of the file.
    pub line: u64,
    /// What it says.
    pub values: Vec<SeenValueBody>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<ImportErrorBody>,
}

impl From<RowSeen> for SeenRowBody {
    fn from(row: RowSeen) -> Self {
        let value = |(field, value): (PastField, String)| SeenValueBody { field, value };
        Self { line: row.line, values: row.fields.into_iter().map(value).collect(), fault: row.fault.map(fault) }
    }
}

/// What was found in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookBody {
    /// The columns.
    pub columns: Vec<SeenColumnBody>,
    /// The mapping that was tried.
    pub mapping: Mapping,
    /// The parts of an order, in the order of the form.
    pub fields: Vec<PastFieldBody>,
    /// The first rows.
    pub rows: Vec<SeenRowBody>,
    /// The first faults.
    pub faults: Vec<ImportErrorBody>,
    /// Rows that were looked at.
    pub looked: u64,
    /// Rows of them that could be taken, or were taken before.
    pub good: u64,
    /// Rows of them that say the same as an earlier one.
    pub repeated: u64,
    /// Rows of them that the mapping leaves out.
    pub skipped: u64,
    /// Rows of them that would be refused.
    pub refused: u64,
    /// The list has no more rows than were looked at.
    pub is_whole: bool,
}

impl LookBody {
    pub(super) fn of(look: Look, law: &regulation::Regulations) -> Self {
        let Look { columns, mapping, mut words, rows, faults, looked, is_whole } = look;
        let mut field = |field: PastField| {
            let word = |(word, rows): (String, u64)| SeenWordBody { word, rows };
            PastFieldBody {
                field,
                title: field.title().into(),
                is_date: field.is_date(),
                choices: choices(field, law).into_iter().map(ChoiceBody::from).collect(),
                words: words.remove(&field).unwrap_or_default().into_iter().map(word).collect(),
            }
        };
        Self {
            columns: columns.into_iter().map(|(name, filled)| SeenColumnBody { name, filled }).collect(),
            mapping,
            fields: PastField::ALL.iter().map(|one| field(*one)).collect(),
            rows: rows.into_iter().map(SeenRowBody::from).collect(),
            faults: faults.into_iter().map(fault).collect(),
            looked: looked.rows,
            good: looked.good,
            repeated: looked.repeated,
            skipped: looked.skipped,
            refused: looked.refused,
            is_whole,
        }
    }
}

/// A list that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastListBody {
    /// The id.
    #[schema(value_type = String, example = "im_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: ImportId,
    /// The name of the list.
    pub source: String,
    /// How far it is.
    pub state: UploadState,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes read so far; of a workbook nothing is known until its end.
    pub bytes_read: u64,
    /// Orders that are new.
    pub taken: u64,
    /// Rows that were taken before.
    pub already: u64,
    /// Rows that say the same as an earlier row.
    pub repeated: u64,
    /// Rows that the mapping left out.
    pub skipped: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Who uploaded it, as an actor reference.
    pub taken_by: String,
    /// The hash of the file in hexadecimal.
    pub digest: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// The last sign of life; the end of one that has ended.
    #[schema(value_type = String, format = DateTime)]
    pub touched_at: Timestamp,
    /// Why it could not be taken, or not to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<TextBody>,
}

impl PastListBody {
    pub(super) fn of(list: PastList, now: Timestamp) -> Self {
        Self {
            state: list.state.at(list.touched_at, now),
            id: list.id,
            source: list.source,
            bytes: list.bytes,
            bytes_read: list.bytes_read,
            taken: list.counts.taken,
            already: list.counts.already,
            repeated: list.counts.repeated,
            skipped: list.counts.skipped,
            refused: list.counts.refused,
            taken_by: list.taken_by.as_str().to_owned(),
            digest: list.digest,
            started_at: list.started_at,
            touched_at: list.touched_at,
            failure: list.failure.map(TextBody::from),
        }
    }
}

/// A list with its faults.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastListDetailBody {
    /// The list.
    #[serde(flatten)]
    pub list: PastListBody,
    /// What is wrong with its rows, the first thousand; the file of faults has more.
    pub errors: Vec<ImportErrorBody>,
}

/// A fault on the wire.
pub(super) fn fault(error: RowError) -> ImportErrorBody {
    ImportErrorBody { line: error.line, column: error.column, reason: error.reason.into() }
}
