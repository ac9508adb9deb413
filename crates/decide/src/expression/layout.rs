//! Where each comparison and each group has its bit, so that running them is a few words of arithmetic.
//!
//! The comparisons of one place share a stretch of one word and a table; groups are sorted so that what is joined comes
//! first and groups of one form follow each other.

use super::{
    code::{Atom, Batch, Condition, Group, Mask, Pair, Program, Segment},
    emit::{Bit, Literal},
};

/// Bits of a word.
const WORD: usize = 64;

/// Gives everything its bits; `None` if there are too many to be numbered.
pub(super) fn lay_out(
    program: Program,
    atoms: &[Atom],
    groups: &[(bool, Vec<Literal>)],
    conditions: &[Literal],
) -> Option<Program> {
    let mut layout = Layout { program, atoms: vec![0; atoms.len()], groups: vec![0; groups.len()] };
    layout.comparisons(atoms);
    layout.joins(groups);
    // A literal's word has 16 bits, with room for the contraries behind.
    if 2 * layout.program.words > usize::from(u16::MAX) {
        return None;
    }
    layout.masks(groups);
    layout.program.conditions = conditions.iter().map(|literal| layout.condition(*literal)).collect();
    Some(layout.program)
}

struct Layout {
    program: Program,
    /// The bit of each comparison.
    atoms: Vec<u32>,
    /// The bit of each group.
    groups: Vec<u32>,
}

impl Layout {
    fn bit(&self, bit: Bit) -> u32 {
        match bit {
            Bit::Atom(number) => self.atoms[number],
            Bit::Group(number) => self.groups[number],
        }
    }

    fn condition(&self, (bit, is_negated): Literal) -> Condition {
        Condition { bit: self.bit(bit), is_negated }
    }

    /// Puts the comparisons of each place side by side.
    fn comparisons(&mut self, atoms: &[Atom]) {
        let mut order: Vec<usize> = (0..atoms.len()).collect();
        order.sort_by_key(|number| atoms[*number]);
        let mut used = 0;
        for one_place in order.chunk_by(|a, b| same_place(&atoms[*a], &atoms[*b])) {
            for part in one_place.chunks(WORD) {
                // A stretch never lies across two words.
                if used % WORD + part.len() > WORD {
                    used = used.next_multiple_of(WORD);
                }
                if used % WORD == 0 && used > 0 {
                    self.program.ends.push(self.program.segments.len() as u32);
                }
                for (offset, number) in part.iter().enumerate() {
                    self.atoms[*number] = (used + offset) as u32;
                }
                let part: Vec<Atom> = part.iter().map(|number| atoms[*number]).collect();
                self.segment(&part, used % WORD);
                used += part.len();
            }
        }
        if !self.program.segments.is_empty() {
            self.program.ends.push(self.program.segments.len() as u32);
        }
        self.program.words = self.program.ends.len();
    }

    /// Cuts the numbers where an answer changes, and writes the answers down for each stretch between.
    fn segment(&mut self, atoms: &[Atom], shift: usize) {
        let program = &mut self.program;
        let mut cuts: Vec<i64> =
            atoms.iter().flat_map(|atom| [Some(atom.low), atom.high.checked_add(1)]).flatten().collect();
        cuts.sort_unstable();
        cuts.dedup();
        // Nothing lies before the smallest number.
        cuts.retain(|cut| *cut != i64::MIN);
        let answers = |value: i64| {
            let holds =
                |(bit, atom): (usize, &Atom)| u64::from(atom.low <= value && value <= atom.high) << (bit + shift);
            atoms.iter().enumerate().map(holds).fold(0, |all, one| all | one)
        };
        let table = program.table.len() as u32;
        program.table.push(answers(i64::MIN));
        program.table.extend(cuts.iter().map(|cut| answers(*cut)));
        let from = program.cuts.len() as u32;
        program.cuts.extend(cuts);
        let mask = if atoms.len() == WORD { u64::MAX } else { ((1u64 << atoms.len()) - 1) << shift };
        let (slot, is_double) = (atoms[0].slot, atoms[0].is_double);
        program.segments.push(Segment { slot, is_double, cuts: (from, program.cuts.len() as u32), table, mask });
    }

    /// Gives groups their bits: what is joined by another comes in an earlier batch.
    fn joins(&mut self, groups: &[(bool, Vec<Literal>)]) {
        let mut levels: Vec<usize> = Vec::new();
        for (_, literals) in groups {
            let below = literals.iter().filter_map(|(bit, _)| match bit {
                Bit::Atom(_) => None,
                // Groups are made from the inside out.
                Bit::Group(number) => levels.get(*number).map(|level| level + 1),
            });
            levels.push(below.max().unwrap_or_default());
        }
        // How many words a group touches is known once its parts have bits, and those lie in earlier levels.
        for level in 0..=levels.iter().max().copied().unwrap_or_default() {
            let of_level: Vec<usize> = (0..groups.len()).filter(|number| levels[*number] == level).collect();
            for form in [(true, true), (false, true), (true, false), (false, false)] {
                let fits = |number: &usize| (groups[*number].0, self.words_of(&groups[*number].1) <= 2) == form;
                let batch: Vec<usize> = of_level.iter().copied().filter(fits).collect();
                if batch.is_empty() {
                    continue;
                }
                for (offset, number) in batch.iter().enumerate() {
                    self.groups[*number] = (self.program.words * WORD + offset) as u32;
                }
                self.program.words += batch.len().div_ceil(WORD);
            }
        }
    }

    /// The words that literals lie in, contraries apart.
    fn words_of(&self, literals: &[Literal]) -> usize {
        let mut words: Vec<(bool, u32)> =
            literals.iter().map(|(bit, is_negated)| (*is_negated, self.bit(*bit) / WORD as u32)).collect();
        words.sort_unstable();
        words.dedup();
        words.len()
    }

    /// Writes every group down as masks over words, in the order of their bits.
    fn masks(&mut self, groups: &[(bool, Vec<Literal>)]) {
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|number| self.groups[*number]);
        for number in order {
            let (is_all, literals) = &groups[number];
            let (bit, masks) = (self.groups[number], self.masks_of(literals));
            let parts = literals.iter().map(|literal| self.condition(*literal)).collect();
            let program = &mut self.program;
            program.groups.push(Group { bit, is_all: *is_all, parts });
            let is_pair = masks.len() <= 2;
            let at = if is_pair { program.pairs.len() } else { program.spans.len() } as u32;
            if is_pair {
                let [first, second] =
                    [masks.first(), masks.get(1)].map(|mask| mask.copied().unwrap_or(Mask { bits: 0, word: 0 }));
                program.pairs.push(Pair { masks: [first.bits, second.bits], words: [first.word, second.word] });
            } else {
                let from = program.masks.len() as u32;
                program.masks.extend(masks);
                program.spans.push((from, program.masks.len() as u32));
            }
            let follows = |batch: &&mut Batch| {
                let next = batch.word * WORD as u32 + batch.to - batch.from;
                (batch.is_all, batch.is_pair, next) == (*is_all, is_pair, bit)
            };
            match program.batches.last_mut().filter(follows) {
                Some(batch) => batch.to += 1,
                None => {
                    let word = bit / WORD as u32;
                    program.batches.push(Batch { is_all: *is_all, is_pair, from: at, to: at + 1, word });
                }
            }
        }
    }

    fn masks_of(&self, literals: &[Literal]) -> Vec<Mask> {
        let mut masks: Vec<Mask> = Vec::new();
        for (bit, is_negated) in literals {
            let bit = self.bit(*bit) as usize;
            let word = (bit / WORD + if *is_negated { self.program.words } else { 0 }) as u16;
            let one = 1u64 << (bit % WORD);
            match masks.iter_mut().find(|mask| mask.word == word) {
                Some(mask) => mask.bits |= one,
                None => masks.push(Mask { bits: one, word }),
            }
        }
        masks
    }
}

fn same_place(a: &Atom, b: &Atom) -> bool {
    a.slot == b.slot && a.is_double == b.is_double
}
