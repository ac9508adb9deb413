//! A history through the decision engine: each event is asked at its own time and then recorded, and a fraud is recorded
//! as an event of its own when it became known.

use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    ops::ControlFlow,
};

use boost::Matrix;
use decide::{
    Engine, Kind, Memory, Row, Slot,
    expression::NoLists,
    schema::InputFault,
    window::{WindowLimits, Windows},
};
use kernel::{Text, Timestamp};
use serde_json::{Map, Value};

use crate::{
    fault::DetectionFault,
    history::{Entry, History},
    protocol::{Days, number_of_day},
    spec::{Compiled, TrainingSpec},
};

/// Bytes of windows at most: training has the machine to itself.
const WINDOW_BYTES_MAX: usize = 16 << 30;
/// Events between two reports of how far the work is.
const EVENTS_A_REPORT: usize = 2_048;

/// What a model learns from and is judged by: the inputs of the rows that were asked for, and what is known of each.
#[derive(Debug)]
pub(crate) struct Examples {
    /// The inputs and labels.
    pub matrix: Matrix,
    /// What stands beside each row.
    pub meta: Vec<Meta>,
    /// Rows whose fields the schema refused.
    pub refused: u64,
    /// Cards found to be misused: when it happened and when it became known, in the order of time.
    pub(crate) frauds: Vec<KnownFraud>,
}

/// What is known of a row besides its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    /// The day in Shanghai.
    pub day: i64,
    /// The card, by number.
    pub card: u32,
    /// When it became known that it was fraud, in microseconds since 1970; never if it was none.
    pub known: Option<i64>,
}

/// A row that the declared fields do not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Which of the files, counted from zero.
    pub file: u16,
    /// The line on which the row starts.
    pub line: u64,
    /// Why, without repeating a value.
    pub reason: Text,
}

/// A card that was misused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownFraud {
    pub card: u32,
    /// The day on which it happened.
    pub day: i64,
    /// When it became known, in microseconds since 1970.
    pub known: i64,
}

/// What is heard of a pass over a history.
pub(crate) struct PassWatch<'w> {
    /// How many events have passed; may break off.
    pub events: &'w mut dyn FnMut(u64) -> ControlFlow<()>,
    /// A row that the declared fields do not allow.
    pub refused: &'w mut dyn FnMut(RefusedRow),
}

/// Computes the inputs of the rows on the days of `wanted`, on all that was known before each.
pub(crate) fn examples(
    history: &History,
    spec: &TrainingSpec,
    delay_days: i64,
    wanted: &[Days],
    watch: &mut PassWatch<'_>,
) -> Result<Examples, DetectionFault> {
    let Compiled { engine, inputs } = spec.compile()?;
    let places = places(&engine, &inputs);
    let limits = WindowLimits { bytes_max: WINDOW_BYTES_MAX };
    let mut pass = Pass {
        windows: Windows::new(engine.plan().clone(), limits),
        memory: engine.memory(),
        row: engine.schema().row(),
        left_out: left_out(spec),
        engine: &engine,
        spec,
        text: String::new(),
        waiting: BinaryHeap::new(),
        examples: Examples { matrix: Matrix::new(inputs)?, meta: Vec::new(), refused: 0, frauds: Vec::new() },
    };
    let mut values = Vec::new();
    for (number, entry) in history.entries().iter().enumerate() {
        if number.is_multiple_of(EVENTS_A_REPORT) && (watch.events)(number as u64).is_break() {
            return Err(DetectionFault::Stopped);
        }
        pass.learn_until(history, entry.time)?;
        let day = number_of_day(entry.time);
        let is_wanted = wanted.iter().any(|days| days.contains(day));
        if let Err(fault) = pass.event(history.body(entry), &spec.training.event, entry.time, is_wanted) {
            pass.examples.refused += 1;
            (watch.refused)(refused_row(entry, &fault));
            continue;
        }
        let known = entry.is_fraud.then(|| entry.known_after(delay_days));
        if is_wanted {
            values.clear();
            values.extend(places.iter().map(|(slot, kind)| number_in(&pass.memory, *slot, *kind)));
            pass.examples.matrix.push(&values, entry.is_fraud)?;
            pass.examples.meta.push(Meta { day, card: entry.card, known });
        }
        if let Some(known) = known {
            pass.waiting.push(Reverse((known, number)));
            pass.examples.frauds.push(KnownFraud { card: entry.card, day, known });
        }
    }
    Ok(pass.examples)
}

/// One pass over a history.
struct Pass<'p> {
    engine: &'p Engine,
    spec: &'p TrainingSpec,
    windows: Windows,
    memory: Memory,
    row: Row,
    text: String,
    /// Fields of a row that the event by which a fraud becomes known does not have.
    left_out: Vec<&'p str>,
    /// Frauds that are not known yet: when they will be, and which row they are.
    waiting: BinaryHeap<Reverse<(i64, usize)>>,
    examples: Examples,
}

impl Pass<'_> {
    /// Records the frauds that became known up to a time.
    fn learn_until(&mut self, history: &History, time: i64) -> Result<(), DetectionFault> {
        while let Some(Reverse((known, number))) = self.waiting.peek().copied()
            && known <= time
        {
            self.waiting.pop();
            let confirmed = &self.spec.training.confirmed;
            let body = without(history.body(&history.entries()[number]), &self.left_out);
            // What was taken as an event is refused here only if the declaration demands more of the confirmation.
            self.event(&body, confirmed, known, false).map_err(|fault| {
                let (pointer, message) = (&fault.pointer, &fault.message);
                DetectionFault::Spec(Text::of(
                    format!("事件“{confirmed}”不接受字段 {pointer}：{}", message.zh),
                    format!("the event `{confirmed}` does not take {pointer}: {}", message.en),
                ))
            })?;
        }
        Ok(())
    }

    /// Asks the engine if wanted, and records the event.
    fn event(&mut self, body: &str, kind: &str, time: i64, is_wanted: bool) -> Result<(), InputFault> {
        use std::fmt::Write as _;
        self.text.clear();
        let at = Timestamp::from_micros(time);
        let comma = if body.is_empty() { "" } else { "," };
        let _ = write!(self.text, r#"{{"id":"h","type":"{kind}","time":"{at}"{comma}{body}}}"#);
        self.engine.schema().read(self.text.as_bytes(), &mut self.row)?;
        if is_wanted {
            self.engine.decide(&self.row, &self.windows, &NoLists, &mut self.memory, &mut || true);
        }
        let Self { engine, windows, memory, row, .. } = self;
        engine.record(row, None, windows, &NoLists, memory);
        Ok(())
    }
}

/// The fields of a row's event that the event by which a fraud becomes known does not have.
fn left_out(spec: &TrainingSpec) -> Vec<&str> {
    let confirmed: HashSet<&str> = fields_of(spec, &spec.training.confirmed).into_iter().collect();
    let mut fields = fields_of(spec, &spec.training.event);
    fields.retain(|field| !confirmed.contains(field));
    fields
}

/// The fields that an event type has.
fn fields_of<'s>(spec: &'s TrainingSpec, event_type: &str) -> Vec<&'s str> {
    let events = spec.engine.schema.events.iter().filter(|event| event.name == event_type);
    events.flat_map(|event| event.required.iter().chain(&event.optional)).map(String::as_str).collect()
}

/// The members of a row's JSON object without some fields, which may be of a group.
fn without<'b>(body: &'b str, fields: &[&str]) -> Cow<'b, str> {
    if fields.is_empty() {
        return Cow::Borrowed(body);
    }
    // What a history keeps was written as JSON by this program.
    let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(&format!("{{{body}}}")) else {
        return Cow::Borrowed(body);
    };
    fields.iter().for_each(|field| remove(&mut members, field));
    let text = Value::Object(members).to_string();
    Cow::Owned(text[1..text.len() - 1].to_owned())
}

fn remove(members: &mut Map<String, Value>, name: &str) {
    match name.split_once('.') {
        None => drop(members.remove(name)),
        Some((group, rest)) => {
            if let Some(Value::Object(inner)) = members.get_mut(group) {
                remove(inner, rest);
            }
        }
    }
}

fn refused_row(entry: &Entry, fault: &InputFault) -> RefusedRow {
    let (pointer, message) = (&fault.pointer, &fault.message);
    let reason = Text::of(format!("{pointer}：{}", message.zh), format!("{pointer}: {}", message.en));
    RefusedRow { file: entry.place.0, line: u64::from(entry.place.1), reason }
}

fn places(engine: &Engine, inputs: &[String]) -> Vec<(Slot, Kind)> {
    let place = |input: &String| {
        let name = engine.names().iter().find(|name| name.name == *input)?;
        Some((name.slot, name.kind))
    };
    inputs.iter().filter_map(place).collect()
}

/// A value of the engine's memory as the engine itself hands it to a model.
fn number_in(memory: &Memory, slot: Slot, kind: Kind) -> f64 {
    let at = usize::from(slot);
    if memory.known()[at] { kind.number(memory.values()[at]) } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_gets_only_fields_that_its_type_has() {
        let body = r#""amount":5,"payee":{"account":"b","bank":"c"},"payer":{"device":"d"}"#;
        assert_eq!(without(body, &["amount", "payee.bank", "payer.device", "payer.age", "nothing.at.all"]), {
            r#""payee":{"account":"b"},"payer":{}"#
        });
        assert_eq!(without(body, &[]), body);
        let mut spec = TrainingSpec::payments().unwrap();
        let confirmed = spec.training.confirmed.clone();
        assert!(left_out(&spec).is_empty(), "{:?}", left_out(&spec));
        let event = spec.engine.schema.events.iter_mut().find(|event| event.name == confirmed).unwrap();
        event.required.retain(|field| field != "amount");
        event.optional.retain(|field| field != "amount");
        assert_eq!(left_out(&spec), ["amount"]);
    }
}
