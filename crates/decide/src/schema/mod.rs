//! Event types as data: which fields there are, which an event of a type has, and where each stands in a row.
//!
//! All types share one list of fields, so a row has the same layout whatever its type, and a field of one name means the
//! same everywhere. Compiling a schema is the only place where names are looked up; it must never accept two meanings
//! for one name.

mod place;
mod read;
mod row;
mod spec;
mod tree;

use std::collections::HashMap;

pub use place::ID_CHARS_MAX;
pub use read::{EVENT_BYTES_MAX, InputFault, ReadEvent};
pub use row::Row;
pub use spec::{EventSpec, FieldKind, FieldSource, FieldSpec, SchemaSpec, is_name};

use crate::{
    fault::{Fault, nearest},
    hash::HashKeys,
    value::{Kind, Slot},
};

/// Fields of all types together: a row stays within a few kilobytes.
pub const FIELDS_MAX: usize = 256;
/// Event types: far more than a bank's channels have.
pub const TYPES_MAX: usize = 64;
/// Characters of a field's or type's name.
pub const NAME_CHARS_MAX: usize = 64;
/// Levels of a dotted name.
pub const LEVELS_MAX: usize = 4;
/// Whole numbers of events are at most this far from zero: each is exact as a double too, and sums of squares of
/// millions stay exact. As an amount in fen it is 90 thousand billion yuan.
pub const INT_MAX: i64 = 1 << 53;
/// Bytes of a text unless its field says less.
pub const TEXT_BYTES_MAX: u32 = 4096;
/// Bytes of a text when its field says nothing: account numbers, names of channels, a sentence of purpose.
pub const TEXT_BYTES_DEFAULT: u32 = 256;
/// Texts in one field of several.
pub const TEXTS_MAX: usize = 32;

/// The place of the event's type, a text.
pub const TYPE_SLOT: Slot = 0;
/// The place of the event's own time.
pub const TIME_SLOT: Slot = 1;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    keys: HashKeys,
    fields: Vec<Field>,
    by_name: HashMap<String, Slot>,
    types: Vec<EventType>,
    tree: tree::Node,
}

/// A field in its place.
#[derive(Debug, Clone)]
pub struct Field {
    /// What was declared.
    pub spec: FieldSpec,
    /// Its kind on the hot path.
    pub kind: Kind,
    /// The hashes of the only texts allowed, in order; empty allows all.
    allowed: Vec<u64>,
}

/// A compiled event type.
#[derive(Debug)]
pub struct EventType {
    /// Its name.
    pub name: String,
    /// The hash of its name.
    pub hash: u64,
    /// Whether such an event is decided on, or only recorded.
    pub is_decided: bool,
    /// For each place, whether the type has the field.
    has: Vec<bool>,
    /// The places that must be there.
    required: Vec<Slot>,
}

impl Schema {
    /// Compiles a declaration; all faults are told at once.
    pub fn compile(spec: &SchemaSpec, keys: HashKeys) -> Result<Self, Vec<Fault>> {
        let mut faults = spec::faults(spec);
        let mut fields = vec![built_in("type", FieldKind::Text), built_in("time", FieldKind::Time)];
        fields.extend(spec.fields.iter().map(|field| Field::new(field, &keys)));
        let mut by_name = HashMap::new();
        for (slot, field) in fields.iter().enumerate().take(FIELDS_MAX) {
            let twice = by_name.insert(field.spec.name.clone(), slot as Slot).is_some();
            if twice {
                let name = &field.spec.name;
                faults.push(Fault::new(
                    format!("fields.{name}"),
                    format!("字段“{name}”重复，或与系统字段重名。"),
                    format!("The field `{name}` stands twice, or is one of the house's own."),
                ));
            }
        }
        let tree = tree::Node::of(by_name.iter().map(|(name, slot)| (name.as_str(), *slot)), &mut faults);
        let mut types = Vec::new();
        for event in &spec.events {
            match EventType::new(event, &by_name, fields.len(), &keys) {
                Ok(kind) => types.push(kind),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(Self { keys, fields, by_name, types, tree }) } else { Err(faults) }
    }

    /// The fields by place.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The place of a field.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.by_name.get(name).copied()
    }

    /// The event types.
    pub fn types(&self) -> &[EventType] {
        &self.types
    }

    /// A bit for each event type that is named; without any, every one.
    pub(crate) fn event_bits(&self, names: &[String], faults: &mut Vec<Fault>) -> u64 {
        if names.is_empty() {
            return u64::MAX;
        }
        names.iter().fold(0, |bits, name| match self.event_type(name) {
            Some(number) => bits | 1 << number,
            None => {
                faults.push(Fault::new(
                    "events",
                    format!("没有事件类型“{name}”。"),
                    format!("There is no event type `{name}`."),
                ));
                bits
            }
        })
    }

    /// The number of an event type.
    pub fn event_type(&self, name: &str) -> Option<u16> {
        self.types.iter().position(|event| event.name == name).map(|index| index as u16)
    }

    /// The secret under which texts are hashed.
    pub fn keys(&self) -> &HashKeys {
        &self.keys
    }

    /// An empty row of this layout.
    pub fn row(&self) -> Row {
        Row::new(self.fields.len())
    }
}

impl Field {
    fn new(spec: &FieldSpec, keys: &HashKeys) -> Self {
        let mut allowed: Vec<u64> = spec.values.iter().map(|value| keys.text(value.as_bytes())).collect();
        allowed.sort_unstable();
        Self { kind: spec.kind.kind(), allowed, spec: spec.clone() }
    }
}

fn built_in(name: &str, kind: FieldKind) -> Field {
    let spec = FieldSpec::new(name, kind);
    Field { kind: kind.kind(), allowed: Vec::new(), spec }
}

impl EventType {
    fn new(
        spec: &EventSpec,
        by_name: &HashMap<String, Slot>,
        places: usize,
        keys: &HashKeys,
    ) -> Result<Self, Vec<Fault>> {
        let (mut has, mut required, mut faults) = (vec![false; places], Vec::new(), Vec::new());
        has[usize::from(TYPE_SLOT)] = true;
        has[usize::from(TIME_SLOT)] = true;
        let must = spec.required.iter().map(|name| (name, true));
        for (name, is_required) in must.chain(spec.optional.iter().map(|name| (name, false))) {
            let Some(slot) = by_name.get(name).copied() else {
                faults.push(unknown_field(&spec.name, name, by_name));
                continue;
            };
            if std::mem::replace(&mut has[usize::from(slot)], true) {
                faults.push(Fault::new(
                    format!("events.{}", spec.name),
                    format!("字段“{name}”在该事件类型中重复。"),
                    format!("The field `{name}` stands twice in this event type."),
                ));
            }
            if is_required {
                required.push(slot);
            }
        }
        let hash = keys.text(spec.name.as_bytes());
        let this = Self { name: spec.name.clone(), hash, is_decided: spec.decided, has, required };
        if faults.is_empty() { Ok(this) } else { Err(faults) }
    }
}

fn unknown_field(event: &str, name: &str, by_name: &HashMap<String, Slot>) -> Fault {
    let fault = Fault::new(
        format!("events.{event}"),
        format!("没有名为“{name}”的字段。"),
        format!("There is no field named `{name}`."),
    );
    match nearest(name, by_name.keys().map(String::as_str)) {
        Some(near) => fault.hint(format!("是否指“{near}”？"), format!("Did you mean `{near}`?")),
        None => fault.hint("先在 fields 中声明该字段。", "Declare it among the fields first."),
    }
}

#[cfg(test)]
mod tests;
