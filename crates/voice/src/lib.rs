//! The voice of the customer: complaints and other matters from filing to closing, within their statutory clocks.
//!
//! `model` judges and folds, `store` keeps and finds, `api` speaks HTTP, `jobs` watches the clocks. This room must never
//! hold a legal number as a constant, nor keep or show personal data in clear without a permission and an event.

pub mod model;
