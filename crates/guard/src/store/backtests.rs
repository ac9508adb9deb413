//! Backtests and shadow runs as rows: what is tried on which stretch of the log, how far it has come, what was counted, and where it differs.

use decide::scenario::ScenarioSpec;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::Eq};
use kernel::{
    ActorRef, Page, PageRequest, Problem, Timestamp,
    id::{BacktestId, DecisionId, ScenarioId, ScoreModelId},
};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, parse, word},
};

use super::schema::{guard_backtest_differences as differences, guard_backtests as table};
use crate::{
    model::words::GuardOutcome,
    proof::{
        latency::Latencies,
        tally::{Known, Tally},
    },
};

const TABLE: &str = "guard_backtests";
const DIFFERENCES: &str = "guard_backtest_differences";

kernel::words! {
    /// What decisions a version is tried on.
    TrialKind {
        /// A stretch of the log.
        Backtest = "backtest", "回测", "backtest";
        /// Those from now on.
        Shadow = "shadow", "试运行", "shadow run";
    }
}

kernel::words! {
    /// How a backtest stands.
    BacktestState {
        /// It goes on.
        Running = "running", "进行中", "running";
        /// Somebody ended it.
        Cancelled = "cancelled", "已取消", "cancelled";
        /// It went through the whole stretch.
        Done = "done", "已完成", "done";
        /// It cannot go on.
        Failed = "failed", "失败", "failed";
    }
}

/// A backtest.
#[derive(Debug, Clone)]
pub struct Backtest {
    /// Its id.
    pub id: BacktestId,
    /// What it is tried on.
    pub kind: TrialKind,
    /// The version that is tried.
    pub scenario: ScenarioId,
    /// Which version of its name it is.
    pub number: u32,
    /// What it said when the backtest began.
    pub spec: ScenarioSpec,
    /// The scenarios that were live then, of which it takes one's place or which it joins.
    pub live: Vec<ScenarioSpec>,
    /// The first decision of the stretch.
    pub first_seq: i64,
    /// The last one.
    pub last_seq: i64,
    /// The last one that is counted.
    pub done_seq: i64,
    /// The period.
    pub period: (Timestamp, Timestamp),
    /// What became known from then on is not taken for known.
    pub labels_at: Timestamp,
    /// How it stands.
    pub state: BacktestState,
    /// What was counted so far.
    pub tally: Tally,
    /// Events that were left out because it was too far behind.
    pub dropped: u64,
    /// How long the candidate's decisions took.
    pub took: Latencies,
    /// Why it failed, for whoever started it.
    pub fault: Option<String>,
    /// Who started it.
    pub by: ActorRef,
    /// When.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The score model that both sides score by, and which version it is; none when they score by none.
    pub model: Option<(ScoreModelId, u32)>,
}

/// A decision on which the two sides differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its place in the log.
    pub seq: i64,
    /// The decision.
    pub decision: DecisionId,
    /// When it was taken.
    pub at: Timestamp,
    /// What the live versions say.
    pub baseline: GuardOutcome,
    /// What the candidate says.
    pub candidate: GuardOutcome,
    /// The score of the live versions.
    pub baseline_score: i32,
    /// The score of the candidate.
    pub candidate_score: i32,
    /// What became known of it.
    pub known: Option<Known>,
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Misuse("a backtest that is no JSON".to_owned()))
}

fn model(run: &Backtest) -> (Eq<table::model, Option<String>>, Eq<table::model_number, Option<i64>>) {
    let (id, number) = run.model.map(|(id, number)| (id.to_string(), i64::from(number))).unzip();
    (table::model.eq(id), table::model_number.eq(number))
}

/// Adds a backtest.
pub fn insert(conn: &mut Connection, run: &Backtest) -> Result<(), StoreError> {
    let row = (
        (table::id.eq(run.id.to_string()), table::kind.eq(run.kind.as_str())),
        table::scenario.eq(run.scenario.to_string()),
        table::name.eq(&run.spec.name),
        table::number.eq(i64::from(run.number)),
        table::spec.eq(json(&run.spec)?),
        table::live.eq(json(&run.live)?),
        (table::first_seq.eq(run.first_seq), table::last_seq.eq(run.last_seq), table::done_seq.eq(run.done_seq)),
        table::from_at.eq(run.period.0.as_micros()),
        table::to_at.eq(run.period.1.as_micros()),
        table::labels_at.eq(run.labels_at.as_micros()),
        table::state.eq(run.state.as_str()),
        (
            table::tally.eq(json(&run.tally)?),
            table::dropped.eq(run.dropped.cast_signed()),
            table::took.eq(json(&run.took)?),
        ),
        table::fault.eq(&run.fault),
        table::started_by.eq(run.by.as_str()),
        table::started_at.eq(run.started_at.as_micros()),
        table::ended_at.eq(run.ended_at.map(Timestamp::as_micros)),
        model(run),
    );
    on_each!(conn, |c| diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// Says how far a backtest has come.
pub fn update(conn: &mut Connection, run: &Backtest) -> Result<(), StoreError> {
    let there = table::table.find(run.id.to_string());
    let change = (
        table::done_seq.eq(run.done_seq),
        table::state.eq(run.state.as_str()),
        table::tally.eq(json(&run.tally)?),
        table::dropped.eq(run.dropped.cast_signed()),
        table::took.eq(json(&run.took)?),
        table::fault.eq(&run.fault),
        table::ended_at.eq(run.ended_at.map(Timestamp::as_micros)),
        model(run),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, run.id)
}

/// A backtest as it is read.
type Columns = (
    (String, String, String, i64, String, String, i64, i64, i64),
    (i64, i64, i64, String, String, Option<String>, String, i64, Option<i64>),
    (i64, String, Option<String>, Option<i64>),
);

macro_rules! columns {
    () => {
        (
            (
                table::id,
                table::kind,
                table::scenario,
                table::number,
                table::spec,
                table::live,
                table::first_seq,
                table::last_seq,
                table::done_seq,
            ),
            (
                table::from_at,
                table::to_at,
                table::labels_at,
                table::state,
                table::tally,
                table::fault,
                table::started_by,
                table::started_at,
                table::ended_at,
            ),
            (table::dropped, table::took, table::model, table::model_number),
        )
    };
}

fn read((first, second, (dropped, took, model, model_number)): Columns) -> Result<Backtest, StoreError> {
    let (id, kind, scenario, number, spec, live, first_seq, last_seq, done_seq) = first;
    let (from_at, to_at, labels_at, state, tally, fault, by, started_at, ended_at) = second;
    let corrupt = |column| StoreError::corrupt(TABLE, column, &id, "not what this program wrote");
    Ok(Backtest {
        kind: word(TABLE, "kind", &id, TrialKind::from_stored(&kind))?,
        scenario: parse(TABLE, "scenario", &id, &scenario)?,
        number: u32::try_from(number).map_err(|_| corrupt("number"))?,
        spec: serde_json::from_str(&spec).map_err(|_| corrupt("spec"))?,
        live: serde_json::from_str(&live).map_err(|_| corrupt("live"))?,
        first_seq,
        last_seq,
        done_seq,
        period: (Timestamp::from_micros(from_at), Timestamp::from_micros(to_at)),
        labels_at: Timestamp::from_micros(labels_at),
        state: word(TABLE, "state", &id, BacktestState::from_stored(&state))?,
        tally: serde_json::from_str(&tally).map_err(|_| corrupt("tally"))?,
        dropped: u64::try_from(dropped).map_err(|_| corrupt("dropped"))?,
        took: serde_json::from_str(&took).map_err(|_| corrupt("took"))?,
        fault,
        by: ActorRef::from_stored(by),
        started_at: Timestamp::from_micros(started_at),
        ended_at: ended_at.map(Timestamp::from_micros),
        model: match (model, model_number) {
            (Some(model), Some(number)) => Some((parse(TABLE, "model", &id, &model)?, number as u32)),
            (_, _) => None,
        },
        id: parse(TABLE, "id", &id, &id)?,
    })
}

/// A backtest by its id.
pub fn find(conn: &mut Connection, id: BacktestId) -> Result<Option<Backtest>, StoreError> {
    let query = table::table.find(id.to_string()).select(columns!());
    on_each!(conn, |c| query.first(c)).optional()?.map(read).transpose()
}

/// Those of a kind that go on, oldest first.
pub fn running(conn: &mut Connection, kind: TrialKind) -> Result<Vec<Backtest>, StoreError> {
    let rows: Vec<Columns> = on_each!(conn, |c| table::table
        .filter(table::state.eq(BacktestState::Running.as_str()))
        .filter(table::kind.eq(kind.as_str()))
        .order(table::id)
        .select(columns!())
        .load(c))?;
    rows.into_iter().map(read).collect()
}

/// A page of a kind, newest first; of one version where that is given.
pub fn page(
    conn: &mut Connection,
    (kind, scenario): (TrialKind, Option<ScenarioId>),
    request: &PageRequest,
) -> Result<Page<Backtest>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<Columns> = on_each!(conn, |c| {
        let mut query = table::table
            .filter(table::kind.eq(kind.as_str()))
            .select(columns!())
            .order(table::id.desc())
            .limit(request.fetch())
            .into_boxed();
        if let Some(scenario) = scenario {
            query = query.filter(table::scenario.eq(scenario.to_string()));
        }
        if let Some(before) = &before {
            query = query.filter(table::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

ledger::insert_row! {
    /// Adds a difference.
    struct InsertDifference<'a> into "guard_backtest_differences" {
        backtest: &'a str => Text,
        seq: i64 => BigInt,
        decision: &'a str => Text,
        at: i64 => BigInt,
        baseline: &'a str => Text,
        candidate: &'a str => Text,
        baseline_score: i64 => BigInt,
        candidate_score: i64 => BigInt,
        known: Option<&'a str> => Nullable<Text>,
    }
}

/// Adds decisions on which the two sides differ.
pub fn add_differences(conn: &mut Connection, id: BacktestId, new: &[Difference]) -> Result<(), StoreError> {
    let backtest = id.to_string();
    for one in new {
        let decision = one.decision.to_string();
        let row = InsertDifference {
            backtest: &backtest,
            seq: one.seq,
            decision: &decision,
            at: one.at.as_micros(),
            baseline: one.baseline.as_str(),
            candidate: one.candidate.as_str(),
            baseline_score: i64::from(one.baseline_score),
            candidate_score: i64::from(one.candidate_score),
            known: one.known.map(Known::as_str),
        };
        on_each!(conn, |c| row.execute(c))?;
    }
    Ok(())
}

/// How many differences are kept of a backtest.
pub fn differences_kept(conn: &mut Connection, id: BacktestId) -> Result<u64, StoreError> {
    let query = differences::table.filter(differences::backtest.eq(id.to_string())).count();
    let count: i64 = on_each!(conn, |c| query.get_result(c))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// A difference as it is read.
type DifferenceColumns = (i64, String, i64, String, String, i64, i64, Option<String>);

fn difference(row: DifferenceColumns) -> Result<Difference, StoreError> {
    let (seq, decision, at, baseline, candidate, baseline_score, candidate_score, known) = row;
    let outcome = |column, text: &str| word(DIFFERENCES, column, seq, GuardOutcome::from_stored(text));
    let score = |column, score: i64| {
        i32::try_from(score).map_err(|_| StoreError::corrupt(DIFFERENCES, column, seq, "out of range"))
    };
    Ok(Difference {
        seq,
        decision: parse(DIFFERENCES, "decision", seq, &decision)?,
        at: Timestamp::from_micros(at),
        baseline: outcome("baseline", &baseline)?,
        candidate: outcome("candidate", &candidate)?,
        baseline_score: score("baseline_score", baseline_score)?,
        candidate_score: score("candidate_score", candidate_score)?,
        known: known.map(|text| word(DIFFERENCES, "known", seq, Known::from_stored(&text))).transpose()?,
    })
}

/// Which differences a page shows; what is `None` does not narrow it.
#[derive(Debug, Clone, Copy, Default)]
pub struct DifferenceFilter {
    /// Only those of which this is known.
    pub known: Option<Known>,
    /// Only those that the live versions decide so.
    pub baseline: Option<GuardOutcome>,
    /// Only those that the candidate decides so.
    pub candidate: Option<GuardOutcome>,
}

/// A page of the differences of a backtest, in the order of the log.
pub fn differences_page(
    conn: &mut Connection,
    id: BacktestId,
    filter: DifferenceFilter,
    request: &PageRequest,
) -> Result<Page<Difference>, Problem> {
    let after = request.after.as_ref().map(kernel::Cursor::key::<i64>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<DifferenceColumns> = on_each!(conn, |c| {
        let mut query = differences::table
            .filter(differences::backtest.eq(id.to_string()))
            .select((
                differences::seq,
                differences::decision,
                differences::at,
                differences::baseline,
                differences::candidate,
                differences::baseline_score,
                differences::candidate_score,
                differences::known,
            ))
            .order(differences::seq)
            .limit(request.fetch())
            .into_boxed();
        if let Some(known) = filter.known {
            query = query.filter(differences::known.eq(known.as_str()));
        }
        if let Some(baseline) = filter.baseline {
            query = query.filter(differences::baseline.eq(baseline.as_str()));
        }
        if let Some(candidate) = filter.candidate {
            query = query.filter(differences::candidate.eq(candidate.as_str()));
        }
        if let Some(after) = after {
            query = query.filter(differences::seq.gt(after));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(difference).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.seq))
}
