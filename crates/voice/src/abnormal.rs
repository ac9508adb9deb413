//! The evidence that a matter may be an abnormal complaint: the same text from many customers, one telephone behind many,
//! repetition, groups, threats for payment, the shared list. Each part says what it rests on and gives points by the bank's
//! policy; the score is their sum.
//!
//! It must never refuse, delay, sort or mark a matter, and no figure may look at it. It is read by people, who decide.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Problem, Timestamp};
use ledger::Connection;

use crate::{
    guess::text_of,
    matching::pairs,
    model::{
        Law, Order,
        abnormal::{AbnormalPart, AbnormalPolicy, JudgedPart},
    },
    sketch::{Sketch, shared_percent},
    store::{abnormal as store, abnormal::Tied, listings, lookups, orders::seq_at, sketches},
};

/// Candidates of one template whose texts are compared, those that share most first; a wave of thousands is still a wave.
const CANDIDATES_MAX: i64 = 300;
/// Orders of the same people that are looked at, the newest.
const ORDERS_MAX: i64 = 200;

/// One part of the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub part: AbnormalPart,
    /// Its points.
    pub points: u32,
    /// The points that it gives at most.
    pub points_max: u32,
    /// What was counted: other customers, other orders, persons, words.
    pub count: u32,
    /// The orders that it rests on, by their places in time, newest first.
    pub orders: Vec<i64>,
    /// The words that it rests on.
    pub words: Vec<String>,
}

/// The evidence on one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The sum of the parts, from 0 to the sum of their most.
    pub score: u32,
    /// Every part, those that gave nothing included.
    pub parts: Vec<Found>,
    /// From which score on the bank calls an order conspicuous.
    pub conspicuous: u32,
}

impl Evidence {
    /// The parts that gave points, as they are kept.
    pub fn kept(&self) -> Vec<JudgedPart> {
        let gave = self.parts.iter().filter(|found| found.points > 0);
        gave.map(|found| JudgedPart { part: found.part, points: found.points }).collect()
    }

    /// The orders of other people that it rests on.
    pub fn peers(&self) -> BTreeSet<i64> {
        let others = |found: &&Found| matches!(found.part, AbnormalPart::Template | AbnormalPart::Agent);
        self.parts.iter().filter(others).flat_map(|found| &found.orders).copied().collect()
    }
}

/// Gathers the evidence on an order; `None` where the bank has no policy on it.
///
/// Orders of the whole bank count, wherever they lie: whoever reads this sees how many, and of those only the ones that they
/// may see. Orders of the last seconds count once they are in the look-up tables.
///
/// # Errors
/// When the database fails.
pub fn gather(
    conn: &mut Connection,
    (order, seq): (&Order, i64),
    law: &Law,
    now: Timestamp,
) -> Result<Option<Evidence>, Problem> {
    let Some(policy) = law.abnormal(now.date()) else { return Ok(None) };
    let from = seq_at(now.plus_days(-i64::from(policy.window_days)));
    let text = text_of(&sketches::words(conn, seq)?);
    let Some(own) = store::at(conn, &[seq])?.pop() else { return Ok(None) };
    let behind = store::behind(conn, seq)?;
    let alike = template(conn, &own, &text, &policy, from)?;
    let near = store::of_people(conn, (&behind.all(), order.party.customer), (seq, from), ORDERS_MAX)?;
    let (repeated, others): (Vec<Tied>, Vec<Tied>) = near.into_iter().partition(|other| own.same_person(other));
    let demands = policy.demands(&text);
    let group = if order.group.persons() > 1 { order.group.persons() } else { 0 };
    let listed = listings::by_numbers(conn, &behind.all(), now)?.len();
    let found = |part: AbnormalPart, count: usize, orders: Vec<i64>, words: Vec<String>| {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let (points, points_max) = policy.points(part, count);
        Found { part, points, points_max, count, orders, words }
    };
    let places = |tied: &[Tied]| tied.iter().map(|other| other.seq).collect::<Vec<_>>();
    let one = |part: &AbnormalPart| match part {
        AbnormalPart::Template => found(*part, people(&alike), places(&alike), Vec::new()),
        AbnormalPart::Agent => found(*part, people(&others), places(&others), Vec::new()),
        AbnormalPart::Repeated => found(*part, repeated.len(), places(&repeated), Vec::new()),
        AbnormalPart::Group => found(*part, group, Vec::new(), Vec::new()),
        AbnormalPart::Threat => found(*part, demands.len(), Vec::new(), demands.clone()),
        AbnormalPart::Listed => found(*part, listed, Vec::new(), Vec::new()),
    };
    let parts: Vec<Found> = AbnormalPart::ALL.iter().map(one).collect();
    let score = parts.iter().map(|found| found.points).sum();
    Ok(Some(Evidence { score, parts, conspicuous: policy.conspicuous }))
}

/// Orders of other people whose text follows the same template, newest first.
fn template(
    conn: &mut Connection,
    own: &Tied,
    text: &str,
    policy: &AbnormalPolicy,
    from: i64,
) -> Result<Vec<Tied>, Problem> {
    let mine = pairs(text);
    let Some(sketch) = Sketch::of(&mine) else { return Ok(Vec::new()) };
    let candidates = sketches::sharing(conn, &sketch, own.seq, from, CANDIDATES_MAX)?;
    let texts = lookups::words_of(conn, &candidates)?;
    let is_alike = |seq: &i64| {
        let other = texts.get(seq).map(|words| pairs(&text_of(words))).unwrap_or_default();
        shared_percent(&mine, &other) >= policy.likeness_percent
    };
    let alike: Vec<i64> = candidates.into_iter().filter(is_alike).collect();
    let mut tied = store::at(conn, &alike)?;
    tied.retain(|other| !own.same_person(other));
    Ok(tied)
}

/// How many people are behind these orders.
fn people(tied: &[Tied]) -> usize {
    let mut known: Vec<&Tied> = Vec::new();
    for other in tied {
        if !known.iter().any(|one| one.same_person(other)) {
            known.push(other);
        }
    }
    known.len()
}

/// The parts of stored evidence.
pub fn read_parts(text: &str) -> BTreeMap<AbnormalPart, u32> {
    let parts: Vec<JudgedPart> = serde_json::from_str(text).unwrap_or_default();
    parts.into_iter().map(|part| (part.part, part.points)).collect()
}
