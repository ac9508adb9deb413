//! Some thousands of orders in columns, so that a year is counted in milliseconds. A block is read as it lies: its first part
//! holds what every question needs, its second part the orders' places in time and what only looks back need.
//!
//! The stored form has a version byte. A change of it comes with a migration that empties the table and lets every order be
//! counted anew from its events.

mod stored;

use std::collections::HashMap;

use super::facts::{ClockFact, Facts};

/// Orders of one block at most: about 200 KiB, written anew whenever one of its orders changed.
pub const ROWS_MAX: usize = 4_096;

/// No word, no time.
const NONE_WORD: u16 = u16::MAX;
const NONE_SECONDS: u32 = u32::MAX;

/// The words of an order that are kept as numbers, by their place in the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The place of the unit.
    Unit = 0,
    /// The kind of matter.
    Matter = 1,
    /// Who passed it on.
    Source = 2,
    /// Axis A.
    Channel = 3,
    /// Axis B.
    Business = 4,
    /// Axis C.
    Reason = 5,
    /// The root cause.
    Cause = 6,
    /// The product.
    Product = 7,
    /// The step.
    Stage = 8,
    /// The outcome.
    Outcome = 9,
}

/// How many words an order has.
const WORDS: usize = 10;

/// It is another order's matter.
const DUPLICATE: u8 = 1;
/// It takes up a settled matter.
const FOLLOW_UP: u8 = 2;

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockState {
    Open = 0,
    Met = 1,
    Missed = 2,
    Cancelled = 3,
}

/// A clock as a question sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockView {
    /// The rule, as a word of the block.
    pub rule: u16,
    state: u8,
    due_s: u32,
}

impl ClockView {
    /// Whether it was kept (`true`) or missed (`false`) by `now_s`; `None` while it runs, and when it was cancelled.
    pub const fn kept(self, now_s: u32) -> Option<bool> {
        if self.state == ClockState::Met as u8 {
            Some(true)
        } else if self.state == ClockState::Missed as u8 || (self.state == ClockState::Open as u8 && self.due_s < now_s)
        {
            Some(false)
        } else {
            None
        }
    }
}

/// Orders in columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    names: Vec<String>,
    words: [Vec<u16>; WORDS],
    received: Vec<u32>,
    ended: Vec<u32>,
    answered: Vec<u32>,
    contact: Vec<u32>,
    transfers: Vec<u8>,
    rounds: Vec<u8>,
    satisfaction: Vec<u8>,
    flags: Vec<u8>,
    /// Where the clocks of each order end in the clock columns.
    clock_ends: Vec<u32>,
    clock_rules: Vec<u16>,
    clock_states: Vec<u8>,
    clock_dues: Vec<u32>,
    rest: Option<Rest>,
}

/// What only looks back and the writing of blocks need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rest {
    seqs: Vec<i64>,
    filed: Vec<u32>,
    changed: Vec<u32>,
    clock_times: Vec<u32>,
}

/// A stored block that this version cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the block is of another version or damaged")]
pub struct Unreadable;

impl Block {
    /// Orders in columns, in the order given.
    pub fn of(rows: &[(i64, Facts)]) -> Self {
        let mut block = Self { rest: Some(Rest::default()), ..Self::default() };
        let mut known = HashMap::new();
        for (seq, facts) in rows {
            block.push(*seq, facts, &mut known);
        }
        block
    }

    fn push(&mut self, seq: i64, facts: &Facts, known: &mut HashMap<String, u16>) {
        let some = [Some(&facts.unit), Some(&facts.matter), Some(&facts.source)];
        let maybe = [&facts.channel, &facts.business, &facts.reason, &facts.cause, &facts.product].map(Option::as_ref);
        let last = [Some(&facts.stage), facts.outcome.as_ref()];
        for (column, word) in some.into_iter().chain(maybe).chain(last).enumerate() {
            let number = word.map_or(NONE_WORD, |word| intern(&mut self.names, known, word));
            self.words[column].push(number);
        }
        self.received.push(time(Some(facts.received_s)));
        self.ended.push(time(facts.ended_s));
        self.answered.push(time(facts.answered_s));
        self.contact.push(time(facts.contact_s));
        self.transfers.push(u8::try_from(facts.transfers).unwrap_or(u8::MAX));
        self.rounds.push(u8::try_from(facts.rounds).unwrap_or(u8::MAX));
        self.satisfaction.push(facts.satisfaction.unwrap_or(0));
        self.flags.push(u8::from(facts.is_duplicate) * DUPLICATE + u8::from(facts.is_follow_up) * FOLLOW_UP);
        let mut times = Vec::new();
        for clock in &facts.clocks {
            self.clock_rules.push(intern(&mut self.names, known, &clock.rule));
            self.clock_states.push(state(clock) as u8);
            self.clock_dues.push(time(Some(clock.due_s)));
            times.push(time(clock.end_s));
        }
        self.clock_ends.push(self.clock_rules.len() as u32);
        if let Some(rest) = &mut self.rest {
            rest.seqs.push(seq);
            rest.filed.push(time(Some(facts.filed_s)));
            rest.changed.push(time(Some(facts.changed_s)));
            rest.clock_times.extend(times);
        }
    }

    /// How many orders it holds.
    pub fn len(&self) -> usize {
        self.received.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.received.is_empty()
    }

    /// The words that its orders use.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A word of an order, as a number into [`Block::names`].
    pub fn word(&self, row: usize, word: Word) -> Option<u16> {
        Some(self.words[word as usize][row]).filter(|number| *number != NONE_WORD)
    }

    /// A word of an order.
    pub fn text(&self, row: usize, word: Word) -> Option<&str> {
        self.word(row, word).map(|number| self.names[usize::from(number)].as_str())
    }

    /// When the bank received an order.
    pub fn received_s(&self, row: usize) -> u32 {
        self.received[row]
    }

    /// When an order ended.
    pub fn ended_s(&self, row: usize) -> Option<u32> {
        maybe(self.ended[row])
    }

    /// When the complainant was told the decision first.
    pub fn answered_s(&self, row: usize) -> Option<u32> {
        maybe(self.answered[row])
    }

    /// When the complainant was reached first.
    pub fn contact_s(&self, row: usize) -> Option<u32> {
        maybe(self.contact[row])
    }

    /// How often an order was passed on; 255 stands for that and more.
    pub fn transfers(&self, row: usize) -> u8 {
        self.transfers[row]
    }

    /// How often an order was opened.
    pub fn rounds(&self, row: usize) -> u8 {
        self.rounds[row]
    }

    /// What the complainant said, 1 to 5.
    pub fn satisfaction(&self, row: usize) -> Option<u8> {
        Some(self.satisfaction[row]).filter(|figure| *figure > 0)
    }

    /// Whether an order is another one's matter.
    pub fn is_duplicate(&self, row: usize) -> bool {
        self.flags[row] & DUPLICATE != 0
    }

    /// Whether an order takes up a settled matter.
    pub fn is_follow_up(&self, row: usize) -> bool {
        self.flags[row] & FOLLOW_UP != 0
    }

    /// The clocks of an order.
    pub fn clocks(&self, row: usize) -> impl Iterator<Item = ClockView> + '_ {
        self.clock_range(row).map(|at| ClockView {
            rule: self.clock_rules[at],
            state: self.clock_states[at],
            due_s: self.clock_dues[at],
        })
    }

    fn clock_range(&self, row: usize) -> std::ops::Range<usize> {
        let from = if row == 0 { 0 } else { self.clock_ends[row - 1] as usize };
        from..self.clock_ends[row] as usize
    }

    /// The place in time of an order; `None` when only the first part was read.
    pub fn seq(&self, row: usize) -> Option<i64> {
        self.rest.as_ref().map(|rest| rest.seqs[row])
    }

    /// When an order last changed; `None` when only the first part was read.
    pub fn changed_s(&self, row: usize) -> Option<u32> {
        self.rest.as_ref().map(|rest| rest.changed[row])
    }

    /// What was counted of each order, to be written anew; `None` when only the first part was read.
    pub fn facts(&self) -> Option<Vec<(i64, Facts)>> {
        let rest = self.rest.as_ref()?;
        Some((0..self.len()).map(|row| (rest.seqs[row], self.facts_of(row, rest))).collect())
    }

    fn facts_of(&self, row: usize, rest: &Rest) -> Facts {
        let word = |word: Word| self.text(row, word).map(str::to_owned);
        let clock = |at: usize| ClockFact {
            rule: self.names[usize::from(self.clock_rules[at])].clone(),
            due_s: i64::from(self.clock_dues[at]),
            end_s: maybe(rest.clock_times[at]).map(i64::from),
            is_answered: matches!(self.clock_states[at], state if state == ClockState::Met as u8 || state == ClockState::Missed as u8),
        };
        Facts {
            received_s: i64::from(self.received[row]),
            filed_s: i64::from(rest.filed[row]),
            changed_s: i64::from(rest.changed[row]),
            unit: word(Word::Unit).unwrap_or_default(),
            matter: word(Word::Matter).unwrap_or_default(),
            source: word(Word::Source).unwrap_or_default(),
            channel: word(Word::Channel),
            business: word(Word::Business),
            reason: word(Word::Reason),
            cause: word(Word::Cause),
            product: word(Word::Product),
            stage: word(Word::Stage).unwrap_or_default(),
            outcome: word(Word::Outcome),
            contact_s: self.contact_s(row).map(i64::from),
            answered_s: self.answered_s(row).map(i64::from),
            ended_s: self.ended_s(row).map(i64::from),
            transfers: u32::from(self.transfers[row]),
            rounds: u32::from(self.rounds[row]),
            satisfaction: self.satisfaction(row),
            is_duplicate: self.is_duplicate(row),
            is_follow_up: self.is_follow_up(row),
            clocks: self.clock_range(row).map(clock).collect(),
        }
    }

    /// Every number points at a name, and the clocks lie in order.
    fn check(&self) -> Result<(), Unreadable> {
        let names = self.names.len();
        let known = |number: &u16| *number == NONE_WORD || usize::from(*number) < names;
        let whole = self.words.iter().all(|column| column.iter().all(known))
            && self.clock_rules.iter().all(|number| usize::from(*number) < names)
            && self.clock_ends.is_sorted();
        if whole { Ok(()) } else { Err(Unreadable) }
    }
}

fn state(clock: &ClockFact) -> ClockState {
    match clock.end_s {
        None => ClockState::Open,
        Some(_) if !clock.is_answered => ClockState::Cancelled,
        Some(end) if end > clock.due_s => ClockState::Missed,
        Some(_) => ClockState::Met,
    }
}

fn intern(names: &mut Vec<String>, known: &mut HashMap<String, u16>, word: &str) -> u16 {
    if let Some(number) = known.get(word) {
        return *number;
    }
    // A block has far fewer words than the largest number: about ten of each order at most, and most are shared.
    let number = u16::try_from(names.len()).unwrap_or(NONE_WORD).min(NONE_WORD - 1);
    if usize::from(number) == names.len() {
        names.push(word.to_owned());
        known.insert(word.to_owned(), number);
    }
    number
}

/// A time as it is kept: from 1970 to 2106.
fn time(at_s: Option<i64>) -> u32 {
    at_s.map_or(NONE_SECONDS, |at| u32::try_from(at.max(0)).unwrap_or(NONE_SECONDS - 1).min(NONE_SECONDS - 1))
}

const fn maybe(at: u32) -> Option<u32> {
    if at == NONE_SECONDS { None } else { Some(at) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_facts() -> impl Strategy<Value = Facts> {
        let word = || proptest::option::of("[a-c]{1,2}");
        let time = || proptest::option::of(1_500_000_000i64..1_900_000_000);
        let clock = (1_500_000_000i64..1_900_000_000, time(), any::<bool>(), "[a-b]{1,2}").prop_map(
            |(due_s, end_s, answered, rule)| ClockFact { rule, due_s, end_s, is_answered: answered && end_s.is_some() },
        );
        let words = (word(), word(), word(), word(), word(), word());
        let times = (1_500_000_000i64..1_900_000_000, time(), time(), time());
        let counts = (0u32..200, 1u32..9, proptest::option::of(1u8..6), any::<bool>(), any::<bool>());
        (words, times, counts, proptest::collection::vec(clock, 0..4), "/HO/[A-C]{0,1}").prop_map(
            |(words, times, counts, clocks, unit)| Facts {
                received_s: times.0,
                filed_s: times.0 + 5,
                changed_s: times.0 + 9,
                unit,
                matter: "complaint".to_owned(),
                source: "direct".to_owned(),
                channel: words.0,
                business: words.1,
                reason: words.2,
                cause: words.3,
                product: words.4,
                stage: "closed".to_owned(),
                outcome: words.5,
                contact_s: times.1,
                answered_s: times.2,
                ended_s: times.3,
                transfers: counts.0,
                rounds: counts.1,
                satisfaction: counts.2,
                is_duplicate: counts.3,
                is_follow_up: counts.4,
                clocks,
            },
        )
    }

    proptest! {
        #[test]
        fn a_block_survives_its_stored_form(facts in proptest::collection::vec(any_facts(), 0..40)) {
            let rows: Vec<(i64, Facts)> = facts.into_iter().enumerate().map(|(at, facts)| (at as i64 * 7, facts)).collect();
            let block = Block::of(&rows);
            prop_assert_eq!(block.facts().unwrap(), rows.clone());
            let (first, rest) = block.to_bytes();
            prop_assert_eq!(&Block::from_bytes(&first, Some(&rest)).unwrap(), &block);
            let part = Block::from_bytes(&first, None).unwrap();
            prop_assert_eq!((part.len(), part.facts()), (rows.len(), None));
            for (_, facts) in &rows {
                let read = Facts::from_text(&facts.to_text());
                prop_assert_eq!(read.as_ref(), Some(facts));
            }
        }

        #[test]
        fn damaged_blocks_are_refused_or_whole(facts in proptest::collection::vec(any_facts(), 1..6), at in any::<usize>(), to in any::<u8>(), cut in any::<bool>()) {
            let rows: Vec<(i64, Facts)> = facts.into_iter().enumerate().map(|(at, facts)| (at as i64, facts)).collect();
            let (mut first, _) = Block::of(&rows).to_bytes();
            let at = at % first.len();
            if cut { first.truncate(at) } else { first[at] = to };
            if let Ok(block) = Block::from_bytes(&first, None) {
                for row in 0..block.len() {
                    let _ = (block.text(row, Word::Unit), block.clocks(row).count(), block.transfers(row));
                }
            }
        }
    }

    #[test]
    fn a_clock_is_kept_missed_or_still_running() {
        let fact = |end_s, is_answered| ClockFact { rule: "r".to_owned(), due_s: 100, end_s, is_answered };
        let check = |clock: ClockFact, now_s: u32, expect: Option<bool>| {
            let facts = Facts { clocks: vec![clock], ..crate::figures::question::tests::facts() };
            let block = Block::of(&[(1, facts)]);
            assert_eq!(block.clocks(0).next().unwrap().kept(now_s), expect);
        };
        check(fact(Some(100), true), 500, Some(true));
        check(fact(Some(101), true), 500, Some(false));
        check(fact(Some(101), false), 500, None);
        check(fact(None, false), 100, None);
        check(fact(None, false), 101, Some(false));
    }
}
