//! Compiled expressions: instructions that compute values, tables of simple comparisons, and groups that join them.
//!
//! What compares a place with constants is one look in a table, however many rules ask.

use std::collections::HashMap;

use super::{
    Scope,
    check::Checker,
    emit::Emitter,
    node::{NodeId, Nodes, One, TextTest, Two},
};
use crate::{
    HashKeys,
    fault::Fault,
    value::{Kind, Slot},
};

/// Expressions compiled together; what is equal in them is computed once.
#[derive(Debug)]
pub struct Program {
    pub(super) keys: HashKeys,
    /// Values known when compiled, with their places.
    pub(super) constants: Vec<(Slot, u64)>,
    pub(super) code: Vec<Instruction>,
    pub(super) texts: Vec<String>,
    /// The places whose values together are asked of a list.
    pub(super) list_keys: Vec<Vec<Slot>>,
    /// All comparisons, place by place.
    pub(super) segments: Vec<Segment>,
    /// For each word of comparisons, behind which segment it ends.
    pub(super) ends: Vec<u32>,
    /// Where the values of segments are cut, ascending.
    pub(super) cuts: Vec<i64>,
    /// For each stretch between cuts, which comparisons hold there.
    pub(super) table: Vec<u64>,
    /// What joins comparisons, from the inside out.
    pub(super) batches: Vec<Batch>,
    pub(super) pairs: Vec<Pair>,
    pub(super) spans: Vec<(u32, u32)>,
    pub(super) masks: Vec<Mask>,
    /// The same by its parts, for telling what is false from what is unknown.
    pub(super) groups: Vec<Group>,
    /// Words of bits for comparisons and groups.
    pub(super) words: usize,
    pub(super) conditions: Vec<Condition>,
    pub(super) values: Vec<(Slot, Kind)>,
    pub(super) end: Slot,
}

/// Where to find whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Condition {
    pub(super) bit: u32,
    pub(super) is_negated: bool,
}

/// Is the value of a place between two numbers, both included?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Atom {
    pub slot: Slot,
    /// Whether the value is a double, which is compared by its order among doubles.
    pub is_double: bool,
    pub low: i64,
    pub high: i64,
}

/// All comparisons of one place with constants: how many cuts a value has passed tells which of them hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub slot: Slot,
    pub is_double: bool,
    pub cuts: (u32, u32),
    /// Where its stretches begin in the table.
    pub table: u32,
    /// The bits of its comparisons.
    pub mask: u64,
}

/// Groups of one form, whose bits follow each other from the beginning of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    pub is_all: bool,
    /// Whether they stand among the pairs, or among the spans of masks.
    pub is_pair: bool,
    pub from: u32,
    pub to: u32,
    pub word: u32,
}

/// A group whose bits lie in at most two words; an empty mask changes nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub masks: [u64; 2],
    pub words: [u16; 2],
}

/// Bits of one word; those of contraries lie behind all others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mask {
    pub bits: u64,
    pub word: u16,
}

/// Several bits that must all hold, or of which one must.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub bit: u32,
    pub is_all: bool,
    pub parts: Vec<Condition>,
}

/// One step: what to do with which places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instruction {
    pub op: Op,
    pub a: Slot,
    pub b: Slot,
    pub c: Slot,
    pub out: Slot,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    One(One),
    Two(Two),
    If,
    Known,
    InTexts,
    InList { list: u16 },
    Text(TextTest),
}

/// Takes expressions in, one by one, and compiles them together.
#[derive(Debug)]
pub struct Compiler<'s> {
    scope: &'s Scope,
    nodes: Nodes,
    defined: HashMap<String, (NodeId, Kind)>,
    conditions: Vec<NodeId>,
    values: Vec<NodeId>,
}

impl<'s> Compiler<'s> {
    /// Nothing yet.
    pub fn new(scope: &'s Scope) -> Self {
        Self { scope, nodes: Nodes::default(), defined: HashMap::new(), conditions: Vec::new(), values: Vec::new() }
    }

    /// Adds a condition; its number is how many were added before.
    pub fn condition(&mut self, text: &str) -> Result<(), Fault> {
        let node = Checker::new(self.scope, &self.defined, &mut self.nodes).condition(text)?;
        self.conditions.push(node);
        Ok(())
    }

    /// Adds a value of any kind; its number is how many were added before.
    pub fn value(&mut self, text: &str) -> Result<Kind, Fault> {
        let (node, kind) = Checker::new(self.scope, &self.defined, &mut self.nodes).value(text)?;
        self.values.push(node);
        Ok(kind)
    }

    /// Adds a value under a name that expressions after it may use.
    pub fn define(&mut self, name: &str, text: &str) -> Result<Kind, Fault> {
        let kind = self.value(text)?;
        if let Some(node) = self.values.last() {
            self.defined.insert(name.to_owned(), (*node, kind));
        }
        Ok(kind)
    }

    /// Compiles; computed values get places from `first` on. `None` if there are not enough places.
    pub fn finish(self, first: Slot) -> Option<Program> {
        Emitter::new(&self.nodes, self.scope.keys, first).program(&self.conditions, &self.values)
    }
}

impl Program {
    /// The conditions in the order they were added.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Place and kind of the values in the order they were added.
    pub fn values(&self) -> &[(Slot, Kind)] {
        &self.values
    }

    /// The first place that the program does not use.
    pub fn end(&self) -> Slot {
        self.end
    }

    /// How many steps and comparisons one run takes.
    pub fn cost(&self) -> usize {
        self.code.len() + self.cuts.len() + self.pairs.len() + self.masks.len()
    }
}
