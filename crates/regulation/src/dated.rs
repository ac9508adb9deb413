//! All versions of all rows of one table, and which of them holds on a date. Checks nothing; `read` does.

use std::collections::BTreeMap;

use kernel::Date;

use crate::{Rule, RuleRef};

/// The rows of one table by id, the versions of each in order.
#[derive(Debug, Clone)]
pub(crate) struct Dated<B> {
    rows: BTreeMap<String, Vec<Rule<B>>>,
}

impl<B> Default for Dated<B> {
    fn default() -> Self {
        Self { rows: BTreeMap::new() }
    }
}

impl<B> Dated<B> {
    /// Every version of `id`, oldest first.
    pub(crate) fn versions(&self, id: &str) -> &[Rule<B>] {
        self.rows.get(id).map_or(&[], Vec::as_slice)
    }

    /// The versions of `id`, to change them while reading.
    pub(crate) fn versions_mut(&mut self, id: &str) -> &mut Vec<Rule<B>> {
        self.rows.entry(id.to_owned()).or_default()
    }

    /// Every list of versions, to change them while reading.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Vec<Rule<B>>> {
        self.rows.values_mut()
    }

    /// Every version of every row.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rule<B>> {
        self.rows.values().flatten()
    }

    /// The version of `id` in force on `date`.
    pub(crate) fn on(&self, id: &str, date: Date) -> Option<&Rule<B>> {
        self.versions(id).iter().rev().find(|rule| rule.row.in_force(date))
    }

    /// Every row in force on `date`, by id.
    pub(crate) fn all_on(&self, date: Date) -> impl Iterator<Item = &Rule<B>> {
        self.rows.values().filter_map(move |versions| versions.iter().rev().find(|rule| rule.row.in_force(date)))
    }

    /// Exactly the version that `reference` names.
    pub(crate) fn get(&self, reference: &RuleRef) -> Option<&Rule<B>> {
        self.versions(reference.id()).iter().find(|rule| rule.row.reference == *reference)
    }

    /// The version that governs on `date` what started under `reference`: that one, unless a later version says that
    /// it applies to running matters.
    pub(crate) fn governing(&self, reference: &RuleRef, date: Date) -> Option<&Rule<B>> {
        let later = self.versions(reference.id()).iter().rev().find(|rule| {
            rule.row.reference.version() > reference.version()
                && rule.row.applies_to_running
                && rule.row.effective_from <= date
        });
        later.or_else(|| self.get(reference))
    }

    /// The rows, by id, that govern on `today` what started on `started`: those in force at the start, each in the
    /// version that governs now, and newer ones that say they apply to running matters.
    pub(crate) fn for_running(&self, started: Date, today: Date) -> impl Iterator<Item = &Rule<B>> {
        self.rows.values().filter_map(move |versions| {
            let first = versions.iter().rev().find(|rule| rule.row.in_force(started));
            let newer = versions.iter().rev().find(|rule| {
                let row = &rule.row;
                row.applies_to_running && row.effective_from > started && row.effective_from <= today
            });
            newer.or(first)
        })
    }
}
