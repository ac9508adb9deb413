//! Re-examination (核查) of a decision by the superior unit, and the two reviews of a petition (复查, 复核): asked for within the
//! time the law gives, answered within another, by somebody who had no hand in the matter.

use kernel::{ActorKind, ActorRef, Date, OrgPath, Timestamp};
use regulation::{ClockActor, Milestone};
use seal::Sealed;

use super::{
    Law, LetterKind, Order, OrderEvent, Refusal, ReviewEvent, Stage,
    clock::Stop,
    decide::{Bench, LETTERS_MAX, room, within},
    parts::{Means, Reference},
    permission,
    refusal::{Bounded, fixed, of, refusals},
    words::words,
};

/// Whether the complainant was told the outcome.
pub const REVIEWED: Stop = Stop::Law(Milestone::ReviewNotified);
/// The same for the last review of a petition.
pub const REVIEWED_LAST: Stop = Stop::Law(Milestone::SecondReviewNotified);
/// Re-examinations on one order: two of each round.
pub const REVIEWS_MAX: usize = 20;

words! {
    /// What a re-examination found.
    ReviewOutcome {
        /// The decision stands.
        Upheld = "upheld", "维持原处理决定", "the decision stands";
        /// The decision is replaced by what the re-examination says.
        Changed = "changed", "变更原处理决定", "the decision is changed";
        /// The unit handles the matter anew.
        Remanded = "remanded", "责令重新处理", "to be handled anew";
    }
}

/// A re-examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its number on the order, from 1.
    pub number: u32,
    /// The round whose decision it is about.
    pub round: u32,
    /// The last one that the law knows; else the first.
    pub is_last: bool,
    /// When the complainant asked.
    pub asked_at: Timestamp,
    /// Why.
    pub why: Sealed,
    /// The unit above, which answers.
    pub unit: OrgPath,
    /// Who had a hand in the matter and has none in this.
    pub involved: Vec<ActorRef>,
    /// Who took it on.
    pub examiner: Option<ActorRef>,
    /// What was found.
    pub finding: Option<Finding>,
    /// When the complainant was told.
    pub told_at: Option<Timestamp>,
}

/// What a re-examination found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In a word.
    pub outcome: ReviewOutcome,
    /// The facts as found.
    pub facts: Sealed,
    /// The basis and the reasons.
    pub basis: Sealed,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorRef,
}

/// What somebody wants to do about a re-examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewCommand {
    /// Ask for it.
    Request {
        /// When the request came in.
        at: Timestamp,
        /// How.
        means: Means,
        /// The number of the written request, when staff record it.
        reference: Option<Reference>,
        /// Why.
        why: Sealed,
    },
    /// Take it on.
    Take,
    /// Say what was found.
    Find {
        /// In a word.
        outcome: ReviewOutcome,
        /// The facts as found.
        facts: Sealed,
        /// The basis and the reasons.
        basis: Sealed,
    },
}

impl ReviewCommand {
    /// Its verb.
    pub const fn verb(&self) -> super::Verb {
        match self {
            Self::Request { .. } => super::Verb::RequestReview,
            Self::Take => super::Verb::TakeReview,
            Self::Find { .. } => super::Verb::FindReview,
        }
    }
}

refusals! {
    /// Why a re-examination may not be.
    ReviewRefusal [] {
        /// The law knows none for such a matter, or no further one.
        NoReview, "no-review", fixed(
            "此类事项没有（进一步的）核查程序，请告知客户其他救济途径。",
            "Such a matter has no (further) re-examination; tell the customer the other remedies.");
        /// The complainant was not told of a decision yet.
        NothingToReview, "nothing-to-review", fixed("尚未告知处理决定，不能申请核查。", "No decision was told yet that could be re-examined.");
        /// One is under way.
        ReviewOpen, "review-open", fixed("核查正在进行，请等待结果。", "A re-examination is under way; wait for its outcome.");
        /// The time to ask has passed.
        ReviewLate(last: Date), "review-late" at "/at", of(
            format!("申请核查的期限已于 {last} 届满，请告知客户其他救济途径。"),
            format!("The time to ask ended on {last}; tell the customer the other remedies."));
        /// The deciding unit has none above it.
        NoSuperior, "no-superior", fixed(
            "作出决定的是总行，没有上级机构可以核查，请告知客户其他救济途径。",
            "The head office decided and nobody stands above it; tell the customer the other remedies.");
        /// Staff need the number of the written request.
        ReviewUnwritten, "review-unwritten" at "/reference", fixed(
            "核查须书面申请，请填写申请书的收文编号。", "A re-examination is asked for in writing; give the number of the paper.");
        /// None is under way.
        NoReviewOpen, "no-review-open", fixed("没有进行中的核查。", "No re-examination is under way.");
        /// Somebody who had a hand in the matter.
        Involved, "involved", fixed(
            "您办理过该事项，核查须由未参与原办理的人员进行。", "You had a hand in the matter; somebody who had none must re-examine it.");
        /// Somebody else took it on.
        ExaminedByAnother, "examined-by-another", fixed(
            "核查已由他人承办；请由其作出结论，或先接手承办。", "Somebody else examines it; let them do it, or take it on yourself first.");
        /// The same person examines it already.
        ExaminingAlready, "examining-already", fixed("您已承办该核查。", "You examine it already.");
        /// Take it on first.
        NotExamining, "not-examining", fixed("请先承办核查。", "Take the re-examination on first.");
        /// The complainant waits for the outcome.
        ReviewUntold, "review-untold", fixed("核查尚未办结并告知，请先完成。", "A re-examination is under way or its outcome was not told; finish it first.");
    }
}

impl Order {
    /// The re-examination that is under way: asked for and not found, or found and not told.
    pub fn review(&self) -> Option<&Review> {
        self.reviews.last().filter(|review| review.told_at.is_none())
    }

    /// When the complainant was told of the decision of this round.
    pub fn decision_told_at(&self) -> Option<Timestamp> {
        let tells = |kind| matches!(kind, LetterKind::Decision | LetterKind::Declined);
        let told = self.letters.iter().filter(|letter| tells(letter.kind));
        told.filter_map(|letter| letter.delivery.as_ref()).map(|delivery| delivery.at).rfind(|at| *at >= self.opened_at)
    }

    /// Whether the next re-examination would be the last one.
    fn reviewed_before(&self) -> Option<&Review> {
        self.reviews.iter().rev().find(|review| review.round == self.round && review.told_at.is_some())
    }
}

impl Law {
    /// Until when the complainant may ask for a re-examination of what they were told at `told`; `None` when they may not.
    pub fn review_until(&self, order: &Order, told: Timestamp, is_last: bool) -> Option<Timestamp> {
        let (start, stop) = if is_last {
            (Milestone::ReviewNotified, Milestone::SecondReviewRequested)
        } else {
            (Milestone::DecisionNotified, Milestone::ReviewRequested)
        };
        let rules = self.rules.starting_clocks(&order.situation(), start, ClockActor::Person, order.opened_at.date());
        let rule = rules.into_iter().find(|rule| rule.body.stop == stop)?;
        Some(self.calendar.run_out(told, rule.body.period, rule.body.roll, &[]).due)
    }
}

/// What a request now would be about: when what it is about was told, and whether it is the last.
fn subject(order: &Order) -> Result<(Timestamp, bool), ReviewRefusal> {
    match order.reviewed_before() {
        // What was handled anew has a decision of its own round; what stands or was changed can be taken one step further.
        Some(review) if review.is_last => Err(ReviewRefusal::NoReview),
        Some(review) => Ok((review.told_at.unwrap_or(review.asked_at), true)),
        None => Ok((order.decision_told_at().ok_or(ReviewRefusal::NothingToReview)?, false)),
    }
}

/// Whether a re-examination may be asked for.
pub(super) fn requestable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if matches!(order.stage, Stage::Withdrawn { .. }) {
        return Err(Refusal::Ended(order.stage.name()));
    }
    if order.review().is_some() {
        return Err(ReviewRefusal::ReviewOpen.into());
    }
    if order.stage.decision().is_none() {
        return Err(ReviewRefusal::NothingToReview.into());
    }
    let (told, is_last) = subject(order)?;
    let until = bench.law.review_until(order, told, is_last).ok_or(ReviewRefusal::NoReview)?;
    // Staff may record a request that came in before the time ended; a customer asks now.
    if bench.actor.kind == ActorKind::Customer && bench.now > until {
        return Err(ReviewRefusal::ReviewLate(until.date()).into());
    }
    if order.unit.parent().is_none() { Err(ReviewRefusal::NoSuperior.into()) } else { Ok(()) }
}

/// Whether the actor may take the re-examination on; also from somebody else, who may have left or be away.
pub(super) fn takeable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    let review = open(order)?;
    if review.involved.contains(&bench.actor.reference) {
        return Err(ReviewRefusal::Involved.into());
    }
    let own = review.examiner.as_ref() == Some(&bench.actor.reference);
    if own { Err(ReviewRefusal::ExaminingAlready.into()) } else { Ok(()) }
}

/// Whether the actor says what was found.
pub(super) fn findable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    match &open(order)?.examiner {
        None => Err(ReviewRefusal::NotExamining.into()),
        Some(examiner) if *examiner != bench.actor.reference => Err(ReviewRefusal::ExaminedByAnother.into()),
        Some(_) => Ok(()),
    }
}

/// The re-examination of which nothing was found yet.
fn open(order: &Order) -> Result<&Review, ReviewRefusal> {
    order.review().filter(|review| review.finding.is_none()).ok_or(ReviewRefusal::NoReviewOpen)
}

/// Refuses to close an order whose complainant waits for a re-examination.
pub(super) fn over(order: &Order) -> Result<(), Refusal> {
    if order.review().is_some() { Err(ReviewRefusal::ReviewUntold.into()) } else { Ok(()) }
}

pub(super) fn decide(order: &Order, command: ReviewCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let event = match command {
        ReviewCommand::Request { at, means, reference, why } => {
            room(Bounded::Reviews, order.reviews.len(), 1, REVIEWS_MAX)?;
            let (told, is_last) = subject(order)?;
            within(at, told, bench.now)?;
            if let Some(until) = bench.law.review_until(order, told, is_last)
                && at > until
            {
                return Err(ReviewRefusal::ReviewLate(until.date()).into());
            }
            if bench.actor.kind != ActorKind::Customer && reference.is_none() {
                return Err(ReviewRefusal::ReviewUnwritten.into());
            }
            // A second one goes to the unit above the one that answered the first.
            let below = order.reviewed_before().map_or(&order.unit, |review| &review.unit);
            let unit = below.parent().ok_or(ReviewRefusal::NoSuperior)?;
            let milestone = if is_last { Milestone::SecondReviewRequested } else { Milestone::ReviewRequested };
            let started = bench.starts(order, milestone, at)?;
            let number = order.reviews.len() as u32 + 1;
            ReviewEvent::ReviewRequested { number, is_last, at, means, reference, why, unit, started }
        }
        ReviewCommand::Take => ReviewEvent::ReviewTaken { number: open(order)?.number },
        ReviewCommand::Find { outcome, facts, basis } => {
            let number = open(order)?.number;
            let letter = if order.reachable() {
                room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
                Some(order.next_letter())
            } else {
                None
            };
            let answered = if letter.is_none() { order.open_for(&[REVIEWED, REVIEWED_LAST]) } else { Vec::new() };
            ReviewEvent::ReviewFound { number, outcome, facts, basis, letter, answered }
        }
    };
    Ok(vec![event.into()])
}

/// Whether `actor` may examine for the unit that answers.
pub(super) fn examines(order: &Order, actor: &kernel::Actor) -> bool {
    order.review().is_some_and(|review| actor.may(permission::REVIEW, &review.unit))
}
