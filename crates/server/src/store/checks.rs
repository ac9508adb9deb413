//! Checks of the whole ledger, as rows: who started each, how far it is, what it found. Nothing is checked here.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{ActorRef, Page, PageRequest, Problem, Text, Timestamp, id::LedgerCheckId};
use ledger::{Connection, Finding, FindingKind, StoreError, VerifyReport, on_each, rows::parse};
use serde::{Deserialize, Serialize};

use super::{schema::ledger_checks, wrong_cursor};

const TABLE: &str = "ledger_checks";

/// Time without a sign of life after which a check was broken off. The heads of a hundred million streams are compared at
/// its end without a word, which takes some minutes.
const SILENCE_MICROS: i64 = 15 * 60 * 1_000_000;

kernel::words! {
    /// How far a check is.
    CheckState {
        /// Events are being checked.
        Running = "running", "正在校验", "running";
        /// Everything was checked and nothing is wrong.
        Intact = "intact", "完好", "intact";
        /// Something is wrong.
        Broken = "broken", "不完好", "not intact";
        /// Somebody stopped it.
        Cancelled = "cancelled", "已取消", "cancelled";
        /// The database failed before its end.
        Failed = "failed", "未能完成", "failed";
        /// The program stopped in between.
        BrokenOff = "broken_off", "中断", "broken off";
    }
}

/// The first thing that is wrong, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of thing.
    pub kind: String,
    /// Where among all events.
    pub position: Option<i64>,
    /// In which stream.
    pub stream: Option<String>,
    /// Where in the stream.
    pub version: Option<i64>,
    /// Which checkpoint shows it.
    pub checkpoint: Option<i64>,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
}

impl From<&Finding> for Fault {
    fn from(finding: &Finding) -> Self {
        let kind = match finding.kind {
            FindingKind::Altered => "altered",
            FindingKind::Missing => "missing",
            FindingKind::Reordered => "reordered",
            FindingKind::Inserted => "inserted",
            FindingKind::Head => "head",
            FindingKind::Checkpoint => "checkpoint",
        };
        let Finding { position, stream, version, checkpoint, text, .. } = finding.clone();
        let Text { zh, en } = text;
        let (zh, en) = (zh.into_owned(), en.into_owned());
        Self { kind: kind.to_owned(), position, stream, version, checkpoint, zh, en }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its id.
    pub id: LedgerCheckId,
    /// Who started it.
    pub started_by: ActorRef,
    /// Since when.
    pub started_at: Timestamp,
    /// The last sign of life.
    pub touched_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How far it is, as it was last said; see [`Check::state_at`].
    pub state: CheckState,
    /// Who asked for it to stop.
    pub cancelled_by: Option<ActorRef>,
    /// The number of the checkpoint kept elsewhere with which it compares.
    pub compared: Option<i64>,
    /// The last position checked.
    pub reached: i64,
    /// The last position there was.
    pub until: i64,
    /// Events checked.
    pub events: u64,
    /// Streams checked.
    pub streams: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// Events that no signature covers yet.
    pub unsigned: u64,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
}

impl Check {
    /// How far it is at `now`: one that gave no sign of life for long was broken off.
    pub fn state_at(&self, now: Timestamp) -> CheckState {
        let is_silent = self.state == CheckState::Running && now > self.touched_at.plus_micros(SILENCE_MICROS);
        if is_silent { CheckState::BrokenOff } else { self.state }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_checks)]
struct Row {
    id: String,
    started_by: String,
    started_at: i64,
    touched_at: i64,
    ended_at: Option<i64>,
    state: String,
    cancelled_by: Option<String>,
    compared: Option<i64>,
    reached: i64,
    until_position: i64,
    events: i64,
    streams: i64,
    checkpoints: i64,
    unsigned: i64,
    finding: Option<String>,
}

impl TryFrom<Row> for Check {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::corrupt(TABLE, column, &row.id, "not a value this program knows");
        let fault = row.finding.as_deref().map(serde_json::from_str).transpose().map_err(|_| corrupt("finding"))?;
        Ok(Self {
            id: parse(TABLE, "id", &row.id, &row.id)?,
            state: CheckState::from_stored(&row.state).ok_or_else(|| corrupt("state"))?,
            started_by: ActorRef::from_stored(row.started_by),
            started_at: Timestamp::from_micros(row.started_at),
            touched_at: Timestamp::from_micros(row.touched_at),
            ended_at: row.ended_at.map(Timestamp::from_micros),
            cancelled_by: row.cancelled_by.map(ActorRef::from_stored),
            compared: row.compared,
            reached: row.reached,
            until: row.until_position,
            events: row.events.unsigned_abs(),
            streams: row.streams.unsigned_abs(),
            checkpoints: row.checkpoints.unsigned_abs(),
            unsigned: row.unsigned.unsigned_abs(),
            fault,
        })
    }
}

fn column(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Adds a check that begins, and gives it back.
///
/// # Errors
/// When the database fails.
pub fn begin(
    connection: &mut Connection,
    id: LedgerCheckId,
    by: &ActorRef,
    compared: Option<i64>,
    now: Timestamp,
) -> Result<Check, StoreError> {
    let row = Row {
        id: id.to_string(),
        started_by: by.as_str().to_owned(),
        started_at: now.as_micros(),
        touched_at: now.as_micros(),
        ended_at: None,
        state: CheckState::Running.as_str().to_owned(),
        cancelled_by: None,
        compared,
        reached: 0,
        until_position: 0,
        events: 0,
        streams: 0,
        checkpoints: 0,
        unsigned: 0,
        finding: None,
    };
    on_each!(connection, |c| diesel::insert_into(ledger_checks::table).values(row).execute(c))?;
    find(connection, id)?.ok_or_else(|| StoreError::corrupt(TABLE, "id", id, "was not kept"))
}

/// One check.
///
/// # Errors
/// When the database fails, or the row does not read.
pub fn find(connection: &mut Connection, id: LedgerCheckId) -> Result<Option<Check>, StoreError> {
    let query = ledger_checks::table.find(id.to_string());
    let row: Option<Row> = on_each!(connection, |c| query.select(Row::as_select()).first(c)).optional()?;
    row.map(Check::try_from).transpose()
}

/// The check that is under way at `now`.
///
/// # Errors
/// When the database fails, or the row does not read.
pub fn under_way(connection: &mut Connection, now: Timestamp) -> Result<Option<Check>, StoreError> {
    let query = ledger_checks::table
        .filter(ledger_checks::state.eq(CheckState::Running.as_str()))
        .order(ledger_checks::id.desc());
    let row: Option<Row> = on_each!(connection, |c| query.select(Row::as_select()).first(c)).optional()?;
    let check = row.map(Check::try_from).transpose()?;
    Ok(check.filter(|check| check.state_at(now) == CheckState::Running))
}

/// A page of checks, newest first.
///
/// # Errors
/// When the cursor is not one of this list, or the database fails.
pub fn page(connection: &mut Connection, request: &PageRequest) -> Result<Page<Check>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(wrong_cursor)?;
    let rows: Vec<Row> = on_each!(connection, |c| {
        let mut query = ledger_checks::table
            .select(Row::as_select())
            .order(ledger_checks::id.desc())
            .limit(request.fetch())
            .into_boxed();
        if let Some(before) = &before {
            query = query.filter(ledger_checks::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let list = rows.into_iter().map(Check::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, list, |check| check.id.to_string()))
}

/// Says how far a running check is. Returns whether it shall go on: it is there, runs, and nobody asked for it to stop.
///
/// # Errors
/// When the database fails.
pub fn advance(
    connection: &mut Connection,
    id: LedgerCheckId,
    (reached, until, events): (i64, i64, u64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let wanted = ledger_checks::table
        .filter(ledger_checks::id.eq(id.to_string()))
        .filter(ledger_checks::state.eq(CheckState::Running.as_str()))
        .filter(ledger_checks::cancelled_by.is_null());
    let change = (
        ledger_checks::reached.eq(reached),
        ledger_checks::until_position.eq(until),
        ledger_checks::events.eq(column(events)),
        ledger_checks::touched_at.eq(now.as_micros()),
    );
    let rows = on_each!(connection, |c| diesel::update(wanted).set(change).execute(c))?;
    Ok(rows == 1)
}

/// Asks a running check to stop. Returns whether it was running.
///
/// # Errors
/// When the database fails.
pub fn cancel(connection: &mut Connection, id: LedgerCheckId, by: &ActorRef) -> Result<bool, StoreError> {
    let running = ledger_checks::table
        .filter(ledger_checks::id.eq(id.to_string()))
        .filter(ledger_checks::state.eq(CheckState::Running.as_str()));
    let change = ledger_checks::cancelled_by.eq(by.as_str());
    let rows = on_each!(connection, |c| diesel::update(running).set(change).execute(c))?;
    Ok(rows == 1)
}

/// Says how a check ended; `report` is absent when the database failed before its end.
///
/// # Errors
/// When the database fails.
pub fn end(
    connection: &mut Connection,
    id: LedgerCheckId,
    report: Option<&VerifyReport>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = match report {
        None => CheckState::Failed,
        Some(report) if report.finding.is_some() => CheckState::Broken,
        Some(report) if report.stopped => CheckState::Cancelled,
        Some(_) => CheckState::Intact,
    };
    let there = ledger_checks::table.find(id.to_string());
    let over = (
        ledger_checks::state.eq(state.as_str()),
        ledger_checks::ended_at.eq(now.as_micros()),
        ledger_checks::touched_at.eq(now.as_micros()),
    );
    let Some(report) = report else {
        on_each!(connection, |c| diesel::update(there).set(over).execute(c))?;
        return Ok(());
    };
    let fault = report.finding.as_ref().map(Fault::from);
    let fault = fault.map(|fault| serde_json::to_string(&fault)).transpose();
    let counts = (
        ledger_checks::events.eq(column(report.events)),
        ledger_checks::streams.eq(column(report.streams)),
        ledger_checks::checkpoints.eq(column(report.checkpoints)),
        ledger_checks::unsigned.eq(column(report.unsigned)),
        ledger_checks::finding.eq(fault.map_err(|_| StoreError::Misuse("a finding is plain data".to_owned()))?),
    );
    on_each!(connection, |c| diesel::update(there).set((over, counts)).execute(c))?;
    Ok(())
}
