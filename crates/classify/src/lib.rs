//! Learns from labelled texts, Chinese and Latin alike, which class a text belongs to, and says which of its words that
//! rests on.
//!
//! A text becomes words, runs of characters and Latin words ([`features`]); each class gets a linear classifier against the
//! rest ([`linear`]), whose features are weighed by how much more often the class has them; the settings and the offsets
//! between classes are chosen by cross validation ([`choose`]). The same texts always give the same model, to the byte. This
//! crate must never read a file, a clock or randomness, and knows nothing of what the classes mean.

pub mod bayes;
pub mod choose;
pub mod features;
pub mod linear;
pub mod measure;
pub mod model;
pub mod vocabulary;

pub use measure::Table;
pub use model::{Guess, Model, ModelError, Word};

/// A text with the class that a person gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example<'a> {
    /// The text.
    pub text: &'a str,
    /// The class, as an index into the labels.
    pub label: usize,
}
