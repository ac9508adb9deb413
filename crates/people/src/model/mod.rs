//! The people room's pure part: what a unit, a member of staff, a customer and a token are, and what may be said of them.
//!
//! It must never touch a database, a transport, a clock or a source of randomness: time comes in as an argument.

pub mod customer;
pub mod customer_import;
pub mod events;
pub mod import;
pub mod lockout;
pub mod numbers;
pub mod organisation;
pub mod organisation_import;
mod organisation_tree;
pub mod patch;
pub mod permissions;
pub mod privacy;
pub mod staff;
pub mod staff_import;
pub mod upload;
