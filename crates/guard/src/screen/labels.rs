//! Labels on their way into the windows: a confirmed fraud is recorded in the log's order as an event of its own, at the time
//! from which it was known, and so is its correction, at the same time, so that both leave a window together. Replay and restart
//! then count what live decisions counted. It must never let a decision that was made before a label was said count it.

use std::{
    collections::HashMap,
    sync::mpsc::{Receiver, channel},
};

use decide::{Kind, Row, Schema, schema::EventSpec};
use kernel::{OrgPath, Problem, Timestamp, id::DecisionId};
use ledger::Cause;

use super::{Patience, Screen, facts, log::Item};
use crate::{
    model::label::{Said, Weight, weight},
    store::{
        decisions::{self, NewDecision},
        labels::{self, LabelRow},
    },
};

/// The event type by which a fraud becomes known.
const CONFIRMED: &str = "fraud";
/// The event type by which it becomes known that it was none.
const WITHDRAWN: &str = "fraud_withdrawn";
/// Who sends these events, for their keys: no caller's reference is this word.
const SENDER: &str = "label";

/// An event by which a label is counted.
struct Counted {
    kind: &'static str,
    at: Timestamp,
    unit: OrgPath,
    row: Row,
}

/// An answer of the log.
type Heard = Receiver<Result<String, Problem>>;

impl Screen {
    /// Counts the labels that wait, in their order; how many there were.
    ///
    /// # Errors
    /// When the database fails; what was not counted waits on.
    pub fn count_labels(&self) -> Result<usize, Problem> {
        // Two at a time would hand in one label twice.
        let _alone = self.labelling.lock();
        let mut counted = 0;
        loop {
            // Those that were counted just now wait no more once the database knows.
            self.settle()?;
            let waiting = self.ledger.read(labels::waiting)?;
            if waiting.is_empty() {
                return Ok(counted);
            }
            counted += waiting.len();
            self.count(&waiting)?;
        }
    }

    /// Counts some labels; waits until the log has all of them.
    fn count(&self, waiting: &[LabelRow]) -> Result<(), Problem> {
        let mut heard = Vec::new();
        let handed = self.hand_in(waiting, &mut heard);
        let gone = |_| Problem::internal_error("the log went away");
        // Also after a failure: what is on its way must not be handed in again.
        let logged: Vec<_> = heard.into_iter().map(|answer: Heard| answer.recv().map_err(gone)?.map(drop)).collect();
        handed.and_then(|()| logged.into_iter().collect())
    }

    fn hand_in(&self, waiting: &[LabelRow], heard: &mut Vec<Heard>) -> Result<(), Problem> {
        let mut kept = Vec::new();
        let mut before: HashMap<DecisionId, Said> = HashMap::new();
        for label in waiting {
            let said = label.said();
            let earlier = match before.insert(label.decision, said) {
                Some(said) => Some(said),
                None => {
                    let newest = |conn: &mut _| labels::newest_before(conn, label.decision, label.number);
                    self.ledger.read(newest)?.map(|row| row.said())
                }
            };
            let event = match weight(earlier, said) {
                Weight::Confirms(at) => self.event(label, CONFIRMED, at)?,
                Weight::Withdraws(at) => self.event(label, WITHDRAWN, at)?,
                Weight::Nothing => None,
            };
            match event {
                Some(event) => heard.push(self.log_label(label, event)?),
                None => kept.push(label.number),
            }
        }
        if kept.is_empty() {
            return Ok(());
        }
        Ok(self.ledger.write(&Cause::new("guard:label"), move |unit| {
            kept.iter().try_for_each(|number| labels::taken(unit.connection(), *number, None))
        })?)
    }

    /// Records the event of a label and hands it to the log.
    fn log_label(&self, label: &LabelRow, event: Counted) -> Result<Heard, Problem> {
        let Counted { kind, at, unit, row } = event;
        let ports = self.ledger.ports();
        let now = ports.clock.now();
        let (id, law) = (DecisionId::new(now, &*ports.random), self.rules.rules()?.law);
        let name = format!("label-{}", label.number);
        let event = serde_json::json!({ "id": name, "type": kind, "time": at.to_string() }).to_string();
        let sealed = self.days.seal(now, id, &event)?;
        let (event_key, print) = (self.hash(SENDER, name.as_bytes()), self.hash("", event.as_bytes()));
        let mut state = self.current(Patience::Any)?;
        state.remembered.add(event_key);
        // Its time may lie further back than events may come late: nothing is decided at it, and windows hold what they hold by
        // time alone.
        let new = self.decide(&mut state, &row, &law, (id, now, unit));
        let caller = label.said_by.as_str().to_owned();
        let new = NewDecision { event_key, print, caller, sealed, label: Some(label.number), ..new };
        let (answer, heard) = channel();
        let done = Box::new(move |result| {
            // Whoever counts may have gone.
            let _ = answer.send(result);
        });
        self.log.put(Item::New(state.epoch, Box::new(new), done));
        Ok(heard)
    }

    /// The event by which a label is counted, with what its type has of the event that was decided; `None` where that lacks what
    /// the type requires.
    fn event(&self, label: &LabelRow, kind: &'static str, at: Timestamp) -> Result<Option<Counted>, Problem> {
        let gone = || Problem::internal_error("a label's decision is not there");
        let decided = self.ledger.read(|conn| decisions::find(conn, label.decision))?.ok_or_else(gone)?;
        let bytes = self.ledger.read(|conn| decisions::facts_of(conn, decided.seq))?.ok_or_else(gone)?;
        let layout = self.layout(decided.layout)?.ok_or_else(gone)?;
        let engine = self.state.lock().engine.clone();
        let schema = engine.schema();
        let (mut from, places) = (schema.row(), layout.places_in(schema));
        if facts::into_row(&bytes, &layout, &places, schema, &mut from).is_none() {
            return Ok(None);
        }
        let Some(spec) = self.schema().events.iter().find(|event| event.name == kind) else { return Ok(None) };
        let row = taken_over(&from, schema, spec, at.as_micros());
        Ok(row.map(|row| Counted { kind, at, unit: decided.unit, row }))
    }
}

/// A row of another type with what both have.
fn taken_over(from: &Row, schema: &Schema, spec: &EventSpec, time: i64) -> Option<Row> {
    let event = schema.event_type(&spec.name)?;
    let mut row = schema.row();
    row.begin(event, schema.types().get(usize::from(event))?.hash, time);
    for name in spec.required.iter().chain(&spec.optional) {
        let slot = schema.slot(name)?;
        let is_one = schema.fields()[usize::from(slot)].kind != Kind::Texts;
        match from.get(slot).filter(|_| is_one) {
            Some(bits) => row.set(slot, bits),
            None if spec.required.contains(name) => return None,
            None => {}
        }
    }
    Some(row)
}
