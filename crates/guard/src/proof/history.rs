//! Lists as they were at a place of the log, taken over by the marks between decisions.

use std::collections::{HashMap, VecDeque};

use decide::{
    HashKeys,
    list::{List, ListSet},
};
use kernel::{Problem, ProblemKind, Text, id::ListChangeId};
use ledger::Ledger;

use crate::{
    screen::{Screen, restore},
    store::{
        lists::{self, ChangeRow},
        marks::{self, Mark, MarkWhat},
    },
};

/// Entries that are held for one proof: five lists of a million, some 250 megabytes.
pub const ENTRIES_MAX: u64 = 5_000_000;

/// Lists on their way through history.
pub struct ListsThen {
    ledger: Ledger,
    names: Vec<String>,
    changes: HashMap<ListChangeId, ChangeRow>,
    /// Up to which entry each change was taken over.
    upto: HashMap<ListChangeId, i64>,
    marks: VecDeque<Mark>,
    entries: u64,
    /// The lists as they stand.
    pub lists: ListSet,
    /// Whether they stand as marks say; before the first mark they are what approvals say.
    pub is_marked: bool,
}

impl ListsThen {
    /// Lists before the first decision.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(screen: &Screen) -> Result<Self, Problem> {
        let (changes, marks) =
            screen.ledger().read(|conn| Ok::<_, ledger::StoreError>((lists::approved(conn)?, marks::all(conn)?)))?;
        let names: Vec<String> = screen.definition().lists.iter().map(|list| list.name.clone()).collect();
        let order: Vec<ListChangeId> = changes.iter().map(|change| change.id).collect();
        let is_old = marks.first().is_some_and(|mark| mark.seq > 0);
        let mut this = Self {
            ledger: screen.ledger().clone(),
            lists: ListSet { keys: HashKeys::new(screen.secret()), lists: empty(&names) },
            names,
            changes: changes.into_iter().map(|change| (change.id, change)).collect(),
            upto: HashMap::new(),
            marks: marks.into(),
            entries: 0,
            is_marked: !is_old,
        };
        if is_old {
            // The log is older than the marks: an entry then holds from its approval, whenever it was taken over.
            this.start(&order)?;
        }
        Ok(this)
    }

    /// Brings the lists to where they stood when the decision `seq` was taken; places are asked for in their order.
    ///
    /// # Errors
    /// When the database fails, or there are more entries than a proof may hold.
    pub fn advance(&mut self, seq: i64) -> Result<(), Problem> {
        let due = self.marks.iter().take_while(|mark| mark.seq < seq).count();
        let due: Vec<Mark> = self.marks.drain(..due).collect();
        // What lies before the last time that memory was made anew is in it, or was thrown away.
        let from = due.iter().rposition(|mark| matches!(mark.what, MarkWhat::Start(_))).unwrap_or_default();
        for mark in &due[from.min(due.len())..] {
            match &mark.what {
                MarkWhat::Start(order) => self.start(order)?,
                MarkWhat::Piece(change, upto) => self.take(*change, *upto)?,
                MarkWhat::Done(change) => self.take(*change, i64::MAX)?,
            }
            self.is_marked = true;
        }
        Ok(())
    }

    fn start(&mut self, order: &[ListChangeId]) -> Result<(), Problem> {
        self.lists.lists = empty(&self.names);
        self.upto.clear();
        self.entries = 0;
        order.iter().try_for_each(|change| self.take(*change, i64::MAX))
    }

    /// Takes over the entries of a change up to a place.
    fn take(&mut self, id: ListChangeId, upto: i64) -> Result<(), Problem> {
        // What is no longer approved cannot be: a change that holds stays. One of a list that is gone counts nowhere.
        let Some(change) = self.changes.get(&id) else { return Ok(()) };
        let Some(number) = self.names.iter().position(|name| *name == change.list) else { return Ok(()) };
        let behind = self.upto.entry(id).or_insert(i64::MIN);
        loop {
            let from = *behind;
            let mut rows = self.ledger.read(|conn| lists::entries_of(conn, id, from))?;
            rows.retain(|row| row.seq <= upto);
            let Some(last) = rows.last() else { return Ok(()) };
            *behind = last.seq;
            self.entries += rows.len() as u64;
            if self.entries > ENTRIES_MAX {
                let text = Text::fixed("名单条目过多，无法重算。", "The lists have too many entries to be replayed.");
                return Err(Problem::new(ProblemKind::Refused, text).because("lists-too-large"));
            }
            restore::apply(&mut self.lists.lists[number], change, &rows);
        }
    }
}

fn empty(names: &[String]) -> Vec<List> {
    names.iter().map(|_| List::default()).collect()
}
