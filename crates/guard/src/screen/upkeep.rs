//! What changes while the engine runs: lists, scenarios and the score model, taken over as soon as a second person approved them.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use decide::{Fault, scenario::ScenarioSpec};
use kernel::Problem;
use ledger::StoreError;

use super::{Screen, definition::ListSpec, facts::Layout, log::Item, restore, state::State};
use crate::{
    labels, lists, scenarios, score_models,
    store::{
        labels as labels_kept, lists as kept,
        marks::{Mark, MarkWhat},
        standing,
    },
};

/// Between two tries to take a change over.
const AGAIN: Duration = Duration::from_secs(1);

/// How often it is looked whether anything changed that nobody was told of: an announcement of another node may be lost, and what
/// two people agreed on holds everywhere within a second.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Takes something over on a thread of its own. What two people agreed on, and what became known, must hold: it is tried until
/// the database answers again, or nobody screens any more.
fn take_over(screen: Weak<Screen>, take: fn(&Screen) -> Result<usize, Problem>) {
    std::thread::spawn(move || {
        while let Some(screen) = screen.upgrade() {
            let Err(problem) = take(&screen) else { return };
            tracing::error!(internal = problem.internal(), "a change was not taken over; it is tried again");
            drop(screen);
            std::thread::sleep(AGAIN);
        }
    });
}

impl Screen {
    /// Hears of changes of these, and of labels, here and on other nodes, and takes them over at once.
    pub(super) fn follow(self: &Arc<Self>) {
        let screen = Arc::downgrade(self);
        self.ledger.subscribe(Box::new(move |announcement| {
            let take: fn(&Self) -> Result<usize, Problem> = match announcement.topic {
                lists::TOPIC | scenarios::TOPIC | score_models::TOPIC => Self::catch_up,
                labels::TOPIC => Self::count_labels,
                _ => return,
            };
            // Not on the bell's thread: a change may have a million entries.
            take_over(screen.clone(), take);
        }));
    }

    /// Looks for changes of which no announcement came, for as long as anybody screens.
    pub(super) fn keep_looking(self: &Arc<Self>) -> Result<(), Problem> {
        let screen = Arc::downgrade(self);
        let run = move || {
            loop {
                std::thread::sleep(LOOK_EVERY);
                let Some(screen) = screen.upgrade() else { return };
                if let Err(problem) = screen.look_around() {
                    tracing::error!(internal = problem.internal(), "changes could not be looked for");
                }
            }
        };
        std::thread::Builder::new().name("guard-follow".to_owned()).spawn(run).map_err(Problem::internal_error)?;
        Ok(())
    }

    /// Takes over what changed without an announcement.
    fn look_around(&self) -> Result<(), Problem> {
        let (now, waiting) =
            self.ledger.read(|conn| Ok::<_, StoreError>((standing::now(conn)?, labels_kept::are_waiting(conn)?)))?;
        // Whoever holds the lock takes the changes over just now.
        let has_changed = self.upkeep.try_lock().is_some_and(|then| *then != now);
        if has_changed {
            self.catch_up()?;
        }
        if waiting {
            self.count_labels()?;
        }
        Ok(())
    }

    /// What is wrong with a scenario: what does not compile, and parts of a dialogue that are not there.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn check(&self, spec: &ScenarioSpec) -> Result<(), Vec<Fault>> {
        let compiled = self.definition.engine(self.secret, std::slice::from_ref(spec), None);
        let mut faults = compiled.err().unwrap_or_default();
        let book = crate::model::dialogue::Book::builtin();
        for (number, rule) in spec.rules.iter().enumerate() {
            let known = |name: &String| book.as_ref().is_ok_and(|book| book.part(name).is_some());
            for (at, _) in rule.dialogue.iter().enumerate().filter(|(_, name)| !known(name)) {
                let path = format!("rules[{number}].dialogue[{at}]");
                faults.push(Fault::new(path, "没有这个对话部分。", "There is no such part of a dialogue."));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Takes over the scenarios and the model that are live now, and the changes of lists that the engine does not hold yet; how many
    /// changes there were.
    ///
    /// # Errors
    /// When the database fails.
    pub fn catch_up(&self) -> Result<usize, Problem> {
        // Two at a time would put one change into the lists twice, and might leave the older engine behind the newer.
        let mut standing = self.upkeep.lock();
        let now = self.ledger.read(standing::now)?;
        let loaded = restore::engine(&self.ledger, (&self.definition, self.secret), &self.models)?;
        let restore::Loaded { engine, numbers, model } = loaded;
        let layout = restore::known_layout(&self.ledger, &Layout::of(&engine))?;
        {
            // The features are the definition's, so that the windows stay as they are.
            let mut state = self.state.lock();
            state.memory = engine.memory();
            (state.engine, state.numbers, state.model, state.layout) = (engine, numbers, model, layout);
        }
        let mut taken = 0;
        for change in self.ledger.read(kept::approved)? {
            let number = self.definition.lists.iter().position(|list| list.name == change.list);
            let Some(number) = number.filter(|_| !self.state.lock().applied.contains(&change.id)) else { continue };
            restore::each_piece(&self.ledger, change.id, |rows| {
                let mut state = self.state.lock();
                // Memory may have been made anew meanwhile, with the change in it.
                if !state.applied.contains(&change.id) {
                    restore::apply(&mut state.lists.lists[number], &change, rows);
                    let upto = rows.last().map_or(i64::MIN, |row| row.seq);
                    self.mark(&state, MarkWhat::Piece(change.id, upto));
                }
            })?;
            let mut state = self.state.lock();
            if state.applied.insert(change.id) {
                taken += 1;
                self.mark(&state, MarkWhat::Done(change.id));
            }
        }
        *standing = now;
        Ok(taken)
    }

    /// Hands a mark to the log, in the order of the decisions; called under the lock of memory.
    fn mark(&self, state: &State, what: MarkWhat) {
        self.log.put(Item::Mark(state.epoch, Mark { seq: state.seq, what }));
    }

    /// The lists on which a value, or a pair of values, stands now.
    pub fn listed(&self, value: &str, second: Option<&str>) -> Vec<&ListSpec> {
        let (state, now) = (self.state.lock(), self.ledger.ports().clock.now().as_micros());
        let keys = &state.lists.keys;
        let (hash, text) = match second {
            Some(second) => (keys.combine([keys.text(value.as_bytes()), keys.text(second.as_bytes())]), None),
            None => (keys.text(value.as_bytes()), Some(value)),
        };
        let holds = |(number, _): &(usize, &ListSpec)| state.lists.lists[*number].holds(hash, text, now, keys);
        self.definition.lists.iter().enumerate().filter(holds).map(|(_, list)| list).collect()
    }

    /// The lists, and how many entries each has, ended ones too.
    pub fn lists(&self) -> Vec<(&ListSpec, usize)> {
        let state = self.state.lock();
        self.definition.lists.iter().zip(&state.lists.lists).map(|(spec, list)| (spec, list.len())).collect()
    }
}
