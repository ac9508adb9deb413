//! Closed orders of the past, taken over with their own dates from somebody's list.
//!
//! A row's identity is the name of its list and its own number there. A second import of the same row changes nothing; a
//! row that says something else the second time is told and not applied, because the ledger keeps what was believed first.
//! Nothing here reads files, and no row that is refused stops another.
//!
//! ```text
//! let rows: Vec<Historical> = …;                                   // at most ROWS_MAX, of one or several lists
//! for row in &rows { row.check(&law, now) }                         // without a database: every fault of a row
//! let taken = import_chunk(&ledger, &cause, &law, &rows)?;          // one unit of work; taken[i] belongs to rows[i]
//! for (row, taken) in rows.iter().zip(&taken) { tally.count(row) }  // how many answers met the limits of the law
//! ```

mod print;
mod row;
mod tally;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use kernel::{
    Actor, ActorKind, ActorRef, FieldProblem, OrgPath, Problem, ProblemKind, Random, Text, Timestamp, id::OrderId,
};
use ledger::{Cause, Connection, Ledger, StoreError, Unit};
use people::store::units;
use seal::{BlindIndex, Keyring};

use crate::{
    desk,
    intake::{Kept, prepare},
    model::{
        Command, Fact, Law, Order, OrderEvent, StepEvent, command::Filing, decide, parts::Classification, parts::Past,
        parts::Reference,
    },
    store::{imports, orders},
};

pub use row::{Historical, HistoricalPerson};
pub use tally::{Step, Tally, Verdict};

/// Rows of one call at most: one unit of work, some tens of milliseconds of the one writer.
pub const ROWS_MAX: usize = imports::ROWS_MAX;

/// Lists mostly know the day of receipt and not the hour. Orders of one day would all claim one place in time, so each gets
/// its own within the first second.
const SPREAD_MICROS: u64 = 1_000_000;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is a new order.
    New(OrderId),
    /// It was taken before and says the same.
    Known(OrderId),
    /// It was taken before and said something else then; nothing was changed.
    Different {
        /// The order it became then.
        order: OrderId,
        /// The fields that differ, by their names; `texts` stands for sealed ones, which are not opened to compare them.
        fields: Vec<&'static str>,
    },
    /// It cannot be taken: every fault with the JSON pointer of its field, for instance `/answered_at`.
    Refused(Vec<FieldProblem>),
}

/// A row that is good so far, sealed.
struct Ready {
    /// Its place in the chunk.
    at: usize,
    source: Reference,
    external: Reference,
    unit: String,
    print: BlindIndex,
    filing: Filing,
    kept: Kept,
    past: Past,
    classes: Option<Classification>,
}

/// Takes a chunk of rows in one unit of work, all or none of those that are good; `rows[i]` becomes the `i`th answer.
///
/// Texts are sealed under a key of each order's own, so that one person can be erased and the others stay.
///
/// # Errors
/// When there are more than [`ROWS_MAX`] rows, or the database fails; then nothing was taken.
pub fn import_chunk(ledger: &Ledger, cause: &Cause, law: &Law, rows: &[Historical]) -> Result<Vec<Taken>, Problem> {
    if rows.len() > ROWS_MAX {
        return Err(Problem::new(ProblemKind::TooLarge, too_many()));
    }
    let ports = ledger.ports();
    let now = ports.clock.now();
    let mut taken: Vec<Option<Taken>> = vec![None; rows.len()];
    let prints: Vec<BlindIndex> = rows.iter().map(|row| row.print(&ports.keyring)).collect();
    let (places, known) = ledger.read(|conn| -> Result<_, Problem> {
        Ok((find_units(conn, rows.iter().map(|row| row.unit.as_str()))?, find_known(conn, rows)?))
    })?;
    let mut ready = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if known.contains_key(&row.key()) {
            continue;
        }
        match make_ready(row, at, prints[at].clone(), &places, law, (now, &ports.keyring, &*ports.random)) {
            Ok(one) => ready.push(one),
            Err(faults) => taken[at] = Some(Taken::Refused(faults)),
        }
    }
    if !ready.is_empty() {
        let (ready, law) = (Arc::new(ready), law.clone());
        for (at, one) in ledger.write(cause, move |unit| take(unit, &ready, &law))? {
            taken[at] = one;
        }
    }
    // Whatever has no answer yet was there before this chunk, or is the second of its number within it.
    let known = if taken.iter().all(Option::is_some) { known } else { ledger.read(|conn| find_known(conn, rows))? };
    let answer = |(at, taken): (usize, Option<Taken>)| match taken {
        Some(taken) => Ok(taken),
        None => compare(ledger, &rows[at], &prints[at], known.get(&rows[at].key())),
    };
    taken.into_iter().enumerate().map(answer).collect()
}

fn too_many() -> Text {
    Text::of(format!("一次最多导入 {ROWS_MAX} 行。"), format!("At most {ROWS_MAX} rows are imported at a time."))
}

/// Checks and seals one row.
fn make_ready(
    row: &Historical,
    at: usize,
    print: BlindIndex,
    places: &HashMap<String, OrgPath>,
    law: &Law,
    (now, keyring, random): (Timestamp, &Keyring, &dyn Random),
) -> Result<Ready, Vec<FieldProblem>> {
    let read = row.read(law, now);
    let place = places.get(&row.unit).cloned().ok_or_else(unknown_unit);
    let (read, place) = match (read, place) {
        (Ok(read), Ok(place)) => (read, place),
        (Err(mut faults), place) => {
            faults.extend(place.err());
            return Err(faults);
        }
        (Ok(_), Err(fault)) => return Err(vec![fault]),
    };
    let (intake, past, classes) = read.into_parts(row, place);
    let id = OrderId::new(row.received_at.plus_micros(spread(random)), random);
    let prepared = prepare(&intake, id, now, keyring, random);
    Ok(Ready {
        at,
        source: past.source.clone(),
        external: past.external.clone(),
        unit: row.unit.clone(),
        print,
        filing: prepared.filing,
        kept: prepared.kept,
        past,
        classes,
    })
}

fn spread(random: &dyn Random) -> i64 {
    let mut bytes = [0u8; 8];
    random.fill(&mut bytes);
    (u64::from_le_bytes(bytes) % SPREAD_MICROS).cast_signed()
}

/// The fault of a row whose unit is not known.
pub(crate) fn unknown_unit() -> FieldProblem {
    let message = Text::fixed(
        "没有这个机构，请先导入机构或更正机构号。",
        "There is no such unit; import the organisation first, or correct the code.",
    );
    FieldProblem { pointer: "/unit".to_owned(), message }
}

/// Appends what is ready. An answer of `None` says that the row was taken meanwhile.
fn take(unit: &mut Unit<'_>, ready: &[Ready], law: &Law) -> Result<Vec<(usize, Option<Taken>)>, Problem> {
    let sources: BTreeSet<&str> = ready.iter().map(|one| one.source.as_str()).collect();
    let mut known = BTreeSet::new();
    for source in sources {
        // Two imports of one list wait for each other instead of taking a row twice.
        unit.lock(&format!("voice.import/{source}"))?;
        let of_source = ready.iter().filter(|one| one.source.as_str() == source);
        let externals: Vec<&str> = of_source.map(|one| one.external.as_str()).collect();
        let found = imports::known(unit.connection(), source, &externals)?;
        known.extend(found.into_keys().map(|external| (source.to_owned(), external)));
    }
    // The organisation may have changed since the rows were made ready.
    let places = find_units(unit.connection(), ready.iter().map(|one| one.unit.as_str()))?;
    let actor = program();
    let mut answers = Vec::with_capacity(ready.len());
    for one in ready {
        let key = (one.source.as_str().to_owned(), one.external.as_str().to_owned());
        if known.contains(&key) {
            answers.push((one.at, None));
            continue;
        }
        let answer = match places.get(&one.unit) {
            Some(place) => put(unit, one, place, &actor, law)?,
            None => Taken::Refused(vec![unknown_unit()]),
        };
        if let Taken::New(_) = answer {
            known.insert(key);
        }
        answers.push((one.at, Some(answer)));
    }
    Ok(answers)
}

/// One order: its events as of when it was closed, its rows, and that it was taken. Nobody is told: it is all long past.
fn put(unit: &mut Unit<'_>, one: &Ready, place: &OrgPath, actor: &Actor, law: &Law) -> Result<Taken, Problem> {
    let filing = Box::new(Filing { unit: place.clone(), ..one.filing.clone() });
    let mut events = match decide(None, Command::Import(filing, one.past.clone()), actor, unit.now(), law) {
        Ok(events) => events,
        Err(refusal) => {
            let pointer = refusal.pointer().unwrap_or_default().to_owned();
            return Ok(Taken::Refused(vec![FieldProblem { pointer, message: refusal.text() }]));
        }
    };
    events.extend(one.classes.clone().map(|classification| OrderEvent::Step(StepEvent::Classified { classification })));
    let (at, by) = (one.past.closed_at, &actor.reference);
    let order = events.iter().fold(None, |order, event| Order::evolve(order, Fact { at, by, event }));
    let order = order.ok_or_else(|| Problem::internal_error("an import gave no order"))?;
    unit.append_at(&desk::stream(order.id), 0, by, at, &events)?;
    orders::insert(unit.connection(), &order, &one.kept, None)?;
    imports::remember(unit.connection(), (one.source.as_str(), one.external.as_str()), order.id, &one.print)?;
    Ok(Taken::New(order.id))
}

/// What a row that was taken before says now.
fn compare(
    ledger: &Ledger,
    row: &Historical,
    print: &BlindIndex,
    known: Option<&imports::Known>,
) -> Result<Taken, Problem> {
    let keyring = &ledger.ports().keyring;
    let Some(known) = known else {
        return Err(Problem::internal_error("a row was neither taken nor known"));
    };
    // A print under a retired key cannot be compared; that the number is known decides then.
    let same = *print == known.print || keyring.needs_reindex(&known.print) || row.print_matches(&known.print, keyring);
    if same {
        return Ok(Taken::Known(known.order));
    }
    let first = ledger.history(&desk::stream(known.order))?.into_iter().next();
    let event = first.and_then(|event| serde_json::from_value::<OrderEvent>(event.payload).ok());
    let mut fields = match event {
        Some(OrderEvent::Step(StepEvent::Imported { filed, past })) => row.differences(&filed, &past),
        Some(_) | None => Vec::new(),
    };
    if fields.is_empty() {
        fields.push("texts");
    }
    Ok(Taken::Different { order: known.order, fields })
}

/// The places of units by what rows call them: a code, or a path.
pub(crate) fn find_units<'a>(
    conn: &mut Connection,
    names: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, OrgPath>, StoreError> {
    let names: BTreeSet<&str> = names.collect();
    let (paths, codes): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| name.starts_with('/'));
    let mut places = HashMap::new();
    for unit in units::find_by_codes(conn, &codes)? {
        places.insert(unit.code, unit.path);
    }
    for path in paths {
        let parsed = OrgPath::parse(path).ok();
        let found = parsed.map(|place| units::find_by_path(conn, &place)).transpose()?.flatten();
        places.extend(found.map(|unit| (path.to_owned(), unit.path)));
    }
    Ok(places)
}

type Key = (String, String);

fn find_known(conn: &mut Connection, rows: &[Historical]) -> Result<HashMap<Key, imports::Known>, Problem> {
    let mut by_source: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (source, external) in rows.iter().map(Historical::key) {
        by_source.entry(source).or_default().push(external);
    }
    let mut all = HashMap::new();
    for (source, externals) in by_source {
        let externals: Vec<&str> = externals.iter().map(String::as_str).collect();
        let found = imports::known(conn, &source, &externals)?;
        all.extend(found.into_iter().map(|(external, known)| ((source.clone(), external), known)));
    }
    Ok(all)
}

/// The program as an importer: it needs no permission, because whoever may run the command may.
fn program() -> Actor {
    Actor {
        reference: ActorRef::program("import"),
        kind: ActorKind::Program,
        roles: Arc::new([]),
        posts: Arc::new([]),
        unit: OrgPath::root("program").expect("the word is a code"),
        grants: Arc::new([]),
    }
}
