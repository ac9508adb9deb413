//! The secret under which texts are hashed, and the keys under which events are sealed, one for each day: destroying the key of
//! a day erases its events and leaves the log whole.

use std::{collections::HashMap, sync::Arc};

use kernel::{Date, Pii, Problem, ProblemKind, Text, Timestamp, id::DecisionId};
use ledger::{Cause, Ledger, StoreError};
use parking_lot::Mutex;
use people::sealing::MatterKey;
use seal::{DataKey, Sealed, WrappedKey};

use crate::store::decisions;

/// The name of the secret.
const SECRET: &str = "hashes";
/// The name of the key of snapshots.
const SNAPSHOTS: &str = "snapshots";
/// Days whose keys are held; a decision is sealed today and read soon.
const HELD_MAX: usize = 64;

/// The secret under which texts are hashed, made at the first start. Other secrets would give other windows, so it never
/// changes while there is a log.
pub(super) fn secret(ledger: &Ledger) -> Result<[u8; 16], Problem> {
    if let Some(found) = read_secret(ledger)? {
        return Ok(found);
    }
    let made = ledger.write(&Cause::new("guard:secret"), |unit| {
        let mut secret = [0u8; 16];
        unit.random().fill(&mut secret);
        let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let (key, wrapped) = MatterKey::new(unit.keyring(), SECRET, unit.random());
        let sealed = key.seal(SECRET, &text, unit.random());
        decisions::put_key(unit.connection(), SECRET, &wrapped, Some(&sealed))?;
        Ok::<_, Problem>(())
    });
    // Another node may have been faster; what is kept counts.
    let found = read_secret(ledger)?;
    found.ok_or_else(|| made.err().unwrap_or_else(|| Problem::internal_error("the secret of the guard was not kept")))
}

fn read_secret(ledger: &Ledger) -> Result<Option<[u8; 16]>, Problem> {
    let found = ledger.read(|conn| decisions::key(conn, SECRET))?;
    let Some((wrapped, Some(sealed))) = found else { return Ok(None) };
    let text = MatterKey::kept(&ledger.ports().keyring, SECRET, Some(&wrapped))?.open(SECRET, &sealed)?;
    let mut secret = [0u8; 16];
    for (slot, pair) in secret.iter_mut().zip(text.expose().as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(pair).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        *slot = digits.ok_or_else(|| Problem::internal_error("the secret of the guard cannot be read"))?;
    }
    Ok(Some(secret))
}

/// The key under which snapshots of the windows lie, made when the first is taken.
pub(super) fn of_snapshots(ledger: &Ledger) -> Result<DataKey, Problem> {
    if let Some((wrapped, _)) = ledger.read(|conn| decisions::key(conn, SNAPSHOTS))? {
        return Ok(ledger.ports().keyring.unwrap(&wrapped)?);
    }
    put_new(ledger, SNAPSHOTS.to_owned())?;
    let kept = ledger.read(|conn| decisions::key(conn, SNAPSHOTS))?;
    let (wrapped, _) = kept.ok_or_else(|| Problem::internal_error("the key of snapshots was not kept"))?;
    Ok(ledger.ports().keyring.unwrap(&wrapped)?)
}

/// Makes and keeps a key under a name, unless somebody was faster; what is kept counts.
fn put_new(ledger: &Ledger, name: String) -> Result<(), Problem> {
    let made = ledger.write(&Cause::new("guard:key"), move |unit| {
        let (_, wrapped) = unit.keyring().new_subject_key(unit.random());
        decisions::put_key(unit.connection(), &name, &wrapped, None)
    });
    match made {
        Ok(()) | Err(StoreError::Unique { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The keys of days, made when a day's first event comes.
pub(super) struct DayKeys {
    ledger: Ledger,
    held: Mutex<HashMap<Date, Arc<DataKey>>>,
}

impl DayKeys {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self { ledger, held: Mutex::new(HashMap::new()) }
    }

    /// Whether the key of a day is at hand, so that sealing asks nobody.
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.held.lock().contains_key(&at.date())
    }

    /// Seals an event under the key of its day.
    pub(super) fn seal(&self, at: Timestamp, id: DecisionId, event: &str) -> Result<Sealed, Problem> {
        let ports = self.ledger.ports();
        let key = match self.key(at.date())? {
            Some(key) => key,
            None => self.make(at.date())?,
        };
        Ok(ports.keyring.seal(&key, &context(id), event.as_bytes(), &*ports.random))
    }

    /// The event in clear.
    pub(super) fn open(&self, at: Timestamp, id: DecisionId, sealed: &Sealed) -> Result<Pii<String>, Problem> {
        let key = self.key(at.date())?.ok_or_else(|| {
            Problem::new(ProblemKind::Refused, Text::fixed("内容已删除。", "The event was erased.")).because("erased")
        })?;
        self.ledger.ports().keyring.open_text(&key, &context(id), sealed).map_err(Problem::from)
    }

    fn key(&self, day: Date) -> Result<Option<Arc<DataKey>>, Problem> {
        if let Some(key) = self.held.lock().get(&day) {
            return Ok(Some(Arc::clone(key)));
        }
        let found = self.ledger.read(|conn| decisions::key(conn, &name(day)))?;
        found.map(|(wrapped, _)| self.hold(day, &wrapped)).transpose()
    }

    fn make(&self, day: Date) -> Result<Arc<DataKey>, Problem> {
        put_new(&self.ledger, name(day))?;
        self.key(day)?.ok_or_else(|| Problem::internal_error("the key of the day was not kept"))
    }

    fn hold(&self, day: Date, wrapped: &WrappedKey) -> Result<Arc<DataKey>, Problem> {
        let key = Arc::new(self.ledger.ports().keyring.unwrap(wrapped)?);
        let mut held = self.held.lock();
        if held.len() >= HELD_MAX {
            held.clear();
        }
        held.insert(day, Arc::clone(&key));
        Ok(key)
    }
}

fn name(day: Date) -> String {
    format!("day:{day}")
}

fn context(id: DecisionId) -> String {
    format!("{id}/event")
}
