//! The rows of the law as they are in force here: for everybody to read, with source, article, dates, and how far each is
//! verified. Nothing here changes a row.

use endpoint::{Call, Failure, PageBody, ProblemBody, Query};
use kernel::{Cursor, Date, Page, PageRequest, Text};
use people::api::body::TextBody;
use regulation::{Entry, Level, Regulations, RowKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::REGULATION_SEE;
use crate::store::wrong_cursor;

/// Which rows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegulationsQuery {
    /// Words that all stand in the row's id, title, law, number, article, sources, note or contents.
    pub words: Option<String>,
    /// One table alone, for instance `clock`.
    pub table: Option<String>,
    /// Only verified rows, or only those that are not.
    pub verified: Option<bool>,
    /// Only rows in force on this day.
    #[param(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A law, rule, notice or standard.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationLawBody {
    /// Its title.
    pub title: TextBody,
    /// Its number; empty when it has none.
    pub number: String,
    /// Since when it is in force.
    #[schema(value_type = String, format = Date)]
    pub in_force: Date,
}

/// One row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulationBody {
    /// Its lasting name, `cp.nfra.simple@1`.
    pub reference: String,
    /// The table it stands in.
    pub table: &'static str,
    /// What it is about.
    pub title: TextBody,
    /// What it says in a few words.
    pub says: TextBody,
    /// `law`, or `policy` where the bank itself set it.
    pub kind: &'static str,
    /// The law it comes from.
    pub law: RegulationLawBody,
    /// The article; only verified rows have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// How far it is verified: V1 the text of the law was read, V2 a good secondary source, V3 a weak one, M from memory.
    /// Absent for the bank's own policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
    /// V1 or V2.
    pub is_verified: bool,
    /// The first day in force.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// The last day in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_to: Option<Date>,
    /// Whether it is in force today.
    pub is_in_force: bool,
    /// Matters that started under an earlier version come under this one.
    pub applies_to_running: bool,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<TextBody>,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// List the rows of the law
///
/// By id and version.
#[utoipa::path(
    get, path = "/api/operations/regulations", operation_id = "list_regulations", tag = "operations",
    params(RegulationsQuery),
    responses(
        (status = 200, description = "A page of rows", body = PageBody<RegulationBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.regulation.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_regulations(
    call: Call,
    Query(query): Query<RegulationsQuery>,
) -> Result<axum::Json<PageBody<RegulationBody>>, Failure> {
    call.require(REGULATION_SEE)?;
    let request = PageRequest::new(query.limit, query.after.clone().map(Cursor::from_text));
    let after = request.after.as_ref().map(Cursor::key::<(String, u32)>).transpose().map_err(wrong_cursor)?;
    let (law, today) = (call.shared.law(), call.shared.ledger().ports().clock.now().date());
    let words: Vec<String> =
        query.words.as_deref().unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<Entry<'_>> = law
        .entries()
        .into_iter()
        .filter(|entry| query.table.as_deref().is_none_or(|table| table == entry.table))
        .filter(|entry| query.verified.is_none_or(|verified| verified == entry.row.verified))
        .filter(|entry| query.on.is_none_or(|day| entry.row.in_force(day)))
        .filter(|entry| after.as_ref().is_none_or(|after| key(entry) > *after))
        .filter(|entry| words.is_empty() || holds(entry, &law, &words))
        .collect();
    found.sort_by_key(key);
    found.truncate(request.limit().saturating_add(1));
    let page = Page::from_rows(&request, found, key);
    Ok(axum::Json(page.map(|entry| body(&entry, &law, today)).into()))
}

fn key(entry: &Entry<'_>) -> (String, u32) {
    (entry.row.reference.id().to_owned(), entry.row.reference.version())
}

/// Whether every word stands somewhere in the row.
fn holds(entry: &Entry<'_>, law: &Regulations, words: &[String]) -> bool {
    let row = entry.row;
    let mut text = format!("{}\n{}\n{}\n", row.reference, row.law.number, row.article.as_deref().unwrap_or_default());
    for both in [Some(&row.title), Some(&entry.says), Some(&row.law.title), row.note.as_ref()].into_iter().flatten() {
        text.push_str(&both.zh);
        text.push('\n');
        text.push_str(&both.en);
        text.push('\n');
    }
    sources(entry, law).iter().for_each(|source| text.push_str(source));
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

fn sources(entry: &Entry<'_>, law: &Regulations) -> Vec<String> {
    let cited = |id: &String| law.citation(id).map_or_else(|| id.clone(), |citation| citation.text.clone());
    entry.row.source.iter().map(cited).collect()
}

fn body(entry: &Entry<'_>, law: &Regulations, today: Date) -> RegulationBody {
    let row = entry.row;
    let both = |text: &Text| TextBody::from(text.clone());
    RegulationBody {
        reference: row.reference.to_string(),
        table: entry.table,
        title: both(&row.title),
        says: both(&entry.says),
        kind: match row.kind {
            RowKind::Law => "law",
            RowKind::Policy => "policy",
        },
        law: RegulationLawBody {
            title: both(&row.law.title),
            number: row.law.number.clone(),
            in_force: row.law.in_force,
        },
        article: row.article.clone(),
        level: row.level.map(|level| match level {
            Level::V1 => "V1",
            Level::V2 => "V2",
            Level::V3 => "V3",
            Level::M => "M",
        }),
        is_verified: row.verified,
        effective_from: row.effective_from,
        effective_to: row.effective_to,
        is_in_force: row.in_force(today),
        applies_to_running: row.applies_to_running,
        note: row.note.as_ref().map(both),
        sources: sources(entry, law),
    }
}
