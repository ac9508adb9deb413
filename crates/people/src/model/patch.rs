//! A field of a change: absent leaves it, null clears it, a value sets it.

use serde::{Deserialize, Deserializer};

/// What a change does to one optional field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The field is not mentioned.
    #[default]
    Keep,
    /// The field is null.
    Clear,
    /// The field has a value.
    Set(T),
}

impl<T> Patch<T> {
    /// The field after the change.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same change with its value changed.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(f(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An absent field never comes here: it takes the default.
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Form {
        #[serde(default)]
        phone: Patch<String>,
    }

    #[test]
    fn absent_null_and_value_differ() {
        let of = |json: &str| serde_json::from_str::<Form>(json).unwrap().phone;
        assert_eq!(of("{}"), Patch::Keep);
        assert_eq!(of(r#"{"phone":null}"#), Patch::Clear);
        assert_eq!(of(r#"{"phone":"1"}"#), Patch::Set("1".to_owned()));
        assert_eq!(of("{}").apply(Some("2".to_owned())), Some("2".to_owned()));
        assert_eq!(of(r#"{"phone":null}"#).apply(Some("2".to_owned())), None);
        assert_eq!(of(r#"{"phone":"1"}"#).map(|text| text.len()).apply(None), Some(1));
    }
}
