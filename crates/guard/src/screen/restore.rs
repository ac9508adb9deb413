//! Memory as the log tells it: every event recorded anew, in the order in which it was decided.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use decide::{
    Engine, HashKeys,
    list::{List, ListSet, Pattern},
    scenario::ScenarioSpec,
    window::{WindowLimits, Windows},
};
use kernel::{Problem, id::ListChangeId};
use ledger::{Cause, Ledger, StoreError};

use super::{
    definition::Definition,
    facts,
    facts::Layout,
    state::{Remembered, State},
};
use crate::{
    lists::span,
    model::list_change::ChangeKind,
    store::{
        decisions,
        lists::{self, ChangeRow, EntryRow},
        marks::{self, Mark, MarkWhat},
        scenarios,
    },
};

/// The engine's state with everything that is in the log.
pub(super) fn state(ledger: &Ledger, definition: &Definition, secret: [u8; 16]) -> Result<State, Problem> {
    let (engine, numbers) = engine(ledger, definition, secret)?;
    let layout = known_layout(ledger, &Layout::of(&engine))?;
    let windows = Windows::new(engine.plan().clone(), WindowLimits::default());
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
    let mut state = State { epoch: 1, engine, numbers, layout, windows, lists, applied, memory, seq: 0, remembered };
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

/// The engine with the scenarios that are live, and which version of its name each is.
pub(super) fn engine(
    ledger: &Ledger,
    definition: &Definition,
    secret: [u8; 16],
) -> Result<(Arc<Engine>, Vec<u32>), Problem> {
    let (is_any_there, live) =
        ledger.read(|conn| Ok::<_, StoreError>((scenarios::is_any_there(conn)?, scenarios::live(conn)?)))?;
    let (specs, numbers): (Vec<ScenarioSpec>, Vec<u32>) = if is_any_there {
        live.into_iter().map(|row| (row.spec, row.number)).unzip()
    } else {
        // What the first start is about to put there (see `jobs`): nothing is undefended until then.
        definition.shipped().into_iter().map(|spec| (spec, 1)).unzip()
    };
    let engine = definition.engine(secret, &specs).map_err(|faults| {
        let words = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message.en));
        Problem::internal_error(words.collect::<Vec<_>>().join("; "))
    })?;
    Ok((Arc::new(engine), numbers))
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
    let mut hasher = ledger.ports().keyring.hasher();
    hasher.update(names.as_bytes());
    let digest: String = hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect();
    let put = ledger.write(&Cause::new("guard:layout"), move |unit| {
        decisions::put_layout(unit.connection(), next, &digest, &names)
    });
    // Another node may have been faster; what is kept counts.
    let found = find()?.0;
    found.ok_or_else(|| put.err().map_or_else(|| Problem::internal_error("the layout was not kept"), Into::into))
}
