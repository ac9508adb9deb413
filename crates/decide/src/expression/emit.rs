//! From typed parts to flat code: what is a simple comparison goes into the tables, what joins comparisons becomes groups
//! of bits, and everything else an instruction with a place for its result.

use std::collections::HashMap;

use super::{
    code::{Atom, Instruction, Op, Program},
    layout,
    node::{Node, NodeId, Nodes, One, Two},
    run::ordered,
};
use crate::{
    HashKeys,
    value::{Kind, Slot},
};

/// Values that together are asked of a list.
pub(super) const KEY_PARTS_MAX: usize = 4;

/// A bit before it is known where it lies: the number of a comparison or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Bit {
    Atom(usize),
    Group(usize),
}

/// A bit, or its contrary; groups have none.
pub(super) type Literal = (Bit, bool);

pub(super) struct Emitter<'n> {
    nodes: &'n Nodes,
    program: Program,
    /// The next place; `None` when there are no more.
    next: Option<Slot>,
    places: HashMap<NodeId, Slot>,
    atoms: Vec<Atom>,
    known_atoms: HashMap<Atom, usize>,
    groups: Vec<(bool, Vec<Literal>)>,
    known_groups: HashMap<(bool, Vec<Literal>), usize>,
}

impl<'n> Emitter<'n> {
    pub(super) fn new(nodes: &'n Nodes, keys: HashKeys, first: Slot) -> Self {
        let program = Program {
            keys,
            constants: Vec::new(),
            code: Vec::new(),
            texts: Vec::new(),
            list_keys: Vec::new(),
            segments: Vec::new(),
            ends: Vec::new(),
            cuts: Vec::new(),
            table: Vec::new(),
            batches: Vec::new(),
            pairs: Vec::new(),
            spans: Vec::new(),
            masks: Vec::new(),
            groups: Vec::new(),
            words: 0,
            conditions: Vec::new(),
            values: Vec::new(),
            end: first,
        };
        Self {
            nodes,
            program,
            next: Some(first),
            places: HashMap::new(),
            atoms: Vec::new(),
            known_atoms: HashMap::new(),
            groups: Vec::new(),
            known_groups: HashMap::new(),
        }
    }

    pub(super) fn program(mut self, conditions: &[NodeId], values: &[NodeId]) -> Option<Program> {
        for value in values {
            let slot = self.place(*value);
            self.program.values.push((slot, self.nodes.get(*value).1));
        }
        let literals: Vec<Literal> = conditions.iter().map(|node| self.literal(*node, false)).collect();
        self.program.end = self.next?;
        layout::lay_out(self.program, &self.atoms, &self.groups, &literals)
    }

    /// The bit that says whether a part holds.
    fn literal(&mut self, id: NodeId, is_negated: bool) -> Literal {
        match &self.nodes.get(id).0 {
            Node::One(One::Not, inner) => self.literal(*inner, !is_negated),
            Node::All(_) | Node::Any(_) => {
                let is_all = matches!(self.nodes.get(id).0, Node::All(_)) != is_negated;
                let mut literals = Vec::new();
                self.join(id, is_negated, is_all, &mut literals);
                literals.sort_unstable();
                literals.dedup();
                if let [single] = literals[..] { single } else { (self.group(is_all, literals), false) }
            }
            Node::Two(op @ (Two::Equal | Two::LessInt | Two::LessDouble | Two::EqualDouble), a, b) => {
                let (op, a, b) = (*op, *a, *b);
                (self.comparison(op, a, b).unwrap_or_else(|| self.truth(id)), is_negated)
            }
            Node::Const(_)
            | Node::Place(_)
            | Node::Known(_)
            | Node::One(..)
            | Node::Two(..)
            | Node::If(..)
            | Node::InList(..)
            | Node::InTexts(..)
            | Node::Text(..) => (self.truth(id), is_negated),
        }
    }

    /// Collects the bits of nested parts that are joined in the same way.
    fn join(&mut self, id: NodeId, is_negated: bool, is_all: bool, literals: &mut Vec<Literal>) {
        match &self.nodes.get(id).0 {
            Node::One(One::Not, inner) => self.join(*inner, !is_negated, is_all, literals),
            Node::All(parts) if is_negated != is_all => {
                parts.clone().into_iter().for_each(|part| self.join(part, is_negated, is_all, literals));
            }
            Node::Any(parts) if is_negated == is_all => {
                parts.clone().into_iter().for_each(|part| self.join(part, is_negated, is_all, literals));
            }
            Node::All(_)
            | Node::Any(_)
            | Node::Const(_)
            | Node::Place(_)
            | Node::Known(_)
            | Node::One(..)
            | Node::Two(..)
            | Node::If(..)
            | Node::InList(..)
            | Node::InTexts(..)
            | Node::Text(..) => literals.push(self.literal(id, is_negated)),
        }
    }

    fn group(&mut self, is_all: bool, literals: Vec<Literal>) -> Bit {
        let key = (is_all, literals);
        if let Some(number) = self.known_groups.get(&key) {
            return Bit::Group(*number);
        }
        let number = self.groups.len();
        self.groups.push(key.clone());
        self.known_groups.insert(key, number);
        Bit::Group(number)
    }

    /// The bit of a comparison with a constant; `None` if neither side is one.
    fn comparison(&mut self, op: Two, a: NodeId, b: NodeId) -> Option<Bit> {
        let is_double = matches!(op, Two::LessDouble | Two::EqualDouble);
        let number = |bits: u64| if is_double { ordered(bits) } else { bits.cast_signed() };
        let (left, right) = (self.nodes.constant(a).map(number), self.nodes.constant(b).map(number));
        /// What no number lies in.
        const NOTHING: (i64, i64) = (1, 0);
        let (node, (low, high)) = match (op, left, right) {
            (Two::Equal | Two::EqualDouble, Some(number), None) => (b, (number, number)),
            (Two::Equal | Two::EqualDouble, None, Some(number)) => (a, (number, number)),
            (_, None, Some(number)) => (a, number.checked_sub(1).map_or(NOTHING, |high| (i64::MIN, high))),
            (_, Some(number), None) => (b, number.checked_add(1).map_or(NOTHING, |low| (low, i64::MAX))),
            _ => return None,
        };
        let slot = self.place(node);
        Some(self.atom(Atom { slot, is_double, low, high }))
    }

    /// The bit of a part that is a truth value in a place.
    fn truth(&mut self, id: NodeId) -> Bit {
        let slot = self.place(id);
        self.atom(Atom { slot, is_double: false, low: 1, high: 1 })
    }

    fn atom(&mut self, atom: Atom) -> Bit {
        Bit::Atom(*self.known_atoms.entry(atom).or_insert_with(|| {
            self.atoms.push(atom);
            self.atoms.len() - 1
        }))
    }

    fn fresh(&mut self) -> Slot {
        let slot = self.next.unwrap_or_default();
        self.next = self.next.and_then(|next| next.checked_add(1));
        slot
    }

    /// The place in which a part stands once it is computed.
    fn place(&mut self, id: NodeId) -> Slot {
        if let Some(slot) = self.places.get(&id) {
            return *slot;
        }
        let slot = match self.nodes.get(id).0.clone() {
            Node::Place(slot) => slot,
            Node::Const(bits) => {
                let slot = self.fresh();
                self.program.constants.push((slot, bits));
                slot
            }
            Node::Known(slot) => self.step(Op::Known, [slot, 0, 0]),
            Node::One(op, a) => {
                let a = self.place(a);
                self.step(Op::One(op), [a, 0, 0])
            }
            Node::Two(op, a, b) => {
                let (a, b) = (self.place(a), self.place(b));
                self.step(Op::Two(op), [a, b, 0])
            }
            Node::If(a, b, c) => {
                let places = [self.place(a), self.place(b), self.place(c)];
                self.step(Op::If, places)
            }
            Node::All(parts) => self.several(Two::And, &parts),
            Node::Any(parts) => self.several(Two::Or, &parts),
            Node::InTexts(a, slot) => {
                let a = self.place(a);
                self.step(Op::InTexts, [a, slot, 0])
            }
            Node::InList(list, parts) => {
                let key = parts.iter().map(|part| self.place(*part)).collect();
                self.program.list_keys.push(key);
                let number = self.program.list_keys.len() - 1;
                self.step(Op::InList { list }, [number as Slot, 0, 0])
            }
            Node::Text(test, slot, text) => {
                self.program.texts.push(text);
                let number = self.program.texts.len() - 1;
                self.step(Op::Text(test), [slot, number as Slot, 0])
            }
        };
        self.places.insert(id, slot);
        slot
    }

    fn several(&mut self, op: Two, parts: &[NodeId]) -> Slot {
        let places: Vec<Slot> = parts.iter().map(|part| self.place(*part)).collect();
        let first = places.first().copied().unwrap_or_default();
        places.iter().skip(1).fold(first, |left, right| self.step(Op::Two(op), [left, *right, 0]))
    }

    fn step(&mut self, op: Op, [a, b, c]: [Slot; 3]) -> Slot {
        let out = self.fresh();
        self.program.code.push(Instruction { op, a, b, c, out });
        out
    }
}

/// Whether values of a kind are compared as doubles.
pub(super) const fn is_double(kind: Kind) -> bool {
    matches!(kind, Kind::Double)
}
