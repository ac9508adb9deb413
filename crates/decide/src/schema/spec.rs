//! The declaration of fields and event types as it is written, stored and shown, and its faults.

use std::collections::HashSet;

use kernel::Text;
use serde::{Deserialize, Serialize};

use super::{FIELDS_MAX, INT_MAX, LEVELS_MAX, NAME_CHARS_MAX, TEXT_BYTES_DEFAULT, TEXT_BYTES_MAX, TYPES_MAX};
use crate::{fault::Fault, value::Kind};

/// Fields and event types.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaSpec {
    /// Every field that any event type may have.
    #[serde(default)]
    pub fields: Vec<FieldSpec>,
    /// The event types.
    #[serde(default)]
    pub events: Vec<EventSpec>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// Its name; dots make groups, as in `payee.account`.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Its name on screen.
    pub title: Text,
    /// Whether it holds personal data: then expressions may compare it whole and look it up in lists, and nothing else.
    #[serde(default)]
    pub personal: bool,
    /// Who says it.
    #[serde(default)]
    pub source: FieldSource,
    /// The smallest whole number allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The largest whole number allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The longest text allowed, in bytes of UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_max: Option<u32>,
    /// The only texts allowed; empty allows all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// An amount in minor units of the bank's own currency; a whole number in expressions.
    Amount,
    /// A floating-point number; it cannot be summed in windows.
    Double,
    /// A text.
    Text,
    /// An instant, RFC 3339.
    Time,
    /// Several texts without order.
    Texts,
}

/// Who says what a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// The system that sends the event.
    #[default]
    Caller,
    /// The house itself, from what it knows of the customer; a caller's word is refused.
    House,
}

/// One event type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpec {
    /// Its name, as in `transfer`.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// Fields that must be there, besides type and time.
    #[serde(default)]
    pub required: Vec<String>,
    /// Fields that may be there.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Whether such an event is decided on; otherwise it is only recorded in the windows.
    #[serde(default = "yes")]
    pub decided: bool,
}

const fn yes() -> bool {
    true
}

impl FieldSpec {
    /// A field with a name and a kind and nothing special.
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            title: Text::of(name, name),
            personal: false,
            source: FieldSource::Caller,
            min: None,
            max: None,
            bytes_max: None,
            values: Vec::new(),
        }
    }

    /// The whole numbers allowed.
    pub(super) fn range(&self) -> std::ops::RangeInclusive<i64> {
        self.min.unwrap_or(-INT_MAX).max(-INT_MAX)..=self.max.unwrap_or(INT_MAX).min(INT_MAX)
    }

    /// The longest text allowed.
    pub(super) fn bytes_allowed(&self) -> usize {
        self.bytes_max.unwrap_or(TEXT_BYTES_DEFAULT).min(TEXT_BYTES_MAX) as usize
    }
}

impl FieldKind {
    /// The kind on the hot path.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Bool => Kind::Bool,
            Self::Int | Self::Amount => Kind::Int,
            Self::Double => Kind::Double,
            Self::Text => Kind::Text,
            Self::Time => Kind::Time,
            Self::Texts => Kind::Texts,
        }
    }
}

/// Whether a text is a dotted name: levels of small letters, digits and underscores that begin with a letter.
pub fn is_name(name: &str) -> bool {
    let level = |level: &str| {
        level.starts_with(|c: char| c.is_ascii_lowercase())
            && level.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    name.len() <= NAME_CHARS_MAX && name.split('.').count() <= LEVELS_MAX && name.split('.').all(level)
}

/// What is wrong with a declaration as such; names that point nowhere are found when it is compiled.
pub(super) fn faults(spec: &SchemaSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    if spec.fields.len() > FIELDS_MAX - 2 || spec.events.len() > TYPES_MAX {
        faults.push(Fault::new(
            "",
            format!("最多 {} 个字段、{TYPES_MAX} 种事件。", FIELDS_MAX - 2),
            format!("At most {} fields and {TYPES_MAX} event types.", FIELDS_MAX - 2),
        ));
    }
    faults.extend(spec.fields.iter().flat_map(field_faults));
    let mut names = HashSet::new();
    for event in &spec.events {
        if !is_name(&event.name) || event.name.contains('.') || !names.insert(event.name.as_str()) {
            faults.push(Fault::new(
                format!("events.{}", event.name),
                "事件类型名须由小写字母、数字和下划线组成，以字母开头，且不重复。",
                "An event type's name has small letters, digits and underscores, begins with a letter, and stands once.",
            ));
        }
    }
    faults
}

fn field_faults(field: &FieldSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |zh: &str, en: &str| faults.push(Fault::new(format!("fields.{}", field.name), zh, en));
    if !is_name(&field.name) {
        fault(
            "字段名由小写字母、数字、下划线和点组成，每一级以字母开头，最长 64 个字符、4 级。",
            "A field's name has small letters, digits, underscores and dots, each level begins with a letter; at most 64 characters and 4 levels.",
        );
    }
    let whole = matches!(field.kind, FieldKind::Int | FieldKind::Amount);
    let text = matches!(field.kind, FieldKind::Text | FieldKind::Texts);
    if (field.min.is_some() || field.max.is_some()) && !whole {
        fault("只有整数和金额可以设上下限。", "Only whole numbers and amounts have a smallest and a largest value.");
    }
    if field.range().is_empty() {
        fault("下限大于上限。", "The smallest value is larger than the largest.");
    }
    if (field.bytes_max.is_some() || !field.values.is_empty()) && !text {
        fault("只有文本可以设长度和取值。", "Only texts have a longest length and a list of values.");
    }
    if field.bytes_max.is_some_and(|most| most == 0 || most > TEXT_BYTES_MAX) {
        fault("文本长度上限须在 1 至 4096 字节之间。", "The longest length of a text lies between 1 and 4096 bytes.");
    }
    faults
}
