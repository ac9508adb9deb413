//! The list of orders: newest first, filtered, a page at a time.

use std::collections::HashMap;

use endpoint::{Call, Failure, PageBody, ProblemBody, Query};
use kernel::{
    Cursor, Date, OrgPath, PageRequest, Problem, Text, Timestamp,
    id::{CustomerId, OrderId, StaffId, UnitId},
};
use ledger::Connection;
use people::store::units;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    body::{AmountBody, MatterWord, SourceWord},
    highlight::{self, PieceBody, SnippetBody},
    law,
    origin::ReportWord,
    reading,
};
use crate::{
    model::{
        StageName,
        parts::{Entry, Outcome, PublicHotline},
        permission::SEE,
    },
    products::Products,
    store::{
        filter::{ClockFilter, OrderFilter},
        list, lookups,
        orders::OrderRow,
    },
    words,
};

/// How the clocks of an order stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockWord {
    /// A deadline was missed and waits for its answer.
    Overdue,
    /// The next deadline is before this day ends, and not missed yet.
    DueToday,
    /// The next deadline is within three days.
    DueSoon,
    /// A clock runs.
    Running,
    /// A deadline may still move.
    Provisional,
}

/// Which orders to list.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrdersQuery {
    /// Only at or below this unit.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only at these steps, separated by commas, for instance `filed,registered`.
    pub stage: Option<String>,
    /// Only with clocks like this.
    #[param(inline)]
    pub clock: Option<ClockWord>,
    /// Only this kind of matter.
    pub matter: Option<MatterWord>,
    /// Only passed on by these.
    pub source: Option<SourceWord>,
    /// Only on this channel.
    pub channel: Option<String>,
    /// Only about this business.
    pub business: Option<String>,
    /// Only for this reason.
    pub reason: Option<String>,
    /// Only given to this person; `me` for the caller.
    pub handler: Option<String>,
    /// Only of this customer.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// Only received on or after this day.
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub received_from: Option<Date>,
    /// Only received on or before this day.
    #[param(value_type = Option<String>, format = Date)]
    #[schema(value_type = Option<String>, format = Date)]
    pub received_to: Option<Date>,
    /// Only with the number that another body gave.
    pub origin_number: Option<String>,
    /// Only come in by this way.
    pub entry: Option<Entry>,
    /// Only taken by this public hotline.
    pub hotline: Option<PublicHotline>,
    /// `owed`: only those on which somebody waits for a report.
    #[param(inline)]
    pub report: Option<ReportWord>,
    /// Only with these words in title, narrative, notes, letters or any other text of the order; words stand apart by blanks,
    /// and each of two or more characters is found wherever it stands.
    pub text: Option<String>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// An order in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderRowBody {
    /// The id.
    #[schema(value_type = String, example = "wo_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: OrderId,
    /// The number the complainant was given.
    pub receipt: String,
    /// Its version.
    pub version: u64,
    /// The step it has reached.
    pub stage: StageName,
    /// What kind of matter.
    pub matter: MatterWord,
    /// Who passed it on.
    pub source: SourceWord,
    /// Their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_number: Option<String>,
    /// The title without names and numbers.
    pub title: String,
    /// The title in pieces, when words were looked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub title_pieces: Vec<PieceBody>,
    /// Where else the words stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snippets: Vec<SnippetBody>,
    /// The masked name.
    #[schema(example = "张*")]
    pub name_masked: String,
    /// The masked telephone number.
    #[schema(example = "138****5678")]
    pub phone_masked: String,
    /// The place of the unit that is answerable.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
    /// The person it was given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub handler: Option<StaffId>,
    /// Axis A.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Axis B.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Axis C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The amount in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountBody>,
    /// When the bank received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// The next deadline of a running clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_due: Option<Timestamp>,
    /// A deadline was missed and waits for its answer.
    pub is_overdue: bool,
    /// A deadline may still move.
    pub is_provisional: bool,
    /// How often it was passed on.
    pub transfers: u32,
    /// How often it was opened.
    pub round: u32,
    /// What the complainant said on the last return visit, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<u8>,
}

impl OrderRowBody {
    fn of(row: OrderRow, names: &HashMap<String, String>, now: Timestamp) -> Self {
        Self {
            unit_name: names.get(row.unit.code()).cloned(),
            is_overdue: row.next_due.is_some_and(|due| due < now),
            id: row.id,
            receipt: row.receipt,
            version: row.version,
            stage: row.stage,
            matter: row.matter.into(),
            source: row.source.into(),
            origin_number: row.origin_number,
            title: row.title,
            title_pieces: Vec::new(),
            snippets: Vec::new(),
            name_masked: row.name_masked,
            phone_masked: row.phone_masked,
            unit: row.unit,
            handler: row.handler,
            channel: row.channel,
            business: row.business,
            reason: row.reason,
            outcome: row.outcome,
            amount: row.amount.map(Into::into),
            received_at: row.received_at,
            ended_at: row.ended_at,
            next_due: row.next_due,
            is_provisional: row.provisional,
            transfers: row.transfers,
            round: row.round,
            satisfaction: row.satisfaction,
        }
    }
}

/// The rows with the names of their units.
pub(super) fn bodies(conn: &mut Connection, rows: Vec<OrderRow>, now: Timestamp) -> Result<Vec<OrderRowBody>, Problem> {
    let names = unit_names(conn, rows.iter().map(|row| &row.unit))?;
    Ok(rows.into_iter().map(|row| OrderRowBody::of(row, &names, now)).collect())
}

/// The rows with the places at which the words stand in them.
fn found(
    conn: &mut Connection,
    rows: Vec<OrderRow>,
    query: &words::Query,
    now: Timestamp,
) -> Result<Vec<OrderRowBody>, Problem> {
    let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let texts = lookups::words_of(conn, &seqs)?;
    let mut rows = bodies(conn, rows, now)?;
    for (row, seq) in rows.iter_mut().zip(seqs) {
        row.title_pieces = highlight::title(&row.title, query);
        row.snippets = texts.get(&seq).map(|text| highlight::snippets(text, query)).unwrap_or_default();
    }
    Ok(rows)
}

/// The names of units by their codes.
pub(super) fn unit_names<'a>(
    conn: &mut Connection,
    places: impl Iterator<Item = &'a OrgPath>,
) -> Result<HashMap<String, String>, Problem> {
    let mut codes: Vec<&str> = places.map(OrgPath::code).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(units::find_by_codes(conn, &codes)?.into_iter().map(|unit| (unit.code, unit.name)).collect())
}

/// List orders
///
/// Newest first, in masked form, within the caller's scopes.
#[utoipa::path(
    get, path = "/api/voice/orders", operation_id = "list_orders", tag = "voice", params(OrdersQuery),
    responses(
        (status = 200, description = "A page of orders", body = PageBody<OrderRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_orders(
    call: Call,
    Query(query): Query<OrdersQuery>,
) -> Result<axum::Json<PageBody<OrderRowBody>>, Failure> {
    call.require(SEE)?;
    let (scopes, now) = (call.actor.scopes(SEE), reading::now(&call.shared));
    let me = call.actor.reference.id().to_owned();
    let products = Products::of(&law(&call.shared), now.date());
    let page = call
        .read(move |conn| {
            let filter = filter_of(conn, &query, &me, &products)?;
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let page = list::page(conn, &scopes, &filter, &request, now)?;
            let items = match &filter.words {
                Some(words) => found(conn, page.items, words, now)?,
                None => bodies(conn, page.items, now)?,
            };
            Ok(kernel::Page { items, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// What a query asks for, for the caller `me`; a product is found by any of its names.
pub(super) fn filter_of(
    conn: &mut Connection,
    query: &OrdersQuery,
    me: &str,
    products: &Products,
) -> Result<OrderFilter, Problem> {
    let within = match query.unit {
        Some(id) => Some(units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path),
        None => None,
    };
    Ok(OrderFilter { within, ..filter(query, me, products)? })
}

fn filter(query: &OrdersQuery, me: &str, products: &Products) -> Result<OrderFilter, Problem> {
    let wrong = |name: &str| {
        Problem::invalid(format!("?{name}"), Text::fixed("取值不在允许范围内。", "Not a value of this list."))
    };
    let stages = query.stage.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let stages = stages.map(|word| StageName::from_stored(word).ok_or_else(|| wrong("stage")));
    let handler = query.handler.as_deref().map(|word| if word == "me" { me } else { word });
    let words = query.text.as_deref().filter(|text| !text.trim().is_empty());
    let words = words.map(|text| {
        let text_wrong = Text::fixed("请至少输入一个字、字母或数字。", "Type at least one letter or digit.");
        let query = words::Query::parse_with(text, |word| products.other_names(word));
        query.ok_or_else(|| Problem::invalid("?text", text_wrong))
    });
    Ok(OrderFilter {
        within: None,
        stages: stages.collect::<Result<_, _>>()?,
        clock: query.clock.map(|word| match word {
            ClockWord::Overdue => ClockFilter::Overdue,
            ClockWord::DueToday => ClockFilter::DueToday,
            ClockWord::DueSoon => ClockFilter::DueSoon,
            ClockWord::Running => ClockFilter::Running,
            ClockWord::Provisional => ClockFilter::Provisional,
        }),
        matter: query.matter.map(Into::into),
        source: query.source.map(Into::into),
        channel: query.channel.clone(),
        business: query.business.clone(),
        reason: query.reason.clone(),
        handler: handler.map(|word| word.parse().map_err(|_| wrong("handler"))).transpose()?,
        customer: query.customer,
        received_from: query.received_from,
        received_to: query.received_to,
        origin_number: query.origin_number.clone(),
        entry: query.entry,
        hotline: query.hotline,
        report_owed: query.report == Some(ReportWord::Owed),
        words: words.transpose()?,
        number: Vec::new(),
    })
}
