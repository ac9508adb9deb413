//! The last version and hash of every stream, as the events say, in as little memory as will do.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
};

use crate::chain::{GENESIS, HASH_BYTES};

/// Heads by a 128-bit key made from the stream's name.
///
/// 60 to 120 bytes for each stream: key 16, version 4, hash 32, padding and the table's spare room; a million streams take
/// about 120 MB at worst. Keys come from two hash functions with secret random seeds, so nobody can prepare two names with one key.
pub(crate) struct Heads {
    seeds: [RandomState; 2],
    map: HashMap<Key, Head, BuildHasherDefault<Identity>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Key([u64; 2]);

#[derive(Clone, Copy)]
struct Head {
    version: u32,
    hash: [u8; HASH_BYTES],
}

/// Keys are random already: hashing them again gains nothing.
#[derive(Default)]
struct Identity(u64);

impl std::hash::Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl Heads {
    pub(crate) fn new() -> Self {
        Self { seeds: [RandomState::new(), RandomState::new()], map: HashMap::default() }
    }

    /// The head of a stream and its place, to be moved on; a stream not seen before is at version 0.
    pub(crate) fn entry(&mut self, stream: &[u8]) -> HeadEntry<'_> {
        let key = self.key(stream);
        HeadEntry(self.map.entry(key).or_insert(Head { version: 0, hash: GENESIS }))
    }

    /// The head of a stream, if it has events.
    pub(crate) fn get(&self, stream: &[u8]) -> Option<(i64, [u8; HASH_BYTES])> {
        self.map.get(&self.key(stream)).map(|head| (i64::from(head.version), head.hash))
    }

    /// How many streams have events.
    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    fn key(&self, stream: &[u8]) -> Key {
        Key([self.seeds[0].hash_one(stream), self.seeds[1].hash_one(stream)])
    }
}

/// One stream's head within the map.
pub(crate) struct HeadEntry<'a>(&'a mut Head);

impl HeadEntry<'_> {
    pub(crate) fn version(&self) -> i64 {
        i64::from(self.0.version)
    }

    pub(crate) fn hash(&self) -> &[u8; HASH_BYTES] {
        &self.0.hash
    }

    /// Moves the head to its next version.
    pub(crate) fn advance(&mut self, hash: [u8; HASH_BYTES]) {
        // An append refuses versions beyond u32, so saturating is out of reach.
        self.0.version = self.0.version.saturating_add(1);
        self.0.hash = hash;
    }
}
