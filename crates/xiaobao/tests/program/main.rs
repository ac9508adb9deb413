//! The built program as its users meet it: commands, exit codes, files, a running server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod command_line;
mod complaints;
mod demo;
mod guard;
mod history;
mod house;
mod key_files;
mod kill;
mod lists;
mod serving;
mod session;
mod settings;
