//! What whoever passed a matter on says differently the second time: the new values, and the names of those that differ.
//! The old ones stay in the events before it, which is the trail.

use kernel::{Date, Money, Text, Timestamp, id::RegulatorListId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::{
    Order, OrderEvent,
    clock::{ClockMove, ClockStart},
    decide::{Bench, numbered},
    event::OriginEvent,
    law::Law,
    origin::{Origin, OriginRefusal},
    parts::{Nature, Party},
    refusal::Refusal,
    verb::REPORT,
    words::words,
};

words! {
    /// A value that a correction changed.
    CorrectedField {
        /// The sender's number.
        Number = "number", "转办编号", "number";
        /// The public hotline.
        Hotline = "hotline", "公共热线", "hotline";
        /// The way in.
        Entry = "entry", "受理渠道", "entry";
        /// The sender's deadline.
        Deadline = "deadline", "反馈期限", "deadline";
        /// What the sender wants to hear.
        Wanted = "wanted", "反馈要求", "what is to be reported";
        /// The day it was sent.
        SentOn = "sent_on", "转办日期", "day of sending";
        /// The matter in one line.
        Title = "title", "标题", "title";
        /// The matter in full.
        Narrative = "narrative", "事项内容", "narrative";
        /// What the complainant asks for.
        Request = "request", "诉求", "request";
        /// Somebody's particulars.
        Party = "party", "投诉人信息", "particulars";
        /// The amount in question.
        Amount = "amount", "涉及金额", "amount";
        /// When the matter happened.
        OccurredOn = "occurred_on", "发生日期", "day of the matter";
    }
}

/// The row of a list that a correction comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// The list.
    pub list: RegulatorListId,
    /// The line in it.
    pub line: u64,
}

/// New values; what is `None` stays, and the origin is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The origin as it is now.
    pub origin: Origin,
    /// The matter in one line.
    pub title: Option<Sealed>,
    /// The matter in full.
    pub narrative: Option<Sealed>,
    /// What the complainant asks for.
    pub request: Option<Sealed>,
    /// The particulars, whole.
    pub party: Option<Party>,
    /// The amount in question.
    pub amount: Option<Money>,
    /// When the matter happened.
    pub occurred_on: Option<Date>,
    /// Where it comes from, when that is a list.
    pub row: Option<ListRow>,
    /// Why, in words.
    pub why: Option<Sealed>,
}

impl Correction {
    /// A correction of the origin alone.
    pub const fn of(origin: Origin) -> Self {
        Self {
            origin,
            title: None,
            narrative: None,
            request: None,
            party: None,
            amount: None,
            occurred_on: None,
            row: None,
            why: None,
        }
    }

    /// What it changes of `order`. Sealed texts count as changed when they are given: they are not opened here.
    pub fn fields(&self, order: &Order) -> Vec<CorrectedField> {
        use CorrectedField as F;
        let (old, new) = (&order.origin, &self.origin);
        let differs = [
            (F::Number, old.number != new.number),
            (F::Hotline, old.hotline != new.hotline),
            (F::Entry, old.entry() != new.entry()),
            (F::Deadline, old.deadline != new.deadline),
            (F::Wanted, old.wanted != new.wanted),
            (F::SentOn, old.sent_on != new.sent_on),
            (F::Title, self.title.is_some()),
            (F::Narrative, self.narrative.is_some()),
            (F::Request, self.request.is_some()),
            (F::Party, self.party.is_some()),
            (F::Amount, self.amount.is_some() && self.amount != order.amount),
            (F::OccurredOn, self.occurred_on.is_some() && self.occurred_on != order.occurred_on),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }
}

pub(super) fn correct(order: &Order, correction: Correction, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    if correction.origin.source != order.origin.source {
        return Err(OriginRefusal::SourceFixed.into());
    }
    if let Some(fault) = correction.origin.fault(order.received_at) {
        return Err(fault.into());
    }
    if correction.party.as_ref().is_some_and(|party| (party.nature == Nature::Anonymous) == party.name.is_some()) {
        return Err(Refusal::NameUnfit);
    }
    if correction.amount.is_some_and(|amount| amount.minor() <= 0) {
        return Err(Refusal::AmountNotPositive);
    }
    let fields = correction.fields(order);
    if fields.is_empty() {
        return Err(OriginRefusal::NothingCorrected.into());
    }
    let (moved, started, cancelled) = deadline(order, correction.origin.deadline, bench)?;
    // The data subject is the order's own for life: its key seals every text of the order.
    let party = correction.party.map(|party| Party { subject: order.party.subject, ..party });
    Ok(vec![OrderEvent::Origin(OriginEvent::OriginCorrected {
        origin: correction.origin,
        title: correction.title,
        narrative: correction.narrative,
        request: correction.request,
        party: party.map(Box::new),
        amount: correction.amount,
        occurred_on: correction.occurred_on,
        fields,
        row: correction.row,
        why: correction.why,
        moved,
        started,
        cancelled,
    })])
}

type Deadlines = (Vec<ClockMove>, Vec<ClockStart>, Vec<kernel::id::ClockId>);

/// What becomes of the sender's clock: it moves, begins or no longer applies. One that was answered stays answered.
fn deadline(order: &Order, new: Option<Timestamp>, bench: &Bench<'_>) -> Result<Deadlines, Refusal> {
    if new == order.origin.deadline || order.reported {
        return Ok((Vec::new(), Vec::new(), Vec::new()));
    }
    let open = order.open_for(&[REPORT]);
    Ok(match new {
        None => (Vec::new(), Vec::new(), open),
        Some(due) if open.is_empty() => {
            let planned = Law::origin_deadline(due).into_iter().collect();
            (Vec::new(), numbered(order.id, order.clocks.len(), bench.now, planned)?, Vec::new())
        }
        Some(due) => {
            let moved = |clock| ClockMove { clock, due, provisional: false };
            (open.into_iter().map(moved).collect(), Vec::new(), Vec::new())
        }
    })
}

/// The fields in words.
pub(super) fn listed(fields: &[CorrectedField]) -> Text {
    let zh: Vec<_> = fields.iter().map(|field| field.title().zh).collect();
    let en: Vec<_> = fields.iter().map(|field| field.title().en).collect();
    Text::of(zh.join("、"), en.join(", "))
}
