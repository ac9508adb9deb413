//! One file a command: its flags, its help, and what it does. Commands share nothing but the modules beside this folder.

pub mod admin;
pub mod backup;
pub mod completions;
pub mod demo;
pub mod export;
pub mod guard;
pub mod holidays;
pub mod import;
pub mod keys;
pub mod ledger;
pub mod migrate;
pub mod openapi;
pub mod restore;
pub mod serve;
pub mod voice;
