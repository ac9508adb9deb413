//! The built program as its users meet it: commands, exit codes, files, a running server.

#![allow(
    clippy::unwrap_used,
    dead_code,
    clippy::unnecessary_to_owned,
    reason = "a test that cannot go on has failed; its parts are shared"
)]

mod command_line;
mod complaints;
mod demo;
mod history;
mod house;
mod key_files;
mod kill;
mod lists;
mod serving;
mod settings;
