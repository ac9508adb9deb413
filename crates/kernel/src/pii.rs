//! Personal data that does not show itself by accident.

use std::fmt;

/// A personal value. `Debug` masks it, there is no `Display`, and serialising it is impossible: whoever wants it asks.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps a personal value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value in clear; the caller answers for where it goes.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value in clear, out of its wrapper.
    pub fn into_exposed(self) -> T {
        self.0
    }

    /// Another personal value made from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Pii<U> {
        Pii(f(self.0))
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹personal›")
    }
}

/// A personal value may come in from outside; it never goes out this way.
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Pii<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let phone = Pii::new("13800138000".to_owned());
        assert!(!format!("{phone:?}").contains("138"));
        assert_eq!(phone.expose(), "13800138000");
    }
}
