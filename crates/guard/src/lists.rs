//! What is done with lists: values are read, hashed as the engine hashes, sealed and kept in pieces; a change is proposed, and
//! approved or refused by a second person. It must never show a value in clear.

use std::ops::ControlFlow;

use ::decide::{
    HashKeys,
    list::{EntryFault, NO_END, Pattern},
};
use kernel::{Actor, OrgPath, Problem, ProblemKind, Random, Text, Timestamp, id::ListChangeId, mask};
use ledger::{Announcement, Cause, Ledger, Stream, Unit};
use people::sealing::MatterKey;
use seal::WrappedKey;
use table::{Headers, Row, RowError, Sink, TableError};

use crate::{
    model::list_change::{ListChange, ListChangeCommand, ListChangeEvent, decide, evolve},
    screen::definition::{ListOf, ListSpec},
    store::lists::{self, ENTRIES_STEP, NewEntry},
};

/// The topic under which changes that hold are announced.
pub const TOPIC: &str = "guard.list";
/// Entries of one change at most; a national list comes in several.
pub const ENTRIES_MAX: usize = 1_000_000;
/// Faults of one file that are told; the rest is counted.
pub const FAULTS_MAX: usize = 1_000;
/// Characters of a value at most.
const VALUE_CHARS_MAX: usize = 128;
/// The headings under which the value stands.
const VALUE_HEADINGS: [&str; 2] = ["value", "值"];
/// The headings under which the second value of a pair stands.
const SECOND_HEADINGS: [&str; 2] = ["second", "对方"];

/// The values of a change on their way in.
pub struct Values<'k> {
    spec: ListSpec,
    keys: HashKeys,
    key: MatterKey<'k>,
    random: &'k dyn Random,
    /// The entries that are good so far.
    pub entries: Vec<NewEntry>,
    /// The rows that are not, with their lines, as far as they are told.
    pub faults: Vec<RowError>,
    /// How many rows are not.
    pub refused: u64,
    columns: (usize, Option<usize>),
}

impl<'k> Values<'k> {
    /// No values yet, of the list `spec`, sealed by `key`.
    pub fn new(spec: ListSpec, secret: [u8; 16], key: MatterKey<'k>, random: &'k dyn Random) -> Self {
        let (entries, faults) = (Vec::new(), Vec::new());
        Self { spec, keys: HashKeys::new(secret), key, random, entries, faults, refused: 0, columns: (0, None) }
    }

    /// Takes a value, or both values of a pair.
    ///
    /// # Errors
    /// Why it is none.
    pub fn take(&mut self, value: &str, second: Option<&str>) -> Result<(), Text> {
        let value = plain(value)?;
        let (pattern, text, masked) = match (self.spec.of, second) {
            (ListOf::Pair, Some(second)) => {
                let second = plain(second)?;
                let pattern = Pattern::of_several(&[&value, &second], &self.keys);
                let masked = format!("{} → {}", shown(ListOf::Pair, &value), shown(ListOf::Pair, &second));
                (pattern, format!("{value}\n{second}"), masked)
            }
            (ListOf::Pair, None) => return Err(Text::fixed("须有两个值。", "A pair has two values.")),
            (ListOf::Account | ListOf::Phone | ListOf::Device | ListOf::Identity | ListOf::Place, Some(second))
                if !second.trim().is_empty() =>
            {
                return Err(Text::fixed("这个名单只有一个值。", "This list has one value in each row."));
            }
            (of, _) => {
                let pattern = Pattern::of(&value, &self.keys).map_err(entry_fault)?;
                let masked = shown(of, &value);
                (pattern, value, masked)
            }
        };
        let sealed = self.key.seal("entry", &text, self.random);
        self.entries.push(NewEntry { masked, hash: pattern.hash(), shape: pattern.shape(), sealed });
        Ok(())
    }

    fn refuse(&mut self, error: RowError) {
        self.refused += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(error);
        }
    }
}

/// A value without blanks and dashes.
pub(crate) fn plain(value: &str) -> Result<String, Text> {
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if plain.is_empty() || plain.chars().count() > VALUE_CHARS_MAX || plain.chars().any(char::is_control) {
        return Err(Text::of(
            format!("值须为 1 至 {VALUE_CHARS_MAX} 个可见字符。"),
            format!("A value has 1 to {VALUE_CHARS_MAX} visible characters."),
        ));
    }
    Ok(plain)
}

/// What lists show of a value; what hides something already is shown as it is.
fn shown(of: ListOf, value: &str) -> String {
    if value.contains('*') {
        return value.to_owned();
    }
    match of {
        ListOf::Phone => mask::phone(value),
        ListOf::Identity => mask::identity(value),
        ListOf::Account | ListOf::Pair | ListOf::Device => mask::account(value),
        ListOf::Place => value.to_owned(),
    }
}

fn entry_fault(fault: EntryFault) -> Text {
    match fault {
        EntryFault::Empty => Text::fixed("值不能为空或全为星号。", "A value is not empty and not all stars."),
        EntryFault::Scattered => Text::fixed("星号须连在一起。", "The stars of a masked value stand together."),
        EntryFault::Shapes => Text::fixed("掩码形式过多。", "There are too many shapes of masks."),
        EntryFault::Full => Text::fixed("名单已满。", "The list is full."),
        EntryFault::Never => Text::fixed("到期早于生效。", "It would end before it begins."),
    }
}

impl Sink<TableError> for Values<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
        let find = |names: &[&str]| -> Result<Option<usize>, TableError> {
            for name in names {
                if let Some(at) = headers.find(name)? {
                    return Ok(Some(at));
                }
            }
            Ok(None)
        };
        // A table of one column needs no heading that we know.
        let value = find(&VALUE_HEADINGS)?.or_else(|| (headers.names().len() == 1).then_some(0));
        self.columns = (value.ok_or(TableError::Empty)?, find(&SECOND_HEADINGS)?);
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, TableError> {
        if self.entries.len() >= ENTRIES_MAX {
            return Err(TableError::Rows);
        }
        let second = self.columns.1.map(|at| row.get(at).to_owned());
        if let Err(reason) = self.take(row.get(self.columns.0), second.as_deref()) {
            self.refuse(RowError::row(row.line, reason));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, TableError> {
        self.refuse(error);
        Ok(ControlFlow::Continue(()))
    }
}

/// Keeps the entries of a change that is yet to be proposed, in pieces, so that nobody waits long. What a stop leaves behind
/// belongs to no change and counts nowhere.
pub fn keep(ledger: &Ledger, change: ListChangeId, list: &str, entries: &[NewEntry]) -> Result<(), Problem> {
    for piece in entries.chunks(ENTRIES_STEP) {
        let (piece, list) = (piece.to_vec(), list.to_owned());
        ledger.write(&Cause::new("guard:list"), move |unit| {
            lists::add_entries(unit.connection(), change, &list, &piece)
        })?;
    }
    Ok(())
}

/// The problem of a change that is not there.
pub fn unknown() -> Problem {
    Problem::not_found("名单变更", "change of a list")
}

/// Proposes a change whose entries are kept.
pub fn propose(
    unit: &mut Unit<'_>,
    command: ListChangeCommand,
    wrapped: &WrappedKey,
    actor: &Actor,
) -> Result<ListChange, Problem> {
    let now = unit.now();
    let event = decide(None, command, actor, now)?;
    let state = evolve(None, (now, &actor.reference, &event));
    let state = state.ok_or_else(|| Problem::internal_error("proposing gave no change"))?;
    unit.append(&state.proposed.change.to_string(), 0, &actor.reference, &[event])?;
    lists::insert(unit.connection(), &state, wrapped)?;
    Ok(state)
}

/// Approves or refuses a change as of the version that the caller saw.
pub fn act(
    unit: &mut Unit<'_>,
    (id, version): (ListChangeId, u64),
    command: ListChangeCommand,
    actor: &Actor,
) -> Result<ListChange, Problem> {
    let before = load(unit, id)?;
    if before.version != version {
        let text = Text::fixed("该变更已被他人复核。", "Somebody else has decided the change.");
        return Err(Problem::new(ProblemKind::Conflict, text).because("raced"));
    }
    let now = unit.now();
    let event = decide(Some(&before), command, actor, now)?;
    let after = evolve(Some(before), (now, &actor.reference, &event)).ok_or_else(unknown)?;
    let kind = ledger::Event::kind(&event);
    unit.append(&id.to_string(), version, &actor.reference, &[event])?;
    lists::update(unit.connection(), &after)?;
    unit.announce(Announcement { topic: TOPIC, id: id.to_string(), unit: everywhere(actor), kind: kind.to_owned() });
    Ok(after)
}

/// The change as its events tell it.
pub fn load(unit: &mut Unit<'_>, id: ListChangeId) -> Result<ListChange, Problem> {
    let stream: Stream<ListChangeEvent> = unit.load(&id.to_string())?;
    stream.events.iter().fold(None, |state, one| evolve(state, (one.at, &one.actor, &one.event))).ok_or_else(unknown)
}

/// Lists are the whole bank's: who may see them anywhere hears of their changes.
pub(crate) fn everywhere(actor: &Actor) -> OrgPath {
    let mut place = actor.unit.clone();
    while let Some(above) = place.parent() {
        place = above;
    }
    place
}

/// From when until when an entry of an approved change holds, in microseconds.
pub fn span(decided_at: Timestamp, until: Option<Timestamp>) -> (i64, i64) {
    (decided_at.as_micros(), until.map_or(NO_END, Timestamp::as_micros))
}
