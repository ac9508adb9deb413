//! Which orders a list shows, as a value.

use kernel::{
    Date, OrgPath, Timestamp,
    id::{CustomerId, StaffId},
};
use regulation::{MatterKind, MatterSource};
use seal::BlindIndex;

use crate::{
    model::{
        StageName,
        clock::DUE_SOON_MICROS,
        parts::{Entry, PublicHotline},
    },
    words::Query,
};

/// How the clocks of an order stand, for a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockFilter {
    /// A deadline was missed and waits for its answer.
    Overdue,
    /// The next deadline is before this day ends, and not missed yet.
    DueToday,
    /// The next deadline is within three days.
    DueSoon,
    /// A clock runs.
    Running,
    /// A deadline may still move.
    Provisional,
}

/// Which orders a list shows; what is `None` or empty does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Only at or below this place.
    pub within: Option<OrgPath>,
    /// Only at these steps.
    pub stages: Vec<StageName>,
    /// Only with clocks like this.
    pub clock: Option<ClockFilter>,
    /// Only this kind of matter.
    pub matter: Option<MatterKind>,
    /// Only passed on by these.
    pub source: Option<MatterSource>,
    /// Only on this channel.
    pub channel: Option<String>,
    /// Only about this business.
    pub business: Option<String>,
    /// Only for this reason.
    pub reason: Option<String>,
    /// Only given to this person.
    pub handler: Option<StaffId>,
    /// Only of this customer.
    pub customer: Option<CustomerId>,
    /// Only received on or after this day.
    pub received_from: Option<Date>,
    /// Only received on or before this day.
    pub received_to: Option<Date>,
    /// Only with the number that another body gave.
    pub origin_number: Option<String>,
    /// Only come in by this way.
    pub entry: Option<Entry>,
    /// Only taken by this public hotline.
    pub hotline: Option<PublicHotline>,
    /// Only such that somebody waits for a report on them.
    pub report_owed: bool,
    /// Only with these words.
    pub words: Option<Query>,
    /// Only with this telephone, identity or account number, by any of its indexes.
    pub number: Vec<BlindIndex>,
}

/// One condition on a column of `orders`, with its values in order.
pub(super) type Condition = (&'static str, Vec<Value>);

/// A value of a hand-written query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
}

impl OrderFilter {
    /// The conditions that are checked on each row, `?` standing for a value; places, steps, numbers and words aside.
    pub(super) fn conditions(&self, now: Timestamp) -> Vec<Condition> {
        let text = |value: &str| vec![Value::Text(value.to_owned())];
        let micros = |at: Timestamp| Value::Number(at.as_micros());
        let between = |from: Timestamp, to: Timestamp| -> Condition {
            ("o.next_due >= ? AND o.next_due <= ?", vec![micros(from), micros(to)])
        };
        let mut list: Vec<Condition> = Vec::new();
        match self.clock {
            None => {}
            Some(ClockFilter::Overdue) => list.push(("o.next_due < ?", vec![micros(now)])),
            Some(ClockFilter::DueToday) => list.push(between(now, Timestamp::end_of(now.date()))),
            Some(ClockFilter::DueSoon) => list.push(between(now, now.plus_micros(DUE_SOON_MICROS))),
            Some(ClockFilter::Running) => {}
            Some(ClockFilter::Provisional) => list.push(("o.provisional = ?", vec![Value::Number(1)])),
        }
        if let Some(matter) = self.matter {
            list.push(("o.matter = ?", text(matter.as_str())));
        }
        if let Some(source) = self.source {
            list.push(("o.source = ?", text(source.as_str())));
        }
        for (condition, value) in [
            ("o.channel = ?", &self.channel),
            ("o.business = ?", &self.business),
            ("o.reason = ?", &self.reason),
            ("o.origin_number = ?", &self.origin_number),
        ] {
            if let Some(value) = value {
                list.push((condition, text(value)));
            }
        }
        if let Some(entry) = self.entry {
            let there = "EXISTS (SELECT 1 FROM order_origins AS g WHERE g.seq = o.seq AND g.entry = ?)";
            list.push((there, text(entry.as_str())));
        }
        if let Some(hotline) = self.hotline {
            let there = "o.seq IN (SELECT seq FROM order_origins WHERE hotline = ?)";
            list.push((there, text(hotline.as_str())));
        }
        if self.report_owed {
            list.push(("o.seq IN (SELECT seq FROM order_origins WHERE report_open = 1)", Vec::new()));
        }
        if let Some(handler) = self.handler {
            list.push(("o.handler = ?", text(&handler.to_string())));
        }
        if let Some(customer) = self.customer {
            list.push(("o.customer = ?", text(&customer.to_string())));
        }
        if let Some(day) = self.received_from {
            list.push(("o.received_at >= ?", vec![micros(Timestamp::start_of(day))]));
        }
        if let Some(day) = self.received_to {
            list.push(("o.received_at <= ?", vec![micros(Timestamp::end_of(day))]));
        }
        list
    }

    /// Whether only orders with a running clock can match, so that their own index serves.
    pub(super) const fn running_only(&self) -> bool {
        self.clock.is_some()
    }

    /// Whether only orders that are being handled can match: a small part of all, so that words are looked for among them
    /// rather than they among the orders with the words.
    pub(super) fn open_only(&self) -> bool {
        let open = |stage: &StageName| match stage {
            StageName::Filed
            | StageName::Registered
            | StageName::Classified
            | StageName::Assigned
            | StageName::Handling
            | StageName::Decided
            | StageName::Notified => true,
            StageName::Closed | StageName::Withdrawn => false,
        };
        self.running_only() || (!self.stages.is_empty() && self.stages.iter().all(open))
    }

    /// Whether a condition finds few rows by an index of its own.
    pub(super) const fn selective(&self) -> bool {
        self.handler.is_some()
            || self.customer.is_some()
            || self.origin_number.is_some()
            || self.hotline.is_some()
            || self.report_owed
            || !self.number.is_empty()
    }
}
