//! Scenarios that come with the program, as data that a bank takes over and changes. What is legal in them is not written
//! there: whether a customer counts as elderly, and how long a delay without a length lasts, the house says from the
//! regulation.

use crate::engine::EngineSpec;

/// Elder protection, and payees that are known to be dangerous.
const ELDER: &str = include_str!("../scenarios/elder.toml");

/// Elder protection as it is shipped, with the event types, features and thresholds that it needs.
pub fn elder() -> Result<EngineSpec, toml::de::Error> {
    toml::from_str(ELDER)
}

#[cfg(test)]
mod tests;
