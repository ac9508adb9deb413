//! Features over windows as they are declared, and what is wrong with a declaration.

use kernel::Text;
use serde::{Deserialize, Serialize};

use crate::{fault::Fault, schema::is_name};

/// Features at most: each is a place in the working memory of a decision.
pub const FEATURES_MAX: usize = 1024;
/// Fields of one key.
pub const KEY_FIELDS_MAX: usize = 6;
/// The longest window, and the longest time a key is remembered: a year with room for a late statement.
pub const WINDOW_MICROS_MAX: i64 = 400 * 86_400_000_000;

/// A feature: what the history of a key says at the event's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSpec {
    /// Its name in expressions and models.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// The fields that make the key, in any order.
    pub by: Vec<String>,
    /// What is computed.
    pub what: What,
    /// The field it is computed of, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How far back: `90s`, `5m`, `24h`, `90d`. The window at time t holds what has a time in (t − window, t].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// How long before the event the window ends; none by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// The event types that count; empty counts all types that have the key's fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// Which of them count: a condition over the fields of the counted event itself.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Whether the event that is decided on counts itself.
    #[serde(default = "yes")]
    pub current: bool,
}

const fn yes() -> bool {
    true
}

/// What is computed over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// How many events.
    Count,
    /// The sum of a whole-number field; stops at the ends of 64 bits.
    Sum,
    /// The smallest value; unknown without any.
    Min,
    /// The largest value; unknown without any.
    Max,
    /// The mean; unknown without any.
    Mean,
    /// The standard deviation of the values as a whole population; unknown without any.
    Std,
    /// How many different values.
    Distinct,
    /// How long ago the key was first seen; unknown if never before.
    SinceFirst,
    /// How long ago the key was last seen; unknown if never before.
    SinceLast,
    /// Whether the key was never seen before within the window.
    New,
    /// The event's own value divided by the mean of the window before it; unknown without history or at mean zero.
    Ratio,
}

impl What {
    /// Whether it is computed of a field.
    pub const fn has_field(self) -> bool {
        matches!(self, Self::Sum | Self::Min | Self::Max | Self::Mean | Self::Std | Self::Distinct | Self::Ratio)
    }

    /// Whether it looks at when the key was seen rather than at the events of a window.
    pub const fn is_seen(self) -> bool {
        matches!(self, Self::SinceFirst | Self::SinceLast | Self::New)
    }
}

/// Reads a length of time such as `90d`, in microseconds.
pub fn micros(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let digits = &text[..text.len() - unit.len_utf8()];
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    // A sign or a blank is no digit, though the parser would take a plus.
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = digits.parse().ok().filter(|_| plain)?;
    number.checked_mul(seconds * 1_000_000)
}

impl FeatureSpec {
    /// The window's length; the longest where none is declared.
    pub(super) fn length(&self) -> i64 {
        self.window.as_deref().and_then(micros).unwrap_or(WINDOW_MICROS_MAX)
    }

    /// How long before the event the window ends.
    pub(super) fn lag(&self) -> i64 {
        self.delay.as_deref().and_then(micros).unwrap_or_default()
    }

    /// What is wrong with the declaration as such.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |path: &str, zh: &str, en: &str| faults.push(Fault::new(path, zh, en));
        if !is_name(&self.name) {
            fault(
                "name",
                "特征名由小写字母、数字、下划线和点组成，以字母开头。",
                "A feature's name has small letters, digits, underscores and dots, and begins with a letter.",
            );
        }
        if self.by.is_empty() || self.by.len() > KEY_FIELDS_MAX {
            fault("by", "键由 1 至 6 个字段组成。", "A key has one to six fields.");
        }
        if self.what.has_field() != self.of.is_some() {
            fault("of", "该统计量须指明字段，或不应指明字段。", "This needs a field in `of`, or must not have one.");
        }
        let length = self.window.as_deref().map(micros);
        if matches!(length, Some(None)) || (length.is_none() && !self.what.is_seen()) {
            fault("window", "窗口须写作 90s、5m、24h 或 90d。", "A window is written like 90s, 5m, 24h or 90d.");
        }
        let total = self.length().checked_add(self.lag());
        if matches!(length, Some(Some(length)) if length <= 0) || total.is_none_or(|total| total > WINDOW_MICROS_MAX) {
            fault(
                "window",
                "窗口连同延后须在 1 秒至 400 天之间。",
                "A window with its delay lies between 1 second and 400 days.",
            );
        }
        if self.delay.as_deref().is_some_and(|delay| micros(delay).is_none()) {
            fault("delay", "延后须写作 90s、5m、24h 或 7d。", "A delay is written like 90s, 5m, 24h or 7d.");
        }
        if self.delay.is_some() && (self.what.is_seen() || matches!(self.what, What::Distinct | What::Ratio)) {
            fault("delay", "该统计量不支持延后。", "This cannot have a delay.");
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_strictly() {
        assert_eq!(micros("90s"), Some(90_000_000));
        assert_eq!(micros("5m"), Some(300_000_000));
        assert_eq!(micros("90d"), Some(7_776_000_000_000));
        for bad in
            ["", "d", "1", "-1d", "+1d", " 1d", "1 d", "1w", "1.5h", "99999999999999999999d", "9223372036854d", "一天"]
        {
            assert_eq!(micros(bad), None, "{bad}");
        }
    }
}
