//! Values at the edge of the engine. On the hot path a value is 64 bits in a numbered place, and its kind is known when
//! an expression is compiled; this form is for literals, answers and tests.

use serde::{Deserialize, Serialize};

/// The number of a place in a row or in the working memory of a decision.
pub type Slot = u16;

/// What a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A binary floating-point number of 64 bits; never infinite and never NaN in a row.
    Double,
    /// A text, known by its keyed hash.
    Text,
    /// An instant in microseconds since 1970.
    Time,
    /// A length of time in microseconds.
    Duration,
    /// Several texts without order.
    Texts,
}

impl Kind {
    /// The name in CEL.
    pub const fn cel(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::Time => "timestamp",
            Self::Duration => "duration",
            Self::Texts => "list(string)",
        }
    }

    /// The number that a model sees for the bits of a place: a length of time in seconds, true as one.
    pub fn number(self, bits: u64) -> f64 {
        match self {
            Self::Double => f64::from_bits(bits),
            Self::Duration => bits.cast_signed() as f64 / 1e6,
            Self::Bool | Self::Int | Self::Text | Self::Time | Self::Texts => bits.cast_signed() as f64,
        }
    }

    /// Whether values of the kind are kept as a signed whole number.
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Int | Self::Time | Self::Duration)
    }
}

/// One value with its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// A text by its hash; the text itself may be gone.
    Text(u64),
    /// Microseconds since 1970.
    Time(i64),
    /// Microseconds.
    Duration(i64),
}

impl Value {
    /// The value of `kind` that the bits of a place stand for; a set of texts has no such form.
    pub fn from_bits(kind: Kind, bits: u64) -> Option<Self> {
        Some(match kind {
            Kind::Bool => Self::Bool(bits != 0),
            Kind::Int => Self::Int(bits.cast_signed()),
            Kind::Double => Self::Double(f64::from_bits(bits)),
            Kind::Text => Self::Text(bits),
            Kind::Time => Self::Time(bits.cast_signed()),
            Kind::Duration => Self::Duration(bits.cast_signed()),
            Kind::Texts => return None,
        })
    }

    /// The bits that stand for this value in a place.
    pub fn bits(&self) -> u64 {
        match self {
            Self::Bool(value) => u64::from(*value),
            Self::Int(value) | Self::Time(value) | Self::Duration(value) => value.cast_unsigned(),
            Self::Double(value) => value.to_bits(),
            Self::Text(hash) => *hash,
        }
    }

    /// The kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Double(_) => Kind::Double,
            Self::Text(_) => Kind::Text,
            Self::Time(_) => Kind::Time,
            Self::Duration(_) => Kind::Duration,
        }
    }
}
