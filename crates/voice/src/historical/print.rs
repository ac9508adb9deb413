//! Telling whether a row says the same as when it was taken: a keyed print of all it says, and the fields that differ.

use kernel::{Pii, Timestamp};
use seal::{BlindIndex, Keyring};

use super::row::{Historical, filled};
use crate::model::{
    event::Filed,
    parts::{Outcome, Past, Reference},
};

/// The domain of the prints, apart from those of telephone numbers and the like.
const PRINT: &str = "voice.import";

impl Historical {
    /// A keyed hash of everything the row says.
    pub(super) fn print(&self, keyring: &Keyring) -> BlindIndex {
        keyring.blind_index(PRINT, &self.digest(keyring))
    }

    /// Whether `print` is this row's under any live key.
    pub(super) fn print_matches(&self, print: &BlindIndex, keyring: &Keyring) -> bool {
        keyring.blind_index_all(PRINT, &self.digest(keyring)).contains(print)
    }

    fn digest(&self, keyring: &Keyring) -> String {
        let mut hasher = keyring.hasher();
        let mut add = |value: Option<&str>| {
            // Lengths keep neighbours apart; what is absent is not what is empty.
            let length = value.map_or(u64::MAX, |value| value.len() as u64);
            hasher.update(&length.to_be_bytes());
            hasher.update(value.unwrap_or_default().as_bytes());
        };
        let exposed = |value: &'_ Option<Pii<String>>| value.as_ref().map(|value| value.expose().clone());
        let time = |at: Option<Timestamp>| at.map(|at| at.as_micros().to_string());
        add(Some(self.matter.as_str()));
        add(Some(self.origin.as_str()));
        let person = &self.person;
        let amount = self.amount.map(|amount| format!("{:?} {}", amount.currency(), amount.minor()));
        let values = [
            self.origin_number.clone(),
            Some(self.unit.clone()),
            time(Some(self.received_at)),
            time(self.clock_start),
            time(self.answered_at),
            self.timely.map(|timely| timely.to_string()),
            time(Some(self.closed_at)),
            self.occurred_on.map(|day| day.to_string()),
            self.outcome.clone(),
            self.nature.clone(),
            exposed(&person.name),
            exposed(&person.phone),
            exposed(&person.identity),
            exposed(&person.account),
            exposed(&person.email),
            exposed(&person.address),
            Some(self.title.expose().clone()),
            Some(self.narrative.expose().clone()),
            exposed(&self.request),
            amount,
            self.channel.clone(),
            self.business.clone(),
            self.reason.clone(),
            self.region.clone(),
        ];
        values.iter().for_each(|value| add(value.as_deref()));
        for (heading, word) in &self.labels {
            add(Some(heading));
            add(Some(word));
        }
        hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The fields in clear that an order imported before has otherwise.
    pub(super) fn differences(&self, filed: &Filed, past: &Past) -> Vec<&'static str> {
        let number = filled(self.origin_number.as_ref());
        let outcome = past.outcome.map(Outcome::as_str);
        let start = self.clock_start.filter(|start| *start != self.received_at);
        let flag = past.labels.iter().find(|(name, _)| name == "timely").map(|(_, word)| word == "yes");
        let place = self.unit == filed.unit.code() || self.unit == filed.unit.as_str();
        let checks = [
            ("matter", self.matter == filed.matter),
            ("origin", self.origin == filed.origin.source),
            ("origin_number", number == filed.origin.number.as_ref().map(Reference::as_str)),
            ("unit", place),
            ("received_at", self.received_at == filed.received_at),
            ("clock_start", start == past.clock_start),
            ("answered_at", self.answered_at == past.answered_at),
            ("timely", self.timely == flag),
            ("closed_at", self.closed_at == past.closed_at),
            ("occurred_on", self.occurred_on == filed.occurred_on),
            ("outcome", filled(self.outcome.as_ref()) == outcome),
            ("amount", self.amount == filed.amount),
        ];
        checks.into_iter().filter(|(_, same)| !same).map(|(field, _)| field).collect()
    }
}
