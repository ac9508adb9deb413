//! Decisions looked at again: taken on features that were seen before, and what each part of an expression came to. Compiled when it is asked for, beside the engine, so that
//! deciding pays nothing for it; it must never change what was decided.

use super::{Decision, Engine, Memory};
use crate::{
    expression::{Compiler, Lists, Truth, parts},
    schema::Row,
    value::{Kind, Slot, Value},
};

/// A part of an expression with what it came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The part as it was written.
    pub text: String,
    /// Levels above it within its expression.
    pub depth: u32,
    /// Its kind.
    pub kind: Kind,
    /// What it came to; none when that is unknown.
    pub value: Option<Value>,
    /// The list that it asked, when it asks one.
    pub list: Option<String>,
}

impl Engine {
    /// Decides on an event with features as they were seen before, each by its place; what is not among them is unknown.
    pub fn decide_as_seen(
        &self,
        row: &Row,
        seen: &[(Slot, u64)],
        lists: &dyn Lists,
        memory: &mut Memory,
        has_time: &mut dyn FnMut() -> bool,
    ) -> Decision {
        memory.known.fill(false);
        let places = memory.values.len();
        for (slot, bits) in seen.iter().filter(|(slot, _)| usize::from(*slot) < places) {
            memory.values[usize::from(*slot)] = *bits;
            memory.known[usize::from(*slot)] = true;
        }
        let fields = row.values().len();
        memory.values[..fields].copy_from_slice(row.values());
        memory.known[..fields].copy_from_slice(row.known());
        self.conclude(row, lists, memory, has_time)
    }

    /// For each expression its parts with what they came to, from the memory of a decision on the row. What is no value by itself,
    /// such as the name of a list, is left out; so is everything of an expression that is none.
    pub fn explain(&self, texts: &[&str], row: &Row, lists: &dyn Lists, memory: &Memory) -> Vec<Vec<Explained>> {
        let mut compiler = Compiler::new(&self.scope);
        let mut found = Vec::with_capacity(texts.len());
        for text in texts {
            let written = parts(text).unwrap_or_default();
            let kinds = written.into_iter().filter_map(|part| {
                let kind = compiler.value(&part.text).ok()?;
                Some((part, kind))
            });
            found.push(kinds.collect::<Vec<_>>());
        }
        let Some(program) = u16::try_from(self.places).ok().and_then(|first| compiler.finish(first)) else {
            return vec![Vec::new(); texts.len()];
        };
        let (mut values, mut known) = (memory.values.clone(), memory.known.clone());
        values.resize(usize::from(program.end()).max(values.len()), 0);
        known.resize(values.len(), false);
        program.run(row, lists, &mut values, &mut known, &mut Truth::default());
        let mut places = program.values().iter().map(|(slot, _)| usize::from(*slot));
        let mut shown = |(part, kind): (crate::expression::Written, Kind)| {
            let at = places.next().filter(|at| known[*at]);
            let value = at.and_then(|at| Value::from_bits(kind, values[at]));
            Explained { text: part.text, depth: part.depth, kind, value, list: part.list }
        };
        found.into_iter().map(|parts| parts.into_iter().map(&mut shown).collect()).collect()
    }
}
