//! Gathering: sums by period and group, filled block by block on any number of threads, and the answer that comes of them.

use std::collections::HashMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{
    definition::Figure,
    measure::{Sums, Tally},
};

/// The orders of the period, and of the one a year earlier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// The period asked about.
    pub now: T,
    /// A year earlier.
    pub before: T,
}

impl Pair<Sums> {
    fn merge(&mut self, other: Self) {
        self.now.merge(other.now);
        self.before.merge(other.before);
    }

    fn settled(self) -> Pair<Tally> {
        Pair { now: self.now.settled(), before: self.before.settled() }
    }
}

/// The groups of one dimension, by their keys; orders without a key have the empty one.
#[derive(Debug, Clone, Default)]
pub struct Groups<T> {
    keys: HashMap<String, usize>,
    list: Vec<(String, Pair<T>)>,
}

impl<T: Default> Groups<T> {
    /// Where the group of a key stands.
    pub fn of(&mut self, key: &str) -> usize {
        if let Some(at) = self.keys.get(key) {
            return *at;
        }
        self.keys.insert(key.to_owned(), self.list.len());
        self.list.push((key.to_owned(), Pair::default()));
        self.list.len() - 1
    }

    /// The group that stands there.
    pub fn at(&mut self, at: usize) -> &mut Pair<T> {
        &mut self.list[at].1
    }
}

impl Groups<Sums> {
    fn merge(&mut self, other: Self) {
        for (key, pair) in other.list {
            let at = self.of(&key);
            self.at(at).merge(pair);
        }
    }

    fn settled(self) -> Groups<Tally> {
        let list = self.list.into_par_iter().map(|(key, pair)| (key, pair.settled())).collect();
        Groups { keys: self.keys, list }
    }
}

impl Groups<Tally> {
    /// The groups in order of their keys, without those that turned out empty.
    pub fn sorted(&self) -> Vec<(&str, &Pair<Tally>)> {
        let is_there =
            |pair: &Pair<Tally>| [&pair.now, &pair.before].iter().any(|t| t.denominator(Figure::Received) > 0);
        let mut list: Vec<(&str, &Pair<Tally>)> =
            self.list.iter().filter(|(_, pair)| is_there(pair)).map(|(key, pair)| (key.as_str(), pair)).collect();
        list.sort_unstable_by_key(|(key, _)| *key);
        list
    }
}

/// What has been counted so far.
#[derive(Debug, Clone)]
pub struct Gathering {
    /// All orders together.
    pub total: Pair<Sums>,
    /// The groups of each dimension asked for, in that order.
    pub groups: Vec<Groups<Sums>>,
}

impl Gathering {
    /// Nothing yet, to be grouped by so many dimensions.
    pub fn of(dimensions: usize) -> Self {
        Self { total: Pair::default(), groups: vec![Groups::default(); dimensions] }
    }

    /// Adds what was counted elsewhere for the same question.
    pub fn merge(&mut self, other: Self) {
        self.total.merge(other.total);
        self.groups.iter_mut().zip(other.groups).for_each(|(groups, other)| groups.merge(other));
    }

    /// What came of it.
    pub fn settled(self) -> Answer {
        let Self { total, groups } = self;
        let groups = || groups.into_par_iter().map(Groups::settled).collect();
        let (total, groups) = rayon::join(|| total.settled(), groups);
        Answer { total, groups }
    }
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// All orders together.
    pub total: Pair<Tally>,
    /// The groups of each dimension asked for, in that order.
    pub groups: Vec<Groups<Tally>>,
}
