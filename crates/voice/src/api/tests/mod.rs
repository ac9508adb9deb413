//! The endpoints in use: an in-process router, a database of its own for each test, a client for each role.

mod abnormal;
mod attachments;
mod bulk;
mod cases;
mod day;
mod erasure;
mod exports;
mod facts;
mod fairness;
mod figures;
mod groups;
mod help;
mod hot;
mod house;
mod invitations;
mod journey;
mod lists;
mod older_files;
mod origins;
mod portal;
mod rectifications;
mod reports;
mod rules;
mod search;
mod settling;
mod standing;
