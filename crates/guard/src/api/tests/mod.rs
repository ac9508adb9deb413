//! The endpoints in use: an in-process router, a database of its own for each test, a client for each role.

mod ask;
mod backtests;
mod decisions;
mod house;
mod interceptions;
mod lists;
mod monitoring;
mod rotation;
mod scenarios;
mod score_models;
mod shadows;
