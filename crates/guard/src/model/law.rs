//! What this room asks of the regulation files: how long a transfer is delayed, when a delay may be waived, what is told when
//! an account is limited, and the bank's own figures. The only file of the model that knows how those are queried.

use std::sync::Arc;

use kernel::{Date, Text, Timestamp};
use regulation::{Regulations, RuleRef};

use super::words::DelayGround;

const HOUR_MICROS: i64 = 3_600_000_000;
/// The clock of transfers at teller machines.
const MACHINE: &str = "fraud.atm_delay";
/// The conditions under which that delay may be waived.
const WAIVED_IF: &str = "fraud.atm_delay.waived_if";
/// What is told when an account is limited.
const TOLD: &str = "fraud.limit.told";
/// The policy's length of a delay for risk.
const RISK: &str = "policy.guard.delay";
/// The policy's days to the visit.
const FOLLOW_UP: &str = "policy.guard.follow_up";
/// The policy's days within which attempts count once.
const PAIR: &str = "policy.guard.saved.pair";
/// The definition of the amount saved.
const SAVED: &str = "policy.guard.saved";

/// The law in force, as one value. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Law(pub Arc<Regulations>);

/// A thing on a checklist of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: Text,
}

/// A sentence of the law, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it says.
    pub text: Text,
    /// The law.
    pub law: Text,
    /// The article, of verified rows only.
    pub article: Option<String>,
    /// Whether it is verified.
    pub verified: bool,
}

impl Law {
    /// How long a transfer that is delayed at `at` waits: the row that says so, and until when.
    pub fn delay(&self, ground: DelayGround, at: Timestamp) -> Option<(RuleRef, Timestamp)> {
        match ground {
            DelayGround::Machine => {
                let rule = self.0.rule(MACHINE, at.date())?;
                let deadline = regulation::deadline(rule, at, self.0.calendar(), &[]);
                Some((rule.reference().clone(), deadline.due))
            }
            DelayGround::Risk | DelayGround::Chosen => {
                let hours = self.0.figure(RISK, at.date())?;
                Some((hours.reference().clone(), at.plus_micros(i64::from(hours.body.value) * HOUR_MICROS)))
            }
        }
    }

    /// The conditions under which the delay at teller machines may be waived; empty where the law knows none.
    pub fn waived_if(&self, on: Date) -> Vec<Item> {
        self.items(WAIVED_IF, on)
    }

    /// What is told to whoever is limited.
    pub fn limit_told(&self, on: Date) -> Vec<Item> {
        self.items(TOLD, on)
    }

    /// When the customer is visited after an interception that was settled at `at`.
    pub fn visit_at(&self, at: Timestamp) -> Option<Timestamp> {
        let days = self.0.figure(FOLLOW_UP, at.date())?;
        Some(at.plus_days(i64::from(days.body.value)))
    }

    /// From which age a customer counts as elderly.
    pub fn elder_age(&self, on: Date) -> Option<u32> {
        self.0.elder_age(on)
    }

    /// The days within which attempts of one payer to one payee count once.
    pub fn pair_days(&self, on: Date) -> u32 {
        self.0.figure(PAIR, on).map_or(0, |figure| figure.body.value)
    }

    /// What counts as amount saved.
    pub fn saved(&self, on: Date) -> Option<Text> {
        self.0.provision(SAVED, on).map(|row| row.body.sentence.clone())
    }

    /// A sentence of the files with where it comes from.
    pub fn sentence(&self, id: &str, on: Date) -> Option<Sentence> {
        let rule = self.0.provision(id, on)?;
        Some(Sentence {
            text: rule.body.sentence.clone(),
            law: rule.row.law.title.clone(),
            article: rule.row.article.clone(),
            verified: rule.row.verified,
        })
    }

    fn items(&self, id: &str, on: Date) -> Vec<Item> {
        let list = self.0.checklist(id, on);
        let item = |item: &regulation::ChecklistItem| Item { key: item.key.clone(), title: item.title.clone() };
        list.map(|list| list.body.items.iter().map(item).collect()).unwrap_or_default()
    }
}
