//! Tests of the model: stories as tables, laws over random stories, and the stored samples.

mod alerts;
mod laws;
mod samples;
mod script;
mod stories;
