//! Signed statements about everything up to a position: how many events there are, in which order, with which hashes.
//!
//! An event's own chain shows that it was altered, unless whoever altered it also rewrote the rest of the stream and its head.
//! That is what checkpoints are for: they cannot be made anew without the signing key. What is younger than the last checkpoint
//! has the chain only; so checkpoints are made on a schedule, and copies of them are kept elsewhere, where not even the
//! administrator of the database reaches them.
//!
//! A checkpoint's fold is `H(digest of the checkpoint before it ‖ position ‖ hash ‖ position ‖ hash …)` over its events in
//! position order (numbers 8 bytes big endian). Since every head is the hash of some event, the fold covers the heads too.

mod create;
mod listing;
mod schedule;

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::Timestamp;
use seal::{Digest, Hasher, Keyring, Signature, SuiteName};
use serde::{Deserialize, Serialize};

use crate::{Connection, StoreError, chain::HASH_BYTES, on_each, schema::checkpoints};

pub use create::CheckpointError;
pub(crate) use create::create;
pub use listing::{find, page};
pub use schedule::{Checkpoints, ensure_scheduled};

/// The number of this body's format.
const FORMAT: u32 = 1;
/// What is signed is this line and the body, so that a signature over a checkpoint cannot pass for one over anything else.
const SIGNED_PREFIX: &str = "xiaobao checkpoint\n";
/// Bytes of each event's hash that are kept to find a broken event: two events agree in them once in four billion.
pub(crate) const TRACE_BYTES: usize = 4;
/// Characters of an exported checkpoint; ours have some thousand, and ranges of absent positions make them longer.
const EXPORT_CHARS_MAX: usize = 1024 * 1024;

/// What a checkpoint states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The format of this statement.
    pub format: u32,
    /// Counts from 1 without a gap.
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
    /// It covers the events behind this position …
    pub after: i64,
    /// … up to and including this one.
    pub position: i64,
    /// How many events it covers.
    pub events: u64,
    /// How many of them opened a stream.
    pub opened: u64,
    /// How many events there are up to here.
    pub events_total: u64,
    /// How many streams there are up to here.
    pub streams_total: u64,
    /// Ranges of positions, first and last, that no event has: PostgreSQL leaves them behind when a transaction is rolled back.
    /// Absent when there are too many to list.
    pub absent: Option<Vec<(i64, i64)>>,
    /// The digest over the events' positions and hashes, in hexadecimal.
    pub fold: String,
    /// The digest of the trace, in hexadecimal.
    pub trace: String,
    /// The digest of the checkpoint before this one, in hexadecimal; zeros for the first.
    pub previous: String,
}

/// A statement with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What is stated.
    pub statement: Statement,
    /// The exact text that is signed, but for its prefix.
    body: String,
    signature: String,
}

/// The text is not an exported checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is not an exported checkpoint")]
pub struct CheckpointTextError;

/// The exported form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exported {
    checkpoint: String,
    signature: String,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = checkpoints)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) position: i64,
    pub(crate) body: String,
    pub(crate) signature: String,
}

impl Checkpoint {
    /// Signs a statement.
    pub(crate) fn sign(
        statement: Statement,
        keyring: &Keyring,
        random: &dyn kernel::Random,
    ) -> Result<Self, StoreError> {
        let body = serde_json::to_string(&statement)
            .map_err(|_| StoreError::Misuse("a checkpoint does not turn into JSON".to_owned()))?;
        let signature = keyring.sign(signed_text(&body).as_bytes(), random).to_string();
        Ok(Self { statement, body, signature })
    }

    /// Reads a stored or exported body. The signature is not checked here.
    pub(crate) fn parse(body: &str, signature: &str) -> Option<Self> {
        let statement: Statement = serde_json::from_str(body).ok()?;
        Some(Self { statement, body: body.to_owned(), signature: signature.to_owned() })
    }

    /// Whether the signature is ours.
    pub fn is_signed_by(&self, keyring: &Keyring) -> bool {
        let text = signed_text(&self.body);
        self.signature.parse::<Signature>().is_ok_and(|signature| keyring.verify(text.as_bytes(), &signature).is_ok())
    }

    /// The digest by which the next checkpoint refers to this one.
    pub(crate) fn digest(&self, suite: SuiteName) -> Digest {
        Hasher::digest(suite, self.body.as_bytes())
    }

    /// The text to keep elsewhere: one line.
    pub fn to_text(&self) -> String {
        let exported = Exported { checkpoint: self.body.clone(), signature: self.signature.clone() };
        let line = serde_json::to_string(&exported).unwrap_or_default();
        format!("{line}\n")
    }

    /// Reads an exported checkpoint; whether it is genuine, `verify` tells.
    pub fn from_text(text: &str) -> Result<Self, CheckpointTextError> {
        if text.len() > EXPORT_CHARS_MAX {
            return Err(CheckpointTextError);
        }
        let exported: Exported = serde_json::from_str(text.trim()).map_err(|_| CheckpointTextError)?;
        Self::parse(&exported.checkpoint, &exported.signature).ok_or(CheckpointTextError)
    }

    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    pub(crate) fn signature(&self) -> &str {
        &self.signature
    }
}

fn signed_text(body: &str) -> String {
    format!("{SIGNED_PREFIX}{body}")
}

/// The running digest over positions and hashes of one checkpoint.
#[derive(Debug)]
pub(crate) struct Fold {
    hasher: Hasher,
    pub(crate) events: u64,
    pub(crate) opened: u64,
}

impl Fold {
    pub(crate) fn behind(suite: SuiteName, previous: &Digest) -> Self {
        let mut hasher = Hasher::new(suite);
        hasher.update(previous.as_bytes());
        Self { hasher, events: 0, opened: 0 }
    }

    pub(crate) fn add(&mut self, position: i64, version: i64, hash: &[u8; HASH_BYTES]) {
        let mut bytes = [0u8; 8 + HASH_BYTES];
        bytes[..8].copy_from_slice(&position.to_be_bytes());
        bytes[8..].copy_from_slice(hash);
        self.hasher.update(&bytes);
        self.events += 1;
        self.opened += u64::from(version == 1);
    }

    pub(crate) fn finish(self) -> Digest {
        self.hasher.finish()
    }
}

/// All checkpoints in order, without their traces.
pub(crate) fn rows(connection: &mut Connection) -> Result<Vec<Row>, StoreError> {
    let query = checkpoints::table.order(checkpoints::number);
    Ok(on_each!(connection, |c| query.select(Row::as_select()).load(c))?)
}

/// The last checkpoint.
pub(crate) fn last(connection: &mut Connection) -> Result<Option<Checkpoint>, StoreError> {
    let query = checkpoints::table.order(checkpoints::number.desc());
    let row: Option<Row> = on_each!(connection, |c| query.select(Row::as_select()).first(c)).optional()?;
    row.map(|row| {
        Checkpoint::parse(&row.body, &row.signature)
            .ok_or_else(|| StoreError::corrupt("checkpoints", "body", row.number, "not a statement"))
    })
    .transpose()
}

/// The trace of one checkpoint.
pub(crate) fn trace(connection: &mut Connection, number: i64) -> Result<Vec<u8>, StoreError> {
    let query = checkpoints::table.find(number).select(checkpoints::trace);
    let trace: Option<Vec<u8>> = on_each!(connection, |c| query.first(c)).optional()?;
    Ok(trace.unwrap_or_default())
}
