//! The data keys of data subjects: customers, staff, and the complainants of single orders.
//!
//! Rooms call [`create`] in the unit that stores the first sealed value, [`fetch`] whenever they open or seal another, and
//! [`erase`] to make everything sealed unreadable for good. Keys are unwrapped once and kept for a while; every use still
//! reads the row first, so a key that was erased, here or on another node, is never used again.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{Problem, id::SubjectId};
use ledger::{Connection, StoreError, Unit, on_each};
use parking_lot::Mutex;
use seal::{DataKey, Keyring, SealError, WrappedKey};

use super::{one_row, schema::subject_keys};

const TABLE: &str = "subject_keys";

/// Unwrapped keys kept at once, in two halves: more than the people who appear on the screens of a large bank's handlers
/// at one time. An expanded key has some 200 bytes.
const KEPT_MAX: usize = 8_192;

/// Unwrapped keys by their wrapped form. A [`DataKey`] clears its memory when the last holder lets go of it.
///
/// Two halves stand in for an order of use: when the young half is full it becomes the old one, and what is then in the
/// old one and was not asked for goes.
#[derive(Default)]
struct Kept {
    young: HashMap<String, Arc<DataKey>>,
    old: HashMap<String, Arc<DataKey>>,
}

impl Kept {
    fn get(&mut self, wrapped: &str) -> Option<Arc<DataKey>> {
        if let Some(key) = self.young.get(wrapped) {
            return Some(Arc::clone(key));
        }
        let (text, key) = self.old.remove_entry(wrapped)?;
        self.put(text, Arc::clone(&key));
        Some(key)
    }

    fn put(&mut self, wrapped: String, key: Arc<DataKey>) {
        if self.young.len() >= KEPT_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(wrapped, key);
    }

    fn drop_key(&mut self, wrapped: &str) {
        self.young.remove(wrapped);
        self.old.remove(wrapped);
    }
}

/// One for the process: a wrapped key means the same wherever it is stored.
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// Makes the key of a new data subject and stores it, wrapped. `owner` is the id of the thing whose data it seals.
pub fn create(unit: &mut Unit<'_>, owner: &str) -> Result<(SubjectId, Arc<DataKey>), StoreError> {
    let (now, random) = (unit.now(), unit.random());
    let id = SubjectId::new(now, random);
    let (key, wrapped) = unit.keyring().new_subject_key(random);
    let row = (
        subject_keys::id.eq(id.to_string()),
        subject_keys::owner.eq(owner),
        subject_keys::wrapped.eq(wrapped.as_str()),
        subject_keys::master_key.eq(wrapped.key_id().unwrap_or_default()),
        subject_keys::created_at.eq(now.as_micros()),
    );
    on_each!(unit.connection(), |c| diesel::insert_into(subject_keys::table).values(row).execute(c))?;
    Ok((id, Arc::new(key)))
}

/// The key of a data subject; `None` when it was erased.
pub fn fetch(conn: &mut Connection, keyring: &Keyring, subject: SubjectId) -> Result<Option<Arc<DataKey>>, Problem> {
    let query = subject_keys::table.find(subject.to_string()).select(subject_keys::wrapped);
    let wrapped: Option<String> = on_each!(conn, |c| query.first(c)).optional().map_err(StoreError::from)?;
    wrapped.map(|wrapped| unwrap(keyring, wrapped)).transpose()
}

/// The keys of several data subjects; those that were erased are absent.
pub fn fetch_all(
    conn: &mut Connection,
    keyring: &Keyring,
    subjects: &[SubjectId],
) -> Result<HashMap<SubjectId, Arc<DataKey>>, Problem> {
    let ids: Vec<String> = subjects.iter().map(SubjectId::to_string).collect();
    let query =
        subject_keys::table.filter(subject_keys::id.eq_any(ids)).select((subject_keys::id, subject_keys::wrapped));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c)).map_err(StoreError::from)?;
    rows.into_iter()
        .map(|(id, wrapped)| Ok((super::parse(TABLE, "id", &id, &id)?, unwrap(keyring, wrapped)?)))
        .collect()
}

fn unwrap(keyring: &Keyring, wrapped: String) -> Result<Arc<DataKey>, Problem> {
    if let Some(key) = KEPT.lock().get(&wrapped) {
        return Ok(key);
    }
    let key = Arc::new(keyring.unwrap(&WrappedKey::from_stored(wrapped.as_str()))?);
    KEPT.lock().put(wrapped, Arc::clone(&key));
    Ok(key)
}

/// Destroys the key of a data subject. Returns whether there was one. The caller leaves the event that says so.
///
/// A backup made earlier still holds the wrapped key; that is why backups have an end (see the administrators' guide).
pub fn erase(unit: &mut Unit<'_>, subject: SubjectId) -> Result<bool, StoreError> {
    let there = subject_keys::table.find(subject.to_string());
    let wrapped: Option<String> =
        on_each!(unit.connection(), |c| there.select(subject_keys::wrapped).first(c)).optional()?;
    let Some(wrapped) = wrapped else { return Ok(false) };
    let there = subject_keys::table.find(subject.to_string());
    let rows = on_each!(unit.connection(), |c| diesel::delete(there).execute(c))?;
    one_row(rows, TABLE, subject)?;
    KEPT.lock().drop_key(&wrapped);
    Ok(true)
}

/// Whether the keyring holds the master key of the newest data key, as the keyring of this database always does: data keys
/// are made, and rewrapped, under the current one. True as well where there is none yet.
pub fn are_of(conn: &mut Connection, keyring: &Keyring) -> Result<bool, StoreError> {
    // Ids carry the time at which they were made.
    let newest = subject_keys::table.order(subject_keys::id.desc()).select(subject_keys::wrapped);
    let wrapped: Option<String> = on_each!(conn, |c| newest.first(c)).optional()?;
    let opened = wrapped.map(|wrapped| keyring.unwrap(&WrappedKey::from_stored(wrapped.as_str())));
    Ok(!matches!(opened, Some(Err(SealError::UnknownKey { .. }))))
}

/// Brings up to `limit` keys under the current master key. Returns how many were brought; fewer than `limit` means that
/// the rotation is finished.
pub fn rewrap_some(unit: &mut Unit<'_>, limit: usize) -> Result<usize, Problem> {
    let (keyring, random) = (unit.keyring(), unit.random());
    // The id of the current master key is known from any key wrapped now.
    let (_, probe) = keyring.new_subject_key(random);
    let current = probe.key_id().unwrap_or_default().to_owned();
    let query = subject_keys::table
        .filter(subject_keys::master_key.ne(&current))
        .order((subject_keys::master_key, subject_keys::id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((subject_keys::id, subject_keys::wrapped));
    let rows: Vec<(String, String)> = on_each!(unit.connection(), |c| query.load(c)).map_err(StoreError::from)?;
    let mut brought = 0;
    for (id, wrapped) in rows {
        let old = WrappedKey::from_stored(wrapped.as_str());
        let Some(new) = keyring.rewrap(&old, random)? else { continue };
        // Only if nobody erased or rewrapped it meanwhile.
        let there = subject_keys::table.find(&id).filter(subject_keys::wrapped.eq(&wrapped));
        let values =
            (subject_keys::wrapped.eq(new.as_str()), subject_keys::master_key.eq(new.key_id().unwrap_or_default()));
        brought +=
            on_each!(unit.connection(), |c| diesel::update(there).set(values).execute(c)).map_err(StoreError::from)?;
        KEPT.lock().drop_key(&wrapped);
    }
    Ok(brought)
}

#[cfg(test)]
mod tests {
    use kernel::SeededRandom;
    use seal::SuiteName;

    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_what_is_used_stays() {
        let random = SeededRandom::new(1);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Intl, &random)).unwrap();
        let key = Arc::new(keyring.new_subject_key(&random).0);
        let mut kept = Kept::default();
        kept.put("in use".to_owned(), Arc::clone(&key));
        for number in 0..3 * KEPT_MAX {
            kept.put(format!("w1.{number}"), Arc::clone(&key));
            assert!(kept.get("in use").is_some());
            assert!(kept.young.len() + kept.old.len() <= KEPT_MAX);
        }
        assert!(kept.get("w1.0").is_none());
        kept.drop_key("in use");
        assert!(kept.get("in use").is_none());
        // Nothing but this test holds the key once the last copy is dropped.
        drop(kept);
        assert_eq!(Arc::strong_count(&key), 1);
    }
}
