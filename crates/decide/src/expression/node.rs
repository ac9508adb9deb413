//! Typed parts of all expressions of a program. Equal parts are one part, so that a hundred rules that ask the same thing
//! ask it once.

use std::collections::HashMap;

use super::run::{one, two};
use crate::value::{Kind, Slot};

/// The number of a part.
pub(super) type NodeId = u32;

/// What is computed of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum One {
    Not,
    NegInt,
    NegDouble,
    AbsInt,
    AbsDouble,
    ToDouble,
    ToInt,
    /// Hour of the day, of a time that an offset has been added to.
    Hours,
    Minutes,
    /// Sunday is zero, as in CEL.
    DayOfWeek,
    /// How many texts.
    Size,
}

/// What is computed of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Two {
    And,
    Or,
    AddInt,
    SubInt,
    MulInt,
    DivInt,
    RemInt,
    AddDouble,
    SubDouble,
    MulDouble,
    DivDouble,
    MaxInt,
    MinInt,
    MaxDouble,
    MinDouble,
    Equal,
    LessInt,
    LessDouble,
    EqualDouble,
}

/// How a text is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TextTest {
    Starts,
    Ends,
    Contains,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// Bits known when compiled.
    Const(u64),
    /// What stands in a place.
    Place(Slot),
    /// Whether a place is known.
    Known(Slot),
    One(One, NodeId),
    Two(Two, NodeId, NodeId),
    /// Condition, then, otherwise.
    If(NodeId, NodeId, NodeId),
    All(Vec<NodeId>),
    Any(Vec<NodeId>),
    /// Whether values together stand in a list.
    InList(u16, Vec<NodeId>),
    /// Whether a text is one of several in a place.
    InTexts(NodeId, Slot),
    Text(TextTest, Slot, String),
}

/// All parts of a program.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    nodes: Vec<(Node, Kind)>,
    known: HashMap<(Node, Kind), NodeId>,
}

impl Nodes {
    /// The part and its kind.
    pub(super) fn get(&self, id: NodeId) -> &(Node, Kind) {
        &self.nodes[id as usize]
    }

    /// The bits of a part that is known already.
    pub(super) fn constant(&self, id: NodeId) -> Option<u64> {
        match self.get(id).0 {
            Node::Const(bits) => Some(bits),
            Node::Place(_)
            | Node::Known(_)
            | Node::One(..)
            | Node::Two(..)
            | Node::If(..)
            | Node::All(_)
            | Node::Any(_)
            | Node::InList(..)
            | Node::InTexts(..)
            | Node::Text(..) => None,
        }
    }

    /// Adds a part, or finds the same one. A part of constants is computed; `None` says that it is always unknown.
    pub(super) fn add(&mut self, node: Node, kind: Kind) -> Option<NodeId> {
        if let Node::Two(Two::DivInt | Two::RemInt | Two::DivDouble, _, divisor) = &node
            && self.constant(*divisor) == Some(0)
        {
            return None;
        }
        let folded = match &node {
            Node::One(op, a) if *op != One::Size => self.constant(*a).map(|a| one(*op, a)),
            Node::Two(op, a, b) if !matches!(op, Two::And | Two::Or) => {
                self.constant(*a).zip(self.constant(*b)).map(|(a, b)| two(*op, a, b))
            }
            Node::One(..)
            | Node::Two(..)
            | Node::Const(_)
            | Node::Place(_)
            | Node::Known(_)
            | Node::If(..)
            | Node::All(_)
            | Node::Any(_)
            | Node::InList(..)
            | Node::InTexts(..)
            | Node::Text(..) => None,
        };
        let node = match folded {
            Some(Some(bits)) => Node::Const(bits),
            Some(None) => return None,
            None => node,
        };
        let key = (node, kind);
        if let Some(id) = self.known.get(&key) {
            return Some(*id);
        }
        let id = self.nodes.len() as NodeId;
        self.nodes.push(key.clone());
        self.known.insert(key, id);
        Some(id)
    }
}
