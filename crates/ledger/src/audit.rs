//! Who did what, when: looks back through the events of all streams, newest first, without their payloads.
//!
//! Events have no index by person or kind, for each would slow down every write. So a search looks through a bounded number
//! of positions and says how far it came; the next page goes on from there. Nothing is skipped, and nothing is ever written.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, TextExpressionMethods, dsl::max,
};
use kernel::{ActorRef, Cursor, PageRequest, Problem, Text, Timestamp};

use crate::{Connection, StoreError, on_each, schema::events};

/// Positions that one query looks through: some milliseconds.
const WINDOW_POSITIONS: i64 = 20_000;
/// Queries for one page: well below a second together, so that a page of a rare kind answers and can be gone on with.
const WINDOWS_MAX: usize = 10;
/// Beginnings of kinds that one search may name; one that may see more sees everything.
const BEGINNINGS_MAX: usize = 3;

/// What is looked for; what is absent is not asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// One stream alone.
    pub stream: Option<String>,
    /// Who did it, as stored: `staff:st_…`.
    pub actor: Option<String>,
    /// The whole kind, `voice.order.closed`, or how it begins, `voice.order.*`.
    pub kind: Option<String>,
    /// What the kind begins with, any of these.
    pub beginnings: Option<Vec<String>>,
    /// What the kind ends with.
    pub ending: Option<&'static str>,
    /// Not before this time.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// One event, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its place among all events.
    pub position: i64,
    /// The stream it belongs to.
    pub stream: String,
    /// Its place in the stream.
    pub version: u64,
    /// What happened, `voice.order.closed`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorRef,
    /// Which request, job or import caused it.
    pub cause: String,
}

/// What a search found, and how far it looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The events, newest first; there may be none although more is to be looked through.
    pub items: Vec<Trace>,
    /// Where to go on; `None` when everything was looked through.
    pub next: Option<String>,
    /// The lowest position that was looked at.
    pub reached: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct Row {
    position: i64,
    stream: String,
    version: i64,
    kind: String,
    at: i64,
    actor: String,
    cause: String,
}

impl From<Row> for Trace {
    fn from(row: Row) -> Self {
        Self {
            position: row.position,
            stream: row.stream,
            version: row.version.unsigned_abs(),
            kind: row.kind,
            at: Timestamp::from_micros(row.at),
            actor: ActorRef::from_stored(row.actor),
            cause: row.cause,
        }
    }
}

/// Looks for events.
///
/// # Errors
/// When the cursor is not one of this list, or the filter names too much.
pub fn search(connection: &mut Connection, filter: &AuditFilter, request: &PageRequest) -> Result<AuditPage, Problem> {
    if filter.beginnings.as_ref().is_some_and(|list| list.is_empty() || list.len() > BEGINNINGS_MAX) {
        return Err(Problem::internal_error("a search names one to three beginnings"));
    }
    let before = request.after.as_ref().map(Cursor::key::<i64>).transpose().map_err(|_| wrong_cursor())?;
    let top = match before {
        Some(before) => before,
        None => last_position(connection)?.saturating_add(1),
    };
    let (mut items, mut upper) = (Vec::new(), top);
    // One stream is short and has an index, so it is looked through at once.
    let window = if filter.stream.is_some() { upper.max(1) } else { WINDOW_POSITIONS };
    for _ in 0..WINDOWS_MAX {
        if upper <= 1 {
            break;
        }
        let lower = upper.saturating_sub(window).max(1);
        let wanted = request.fetch() - i64::try_from(items.len()).unwrap_or(i64::MAX);
        let rows = load(connection, filter, (lower, upper), wanted).map_err(StoreError::from)?;
        items.extend(rows.into_iter().map(Trace::from));
        if items.len() > request.limit() {
            items.truncate(request.limit());
            let last = items.last().map_or(upper, |trace| trace.position);
            return Ok(AuditPage { items, next: Some(cursor(last)), reached: last });
        }
        upper = lower;
    }
    Ok(AuditPage { items, next: (upper > 1).then(|| cursor(upper)), reached: upper })
}

fn cursor(position: i64) -> String {
    Cursor::of(&position).as_str().to_owned()
}

fn last_position(connection: &mut Connection) -> Result<i64, StoreError> {
    let query = events::table.select(max(events::position));
    let last: Option<i64> = on_each!(connection, |c| query.first(c))?;
    Ok(last.unwrap_or_default())
}

/// The newest events from `lower` up to before `upper`.
fn load(
    connection: &mut Connection,
    filter: &AuditFilter,
    (lower, upper): (i64, i64),
    limit: i64,
) -> QueryResult<Vec<Row>> {
    on_each!(connection, |c| {
        let mut query = events::table
            .select(Row::as_select())
            .filter(events::position.ge(lower))
            .filter(events::position.lt(upper))
            .order(events::position.desc())
            .limit(limit)
            .into_boxed();
        if let Some(stream) = &filter.stream {
            query = query.filter(events::stream.eq(stream));
        }
        if let Some(actor) = &filter.actor {
            query = query.filter(events::actor.eq(actor));
        }
        match filter.kind.as_deref().map(|kind| (kind, kind.strip_suffix('*'))) {
            None => {}
            Some((_, Some(start))) => {
                query = query.filter(events::kind.like(format!("{}%", literal(start))).escape('\\'));
            }
            Some((kind, None)) => query = query.filter(events::kind.eq(kind.to_owned())),
        }
        if let Some(ending) = filter.ending {
            query = query.filter(events::kind.like(format!("%{}", literal(ending))).escape('\\'));
        }
        if let Some(from) = filter.from {
            query = query.filter(events::at.ge(from.as_micros()));
        }
        if let Some(until) = filter.until {
            query = query.filter(events::at.lt(until.as_micros()));
        }
        if let Some(list) = &filter.beginnings {
            let begins = |place: usize| {
                // Fewer than there are places: the last stands in the others too.
                let text = list.get(place).or(list.last()).map(String::as_str).unwrap_or_default();
                events::kind.like(format!("{}%", literal(text))).escape('\\')
            };
            query = query.filter(begins(0).or(begins(1)).or(begins(2)));
        }
        query.load(c)
    })
}

/// A text in which LIKE's own signs stand for themselves.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn wrong_cursor() -> Problem {
    let text = Text::fixed(
        "翻页位置无效，请从第一页重新开始。",
        "The cursor is not one of this list; start from the first page.",
    );
    Problem::invalid("?after", text)
}
