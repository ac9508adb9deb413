//! What is asked of the columns: which orders, of which period, grouped how; and how an answer is gathered block by block.

use kernel::{Date, OrgPath, Timestamp};

use super::{
    block::{Block, Word},
    definition::{Figure, Part},
    facts::seconds,
    gather::{Gathering, Groups, Pair},
    measure::{Look, Seen, Sums},
};
use crate::model::words::words;

words! {
    /// By what orders are grouped.
    Dimension {
        /// By month of receipt, as `2026-11`.
        Month = "month", "月份", "month";
        /// By the unit directly below the one asked about that they belong to.
        Organisation = "organisation", "机构", "organisation";
        /// By axis A.
        Channel = "channel", "业务办理渠道", "channel";
        /// By axis B.
        Business = "business", "业务类别", "business";
        /// By axis C.
        Reason = "reason", "投诉原因", "reason";
        /// By root cause.
        Cause = "cause", "根本原因", "root cause";
        /// By product of the bank's dictionary.
        Product = "product", "产品", "product";
        /// By kind of matter.
        Matter = "matter", "事项类型", "kind of matter";
        /// By who passed them on.
        Source = "source", "来源", "source";
        /// By time limit; an order with several counts with each.
        Clock = "clock", "时限", "time limit";
    }
}

/// From one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// The same days a year earlier; 29 February becomes the 28th.
    pub fn year_before(self) -> Self {
        let back = |day: Date| day.saturating_sub(jiff::Span::new().years(1));
        Self { from: back(self.from), to: back(self.to) }
    }

    /// Its first and last second.
    pub fn seconds(self) -> (i64, i64) {
        (seconds(Timestamp::start_of(self.from)), seconds(Timestamp::end_of(self.to)))
    }
}

/// What figures are divided by that the orders do not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bases {
    /// Outlets.
    pub outlets: Option<u64>,
    /// Customers.
    pub customers: Option<u64>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Only at or below these places.
    pub scopes: Vec<OrgPath>,
    /// Received when.
    pub period: Period,
    /// And the same days a year earlier.
    pub compare: bool,
    /// Only with these words; a class of an axis takes in what is below it.
    pub only: Vec<(Word, String)>,
    /// Only with this clock, and on-time rates by it alone.
    pub clock: Option<String>,
    /// Only those of one group, as an answer names it.
    pub group: Option<(Dimension, String)>,
    /// By what to group.
    pub by: Vec<Dimension>,
    /// The place whose direct units are groups.
    pub below: OrgPath,
    /// The time of asking.
    pub now: Timestamp,
}

impl Question {
    /// The seconds between which orders matter at all.
    pub fn span(&self) -> (i64, i64) {
        let (from, to) = self.period.seconds();
        let from = if self.compare { self.period.year_before().seconds().0 } else { from };
        (from, to)
    }

    /// Sums to be filled.
    pub fn gathering(&self) -> Gathering {
        Gathering::of(self.by.len())
    }

    /// Adds the orders of a block, without those that `skip` names by their row.
    pub fn count(&self, block: &Block, skip: &[bool], gathering: &mut Gathering) {
        let eye = Eye::new(self, block);
        let mut maps: Vec<GroupMap> = self.by.iter().map(|by| GroupMap::new(*by, self, block)).collect();
        for row in (0..block.len()).filter(|row| !skip.get(*row).copied().unwrap_or(false)) {
            let Some(is_before) = eye.period_of(row) else { continue };
            if !eye.wants(row) {
                continue;
            }
            let seen = Seen::of(block, row, eye.look);
            let add =
                |pair: &mut Pair<Sums>, seen: &Seen| if is_before { pair.before.add(seen) } else { pair.now.add(seen) };
            add(&mut gathering.total, &seen);
            for (map, groups) in maps.iter_mut().zip(&mut gathering.groups) {
                map.each(row, groups, |pair, clock| match clock {
                    None => add(pair, &seen),
                    Some(_) => add(pair, &seen.by_clock(block, row, Look { clock, ..eye.look })),
                });
            }
        }
    }

    /// Hands every wanted order of the period to `add`, by its row.
    pub fn each(&self, block: &Block, skip: &[bool], add: impl FnMut(usize)) {
        Self::hand_out(&Eye::new(self, block), skip, add);
    }

    /// The same wherever the orders belong; for the program's own work.
    pub fn each_anywhere(&self, block: &Block, skip: &[bool], add: impl FnMut(usize)) {
        let mut eye = Eye::new(self, block);
        eye.within.fill(true);
        Self::hand_out(&eye, skip, add);
    }

    fn hand_out(eye: &Eye<'_>, skip: &[bool], add: impl FnMut(usize)) {
        let rows = (0..eye.block.len()).filter(|row| !skip.get(*row).copied().unwrap_or(false));
        rows.filter(|row| eye.period_of(*row) == Some(false) && eye.wants(*row)).for_each(add);
    }

    /// The orders of a block behind a figure, by their places in time.
    pub fn behind(&self, block: &Block, skip: &[bool], figure: Figure, part: Part) -> Vec<i64> {
        let eye = Eye::new(self, block);
        let rows = (0..block.len()).filter(|row| !skip.get(*row).copied().unwrap_or(false));
        let wanted = rows.filter(|row| eye.period_of(*row) == Some(false) && eye.wants(*row));
        wanted
            .filter(|row| Seen::of(block, *row, eye.look).is_behind(figure, part))
            .filter_map(|row| block.seq(row))
            .collect()
    }
}

/// A question as it looks at one block: words turned into the block's numbers once.
struct Eye<'b> {
    block: &'b Block,
    within: Vec<bool>,
    only: Vec<(Word, Vec<bool>)>,
    clock: Option<Option<u16>>,
    group: Option<Wanted>,
    now: (u32, u32),
    before: Option<(u32, u32)>,
    look: Look,
}

/// One group that is asked for.
enum Wanted {
    Month((u32, u32)),
    Word(Word, Vec<bool>),
    Nothing(Word),
}

impl<'b> Eye<'b> {
    fn new(question: &Question, block: &'b Block) -> Self {
        let names = block.names();
        let number = |name: &str| names.iter().position(|known| known == name).and_then(|at| u16::try_from(at).ok());
        let flags = |holds: &dyn Fn(&str) -> bool| names.iter().map(|name| holds(name)).collect::<Vec<bool>>();
        let class =
            |wanted: &str| flags(&|name| name.strip_prefix(wanted).is_some_and(|r| r.is_empty() || r.starts_with('.')));
        let mut clock = question.clock.as_deref().map(number);
        let group = question.group.as_ref().and_then(|(dimension, key)| match dimension.word() {
            None if *dimension == Dimension::Clock => {
                clock = Some(number(key));
                None
            }
            None => Some(Wanted::Month(month(key))),
            Some(word) if key.is_empty() => Some(Wanted::Nothing(word)),
            Some(Word::Unit) => Some(Wanted::Word(Word::Unit, flags(&|name| unit_group(&question.below, name) == key))),
            Some(word) => Some(Wanted::Word(word, flags(&|name| name == key))),
        });
        let bounds = |period: Period| {
            let (from, to) = period.seconds();
            (clamp(from), clamp(to))
        };
        Self {
            within: flags(&|name| question.scopes.iter().any(|scope| name.starts_with(scope.as_str()))),
            only: question.only.iter().map(|(word, wanted)| (*word, class(wanted))).collect(),
            now: bounds(question.period),
            before: question.compare.then(|| bounds(question.period.year_before())),
            look: Look { now_s: clamp(seconds(question.now)), clock: clock.flatten() },
            block,
            clock,
            group,
        }
    }

    /// Whether an order is of the year before; `None` when it is of neither period.
    fn period_of(&self, row: usize) -> Option<bool> {
        let at = self.block.received_s(row);
        let within = |(from, to): (u32, u32)| (from..=to).contains(&at);
        if within(self.now) { Some(false) } else { self.before.is_some_and(within).then_some(true) }
    }

    fn wants(&self, row: usize) -> bool {
        let block = self.block;
        let holds = |word: Word, flags: &[bool]| block.word(row, word).is_some_and(|number| flags[usize::from(number)]);
        holds(Word::Unit, &self.within)
            && self.only.iter().all(|(word, flags)| holds(*word, flags))
            && self.clock.is_none_or(|rule| rule.is_some_and(|rule| block.clocks(row).any(|clock| clock.rule == rule)))
            && self.group.as_ref().is_none_or(|group| match group {
                Wanted::Month((from, to)) => (*from..=*to).contains(&block.received_s(row)),
                Wanted::Word(word, flags) => holds(*word, flags),
                Wanted::Nothing(word) => block.word(row, *word).is_none(),
            })
    }
}

impl Dimension {
    /// The word of an order by which it groups; months and clocks are not words.
    pub const fn word(self) -> Option<Word> {
        match self {
            Self::Organisation => Some(Word::Unit),
            Self::Channel => Some(Word::Channel),
            Self::Business => Some(Word::Business),
            Self::Reason => Some(Word::Reason),
            Self::Cause => Some(Word::Cause),
            Self::Product => Some(Word::Product),
            Self::Matter => Some(Word::Matter),
            Self::Source => Some(Word::Source),
            Self::Month | Self::Clock => None,
        }
    }
}

/// How the orders of one block fall into the groups of one dimension.
struct GroupMap<'b> {
    by: Dimension,
    block: &'b Block,
    /// The group of each word of the block, once it was met.
    of_word: Vec<Option<usize>>,
    below: OrgPath,
    month: Option<((u32, u32), usize)>,
    nothing: Option<usize>,
}

impl<'b> GroupMap<'b> {
    fn new(by: Dimension, question: &Question, block: &'b Block) -> Self {
        let of_word = vec![None; block.names().len()];
        Self { by, block, of_word, below: question.below.clone(), month: None, nothing: None }
    }

    /// Hands every group of an order to `add`, with the clock when the group is one.
    fn each(&mut self, row: usize, groups: &mut Groups<Sums>, mut add: impl FnMut(&mut Pair<Sums>, Option<u16>)) {
        match (self.by.word(), self.by) {
            (Some(word), _) => {
                let at = match self.block.word(row, word) {
                    None => *self.nothing.get_or_insert_with(|| groups.of("")),
                    Some(number) => self.group_of(number, groups),
                };
                add(groups.at(at), None);
            }
            (None, Dimension::Clock) => {
                for (nth, clock) in self.block.clocks(row).enumerate() {
                    // An order has a handful of clocks; one that ran twice counts once.
                    if self.block.clocks(row).take(nth).all(|before| before.rule != clock.rule) {
                        let at = self.group_of(clock.rule, groups);
                        add(groups.at(at), Some(clock.rule));
                    }
                }
            }
            (None, _) => {
                let at = self.month_of(self.block.received_s(row), groups);
                add(groups.at(at), None);
            }
        }
    }

    fn group_of(&mut self, number: u16, groups: &mut Groups<Sums>) -> usize {
        let name = &self.block.names()[usize::from(number)];
        let key = if self.by == Dimension::Organisation { unit_group(&self.below, name) } else { name };
        *self.of_word[usize::from(number)].get_or_insert_with(|| groups.of(key))
    }

    /// Orders come mostly in order of time, so that the last month serves the next order as well.
    fn month_of(&mut self, at: u32, groups: &mut Groups<Sums>) -> usize {
        if let Some(((from, to), group)) = self.month
            && (from..=to).contains(&at)
        {
            return group;
        }
        let day = Timestamp::from_micros(i64::from(at) * 1_000_000).date();
        let key = format!("{:04}-{:02}", day.year(), day.month());
        let group = groups.of(&key);
        self.month = Some((month(&key), group));
        group
    }
}

/// The first and last second of a month as `2026-11`; of anything else a span that holds nothing.
fn month(key: &str) -> (u32, u32) {
    let first: Option<Date> = format!("{key}-01").parse().ok();
    first.map_or((1, 0), |first| {
        let (from, to) = Period { from: first, to: first.last_of_month() }.seconds();
        (clamp(from), clamp(to))
    })
}

/// The place of the unit directly below `below` to which `path` belongs; the place itself for what stands right there.
fn unit_group<'p>(below: &OrgPath, path: &'p str) -> &'p str {
    let Some(rest) = path.strip_prefix(below.as_str()) else { return path };
    let end = rest.find('/').map_or(path.len(), |end| path.len() - rest.len() + end + 1);
    &path[..end]
}

fn clamp(at: i64) -> u32 {
    u32::try_from(at.max(0)).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::{
        super::{facts::Facts, measure::Tally},
        *,
    };

    /// An order of which nothing much is known.
    pub(crate) fn facts() -> Facts {
        Facts {
            received_s: 1_772_416_800,
            filed_s: 1_772_416_800,
            changed_s: 1_772_416_800,
            unit: "/HO/GZ/".to_owned(),
            matter: "complaint".to_owned(),
            source: "direct".to_owned(),
            channel: None,
            business: None,
            reason: None,
            cause: None,
            product: None,
            stage: "filed".to_owned(),
            outcome: None,
            contact_s: None,
            answered_s: None,
            ended_s: None,
            transfers: 0,
            rounds: 1,
            satisfaction: None,
            is_duplicate: false,
            is_follow_up: false,
            clocks: Vec::new(),
        }
    }

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    fn question(from: &str, to: &str) -> Question {
        Question {
            scopes: vec![path("/HO/")],
            period: Period { from: from.parse().unwrap(), to: to.parse().unwrap() },
            compare: true,
            only: Vec::new(),
            clock: None,
            group: None,
            by: Vec::new(),
            below: path("/HO/"),
            now: Timestamp::from_micros(1_900_000_000_000_000),
        }
    }

    #[test]
    fn a_period_is_whole_days_in_beijing_and_a_year_back() {
        let period = Period { from: "2024-02-29".parse().unwrap(), to: "2024-03-31".parse().unwrap() };
        assert_eq!(period.year_before().from.to_string(), "2023-02-28");
        let (from, to) = period.seconds();
        assert_eq!(
            Timestamp::from_micros(from * 1_000_000).in_shanghai().to_string(),
            "2024-02-29T00:00:00+08:00[Asia/Shanghai]"
        );
        assert_eq!(
            Timestamp::from_micros(to * 1_000_000).in_shanghai().to_string(),
            "2024-03-31T23:59:59+08:00[Asia/Shanghai]"
        );
    }

    #[test]
    fn units_are_grouped_directly_below_the_one_asked_about() {
        let check = |below: &str, unit: &str, expect: &str| assert_eq!(unit_group(&path(below), unit), expect);
        check("/HO/", "/HO/GZ/GZ001/", "/HO/GZ/");
        check("/HO/", "/HO/", "/HO/");
        check("/HO/GZ/", "/HO/GZ/GZ001/", "/HO/GZ/GZ001/");
    }

    /// Some orders that differ in all that is grouped by.
    fn some() -> impl Strategy<Value = Vec<(i64, Facts)>> {
        let one = (0usize..4, 0i64..63_000_000, 0u8..6, any::<bool>(), 0usize..4, 0usize..3);
        proptest::collection::vec(one, 0..60).prop_map(|list| {
            let make = |(at, one): (usize, (usize, i64, u8, bool, usize, usize))| {
                let (unit, later, said, flag, class, clocks) = one;
                let received_s = 1_740_000_000 + later;
                let clock = |n: usize| super::super::facts::ClockFact {
                    rule: ["a", "b"][n % 2].to_owned(),
                    due_s: received_s + 1_000,
                    end_s: (n + class > 1).then_some(received_s + 500 * (n as i64 + class as i64)),
                    is_answered: flag && n + class > 1,
                };
                let facts = Facts {
                    received_s,
                    unit: ["/HO/", "/HO/GZ/", "/HO/GZ/GZ001/", "/HO/SZ/"][unit].to_owned(),
                    business: [None, Some("cards"), Some("cards.credit"), Some("loans")][class].map(str::to_owned),
                    satisfaction: Some(said).filter(|said| *said > 0),
                    is_duplicate: flag,
                    transfers: u32::from(said),
                    rounds: 1 + u32::from(said > 3),
                    contact_s: flag.then_some(received_s + i64::from(said) * 100),
                    ended_s: (class > 1).then_some(received_s + 5_000),
                    stage: if class > 1 { "closed" } else { "handling" }.to_owned(),
                    outcome: ["substantiated", "not_substantiated", "answered"].get(clocks).map(|w| (*w).to_owned()),
                    clocks: (0..clocks).map(clock).collect(),
                    ..facts()
                };
                (at as i64, facts)
            };
            list.into_iter().enumerate().map(make).collect()
        })
    }

    proptest! {
        #[test]
        fn the_orders_behind_a_figure_are_exactly_those_counted(rows in some(), scope in 0usize..3, class in 0usize..3) {
            let block = Block::of(&rows);
            let all = [Dimension::Month, Dimension::Organisation, Dimension::Business, Dimension::Clock, Dimension::Cause];
            let only = [None, Some("cards"), Some("loans")][class].map(|class| (Word::Business, class.to_owned()));
            let asked = Question {
                scopes: vec![path(["/HO/", "/HO/GZ/", "/HO/SZ/"][scope])],
                only: only.into_iter().collect(),
                by: all.to_vec(),
                ..question("2026-01-01", "2026-12-31")
            };
            let mut gathering = asked.gathering();
            asked.count(&block, &[], &mut gathering);
            let answer = gathering.settled();
            for figure in Figure::ALL {
                let count = |asked: &Question, part| asked.behind(&block, &[], *figure, part).len() as u64;
                let holds = |asked: &Question, tally: &Tally| {
                    let above = if figure.is_share() { tally.numerator(*figure) } else { tally.denominator(*figure) };
                    let rest = if figure.is_share() { tally.denominator(*figure) - above } else { 0 };
                    count(asked, Part::Denominator) == tally.denominator(*figure)
                        && count(asked, Part::Numerator) == above
                        && count(asked, Part::Rest) == rest
                };
                prop_assert!(holds(&asked, &answer.total.now), "{figure:?}");
                for (dimension, groups) in all.iter().zip(&answer.groups) {
                    for (key, pair) in groups.sorted() {
                        let group = Question { group: Some((*dimension, key.to_owned())), ..asked.clone() };
                        prop_assert!(holds(&group, &pair.now), "{figure:?} {dimension:?} {key}");
                    }
                }
                // A year earlier is the same question of that year.
                let earlier = Question { period: asked.period.year_before(), ..asked.clone() };
                prop_assert!(holds(&earlier, &answer.total.before), "{figure:?} a year earlier");
            }
            // Every dimension but the clocks takes each order once.
            for (dimension, groups) in all.iter().zip(&answer.groups).filter(|(by, _)| **by != Dimension::Clock) {
                let sum: u64 = groups.sorted().iter().map(|(_, pair)| pair.now.denominator(Figure::Received)).sum();
                prop_assert_eq!(sum, answer.total.now.denominator(Figure::Received), "{:?}", dimension);
            }
        }
    }

    #[test]
    fn figures_are_what_their_definitions_say() {
        let day = 86_400;
        let at = facts().received_s;
        let clock = |end: i64| super::super::facts::ClockFact {
            rule: "cp".to_owned(),
            due_s: at + 15 * day,
            end_s: Some(at + end),
            is_answered: true,
        };
        let closed = |days: i64| Facts {
            stage: "closed".to_owned(),
            ended_s: Some(at + days * day),
            answered_s: Some(at + days * day),
            clocks: vec![clock(days * day)],
            ..facts()
        };
        let rows = vec![
            (
                1,
                Facts {
                    satisfaction: Some(5),
                    outcome: Some("substantiated".to_owned()),
                    contact_s: Some(at + 3_600),
                    ..closed(2)
                },
            ),
            (
                2,
                Facts {
                    satisfaction: Some(2),
                    outcome: Some("not_substantiated".to_owned()),
                    transfers: 3,
                    ..closed(20)
                },
            ),
            (3, Facts { is_duplicate: true, contact_s: Some(at + 7_200), ..facts() }),
            (4, Facts { rounds: 2, is_follow_up: true, outcome: Some("answered".to_owned()), ..closed(5) }),
        ];
        let asked = question("2026-03-02", "2026-03-02");
        let mut gathering = asked.gathering();
        asked.count(&Block::of(&rows), &[], &mut gathering);
        let answer = gathering.settled();
        let bases = Bases { outlets: Some(8), customers: Some(2_000_000) };
        for (figure, expect) in [
            (Figure::Received, Some(4)),
            (Figure::Merged, Some(3)),
            (Figure::Ended, Some(3)),
            (Figure::OnTime, Some(666_667)),
            (Figure::FirstContact, Some(5_400)),
            (Figure::FirstContactMedian, Some(5_400)),
            (Figure::TimeToClose, Some(9 * 86_400)),
            (Figure::TimeToCloseMedian, Some(5 * 86_400)),
            (Figure::Transfers, Some(75)),
            (Figure::Reopened, Some(333_333)),
            (Figure::Satisfaction, Some(350)),
            (Figure::Satisfied, Some(500_000)),
            (Figure::Substantiated, Some(500_000)),
            (Figure::Repeated, Some(500_000)),
            (Figure::PerThousandOutlets, Some(50_000)),
            (Figure::PerTenMillionCustomers, Some(2_000)),
        ] {
            assert_eq!(answer.total.now.value(figure, bases), expect, "{figure:?}");
            assert_eq!(answer.total.before.value(Figure::OnTime, bases), None);
            let words = figure.definition();
            assert!(!words.zh.is_empty() && !words.en.is_empty());
        }
        assert_eq!(answer.total.now.value(Figure::PerTenMillionCustomers, Bases::default()), None);
    }
}
