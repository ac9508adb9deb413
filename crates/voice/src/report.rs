//! Counts the complaints of a period as they stood at any past instant, so that a report can be made again for a past date and
//! says the same.
//!
//! Orders that have not changed since are counted from the columns; the others are folded from their events up to that instant.

use std::collections::{BTreeMap, HashMap};

use kernel::{OrgPath, Problem, Timestamp, id::OrderId};
use ledger::{Connection, Ledger, Recorded, StoreError};
use people::store::units;
use regulation::MatterKind;

use crate::{
    desk,
    figures::{Block, Facts, Period, Question, block::Word, facts::seconds},
    model::{
        Fact, Order, OrderEvent,
        report::{ReportContent, ReportKind, ReportLine, ReportTable},
    },
    store::{
        columns::{self, Depth},
        rows,
    },
};

/// Orders folded at once; their events are dropped in between.
const FOLDED_TOGETHER: usize = 1_000;

/// What a report counts.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What kind of report.
    pub kind: ReportKind,
    /// Orders at or below this place.
    pub scope: OrgPath,
    /// Received in this period.
    pub period: Period,
    /// As they stood at this instant.
    pub as_of: Timestamp,
}

impl Wanted {
    fn question(&self) -> Question {
        Question {
            scopes: vec![self.scope.clone()],
            period: self.period,
            compare: false,
            only: vec![(Word::Matter, MatterKind::Complaint.as_str().to_owned())],
            clock: None,
            group: None,
            by: Vec::new(),
            below: self.scope.clone(),
            now: self.as_of,
        }
    }
}

/// Counts what is wanted.
pub fn count(ledger: &Ledger, wanted: &Wanted) -> Result<ReportContent, Problem> {
    let question = wanted.question();
    let as_of = seconds(wanted.as_of);
    let mut counts = Counts::default();
    let (later, regions) = ledger.read(|conn| {
        let mut later: Vec<i64> = Vec::new();
        columns::scan(conn, question.span(), Depth::Whole, |block, skip| {
            // Seconds are all that the columns know: what changed within the last one is looked at closely.
            let mut passed = skip.to_vec();
            passed.resize(block.len(), false);
            for (row, is_passed) in passed.iter_mut().enumerate() {
                let is_later = block.changed_s(row).is_none_or(|changed| i64::from(changed) >= as_of);
                if is_later && !*is_passed {
                    *is_passed = true;
                    later.extend(block.seq(row));
                }
            }
            counts.add(&question, block, &passed);
        })?;
        Ok::<_, StoreError>((later, Regions::load(conn)?))
    })?;
    for some in later.chunks(FOLDED_TOGETHER) {
        let orders = ledger.read(|conn| rows::rows_at(conn, some))?;
        let mut folded = Vec::new();
        for order in orders {
            folded.extend(facts_at(ledger, order.id, wanted.as_of)?.map(|facts| (order.seq, facts)));
        }
        counts.add(&question, &Block::of(&folded), &[]);
    }
    Ok(counts.content(wanted.kind, &regions))
}

/// What was counted of an order at an instant; `None` when it was not there yet.
fn facts_at(ledger: &Ledger, order: OrderId, at: Timestamp) -> Result<Option<Facts>, Problem> {
    let raw = ledger.history(&desk::stream(order))?;
    let events = raw.into_iter().filter(|event| event.at <= at).map(ledger::RawEvent::decode);
    let events: Vec<Recorded<OrderEvent>> = events.collect::<Result<_, StoreError>>()?;
    let facts = events.iter().map(|r| Fact { at: r.at, by: &r.actor, event: &r.event });
    Ok(facts.fold(None, Order::evolve).map(|order| Facts::of(&order)))
}

/// The region in which each unit stands: its own, or that of the unit above that has one.
struct Regions(HashMap<String, String>);

impl Regions {
    fn load(conn: &mut Connection) -> Result<Self, StoreError> {
        let all = units::all(conn)?.into_iter();
        Ok(Self(
            all.filter(|unit| !unit.region.is_empty())
                .map(|unit| (unit.path.as_str().to_owned(), unit.region))
                .collect(),
        ))
    }

    fn of(&self, place: &str) -> &str {
        let mut path = OrgPath::parse(place).ok();
        while let Some(place) = path {
            if let Some(region) = self.0.get(place.as_str()) {
                return region;
            }
            path = place.parent();
        }
        ""
    }
}

/// What was counted so far.
#[derive(Default)]
struct Counts {
    received: u64,
    lines: HashMap<(ReportTable, Vec<String>), u64>,
    places: HashMap<String, u64>,
}

impl Counts {
    fn add(&mut self, question: &Question, block: &Block, skip: &[bool]) {
        question.each(block, skip, |row| {
            self.received += 1;
            let text = |word: Word| block.text(row, word).unwrap_or_default().to_owned();
            let axes = [
                (ReportTable::Channel, vec![text(Word::Channel)]),
                (ReportTable::Business, vec![text(Word::Business)]),
                (ReportTable::Reason, vec![text(Word::Reason)]),
                (ReportTable::Source, vec![text(Word::Source)]),
                (ReportTable::BusinessReason, vec![text(Word::Business), text(Word::Reason)]),
            ];
            for line in axes {
                *self.lines.entry(line).or_default() += 1;
            }
            *self.places.entry(text(Word::Unit)).or_default() += 1;
            let outcome = block.text(row, Word::Outcome);
            let summary = [
                ("received", true),
                ("merged", !block.is_duplicate(row)),
                ("ended", block.ended_s(row).is_some()),
                ("substantiated", matches!(outcome, Some("substantiated" | "partly_substantiated"))),
                ("transferred", block.text(row, Word::Source).is_some_and(|source| source != "direct")),
                ("reopened", block.rounds(row) > 1),
            ];
            for (key, _) in summary.into_iter().filter(|(_, holds)| *holds) {
                *self.lines.entry((ReportTable::Summary, vec![key.to_owned()])).or_default() += 1;
            }
        });
    }

    fn content(mut self, kind: ReportKind, regions: &Regions) -> ReportContent {
        for (place, count) in std::mem::take(&mut self.places) {
            let region = regions.of(&place).to_owned();
            *self.lines.entry((ReportTable::Region, vec![region])).or_default() += count;
        }
        let mut tables: BTreeMap<String, Vec<ReportLine>> =
            kind.tables().iter().map(|table| (table.as_str().to_owned(), Vec::new())).collect();
        for ((table, keys), count) in self.lines {
            if let Some(lines) = tables.get_mut(table.as_str()) {
                lines.push(ReportLine { keys, count });
            }
        }
        tables.values_mut().for_each(|lines| lines.sort_by(|one, other| one.keys.cmp(&other.keys)));
        ReportContent { received: self.received, tables }
    }
}
