//! The life of a work order as pure functions: what may happen, why not, and what it means.
//!
//! `decide` turns a command into events or a named refusal, `Order::apply` turns events into state, `allowed_actions`
//! says in advance what `decide` would say. Nothing here does I/O, reads a clock, draws randomness or holds personal
//! data in clear: texts about people arrive sealed and stay sealed.

pub mod abnormal;
pub mod actions;
mod apply;
pub mod award;
pub mod book;
pub mod bulk;
pub mod clock;
pub mod command;
mod concern;
pub mod correction;
pub mod decide;
pub mod erasure;
pub mod event;
pub mod export;
pub mod facts;
pub mod gate;
mod grant;
pub mod group;
pub mod hot;
pub mod invitation;
pub mod law;
pub mod lead;
pub mod letter;
pub mod linking;
pub mod listing;
pub mod mediation;
pub mod order;
pub mod origin;
pub mod parts;
pub mod permission;
pub mod rapid;
pub mod rectification;
pub mod recusal;
pub mod refusal;
pub mod repayment;
pub mod report;
pub mod review;
pub mod routing;
pub mod stage;
pub mod stored;
pub mod teaching_case;
pub mod verb;
pub mod waits;
pub(crate) mod words;

pub use actions::{ActionState, allowed_actions};
pub use clock::{Clock, ClockMood, ClockStart, Pause};
pub use command::Command;
pub use decide::decide;
pub use event::{
    AbnormalEvent, AwardEvent, CauseEvent, ClockEvent, EndingEvent, FactsEvent, GroupEvent, LeadEvent, MediationEvent,
    OrderEvent, OriginEvent, RapidEvent, RecusalEvent, RepaymentEvent, ReviewEvent, RoutingEvent, StepEvent, WorkEvent,
};
pub use law::Law;
pub use letter::{Letter, LetterKind};
pub use order::{Fact, Order};
pub use refusal::Refusal;
pub use stage::{Stage, StageName};
pub use verb::Verb;

#[cfg(test)]
mod tests;
