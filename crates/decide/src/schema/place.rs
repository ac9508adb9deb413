//! Reads what stands in one field of an event, into its place in the row.

use std::fmt;

use kernel::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{FieldKind, FieldSource, TEXTS_MAX, read::State};
use crate::value::Slot;

/// Characters of the caller's event id.
pub const ID_CHARS_MAX: usize = 128;

/// Reads the name of a member, without a copy where the text has no escapes.
pub(super) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = std::borrow::Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = std::borrow::Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(name.into())
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(name.to_owned().into())
    }
}

/// Reads the caller's id.
pub(super) struct Id<'a, 's, 'r> {
    pub(super) state: &'a mut State<'s, 'r>,
}

impl<'de> DeserializeSeed<'de> for Id<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let id = deserializer.deserialize_str(Name).ok();
        let good = id
            .as_deref()
            .is_some_and(|id| !id.is_empty() && id.len() <= ID_CHARS_MAX && id.bytes().all(|b| b.is_ascii_graphic()));
        if self.state.id.is_some() {
            return self.state.refuse("字段重复。", "The field stands twice.");
        }
        match id.filter(|_| good) {
            Some(id) => self.state.id = Some(id.into_owned()),
            None => {
                let zh = "事件编号须为 1 至 128 个可见 ASCII 字符。";
                return self.state.refuse(zh, "The event's id has 1 to 128 visible ASCII characters.");
            }
        }
        Ok(())
    }
}

/// Reads what stands in a field.
pub(super) struct Place<'a, 's, 'r> {
    pub(super) state: &'a mut State<'s, 'r>,
    pub(super) slot: Slot,
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.state.row.get(self.slot).is_some() {
            return self.state.refuse("字段重复。", "The field stands twice.");
        }
        if self.state.field(self.slot).spec.source == FieldSource::House {
            return self.state.refuse("该字段由系统填写。", "The house fills in this field itself.");
        }
        deserializer.deserialize_any(self)
    }
}

impl Place<'_, '_, '_> {
    fn whole<E: Error>(self, number: i64) -> Result<(), E> {
        let spec = &self.state.field(self.slot).spec;
        let range = spec.range();
        match spec.kind {
            FieldKind::Int | FieldKind::Amount if range.contains(&number) => {
                self.state.row.set(self.slot, number.cast_unsigned());
                Ok(())
            }
            FieldKind::Int | FieldKind::Amount => {
                let zh = format!("数值须在 {} 至 {} 之间。", range.start(), range.end());
                self.state.refuse(zh, format!("The number lies between {} and {}.", range.start(), range.end()))
            }
            FieldKind::Double => self.float(number as f64),
            FieldKind::Bool | FieldKind::Text | FieldKind::Time | FieldKind::Texts => self.wrong_kind(),
        }
    }

    fn float<E: Error>(self, number: f64) -> Result<(), E> {
        match self.state.field(self.slot).spec.kind {
            FieldKind::Double if number.is_finite() => {
                // Zero has two forms; one of them keeps equal numbers equal in the bits.
                self.state.row.set(self.slot, (number + 0.0).to_bits());
                Ok(())
            }
            FieldKind::Double => self.state.refuse("数值过大。", "The number is too large."),
            FieldKind::Bool
            | FieldKind::Int
            | FieldKind::Amount
            | FieldKind::Text
            | FieldKind::Time
            | FieldKind::Texts => self.wrong_kind(),
        }
    }

    fn wrong_kind<E: Error>(self) -> Result<(), E> {
        let (zh, en) = match self.state.field(self.slot).spec.kind {
            FieldKind::Bool => ("此处须为 true 或 false。", "Write true or false here."),
            FieldKind::Int => ("此处须为整数。", "A whole number belongs here."),
            FieldKind::Amount => (
                "此处须为以最小货币单位（分）计的整数。",
                "An amount in minor units (fen), a whole number, belongs here.",
            ),
            FieldKind::Double => ("此处须为数字。", "A number belongs here."),
            FieldKind::Text => ("此处须为文本。", "A text belongs here."),
            FieldKind::Time => (
                "此处须为 RFC 3339 时间，如 2026-11-22T09:30:00+08:00。",
                "A time of RFC 3339 belongs here, such as 2026-11-22T09:30:00+08:00.",
            ),
            FieldKind::Texts => ("此处须为文本数组。", "A list of texts belongs here."),
        };
        self.state.refuse(zh, en)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        if self.state.field(self.slot).spec.kind == FieldKind::Bool {
            self.state.row.set(self.slot, u64::from(value));
            return Ok(());
        }
        self.wrong_kind()
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.whole(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        match i64::try_from(number) {
            Ok(number) => self.whole(number),
            Err(_) if self.state.field(self.slot).spec.kind == FieldKind::Double => self.float(number as f64),
            Err(_) => self.whole(i64::MAX),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.float(number)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let Place { state, slot } = self;
        let field = state.field(slot);
        match field.spec.kind {
            FieldKind::Text => {
                let most = field.spec.bytes_allowed();
                if text.len() > most {
                    return state
                        .refuse(format!("文本超过 {most} 字节。"), format!("The text is longer than {most} bytes."));
                }
                state.row.set_text(slot, text, &state.schema.keys);
                let field = state.field(slot);
                let hash = state.row.get(slot).unwrap_or_default();
                if !field.allowed.is_empty() && field.allowed.binary_search(&hash).is_err() {
                    return not_allowed(state, slot);
                }
                Ok(())
            }
            FieldKind::Time => match text.parse::<Timestamp>() {
                Ok(time) => {
                    state.row.set(slot, time.as_micros().cast_unsigned());
                    Ok(())
                }
                Err(_) => Place { state, slot }.wrong_kind(),
            },
            FieldKind::Bool | FieldKind::Int | FieldKind::Amount | FieldKind::Double | FieldKind::Texts => {
                Place { state, slot }.wrong_kind()
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Place { state, slot } = self;
        if state.field(slot).spec.kind != FieldKind::Texts {
            return Place { state, slot }.wrong_kind();
        }
        let most = state.field(slot).spec.bytes_allowed();
        let mut hashes = Vec::new();
        loop {
            let text = match items.next_element_seed(Name) {
                Ok(Some(text)) => text,
                Ok(None) => break,
                Err(_) => return Place { state, slot }.wrong_kind(),
            };
            if hashes.len() >= TEXTS_MAX || text.len() > most {
                let zh = format!("最多 {TEXTS_MAX} 项，每项不超过 {most} 字节。");
                return state.refuse(zh, format!("At most {TEXTS_MAX} texts of at most {most} bytes each."));
            }
            let hash = state.schema.keys.text(text.as_bytes());
            let allowed = &state.field(slot).allowed;
            if !allowed.is_empty() && allowed.binary_search(&hash).is_err() {
                return not_allowed(state, slot);
            }
            hashes.push(hash);
        }
        state.row.set_texts(slot, hashes.into_iter());
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.wrong_kind()
    }
}

fn not_allowed<T, E: Error>(state: &mut State<'_, '_>, slot: Slot) -> Result<T, E> {
    let values = state.field(slot).spec.values.join(", ");
    state.refuse(format!("取值须为：{values}。"), format!("One of these belongs here: {values}."))
}
