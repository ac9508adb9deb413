//! The list rows of rectifications, written with their events, and the questions of lists and of the room's own jobs.

use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{
    ActorRef, OrgPath, Page, PageRequest, Problem, Timestamp,
    id::{OrderId, RectificationId, StaffId},
};
use ledger::{Connection, StoreError, on_each};
use seal::WrappedKey;

use super::{
    list::wrong_cursor,
    one_row, parse, parse_path,
    schema::{rectification_orders, rectifications},
    word,
};
use crate::model::rectification::{Rectification, RectificationStage};

const TABLE: &str = "rectifications";

/// Rectifications that one cause may concern, as many as are looked at: a bank has some hundreds in all.
const SAME_CAUSE_MAX: i64 = 1_000;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rectifications, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    version: i64,
    stage: String,
    unit_path: String,
    scope_path: String,
    owner: String,
    cause: String,
    business: Option<String>,
    reason: Option<String>,
    due: i64,
    look_back_at: Option<i64>,
    opened_by: String,
    opened_at: i64,
    checked_at: Option<i64>,
    ended_at: Option<i64>,
    round: i32,
    alarm_at: Option<i64>,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RectificationRow {
    /// The rectification.
    pub id: RectificationId,
    /// Its version.
    pub version: u64,
    /// Its step.
    pub stage: RectificationStage,
    /// The unit that puts it right.
    pub unit: OrgPath,
    /// For whose orders it counts.
    pub scope: OrgPath,
    /// Who answers for it.
    pub owner: StaffId,
    /// The root cause.
    pub cause: String,
    /// Only about this business.
    pub business: Option<String>,
    /// Only for this reason.
    pub reason: Option<String>,
    /// What it is, in one line.
    pub title: String,
    /// Until when.
    pub due: Timestamp,
    /// When to look back.
    pub look_back_at: Option<Timestamp>,
    /// Who opened it.
    pub opened_by: ActorRef,
    /// When.
    pub opened_at: Timestamp,
    /// When it was checked last.
    pub checked_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How often it was opened.
    pub round: u32,
}

impl Stored {
    fn of(state: &Rectification, alarm: Option<Timestamp>) -> Self {
        let key = |key: &Option<crate::model::parts::AxisKey>| key.as_ref().map(|key| key.as_str().to_owned());
        Self {
            id: state.id.to_string(),
            version: state.version.cast_signed(),
            stage: state.stage.as_str().to_owned(),
            unit_path: state.unit.as_str().to_owned(),
            scope_path: state.target.scope.as_str().to_owned(),
            owner: state.owner.to_string(),
            cause: state.target.cause.as_str().to_owned(),
            business: key(&state.target.business),
            reason: key(&state.target.reason),
            due: state.due.as_micros(),
            look_back_at: state.look_back_at.map(Timestamp::as_micros),
            opened_by: state.opened_by.as_str().to_owned(),
            opened_at: state.opened_at.as_micros(),
            checked_at: state.checked_at.map(Timestamp::as_micros),
            ended_at: state.ended_at.map(Timestamp::as_micros),
            round: i32::try_from(state.round).unwrap_or(i32::MAX),
            alarm_at: alarm.map(Timestamp::as_micros),
        }
    }

    fn row(self, title: String) -> Result<RectificationRow, StoreError> {
        let id = self.id.as_str();
        Ok(RectificationRow {
            id: parse(TABLE, "id", id, id)?,
            version: u64::try_from(self.version).map_err(|_| StoreError::corrupt(TABLE, "version", id, "negative"))?,
            stage: word(TABLE, "stage", id, RectificationStage::from_stored(&self.stage))?,
            unit: parse_path(TABLE, "unit_path", id, &self.unit_path)?,
            scope: parse_path(TABLE, "scope_path", id, &self.scope_path)?,
            owner: parse(TABLE, "owner", id, &self.owner)?,
            due: Timestamp::from_micros(self.due),
            look_back_at: self.look_back_at.map(Timestamp::from_micros),
            opened_at: Timestamp::from_micros(self.opened_at),
            checked_at: self.checked_at.map(Timestamp::from_micros),
            ended_at: self.ended_at.map(Timestamp::from_micros),
            round: u32::try_from(self.round).unwrap_or_default(),
            opened_by: ActorRef::from_stored(self.opened_by),
            cause: self.cause,
            business: self.business,
            reason: self.reason,
            title,
        })
    }
}

/// What lists show of a rectification, and its key.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The title without numbers.
    pub title: String,
    /// The key of its texts.
    pub wrapped: WrappedKey,
}

/// Adds the row of a new rectification.
pub fn insert(
    conn: &mut Connection,
    state: &Rectification,
    kept: &Kept,
    alarm: Option<Timestamp>,
) -> Result<(), StoreError> {
    // Whatever files it gets come in sealed.
    let beside = (
        rectifications::title.eq(&kept.title),
        rectifications::wrapped_key.eq(Some(kept.wrapped.as_str())),
        rectifications::is_sealed.eq(1),
    );
    let row = (Stored::of(state, alarm), beside);
    on_each!(conn, |c| diesel::insert_into(rectifications::table).values(row).execute(c))?;
    put_orders(conn, state.id, &state.orders)
}

/// Brings the row from one state to the next.
pub fn update(
    conn: &mut Connection,
    before: &Rectification,
    after: &Rectification,
    alarm: Option<Timestamp>,
) -> Result<(), StoreError> {
    let there = rectifications::table.find(after.id.to_string());
    let rows = on_each!(conn, |c| diesel::update(there).set(Stored::of(after, alarm)).execute(c))?;
    one_row(rows, TABLE, after.id)?;
    put_orders(conn, after.id, &after.orders[before.orders.len().min(after.orders.len())..])
}

fn put_orders(conn: &mut Connection, id: RectificationId, orders: &[OrderId]) -> Result<(), StoreError> {
    for order in orders {
        let row = (
            rectification_orders::rectification.eq(id.to_string()),
            rectification_orders::order_id.eq(order.to_string()),
        );
        let insert = diesel::insert_into(rectification_orders::table).values(row);
        on_each!(conn, |c| insert.on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// The key of a rectification's texts; `None` when there is no such rectification.
pub fn key(conn: &mut Connection, id: RectificationId) -> Result<Option<Option<WrappedKey>>, StoreError> {
    let query = rectifications::table.find(id.to_string()).select(rectifications::wrapped_key);
    let found: Option<Option<String>> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.map(|key| key.map(WrappedKey::from_stored)))
}

/// Which rectifications a list shows; what is `None` does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct RectificationFilter {
    /// Only at this step.
    pub stage: Option<RectificationStage>,
    /// Only those of this person.
    pub owner: Option<StaffId>,
    /// Only of this cause.
    pub cause: Option<String>,
    /// Only that came from this order.
    pub order: Option<OrderId>,
    /// Only being put right and past their due date.
    pub overdue: bool,
}

/// A page of the rectifications that belong to, or count for, places within the scopes, newest first; those of `me` always.
pub fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    me: Option<StaffId>,
    filter: &RectificationFilter,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<RectificationRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(|_| wrong_cursor())?;
    let rows: Vec<(Stored, String)> = on_each!(conn, |c| {
        let mut query = rectifications::table
            .select((Stored::as_select(), rectifications::title))
            .order(rectifications::id.desc())
            .limit(request.fetch())
            .into_boxed();
        let mine = me.map(|me| me.to_string()).unwrap_or_default();
        let mut seen: Box<dyn diesel::BoxableExpression<rectifications::table, _, SqlType = diesel::sql_types::Bool>> =
            Box::new(rectifications::owner.eq(mine));
        for scope in scopes {
            let (from, end) = scope.range();
            let here = rectifications::unit_path.ge(from.clone()).and(rectifications::unit_path.lt(end.clone()));
            let counts = rectifications::scope_path.ge(from).and(rectifications::scope_path.lt(end));
            seen = Box::new(seen.or(here).or(counts));
        }
        query = query.filter(seen);
        if let Some(stage) = filter.stage {
            query = query.filter(rectifications::stage.eq(stage.as_str()));
        }
        if let Some(owner) = filter.owner {
            query = query.filter(rectifications::owner.eq(owner.to_string()));
        }
        if let Some(cause) = &filter.cause {
            query = query.filter(rectifications::cause.eq(cause));
        }
        if filter.overdue {
            let open = RectificationStage::Open.as_str();
            query = query.filter(rectifications::stage.eq(open).and(rectifications::due.lt(now.as_micros())));
        }
        if let Some(order) = filter.order {
            let of_order = rectification_orders::table
                .filter(rectification_orders::order_id.eq(order.to_string()))
                .select(rectification_orders::rectification);
            query = query.filter(rectifications::id.eq_any(of_order));
        }
        if let Some(before) = &before {
            query = query.filter(rectifications::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(|(row, title)| row.row(title)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

/// The rectifications whose next reminder or escalation is due, earliest first.
pub fn alarming(conn: &mut Connection, now: Timestamp, limit: i64) -> Result<Vec<RectificationId>, StoreError> {
    let query = rectifications::table
        .filter(rectifications::alarm_at.le(now.as_micros()))
        .order(rectifications::alarm_at)
        .limit(limit)
        .select(rectifications::id);
    ids(on_each!(conn, |c| query.load(c))?)
}

/// Sets when a rectification rings next.
pub fn set_alarm(conn: &mut Connection, id: RectificationId, alarm: Option<Timestamp>) -> Result<(), StoreError> {
    let there = rectifications::table.find(id.to_string());
    let change = rectifications::alarm_at.eq(alarm.map(Timestamp::as_micros));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, id)
}

/// The rectifications of a cause that were checked or closed, and so may have to open again.
pub fn checked_of_cause(conn: &mut Connection, cause: &str) -> Result<Vec<RectificationId>, StoreError> {
    let stages = [RectificationStage::Checked.as_str(), RectificationStage::Closed.as_str()];
    let query = rectifications::table
        .filter(rectifications::cause.eq(cause).and(rectifications::stage.eq_any(stages)))
        .order(rectifications::id)
        .limit(SAME_CAUSE_MAX)
        .select(rectifications::id);
    ids(on_each!(conn, |c| query.load(c))?)
}

/// Rectifications that belong to, or count for, places at or below a moved unit, behind `after`.
pub fn below(
    conn: &mut Connection,
    place: &OrgPath,
    after: &str,
    limit: i64,
) -> Result<Vec<RectificationId>, StoreError> {
    let (from, end) = place.range();
    let here = rectifications::unit_path.ge(from.clone()).and(rectifications::unit_path.lt(end.clone()));
    let counts = rectifications::scope_path.ge(from).and(rectifications::scope_path.lt(end));
    let query = rectifications::table
        .filter(here.or(counts))
        .filter(rectifications::id.gt(after))
        .order(rectifications::id)
        .limit(limit)
        .select(rectifications::id);
    ids(on_each!(conn, |c| query.load(c))?)
}

fn ids(rows: Vec<String>) -> Result<Vec<RectificationId>, StoreError> {
    rows.into_iter().map(|id| parse(TABLE, "id", &id, &id)).collect()
}
