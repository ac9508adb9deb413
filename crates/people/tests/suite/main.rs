//! The people room from outside: imports, sign-in, customers and endpoints, on every database at hand.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test may stop it, as the test itself may")]

mod api;
mod api_customers;
mod api_imports;
mod app;
mod customers;
mod demo;
mod door;
mod house;
mod imports;
mod organisation;
mod organisation_plan;
mod permissions;
mod privacy;
mod second_factor;
mod sessions;
mod sign_in;
mod staff;
mod stored_events;
mod subject_keys;
mod tokens;
