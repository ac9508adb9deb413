//! The endpoints in use: an in-process router, a database of its own for each test, a client for each role.

mod ask;
mod backtests;
mod decisions;
mod exports;
mod house;
mod interceptions;
mod journal;
mod labels;
mod lists;
mod monitoring;
mod nodes;
mod rotation;
mod scenarios;
mod score_models;
mod shadows;
