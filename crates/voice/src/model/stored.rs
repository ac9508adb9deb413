//! The stored form of events: the name of each kind and the way up from older payload versions.
//!
//! A changed shape means a new version here, an upgrade below, and the old sample kept beside the new one in `samples/`.

use ledger::{Event, UpgradeError};
use serde_json::Value;

use super::OrderEvent;

impl Event for OrderEvent {
    const TYPE: &'static str = "voice.order";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        self.word()
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}
