//! Which keys there are: from a key's hash to its number, which stays the same as long as the key lives.
//!
//! The table is cut into shards that grow one at a time, so that no event waits for all keys to be moved. A key costs
//! 8 bytes in a bucket that is at most seven eighths full, and 16 bytes for its hash and when it was last used.

/// Shards of a table: growing one moves a thousandth of the keys.
const SHARDS: usize = 1024;
/// Keys of a table at most; numbers are 32 bits with room for "none".
pub(super) const KEYS_MAX: usize = u32::MAX as usize - 2;
/// Slots in one piece of a list that grows.
const PIECE: usize = 1 << 13;

/// No key.
pub(super) const NONE: u32 = u32::MAX;
/// When a number that is free was last used.
const FREE: i64 = i64::MIN;

/// A list that grows piece by piece and never moves what is there.
#[derive(Debug)]
pub(super) struct Pieces<T> {
    pieces: Vec<Box<[T]>>,
    blank: T,
}

impl<T: Copy> Pieces<T> {
    pub(super) fn new(blank: T) -> Self {
        Self { pieces: Vec::new(), blank }
    }

    /// The item of a number; blank beyond what was ever set.
    pub(super) fn get(&self, number: u32) -> T {
        let (piece, at) = (number as usize / PIECE, number as usize % PIECE);
        self.pieces.get(piece).map_or(self.blank, |piece| piece[at])
    }

    /// The item of a number, to be changed.
    pub(super) fn get_mut(&mut self, number: u32) -> &mut T {
        let (piece, at) = (number as usize / PIECE, number as usize % PIECE);
        while self.pieces.len() <= piece {
            self.pieces.push(vec![self.blank; PIECE].into_boxed_slice());
        }
        &mut self.pieces[piece][at]
    }

    pub(super) fn bytes(&self) -> usize {
        self.pieces.len() * PIECE * size_of::<T>()
    }
}

/// Keys by hash.
#[derive(Debug)]
pub(super) struct KeyTable {
    shards: Vec<Shard>,
    slots: Pieces<KeySlot>,
    /// Numbers ever given.
    numbers: u32,
    free: Vec<u32>,
    /// Where the sweep goes on.
    cursor: u32,
}

#[derive(Debug, Clone, Copy)]
struct KeySlot {
    hash: u64,
    used: i64,
}

#[derive(Debug, Default)]
struct Shard {
    /// High half of the hash above, number plus one below; zero is empty. The length is a power of two, or none.
    buckets: Box<[u64]>,
    filled: usize,
}

impl KeyTable {
    pub(super) fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Shard::default()).collect();
        Self { shards, slots: Pieces::new(KeySlot { hash: 0, used: FREE }), numbers: 0, free: Vec::new(), cursor: 0 }
    }

    /// The number of the key with this hash, or [`NONE`].
    pub(super) fn find(&self, hash: u64) -> u32 {
        let shard = &self.shards[shard_of(hash)];
        let Some(mask) = shard.buckets.len().checked_sub(1) else { return NONE };
        let mut at = home(hash) & mask;
        loop {
            let bucket = shard.buckets[at];
            if bucket == 0 {
                return NONE;
            }
            if bucket >> 32 == hash >> 32 {
                let number = bucket as u32 - 1;
                if self.slots.get(number).hash == hash {
                    return number;
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Fetches where a key would stand. What it gives says nothing; a caller that keeps it makes the fetch happen.
    pub(super) fn touch_home(&self, hash: u64) -> u64 {
        let buckets = &self.shards[shard_of(hash)].buckets;
        buckets.get(home(hash) & buckets.len().wrapping_sub(1)).copied().unwrap_or_default()
    }

    /// The first number whose bucket looks like the hash; [`Self::is`] tells whether it is the one.
    pub(super) fn guess(&self, hash: u64) -> u32 {
        let buckets = &self.shards[shard_of(hash)].buckets;
        let Some(mask) = buckets.len().checked_sub(1) else { return NONE };
        let mut at = home(hash) & mask;
        loop {
            let bucket = buckets[at];
            if bucket == 0 {
                return NONE;
            }
            if bucket >> 32 == hash >> 32 {
                return bucket as u32 - 1;
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether a number is that of the key with this hash.
    pub(super) fn is(&self, number: u32, hash: u64) -> bool {
        self.slots.get(number).hash == hash
    }

    /// The number of the key with this hash, which is new if there was none; `None` when no number is left.
    pub(super) fn find_or_add(&mut self, hash: u64, time: i64) -> Option<u32> {
        let found = self.find(hash);
        if found != NONE {
            self.touch(found, time);
            return Some(found);
        }
        let number = match self.free.pop() {
            Some(number) => number,
            None if (self.numbers as usize) < KEYS_MAX => {
                self.numbers += 1;
                self.numbers - 1
            }
            None => return None,
        };
        *self.slots.get_mut(number) = KeySlot { hash, used: time };
        self.shards[shard_of(hash)].add(hash, number);
        Some(number)
    }

    /// Notes that a key was used.
    pub(super) fn touch(&mut self, number: u32, time: i64) {
        let slot = self.slots.get_mut(number);
        slot.used = slot.used.max(time);
    }

    /// The next number in turn with when its key was last used; `None` if it is free.
    pub(super) fn sweep(&mut self) -> Option<(u32, i64)> {
        let number = if self.cursor < self.numbers { self.cursor } else { 0 };
        self.cursor = number + 1;
        let used = self.slots.get(number).used;
        (used != FREE).then_some((number, used))
    }

    /// Forgets a key; its number may be given to another.
    pub(super) fn forget(&mut self, number: u32) {
        let slot = self.slots.get_mut(number);
        let hash = slot.hash;
        *slot = KeySlot { hash: 0, used: FREE };
        self.shards[shard_of(hash)].remove(hash, number);
        self.free.push(number);
    }

    /// Keys there are.
    pub(super) fn len(&self) -> usize {
        self.numbers as usize - self.free.len()
    }

    /// Numbers ever given; those of forgotten keys too.
    pub(super) fn numbers(&self) -> u32 {
        self.numbers
    }

    /// Hash and last use of a number; `None` if it is free.
    pub(super) fn slot(&self, number: u32) -> Option<(u64, i64)> {
        let slot = self.slots.get(number);
        (slot.used != FREE).then_some((slot.hash, slot.used))
    }

    /// Gives the next number to a key, or leaves it free; for reading a snapshot in the order of numbers.
    pub(super) fn restore(&mut self, key: Option<(u64, i64)>) -> bool {
        let number = self.numbers;
        if number as usize >= KEYS_MAX {
            return false;
        }
        self.numbers += 1;
        match key {
            None => self.free.push(number),
            Some((_, FREE)) => return false,
            Some((hash, _)) if self.find(hash) != NONE => return false,
            Some((hash, used)) => {
                *self.slots.get_mut(number) = KeySlot { hash, used };
                self.shards[shard_of(hash)].add(hash, number);
            }
        }
        true
    }

    /// What decides which number the next key gets and which key is looked at next: where the sweep goes on, and the free numbers
    /// in the order in which they are given again from the end.
    pub(super) fn turn(&self) -> (u32, &[u32]) {
        (self.cursor, &self.free)
    }

    /// Puts that back behind the last key; refused when the free numbers are not those that are free.
    pub(super) fn restore_turn(&mut self, cursor: u32, free: Vec<u32>) -> bool {
        let mut sorted = free.clone();
        sorted.sort_unstable();
        // Restoring left them in the order of their numbers.
        // A sweep over no key leaves the cursor behind the first place.
        let is_same = sorted == self.free && cursor <= self.numbers.max(1);
        (self.cursor, self.free) = (cursor, free);
        is_same
    }

    pub(super) fn bytes(&self) -> usize {
        let buckets: usize = self.shards.iter().map(|shard| size_of_val(&*shard.buckets)).sum();
        buckets + self.slots.bytes() + self.free.capacity() * size_of::<u32>() + SHARDS * size_of::<Shard>()
    }
}

fn shard_of(hash: u64) -> usize {
    hash as usize % SHARDS
}

/// The bucket a key belongs in before the mask: from the high half, which the bucket itself keeps.
fn home(hash: u64) -> usize {
    (hash >> 32) as usize
}

impl Shard {
    fn add(&mut self, hash: u64, number: u32) {
        if (self.filled + 1) * 8 > self.buckets.len() * 7 {
            self.grow();
        }
        self.put((hash >> 32 << 32) | (u64::from(number) + 1));
        self.filled += 1;
    }

    fn put(&mut self, bucket: u64) {
        let mask = self.buckets.len() - 1;
        let mut at = home(bucket) & mask;
        while self.buckets[at] != 0 {
            at = (at + 1) & mask;
        }
        self.buckets[at] = bucket;
    }

    fn grow(&mut self) {
        /// Buckets of a shard at first.
        const FIRST: usize = 4;
        let larger = vec![0; (self.buckets.len() * 2).max(FIRST)].into_boxed_slice();
        let old = std::mem::replace(&mut self.buckets, larger);
        old.iter().filter(|bucket| **bucket != 0).for_each(|bucket| self.put(*bucket));
    }

    /// Takes a key out and closes the gap, so that no marks of the dead slow down the living.
    fn remove(&mut self, hash: u64, number: u32) {
        let Some(mask) = self.buckets.len().checked_sub(1) else { return };
        let wanted = (hash >> 32 << 32) | (u64::from(number) + 1);
        let mut gap = home(hash) & mask;
        while self.buckets[gap] != wanted {
            if self.buckets[gap] == 0 {
                return;
            }
            gap = (gap + 1) & mask;
        }
        self.filled -= 1;
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let bucket = self.buckets[at];
            if bucket == 0 {
                break;
            }
            // A key may move back into the gap if its home is not behind the gap.
            if (at.wrapping_sub(home(bucket)) & mask) >= (at.wrapping_sub(gap) & mask) {
                self.buckets[gap] = bucket;
                gap = at;
            }
        }
        self.buckets[gap] = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_table_is_a_map(acts in prop::collection::vec((any::<bool>(), 0u64..60, 0u64..3), 1..400)) {
            let mut table = KeyTable::new();
            let mut map: HashMap<u64, u32> = HashMap::new();
            for (add, low, high) in acts {
                // Few shards and few homes, so that keys collide; the last shard bits differ to wrap around the end.
                let hash = (high.wrapping_mul(u64::from(u32::MAX)) << 32) | (low % 3) | ((low / 3) << 12);
                if add {
                    let number = table.find_or_add(hash, 1).unwrap();
                    prop_assert_eq!(*map.entry(hash).or_insert(number), number);
                } else if let Some(number) = map.remove(&hash) {
                    table.forget(number);
                }
                for (hash, number) in &map {
                    prop_assert_eq!(table.find(*hash), *number);
                }
                prop_assert_eq!(table.find(u64::MAX - 7), NONE);
                prop_assert_eq!(table.len(), map.len());
            }
        }
    }

    #[test]
    fn the_sweep_comes_by_every_key() {
        let mut table = KeyTable::new();
        for hash in 0..10u64 {
            table.find_or_add(hash << 32, hash as i64);
        }
        table.forget(3);
        let mut seen: Vec<u32> = (0..10).filter_map(|_| table.sweep()).map(|(n, _)| n).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [0, 1, 2, 4, 5, 6, 7, 8, 9]);
    }
}
