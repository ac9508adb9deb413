//! The list rows of interceptions, written with their events, and the questions of lists and figures.

use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{
    ActorRef, OrgPath, Page, PageRequest, Problem, Timestamp,
    id::{DecisionId, InterceptionId},
};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, parse, parse_path, word},
};
use seal::{BlindIndex, WrappedKey};

use super::schema::guard_interceptions as table;
use crate::model::{
    interception::Interception,
    words::{Channel, GuardEnding, GuardOutcome, Stage},
};

const TABLE: &str = "guard_interceptions";

/// Settled interceptions that figures are counted of at once: ten years of a large bank's.
const FIGURES_ROWS_MAX: i64 = 500_000;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    version: i64,
    stage: String,
    unit_path: String,
    decision: Option<String>,
    channel: String,
    amount: i64,
    outcome: String,
    result: Option<String>,
    scam: Option<String>,
    saved: i64,
    opened_by: String,
    opened_at: i64,
    settled_at: Option<i64>,
    delay_until: Option<i64>,
    visit_at: Option<i64>,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterceptionRow {
    /// The interception.
    pub id: InterceptionId,
    /// Its version.
    pub version: u64,
    /// Its step.
    pub stage: Stage,
    /// Where it was.
    pub unit: OrgPath,
    /// The decision from which it came.
    pub decision: Option<DecisionId>,
    /// Where the transfer was asked for.
    pub channel: Channel,
    /// The customer's masked name.
    pub name_masked: String,
    /// The payee's masked account.
    pub payee_masked: String,
    /// The amount in fen.
    pub amount: i64,
    /// What is demanded.
    pub outcome: GuardOutcome,
    /// What became of it.
    pub ending: Option<GuardEnding>,
    /// The kind of scam.
    pub scam: Option<String>,
    /// What was saved, in fen.
    pub saved: i64,
    /// Who opened it.
    pub opened_by: ActorRef,
    /// When.
    pub opened_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// Until when the transfer waits.
    pub delay_until: Option<Timestamp>,
    /// When the customer is to be visited.
    pub visit_at: Option<Timestamp>,
}

/// What lists show and find of an interception, and its key.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The customer's masked name.
    pub name_masked: String,
    /// The payee's masked account.
    pub payee_masked: String,
    /// Who pays, by a keyed hash of the account.
    pub payer_index: Option<BlindIndex>,
    /// Who gets the money, by a keyed hash of the account.
    pub payee_index: Option<BlindIndex>,
    /// The key of its texts.
    pub wrapped: WrappedKey,
}

impl Stored {
    fn of(state: &Interception) -> Self {
        let result = state.result.as_ref();
        Self {
            id: state.id.to_string(),
            version: state.version.cast_signed(),
            stage: state.stage.as_str().to_owned(),
            unit_path: state.unit.as_str().to_owned(),
            decision: state.decision.map(|decision| decision.to_string()),
            channel: state.channel.as_str().to_owned(),
            amount: state.amount,
            outcome: state.outcome.as_str().to_owned(),
            result: result.map(|result| result.ending.as_str().to_owned()),
            scam: result.and_then(|result| result.scam.clone()),
            saved: result.map_or(0, |result| result.saved),
            opened_by: state.opened_by.as_str().to_owned(),
            opened_at: state.opened_at.as_micros(),
            settled_at: result.map(|result| result.at.as_micros()),
            delay_until: state.waiting().map(|delay| delay.until.as_micros()),
            visit_at: state.visit_at.filter(|_| state.stage == Stage::Settled).map(Timestamp::as_micros),
        }
    }

    fn row(self, name_masked: String, payee_masked: String) -> Result<InterceptionRow, StoreError> {
        let id = self.id.as_str();
        let ending = self.result.as_deref().map(|text| word(TABLE, "result", id, GuardEnding::from_stored(text)));
        Ok(InterceptionRow {
            id: parse(TABLE, "id", id, id)?,
            version: u64::try_from(self.version).map_err(|_| StoreError::corrupt(TABLE, "version", id, "negative"))?,
            stage: word(TABLE, "stage", id, Stage::from_stored(&self.stage))?,
            unit: parse_path(TABLE, "unit_path", id, &self.unit_path)?,
            decision: self.decision.as_deref().map(|text| parse(TABLE, "decision", id, text)).transpose()?,
            channel: word(TABLE, "channel", id, Channel::from_stored(&self.channel))?,
            outcome: word(TABLE, "outcome", id, GuardOutcome::from_stored(&self.outcome))?,
            ending: ending.transpose()?,
            scam: self.scam,
            saved: self.saved,
            amount: self.amount,
            opened_by: ActorRef::from_stored(self.opened_by),
            opened_at: Timestamp::from_micros(self.opened_at),
            settled_at: self.settled_at.map(Timestamp::from_micros),
            delay_until: self.delay_until.map(Timestamp::from_micros),
            visit_at: self.visit_at.map(Timestamp::from_micros),
            name_masked,
            payee_masked,
        })
    }
}

/// Adds the row of a new interception.
pub fn insert(conn: &mut Connection, state: &Interception, kept: &Kept) -> Result<(), StoreError> {
    let index = |index: &Option<BlindIndex>| index.as_ref().map(|index| index.as_str().to_owned());
    let beside = (
        table::name_masked.eq(&kept.name_masked),
        table::payee_masked.eq(&kept.payee_masked),
        table::payer_index.eq(index(&kept.payer_index)),
        table::payee_index.eq(index(&kept.payee_index)),
        table::wrapped_key.eq(Some(kept.wrapped.as_str())),
    );
    let row = (Stored::of(state), beside);
    on_each!(conn, |c| diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// Brings the row to a state.
pub fn update(conn: &mut Connection, state: &Interception) -> Result<(), StoreError> {
    let there = table::table.find(state.id.to_string());
    let rows = on_each!(conn, |c| diesel::update(there).set(Stored::of(state)).execute(c))?;
    one_row(rows, TABLE, state.id)
}

/// The key of an interception's texts; `None` when there is no such interception.
pub fn key(conn: &mut Connection, id: InterceptionId) -> Result<Option<Option<WrappedKey>>, StoreError> {
    let query = table::table.find(id.to_string()).select(table::wrapped_key);
    let found: Option<Option<String>> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.map(|key| key.map(WrappedKey::from_stored)))
}

/// Which interceptions a list shows; what is `None` does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct InterceptionFilter {
    /// Only at this step.
    pub stage: Option<Stage>,
    /// Only with this ending.
    pub ending: Option<GuardEnding>,
    /// Only of this kind of scam.
    pub scam: Option<String>,
    /// Only while this is demanded.
    pub outcome: Option<GuardOutcome>,
    /// Only of this decision.
    pub decision: Option<DecisionId>,
    /// Only to a payee of one of these keyed hashes.
    pub payee: Option<Vec<BlindIndex>>,
}

/// A page of the interceptions within the scopes, and those that `me` opened, newest first.
pub fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    me: &ActorRef,
    filter: &InterceptionFilter,
    request: &PageRequest,
) -> Result<Page<InterceptionRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose();
    let before = before.map_err(people::wrong_cursor)?;
    let rows: Vec<(Stored, String, String)> = on_each!(conn, |c| {
        let mut query = table::table
            .select((Stored::as_select(), table::name_masked, table::payee_masked))
            .order(table::id.desc())
            .limit(request.fetch())
            .into_boxed();
        let mut seen: Box<dyn diesel::BoxableExpression<table::table, _, SqlType = diesel::sql_types::Bool>> =
            Box::new(table::opened_by.eq(me.as_str()));
        for scope in scopes {
            let (from, end) = scope.range();
            seen = Box::new(seen.or(table::unit_path.ge(from).and(table::unit_path.lt(end))));
        }
        query = query.filter(seen);
        if let Some(stage) = filter.stage {
            query = query.filter(table::stage.eq(stage.as_str()));
        }
        if let Some(ending) = filter.ending {
            query = query.filter(table::result.eq(ending.as_str()));
        }
        if let Some(scam) = &filter.scam {
            query = query.filter(table::scam.eq(scam));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(table::outcome.eq(outcome.as_str()));
        }
        if let Some(decision) = filter.decision {
            query = query.filter(table::decision.eq(decision.to_string()));
        }
        if let Some(payee) = &filter.payee {
            query = query.filter(table::payee_index.eq_any(payee.iter().map(BlindIndex::as_str).collect::<Vec<_>>()));
        }
        if let Some(before) = &before {
            query = query.filter(table::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(|(row, name, payee)| row.row(name, payee)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

/// What one settled interception adds to the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledRow {
    /// What became of it.
    pub ending: GuardEnding,
    /// The kind of scam.
    pub scam: Option<String>,
    /// What was saved, in fen.
    pub saved: i64,
    /// When it was settled.
    pub at: Timestamp,
    /// Who pays and who gets the money, by keyed hashes, when both are known.
    pub pair: Option<(String, String)>,
}

/// A settled interception as it is read: result, scam, saved, settled at, payer, payee.
type SettledColumns = (Option<String>, Option<String>, i64, Option<i64>, Option<String>, Option<String>);

/// The interceptions within a scope that were settled in a period, oldest first.
pub fn settled(
    conn: &mut Connection,
    scope: &OrgPath,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<SettledRow>, StoreError> {
    let (first, end) = scope.range();
    let rows: Vec<SettledColumns> = on_each!(conn, |c| table::table
        .filter(table::unit_path.ge(first).and(table::unit_path.lt(end)))
        .filter(table::settled_at.ge(from.as_micros()).and(table::settled_at.lt(to.as_micros())))
        .order((table::settled_at, table::id))
        .limit(FIGURES_ROWS_MAX)
        .select((table::result, table::scam, table::saved, table::settled_at, table::payer_index, table::payee_index))
        .load(c))?;
    let read = |(result, scam, saved, at, payer, payee): SettledColumns| {
        let ending = result.as_deref().and_then(GuardEnding::from_stored);
        let ending = word(TABLE, "result", "settled", ending)?;
        Ok(SettledRow {
            ending,
            scam,
            saved,
            at: Timestamp::from_micros(at.unwrap_or_default()),
            pair: payer.zip(payee),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Endings of decisions that are known at once, some megabytes.
pub const ENDINGS_MAX: i64 = 500_000;

/// How interceptions of decisions ended, as far as that was known before a time; when more are known than can be held, the
/// newest.
pub fn endings(conn: &mut Connection, known_before: Timestamp) -> Result<Vec<(DecisionId, GuardEnding)>, StoreError> {
    let rows: Vec<(Option<String>, Option<String>)> = on_each!(conn, |c| table::table
        .filter(table::decision.is_not_null().and(table::result.is_not_null()))
        .filter(table::settled_at.lt(known_before.as_micros()))
        .order(table::settled_at.desc())
        .limit(ENDINGS_MAX)
        .select((table::decision, table::result))
        .load(c))?;
    let read = |(decision, result): (Option<String>, Option<String>)| {
        let decision = decision.unwrap_or_default();
        let ending = result.as_deref().and_then(GuardEnding::from_stored);
        Ok((parse(TABLE, "decision", &decision, &decision)?, word(TABLE, "result", &decision, ending)?))
    };
    rows.into_iter().map(read).collect()
}
