//! The book of routing: rules, who may be given orders, and who is on call, as events on one stream. What it says now is kept
//! in rows; this is how it came to be.

use kernel::{OrgPath, Text, Timestamp, id::StaffId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{parts::Reference, refusal::shown, routing::Route};

/// The stream of the book.
pub const STREAM: &str = "voice.routing";

/// One entry of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BookEvent {
    /// A rule is as follows from now on.
    RouteSaved {
        /// The rule.
        route: Route,
    },
    /// A rule holds no more.
    RouteEnded {
        /// Its key.
        key: Reference,
    },
    /// Somebody may be given orders by rule.
    HandlerSet {
        /// Who.
        person: StaffId,
        /// Where they work.
        unit: OrgPath,
        /// What they can do.
        skills: Vec<String>,
        /// Open orders they take at most; none when 0.
        capacity: u32,
        /// Until when they are away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        away_until: Option<Timestamp>,
    },
    /// Somebody is on call.
    DutySet {
        /// For this unit and all below it.
        unit: OrgPath,
        /// Who.
        person: StaffId,
        /// From when.
        from: Timestamp,
        /// Until when.
        to: Timestamp,
    },
    /// Somebody is not on call after all.
    DutyEnded {
        /// For which unit.
        unit: OrgPath,
        /// Who.
        person: StaffId,
        /// Of the turn that begins then.
        from: Timestamp,
    },
}

impl BookEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::RouteSaved { route } => {
                let (key, name, unit) = (route.key.as_str(), &route.name, route.unit.code());
                Text::of(
                    format!("保存分派规则 {key}“{name}”：至 {unit}"),
                    format!("Saved the rule {key} “{name}”: to {unit}"),
                )
            }
            Self::RouteEnded { key } => {
                let key = key.as_str();
                Text::of(format!("停用分派规则 {key}"), format!("Ended the rule {key}"))
            }
            Self::HandlerSet { unit, skills, capacity, .. } => {
                let (unit, skills) = (unit.code(), skills.join("、"));
                Text::of(
                    format!("设定 {unit} 的经办人员：最多 {capacity} 件，技能：{skills}"),
                    format!("Set a handler of {unit}: at most {capacity} orders, skills: {skills}"),
                )
            }
            Self::DutySet { unit, from, to, .. } => {
                let (unit, from, to) = (unit.code(), shown(*from), shown(*to));
                Text::of(format!("{unit} 值班：{from} 至 {to}"), format!("On call for {unit}: {from} to {to}"))
            }
            Self::DutyEnded { unit, from, .. } => {
                let (unit, from) = (unit.code(), shown(*from));
                Text::of(format!("撤销 {unit} 自 {from} 起的值班"), format!("No longer on call for {unit} from {from}"))
            }
        }
    }
}

impl Event for BookEvent {
    const TYPE: &'static str = "voice.routing";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::RouteSaved { .. } => "route_saved",
            Self::RouteEnded { .. } => "route_ended",
            Self::HandlerSet { .. } => "handler_set",
            Self::DutySet { .. } => "duty_set",
            Self::DutyEnded { .. } => "duty_ended",
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

    /// Entries as version 1 stored them.
    const SAMPLES: &str = r#"
{"kind":"route_saved","route":{"key":"card-fees","name":"年费","rank":10,"matters":["complaint"],"businesses":["credit_card"],"filed_below":"/HO/GZ/","keywords":["年费"],"unit":"/HO/CARD/","skills":["card"],"balanced":true,"automatic":true}}
{"kind":"route_ended","key":"card-fees"}
{"kind":"handler_set","person":"st_00000000000000000000000002","unit":"/HO/CARD/","skills":["card"],"capacity":20,"away_until":"2026-03-02T02:00:00Z"}
{"kind":"duty_set","unit":"/HO/GZ/","person":"st_00000000000000000000000002","from":"2026-03-02T02:00:00Z","to":"2026-03-03T02:00:00Z"}
{"kind":"duty_ended","unit":"/HO/GZ/","person":"st_00000000000000000000000002","from":"2026-03-02T02:00:00Z"}
"#;

    #[test]
    fn what_was_stored_is_read_and_told() {
        let mut kinds = Vec::new();
        for line in SAMPLES.lines().filter(|line| !line.is_empty()) {
            let event: BookEvent = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap(), serde_json::from_str::<Value>(line).unwrap());
            assert!(!event.sentence().zh.is_empty() && !event.sentence().en.is_empty());
            kinds.push(event.kind());
        }
        assert_eq!(kinds, ["route_saved", "route_ended", "handler_set", "duty_set", "duty_ended"]);
    }
}
