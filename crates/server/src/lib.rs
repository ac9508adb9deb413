//! The composition root: puts the rooms into one house with HTTP, OpenAPI, live updates and background work.
//!
//! The list of rooms is here and nowhere else: adding a room is one crate and one line. No business rule lives here.

pub mod app;
pub mod calendars;
pub mod checking;
pub mod connections;
pub mod health;
pub mod openapi;
pub mod operations;
pub mod pages;
pub mod rooms;
pub mod secure;
pub mod serve;
pub mod store;

pub use app::app;
pub use rooms::{migrations, reactions, rooms};
pub use serve::{Serving, serve};
