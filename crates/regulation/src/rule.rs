//! The kinds of row: clocks and what may be done to them, alerts, retention periods, figures, remedies, checklists, axes.
//!
//! These are the shapes of the TOML tables themselves. They hold data and must never compute a date.

mod clock;
mod other;

use kernel::Text;
use serde::de::DeserializeOwned;

use crate::{Row, RuleRef};

pub(crate) use clock::names;
pub use clock::{
    Alert, AlertKind, Approval, Clock, ClockActor, Effect, Extension, Moment, PauseGround, PauseReason, Restart,
};
pub use other::{
    Axis, AxisHead, Category, Checklist, ChecklistItem, Figure, Provision, Remedy, Retention, RetentionStart, Yearly,
};

/// One row: what every row has, and what its table adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<B> {
    /// Reference, law, level and dates.
    pub row: Row,
    /// What the table adds.
    pub body: B,
}

impl<B> Rule<B> {
    /// The lasting name of this version of the row.
    pub fn reference(&self) -> &RuleRef {
        &self.row.reference
    }

    /// The row's id, the same in every version.
    pub fn id(&self) -> &str {
        self.row.reference.id()
    }
}

/// A clock of the law or of the bank.
pub type ClockRule = Rule<Clock>;
/// A step from one clock to a longer one.
pub type ExtensionRule = Rule<Extension>;
/// A ground on which a clock stands still.
pub type PauseRule = Rule<PauseGround>;
/// A ground on which a clock starts anew.
pub type RestartRule = Rule<Restart>;
/// A reminder or an escalation around a deadline.
pub type AlertRule = Rule<Alert>;
/// How long something is kept.
pub type RetentionRule = Rule<Retention>;
/// A number of the law that is not a time.
pub type FigureRule = Rule<Figure>;
/// A way open to a person who does not accept a decision.
pub type RemedyRule = Rule<Remedy>;
/// A sentence of the law to cite.
pub type ProvisionRule = Rule<Provision>;
/// A list of things that must be there.
pub type ChecklistRule = Rule<Checklist>;
/// A duty due once a year.
pub type YearlyRule = Rule<Yearly>;
/// An axis of the complaint classification.
pub type AxisRule = Rule<AxisHead>;
/// One class on an axis.
pub type CategoryRule = Rule<Category>;

/// What `read` needs of a table's shape.
pub(crate) trait Body: DeserializeOwned + Clone + PartialEq {
    /// The name of the table in a file.
    const TABLE: &'static str;

    /// What is wrong with the row by itself.
    fn faults(&self) -> Vec<Text> {
        Vec::new()
    }
}
