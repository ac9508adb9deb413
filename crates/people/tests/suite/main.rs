//! The people room from outside: imports, sign-in, customers and endpoints, on every database at hand.

mod api;
mod app;
mod customers;
mod demo;
mod house;
mod imports;
mod organisation;
mod organisation_plan;
mod permissions;
mod privacy;
mod sign_in;
mod staff;
mod subject_keys;
mod tokens;
