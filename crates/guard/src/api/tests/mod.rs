//! The endpoints in use: an in-process router, a database of its own for each test, a client for each role.

mod house;
mod interceptions;
