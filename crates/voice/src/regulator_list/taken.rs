//! That a list was taken in: one event of a stream of its own, and the rows that show what became of it.

use kernel::{Actor, Problem, Timestamp, id::RegulatorListId};
use ledger::{Event, UpgradeError};
use regulation::MatterSource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ListOptions,
    reconcile::Taker,
    report::{Counts, Report},
};
use crate::store::regulator_lists::{self, ListRecord};

/// What happened to a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ListEvent {
    /// It was taken in.
    Taken {
        /// Who passed it on.
        source: MatterSource,
        /// The hash of the file in hexadecimal.
        digest: String,
        /// How many rows became what.
        counts: Counts,
    },
}

impl Event for ListEvent {
    const TYPE: &'static str = "voice.regulator_list";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "taken",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// Keeps that a list was taken in and what became of its rows.
///
/// # Errors
/// When the database fails; the orders stay as they are, and taking the list in again keeps the record.
pub fn keep(taker: &Taker<'_>, options: &ListOptions, digest: &str, report: &Report) -> Result<ListRecord, Problem> {
    let record = record(taker.id, options, digest, report, taker.actor, taker.ledger.ports().clock.now());
    let event = ListEvent::Taken { source: record.source, digest: record.digest.clone(), counts: record.counts };
    let (kept, report, actor) = (record.clone(), report.clone(), taker.actor.reference.clone());
    taker.ledger.write(taker.cause, move |unit| -> Result<(), Problem> {
        unit.append(&kept.id.to_string(), 0, &actor, std::slice::from_ref(&event))?;
        regulator_lists::insert(unit.connection(), &kept, &report)?;
        Ok(())
    })?;
    Ok(record)
}

/// The record of a list as it will be kept, or would be.
pub fn record(
    id: RegulatorListId,
    options: &ListOptions,
    digest: &str,
    report: &Report,
    actor: &Actor,
    now: Timestamp,
) -> ListRecord {
    ListRecord {
        id,
        source: options.source,
        unit: options.unit.clone(),
        taken_by: actor.reference.clone(),
        taken_at: now,
        digest: digest.to_owned(),
        counts: report.counts(),
        unknown_columns: report.unknown_columns.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_is_a_promise() {
        const SAMPLE: &str = r#"{"kind":"taken","source":"pbc","digest":"ab","counts":{"new":1,"same":2,"corrected":3,"duplicate":4,"conflicting":5,"refused":6}}"#;
        let counts = Counts { new: 1, same: 2, corrected: 3, duplicate: 4, conflicting: 5, refused: 6 };
        let event = ListEvent::Taken { source: MatterSource::Pbc, digest: "ab".to_owned(), counts };
        assert_eq!(serde_json::to_string(&event).unwrap(), SAMPLE);
        assert_eq!(serde_json::from_str::<ListEvent>(SAMPLE).unwrap(), event);
        assert!(ListEvent::upgrade("taken", 0, Value::Null).is_err());
    }
}
