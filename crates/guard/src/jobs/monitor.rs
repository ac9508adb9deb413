//! Counts decisions hour by hour behind the log, and raises and clears alarms. It must never count a decision twice: how far it has
//! come is kept with what it counted. It must never hold a transaction while it reads.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use decide::Kind;
use endpoint::Shared;
use kernel::{Problem, Timestamp};
use ledger::{Connection, ExternalJob, Job, JobError, NewJob, StoreError, Unit};
use parking_lot::Mutex;
use serde::Deserialize;

use crate::{
    model::words::GuardOutcome,
    proof::monitor::{self, AgeGroup, AlarmSpec, Counted, Found, Period, Silence, Watching},
    screen::{Screen, facts, facts::Layout},
    store::{
        decisions,
        monitor::{self as store, COUNTED_ROWS_MAX, Cells, CountedRow, HOUR_MICROS},
    },
};

/// The job that counts and watches.
pub const MONITOR: &str = "guard.monitor";

/// Between two rounds when there is nothing more to count.
const PAUSE_MICROS: i64 = 10_000_000;
/// Between two rounds while it is behind.
const PIECE_PAUSE_MICROS: i64 = 50_000;
/// The field by which age groups are told apart.
pub const ELDERLY: &str = "customer.is_elderly";

/// Between two looks at the alarms.
const WATCH_PAUSE_MICROS: i64 = 60_000_000;
/// How long a round may take before another worker takes it up.
const LEASE: Duration = Duration::from_secs(120);

/// The job that counts and watches from a time on.
pub fn next(due: Timestamp) -> NewJob {
    NewJob { kind: MONITOR, key: Some("next".to_owned()), due, payload: serde_json::Value::Null }
}

/// Counts and watches.
pub struct Monitor {
    shared: Shared,
    /// When this process looked at the alarms last.
    watched_at: Mutex<Option<Timestamp>>,
}

/// What a round came to.
pub struct Round {
    /// How far the log was counted before, and now.
    counted: (i64, i64),
    cells: Cells,
    is_behind: bool,
    /// What each alarm found, where they were looked at.
    found: Option<Vec<(AlarmSpec, Vec<Found>)>>,
}

/// What an answer says of the rules that held; everything else of it is left alone.
#[derive(Deserialize)]
struct Parts {
    #[serde(default)]
    parts: Vec<Held>,
}

#[derive(Deserialize)]
struct Held {
    scenario: String,
    rule: Option<String>,
}

impl Monitor {
    /// Of a house.
    pub fn new(shared: Shared) -> Self {
        Self { shared, watched_at: Mutex::default() }
    }

    fn round(&self) -> Result<Round, Problem> {
        let ledger = self.shared.ledger();
        let now = ledger.ports().clock.now();
        let screen = self.shared.known_part::<Screen>();
        if let Some(screen) = &screen {
            screen.settle()?;
        }
        let (behind, rows, layouts) = ledger.read(|conn| {
            let behind = store::followed(conn, MONITOR)?;
            Ok::<_, StoreError>((behind, store::uncounted(conn, behind)?, decisions::all_layouts(conn)?))
        })?;
        let layouts: HashMap<i64, Layout> = layouts.into_iter().collect();
        let mut cells = Cells::new();
        rows.iter().for_each(|row| count(row, layouts.get(&row.layout), &mut cells));
        // How long decisions took is in the memory of the process that takes them.
        if let Some(screen) = screen {
            for (bucket, many) in screen.take_took().buckets() {
                let cell = (hour_of(now), Counted::Took, bucket.to_string(), String::new());
                *cells.entry(cell).or_default() += many;
            }
        }
        let is_behind = i64::try_from(rows.len()).is_ok_and(|rows| rows >= COUNTED_ROWS_MAX);
        let mut watched_at = self.watched_at.lock();
        let is_due = watched_at.is_none_or(|at| now.micros_since(at) >= WATCH_PAUSE_MICROS);
        let found = (is_due && !is_behind).then(|| ledger.read(|conn| watched(conn, now))).transpose()?;
        if found.is_some() {
            *watched_at = Some(now);
        }
        let done = rows.last().map_or(behind, |row| row.seq);
        Ok(Round { counted: (behind, done), cells, is_behind, found })
    }
}

impl ExternalJob for Monitor {
    type Input = ();
    type Output = Round;

    fn kind(&self) -> &'static str {
        MONITOR
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn lease(&self) -> Duration {
        LEASE
    }

    fn prepare(&self, _unit: &mut Unit<'_>, _job: &Job) -> Result<Option<()>, JobError> {
        Ok(Some(()))
    }

    fn run(&self, _job: &Job, (): ()) -> Result<Round, JobError> {
        Ok(self.round()?)
    }

    fn complete(&self, unit: &mut Unit<'_>, _job: &Job, round: &Round) -> Result<(), JobError> {
        let now = unit.now();
        let (behind, done) = round.counted;
        // What another process counted meanwhile is not counted again.
        if store::followed(unit.connection(), MONITOR)? == behind {
            store::add(unit.connection(), &round.cells)?;
            if done > behind {
                store::follow(unit.connection(), MONITOR, done)?;
            }
        }
        if let Some(found) = &round.found {
            ring(unit, found, now)?;
        }
        let pause = if round.is_behind { PIECE_PAUSE_MICROS } else { PAUSE_MICROS };
        unit.enqueue(next(now.plus_micros(pause)))?;
        Ok(())
    }

    fn failed(&self, _unit: &mut Unit<'_>, _job: &Job, _error: &str, _parked: bool) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The beginning of the hour of a time.
pub fn hour_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(HOUR_MICROS) * HOUR_MICROS
}

fn count(row: &CountedRow, layout: Option<&Layout>, cells: &mut Cells) {
    let hour = hour_of(row.decided_at);
    let mut add = |what: Counted, name: String, part: String| {
        *cells.entry((hour, what, name, part)).or_default() += 1;
    };
    add(Counted::Event, row.event_type.clone(), String::new());
    let Some(outcome) = row.outcome else { return };
    let (group, blanks) = layout.map_or((AgeGroup::Unknown, Vec::new()), |layout| seen(&row.seen, layout));
    add(Counted::Outcome, outcome.as_str().to_owned(), group.as_str().to_owned());
    if row.is_screened {
        add(Counted::Band, monitor::band(row.score).to_string(), String::new());
    } else {
        add(Counted::Unscreened, String::new(), String::new());
    }
    blanks.into_iter().for_each(|name| add(Counted::Blank, name, String::new()));
    let parts = serde_json::from_str::<Parts>(&row.answer).map(|answer| answer.parts).unwrap_or_default();
    for part in parts {
        if let Some(rule) = part.rule {
            add(Counted::Rule, format!("{}/{rule}", part.scenario), String::new());
        }
    }
    metrics::counter!("guard_decisions_total", "outcome" => outcome.as_str()).increment(1);
    if !row.is_screened {
        metrics::counter!("guard_not_screened_total").increment(1);
    }
    if outcome != GuardOutcome::Allow {
        metrics::counter!("guard_alerts_total", "age_group" => group.as_str()).increment(1);
    }
}

/// The age group of a decision, and the values behind the fields of its event that were unknown.
pub fn seen(bytes: &[u8], layout: &Layout) -> (AgeGroup, Vec<String>) {
    let mut known = HashMap::new();
    if facts::each_seen(bytes, |slot, bits| {
        known.insert(slot, bits);
    })
    .is_none()
    {
        return (AgeGroup::Unknown, Vec::new());
    }
    let (mut group, mut blanks) = (AgeGroup::Unknown, Vec::new());
    for (name, kind, slot) in &layout.seen {
        match known.get(slot) {
            Some(bits) if name == ELDERLY => group = if *bits == 0 { AgeGroup::Other } else { AgeGroup::Elder },
            None if usize::from(*slot) >= layout.fields.len() && *kind != Kind::Texts => blanks.push(name.clone()),
            Some(_) | None => {}
        }
    }
    (group, blanks)
}

/// What was counted in the hours up to now and in the reference period before them.
///
/// # Errors
/// When the database fails.
pub fn periods(
    conn: &mut Connection,
    (from, to): (Timestamp, Timestamp),
    reference: (Timestamp, Timestamp),
) -> Result<(Period, Period), StoreError> {
    let layouts: HashMap<i64, Layout> = decisions::all_layouts(conn)?.into_iter().collect();
    let mut now = store::period(conn, (from, to))?;
    for (layout, bytes) in store::false_alarms(conn, (from, to))? {
        let group = layouts.get(&layout).map_or(AgeGroup::Unknown, |layout| seen(&bytes, layout).0);
        *now.false_alarms.entry(group).or_default() += 1;
    }
    Ok((now, store::period(conn, reference)?))
}

/// How many hours ago an event of each type came last.
///
/// # Errors
/// When the database fails.
pub fn silence(conn: &mut Connection, now: Timestamp) -> Result<Silence, StoreError> {
    let hours = |at: Timestamp| ((hour_of(now) - at.as_micros()) / HOUR_MICROS).max(0).unsigned_abs();
    Ok(store::last_hours(conn)?.into_iter().map(|(name, at)| (name, hours(at))).collect())
}

/// What each alarm finds.
fn watched(conn: &mut Connection, now: Timestamp) -> Result<Vec<(AlarmSpec, Vec<Found>)>, Problem> {
    let watching = Watching::builtin().map_err(Problem::internal_error)?;
    let silent = silence(conn, now)?;
    let to = Timestamp::from_micros(hour_of(now) + HOUR_MICROS);
    let mut counted: HashMap<i64, (Period, Period)> = HashMap::new();
    let mut all = Vec::with_capacity(watching.alarm.len());
    for alarm in watching.alarm {
        let (period, before) = match counted.entry(alarm.hours) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let from = to.plus_micros(-alarm.hours * HOUR_MICROS);
                let reference = (from.plus_days(-watching.reference_days), from);
                place.insert(periods(conn, (from, to), reference)?)
            }
        };
        let found = monitor::judge(&alarm, period, before, &silent);
        all.push((alarm, found));
    }
    Ok(all)
}

/// Raises what is above its threshold and clears what is not any more.
fn ring(unit: &mut Unit<'_>, all: &[(AlarmSpec, Vec<Found>)], now: Timestamp) -> Result<(), StoreError> {
    let mut open = store::open_alarms(unit.connection())?;
    for (alarm, found) in all {
        for found in found {
            let at = open.iter().position(|known| known.name == alarm.name && known.subject == found.subject);
            match (at.map(|at| open.swap_remove(at)), found.is_raised) {
                (None, true) => {
                    let which = (alarm.name.as_str(), found.subject.as_str());
                    store::raise(unit.connection(), which, (found.value, alarm.above), now)?;
                    tracing::warn!(alarm = %alarm.name, subject = %found.subject, value = found.value, "raised an alarm");
                }
                (Some(known), true) => store::renew(unit.connection(), known.id, found.value, None)?,
                (Some(known), false) => store::renew(unit.connection(), known.id, found.value, Some(now))?,
                (None, false) => {}
            }
        }
    }
    // Of what is left there is too little to say anything any more: it is not raised.
    for known in open {
        store::renew(unit.connection(), known.id, known.value, Some(now))?;
    }
    let raised = store::open_alarms(unit.connection())?;
    for (alarm, _) in all {
        let count = raised.iter().filter(|known| known.name == alarm.name).count();
        metrics::gauge!("guard_alarms", "alarm" => alarm.name.clone()).set(count as f64);
    }
    Ok(())
}
