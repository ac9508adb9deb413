//! Memory as the log tells it: every event recorded anew, in the order in which it was decided.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use decide::{
    Engine, Fault, HashKeys,
    list::{List, ListSet, Pattern},
    scenario::ScenarioSpec,
    window::{WindowLimits, Windows},
};
use kernel::{Problem, Text, id::ListChangeId};
use ledger::{Cause, Ledger, StoreError};

use super::{
    definition::Definition,
    facts,
    facts::Layout,
    score_model::{Models, Used},
    snapshots::Snapshots,
    state::{REMEMBERED_MAX, Remembered, State},
};
use crate::{
    lists::span,
    model::list_change::ChangeKind,
    score_models::digest,
    store::{
        decisions,
        lists::{self, ChangeRow, EntryRow},
        marks::{self, Mark, MarkWhat},
        scenarios,
    },
};

/// Faults that one line tells.
const FAULTS_TOLD: usize = 10;

/// The engine's state with everything that is in the log.
pub(super) fn state(
    ledger: &Ledger,
    (definition, secret): (&Definition, [u8; 16]),
    (models, snapshots): (&Models, Option<&Snapshots>),
) -> Result<State, Problem> {
    let Loaded { engine, numbers, model } = engine(ledger, (definition, secret), models)?;
    let layout = known_layout(ledger, &Layout::of(&engine))?;
    let found = snapshots.map(|snapshots| snapshots.newest(ledger, definition, &engine)).transpose()?.flatten();
    let started_from = found.as_ref().map(|(_, seq)| *seq);
    let (windows, seq) = found.unwrap_or_else(|| (Windows::new(engine.plan().clone(), WindowLimits::default()), 0));
    let lists = definition.lists.iter().map(|_| List::default()).collect();
    let mut lists = ListSet { keys: HashKeys::new(secret), lists };
    let (mut applied, mut order) = (HashSet::new(), Vec::new());
    for change in ledger.read(lists::approved)? {
        let Some(number) = definition.lists.iter().position(|list| list.name == change.list) else { continue };
        each_piece(ledger, change.id, |rows| apply(&mut lists.lists[number], &change, rows))?;
        applied.insert(change.id);
        order.push(change.id);
    }
    let memory = engine.memory();
    let remembered = Remembered::default();
    let mut state = State {
        epoch: 1,
        engine,
        numbers,
        model,
        layout,
        windows,
        lists,
        applied,
        memory,
        seq,
        remembered,
        started_from,
    };
    remember(ledger, &mut state.remembered, seq)?;
    record_all(ledger, &mut state)?;
    mark_start(ledger, state.seq, order)?;
    Ok(state)
}

/// Keeps with which changes memory was made, unless the marks say that it held just these already.
fn mark_start(ledger: &Ledger, seq: i64, order: Vec<ListChangeId>) -> Result<(), Problem> {
    let marked = ledger.read(marks::all)?;
    if marks::held(&marked).as_ref() == Some(&order) {
        return Ok(());
    }
    let mark = Mark { seq, what: MarkWhat::Start(order) };
    Ok(ledger.write(&Cause::new("guard:start"), move |unit| marks::insert(unit.connection(), &mark))?)
}

/// The keys of the newest events up to a place of the log.
fn remember(ledger: &Ledger, remembered: &mut Remembered, to: i64) -> Result<(), Problem> {
    let mut behind = (to - REMEMBERED_MAX as i64).max(0);
    remembered.is_partial = behind > 0;
    loop {
        let keys = ledger.read(|conn| decisions::keys_between(conn, behind, to))?;
        let Some((last, _)) = keys.last() else { return Ok(()) };
        behind = *last;
        for key in keys.iter().filter_map(|(_, key)| key.as_slice().try_into().ok()) {
            remembered.add(key);
        }
    }
}

/// The engine as two people each wanted every part of it.
pub(super) struct Loaded {
    pub(super) engine: Arc<Engine>,
    /// Which version of its name each scenario is.
    pub(super) numbers: Vec<u32>,
    /// What became of the live score model.
    pub(super) model: Used,
}

/// The engine with the scenarios and the score model that are live. A model that cannot be used leaves the rules to decide alone:
/// that is told, and better than no decision.
pub(super) fn engine(
    ledger: &Ledger,
    (definition, secret): (&Definition, [u8; 16]),
    models: &Models,
) -> Result<Loaded, Problem> {
    let (is_any_there, live) =
        ledger.read(|conn| Ok::<_, StoreError>((scenarios::is_any_there(conn)?, scenarios::live(conn)?)))?;
    let (specs, numbers): (Vec<ScenarioSpec>, Vec<u32>) = if is_any_there {
        live.into_iter().map(|row| (row.spec, row.number)).unzip()
    } else {
        // What the first start is about to put there (see `jobs`): nothing is undefended until then.
        definition.shipped().into_iter().map(|spec| (spec, 1)).unzip()
    };
    let mut model = models.live(ledger)?;
    let mut compiled = definition.engine(secret, &specs, model.forest());
    if let (Err(faults), Used::By(live)) = (&compiled, &model) {
        model = Used::not(live.id, live.number, told(faults));
        compiled = definition.engine(secret, &specs, None);
    }
    let engine = compiled.map_err(|faults| Problem::internal_error(told(&faults).en))?;
    Ok(Loaded { engine: Arc::new(engine), numbers, model })
}

/// Faults in one line.
fn told(faults: &[Fault]) -> Text {
    let line = |pick: fn(&Fault) -> &str| {
        let words = faults.iter().take(FAULTS_TOLD).map(|fault| format!("{}: {}", fault.path, pick(fault)));
        words.collect::<Vec<_>>().join("; ")
    };
    Text::of(line(|fault| &fault.message.zh), line(|fault| &fault.message.en))
}

/// Hands over the entries of a change, a piece at a time.
pub(crate) fn each_piece(
    ledger: &Ledger,
    change: ListChangeId,
    mut take: impl FnMut(&[EntryRow]),
) -> Result<(), Problem> {
    let mut behind = i64::MIN;
    loop {
        let rows = ledger.read(|conn| lists::entries_of(conn, change, behind))?;
        let Some(last) = rows.last() else { return Ok(()) };
        behind = last.seq;
        take(&rows);
    }
}

/// Puts entries of an approved change on a list, or ends them. An entry that the list cannot hold any more is left out, which
/// its bound of twenty million makes a matter of many years.
pub(crate) fn apply(list: &mut List, change: &ChangeRow, rows: &[EntryRow]) {
    let decided_at = change.decided.as_ref().map_or(change.proposed_at, |(_, at)| *at);
    let (from, until) = span(decided_at, change.until);
    for row in rows {
        let pattern = Pattern::stored(row.hash, row.shape);
        match change.kind {
            ChangeKind::Add => {
                let _ = list.add(pattern, from, until);
            }
            ChangeKind::End => {
                list.end(pattern, from);
            }
        }
    }
}

fn record_all(ledger: &Ledger, state: &mut State) -> Result<(), Problem> {
    let engine = Arc::clone(&state.engine);
    let schema = engine.schema();
    let layouts: HashMap<i64, (Layout, Vec<Option<u16>>)> = ledger
        .read(decisions::all_layouts)?
        .into_iter()
        .map(|(id, layout)| {
            let places = layout.places_in(schema);
            (id, (layout, places))
        })
        .collect();
    let mut row = schema.row();
    loop {
        let seq = state.seq;
        let past = ledger.read(|conn| decisions::behind(conn, seq))?;
        let Some(last) = past.last() else { return Ok(()) };
        state.seq = last.seq;
        for one in past {
            let (layout, places) = layouts.get(&one.layout).ok_or_else(|| {
                Problem::internal_error(format!("decision {} has a layout that is not there", one.seq))
            })?;
            if let Ok(key) = one.event_key.as_slice().try_into() {
                state.remembered.add(key);
            }
            // An event whose type the schema no longer knows counts nowhere.
            if facts::into_row(&one.facts, layout, places, schema, &mut row).is_some() {
                let outcome = one.outcome.map(Into::into);
                engine.record(&row, outcome, &mut state.windows, &state.lists, &mut state.memory);
            }
        }
    }
}

/// The number of a layout, which is kept when it is new.
pub(super) fn known_layout(ledger: &Ledger, layout: &Layout) -> Result<i64, Problem> {
    let find = || -> Result<(Option<i64>, i64), Problem> {
        let all = ledger.read(decisions::all_layouts)?;
        let found = all.iter().find(|(_, known)| known == layout).map(|(id, _)| *id);
        Ok((found, all.last().map_or(1, |(id, _)| id + 1)))
    };
    let (found, next) = find()?;
    if let Some(id) = found {
        return Ok(id);
    }
    let names = serde_json::to_string(layout).map_err(Problem::internal_error)?;
    let digest = digest(ledger, names.as_bytes());
    let put = ledger.write(&Cause::new("guard:layout"), move |unit| {
        decisions::put_layout(unit.connection(), next, &digest, &names)
    });
    // Another node may have been faster; what is kept counts.
    let found = find()?.0;
    found.ok_or_else(|| put.err().map_or_else(|| Problem::internal_error("the layout was not kept"), Into::into))
}
