//! One event as numbers in fixed places. A row is reused from event to event, so that reading one allocates nothing.

use super::{TIME_SLOT, TYPE_SLOT};
use crate::{hash::HashKeys, value::Slot};

/// An event: for each field of the schema whether it is there, and its 64 bits.
///
/// `Debug` shows no values: texts may be personal data.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Row {
    event: u16,
    values: Vec<u64>,
    known: Vec<bool>,
    /// Where each text lies in `texts`; empty where there is none.
    spans: Vec<(u32, u32)>,
    texts: String,
    /// The hashes of fields that hold several texts.
    sets: Vec<u64>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.known.iter().filter(|known| **known).count();
        write!(f, "Row(type {}, {known} of {} fields)", self.event, self.known.len())
    }
}

impl Row {
    pub(super) fn new(places: usize) -> Self {
        Self {
            event: 0,
            values: vec![0; places],
            known: vec![false; places],
            spans: vec![(0, 0); places],
            texts: String::new(),
            sets: Vec::new(),
        }
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.event = 0;
        self.values.fill(0);
        self.known.fill(false);
        self.spans.fill((0, 0));
        self.texts.clear();
        self.sets.clear();
    }

    /// Makes it an event of a type at a time.
    pub fn begin(&mut self, event: u16, type_hash: u64, time: i64) {
        self.event = event;
        self.set(TYPE_SLOT, type_hash);
        self.set(TIME_SLOT, time.cast_unsigned());
    }

    /// The number of the event's type.
    pub fn event(&self) -> u16 {
        self.event
    }

    /// The event's own time, in microseconds since 1970.
    pub fn time(&self) -> i64 {
        self.values[usize::from(TIME_SLOT)].cast_signed()
    }

    /// The bits of all places; those of places that are not known are zero.
    pub fn values(&self) -> &[u64] {
        &self.values
    }

    /// For each place whether it is known.
    pub fn known(&self) -> &[bool] {
        &self.known
    }

    /// The bits in a place.
    pub fn get(&self, slot: Slot) -> Option<u64> {
        let slot = usize::from(slot);
        (*self.known.get(slot)?).then(|| self.values[slot])
    }

    /// Puts bits in a place; the caller knows the kind.
    pub fn set(&mut self, slot: Slot, bits: u64) {
        self.values[usize::from(slot)] = bits;
        self.known[usize::from(slot)] = true;
    }

    /// Takes what is in a place out.
    pub fn unset(&mut self, slot: Slot) {
        self.values[usize::from(slot)] = 0;
        self.known[usize::from(slot)] = false;
        self.spans[usize::from(slot)] = (0, 0);
    }

    /// Puts a text in a place.
    pub fn set_text(&mut self, slot: Slot, text: &str, keys: &HashKeys) {
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        self.spans[usize::from(slot)] = (start, self.texts.len() as u32);
        self.set(slot, keys.text(text.as_bytes()));
    }

    /// The text in a place, if it was put there as a text and not as a hash alone.
    pub fn text(&self, slot: Slot) -> Option<&str> {
        let slot = usize::from(slot);
        let (start, end) = *self.spans.get(slot)?;
        // An empty text that is known has no span to tell it by; its hash is all that anyone needs.
        (*self.known.get(slot)?).then(|| self.texts.get(start as usize..end as usize)).flatten()
    }

    /// Puts several texts in a place, by their hashes; order and repetition do not matter.
    pub fn set_texts(&mut self, slot: Slot, hashes: impl Iterator<Item = u64>) {
        let start = self.sets.len();
        self.sets.extend(hashes);
        self.sets[start..].sort_unstable();
        let bits = ((start as u64) << 32) | (self.sets.len() - start) as u64;
        self.set(slot, bits);
    }

    /// The hashes of the texts that the bits of a place stand for, in order.
    pub fn texts(&self, bits: u64) -> &[u64] {
        let (start, len) = ((bits >> 32) as usize, (bits & u64::from(u32::MAX)) as usize);
        self.sets.get(start..start + len).unwrap_or_default()
    }
}
