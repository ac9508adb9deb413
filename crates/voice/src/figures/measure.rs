//! Counting: what one order adds to each figure, the sums, and the value that comes of them. Whole numbers throughout.

use super::{
    block::{Block, Word},
    definition::{FIGURES, Figure, Part, Unit},
};

/// What an order adds to one figure, above and below the line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    above: u32,
    below: u32,
}

impl Weight {
    const NONE: Self = Self { above: 0, below: 0 };

    const fn share(holds: bool) -> Self {
        Self { above: holds as u32, below: 1 }
    }
}

/// What an order adds to every figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    weights: [Weight; FIGURES],
}

/// What is looked at beside the order itself.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The time of asking, in seconds since 1970.
    pub now_s: u32,
    /// Only this clock, as a word of the block.
    pub clock: Option<u16>,
}

impl Seen {
    /// Looks at one order of a block.
    pub fn of(block: &Block, row: usize, look: Look) -> Self {
        let mut weights = [Weight::NONE; FIGURES];
        for figure in Figure::ALL {
            weights[*figure as usize] = weight(*figure, block, row, look);
        }
        Self { weights }
    }

    /// The same order looked at with another clock; nothing but the on-time rate sees clocks.
    pub fn by_clock(&self, block: &Block, row: usize, look: Look) -> Self {
        let mut weights = self.weights;
        weights[Figure::OnTime as usize] = on_time(block, row, look);
        Self { weights }
    }

    /// Whether the order is one of those behind a figure.
    pub const fn is_behind(&self, figure: Figure, part: Part) -> bool {
        let weight = self.weights[figure as usize];
        match part {
            Part::Numerator if figure.is_share() => weight.above > 0,
            Part::Numerator | Part::Denominator => weight.below > 0,
            Part::Rest => figure.is_share() && weight.below > 0 && weight.above == 0,
        }
    }
}

fn weight(figure: Figure, block: &Block, row: usize, look: Look) -> Weight {
    match figure {
        Figure::Received | Figure::PerThousandOutlets | Figure::PerTenMillionCustomers => Weight::share(true),
        Figure::Merged => Weight::share(!block.is_duplicate(row)),
        Figure::Ended => Weight::share(block.ended_s(row).is_some()),
        Figure::OnTime => on_time(block, row, look),
        Figure::FirstContact | Figure::FirstContactMedian => since_receipt(block, row, block.contact_s(row)),
        Figure::TimeToClose | Figure::TimeToCloseMedian => {
            let closed = block.text(row, Word::Stage) == Some("closed");
            since_receipt(block, row, block.ended_s(row).filter(|_| closed))
        }
        Figure::Transfers => Weight { above: u32::from(block.transfers(row)), below: 1 },
        Figure::Reopened => {
            let again = block.rounds(row) > 1;
            let once = again || block.ended_s(row).is_some() || block.answered_s(row).is_some();
            if once { Weight::share(again) } else { Weight::NONE }
        }
        Figure::Satisfaction => {
            block.satisfaction(row).map_or(Weight::NONE, |said| Weight { above: u32::from(said), below: 1 })
        }
        Figure::Satisfied => block.satisfaction(row).map_or(Weight::NONE, |said| Weight::share(said >= 4)),
        Figure::Substantiated => match block.text(row, Word::Outcome) {
            Some("substantiated" | "partly_substantiated") => Weight::share(true),
            Some("not_substantiated") => Weight::share(false),
            Some(_) | None => Weight::NONE,
        },
        Figure::Repeated => Weight::share(block.is_duplicate(row) || block.is_follow_up(row)),
    }
}

fn on_time(block: &Block, row: usize, look: Look) -> Weight {
    let wanted = block.clocks(row).filter(|clock| look.clock.is_none_or(|rule| rule == clock.rule));
    let results = wanted.filter_map(|clock| clock.kept(look.now_s));
    results.fold(Weight::NONE, |so_far, kept| Weight::share(kept && (so_far.below == 0 || so_far.above > 0)))
}

fn since_receipt(block: &Block, row: usize, at: Option<u32>) -> Weight {
    at.map_or(Weight::NONE, |at| Weight { above: at.saturating_sub(block.received_s(row)), below: 1 })
}

/// The sums of orders while they are being counted.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    above: [u64; FIGURES],
    below: [u64; FIGURES],
    contacts: Vec<u32>,
    closings: Vec<u32>,
}

impl Sums {
    /// Adds an order.
    pub fn add(&mut self, seen: &Seen) {
        for (at, weight) in seen.weights.iter().enumerate() {
            self.above[at] += u64::from(weight.above);
            self.below[at] += u64::from(weight.below);
        }
        let contact = seen.weights[Figure::FirstContactMedian as usize];
        if contact.below > 0 {
            self.contacts.push(contact.above);
        }
        let closing = seen.weights[Figure::TimeToCloseMedian as usize];
        if closing.below > 0 {
            self.closings.push(closing.above);
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        let add = |sum: &mut u64, more: u64| *sum += more;
        self.above.iter_mut().zip(other.above).for_each(|(sum, more)| add(sum, more));
        self.below.iter_mut().zip(other.below).for_each(|(sum, more)| add(sum, more));
        self.contacts.extend(other.contacts);
        self.closings.extend(other.closings);
    }

    /// What came of it.
    pub fn settled(mut self) -> Tally {
        Tally {
            above: self.above,
            below: self.below,
            contact_median: median(&mut self.contacts),
            closing_median: median(&mut self.closings),
        }
    }
}

/// What was counted of some orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    above: [u64; FIGURES],
    below: [u64; FIGURES],
    contact_median: Option<u64>,
    closing_median: Option<u64>,
}

impl Tally {
    /// The sum above the line.
    pub const fn numerator(&self, figure: Figure) -> u64 {
        self.above[figure as usize]
    }

    /// The sum below the line: how many orders the figure was taken over.
    pub const fn denominator(&self, figure: Figure) -> u64 {
        self.below[figure as usize]
    }

    /// The figure in its unit; `None` when there is nothing to divide by.
    pub fn value(&self, figure: Figure, bases: super::Bases) -> Option<u64> {
        let (above, below) = (self.numerator(figure), self.denominator(figure));
        match figure {
            Figure::FirstContactMedian => self.contact_median,
            Figure::TimeToCloseMedian => self.closing_median,
            Figure::PerThousandOutlets => divided(above, 1_000 * 100, bases.outlets?),
            Figure::PerTenMillionCustomers => divided(above, 10_000_000 * 100, bases.customers?),
            Figure::Received
            | Figure::Merged
            | Figure::Ended
            | Figure::OnTime
            | Figure::FirstContact
            | Figure::TimeToClose
            | Figure::Transfers
            | Figure::Reopened
            | Figure::Satisfaction
            | Figure::Satisfied
            | Figure::Substantiated
            | Figure::Repeated => match figure.unit() {
                Unit::Orders => Some(above),
                Unit::PartsPerMillion => divided(above, 1_000_000, below),
                Unit::Seconds => divided(above, 1, below),
                Unit::Hundredths => divided(above, 100, below),
            },
        }
    }
}

/// `above · times ÷ below`, rounded to the nearest.
fn divided(above: u64, times: u64, below: u64) -> Option<u64> {
    let product = u128::from(above) * u128::from(times);
    let below = u128::from(below);
    (below > 0).then(|| u64::try_from((product + below / 2) / below).unwrap_or(u64::MAX))
}

/// The middle one; of two in the middle the mean, rounded down. Puts the values into another order.
fn median(values: &mut [u32]) -> Option<u64> {
    if values.is_empty() {
        return None;
    }
    let is_even = values.len().is_multiple_of(2);
    let (before, upper, _) = values.select_nth_unstable(values.len() / 2);
    let upper = u64::from(*upper);
    // With an even number the middle lies between two; the lower one is the largest of those before the upper.
    let lower = before.iter().max().filter(|_| is_even);
    Some(lower.map_or(upper, |lower| u64::midpoint(u64::from(*lower), upper)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_are_rounded_and_nothing_is_divided_by_nothing() {
        assert_eq!(divided(2, 1_000_000, 3), Some(666_667));
        assert_eq!(divided(1, 100, 0), None);
        assert_eq!(divided(u64::MAX, 1_000_000, 1), Some(u64::MAX));
    }

    proptest! {
        #[test]
        fn the_median_is_the_middle(values in proptest::collection::vec(0u32..100, 0..30)) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let expect = match sorted.len() {
                0 => None,
                n if n % 2 == 1 => Some(u64::from(sorted[n / 2])),
                n => Some(u64::midpoint(u64::from(sorted[n / 2 - 1]), u64::from(sorted[n / 2]))),
            };
            prop_assert_eq!(median(&mut values.clone()), expect);
        }
    }
}
