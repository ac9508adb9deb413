//! Reading a key file. The tables are walked by hand, because a generic reader repeats the offending line in its
//! errors, and the offending line of a key file is a key.

use toml::{Table, Value};
use zeroize::{Zeroize, Zeroizing};

use super::{Entry, FILE_BYTES_MAX, KEYS_MAX, KeyFile, Part, SigningEntry, VERSION};
use crate::{
    KeyError, SuiteName,
    group::{Group, State},
    stored,
    suite::{self, ROOT_BYTES, Suite},
};

/// Where fields outside the key tables stand.
const TOP: &str = "the head";

/// Characters of an unknown field's name that an error repeats: enough to find it, too few to hold a key.
const FIELD_CHARS_SHOWN: usize = 16;

/// Bytes of an uncompressed point: one of form, two coordinates.
const POINT_BYTES: usize = 65;

/// Reads a file and checks every key in it.
pub(super) fn parse(text: &str) -> Result<KeyFile, KeyError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(KeyError::TooLarge { bytes_max: FILE_BYTES_MAX });
    }
    let mut top: Table = text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        KeyError::Syntax { line: 1 + text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() }
    })?;
    let file = read_file(&mut top);
    top.iter_mut().for_each(|(_, value)| clear(value));
    file
}

fn read_file(top: &mut Table) -> Result<KeyFile, KeyError> {
    match top.remove("version") {
        Some(Value::Integer(VERSION)) => {}
        Some(Value::Integer(found)) => return Err(KeyError::Version { found, known: VERSION }),
        _ => return Err(missing(TOP, "version", "a number")),
    }
    let wrong_suite = || missing(TOP, "suite", "\"sm\" or \"intl\"");
    let suite: SuiteName = match top.remove("suite") {
        Some(Value::String(name)) => name.parse().map_err(|_| wrong_suite())?,
        _ => return Err(wrong_suite()),
    };
    let master = read_part(top, Part::Master, read_entry)?;
    let index = read_part(top, Part::Index, read_entry)?;
    let mac = read_part(top, Part::Mac, read_entry)?;
    let algorithms = suite::built_in(suite);
    let signing = read_part(top, Part::Signing, |table, place, state| read_signing(algorithms, table, place, state))?;
    refuse_unknown(top, TOP)?;
    unique(Part::Master, &master, |entry| (&entry.id, entry.secret.as_slice()))?;
    unique(Part::Index, &index, |entry| (&entry.id, entry.secret.as_slice()))?;
    unique(Part::Mac, &mac, |entry| (&entry.id, entry.secret.as_slice()))?;
    unique(Part::Signing, &signing, |entry| (&entry.id, &entry.public))?;
    Ok(KeyFile { suite, master, index, mac, signing })
}

/// The keys of one part.
fn read_part<T>(
    top: &mut Table,
    part: Part,
    read: impl Fn(&mut Table, &str, State) -> Result<T, KeyError>,
) -> Result<Group<T>, KeyError> {
    let mut value = top.remove(part.as_str()).unwrap_or(Value::Array(Vec::new()));
    let result = read_tables(&mut value, part, read);
    clear(&mut value);
    result
}

fn read_tables<T>(
    value: &mut Value,
    part: Part,
    read: impl Fn(&mut Table, &str, State) -> Result<T, KeyError>,
) -> Result<Group<T>, KeyError> {
    let Value::Array(tables) = value else {
        return Err(missing(TOP, part.as_str(), "a list of tables"));
    };
    if tables.len() > KEYS_MAX {
        return Err(KeyError::TooMany { part, keys_max: KEYS_MAX });
    }
    let (mut current, mut next, mut retired) = (Vec::new(), Vec::new(), Vec::new());
    for (at, value) in tables.iter_mut().enumerate() {
        let Value::Table(table) = value else {
            return Err(missing(TOP, part.as_str(), "a list of tables"));
        };
        let place = part.place(at);
        let state = read_state(table, &place)?;
        let entry = read(table, &place, state)?;
        refuse_unknown(table, &place)?;
        match state {
            State::Current => current.push(entry),
            State::Next => next.push(entry),
            State::Retired => retired.push(entry),
        }
    }
    if next.len() > 1 {
        return Err(KeyError::Prepared { part });
    }
    let found = current.len();
    match (current.pop(), found) {
        (Some(current), 1) => Ok(Group { current, next: next.pop(), retired }),
        _ => Err(KeyError::Current { part, found }),
    }
}

fn read_state(table: &mut Table, place: &str) -> Result<State, KeyError> {
    const WANTED: &str = "\"current\", \"next\" or \"retired\"";
    let text = read_text(table, place, "state", WANTED)?;
    let found = State::ALL.into_iter().find(|state| state.as_str() == text.as_str());
    found.ok_or_else(|| missing(place, "state", WANTED))
}

fn read_entry(table: &mut Table, place: &str, _state: State) -> Result<Entry, KeyError> {
    Ok(Entry { id: read_id(table, place)?, secret: read_secret(table, place)? })
}

fn read_signing(suite: &dyn Suite, table: &mut Table, place: &str, state: State) -> Result<SigningEntry, KeyError> {
    let id = read_id(table, place)?;
    let public = read_text(table, place, "public", "text")?;
    let mut point = [0; POINT_BYTES];
    decode(&public, place, "public", &mut point)?;
    let not_a_key = |field| KeyError::NotAKey { place: place.to_owned(), field };
    suite.verifier(&point).map_err(|suite::NotAKey| not_a_key("public"))?;
    let signs = state != State::Retired;
    let secret = if signs || table.contains_key("secret") { Some(read_secret(table, place)?) } else { None };
    if let Some(secret) = &secret {
        let signer = suite.signer(secret).map_err(|suite::NotAKey| not_a_key("secret"))?;
        if signer.public_key() != point {
            return Err(KeyError::Mismatch { place: place.to_owned() });
        }
    }
    // A retired key signs nothing: its secret, left by an older or a careless hand, is not taken in.
    Ok(SigningEntry { id, secret: secret.filter(|_| signs), public: point.to_vec() })
}

fn read_id(table: &mut Table, place: &str) -> Result<String, KeyError> {
    const WANTED: &str = "1 to 32 lower-case letters, digits and dashes";
    let id = read_text(table, place, "id", WANTED)?;
    if stored::is_key_id(&id) { Ok(id.to_string()) } else { Err(missing(place, "id", WANTED)) }
}

fn read_secret(table: &mut Table, place: &str) -> Result<Zeroizing<[u8; ROOT_BYTES]>, KeyError> {
    let text = read_text(table, place, "secret", "text")?;
    let mut secret = Zeroizing::new([0; ROOT_BYTES]);
    decode(&text, place, "secret", secret.as_mut_slice())?;
    if secret.iter().all(|byte| *byte == secret[0]) {
        // A placeholder such as 000…0; a random secret hits this once in 2²⁴⁸.
        return Err(KeyError::NotAKey { place: place.to_owned(), field: "secret" });
    }
    Ok(secret)
}

fn decode(text: &str, place: &str, field: &'static str, out: &mut [u8]) -> Result<(), KeyError> {
    let bytes = out.len();
    hex::decode_to_slice(text, out).map_err(|_| KeyError::Length {
        place: place.to_owned(),
        field,
        bytes,
        found: text.chars().count(),
    })
}

fn read_text(
    table: &mut Table,
    place: &str,
    field: &'static str,
    wanted: &'static str,
) -> Result<Zeroizing<String>, KeyError> {
    match table.remove(field) {
        Some(Value::String(text)) => Ok(Zeroizing::new(text)),
        _ => Err(missing(place, field, wanted)),
    }
}

fn missing(place: &str, field: &'static str, wanted: &'static str) -> KeyError {
    KeyError::Field { place: place.to_owned(), field, wanted }
}

/// Every known field was taken out before.
fn refuse_unknown(table: &Table, place: &str) -> Result<(), KeyError> {
    match table.keys().next() {
        None => Ok(()),
        Some(field) => {
            let shown = field.chars().filter(|c| !c.is_control()).take(FIELD_CHARS_SHOWN).collect();
            Err(KeyError::UnknownField { place: place.to_owned(), field: shown })
        }
    }
}

fn unique<T>(part: Part, group: &Group<T>, of: impl Fn(&T) -> (&String, &[u8])) -> Result<(), KeyError> {
    let entries: Vec<_> = group.iter().map(of).collect();
    for (at, (id, value)) in entries.iter().enumerate() {
        if entries[..at].iter().any(|earlier| earlier.0 == *id || earlier.1 == *value) {
            return Err(KeyError::Repeated { part, id: (*id).clone() });
        }
    }
    Ok(())
}

/// Clears what a table still holds of the file.
fn clear(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(clear),
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| clear(value)),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}
