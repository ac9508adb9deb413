//! The life of a teaching case: drafted from an order without names, numbers and places, confirmed by somebody else, revised,
//! withdrawn. Every edition stays.
//!
//! Texts are sealed: until a person has confirmed a draft, nobody knows that the machine took everything out.

use kernel::{
    Actor, ActorRef, OrgPath, Permission, Problem, ProblemKind, Text, Timestamp,
    id::{OrderId, TeachingCaseId},
};
use ledger::{Event, UpgradeError};
use seal::Sealed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    parts::AxisKey,
    permission::{self, CONFIRM_CASE, WRITE_CASE},
    refusal::{fixed, of, refusals},
    words::words,
};
use crate::anonymous::Removed;

words! {
    /// The step a teaching case has reached.
    CaseStage {
        /// It is being written, or written anew; what was published before stays to be read.
        Draft = "draft", "编写中", "being written";
        /// It can be read by everybody.
        Published = "published", "已发布", "published";
        /// It is shown no more.
        Withdrawn = "withdrawn", "已撤下", "withdrawn";
    }
}

/// The texts of an edition, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTexts {
    /// What it is, in one line.
    pub title: Sealed,
    /// What happened.
    pub story: Sealed,
    /// What the bank did.
    pub handling: Sealed,
    /// What is to be learnt.
    pub lessons: Sealed,
    /// By which words to find it.
    pub tags: Vec<String>,
    /// What was taken out by the machine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Removed>,
}

/// One thing that happened to a teaching case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CaseEvent {
    /// It was drafted from an order.
    Drafted {
        /// Its id.
        case: TeachingCaseId,
        /// The order.
        order: OrderId,
        /// The place of the order.
        unit: OrgPath,
        /// Axis B.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        business: Option<AxisKey>,
        /// Axis C.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<AxisKey>,
        /// The root cause.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<AxisKey>,
        /// What it says.
        texts: Box<CaseTexts>,
    },
    /// It was written anew.
    Revised {
        /// What it says.
        texts: Box<CaseTexts>,
    },
    /// Somebody else confirmed that it tells nobody who and where, and it is published.
    Confirmed,
    /// It is shown no more.
    Withdrawn {
        /// Why.
        why: Sealed,
    },
}

/// A teaching case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeachingCase {
    /// The id.
    pub id: TeachingCaseId,
    /// How many events it has.
    pub version: u64,
    /// The step.
    pub stage: CaseStage,
    /// The order it came from.
    pub order: OrderId,
    /// The place of the order.
    pub unit: OrgPath,
    /// Axis B.
    pub business: Option<AxisKey>,
    /// Axis C.
    pub reason: Option<AxisKey>,
    /// The root cause.
    pub cause: Option<AxisKey>,
    /// What the last draft says.
    pub texts: CaseTexts,
    /// Who wrote it.
    pub written_by: ActorRef,
    /// Published editions, oldest first, with when and by whom they were confirmed.
    pub editions: Vec<(CaseTexts, Timestamp, ActorRef)>,
}

refusals! {
    /// Why something may not be done to a teaching case.
    CaseRefusal [] {
    /// The caller lacks a permission where it belongs.
    Lacks(permission: Permission), "lacks-permission", of(
        format!("您在该机构没有“{}”权限。", permission::title(*permission).zh),
        format!("You may not “{}” for this unit.", permission::title(*permission).en));
    /// It is at another step.
    WrongStage(stage: CaseStage), "wrong-stage", of(
        format!("案例{}，不能进行此操作。", stage.title().zh),
        format!("The case is {}; this cannot be done now.", stage.title().en));
    /// Who wrote it cannot confirm it.
    OwnWork, "own-work", fixed(
        "脱敏情况须由编写人以外的人确认。",
        "Somebody other than its writer confirms that it tells nobody who and where.");
    }
}

impl CaseRefusal {
    /// What kind of problem it is.
    pub const fn kind(&self) -> ProblemKind {
        match self {
            Self::Lacks(_) => ProblemKind::Forbidden,
            Self::WrongStage(_) | Self::OwnWork => ProblemKind::Refused,
        }
    }
}

impl From<CaseRefusal> for Problem {
    fn from(refusal: CaseRefusal) -> Self {
        Self::new(refusal.kind(), refusal.text()).because(refusal.slug())
    }
}

words! {
    /// What can be done to a teaching case.
    CaseVerb {
        /// Write it anew.
        Revise = "revise", "修订", "write it anew";
        /// Confirm and publish it.
        Confirm = "confirm", "确认发布", "confirm and publish it";
        /// Show it no more.
        Withdraw = "withdraw", "撤下", "withdraw it";
    }
}

impl CaseVerb {
    /// The permission that it needs where the order belongs.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Revise | Self::Withdraw => WRITE_CASE,
            Self::Confirm => CONFIRM_CASE,
        }
    }
}

impl TeachingCase {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, (at, by, event): (Timestamp, &ActorRef, &CaseEvent)) -> Option<Self> {
        match (state, event) {
            (None, CaseEvent::Drafted { case, order, unit, business, reason, cause, texts }) => Some(Self {
                id: *case,
                version: 1,
                stage: CaseStage::Draft,
                order: *order,
                unit: unit.clone(),
                business: business.clone(),
                reason: reason.clone(),
                cause: cause.clone(),
                texts: (**texts).clone(),
                written_by: by.clone(),
                editions: Vec::new(),
            }),
            (None, _) => None,
            (Some(mut state), event) => {
                state.version += 1;
                match event {
                    // A case is drafted once: its stream begins with that, and a second one cannot be appended.
                    CaseEvent::Drafted { .. } => {}
                    CaseEvent::Revised { texts } => {
                        state.stage = CaseStage::Draft;
                        state.texts = (**texts).clone();
                        state.written_by = by.clone();
                    }
                    CaseEvent::Confirmed => {
                        state.stage = CaseStage::Published;
                        state.editions.push((state.texts.clone(), at, by.clone()));
                    }
                    CaseEvent::Withdrawn { .. } => state.stage = CaseStage::Withdrawn,
                }
                Some(state)
            }
        }
    }

    /// Whether `actor` may do `verb` to it now.
    ///
    /// # Errors
    /// Why not.
    pub fn gate(&self, verb: CaseVerb, actor: &Actor) -> Result<(), CaseRefusal> {
        if !actor.may(verb.permission(), &self.unit) {
            return Err(CaseRefusal::Lacks(verb.permission()));
        }
        match (verb, self.stage) {
            (CaseVerb::Revise, CaseStage::Draft | CaseStage::Published)
            | (CaseVerb::Withdraw, CaseStage::Draft | CaseStage::Published) => Ok(()),
            (CaseVerb::Confirm, CaseStage::Draft) if actor.reference == self.written_by => Err(CaseRefusal::OwnWork),
            (CaseVerb::Confirm, CaseStage::Draft) => Ok(()),
            (CaseVerb::Confirm, stage) | (CaseVerb::Revise | CaseVerb::Withdraw, stage) => {
                Err(CaseRefusal::WrongStage(stage))
            }
        }
    }
}

impl CaseEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Drafted { .. } => Text::fixed(
                "由工单编写案例（已自动脱敏）",
                "Drafted from an order, names, numbers and places taken out",
            ),
            Self::Revised { .. } => Text::fixed("修订", "Written anew"),
            Self::Confirmed => Text::fixed("确认脱敏并发布", "Confirmed and published"),
            Self::Withdrawn { .. } => Text::fixed("撤下", "Withdrawn"),
        }
    }
}

impl Event for CaseEvent {
    const TYPE: &'static str = "voice.teaching_case";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "drafted",
            Self::Revised { .. } => "revised",
            Self::Confirmed => "confirmed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        anonymous::RemovedKind,
        testing::{path, staff},
    };

    fn texts() -> CaseTexts {
        let sealed = || Sealed::from_stored("s1.words");
        CaseTexts {
            title: sealed(),
            story: sealed(),
            handling: sealed(),
            lessons: sealed(),
            tags: vec!["年费".to_owned()],
            removed: vec![Removed { kind: RemovedKind::Name, count: 2 }],
        }
    }

    fn drafted() -> CaseEvent {
        CaseEvent::Drafted {
            case: TeachingCaseId::from_bits(1),
            order: OrderId::from_bits(2),
            unit: path("/HO/GZ/"),
            business: Some(AxisKey::new("b")),
            reason: None,
            cause: None,
            texts: Box::new(texts()),
        }
    }

    #[test]
    fn a_writer_never_confirms_and_every_edition_stays() {
        let (writer, other) = (staff(1, kernel::Role::Officer, "/HO/"), staff(2, kernel::Role::Officer, "/HO/"));
        let at = Timestamp::from_micros(0);
        let go = |state, by: &Actor, event: &CaseEvent| TeachingCase::evolve(state, (at, &by.reference, event));
        let state = go(None, &writer, &drafted());
        let case = state.clone().unwrap();
        assert_eq!(case.gate(CaseVerb::Confirm, &writer), Err(CaseRefusal::OwnWork));
        assert_eq!(case.gate(CaseVerb::Confirm, &other), Ok(()));
        let far = staff(3, kernel::Role::Officer, "/HO/SZ/");
        assert_eq!(case.gate(CaseVerb::Confirm, &far), Err(CaseRefusal::Lacks(CONFIRM_CASE)));
        let state = go(state, &other, &CaseEvent::Confirmed);
        let state = go(state, &other, &CaseEvent::Revised { texts: Box::new(texts()) });
        let case = state.clone().unwrap();
        assert_eq!((case.stage, case.editions.len()), (CaseStage::Draft, 1));
        assert_eq!(case.gate(CaseVerb::Confirm, &other), Err(CaseRefusal::OwnWork));
        let state = go(state, &writer, &CaseEvent::Confirmed);
        let state = go(state, &writer, &CaseEvent::Withdrawn { why: Sealed::from_stored("s1.why") });
        let case = state.unwrap();
        assert_eq!((case.stage, case.editions.len(), case.version), (CaseStage::Withdrawn, 2, 5));
        assert_eq!(case.gate(CaseVerb::Revise, &writer), Err(CaseRefusal::WrongStage(CaseStage::Withdrawn)));
        let mut slugs = CaseRefusal::slugs();
        slugs.dedup();
        assert_eq!(slugs.len(), 3);
        assert_eq!(CaseRefusal::OwnWork.pointer(), None);
    }

    #[test]
    fn stored_events_keep_their_form() {
        let stored = r#"{"title":"s1.words","story":"s1.words","handling":"s1.words","lessons":"s1.words","tags":["年费"],"removed":[{"kind":"name","count":2}]}"#;
        let samples = [
            (
                drafted(),
                format!(
                    r#"{{"kind":"drafted","case":"tc_00000000000000000000000001","order":"wo_00000000000000000000000002","unit":"/HO/GZ/","business":"b","texts":{stored}}}"#
                ),
            ),
            (CaseEvent::Revised { texts: Box::new(texts()) }, format!(r#"{{"kind":"revised","texts":{stored}}}"#)),
            (CaseEvent::Confirmed, r#"{"kind":"confirmed"}"#.to_owned()),
            (
                CaseEvent::Withdrawn { why: Sealed::from_stored("s1.why") },
                r#"{"kind":"withdrawn","why":"s1.why"}"#.to_owned(),
            ),
        ];
        for (event, stored) in samples {
            assert_eq!(serde_json::to_string(&event).unwrap(), stored);
            assert_eq!(serde_json::from_str::<CaseEvent>(&stored).unwrap(), event);
            assert!(!event.sentence().zh.is_empty() && !event.sentence().en.is_empty());
        }
    }
}
