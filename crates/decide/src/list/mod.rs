//! Lists that events are looked up in: payees, accounts, telephones, devices, hashes of ids, places, and pairs of them.
//!
//! A list holds a million entries as hashes with the time in which each holds, so that history is judged by the list of
//! its day. It never holds a value in clear: what an entry says, who put it in and who approved it is the room's.
//!
//! An entry with stars (`6222****1234`, `138****5678`) is masked: it matches every text of the same length with the same
//! beginning and end. A look costs one miss of the cache, and one more for each shape of mask that the list has.

use crate::{HashKeys, expression::Lists};

/// Entries of a list: ten times what a national list of accounts involved in cases has.
pub const ENTRIES_MAX: usize = 20_000_000;
/// Shapes of masks of one list: a look costs a step for each.
pub const SHAPES_MAX: usize = 32;
/// Bytes of a text that masks are tried on; longer ones match no mask.
const MASKED_BYTES_MAX: usize = 128;

/// Holds for ever.
pub const NO_END: i64 = i64::MAX;

/// What a look asks for: the value itself, or a masked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    hash: u64,
    shape: Option<Shape>,
}

/// How many characters of a masked value are in clear, and how many are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    head: usize,
    stars: usize,
    tail: usize,
}

/// Why an entry is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// The text is empty or nothing but stars.
    #[error("the value is empty or hides everything")]
    Empty,
    /// Stars stand in more than one place.
    #[error("the hidden characters of a masked value must stand together")]
    Scattered,
    /// The list has too many different shapes of masks.
    #[error("the list has too many different shapes of masks")]
    Shapes,
    /// The list is full.
    #[error("the list is full")]
    Full,
    /// It would end before it begins.
    #[error("the entry ends before it begins")]
    Never,
}

/// One entry.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    from: i64,
    until: i64,
}

/// The entries of one list.
#[derive(Debug, Default)]
pub struct List {
    /// High half of the hash above, entry number plus one below; zero is empty. The length is a power of two, or none.
    buckets: Vec<u64>,
    entries: Vec<Entry>,
    shapes: Vec<Shape>,
}

impl Pattern {
    /// The pattern of a text, masked if it has stars.
    pub fn of(text: &str, keys: &HashKeys) -> Result<Self, EntryFault> {
        let text = text.trim();
        if text.chars().all(|c| c == '*') {
            return Err(EntryFault::Empty);
        }
        let hash = keys.text(text.as_bytes());
        let Some(head) = text.chars().position(|c| c == '*') else { return Ok(Self { hash, shape: None }) };
        let stars = text.chars().skip(head).take_while(|c| *c == '*').count();
        let tail = text.chars().count() - head - stars;
        if text.chars().skip(head + stars).any(|c| c == '*') {
            return Err(EntryFault::Scattered);
        }
        Ok(Self { hash, shape: Some(Shape { head, stars, tail }) })
    }

    /// The pattern of several values in order, each exact.
    pub fn of_several(texts: &[&str], keys: &HashKeys) -> Self {
        let hash = keys.combine(texts.iter().map(|text| keys.text(text.as_bytes())));
        Self { hash, shape: None }
    }

    /// The hash by which the entry is stored.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// How many characters are in clear before what is hidden, are hidden, and are in clear behind; all zero for an exact value.
    pub fn shape(&self) -> (usize, usize, usize) {
        self.shape.map_or((0, 0, 0), |shape| (shape.head, shape.stars, shape.tail))
    }

    /// The pattern of an entry that was stored by its hash and shape.
    pub fn stored(hash: u64, (head, stars, tail): (usize, usize, usize)) -> Self {
        Self { hash, shape: (stars > 0).then_some(Shape { head, stars, tail }) }
    }
}

impl List {
    /// Puts an entry in that holds from a time until before another.
    pub fn add(&mut self, pattern: Pattern, from: i64, until: i64) -> Result<(), EntryFault> {
        if from >= until {
            return Err(EntryFault::Never);
        }
        if self.entries.len() >= ENTRIES_MAX {
            return Err(EntryFault::Full);
        }
        if let Some(shape) = pattern.shape
            && !self.shapes.contains(&shape)
        {
            if self.shapes.len() >= SHAPES_MAX {
                return Err(EntryFault::Shapes);
            }
            self.shapes.push(shape);
        }
        self.entries.push(Entry { hash: pattern.hash, from, until });
        if self.entries.len() * 8 > self.buckets.len() * 5 {
            self.grow();
        } else {
            self.put(self.entries.len() - 1);
        }
        Ok(())
    }

    /// Ends every entry of a pattern that holds at a time or later; how many there were.
    pub fn end(&mut self, pattern: Pattern, at: i64) -> usize {
        let numbers: Vec<usize> = self.matches(pattern.hash).collect();
        let mut ended = 0;
        for number in numbers {
            let entry = &mut self.entries[number];
            if entry.until > at {
                entry.until = at.max(entry.from);
                ended += 1;
            }
        }
        ended
    }

    /// Whether a value stands in the list at a time.
    pub fn holds(&self, hash: u64, text: Option<&str>, time: i64, keys: &HashKeys) -> bool {
        if self.has(hash, time) {
            return true;
        }
        let Some(text) = text.filter(|text| !self.shapes.is_empty() && text.len() <= MASKED_BYTES_MAX) else {
            return false;
        };
        let chars = text.chars().count();
        let fitting = self.shapes.iter().filter(|shape| shape.head + shape.stars + shape.tail == chars);
        fitting.map(|shape| keys.text(&shape.mask(text))).any(|masked| self.has(masked, time))
    }

    /// Fetches where an entry would stand; what it gives says nothing.
    pub fn touch(&self, hash: u64) -> u64 {
        self.buckets.get(home(hash) & self.buckets.len().wrapping_sub(1)).copied().unwrap_or_default()
    }

    fn has(&self, hash: u64, time: i64) -> bool {
        self.matches(hash).any(|number| {
            let entry = &self.entries[number];
            entry.from <= time && time < entry.until
        })
    }

    /// Entries there are, ended ones too.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Gives up entries that ended before a time.
    pub fn forget_before(&mut self, time: i64) {
        self.entries.retain(|entry| entry.until > time);
        self.buckets.clear();
        self.grow();
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.buckets.capacity() * size_of::<u64>() + self.entries.capacity() * size_of::<Entry>()
    }

    fn matches(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let mask = self.buckets.len().wrapping_sub(1);
        let mut at = if self.buckets.is_empty() { 0 } else { home(hash) & mask };
        std::iter::from_fn(move || {
            loop {
                let bucket = *self.buckets.get(at)?;
                if bucket == 0 {
                    return None;
                }
                at = (at + 1) & mask;
                if bucket >> 32 == hash >> 32 {
                    let number = (bucket as u32 - 1) as usize;
                    if self.entries[number].hash == hash {
                        return Some(number);
                    }
                }
            }
        })
    }

    fn grow(&mut self) {
        /// Buckets of a small list.
        const FIRST: usize = 16;
        let buckets = (self.entries.len() * 2).next_power_of_two().max(FIRST);
        self.buckets = vec![0; buckets];
        (0..self.entries.len()).for_each(|number| self.put(number));
    }

    fn put(&mut self, number: usize) {
        let (hash, mask) = (self.entries[number].hash, self.buckets.len() - 1);
        let mut at = home(hash) & mask;
        while self.buckets[at] != 0 {
            at = (at + 1) & mask;
        }
        self.buckets[at] = (hash >> 32 << 32) | (number as u64 + 1);
    }
}

/// The bucket a hash belongs in before the mask: by its low half, while the bucket keeps the high one.
fn home(hash: u64) -> usize {
    hash as u32 as usize
}

impl Shape {
    /// A text with the middle hidden.
    fn mask(&self, text: &str) -> Vec<u8> {
        let middle = self.head..self.head + self.stars;
        let masked = text.chars().enumerate().map(|(at, c)| if middle.contains(&at) { '*' } else { c });
        masked.collect::<String>().into_bytes()
    }
}

/// All lists of an engine, by number.
#[derive(Debug)]
pub struct ListSet {
    /// The secret under which values are hashed.
    pub keys: HashKeys,
    /// The lists.
    pub lists: Vec<List>,
}

impl Lists for ListSet {
    fn holds(&self, list: u16, hash: u64, text: Option<&str>, time: i64) -> bool {
        self.lists.get(usize::from(list)).is_some_and(|list| list.holds(hash, text, time, &self.keys))
    }

    fn touch(&self, list: u16, hash: u64) -> u64 {
        self.lists.get(usize::from(list)).map_or(0, |list| list.touch(hash))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEYS: [u8; 16] = [5; 16];

    fn list(entries: &[(&str, i64, i64)]) -> List {
        let (mut list, keys) = (List::default(), HashKeys::new(KEYS));
        for (text, from, until) in entries {
            list.add(Pattern::of(text, &keys).unwrap(), *from, *until).unwrap();
        }
        list
    }

    fn holds(list: &List, text: &str, time: i64) -> bool {
        let keys = HashKeys::new(KEYS);
        list.holds(keys.text(text.as_bytes()), Some(text), time, &keys)
    }

    #[test]
    fn entries_hold_in_their_time() {
        let mut list = list(&[("6222001", 10, 20), ("6222001", 30, NO_END), ("陈*", 0, NO_END)]);
        for (time, expect) in [(9, false), (10, true), (19, true), (20, false), (30, true), (1 << 60, true)] {
            assert_eq!(holds(&list, "6222001", time), expect, "{time}");
        }
        assert_eq!(list.end(Pattern::of("6222001", &HashKeys::new(KEYS)).unwrap(), 40), 1);
        assert!(!holds(&list, "6222001", 40) && holds(&list, "6222001", 39) && holds(&list, "6222001", 15));
        list.forget_before(40);
        assert_eq!(list.len(), 1);
        assert!(holds(&list, "陈明", 5) && !holds(&list, "陈小明", 5) && !holds(&list, "李明", 5));
    }

    #[test]
    fn masks_match_what_they_hide() {
        let list = list(&[("6222****1234", 0, NO_END), ("138****5678", 0, NO_END), ("****99", 0, NO_END)]);
        for good in ["622200001234", "622299991234", "13800005678", "123499"] {
            assert!(holds(&list, good, 1), "{good}");
        }
        for bad in ["62220001234", "6222000001234", "622200001235", "13900005678", "99", "", &"9".repeat(500)] {
            assert!(!holds(&list, bad, 1), "{bad}");
        }
        let keys = HashKeys::new(KEYS);
        // Without the text only exact entries can be told.
        assert!(!list.holds(keys.text(b"622200001234"), None, 1, &keys));
    }

    #[test]
    fn an_entry_comes_back_from_its_hash_and_shape() {
        let keys = HashKeys::new(KEYS);
        for text in ["6222****1234", "6222001", "****99"] {
            let pattern = Pattern::of(text, &keys).unwrap();
            assert_eq!(Pattern::stored(pattern.hash(), pattern.shape()), pattern);
        }
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        let keys = HashKeys::new(KEYS);
        assert_eq!(Pattern::of("", &keys), Err(EntryFault::Empty));
        assert_eq!(Pattern::of("****", &keys), Err(EntryFault::Empty));
        assert_eq!(Pattern::of("6*2*3", &keys), Err(EntryFault::Scattered));
        let mut list = List::default();
        assert_eq!(list.add(Pattern::of("6", &keys).unwrap(), 5, 5), Err(EntryFault::Never));
        for stars in 1..=SHAPES_MAX {
            list.add(Pattern::of(&format!("6{}", "*".repeat(stars)), &keys).unwrap(), 0, 1).unwrap();
        }
        let another = Pattern::of("6**7", &keys).unwrap();
        assert_eq!(list.add(another, 0, 1), Err(EntryFault::Shapes));
    }

    #[test]
    fn pairs_are_exact_and_ordered() {
        let keys = HashKeys::new(KEYS);
        let mut list = List::default();
        list.add(Pattern::of_several(&["grandmother", "grandchild"], &keys), 0, NO_END).unwrap();
        let ask = |a: &str, b: &str| {
            let hash = keys.combine([keys.text(a.as_bytes()), keys.text(b.as_bytes())]);
            list.holds(hash, None, 1, &keys)
        };
        assert!(ask("grandmother", "grandchild") && !ask("grandchild", "grandmother"));
    }

    proptest! {
        #[test]
        fn a_list_is_a_set(values in prop::collection::vec(0u32..500, 0..400), asked in 0u32..500) {
            let texts: Vec<String> = values.iter().map(|value| format!("62{value}")).collect();
            let list = list(&texts.iter().map(|text| (text.as_str(), 0, NO_END)).collect::<Vec<_>>());
            prop_assert_eq!(holds(&list, &format!("62{asked}"), 1), values.contains(&asked));
        }
    }
}
