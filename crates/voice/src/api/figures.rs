//! Figures: what is counted in a period, grouped and compared with the year before, each with its definition; the orders
//! behind every number; and what figures are divided by that no order tells.

mod bases;
mod body;
mod titles;

use endpoint::{Call, Failure, OpenApiRouter, PageBody, Path, ProblemBody, Query, Shared};
use kernel::{Cursor, Date, OrgPath, PageRequest, Problem, Text, id::UnitId};
use ledger::{Connection, StoreError};
use parking_lot::Mutex;
use people::store::units;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::{
    bases::Divisors,
    body::{DefinitionBody, FiguresBody},
};
use super::{
    body::{MatterWord, SourceWord},
    law,
    list::{self, OrderRowBody},
    reading,
};
use crate::{
    figures::{Answer, Dimension, Figure, Gathering, Part, Period, Question, block::Word},
    model::permission::SEE,
    store::{
        columns::{self, Depth},
        list::{narrowed, wrong_cursor},
        rows,
    },
};

/// Years of one period at most: longer ones are asked for one by one.
const YEARS_MAX: i16 = 10;

/// What to count.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FiguresQuery {
    /// The first day of receipt.
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// The last day of receipt.
    #[param(value_type = String, format = Date)]
    pub to: Date,
    /// Only at or below this unit; groups by organisation are the units directly below it.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only this kind of matter.
    pub matter: Option<MatterWord>,
    /// Only passed on by these.
    pub source: Option<SourceWord>,
    /// Only on this channel or what is below it.
    pub channel: Option<String>,
    /// Only about this business or what is below it.
    pub business: Option<String>,
    /// Only for this reason or what is below it.
    pub reason: Option<String>,
    /// Only of this root cause.
    pub cause: Option<String>,
    /// Only of this product.
    pub product: Option<String>,
    /// Only with this time limit, and on-time rates by it alone.
    pub clock: Option<String>,
    /// By what to group, separated by commas: `month`, `organisation`, `channel`, `business`, `reason`, `cause`, `product`,
    /// `matter`, `source`, `clock`.
    pub by: Option<String>,
    /// Compare with the same days a year earlier; no when absent.
    #[serde(default)]
    pub compare: bool,
}

/// Which orders behind a figure to list.
#[derive(Debug, Clone, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BehindQuery {
    /// The first day of receipt.
    #[param(value_type = String, format = Date)]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day of receipt.
    #[param(value_type = String, format = Date)]
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Only at or below this unit.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only this kind of matter.
    pub matter: Option<MatterWord>,
    /// Only passed on by these.
    pub source: Option<SourceWord>,
    /// Only on this channel or what is below it.
    pub channel: Option<String>,
    /// Only about this business or what is below it.
    pub business: Option<String>,
    /// Only for this reason or what is below it.
    pub reason: Option<String>,
    /// Only of this root cause.
    pub cause: Option<String>,
    /// Only of this product.
    pub product: Option<String>,
    /// Only with this time limit.
    pub clock: Option<String>,
    /// Those above the line, below it, or below and not above; below when absent.
    #[param(inline)]
    pub part: Option<Part>,
    /// Only those of a group: by what it is one.
    #[param(inline)]
    pub by: Option<Dimension>,
    /// Only those of a group: its key as the figures name it; empty for the orders that have none.
    pub key: Option<String>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl From<&BehindQuery> for FiguresQuery {
    fn from(query: &BehindQuery) -> Self {
        let query = query.clone();
        Self {
            from: query.from,
            to: query.to,
            unit: query.unit,
            matter: query.matter,
            source: query.source,
            channel: query.channel,
            business: query.business,
            reason: query.reason,
            cause: query.cause,
            product: query.product,
            clock: query.clock,
            by: None,
            compare: false,
        }
    }
}

/// Get figures
///
/// Counted over the orders received in the period within the caller's scopes, as they stand now. Each figure comes with
/// what it was divided by and with its definition.
#[utoipa::path(
    get, path = "/api/voice/figures", operation_id = "get_figures", tag = "voice", params(FiguresQuery),
    responses(
        (status = 200, description = "The figures", body = FiguresBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn get_figures(call: Call, Query(query): Query<FiguresQuery>) -> Result<axum::Json<FiguresBody>, Failure> {
    call.require(SEE)?;
    let (scopes, now, law) = (call.actor.scopes(SEE), reading::now(&call.shared), law(&call.shared));
    let by = dimensions(query.by.as_deref())?;
    let language = call.language;
    let body = call
        .read(move |conn| {
            let question = Question { by, ..question(conn, &query, &scopes, now)? };
            let answer = count(conn, &question)?;
            let is_whole = columns::is_whole(conn)?;
            let divisors = Divisors::of(conn, &question)?;
            let titles = titles::of(conn, &question, &answer, &law)?;
            Ok(FiguresBody::of(&question, &answer, &divisors, &titles, is_whole, language))
        })
        .await?;
    Ok(axum::Json(body))
}

/// List the definitions of figures
#[utoipa::path(
    get, path = "/api/voice/figures/definitions", operation_id = "list_figure_definitions", tag = "voice",
    responses(
        (status = 200, description = "Every figure with what it means", body = [DefinitionBody]),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
    )
)]
pub async fn list_figure_definitions(_call: Call) -> Result<axum::Json<Vec<DefinitionBody>>, Failure> {
    Ok(axum::Json(body::definitions()))
}

/// List the orders behind a figure
///
/// Exactly those that the figure counts, newest first.
#[utoipa::path(
    get, path = "/api/voice/figures/{figure}/orders", operation_id = "list_figure_orders", tag = "voice",
    params(("figure" = Figure, Path, description = "The figure"), BehindQuery),
    responses(
        (status = 200, description = "A page of orders", body = PageBody<OrderRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such figure or unit", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_figure_orders(
    call: Call,
    Path(figure): Path<Figure>,
    Query(query): Query<BehindQuery>,
) -> Result<axum::Json<PageBody<OrderRowBody>>, Failure> {
    call.require(SEE)?;
    let (scopes, now) = (call.actor.scopes(SEE), reading::now(&call.shared));
    let page = call
        .read(move |conn| {
            let (question, part) = question_behind(conn, &query, &scopes, now)?;
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let page = behind(conn, &question, figure, part, &request)?;
            Ok(kernel::Page { items: list::bodies(conn, page.items, now)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// Counts what is asked, on all processors: each thread has sums of its own, which are put together at the end.
pub(super) fn count(conn: &mut Connection, question: &Question) -> Result<Answer, StoreError> {
    let threads: Vec<Mutex<Gathering>> =
        (0..rayon::current_num_threads()).map(|_| Mutex::new(question.gathering())).collect();
    columns::scan_side_by_side(conn, question.span(), Depth::Head, |block, skip| {
        let own = rayon::current_thread_index().unwrap_or(0);
        question.count(block, skip, &mut threads[own].lock());
    })?;
    let mut all = question.gathering();
    for thread in threads {
        all.merge(thread.into_inner());
    }
    Ok(all.settled())
}

/// Which orders behind a figure are asked for.
pub(super) fn question_behind(
    conn: &mut Connection,
    query: &BehindQuery,
    scopes: &[OrgPath],
    now: kernel::Timestamp,
) -> Result<(Question, Part), Problem> {
    let group = query.by.map(|by| (by, query.key.clone().unwrap_or_default()));
    let question = Question { group, ..question(conn, &FiguresQuery::from(query), scopes, now)? };
    Ok((question, query.part.unwrap_or(Part::Denominator)))
}

/// The orders behind a figure by their places in time, in no order.
pub(super) fn seqs_behind(
    conn: &mut Connection,
    question: &Question,
    figure: Figure,
    part: Part,
) -> Result<Vec<i64>, StoreError> {
    let mut seqs: Vec<i64> = Vec::new();
    columns::scan(conn, question.span(), Depth::Whole, |block, skip| {
        seqs.extend(question.behind(block, skip, figure, part));
    })?;
    Ok(seqs)
}

/// One page of the orders behind a figure.
fn behind(
    conn: &mut Connection,
    question: &Question,
    figure: Figure,
    part: Part,
    request: &PageRequest,
) -> Result<kernel::Page<crate::store::orders::OrderRow>, Problem> {
    let before = match &request.after {
        Some(cursor) => cursor.key::<i64>().map_err(|_| wrong_cursor())?,
        None => i64::MAX,
    };
    let mut seqs = seqs_behind(conn, question, figure, part)?;
    seqs.retain(|seq| *seq < before);
    seqs.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
    seqs.truncate(usize::try_from(request.fetch()).unwrap_or(usize::MAX));
    let rows = rows::rows_at(conn, &seqs)?;
    Ok(kernel::Page::from_rows(request, rows, |row| row.seq))
}

fn question(
    conn: &mut Connection,
    query: &FiguresQuery,
    scopes: &[OrgPath],
    now: kernel::Timestamp,
) -> Result<Question, Problem> {
    let period = period(query.from, query.to)?;
    let within = match query.unit {
        None => None,
        Some(id) => Some(units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path),
    };
    let scopes = narrowed(scopes, within.as_ref());
    let below = within.or_else(|| common(&scopes));
    let word = |word: Word, value: &Option<String>| value.clone().map(|value| (word, value));
    let matter = query.matter.map(|matter| (Word::Matter, regulation::MatterKind::from(matter).as_str().to_owned()));
    let source = query.source.map(|source| (Word::Source, regulation::MatterSource::from(source).as_str().to_owned()));
    let only = [
        matter,
        source,
        word(Word::Channel, &query.channel),
        word(Word::Business, &query.business),
        word(Word::Reason, &query.reason),
        word(Word::Cause, &query.cause),
        word(Word::Product, &query.product),
    ];
    Ok(Question {
        below: below.unwrap_or_else(|| OrgPath::root("none").expect("the word is a code")),
        scopes,
        period,
        compare: query.compare,
        only: only.into_iter().flatten().collect(),
        clock: query.clock.clone(),
        group: None,
        by: Vec::new(),
        now,
    })
}

/// A period of whole days, the first not behind the last.
pub(super) fn period(from: Date, to: Date) -> Result<Period, Problem> {
    let text = if from > to {
        Text::fixed("起始日期不能晚于截止日期。", "The first day cannot be after the last.")
    } else if to.year() - from.year() > YEARS_MAX {
        Text::of(format!("一次最多统计 {YEARS_MAX} 年。"), format!("At most {YEARS_MAX} years at a time."))
    } else {
        return Ok(Period { from, to });
    };
    Err(Problem::invalid("?from", text))
}

/// The lowest place at or above all of these.
fn common(scopes: &[OrgPath]) -> Option<OrgPath> {
    let mut common = scopes.first()?.clone();
    while !scopes.iter().all(|scope| common.contains(scope)) {
        common = common.parent()?;
    }
    Some(common)
}

fn dimensions(by: Option<&str>) -> Result<Vec<Dimension>, Problem> {
    let words = by.unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let wrong = || Problem::invalid("?by", Text::fixed("取值不在允许范围内。", "Not a value of this list."));
    let mut list = words.map(|word| Dimension::from_stored(word).ok_or_else(wrong)).collect::<Result<Vec<_>, _>>()?;
    let mut seen = Vec::new();
    list.retain(|dimension| {
        let new = !seen.contains(dimension);
        seen.push(*dimension);
        new
    });
    Ok(list)
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_figures))
        .routes(routes!(list_figure_definitions))
        .routes(routes!(list_figure_orders))
        .routes(routes!(bases::list_customer_bases, bases::set_customer_base))
}
