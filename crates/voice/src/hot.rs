//! Hot issues: where complaints come more often than a place's own past explains, and which words rise.
//!
//! Every place of the organisation, with what is complained about there and why, is compared with itself; no threshold is the
//! same for all. The statistics are in [`chance`]. A cell counts the orders of the place and of everything below it.

pub mod chance;
pub mod words;

use std::collections::HashMap;

use kernel::{Date, OrgPath, Timestamp};
use ledger::{Connection, StoreError};
use regulation::MatterKind;

use crate::{
    figures::{Block, Period, Question, block::Word},
    model::Law,
    store::columns::{self, Depth},
};

/// The policy's days that are looked at.
const WINDOW: &str = "policy.hot.window";
/// The policy's days before them with which they are compared.
const BASELINE: &str = "policy.hot.baseline";
/// The policy's number of orders below which nothing is hot.
const LEAST: &str = "policy.hot.least";
/// The policy's share of false ones among those that are shown, in percent.
const FALSE_PERCENT: &str = "policy.hot.false_share";

/// What is compared with what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The last of the days that are looked at.
    pub day: Date,
    /// How many days are looked at.
    pub days_seen: u32,
    /// How many days before them they are compared with.
    pub days_before: u32,
    /// Orders below which nothing is hot.
    pub least: u64,
    /// The share of false ones among those that are shown, at most.
    pub false_max: f64,
}

impl Plan {
    /// The bank's own plan for a day; `None` where its policy has none.
    pub fn of(law: &Law, day: Date) -> Option<Self> {
        let policy = |id| law.policy(id, day);
        Some(Self {
            day,
            days_seen: policy(WINDOW)?.max(1),
            days_before: policy(BASELINE)?.max(1),
            least: policy(LEAST)?.max(1).into(),
            false_max: f64::from(policy(FALSE_PERCENT)?.min(100)) / 100.0,
        })
    }

    /// The days that are looked at.
    pub fn window(&self) -> Period {
        Period { from: back(self.day, self.days_seen - 1), to: self.day }
    }

    /// The days with which they are compared.
    pub fn baseline(&self) -> Period {
        let to = back(self.day, self.days_seen);
        Period { from: back(to, self.days_before - 1), to }
    }

    fn whole(&self) -> Period {
        Period { from: self.baseline().from, to: self.day }
    }
}

/// So many days earlier.
pub fn back(day: Date, days: u32) -> Date {
    day.saturating_sub(jiff::Span::new().days(i64::from(days)))
}

/// A place, what its orders are about, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// The place.
    pub place: OrgPath,
    /// The product, or the business where no product is known.
    pub subject: String,
    /// The reason.
    pub reason: String,
}

/// A cell that is hot.
#[derive(Debug, Clone, PartialEq)]
pub struct Hot {
    /// Which.
    pub cell: Cell,
    /// Orders in the days that were looked at.
    pub seen: u64,
    /// Orders in the days before.
    pub before: u64,
    /// How likely that would be if nothing had changed.
    pub chance: f64,
    /// When the first order of the cell within all these days was received.
    pub first_at: Timestamp,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finding {
    /// The hot cells, the least likely first.
    pub hot: Vec<Hot>,
    /// How many cells were looked at.
    pub tests: usize,
}

/// Looks at every cell.
pub fn find(conn: &mut Connection, plan: &Plan) -> Result<Finding, StoreError> {
    let period = plan.whole();
    let top = OrgPath::root("none").expect("the word is a code");
    let question = Question {
        scopes: Vec::new(),
        period,
        compare: false,
        only: vec![(Word::Matter, MatterKind::Complaint.as_str().to_owned())],
        clock: None,
        group: None,
        by: Vec::new(),
        below: top,
        now: Timestamp::end_of(plan.day),
    };
    let window = plan.window().seconds();
    let mut cells = Cells::default();
    columns::scan(conn, question.span(), Depth::Head, |block, skip| cells.add(&question, block, skip, window.0))?;
    Ok(cells.finding(plan))
}

/// Counts of all cells, with words and places as numbers.
#[derive(Default)]
struct Cells {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    counts: HashMap<(u32, u32, u32), Count>,
}

#[derive(Clone, Copy)]
struct Count {
    seen: u64,
    before: u64,
    first_s: u32,
}

impl Cells {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn add(&mut self, question: &Question, block: &Block, skip: &[bool], window_from_s: i64) {
        // A block's words become numbers once, a place all the places above it.
        let numbers: Vec<u32> = block.names().iter().map(|name| self.number(name)).collect();
        let lines: Vec<Vec<u32>> = block
            .names()
            .iter()
            .map(|name| {
                let is_place = name.starts_with('/');
                let ends = name.match_indices('/').skip(1).filter(|_| is_place);
                ends.map(|(at, _)| self.number(&name[..=at])).collect()
            })
            .collect();
        question.each_anywhere(block, skip, |row| {
            let word = |word: Word| block.word(row, word);
            let subject = word(Word::Product).or_else(|| word(Word::Business));
            let (Some(unit), Some(subject), Some(reason)) = (word(Word::Unit), subject, word(Word::Reason)) else {
                return;
            };
            let at = block.received_s(row);
            let is_seen = i64::from(at) >= window_from_s;
            for place in &lines[usize::from(unit)] {
                let key = (*place, numbers[usize::from(subject)], numbers[usize::from(reason)]);
                let count = self.counts.entry(key).or_insert(Count { seen: 0, before: 0, first_s: at });
                count.seen += u64::from(is_seen);
                count.before += u64::from(!is_seen);
                count.first_s = count.first_s.min(at);
            }
        });
    }

    fn finding(self, plan: &Plan) -> Finding {
        let tests = self.counts.len();
        let chance = |count: &Count| chance::tail(count.seen, count.before, plan.days_seen, plan.days_before);
        let possible: Vec<(&(u32, u32, u32), &Count, f64)> = self
            .counts
            .iter()
            .filter(|(_, count)| count.seen >= plan.least)
            .map(|(key, count)| (key, count, chance(count)))
            .collect();
        let all: Vec<f64> = possible.iter().map(|(.., chance)| *chance).collect();
        let Some(bound) = chance::believable(&all, tests, plan.false_max) else {
            return Finding { hot: Vec::new(), tests };
        };
        let name = |number: u32| self.names[number as usize].as_str();
        let mut hot: Vec<Hot> = possible
            .into_iter()
            .filter(|(.., chance)| *chance <= bound)
            .filter_map(|((place, subject, reason), count, chance)| {
                Some(Hot {
                    cell: Cell {
                        place: OrgPath::parse(name(*place)).ok()?,
                        subject: name(*subject).to_owned(),
                        reason: name(*reason).to_owned(),
                    },
                    seen: count.seen,
                    before: count.before,
                    chance,
                    first_at: Timestamp::from_micros(i64::from(count.first_s) * 1_000_000),
                })
            })
            .collect();
        hot.sort_by(|one, other| one.chance.total_cmp(&other.chance).then_with(|| one.cell.cmp(&other.cell)));
        Finding { hot, tests }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Facts, question::tests::facts};

    const DAY_S: i64 = 86_400;

    fn plan() -> Plan {
        Plan { day: "2026-03-02".parse().unwrap(), days_seen: 7, days_before: 84, least: 5, false_max: 0.05 }
    }

    fn order(unit: &str, business: &str, days_ago: i64) -> Facts {
        let received_s = Timestamp::end_of(plan().day).as_micros() / 1_000_000 - days_ago * DAY_S - 60;
        Facts {
            received_s,
            unit: unit.to_owned(),
            business: Some(business.to_owned()),
            reason: Some("fees".to_owned()),
            ..facts()
        }
    }

    fn found(orders: &[Facts]) -> Finding {
        let question = Question {
            scopes: Vec::new(),
            period: plan().whole(),
            compare: false,
            only: Vec::new(),
            clock: None,
            group: None,
            by: Vec::new(),
            below: OrgPath::root("none").unwrap(),
            now: Timestamp::end_of(plan().day),
        };
        let rows: Vec<(i64, Facts)> = (0..).zip(orders.iter().cloned()).collect();
        let mut cells = Cells::default();
        for some in rows.chunks(100) {
            cells.add(&question, &Block::of(some), &[], plan().window().seconds().0);
        }
        cells.finding(&plan())
    }

    /// Two a week of cards everywhere, for a quarter.
    fn quiet() -> Vec<Facts> {
        let units = ["/HO/GZ/GZ001/", "/HO/SZ/SZ001/"];
        (0..91).flat_map(|day| units.map(|unit| order(unit, "card", day))).collect()
    }

    #[test]
    fn what_is_as_always_is_not_hot() {
        let finding = found(&quiet());
        assert_eq!(finding.hot, []);
        // Two outlets, two branches, the head office.
        assert_eq!(finding.tests, 5);
    }

    #[test]
    fn what_is_more_than_its_own_past_is_found_at_its_place() {
        let mut orders = quiet();
        orders.extend((0..15).map(|n| order("/HO/GZ/GZ001/", "card", n % 7)));
        // Many, but as many as always.
        orders.extend((0..91 * 6).map(|n| order("/HO/SZ/SZ001/", "loan", n / 6)));
        let finding = found(&orders);
        let cells: Vec<(&str, &str, u64, u64)> = finding
            .hot
            .iter()
            .map(|hot| (hot.cell.place.as_str(), hot.cell.subject.as_str(), hot.seen, hot.before))
            .collect();
        assert_eq!(cells[..2], [("/HO/GZ/", "card", 22, 84), ("/HO/GZ/GZ001/", "card", 22, 84)]);
        assert!(cells.iter().all(|cell| cell.1 == "card"), "{cells:?}");
    }

    #[test]
    fn what_was_never_there_is_hot_soon_and_says_since_when() {
        let mut orders = quiet();
        orders.extend((0..6).map(|n| order("/HO/SZ/SZ001/", "gold", n % 3)));
        let finding = found(&orders);
        let gold: Vec<&Hot> = finding.hot.iter().filter(|hot| hot.cell.subject == "gold").collect();
        assert_eq!(gold.len(), 3);
        assert_eq!(gold[0].first_at.date().to_string(), "2026-02-28");
        // Four are too few to speak of, however unlikely.
        let mut orders = quiet();
        orders.extend((0..4).map(|n| order("/HO/SZ/SZ001/", "gold", n % 3)));
        assert_eq!(found(&orders).hot, []);
    }
}
