//! What is sealed of a member of staff: name, telephone number, and the secret of the second factor, each in its place.

use std::{collections::HashMap, sync::Arc};

use kernel::{Pii, Problem, Random, StaffId, SubjectId, mask};
use ledger::Connection;
use seal::{DataKey, Keyring, Sealed};

use super::{
    staff::{SealedPerson, StaffRecord},
    subject_keys,
};

fn place(id: StaffId, field: &str) -> String {
    format!("{id}/{field}")
}

/// Seals and masks a person's details.
pub fn seal(
    keyring: &Keyring,
    key: &DataKey,
    id: StaffId,
    (name, phone): (&Pii<String>, Option<&Pii<String>>),
    random: &dyn Random,
) -> SealedPerson {
    let seal = |field: &str, text: &str| keyring.seal(key, &place(id, field), text.as_bytes(), random);
    SealedPerson {
        name_sealed: seal("name", name.expose()),
        name_masked: mask::name(name.expose()),
        phone_sealed: phone.map(|phone| seal("phone", phone.expose())),
        phone_masked: phone.map(|phone| mask::phone(phone.expose())).unwrap_or_default(),
    }
}

/// A person's details in clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPerson {
    /// The name.
    pub name: Pii<String>,
    /// The telephone number.
    pub phone: Option<Pii<String>>,
}

/// Opens a person's details with their key.
pub fn open(keyring: &Keyring, key: &DataKey, record: &StaffRecord) -> Result<OpenPerson, Problem> {
    let id = record.staff.id;
    Ok(OpenPerson {
        name: keyring.open_text(key, &place(id, "name"), &record.name_sealed)?,
        phone: match &record.phone_sealed {
            Some(sealed) => Some(keyring.open_text(key, &place(id, "phone"), sealed)?),
            None => None,
        },
    })
}

/// The names of several members of staff, for showing colleagues to each other.
pub fn names(
    conn: &mut Connection,
    keyring: &Keyring,
    records: &[StaffRecord],
) -> Result<HashMap<StaffId, Pii<String>>, Problem> {
    let subjects: Vec<SubjectId> = records.iter().map(|record| record.subject).collect();
    let keys = subject_keys::fetch_all(conn, keyring, &subjects)?;
    let name = |record: &StaffRecord| {
        let key = keys.get(&record.subject).ok_or_else(|| no_key(record))?;
        Ok((record.staff.id, keyring.open_text(key, &place(record.staff.id, "name"), &record.name_sealed)?))
    };
    records.iter().map(name).collect()
}

fn no_key(record: &StaffRecord) -> Problem {
    Problem::internal_error(format!("member of staff {} has no key", record.staff.id))
}

/// The key of a member of staff, who always has one.
pub fn key_of(conn: &mut Connection, keyring: &Keyring, record: &StaffRecord) -> Result<Arc<DataKey>, Problem> {
    subject_keys::fetch(conn, keyring, record.subject)?.ok_or_else(|| no_key(record))
}

/// Seals the secret of a second factor.
pub fn seal_factor(keyring: &Keyring, key: &DataKey, id: StaffId, secret: &[u8], random: &dyn Random) -> Sealed {
    keyring.seal(key, &place(id, "totp"), secret, random)
}

/// Opens the secret of a second factor.
pub fn open_factor(keyring: &Keyring, key: &DataKey, id: StaffId, sealed: &Sealed) -> Result<Vec<u8>, Problem> {
    Ok(keyring.open_bytes(key, &place(id, "totp"), sealed)?)
}
