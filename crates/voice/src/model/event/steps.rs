//! The first steps: a matter comes in, is accepted or not, classified, given to somebody, taken on, or moved to another kind.

use kernel::{
    ActorRef, Date, Money, OrgPath, Text, Timestamp,
    id::{ClockId, LetterId, OrderId, StaffId},
};
use regulation::MatterKind;
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, LetterKind, Order, Stage,
    clock::{ClockEnd, ClockStart},
    letter::LetterDetail,
    parts::{AxisKey, Classification, Decision, DeclineGround, Origin, Party, Past, PersonalField, Representative},
};

/// A matter as it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The order's id.
    pub order: OrderId,
    /// The number the complainant is given.
    pub receipt: String,
    /// What kind of matter.
    pub matter: MatterKind,
    /// Where it comes from.
    pub origin: Origin,
    /// The unit that received it.
    pub unit: OrgPath,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// Who complains.
    pub party: Party,
    /// Who speaks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<Representative>,
    /// The matter in one line.
    pub title: Sealed,
    /// The matter in the complainant's words.
    pub narrative: Sealed,
    /// What they ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Sealed>,
    /// The amount in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// When the matter happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<Date>,
    /// Axis A, when it is known from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<AxisKey>,
    /// The clocks that start.
    pub clocks: Vec<ClockStart>,
}

/// One of the first steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepEvent {
    /// It came in.
    Filed(Box<Filed>),
    /// It was taken over, closed, from another system or a list.
    Imported {
        /// The matter.
        filed: Box<Filed>,
        /// What became of it.
        past: Past,
    },
    /// An officer looked at it and accepted it.
    Registered {
        /// The letter of acceptance now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that start with the acceptance.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
        /// Clocks that the acceptance answers, when nobody has to be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// It is not accepted.
    Declined {
        /// Why.
        ground: DeclineGround,
        /// The grounds as a decision.
        decision: Decision,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that this answers, when nobody has to be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// It was put in its place on the axes, or in another place.
    Classified {
        /// The place.
        classification: Classification,
    },
    /// It was given to a unit and perhaps a person.
    Assigned {
        /// The unit.
        unit: OrgPath,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// It had been given to somebody else before.
        transfer: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
    },
    /// The unit took it on.
    Accepted {
        /// The person who did; absent when a system did it for its unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// Somebody now speaks for the complainant.
    RepresentativeNamed {
        /// Who.
        representative: Representative,
    },
    /// The organisation moved a unit, and the order with it.
    Relocated {
        /// Where the moved unit was.
        from: OrgPath,
        /// Where it is.
        to: OrgPath,
    },
    /// The complainant's particulars were put right.
    PartyAmended {
        /// The particulars as they now are.
        party: Party,
    },
    /// It is handled as another kind of matter.
    Retyped {
        /// As what it was handled.
        from: MatterKind,
        /// As what it is handled now.
        to: MatterKind,
        /// Why.
        why: Sealed,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
}

impl Family for StepEvent {
    const KINDS: &'static [&'static str] = &[
        "filed",
        "imported",
        "registered",
        "declined",
        "classified",
        "assigned",
        "accepted",
        "representative_named",
        "relocated",
        "party_amended",
        "retyped",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::Filed(_) => "filed",
            Self::Imported { .. } => "imported",
            Self::Registered { .. } => "registered",
            Self::Declined { .. } => "declined",
            Self::Classified { .. } => "classified",
            Self::Assigned { .. } => "assigned",
            Self::Accepted { .. } => "accepted",
            Self::RepresentativeNamed { .. } => "representative_named",
            Self::Relocated { .. } => "relocated",
            Self::PartyAmended { .. } => "party_amended",
            Self::Retyped { .. } => "retyped",
        }
    }

    fn is_quiet(&self) -> bool {
        matches!(self, Self::Relocated { .. })
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            // A second filing on one stream cannot be appended: the first needs version 0.
            Self::Filed(_) | Self::Imported { .. } => {}
            Self::Registered { letter, started, answered } => {
                order.stage = Stage::Registered;
                order.owe(*letter, LetterKind::Acceptance, at);
                order.end(answered, ClockEnd::Answered(at));
                order.start(started);
            }
            Self::Declined { decision, letter, answered, ground: _ } => {
                order.replace_letters(&[]);
                order.decided_by = Some(by.clone());
                order.stage = Stage::Decided { at, decision: Box::new(decision.clone()) };
                order.owe(*letter, LetterKind::Declined, at);
                order.end(answered, ClockEnd::Answered(at));
            }
            Self::Classified { classification } => {
                order.classification = Some(classification.clone());
                if order.stage == Stage::Registered {
                    order.stage = Stage::Classified;
                }
            }
            Self::Assigned { unit, person, transfer, why: _ } => {
                order.give(unit, *person, *transfer, at);
            }
            Self::Accepted { person, answered } => {
                order.handler = person.or(order.handler);
                order.answerable = order.unit.clone();
                order.untaken = 0;
                order.passed_around = None;
                order.end(answered, ClockEnd::Answered(at));
                order.stage = Stage::Handling { since: at };
            }
            Self::Relocated { from, to } => order.relocate(from, to),
            Self::RepresentativeNamed { representative } => order.representative = Some(representative.clone()),
            Self::PartyAmended { party } => order.party = party.clone(),
            Self::Retyped { from, to, why, cancelled, started, letter } => {
                order.matter = *to;
                order.end(cancelled, ClockEnd::Cancelled(at));
                order.start(started);
                let why = Some(("retyping", why.clone()));
                let detail = LetterDetail { why, before: Some(*from), ..LetterDetail::default() };
                order.owe_about(*letter, LetterKind::Retyping, at, detail);
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::Filed(filed) | Self::Imported { filed, .. } => {
                let request = filed.request.iter().map(|request| ("request", request));
                [("title", &filed.title), ("narrative", &filed.narrative)].into_iter().chain(request).collect()
            }
            Self::Declined { decision, .. } => decision.texts(),
            Self::Assigned { why, .. } => why.iter().map(|why| ("assignment", why)).collect(),
            Self::Retyped { why, .. } => vec![("retyping", why)],
            Self::Registered { .. }
            | Self::Classified { .. }
            | Self::Accepted { .. }
            | Self::RepresentativeNamed { .. }
            | Self::Relocated { .. }
            | Self::PartyAmended { .. } => Vec::new(),
        }
    }

    fn names(&self) -> Vec<(PersonalField, &Sealed)> {
        match self {
            Self::Filed(filed) | Self::Imported { filed, .. } => {
                let agent = filed.representative.iter().map(|agent| (PersonalField::RepresentativeName, &agent.name));
                filed.party.known().chain(agent).collect()
            }
            Self::PartyAmended { party } => party.known().collect(),
            Self::RepresentativeNamed { representative } => {
                vec![(PersonalField::RepresentativeName, &representative.name)]
            }
            Self::Registered { .. }
            | Self::Declined { .. }
            | Self::Classified { .. }
            | Self::Assigned { .. }
            | Self::Accepted { .. }
            | Self::Relocated { .. }
            | Self::Retyped { .. } => Vec::new(),
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::Filed(filed) => {
                let kind = filed.matter.title();
                Text::of(format!("登记为{}", kind.zh), format!("Filed as a {}", kind.en.to_lowercase()))
            }
            Self::Imported { .. } => Text::fixed("由历史记录导入", "Imported from history"),
            Self::Registered { .. } => Text::fixed("已受理", "Accepted"),
            Self::Declined { ground, .. } => {
                let ground = ground.title();
                Text::of(format!("决定不予受理：{}", ground.zh), format!("Not accepted: {}", ground.en))
            }
            Self::Classified { .. } => Text::fixed("已分类", "Classified"),
            Self::Assigned { unit, transfer: false, .. } => {
                Text::of(format!("分派至 {}", unit.code()), format!("Assigned to {}", unit.code()))
            }
            Self::Assigned { unit, transfer: true, .. } => {
                Text::of(format!("转派至 {}", unit.code()), format!("Passed on to {}", unit.code()))
            }
            Self::Accepted { .. } => Text::fixed("已接收，开始办理", "Taken on"),
            Self::RepresentativeNamed { representative } => {
                let standing = representative.standing.title();
                Text::of(format!("登记了{}", standing.zh), format!("Named the {}", standing.en))
            }
            Self::PartyAmended { .. } => Text::fixed("更正了投诉人信息", "Corrected the complainant's particulars"),
            Self::Relocated { from, to } => Text::of(
                format!("机构调整，工单由 {} 随迁至 {}", from.code(), to.code()),
                format!("The organisation changed; moved along from {} to {}", from.code(), to.code()),
            ),
            Self::Retyped { from, to, .. } => {
                let (from, to) = (from.title(), to.title());
                Text::of(format!("由{}变更为{}", from.zh, to.zh), format!("Changed from {} to {}", from.en, to.en))
            }
        }
    }
}
