//! Figures over all orders: what is counted of each order, how it is kept in columns, what each figure means, and how
//! questions are answered from the columns.
//!
//! Nothing here reads a clock or a database. A figure is defined once, in words and in code beside each other; the list of
//! the orders behind a figure comes from the same code that counts them.

pub mod block;
pub mod definition;
pub mod facts;
pub mod gather;
pub mod measure;
pub mod question;

pub use block::Block;
pub use definition::{Figure, Part, Unit};
pub use facts::{ClockFact, Facts};
pub use gather::{Answer, Gathering};
pub use measure::Tally;
pub use question::{Bases, Dimension, Period, Question};
