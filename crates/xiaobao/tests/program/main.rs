//! The built program as its users meet it: commands, exit codes, files, a running server.

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
