//! Reports as they go over the wire.

use kernel::{Date, OrgPath, Timestamp, id::ReportId, text::Language};
use ledger::Recorded;
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::render::line_titles;
use crate::{
    model::{
        Law,
        report::{Difference, Report, ReportEvent, ReportKind, ReportTable},
    },
    store::reports::ReportRow,
};

/// A report in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportRowBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: ReportId,
    /// How many editions it has.
    pub version: u64,
    /// What kind.
    pub kind: ReportKind,
    /// The place it is about.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The first day of receipt.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day of receipt.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// As of when its last edition counts.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// Complaints in its last edition.
    pub received: u64,
    /// Who made that, as an actor reference.
    pub made_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
}

impl From<ReportRow> for ReportRowBody {
    fn from(row: ReportRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            kind: row.kind,
            unit: row.scope,
            from: row.from,
            to: row.to,
            as_of: row.as_of,
            received: row.received,
            made_by: row.made_by.as_str().to_owned(),
            made_at: row.made_at,
        }
    }
}

/// One line of a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportLineBody {
    /// What it counts.
    pub keys: Vec<String>,
    /// The names of these.
    pub titles: Vec<String>,
    /// How many complaints.
    pub count: u64,
    /// Of all complaints, in parts per million.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_ppm: Option<u64>,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportTableBody {
    /// Which.
    pub table: ReportTable,
    /// Its name.
    pub title: TextBody,
    /// Its lines.
    pub lines: Vec<ReportLineBody>,
}

/// A number that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportDifferenceBody {
    /// In which table; all complaints together when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<ReportTable>,
    /// In which line.
    pub keys: Vec<String>,
    /// What it was.
    pub before: u64,
    /// What it is.
    pub after: u64,
}

impl From<&Difference> for ReportDifferenceBody {
    fn from(difference: &Difference) -> Self {
        Self {
            table: difference.table,
            keys: difference.keys.clone(),
            before: difference.before,
            after: difference.after,
        }
    }
}

/// An edition in the list of editions.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionBody {
    /// Its number.
    pub edition: usize,
    /// As of when it counts.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// Who made it, as an actor reference.
    pub made_by: String,
    /// What happened: made, or corrected and why.
    pub sentence: TextBody,
    /// Where it differs from the edition before.
    pub differences: Vec<ReportDifferenceBody>,
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: ReportId,
    /// How many editions it has; a correction names it.
    pub version: usize,
    /// What kind.
    pub kind: ReportKind,
    /// Its name.
    pub title: TextBody,
    /// The place it is about.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The first day of receipt.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day of receipt.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// As of when the edition shown counts.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// All complaints received.
    pub received: u64,
    /// The tables of the edition shown.
    pub tables: Vec<ReportTableBody>,
    /// All editions, oldest first.
    pub editions: Vec<EditionBody>,
}

impl ReportBody {
    pub(super) fn of(
        report: &Report,
        events: &[Recorded<ReportEvent>],
        edition: Option<usize>,
        law: &Law,
        language: Language,
    ) -> Option<Self> {
        let shown = report.edition(edition)?;
        let received = shown.content.received;
        let table = |table: &ReportTable| {
            let lines = shown.content.tables.get(table.as_str()).map(Vec::as_slice).unwrap_or_default();
            let line = |line: &crate::model::report::ReportLine| ReportLineBody {
                titles: line_titles(*table, &line.keys, law, report.to, language),
                keys: line.keys.clone(),
                count: line.count,
                share_ppm: (line.count * 1_000_000).checked_div(received),
            };
            ReportTableBody { table: *table, title: table.title().into(), lines: lines.iter().map(line).collect() }
        };
        Some(Self {
            id: report.id,
            version: report.editions.len(),
            kind: report.kind,
            title: report.kind.title().into(),
            unit: report.scope.clone(),
            from: report.from,
            to: report.to,
            as_of: shown.as_of,
            received,
            tables: report.kind.tables().iter().map(table).collect(),
            editions: editions(report, events),
        })
    }
}

fn editions(report: &Report, events: &[Recorded<ReportEvent>]) -> Vec<EditionBody> {
    let body = |(at, (edition, recorded)): (usize, (&crate::model::report::Edition, &Recorded<ReportEvent>))| {
        let before = at.checked_sub(1).and_then(|before| report.editions.get(before));
        let differences = before.map(|before| before.content.differences(&edition.content)).unwrap_or_default();
        EditionBody {
            edition: at + 1,
            as_of: edition.as_of,
            made_at: recorded.at,
            made_by: recorded.actor.as_str().to_owned(),
            sentence: recorded.event.sentence().into(),
            differences: differences.iter().map(Into::into).collect(),
        }
    };
    report.editions.iter().zip(events).enumerate().map(body).collect()
}

/// Whether an edition counts the same again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportCheckBody {
    /// As of when it was counted again.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Timestamp,
    /// Whether every number is the same.
    pub is_same: bool,
    /// Where not: the edition's number before, that counted now after.
    pub differences: Vec<ReportDifferenceBody>,
}

impl ReportCheckBody {
    pub(super) fn of(differences: &[Difference], as_of: Timestamp) -> Self {
        Self { as_of, is_same: differences.is_empty(), differences: differences.iter().map(Into::into).collect() }
    }
}
