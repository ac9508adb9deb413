//! Reads an event from JSON straight into a row: no tree of values in between, unknown and repeated fields refused.
//!
//! A fault names the field by its JSON pointer and never repeats what stood in it.

use std::fmt;

use kernel::Text;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    Field, Row, Schema, TIME_SLOT, TYPE_SLOT,
    place::{Id, Name, Place},
    tree::{Child, Node},
};
use crate::{fault::nearest, value::Slot};

/// Bytes of an event in JSON: every field at its longest would be more than any channel sends.
pub const EVENT_BYTES_MAX: usize = 64 * 1024;

/// What an event is called by who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEvent {
    /// The caller's id of the event.
    pub id: String,
}

/// Why an event was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFault {
    /// The field, as a JSON pointer; empty for the event as a whole.
    pub pointer: String,
    /// What is wrong.
    pub message: Text,
}

impl Schema {
    /// Reads an event into `row`, which is emptied first; on a fault the row holds nothing.
    pub fn read(&self, json: &[u8], row: &mut Row) -> Result<ReadEvent, InputFault> {
        row.clear();
        let read = self.read_json(json, row).and_then(|id| {
            self.check(row)?;
            Ok(ReadEvent { id })
        });
        if read.is_err() {
            row.clear();
        }
        read
    }

    fn read_json(&self, json: &[u8], row: &mut Row) -> Result<String, InputFault> {
        if json.len() > EVENT_BYTES_MAX {
            return Err(fault("", "事件超过 64 KiB。", "The event is larger than 64 KiB."));
        }
        let mut state = State { schema: self, row, id: None, fault: None, pointer: String::new() };
        let mut reader = serde_json::Deserializer::from_slice(json);
        let level = Level { state: &mut state, node: &self.tree, is_top: true };
        let done = level.deserialize(&mut reader).and_then(|()| reader.end());
        match (done, state.fault.take(), state.id.take()) {
            (_, Some(fault), _) => Err(fault),
            (Err(error), None, _) => Err(fault(
                "",
                format!("不是有效的 JSON（第 {} 行第 {} 列）。", error.line(), error.column()),
                format!("This is not valid JSON (line {}, column {}).", error.line(), error.column()),
            )),
            (Ok(()), None, Some(id)) => Ok(id),
            (Ok(()), None, None) => Err(fault("/id", "缺少事件编号 id。", "The event's id is missing.")),
        }
    }

    /// Checks what only the whole event can tell: that its type is known, and has just these fields.
    fn check(&self, row: &mut Row) -> Result<(), InputFault> {
        let Some(hash) = row.get(TYPE_SLOT) else {
            return Err(fault("/type", "缺少事件类型。", "The event's type is missing."));
        };
        let Some(number) = self.types.iter().position(|event| event.hash == hash) else {
            return Err(fault("/type", "没有这种事件类型。", "There is no such event type."));
        };
        let Some(time) = row.get(TIME_SLOT) else {
            return Err(fault("/time", "缺少事件时间。", "The event's time is missing."));
        };
        let event = &self.types[number];
        if let Some(slot) = event.required.iter().find(|slot| row.get(**slot).is_none()) {
            return Err(fault(&self.pointer(*slot), "缺少必填字段。", "A required field is missing."));
        }
        let foreign = row.known().iter().zip(&event.has).position(|(known, has)| *known && !has);
        if let Some(slot) = foreign {
            let pointer = self.pointer(slot as Slot);
            return Err(fault(&pointer, "该事件类型没有这个字段。", "This event type has no such field."));
        }
        row.begin(number as u16, hash, time.cast_signed());
        Ok(())
    }

    fn pointer(&self, slot: Slot) -> String {
        format!("/{}", self.fields[usize::from(slot)].spec.name.replace('.', "/"))
    }
}

fn fault(pointer: &str, zh: impl Into<String>, en: impl Into<String>) -> InputFault {
    InputFault { pointer: pointer.to_owned(), message: Text::of(zh, en) }
}

/// The event as far as it has been read.
pub(super) struct State<'s, 'r> {
    pub(super) schema: &'s Schema,
    pub(super) row: &'r mut Row,
    pub(super) id: Option<String>,
    fault: Option<InputFault>,
    /// Where the reader stands.
    pointer: String,
}

impl State<'_, '_> {
    /// Keeps the fault and stops the reader.
    pub(super) fn refuse<T, E: Error>(&mut self, zh: impl Into<String>, en: impl Into<String>) -> Result<T, E> {
        self.fault.get_or_insert_with(|| fault(&self.pointer, zh, en));
        Err(E::custom("refused"))
    }

    pub(super) fn field(&self, slot: Slot) -> &Field {
        &self.schema.fields[usize::from(slot)]
    }
}

/// Reads one object.
struct Level<'a, 's, 'r> {
    state: &'a mut State<'s, 'r>,
    node: &'a Node,
    is_top: bool,
}

impl<'de> DeserializeSeed<'de> for Level<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Level { state, node, is_top } = self;
        while let Some(name) = map.next_key_seed(Name)? {
            let name: &str = &name;
            let outside = state.pointer.len();
            state.pointer.push('/');
            state.pointer.push_str(&name.chars().take(super::NAME_CHARS_MAX).collect::<String>());
            match node.get(name) {
                _ if is_top && name == "id" => map.next_value_seed(Id { state: &mut *state })?,
                Some(Child::Field(slot)) => map.next_value_seed(Place { state: &mut *state, slot: *slot })?,
                Some(Child::Group(group)) => {
                    map.next_value_seed(Level { state: &mut *state, node: group, is_top: false })?;
                }
                None => return unknown(state, name, node),
            }
            state.pointer.truncate(outside);
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.is_top {
            self.state.refuse("事件须为 JSON 对象。", "An event is a JSON object.")
        } else {
            Ok(())
        }
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.state.refuse("此处须为 JSON 对象。", "A JSON object belongs here.")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.visit_bool(false)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.visit_bool(false)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.visit_bool(false)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.visit_bool(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.visit_bool(false)
    }
}

fn unknown<T, E: Error>(state: &mut State<'_, '_>, name: &str, node: &Node) -> Result<T, E> {
    match nearest(name, node.children.iter().map(|(known, _)| known.as_str())) {
        Some(near) => {
            let (zh, en) =
                (format!("没有这个字段；是否指“{near}”？"), format!("There is no such field; did you mean `{near}`?"));
            state.refuse(zh, en)
        }
        None => state.refuse("没有这个字段。", "There is no such field."),
    }
}
