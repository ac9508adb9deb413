//! Lists of what waits for somebody: tasks of departments, and longer times that need an approval.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};
use kernel::{
    ActorRef, OrgPath, Page, PageRequest, Problem, Timestamp,
    id::{ClockId, OrderId, StaffId, TaskId},
};
use ledger::{Connection, StoreError, on_each};

use super::{
    parse, parse_path,
    schema::{order_approvals, order_tasks, orders},
};

const TASKS: &str = "order_tasks";
const APPROVALS: &str = "order_approvals";

/// A question to a department, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The task.
    pub id: TaskId,
    /// Its order.
    pub order: OrderId,
    /// The order's title without names and numbers.
    pub title: String,
    /// The department.
    pub unit: OrgPath,
    /// The person.
    pub person: Option<StaffId>,
    /// When the answer is wanted.
    pub due: Option<Timestamp>,
    /// When it was asked.
    pub opened_at: Timestamp,
}

#[derive(Queryable)]
struct StoredTask {
    id: String,
    order: String,
    title: String,
    unit_path: String,
    person: Option<String>,
    due: Option<i64>,
    opened_at: i64,
}

impl TryFrom<StoredTask> for TaskRow {
    type Error = StoreError;

    fn try_from(row: StoredTask) -> Result<Self, StoreError> {
        let person = row.person.as_deref().map(|person| parse(TASKS, "person", &row.id, person)).transpose()?;
        Ok(Self {
            id: parse(TASKS, "id", &row.id, &row.id)?,
            order: parse(TASKS, "seq", &row.id, &row.order)?,
            unit: parse_path(TASKS, "unit_path", &row.id, &row.unit_path)?,
            person,
            due: row.due.map(Timestamp::from_micros),
            opened_at: Timestamp::from_micros(row.opened_at),
            title: row.title,
        })
    }
}

/// Open tasks of the units at or below `place`, or of one person, newest first.
pub fn open_tasks(
    conn: &mut Connection,
    place: &OrgPath,
    person: Option<StaffId>,
    request: &PageRequest,
) -> Result<Page<TaskRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose();
    let before = before.map_err(|_| super::list::wrong_cursor())?;
    let (from, end) = place.range();
    let rows: Vec<StoredTask> = on_each!(conn, |c| {
        let mut query = order_tasks::table
            .inner_join(orders::table.on(orders::seq.eq(order_tasks::seq)))
            .filter(order_tasks::state.eq("open"))
            .select((
                order_tasks::id,
                orders::id,
                orders::title,
                order_tasks::unit_path,
                order_tasks::person,
                order_tasks::due,
                order_tasks::opened_at,
            ))
            .order(order_tasks::id.desc())
            .limit(request.fetch())
            .into_boxed();
        query = match person {
            Some(person) => query.filter(order_tasks::person.eq(person.to_string())),
            None => query.filter(order_tasks::unit_path.ge(&from).and(order_tasks::unit_path.lt(&end))),
        };
        if let Some(before) = &before {
            query = query.filter(order_tasks::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(TaskRow::try_from).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

/// A longer time that waits for an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRow {
    /// The clock.
    pub clock: ClockId,
    /// Its order.
    pub order: OrderId,
    /// The order's title without names and numbers.
    pub title: String,
    /// The unit that is answerable.
    pub unit: OrgPath,
    /// The rule that would take over.
    pub rule: String,
    /// Who asked.
    pub proposed_by: ActorRef,
    /// When.
    pub proposed_at: Timestamp,
}

#[derive(Queryable)]
struct StoredApproval {
    clock: String,
    order: String,
    title: String,
    unit_path: String,
    rule: String,
    proposed_by: String,
    proposed_at: i64,
}

/// Rows of a list of approvals at most: more than anybody decides on in a day.
const APPROVALS_MAX: i64 = 200;

/// Longer times that wait at or below `place`, oldest first.
pub fn waiting_approvals(conn: &mut Connection, place: &OrgPath) -> Result<Vec<ApprovalRow>, StoreError> {
    let (from, end) = place.range();
    let query = order_approvals::table
        .inner_join(orders::table.on(orders::seq.eq(order_approvals::seq)))
        .filter(order_approvals::unit_path.ge(from).and(order_approvals::unit_path.lt(end)))
        .order(order_approvals::proposed_at)
        .limit(APPROVALS_MAX)
        .select((
            order_approvals::clock,
            orders::id,
            orders::title,
            order_approvals::unit_path,
            order_approvals::rule,
            order_approvals::proposed_by,
            order_approvals::proposed_at,
        ));
    let rows: Vec<StoredApproval> = on_each!(conn, |c| query.load(c))?;
    let read = |row: StoredApproval| {
        Ok(ApprovalRow {
            clock: parse(APPROVALS, "clock", &row.clock, &row.clock)?,
            order: parse(APPROVALS, "seq", &row.clock, &row.order)?,
            unit: parse_path(APPROVALS, "unit_path", &row.clock, &row.unit_path)?,
            title: row.title,
            rule: row.rule,
            proposed_by: ActorRef::from_stored(row.proposed_by),
            proposed_at: Timestamp::from_micros(row.proposed_at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// The orders that other orders link to this one.
pub fn linked_from(conn: &mut Connection, id: OrderId, limit: i64) -> Result<Vec<(OrderId, String)>, StoreError> {
    use super::schema::order_links;
    let query = order_links::table
        .inner_join(orders::table.on(orders::seq.eq(order_links::seq)))
        .filter(order_links::other.eq(id.to_string()))
        .order(orders::seq.desc())
        .limit(limit)
        .select((orders::id, order_links::relation));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(id, relation)| Ok((parse("orders", "id", &id, &id)?, relation))).collect()
}
