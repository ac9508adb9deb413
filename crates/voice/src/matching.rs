//! Whether a matter that is being entered is one that the bank has already: likely same orders, each with the parts of its
//! score.
//!
//! Candidates come from indexes: the person's numbers by blind index, the customer, and the matter's most telling words in the
//! search index. A score is a sum of stated parts. It must never refuse, link or merge anything: whoever enters the matter
//! looks, and links the orders if they are the same, where both keep their numbers.

use std::collections::{BTreeMap, HashSet};

use kernel::{OrgPath, PageRequest, Problem, Timestamp, id::CustomerId, timestamp::DAY_MICROS};
use ledger::Connection;

use crate::{
    guess::text_of,
    intake::Numbers,
    model::words::words,
    store::{filter::OrderFilter, list, lookups, rows::OrderRow},
    words::{self, Query},
};

/// Matches shown at most: as many as somebody reads while a customer waits.
pub const SHOWN_MAX: usize = 5;
/// The score from which a match is shown: neither being recent nor being about the same product reaches it alone.
pub const SCORE_MIN: u32 = 25;
/// Days that words look back. A person's own orders are found however old.
const WORDS_LOOK_BACK_DAYS: i64 = 180;
/// Candidates that one index gives at most, the newest: older ones score lower anyway.
const CANDIDATES_EACH: usize = 20;
/// Telling words that are looked for together, and of those the ones looked for at all.
const WORDS_TOGETHER: usize = 2;
/// Characters of the longest run that is looked for as one word.
const WORD_CHARS_MAX: usize = 6;
/// Pairs of characters from which on likeness of words says anything.
const PAIRS_MIN: usize = 4;
/// Thousandths of likeness that any two complaints to a bank have.
const LIKENESS_FLOOR: u32 = 150;

words! {
    /// What makes two matters look the same.
    Part {
        /// The same customer.
        Customer = "customer", "同一客户", "the same customer";
        /// The same identity number.
        Identity = "identity", "证件号相同", "the same identity number";
        /// The same account or card.
        Account = "account", "账号或卡号相同", "the same account or card";
        /// The same telephone number.
        Phone = "phone", "电话相同", "the same telephone number";
        /// Similar words.
        Words = "words", "文字相近", "similar words";
        /// The same business.
        Business = "business", "业务类别相同", "the same business";
        /// Received lately.
        Recent = "recent", "时间相近", "received lately";
    }
}

impl Part {
    /// The points that the part gives at most.
    pub const fn points_max(self) -> u32 {
        match self {
            Self::Customer | Self::Identity => 40,
            Self::Account => 35,
            Self::Phone => 30,
            Self::Words => 40,
            Self::Business => 8,
            Self::Recent => 12,
        }
    }
}

/// Points that sameness of the person gives at most: several numbers of one person are still one person.
const PERSON_MAX: u32 = 45;
/// Days after which an order no longer counts as recent.
const RECENT_DAYS: i64 = 30;

/// A matter that is being entered, sealed and indexed as far as it goes into the database's hands.
#[derive(Debug, Clone, Default)]
pub struct Entered {
    /// The customer.
    pub customer: Option<CustomerId>,
    /// The person's numbers by blind index.
    pub numbers: Numbers,
    /// Title and narrative without names and numbers.
    pub text: String,
    /// Axis B.
    pub business: Option<String>,
}

/// An order that is likely the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The order as lists show it.
    pub row: OrderRow,
    /// The sum of the parts, from 0 to 105.
    pub score: u32,
    /// The parts, with their points.
    pub parts: Vec<(Part, u32)>,
}

/// The orders at or below `scopes` that are likely the same as what is entered, the likeliest first.
///
/// # Errors
/// When the database fails.
pub fn find(
    conn: &mut Connection,
    scopes: &[OrgPath],
    entered: &Entered,
    now: Timestamp,
) -> Result<Vec<Match>, Problem> {
    let mut found: BTreeMap<i64, (OrderRow, Vec<Part>)> = BTreeMap::new();
    for (part, filter) in person_filters(entered) {
        for row in page(conn, scopes, &filter, now)? {
            found.entry(row.seq).or_insert_with(|| (row, Vec::new())).1.push(part);
        }
    }
    for query in telling(&entered.text) {
        let from = now.plus_micros(-WORDS_LOOK_BACK_DAYS * DAY_MICROS).date();
        let filter = OrderFilter { words: Some(query), received_from: Some(from), ..OrderFilter::default() };
        for row in page(conn, scopes, &filter, now)? {
            found.entry(row.seq).or_insert_with(|| (row, Vec::new()));
        }
        if found.len() >= CANDIDATES_EACH {
            break;
        }
    }
    let seqs: Vec<i64> = found.keys().copied().collect();
    let texts = lookups::words_of(conn, &seqs)?;
    let mine = pairs(&entered.text);
    let mut matches: Vec<Match> = found
        .into_values()
        .map(|(row, same)| {
            let text = texts.get(&row.seq).map(|words| text_of(words)).unwrap_or_default();
            score(row, same, likeness(&mine, &pairs(&text)), entered, now)
        })
        .filter(|matched| matched.score >= SCORE_MIN)
        .collect();
    matches.sort_by_key(|found| std::cmp::Reverse((found.score, found.row.seq)));
    matches.truncate(SHOWN_MAX);
    Ok(matches)
}

fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &OrderFilter,
    now: Timestamp,
) -> Result<Vec<OrderRow>, Problem> {
    Ok(list::page(conn, scopes, filter, &PageRequest::new(Some(CANDIDATES_EACH), None), now)?.items)
}

fn person_filters(entered: &Entered) -> Vec<(Part, OrderFilter)> {
    let Numbers { phone, identity, account, .. } = &entered.numbers;
    let by_number = [(Part::Identity, identity), (Part::Account, account), (Part::Phone, phone)];
    let by_number = by_number.into_iter().filter_map(|(part, number)| {
        let number = vec![number.clone()?];
        Some((part, OrderFilter { number, ..OrderFilter::default() }))
    });
    let customer = entered.customer.map(|customer| {
        let filter = OrderFilter { customer: Some(customer), ..OrderFilter::default() };
        (Part::Customer, filter)
    });
    customer.into_iter().chain(by_number).collect()
}

/// What is looked for in the search index: the longest words of the text together, then the longest alone. Long words are
/// rare ones, so that little is read; a common word alone would bring the newest orders of everybody.
fn telling(text: &str) -> Vec<Query> {
    let plain = words::plain(text);
    let mut runs: Vec<&str> = classify::features::words_of(&plain);
    runs.retain(|word| (2..=WORD_CHARS_MAX).contains(&word.chars().count()));
    runs.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut seen = HashSet::new();
    runs.retain(|word| seen.insert(*word));
    let together = runs.iter().take(WORDS_TOGETHER).copied().collect::<Vec<_>>().join(" ");
    let alone = runs.first().filter(|_| runs.len() > 1).copied().unwrap_or_default();
    [together.as_str(), alone].into_iter().filter_map(Query::parse).collect()
}

/// The overlapping pairs of characters of a text.
pub fn pairs(text: &str) -> HashSet<(char, char)> {
    let chars: Vec<char> = words::plain(text).chars().filter(|c| c.is_alphanumeric()).collect();
    chars.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// How much of the shorter text stands in the longer one, in thousandths; 0 when there is too little to compare.
fn likeness(one: &HashSet<(char, char)>, other: &HashSet<(char, char)>) -> u32 {
    let shorter = one.len().min(other.len());
    if shorter < PAIRS_MIN {
        return 0;
    }
    let both = one.intersection(other).count();
    u32::try_from(both * 1000 / shorter).unwrap_or(1000)
}

fn score(row: OrderRow, same: Vec<Part>, likeness: u32, entered: &Entered, now: Timestamp) -> Match {
    let mut parts: Vec<(Part, u32)> = Vec::new();
    let mut person_left = PERSON_MAX;
    for part in same {
        let points = part.points_max().min(person_left);
        person_left -= points;
        if points > 0 {
            parts.push((part, points));
        }
    }
    let like = likeness.saturating_sub(LIKENESS_FLOOR) * Part::Words.points_max() / (1000 - LIKENESS_FLOOR);
    if like > 0 {
        parts.push((Part::Words, like));
    }
    if entered.business.is_some() && row.business == entered.business {
        parts.push((Part::Business, Part::Business.points_max()));
    }
    let days = (now.as_micros() - row.received_at.as_micros()).max(0) / DAY_MICROS;
    let recent =
        u32::try_from((RECENT_DAYS - days).max(0)).unwrap_or(0) * Part::Recent.points_max() / RECENT_DAYS as u32;
    if recent > 0 {
        parts.push((Part::Recent, recent));
    }
    Match { row, score: parts.iter().map(|(_, points)| points).sum(), parts }
}

#[cfg(test)]
mod tests;
