//! Answers which clock, retention period or checklist the law sets on a date.
//!
//! The law is data: `regulation/*.toml`, read once into an immutable [`Regulations`]. Every row carries its source, how
//! far it is verified, and the dates it is in force; nothing legal is a constant in code. Only rows at level V1 or V2
//! count as verified, and only they show an article. A matter keeps the row it started under by its [`RuleRef`].
//! This crate must never read a clock, a database or the network, nor decide what a person may do.

mod alert;
mod builtin;
mod clock;
mod dated;
mod entries;
mod explain;
mod holidays;
mod load;
mod matter;
mod read;
mod regulations;
mod retention;
mod row;
mod rule;

pub use alert::ScheduledAlert;
pub use clock::{ClockRefusal, ClockState, ClockStatus, Deadline, Ending, StoredDeadline, UnknownRule, deadline};
pub use entries::Entry;
pub use holidays::{HOLIDAY_FILE_BYTES_MAX, holidays_to_toml, parse_holidays};
pub use load::{FILE_BYTES_MAX, FILES_MAX, LoadError, RowError};
pub use matter::{MatterKind, MatterSource, Milestone, Regulator, Situation};
pub use regulations::{AxisView, ExtensionStep, Regulations};
pub use retention::{Dispute, Keep, longest};
pub use row::{Citation, Law, Level, Row, RowKind, RuleRef, RuleRefError};
pub use rule::{
    Alert, AlertKind, AlertRule, Approval, Axis, AxisHead, AxisRule, Category, CategoryRule, Checklist, ChecklistItem,
    ChecklistRule, Clock, ClockActor, ClockRule, Effect, Extension, ExtensionRule, Figure, FigureRule, Moment,
    PauseGround, PauseReason, PauseRule, Provision, ProvisionRule, Remedy, RemedyRule, Restart, RestartRule, Retention,
    RetentionRule, RetentionStart, Rule, Yearly, YearlyRule,
};
