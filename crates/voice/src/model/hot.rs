//! What is announced of hot issues: that one was found, what is done about it, and the week's digest. Whoever listens, a web
//! hook or another room, hears it; nothing personal is in it.

use kernel::{Date, OrgPath, Text, id::HotIssueId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The stream of the weeks' digests.
pub const DIGESTS: &str = "voice.hot_digests";

/// One thing that happened to a hot issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HotEvent {
    /// A cell became hot that was not the day before.
    Found {
        /// Its id.
        issue: HotIssueId,
        /// The place.
        unit: OrgPath,
        /// What the orders are about.
        subject: String,
        /// Why.
        reason: String,
        /// The last of the days looked at.
        day: Date,
        /// Orders in these days.
        seen: u64,
        /// Orders in the days before.
        before: u64,
        /// How likely that would be if nothing had changed, in parts per thousand million.
        chance_ppb: u64,
    },
    /// Somebody said what is done about it.
    Noted {
        /// What, names and numbers taken out.
        words: String,
    },
    /// A week is over and its digest can be read.
    Digested {
        /// The first day of the week.
        from: Date,
        /// The last.
        to: Date,
        /// How many issues were hot.
        issues: u64,
        /// How many words rose on the last day.
        words: u64,
    },
}

impl HotEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Found { seen, before, .. } => Text::of(
                format!("发现热点：近期 {seen} 件，此前 {before} 件"),
                format!("Found hot: {seen} orders lately, {before} before"),
            ),
            Self::Noted { words } => Text::of(format!("处置：{words}"), format!("What is done: {words}")),
            Self::Digested { from, to, issues, .. } => Text::of(
                format!("热点周报 {from} 至 {to}：{issues} 个热点"),
                format!("Digest of {from} to {to}: {issues} hot issues"),
            ),
        }
    }
}

impl Event for HotEvent {
    const TYPE: &'static str = "voice.hot_issue";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Found { .. } => "found",
            Self::Noted { .. } => "noted",
            Self::Digested { .. } => "digested",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::path;

    #[test]
    fn stored_events_keep_their_form() {
        let day = "2026-03-02".parse().unwrap();
        let found = HotEvent::Found {
            issue: HotIssueId::from_bits(1),
            unit: path("/HO/"),
            subject: "card".to_owned(),
            reason: "fees".to_owned(),
            day,
            seen: 7,
            before: 3,
            chance_ppb: 12,
        };
        let samples = [
            (
                found,
                r#"{"kind":"found","issue":"hi_00000000000000000000000001","unit":"/HO/","subject":"card","reason":"fees","day":"2026-03-02","seen":7,"before":3,"chance_ppb":12}"#,
            ),
            (HotEvent::Noted { words: "已处置".to_owned() }, r#"{"kind":"noted","words":"已处置"}"#),
            (
                HotEvent::Digested { from: day, to: day, issues: 2, words: 1 },
                r#"{"kind":"digested","from":"2026-03-02","to":"2026-03-02","issues":2,"words":1}"#,
            ),
        ];
        for (event, stored) in samples {
            assert_eq!(serde_json::to_string(&event).unwrap(), stored);
            assert_eq!(serde_json::from_str::<HotEvent>(stored).unwrap(), event);
            assert!(!event.sentence().zh.is_empty() && !event.sentence().en.is_empty());
        }
    }
}
