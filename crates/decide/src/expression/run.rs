//! Runs compiled code over the working memory of a decision: values first, then all simple comparisons at once without a
//! branch, then what the rules make of them.

use std::collections::HashMap;

use super::{
    code::{Condition, Instruction, Mask, Op, Pair, Program},
    node::{One, TextTest, Two},
};
use crate::{schema::Row, value::Slot};

/// Lists as an expression asks them.
pub trait Lists {
    /// Whether an entry of a list holds at a time. `hash` is that of the text, or of several values together; `text` is
    /// there for one text that came with the event, so that masked entries can be compared.
    fn holds(&self, list: u16, hash: u64, text: Option<&str>, time: i64) -> bool;

    /// Fetches where an entry would stand, so that the question finds it at hand. What it gives says nothing; a caller
    /// that keeps it makes the fetch happen.
    fn touch(&self, _list: u16, _hash: u64) -> u64 {
        0
    }
}

/// No lists at all.
#[derive(Debug, Clone, Copy)]
pub struct NoLists;

impl Lists for NoLists {
    fn holds(&self, _: u16, _: u64, _: Option<&str>, _: i64) -> bool {
        false
    }
}

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// What one value gives; unknown on overflow and on what is not a number.
pub(super) fn one(op: One, a: u64) -> Option<u64> {
    let (int, double) = (a.cast_signed(), f64::from_bits(a));
    match op {
        One::Not => Some(a ^ 1),
        One::NegInt => int.checked_neg().map(i64::cast_unsigned),
        One::NegDouble => number(-double),
        One::AbsInt => int.checked_abs().map(i64::cast_unsigned),
        One::AbsDouble => number(double.abs()),
        One::ToDouble => number(int as f64),
        One::ToInt => {
            // Both bounds are exact as doubles; what lies between them fits.
            let fits = double > -9_223_372_036_854_775_808.0 && double < 9_223_372_036_854_775_808.0;
            fits.then(|| (double.trunc() as i64).cast_unsigned())
        }
        One::Hours => Some((int.div_euclid(HOUR).rem_euclid(24)).cast_unsigned()),
        One::Minutes => Some((int.div_euclid(HOUR / 60).rem_euclid(60)).cast_unsigned()),
        // The first of January 1970 was a Thursday.
        One::DayOfWeek => Some(((int.div_euclid(24 * HOUR) + 4).rem_euclid(7)).cast_unsigned()),
        One::Size => Some(a & u64::from(u32::MAX)),
    }
}

/// What two values give; unknown on overflow, division by zero and on what is not a number.
pub(super) fn two(op: Two, a: u64, b: u64) -> Option<u64> {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    let (p, q) = (f64::from_bits(a), f64::from_bits(b));
    match op {
        Two::And => Some(a & b),
        Two::Or => Some(a | b),
        Two::AddInt => x.checked_add(y).map(i64::cast_unsigned),
        Two::SubInt => x.checked_sub(y).map(i64::cast_unsigned),
        Two::MulInt => x.checked_mul(y).map(i64::cast_unsigned),
        Two::DivInt => x.checked_div(y).map(i64::cast_unsigned),
        Two::RemInt => x.checked_rem(y).map(i64::cast_unsigned),
        Two::AddDouble => number(p + q),
        Two::SubDouble => number(p - q),
        Two::MulDouble => number(p * q),
        Two::DivDouble => number(p / q),
        Two::MaxInt => Some(x.max(y).cast_unsigned()),
        Two::MinInt => Some(x.min(y).cast_unsigned()),
        Two::MaxDouble => number(p.max(q)),
        Two::MinDouble => number(p.min(q)),
        Two::Equal => Some(u64::from(a == b)),
        Two::LessInt => Some(u64::from(x < y)),
        Two::LessDouble => Some(u64::from(p < q)),
        Two::EqualDouble => Some(u64::from(p == q)),
    }
}

/// The bits of a double that is a finite number, with one zero only.
fn number(value: f64) -> Option<u64> {
    value.is_finite().then(|| (value + 0.0).to_bits())
}

/// Doubles as whole numbers in the same order; there is one zero and no NaN.
pub(super) fn ordered(bits: u64) -> i64 {
    let signed = bits.cast_signed();
    signed ^ (((signed >> 63).cast_unsigned() >> 1).cast_signed())
}

impl Program {
    /// Runs everything: `values` and `known` are the working memory, with room for what the program computes.
    pub fn run(&self, row: &Row, lists: &dyn Lists, values: &mut [u64], known: &mut [bool], truth: &mut Truth) {
        for (slot, bits) in &self.constants {
            values[usize::from(*slot)] = *bits;
            known[usize::from(*slot)] = true;
        }
        for instruction in &self.code {
            let found = self.step(instruction, row, lists, values, known);
            values[usize::from(instruction.out)] = found.unwrap_or_default();
            known[usize::from(instruction.out)] = found.is_some();
        }
        self.compare(values, known, truth);
        self.judge(truth);
    }

    /// Fetches what lists will be asked for, as far as it is known before anything is computed.
    pub fn touch(&self, lists: &dyn Lists, values: &[u64], known: &[bool]) -> u64 {
        self.code.iter().fold(0, |touched, instruction| match instruction.op {
            Op::InList { list } => {
                touched ^ self.list_hash(instruction, values, known).map_or(0, |hash| lists.touch(list, hash))
            }
            Op::One(_) | Op::Two(_) | Op::If | Op::Known | Op::InTexts | Op::Text(_) => touched,
        })
    }

    /// The hash that a list is asked for: of one text, or of several together.
    fn list_hash(&self, i: &Instruction, values: &[u64], known: &[bool]) -> Option<u64> {
        let get = |slot: Slot| known[usize::from(slot)].then(|| values[usize::from(slot)]);
        let key = &self.list_keys[usize::from(i.a)];
        if let [slot] = key[..] {
            return get(slot);
        }
        let mut parts = [0; super::emit::KEY_PARTS_MAX];
        for (part, slot) in parts.iter_mut().zip(key) {
            *part = get(*slot)?;
        }
        Some(self.keys.combine(parts[..key.len()].iter().copied()))
    }

    fn step(&self, i: &Instruction, row: &Row, lists: &dyn Lists, values: &[u64], known: &[bool]) -> Option<u64> {
        let get = |slot: Slot| known[usize::from(slot)].then(|| values[usize::from(slot)]);
        match i.op {
            Op::One(op) => one(op, get(i.a)?),
            Op::Two(Two::And) => match (get(i.a), get(i.b)) {
                (Some(0), _) | (_, Some(0)) => Some(0),
                (Some(_), Some(_)) => Some(1),
                _ => None,
            },
            Op::Two(Two::Or) => match (get(i.a), get(i.b)) {
                (Some(1), _) | (_, Some(1)) => Some(1),
                (Some(_), Some(_)) => Some(0),
                _ => None,
            },
            Op::Two(op) => two(op, get(i.a)?, get(i.b)?),
            Op::If => {
                if get(i.a)? == 1 {
                    get(i.b)
                } else {
                    get(i.c)
                }
            }
            Op::Known => Some(u64::from(known[usize::from(i.a)])),
            Op::InTexts => Some(u64::from(row.texts(get(i.b)?).binary_search(&get(i.a)?).is_ok())),
            Op::InList { list } => {
                let hash = self.list_hash(i, values, known)?;
                // Only a field of the event has a text.
                let text = if let [slot] = self.list_keys[usize::from(i.a)][..] { row.text(slot) } else { None };
                Some(u64::from(lists.holds(list, hash, text, row.time())))
            }
            Op::Text(test) => {
                let (text, wanted) = (row.text(i.a)?, &self.texts[usize::from(i.b)]);
                Some(u64::from(match test {
                    TextTest::Starts => text.starts_with(wanted.as_str()),
                    TextTest::Ends => text.ends_with(wanted.as_str()),
                    TextTest::Contains => text.contains(wanted.as_str()),
                }))
            }
        }
    }

    /// All simple comparisons, place by place: how many cuts a value has passed tells which of them hold.
    fn compare(&self, values: &[u64], known: &[bool], truth: &mut Truth) {
        truth.words = self.words;
        let mut from = 0;
        for (word, end) in self.ends.iter().enumerate() {
            let (mut yes, mut no) = (0, 0);
            for segment in &self.segments[from..*end as usize] {
                let bits = values[usize::from(segment.slot)];
                let value = if segment.is_double { ordered(bits) } else { bits.cast_signed() };
                let cuts = &self.cuts[segment.cuts.0 as usize..segment.cuts.1 as usize];
                let passed = if cuts.len() <= CUTS_COUNTED {
                    cuts.iter().map(|cut| usize::from(*cut <= value)).sum()
                } else {
                    cuts.partition_point(|cut| *cut <= value)
                };
                let holds = self.table[segment.table as usize + passed];
                let there = u64::from(known[usize::from(segment.slot)]).wrapping_neg();
                yes |= holds & there;
                no |= !holds & segment.mask & there;
            }
            truth.bits[word] = yes;
            truth.bits[self.words + word] = no;
            from = *end as usize;
        }
    }

    /// What the rules make of the comparisons, from the inside out: only what is known to hold, since nothing on the way
    /// asks for the contrary of a group.
    fn judge(&self, truth: &mut Truth) {
        let bits: &mut [u64; WORDS] = &mut truth.bits;
        for batch in &self.batches {
            let (from, to, mut word) = (batch.from as usize, batch.to as usize, batch.word as usize);
            let mut keep = |bits: &mut [u64; WORDS], found: u64| {
                bits[word & (WORDS - 1)] = found;
                word += 1;
            };
            match (batch.is_all, batch.is_pair) {
                (true, true) => self.pairs[from..to].chunks(64).for_each(|pairs| {
                    let found = gather(pairs, |pair| pair.all(bits));
                    keep(bits, found);
                }),
                (false, true) => self.pairs[from..to].chunks(64).for_each(|pairs| {
                    let found = gather(pairs, |pair| pair.any(bits));
                    keep(bits, found);
                }),
                (is_all, false) => self.spans[from..to].chunks(64).for_each(|spans| {
                    let found = gather(spans, |(from, to)| {
                        let mut masks = self.masks[*from as usize..*to as usize].iter();
                        let word = |mask: &Mask| bits[usize::from(mask.word)] & mask.bits;
                        if is_all {
                            masks.all(|mask| word(mask) == mask.bits)
                        } else {
                            masks.any(|mask| word(mask) != 0)
                        }
                    });
                    keep(bits, found);
                }),
            }
        }
    }

    /// Whether a condition holds after a run; `None` is unknown. For showing, not for deciding.
    pub fn answer(&self, truth: &Truth, condition: Condition) -> Option<bool> {
        let mut answers: HashMap<u32, Option<bool>> = HashMap::new();
        let answer = |part: &Condition, answers: &HashMap<u32, Option<bool>>| {
            let plain = answers.get(&part.bit).copied().unwrap_or_else(|| truth.compared(part.bit));
            plain.map(|holds| holds != part.is_negated)
        };
        for group in &self.groups {
            let parts = || group.parts.iter().map(|part| answer(part, &answers));
            let (one, rest) = (Some(!group.is_all), Some(group.is_all));
            let found = if parts().any(|part| part == one) {
                one
            } else if parts().all(|part| part == rest) {
                rest
            } else {
                None
            };
            answers.insert(group.bit, found);
        }
        answer(&condition, &answers)
    }
}

/// A bit for each of at most 64.
fn gather<T>(of: &[T], holds: impl Fn(&T) -> bool) -> u64 {
    of.iter().enumerate().fold(0, |found, (bit, one)| found | u64::from(holds(one)) << bit)
}

impl Pair {
    fn words(&self, bits: &[u64; WORDS]) -> [u64; 2] {
        [0, 1].map(|at| bits[usize::from(self.words[at])] & self.masks[at])
    }

    fn all(&self, bits: &[u64; WORDS]) -> bool {
        let [first, second] = self.words(bits);
        (first == self.masks[0]) & (second == self.masks[1])
    }

    fn any(&self, bits: &[u64; WORDS]) -> bool {
        let [first, second] = self.words(bits);
        first | second != 0
    }
}

/// Words that a number of 16 bits can name, so that no look at them needs a check.
const WORDS: usize = 1 << 16;
/// Cuts up to this many are counted without a branch; more are searched.
const CUTS_COUNTED: usize = 24;

/// What is known to hold, and which comparisons are known not to.
#[derive(Debug)]
pub struct Truth {
    /// Comparisons and groups; behind them, from `words` on, the contraries of comparisons.
    bits: Box<[u64; WORDS]>,
    words: usize,
}

impl Default for Truth {
    fn default() -> Self {
        let zeros = vec![0; WORDS].into_boxed_slice();
        Self { bits: zeros.try_into().expect("it was made that long"), words: 0 }
    }
}

impl Truth {
    /// Whether a condition is known to hold.
    pub fn holds(&self, condition: Condition) -> bool {
        let word = condition.bit as usize / 64 + if condition.is_negated { self.words } else { 0 };
        self.bits[word & (WORDS - 1)] >> (condition.bit % 64) & 1 == 1
    }

    /// What a comparison says.
    fn compared(&self, bit: u32) -> Option<bool> {
        let says = |is_negated| self.holds(Condition { bit, is_negated });
        if says(false) { Some(true) } else { says(true).then_some(false) }
    }
}
