//! Tests of the model: stories as tables, laws over random stories, and the stored samples.

mod alerts;
mod facts;
mod fairness;
mod families;
mod groups;
mod laws;
mod origins;
mod samples;
mod script;
mod settling;
mod standing;
mod steps;
mod stories;
mod visits;
