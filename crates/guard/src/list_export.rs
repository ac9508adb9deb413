//! What stands on a list now, as rows of a table: entries of approved changes in the order in which they were approved, without
//! those that ended and without any value twice. Values are masked unless they are asked for in clear; a masked value stands under
//! another heading, so that nobody imports a mask for a value.

use std::collections::{HashMap, HashSet};

use kernel::{Problem, Timestamp};
use ledger::Ledger;
use people::sealing::MatterKey;
use table::write::Cell;

use crate::{
    lists::span,
    model::list_change::ChangeKind,
    screen::definition::{ListOf, ListSpec},
    store::lists::{self, ChangeRow, SealedEntry},
};

/// What a value is known by: its hash, and what a mask hides of it.
type Pattern = (u64, (usize, usize, usize));

/// Entries on their way out.
pub struct ListTakeout {
    ledger: Ledger,
    of: ListOf,
    in_clear: bool,
    now: Timestamp,
    changes: Vec<ChangeRow>,
    /// The last change that takes each value off, by its place.
    ended: HashMap<Pattern, usize>,
    written: HashSet<Pattern>,
    /// The change that is read, and the entry behind which.
    at: usize,
    behind: i64,
}

impl ListTakeout {
    /// The entries before the first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(ledger: &Ledger, spec: &ListSpec, in_clear: bool, now: Timestamp) -> Result<Self, Problem> {
        let mut changes = ledger.read(lists::approved)?;
        changes.retain(|change| change.list == spec.name);
        let mut ended = HashMap::new();
        for (at, change) in changes.iter().enumerate().filter(|(_, change)| change.kind == ChangeKind::End) {
            crate::screen::restore::each_piece(ledger, change.id, |rows| {
                ended.extend(rows.iter().map(|row| ((row.hash, row.shape), at)));
            })?;
        }
        let written = HashSet::new();
        Ok(Self {
            ledger: ledger.clone(),
            of: spec.of,
            in_clear,
            now,
            changes,
            ended,
            written,
            at: 0,
            behind: i64::MIN,
        })
    }

    /// The columns; those of values in clear are what an import reads.
    pub const fn headings(&self) -> &'static [&'static str] {
        match (self.of, self.in_clear) {
            (ListOf::Pair, true) => &["value", "second", "source", "reason", "from", "until"],
            (ListOf::Account | ListOf::Phone | ListOf::Device | ListOf::Identity | ListOf::Place, true) => {
                &["value", "source", "reason", "from", "until"]
            }
            (_, false) => &["masked", "source", "reason", "from", "until"],
        }
    }

    /// The rows that come next; `None` at the end. A piece may have none.
    ///
    /// # Errors
    /// When the database fails, or a value cannot be opened.
    pub fn go_on(&mut self) -> Result<Option<Vec<Vec<Cell>>>, Problem> {
        let Some(change) = self.changes.get(self.at).cloned() else { return Ok(None) };
        let decided_at = change.decided.as_ref().map_or(change.proposed_at, |(_, at)| *at);
        let (from, until) = span(decided_at, change.until);
        let now = self.now.as_micros();
        let id = change.id;
        let behind = self.behind;
        let rows = match change.kind == ChangeKind::Add && from <= now && now < until {
            true => self.ledger.read(|conn| lists::sealed_entries_of(conn, id, behind))?,
            false => Vec::new(),
        };
        match rows.last() {
            Some(last) => self.behind = last.row.seq,
            None => (self.at, self.behind) = (self.at + 1, i64::MIN),
        }
        if rows.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let wrapped = match self.in_clear {
            true => self.ledger.read(|conn| lists::key_of(conn, id))?,
            false => None,
        };
        let ledger = self.ledger.clone();
        let key = match self.in_clear {
            true => Some(MatterKey::kept(&ledger.ports().keyring, id, wrapped.as_ref())?),
            false => None,
        };
        let about = [
            Cell::Text(change.source.clone()),
            Cell::Text(change.reason.clone()),
            Cell::Instant(decided_at),
            Cell::instant(change.until),
        ];
        let mut cells = Vec::with_capacity(rows.len());
        for entry in rows {
            let pattern = (entry.row.hash, entry.row.shape);
            let is_ended = self.ended.get(&pattern).is_some_and(|end| *end > self.at);
            if !is_ended && self.written.insert(pattern) {
                let mut row = self.values(&entry, key.as_ref())?;
                row.extend(about.iter().cloned());
                cells.push(row);
            }
        }
        Ok(Some(cells))
    }

    fn values(&self, entry: &SealedEntry, key: Option<&MatterKey<'_>>) -> Result<Vec<Cell>, Problem> {
        let Some(key) = key else { return Ok(vec![Cell::Text(entry.row.masked.clone())]) };
        let opened = key.open("entry", &entry.sealed)?;
        let text = |text: &str| Cell::Text(text.to_owned());
        Ok(match (self.of, opened.expose().split_once('\n')) {
            (ListOf::Pair, Some((value, second))) => vec![text(value), text(second)],
            (ListOf::Pair, None) => vec![text(opened.expose()), Cell::Empty],
            (ListOf::Account | ListOf::Phone | ListOf::Device | ListOf::Identity | ListOf::Place, _) => {
                vec![text(opened.expose())]
            }
        })
    }
}
