//! Events as bytes in the decision log and back: numbers and keyed hashes with the places they stood in, so that windows can be
//! rebuilt under another layout. It must never hold a text.

use std::collections::HashMap;

use decide::{Engine, Kind, Row, Schema, Value};
use serde::{Deserialize, Serialize};

/// A value of a place that holds one number.
const ONE: u8 = 0;
/// A value of a place that holds several texts.
const SEVERAL: u8 = 1;

/// Which name stands in which place, and the event types by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The fields by place; the first two are the type and the time.
    pub fields: Vec<(String, Kind)>,
    /// The event types by number.
    pub types: Vec<String>,
    /// Everything that a decision sees, with its place.
    pub seen: Vec<(String, Kind, u16)>,
}

impl Layout {
    /// The layout of an engine.
    pub fn of(engine: &Engine) -> Self {
        let schema = engine.schema();
        Self {
            fields: schema.fields().iter().map(|field| (field.spec.name.clone(), field.kind)).collect(),
            types: schema.types().iter().map(|kind| kind.name.clone()).collect(),
            seen: engine.names().iter().map(|name| (name.name.clone(), name.kind, name.slot)).collect(),
        }
    }

    /// For each place of this layout its place in a schema, where the name is there with the same kind.
    pub fn places_in(&self, schema: &Schema) -> Vec<Option<u16>> {
        let place = |(name, kind): &(String, Kind)| {
            schema.slot(name).filter(|slot| schema.fields()[usize::from(*slot)].kind == *kind)
        };
        self.fields.iter().map(place).collect()
    }
}

/// An event as bytes: its type and time, then each known place with its value.
pub fn of_row(row: &Row, schema: &Schema) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + row.values().len() * 6);
    bytes.extend_from_slice(&row.event().to_le_bytes());
    bytes.extend_from_slice(&row.time().to_le_bytes());
    for (slot, field) in schema.fields().iter().enumerate().skip(2) {
        let Some(bits) = u16::try_from(slot).ok().and_then(|slot| row.get(slot)) else { continue };
        bytes.extend_from_slice(&(slot as u16).to_le_bytes());
        if field.kind == Kind::Texts {
            let hashes = row.texts(bits);
            bytes.push(SEVERAL);
            bytes.extend_from_slice(&(hashes.len() as u16).to_le_bytes());
            hashes.iter().for_each(|hash| bytes.extend_from_slice(&hash.to_le_bytes()));
        } else {
            bytes.push(ONE);
            bytes.extend_from_slice(&bits.to_le_bytes());
        }
    }
    bytes
}

/// Puts an event into a row of a schema; `places` are those of its layout in the schema. `None` when the bytes are none, or the
/// schema knows its type no more.
pub fn into_row(bytes: &[u8], layout: &Layout, places: &[Option<u16>], schema: &Schema, row: &mut Row) -> Option<()> {
    let mut reader = Reader(bytes);
    let number = u16::from_le_bytes(reader.take()?);
    let time = i64::from_le_bytes(reader.take()?);
    let event = schema.event_type(layout.types.get(usize::from(number))?)?;
    row.clear();
    row.begin(event, schema.types().get(usize::from(event))?.hash, time);
    while !reader.0.is_empty() {
        let place = *places.get(usize::from(u16::from_le_bytes(reader.take()?)))?;
        match reader.take::<1>()? {
            [ONE] => {
                let bits = u64::from_le_bytes(reader.take()?);
                if let Some(slot) = place {
                    row.set(slot, bits);
                }
            }
            [SEVERAL] => {
                let count = u16::from_le_bytes(reader.take()?);
                let hashes = (0..count).map(|_| reader.take().map(u64::from_le_bytes)).collect::<Option<Vec<_>>>()?;
                if let Some(slot) = place {
                    row.set_texts(slot, hashes.into_iter());
                }
            }
            [_] => return None,
        }
    }
    Some(())
}

/// What a decision saw as bytes: each known place with its value.
pub fn of_seen(engine: &Engine, values: &[u64], known: &[bool]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(engine.names().len() * 10);
    for name in engine.names().iter().filter(|name| name.kind != Kind::Texts && known[usize::from(name.slot)]) {
        bytes.extend_from_slice(&name.slot.to_le_bytes());
        bytes.extend_from_slice(&values[usize::from(name.slot)].to_le_bytes());
    }
    bytes
}

/// What a decision saw, by name in the order of the layout; what was unknown has no value.
pub fn seen(bytes: &[u8], layout: &Layout) -> Option<Vec<(String, Kind, Option<Value>)>> {
    let mut found = HashMap::new();
    each_seen(bytes, |slot, bits| {
        found.insert(slot, bits);
    })?;
    let value = |(name, kind, slot): &(String, Kind, u16)| {
        (name.clone(), *kind, found.get(slot).and_then(|bits| Value::from_bits(*kind, *bits)))
    };
    Some(layout.seen.iter().map(value).collect())
}

/// Hands over each place that a decision saw with its value; `None` when the bytes are none.
pub fn each_seen(bytes: &[u8], mut take: impl FnMut(u16, u64)) -> Option<()> {
    let mut reader = Reader(bytes);
    while !reader.0.is_empty() {
        let slot = u16::from_le_bytes(reader.take()?);
        take(slot, u64::from_le_bytes(reader.take()?));
    }
    Some(())
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::definition::Definition;

    #[test]
    fn events_come_back_as_they_were_and_cut_ones_do_not() {
        let engine = Definition::builtin().unwrap().compile([7; 16], &[]).unwrap();
        let schema = engine.schema();
        let mut row = schema.row();
        let event = br#"{"id":"1","type":"transfer","time":"2026-11-22T10:00:00Z","amount":500,"channel":"app","app":{"in_call":true},
            "payer":{"account":"6222020000000001"},"payee":{"account":"6217000000000002"}}"#;
        schema.read(event, &mut row).unwrap();
        let (bytes, layout) = (of_row(&row, schema), Layout::of(&engine));
        let places = layout.places_in(schema);
        let mut again = schema.row();
        into_row(&bytes, &layout, &places, schema, &mut again).unwrap();
        assert_eq!((again.values(), again.known(), again.event()), (row.values(), row.known(), row.event()));
        // A field that the schema no longer has is left out; everything else stays.
        let mut fewer = places.clone();
        let amount = usize::from(schema.slot("amount").unwrap());
        fewer[amount] = None;
        into_row(&bytes, &layout, &fewer, schema, &mut again).unwrap();
        assert!(!again.known()[amount] && again.known().iter().filter(|known| **known).count() == 6);
        for cut in 1..bytes.len() {
            let whole = into_row(&bytes[..cut], &layout, &places, schema, &mut again).is_some();
            assert!(!whole || cut >= 10, "{cut}");
        }
        assert!(into_row(&[], &layout, &places, schema, &mut again).is_none());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("6222") && !text.contains("6217"));
    }
}
