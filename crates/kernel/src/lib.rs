//! The words every room shares.
//!
//! Ids, money, time, working days, organisation paths, actors, permissions, personal data, pages and problems.
//! This crate must never do I/O, read a clock by itself, or know a database, a transport or a room.

pub mod access;
pub mod actor;
pub mod calendar;
pub mod clock;
pub mod declare;
pub mod id;
pub mod mask;
pub mod money;
pub mod org;
pub mod page;
pub mod pii;
pub mod problem;
pub mod random;
pub mod text;
pub mod timestamp;

pub use access::{Authorised, Refused, Scoped, authorise};
pub use actor::{Actor, ActorKind, ActorRef, Grant, Permission, PermissionSpec, Role};
pub use clock::{Clock, ManualClock, SystemClock};
pub use id::*;
pub use jiff::civil::Date;
pub use money::{Currency, Money, MoneyError};
pub use org::{OrgPath, OrgPathError};
pub use page::{Cursor, CursorError, Page, PageRequest};
pub use pii::Pii;
pub use problem::{FieldProblem, Problem, ProblemKind};
pub use random::{Random, SeededRandom, SystemRandom};
pub use text::Text;
pub use timestamp::Timestamp;
