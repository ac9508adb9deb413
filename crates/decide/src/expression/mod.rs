//! Conditions and computed values: CEL's syntax for the part it covers, typed, bounded, and compiled to flat code.
//!
//! **Covered.** `&& || ! ?:`, comparisons, `in`, `+ - * / %`, texts, numbers, durations, timestamps, lists of literals,
//! `has(x)`, `size(x)`, `int(x)`, `double(x)`, `duration("24h")`, `timestamp("…")`, `x.startsWith("…")`, `x.endsWith("…")`,
//! `x.contains("…")`, `t.getHours()`, `t.getMinutes()`, `t.getDayOfWeek()` (in Shanghai, or `"UTC"` when said),
//! `math.greatest(a, b)`, `math.least(a, b)`, `math.abs(a)`; `x in lists.name` and `[x, y] in lists.name` ask a list.
//!
//! **Different from CEL.** There are no maps, messages, bytes, `null`, unsigned numbers, macros over lists, nor conversions
//! to text. Names are typed before anything runs. `yuan(500)` is 50 000 fen. A whole number and a double may be compared,
//! by which the whole number becomes a double. A text of several lines does not exist. Everything is computed, without
//! short cuts: what CEL calls an error (a field that is not there, a division by zero, an overflow, not a number) is
//! *unknown* here, `false && unknown` is false and `true || unknown` is true as in CEL, and a condition that is unknown
//! does not hold. `has(x)` tells whether a name is known.
//!
//! **Bounded.** Length, depth and parts are bounded when an expression is saved, and what it costs to run is the number of
//! its parts: there are no loops, no calls and no I/O.

mod calls;
mod check;
mod code;
mod emit;
mod functions;
mod layout;
mod node;
mod parse;
mod parts;
mod run;
mod token;

use std::collections::HashMap;

use check::Checker;
pub use code::{Compiler, Condition, Program};
pub use functions::{FUNCTIONS, Function};
use node::Nodes;
pub use parts::{Written, parts};
pub use run::{Lists, NoLists, Truth};

use crate::{
    HashKeys,
    fault::{Fault, Place},
    value::{Kind, Slot},
};

/// Bytes of an expression: some pages of text.
pub const LENGTH_MAX: usize = 16 * 1024;
/// Levels of nesting.
pub const DEPTH_MAX: usize = 48;
/// Parts of an expression.
pub const NODES_MAX: usize = 2_000;

/// What a name in an expression stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Its place in the working memory.
    pub slot: Slot,
    /// Its kind.
    pub kind: Kind,
    /// Whether only comparison as a whole and lists may touch it.
    pub is_personal: bool,
}

/// The names that expressions may use.
#[derive(Debug, Clone)]
pub struct Scope {
    keys: HashKeys,
    names: HashMap<String, Named>,
    constants: HashMap<String, (u64, Kind)>,
    lists: HashMap<String, u16>,
}

impl Scope {
    /// No names yet.
    pub fn new(keys: HashKeys) -> Self {
        Self { keys, names: HashMap::new(), constants: HashMap::new(), lists: HashMap::new() }
    }

    /// Adds a name.
    pub fn name(&mut self, name: &str, named: Named) {
        self.names.insert(name.to_owned(), named);
    }

    /// Adds a name for a value that does not change, which then costs nothing when expressions run.
    pub fn constant(&mut self, name: &str, bits: u64, kind: Kind) {
        self.constants.insert(name.to_owned(), (bits, kind));
    }

    /// The bits and kind of a name whose value does not change.
    pub fn get_constant(&self, name: &str) -> Option<(u64, Kind)> {
        self.constants.get(name).copied()
    }

    /// Adds a list, to be asked as `lists.name`.
    pub fn list(&mut self, name: &str, number: u16) {
        self.lists.insert(name.to_owned(), number);
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Named> {
        self.names.get(name).copied()
    }

    /// Every name with what it stands for, for completion in an editor.
    pub fn names(&self) -> impl Iterator<Item = (&str, Named)> {
        self.names.iter().map(|(name, named)| (name.as_str(), *named))
    }
}

/// The bits and kind of an expression that names nothing, such as `yuan(500)` or `duration("24h")`.
pub fn constant(text: &str, keys: HashKeys) -> Result<(u64, Kind), Fault> {
    let (scope, defined, mut nodes) = (Scope::new(keys), HashMap::new(), Nodes::default());
    let (node, kind) = Checker::new(&scope, &defined, &mut nodes).value(text)?;
    let bits = nodes.constant(node).ok_or_else(|| Fault::new("", "此处须为固定值。", "A fixed value belongs here."))?;
    Ok((bits, kind))
}

/// A fault at a place of the text.
fn fault(place: Place, zh: impl Into<String>, en: impl Into<String>) -> Fault {
    Fault::new("", zh, en).at(place)
}

#[cfg(test)]
mod tests;
