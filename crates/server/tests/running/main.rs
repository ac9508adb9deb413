//! The whole house at work over HTTP: running it, and where its rooms meet.

#[path = "../house/mod.rs"]
mod house;
mod operations;
mod rooms;
