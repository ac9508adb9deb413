//! Runs compiled code over the working memory of a decision: values first, then all simple comparisons at once without a
//! branch, then what the rules make of them.

use super::{
    code::{Instruction, Op, Program},
    node::{One, TextTest, Two},
};
use crate::{schema::Row, value::Slot};

/// Lists as an expression asks them.
pub trait Lists {
    /// Whether an entry of a list holds at a time. `hash` is that of the text, or of several values together; `text` is
    /// there for one text that came with the event, so that masked entries can be compared.
    fn holds(&self, list: u16, hash: u64, text: Option<&str>, time: i64) -> bool;
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
                let key = &self.list_keys[usize::from(i.a)];
                if let [slot] = key[..] {
                    let hash = get(slot)?;
                    // Only a field of the event has a text.
                    return Some(u64::from(lists.holds(list, hash, row.text(slot), row.time())));
                }
                let mut parts = [0; super::emit::KEY_PARTS_MAX];
                for (part, slot) in parts.iter_mut().zip(key) {
                    *part = get(*slot)?;
                }
                let hash = self.keys.combine(parts[..key.len()].iter().copied());
                Some(u64::from(lists.holds(list, hash, None, row.time())))
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

    /// All simple comparisons: is the value of a place between two numbers?
    fn compare(&self, values: &[u64], known: &[bool], truth: &mut Truth) {
        truth.yes.clear();
        truth.no.clear();
        for atoms in self.whole.chunks(64) {
            let (mut yes, mut there) = (0u64, 0u64);
            for (bit, atom) in atoms.iter().enumerate() {
                let value = values[usize::from(atom.slot)].cast_signed();
                yes |= u64::from((atom.low <= value) & (value <= atom.high)) << bit;
                there |= u64::from(known[usize::from(atom.slot)]) << bit;
            }
            truth.yes.push(yes & there);
            truth.no.push(!yes & there);
        }
        for atoms in self.double.chunks(64) {
            let (mut yes, mut there) = (0u64, 0u64);
            for (bit, atom) in atoms.iter().enumerate() {
                let value = ordered(values[usize::from(atom.slot)]);
                yes |= u64::from((atom.low <= value) & (value <= atom.high)) << bit;
                there |= u64::from(known[usize::from(atom.slot)]) << bit;
            }
            truth.yes.push(yes & there);
            truth.no.push(!yes & there);
        }
        truth.yes.resize(self.words, 0);
        truth.no.resize(self.words, 0);
    }

    /// What the rules make of the comparisons, from the inside out.
    fn judge(&self, truth: &mut Truth) {
        for group in &self.groups {
            let masks = &self.masks[group.from as usize..group.to as usize];
            let (mut any_yes, mut any_no, mut all_yes, mut all_no) = (false, false, true, true);
            for mask in masks {
                let (yes, no) = (truth.yes[usize::from(mask.word)], truth.no[usize::from(mask.word)]);
                any_yes |= (yes & mask.plain) | (no & mask.negated) != 0;
                any_no |= (no & mask.plain) | (yes & mask.negated) != 0;
                all_yes &= (yes & mask.plain == mask.plain) & (no & mask.negated == mask.negated);
                all_no &= (no & mask.plain == mask.plain) & (yes & mask.negated == mask.negated);
            }
            let (yes, no) = if group.is_all { (all_yes, any_no) } else { (any_yes, all_no) };
            let (word, bit) = (group.bit as usize / 64, group.bit % 64);
            truth.yes[word] |= u64::from(yes) << bit;
            truth.no[word] |= u64::from(no) << bit;
        }
    }
}

/// What holds and what does not; what is in neither is unknown.
#[derive(Debug, Default)]
pub struct Truth {
    pub(super) yes: Vec<u64>,
    pub(super) no: Vec<u64>,
}

impl Truth {
    /// Whether a condition holds: `None` is unknown.
    pub fn of(&self, condition: super::Condition) -> Option<bool> {
        let (word, bit) = (condition.bit as usize / 64, condition.bit % 64);
        let (yes, no) = (self.yes[word] >> bit & 1 == 1, self.no[word] >> bit & 1 == 1);
        let (yes, no) = if condition.is_negated { (no, yes) } else { (yes, no) };
        if yes { Some(true) } else { no.then_some(false) }
    }

    /// Whether a condition is known to hold.
    pub fn holds(&self, condition: super::Condition) -> bool {
        let side = if condition.is_negated { &self.no } else { &self.yes };
        side[condition.bit as usize / 64] >> (condition.bit % 64) & 1 == 1
    }
}
