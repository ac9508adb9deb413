//! How a matter ends: the decision, telling it, the report back, the return visit, closing, withdrawing, opening again.

use kernel::{
    Timestamp,
    id::{AttachmentId, LetterId},
};
use regulation::{MatterKind, Milestone};
use seal::Sealed;

use super::{Bench, LETTERS_MAX, ROUNDS_MAX, VISIT_TRIES, VISITS_MAX, numbered, room, within};
use crate::model::{
    EndingEvent, LetterKind, Order, OrderEvent, Stage, StepEvent, award,
    clock::ClockStart,
    group,
    lead::{self, LeadState},
    mediation,
    origin::OriginRefusal,
    parts::{
        Decision, DeclineGround, Ending, Means, Origin, Outcome, Principle, Purpose, Reference, ReopenGround,
        ReportItem, VisitAnswer,
    },
    rapid::TAKEN_ON,
    refusal::{Bounded, Refusal},
    repayment,
    review::{self, REVIEWED, REVIEWED_LAST, ReviewOutcome},
    verb::{ACCEPTANCE, ANSWER, CONTACT, OBJECTION, REPORT, VISIT, wants_answer},
};

/// A letter as it was sent.
pub(super) struct Sent {
    pub(super) letter: LetterId,
    pub(super) means: Means,
    pub(super) at: Timestamp,
    pub(super) reference: Option<Reference>,
    pub(super) text: Option<Sealed>,
}

/// A request to withdraw.
pub(super) struct Request {
    pub(super) at: Timestamp,
    pub(super) means: Means,
    pub(super) paper: Option<AttachmentId>,
    pub(super) words: Option<Sealed>,
}

pub(super) fn decline(
    order: &Order,
    ground: DeclineGround,
    decision: Decision,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    if decision.outcome != Outcome::Declined || decision.compensation.is_some() || decision.waiver.is_some() {
        return Err(Refusal::OutcomeUnfit);
    }
    named_remedies(order, &decision, bench)?;
    let letter = letter(order)?;
    let answered = match letter {
        Some(_) => Vec::new(),
        None => order.open_for(&[ANSWER, ACCEPTANCE, OBJECTION]),
    };
    Ok(vec![OrderEvent::Step(StepEvent::Declined { ground, decision, letter, answered })])
}

pub(super) fn make_decision(
    order: &Order,
    mut decision: Decision,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    let fits = match order.matter {
        MatterKind::Complaint | MatterKind::Report => {
            !matches!(decision.outcome, Outcome::Declined | Outcome::Answered)
        }
        MatterKind::Petition
        | MatterKind::Consultation
        | MatterKind::Suggestion
        | MatterKind::Praise
        | MatterKind::HelpRequest => decision.outcome != Outcome::Declined,
    };
    if !fits {
        return Err(Refusal::OutcomeUnfit);
    }
    decision.principles.sort_unstable();
    decision.principles.dedup();
    award::check_decision(order, &decision, bench)?;
    check_principles(order, &decision)?;
    let known = named_remedies(order, &decision, bench)?;
    if decision.remedies.is_empty() && !known.is_empty() {
        return Err(Refusal::RemediesMissing);
    }
    let letter = letter(order)?;
    let answered = match letter {
        Some(_) => Vec::new(),
        // Nobody can be told, so that the decision itself is the answer.
        None => order.open_for(&[ANSWER, ACCEPTANCE, CONTACT, OBJECTION]),
    };
    Ok(vec![OrderEvent::Ending(EndingEvent::Decided { decision, letter, answered })])
}

/// The second axis of the outcome: which principles the decision follows, and whether they fit what was found.
fn check_principles(order: &Order, decision: &Decision) -> Result<(), Refusal> {
    let has = |principle: Principle| decision.principles.contains(&principle);
    if decision.principles.is_empty() && award::wants_principles(order.matter) {
        return Err(Refusal::PrinciplesMissing);
    }
    let unfounded = decision.outcome == Outcome::NotSubstantiated && has(Principle::ViolationsCorrected);
    let granted = decision.compensation.is_some() || decision.waiver.is_some();
    if unfounded || granted && decision.principles == [Principle::UnreasonableExplained] {
        return Err(Refusal::PrincipleUnfit);
    }
    Ok(())
}

fn named_remedies(order: &Order, decision: &Decision, bench: &Bench<'_>) -> Result<Vec<String>, Refusal> {
    let known = bench.law.remedies(order.matter, bench.now.date());
    let unknown = decision.remedies.iter().any(|key| !known.contains(key));
    if unknown { Err(Refusal::UnknownRemedy) } else { Ok(known) }
}

fn letter(order: &Order) -> Result<Option<LetterId>, Refusal> {
    if !order.reachable() {
        return Ok(None);
    }
    room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
    Ok(Some(order.next_letter()))
}

pub(super) fn notify(order: &Order, sent: Sent, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let letter = order.letter(sent.letter).ok_or(Refusal::UnknownLetter)?;
    if !letter.owed() {
        return Err(Refusal::LetterSettled);
    }
    within(sent.at, letter.at, bench.now)?;
    if sent.reference.is_none() && matches!(sent.means, Means::Post | Means::Phone) {
        return Err(Refusal::DeliveryUnproved);
    }
    let (answered, started) = match letter.kind {
        LetterKind::Decision => {
            // An extension holds only when the complainant knows of it.
            if order.owed(LetterKind::Extension).is_some() {
                return Err(Refusal::LetterOwed(LetterKind::Extension));
            }
            let answered = order.open_for(&[ANSWER, ACCEPTANCE, CONTACT, OBJECTION, TAKEN_ON]);
            (answered, visiting(order, bench.starts(order, Milestone::DecisionNotified, sent.at)?, bench))
        }
        LetterKind::Declined => (order.open_for(&[ANSWER, ACCEPTANCE, CONTACT, OBJECTION]), Vec::new()),
        LetterKind::Acceptance => acceptance(order, sent.at, bench)?,
        LetterKind::Retyping if order.stage != Stage::Filed => acceptance(order, sent.at, bench)?,
        LetterKind::Review => (order.open_for(&[REVIEWED, REVIEWED_LAST]), Vec::new()),
        LetterKind::Retyping | LetterKind::Extension | LetterKind::Pause | LetterKind::Restart => {
            (Vec::new(), Vec::new())
        }
    };
    let delivered = OrderEvent::Ending(EndingEvent::LetterDelivered {
        letter: sent.letter,
        tells: letter.kind,
        means: sent.means,
        at: sent.at,
        reference: sent.reference,
        text: sent.text,
        answered,
        started,
    });
    let finding = order.review().and_then(|review| review.finding.as_ref());
    let remanded =
        letter.kind == LetterKind::Review && finding.is_some_and(|finding| finding.outcome == ReviewOutcome::Remanded);
    let mut events = vec![delivered];
    if remanded {
        events.extend(reopen(order, ReopenGround::Instructed, None, bench)?);
    }
    Ok(events)
}

/// The clocks that start when the decision was told, without the return visit where the policy's share leaves it out. Which
/// orders are left out hangs on the random part of their ids, so that nobody chooses them.
fn visiting(order: &Order, mut started: Vec<ClockStart>, bench: &Bench<'_>) -> Vec<ClockStart> {
    let row = format!("policy.visit.share.{}", order.matter.as_str());
    let share = bench.law.rules.figure(&row, bench.now.date()).map_or(100, |row| row.body.value);
    let drawn = order.id.bits() % 100 < u128::from(share);
    started.retain(|clock| drawn || clock.stop != VISIT);
    for (index, clock) in started.iter_mut().enumerate() {
        clock.id = order.next_clock(index);
    }
    started
}

/// What telling of the acceptance answers and starts.
fn acceptance(
    order: &Order,
    at: Timestamp,
    bench: &Bench<'_>,
) -> Result<(Vec<kernel::id::ClockId>, Vec<ClockStart>), Refusal> {
    let started = bench.starts(order, Milestone::AcceptanceNotified, at)?;
    Ok((order.open_for(&[ACCEPTANCE, OBJECTION]), started))
}

pub(super) fn report_back(
    order: &Order,
    means: Means,
    at: Timestamp,
    reference: Option<Reference>,
    items: Vec<ReportItem>,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    within(at, order.opened_at, bench.now)?;
    let items = Origin::items(items);
    let lacking = order.unreported();
    if items.is_empty() && !lacking.is_empty() {
        return Err(OriginRefusal::ReportLacks(lacking).into());
    }
    if order.stage.decision().is_none() {
        let early: Vec<ReportItem> = items.iter().copied().filter(|item| !item.before_decision()).collect();
        if !early.is_empty() {
            return Err(OriginRefusal::ReportEarly(early).into());
        }
    }
    let whole = lacking.iter().all(|item| items.contains(item));
    let answered = if whole { order.open_for(&[REPORT]) } else { Vec::new() };
    Ok(vec![OrderEvent::Ending(EndingEvent::ReportedBack { means, at, reference, items, answered })])
}

pub(super) fn visit(
    order: &Order,
    answer: Option<VisitAnswer>,
    means: Means,
    at: Timestamp,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Visits, order.visits.len(), 1, VISITS_MAX)?;
    let floor = if let Stage::Notified { at, .. } = order.stage { at } else { order.opened_at };
    within(at, floor, bench.now)?;
    let tried = order.visits.iter().filter(|visit| visit.answer.is_none()).count() + 1;
    let made = answer.is_some() || tried >= VISIT_TRIES;
    let answered = if made { order.open_for(&[VISIT]) } else { Vec::new() };
    let unsettled = answer.as_ref().is_some_and(|answer| !answer.settled);
    let mut events = vec![OrderEvent::Ending(EndingEvent::Visited { answer, means: Some(means), at, answered })];
    if unsettled && reopens(order, bench) {
        events.extend(reopen(order, ReopenGround::NotSettled, None, bench)?);
    }
    Ok(events)
}

/// Whether the policy opens such an order again when its complainant says that it is not settled.
fn reopens(order: &Order, bench: &Bench<'_>) -> bool {
    let (rules, on) = (&bench.law.rules, bench.now.date());
    let kinds = rules.checklist("policy.visit.reopens", on);
    let named = kinds.is_some_and(|list| list.body.items.iter().any(|item| item.key == order.matter.as_str()));
    let most = rules.figure("policy.visit.reopens_max", on).map_or(0, |row| row.body.value);
    named && order.round <= most && (order.round as usize) < ROUNDS_MAX
}

/// Whether nothing stands in the way of closing.
pub(in crate::model) fn closable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    match &order.stage {
        Stage::Notified { .. } => {}
        Stage::Decided { .. } if !order.reachable() => {}
        Stage::Decided { .. } => return Err(Refusal::NotNotified),
        Stage::Filed => return Err(Refusal::NotRegistered),
        Stage::Registered | Stage::Classified | Stage::Assigned { .. } | Stage::Handling { .. } => {
            if wants_answer(order.matter) {
                return Err(Refusal::NotDecided);
            }
        }
        Stage::Closed { .. } | Stage::Withdrawn { .. } => return Err(Refusal::Ended(order.stage.name())),
    }
    if let Some(letter) = order.letters.iter().find(|letter| letter.owed()) {
        return Err(Refusal::LetterOwed(letter.kind));
    }
    match order.open_tasks() {
        0 => {}
        count => return Err(Refusal::TasksOpen(count)),
    }
    if order.origin.wants_report() && !order.reported && order.stage.decision().is_some() {
        return Err(Refusal::ReportOutstanding);
    }
    lead::over(order)?;
    review::over(order)?;
    group::settled(order, bench)?;
    mediation::over(order)?;
    repayment::over(order)?;
    if !order.open_for(&[VISIT]).is_empty() {
        return Err(Refusal::VisitOutstanding);
    }
    four_eyes(order, bench)
}

/// Refuses whoever decided where the bank's policy wants somebody else to close.
fn four_eyes(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if order.decided_by.as_ref() != Some(&bench.actor.reference) {
        return Ok(());
    }
    let declined = order.stage.decision().is_some_and(|decision| decision.outcome == Outcome::Declined);
    let grounds = [
        ("close.declined", declined),
        ("close.transferred", order.origin.source.regulator().is_some()),
        ("close.urgent", order.urgent.is_some()),
        ("close.led", order.lead().is_some_and(|lead| lead.state == LeadState::Closed)),
    ];
    let asked = |(key, holds): &(&str, bool)| holds.then(|| bench.law.four_eyes(key, bench.now.date())).flatten();
    match grounds.iter().find_map(asked) {
        Some(ground) => Err(Refusal::FourEyes(ground)),
        None => Ok(()),
    }
}

pub(super) fn close(order: &Order) -> OrderEvent {
    let ending = match order.stage.decision().map(|decision| decision.outcome) {
        None => Ending::Noted,
        Some(Outcome::Declined) => Ending::Declined,
        Some(Outcome::Substantiated | Outcome::PartlySubstantiated | Outcome::NotSubstantiated | Outcome::Answered) => {
            Ending::Answered
        }
    };
    OrderEvent::Ending(EndingEvent::Closed { ending, cancelled: order.open_clocks().map(|clock| clock.id).collect() })
}

pub(super) fn withdraw(order: &Order, request: Request, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    within(request.at, order.opened_at, bench.now)?;
    let own = bench.actor.reference == order.complainant();
    let shown = request.paper.is_some_and(|paper| {
        order.attachments.iter().any(|held| held.id == paper && held.purpose == Purpose::Withdrawal)
    });
    if !own && !shown {
        return Err(Refusal::WithdrawalUnproved);
    }
    Ok(vec![OrderEvent::Ending(EndingEvent::Withdrawn {
        at: request.at,
        means: request.means,
        paper: request.paper,
        words: request.words,
        cancelled: order.open_clocks().map(|clock| clock.id).collect(),
    })])
}

pub(super) fn reopen(
    order: &Order,
    ground: ReopenGround,
    why: Option<Sealed>,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Rounds, order.round as usize, 1, ROUNDS_MAX)?;
    let planned = bench.law.starting(&order.situation(), Milestone::Received, bench.now, bench.now.date());
    let started = numbered(order.id, order.clocks.len(), bench.now, planned)?;
    let cancelled = order.open_clocks().map(|clock| clock.id).collect();
    Ok(vec![OrderEvent::Ending(EndingEvent::Reopened { ground, why, started, cancelled })])
}
