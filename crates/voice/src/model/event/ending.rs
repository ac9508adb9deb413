//! How a matter ends: the decision, telling it, the report back, the return visit, closing, withdrawing, opening again.

use kernel::{
    ActorRef, Text, Timestamp,
    id::{AttachmentId, ClockId, LetterId},
};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, LetterKind, Order, Stage,
    clock::{ClockEnd, ClockStart},
    letter::Delivery,
    origin::listed,
    parts::{Decision, Ending, Invited, Means, Reference, ReopenGround, ReportItem, Visit, VisitAnswer},
    refusal::shown,
};

/// One of the last steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EndingEvent {
    /// It was decided.
    Decided {
        /// The decision.
        decision: Decision,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that this answers, when nobody has to be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// A letter reached the complainant.
    LetterDelivered {
        /// The letter.
        letter: LetterId,
        /// What it tells.
        tells: LetterKind,
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The tracking number, the message's number or the id of the recording.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// What it said, word for word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Sealed>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
    },
    /// The result was reported to whoever passed the matter on.
    ReportedBack {
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The number of the report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// What it told; a plain report when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ReportItem>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// The complainant was asked after the answer, or said by themselves.
    Visited {
        /// What they said; absent when they were not reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<VisitAnswer>,
        /// How they were asked, or answered; unknown of visits before it was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        means: Option<Means>,
        /// When.
        at: Timestamp,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// The complainant was invited to answer the return visit by link or code.
    VisitInvited {
        /// Until when the invitation holds.
        until: Timestamp,
    },
    /// It was closed.
    Closed {
        /// How it ended.
        ending: Ending,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
    /// The complainant withdrew it; that ended it on the day the request came in.
    Withdrawn {
        /// When the request came in.
        at: Timestamp,
        /// How the request came in.
        means: Means,
        /// The written request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<AttachmentId>,
        /// Why, if they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
    /// It is open again.
    Reopened {
        /// Why, of the closed list.
        ground: ReopenGround,
        /// Why, in words; what the complainant said on a return visit stands there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
        /// Clocks that start.
        started: Vec<ClockStart>,
        /// Clocks of the round before that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
}

impl Family for EndingEvent {
    const KINDS: &'static [&'static str] = &[
        "decided",
        "letter_delivered",
        "reported_back",
        "visited",
        "visit_invited",
        "closed",
        "withdrawn",
        "reopened",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::Decided { .. } => "decided",
            Self::LetterDelivered { .. } => "letter_delivered",
            Self::ReportedBack { .. } => "reported_back",
            Self::Visited { .. } => "visited",
            Self::VisitInvited { .. } => "visit_invited",
            Self::Closed { .. } => "closed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Reopened { .. } => "reopened",
        }
    }

    fn is_quiet(&self) -> bool {
        matches!(self, Self::VisitInvited { .. })
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::Decided { decision, letter, answered } => {
                order.replace_letters(&[LetterKind::Decision]);
                order.decided_by = Some(by.clone());
                order.stage = Stage::Decided { at, decision: Box::new(decision.clone()) };
                order.owe(*letter, LetterKind::Decision, at);
                order.end(answered, ClockEnd::Answered(at));
            }
            Self::LetterDelivered { letter, tells, at, means, reference, text, answered, started } => {
                let delivery = Delivery {
                    at: *at,
                    means: *means,
                    reference: reference.clone(),
                    text: text.clone(),
                    by: by.clone(),
                };
                if let Some(letter) = order.letters.iter_mut().find(|held| held.id == *letter) {
                    letter.delivery = Some(delivery);
                }
                if matches!(tells, LetterKind::Decision | LetterKind::Declined) {
                    order.told(*at);
                }
                if *tells == LetterKind::Review
                    && let Some(review) = order.reviews.last_mut()
                {
                    review.told_at = Some(*at);
                }
                order.end(answered, ClockEnd::Answered(*at));
                order.start(started);
            }
            Self::ReportedBack { at, items, answered, means: _, reference: _ } => {
                order.told_sender.extend(items);
                order.reported = order.unreported().is_empty();
                order.end(answered, ClockEnd::Answered(*at));
            }
            Self::Visited { answer, means, at, answered } => {
                order.satisfaction = answer.as_ref().map(|answer| answer.satisfaction).or(order.satisfaction);
                order.visits.push(Visit { at: *at, by: by.clone(), means: *means, answer: answer.clone() });
                order.end(answered, ClockEnd::Answered(*at));
            }
            Self::VisitInvited { until } => order.special.invited.push(Invited { at, until: *until }),
            Self::Closed { ending, cancelled } => {
                order.end(cancelled, ClockEnd::Cancelled(at));
                let decision = order.stage.decision().cloned().map(Box::new);
                order.stage = Stage::Closed { at, ending: *ending, decision };
            }
            Self::Withdrawn { at, cancelled, means: _, paper: _, words: _ } => {
                order.end(cancelled, ClockEnd::Cancelled(*at));
                order.replace_letters(LetterKind::ALL);
                order.stage = Stage::Withdrawn { at: *at };
            }
            Self::Reopened { started, cancelled, ground: _, why: _ } => {
                order.end(cancelled, ClockEnd::Cancelled(at));
                order.reopen(at);
                order.start(started);
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::Decided { decision, .. } => decision.texts(),
            Self::LetterDelivered { text, .. } => text.iter().map(|text| ("letter", text)).collect(),
            Self::Visited { answer, .. } => {
                let words = answer.as_ref().and_then(|answer| answer.words.as_ref());
                words.into_iter().map(|words| ("visit", words)).collect()
            }
            Self::Withdrawn { words, .. } => words.iter().map(|words| ("withdrawal", words)).collect(),
            Self::Reopened { why, .. } => why.iter().map(|why| ("reopening", why)).collect(),
            Self::ReportedBack { .. } | Self::VisitInvited { .. } | Self::Closed { .. } => Vec::new(),
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::Decided { decision, .. } => {
                let outcome = decision.outcome.title();
                Text::of(format!("作出处理决定：{}", outcome.zh), format!("Decided: {}", outcome.en))
            }
            Self::LetterDelivered { tells, means, at, .. } => {
                let (tells, means, when) = (tells.title(), means.title(), shown(*at));
                Text::of(
                    format!("{when} {}送达《{}》", means.zh, tells.zh),
                    format!("{when} delivered the {} {}", tells.en, means.en),
                )
            }
            Self::ReportedBack { at, items, .. } => {
                let (when, listed) = (shown(*at), listed(items));
                if items.is_empty() {
                    return Text::of(format!("{when} 向转办单位反馈"), format!("{when} reported back to the sender"));
                }
                Text::of(
                    format!("{when} 向转办单位反馈：{}", listed.zh),
                    format!("{when} reported back to the sender: {}", listed.en),
                )
            }
            Self::Visited { answer: Some(answer), .. } => {
                let figure = answer.satisfaction.get();
                let settled = if answer.settled { ("已解决", "settled") } else { ("没有解决", "not settled") };
                Text::of(
                    format!("回访：{}，满意度 {figure} 分", settled.0),
                    format!("Return visit: {}, satisfaction {figure} of 5", settled.1),
                )
            }
            Self::Visited { answer: None, .. } => Text::fixed("回访未接通", "Return visit: not reached"),
            Self::VisitInvited { until } => {
                let until = shown(*until);
                Text::of(
                    format!("发送回访邀请，{until} 前有效"),
                    format!("Invited to answer the return visit until {until}"),
                )
            }
            Self::Closed { ending, .. } => {
                let ending = ending.title();
                Text::of(format!("结案：{}", ending.zh), format!("Closed: {}", ending.en))
            }
            Self::Withdrawn { at, .. } => {
                let when = shown(*at);
                Text::of(
                    format!("{when} 收到撤回申请，当日终止办理"),
                    format!("{when} withdrawn; the procedure ended that day"),
                )
            }
            Self::Reopened { ground, .. } => {
                let ground = ground.title();
                Text::of(format!("重新办理：{}", ground.zh), format!("Reopened: {}", ground.en))
            }
        }
    }
}
