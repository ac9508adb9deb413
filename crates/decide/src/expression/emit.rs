//! From typed parts to flat code: what is a simple comparison goes into the tables, what joins comparisons becomes groups
//! of bits, and everything else an instruction with a place for its result.

use std::collections::HashMap;

use super::{
    code::{Atom, Condition, Group, Instruction, Mask, Op, Program},
    node::{Node, NodeId, Nodes, One, Two},
    run::ordered,
};
use crate::{
    HashKeys,
    value::{Kind, Slot},
};

/// Values that together are asked of a list.
pub(super) const KEY_PARTS_MAX: usize = 4;

/// A bit before it is known where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Bit {
    Whole(usize),
    Double(usize),
    Group(usize),
}

/// A bit, or its contrary.
type Literal = (Bit, bool);

pub(super) struct Emitter<'n> {
    nodes: &'n Nodes,
    program: Program,
    /// The next place; `None` when there are no more.
    next: Option<Slot>,
    places: HashMap<NodeId, Slot>,
    whole: HashMap<Atom, usize>,
    double: HashMap<Atom, usize>,
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
            whole: Vec::new(),
            double: Vec::new(),
            groups: Vec::new(),
            masks: Vec::new(),
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
            whole: HashMap::new(),
            double: HashMap::new(),
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
        self.lay_out();
        self.program.conditions = literals
            .iter()
            .map(|(bit, is_negated)| Condition { bit: self.bit(*bit), is_negated: *is_negated })
            .collect();
        self.program.end = self.next?;
        Some(self.program)
    }

    /// Gives every group its masks, now that it is known where each bit lies.
    fn lay_out(&mut self) {
        for (number, (is_all, literals)) in self.groups.iter().enumerate() {
            let from = self.program.masks.len();
            for (bit, is_negated) in literals {
                let bit = self.bit(*bit);
                let (word, mask) = ((bit / 64) as u16, 1u64 << (bit % 64));
                let at = self.program.masks[from..].iter().position(|mask| mask.word == word).map(|at| from + at);
                let at = at.unwrap_or_else(|| {
                    self.program.masks.push(Mask { plain: 0, negated: 0, word });
                    self.program.masks.len() - 1
                });
                let place = &mut self.program.masks[at];
                *(if *is_negated { &mut place.negated } else { &mut place.plain }) |= mask;
            }
            let (to, bit) = (self.program.masks.len() as u32, self.bit(Bit::Group(number)));
            self.program.groups.push(Group { from: from as u32, to, bit, is_all: *is_all });
        }
        let bits = self.bit(Bit::Group(self.groups.len()));
        self.program.words = bits.div_ceil(64) as usize;
    }

    fn bit(&self, bit: Bit) -> u32 {
        let whole = self.program.whole.len().div_ceil(64) * 64;
        let double = self.program.double.len().div_ceil(64) * 64;
        (match bit {
            Bit::Whole(number) => number,
            Bit::Double(number) => whole + number,
            Bit::Group(number) => whole + double + number,
        }) as u32
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
        Some(self.atom(Atom { low, high, slot }, is_double))
    }

    /// The bit of a part that is a truth value in a place.
    fn truth(&mut self, id: NodeId) -> Bit {
        let slot = self.place(id);
        self.atom(Atom { low: 1, high: 1, slot }, false)
    }

    fn atom(&mut self, atom: Atom, is_double: bool) -> Bit {
        let (known, list) = if is_double {
            (&mut self.double, &mut self.program.double)
        } else {
            (&mut self.whole, &mut self.program.whole)
        };
        let number = *known.entry(atom).or_insert_with(|| {
            list.push(atom);
            list.len() - 1
        });
        if is_double { Bit::Double(number) } else { Bit::Whole(number) }
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
