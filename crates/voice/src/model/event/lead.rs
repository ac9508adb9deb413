//! A president takes a matter up: the proposal, the instructions, the reports, the end.

use kernel::{ActorRef, OrgPath, Text, Timestamp, id::ClockId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    clock::{ClockEnd, ClockStart},
    lead::{Instruction, Lead, LeadGround, LeadState, Reply},
    refusal::shown,
};

/// Something that happened to a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LeadEvent {
    /// It was proposed to the president.
    LeadProposed {
        /// Why.
        grounds: Vec<LeadGround>,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
    },
    /// A president took it up.
    LeadTaken,
    /// The president left it to the ordinary way.
    LeadDeclined {
        /// Why.
        why: Sealed,
    },
    /// A department was told to do something.
    Instructed {
        /// The instruction's number on the lead.
        number: u32,
        /// The department.
        unit: OrgPath,
        /// What.
        text: Sealed,
        /// Until when it reports.
        due: Timestamp,
        /// The clock that runs on it.
        started: Vec<ClockStart>,
    },
    /// A department reported.
    InstructionReported {
        /// The instruction.
        number: u32,
        /// What.
        text: Sealed,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// The president asked for more.
    MoreDemanded {
        /// The instruction.
        number: u32,
        /// What.
        text: Sealed,
        /// Until when.
        due: Timestamp,
        /// The clock that runs on it.
        started: Vec<ClockStart>,
    },
    /// The president closed the lead.
    LeadClosed {
        /// What came of it.
        summary: Sealed,
    },
}

impl LeadEvent {
    fn of_instruction(&self, lead: &mut Lead, at: Timestamp, by: &ActorRef) {
        let reply = |is_demand: bool, text: &Sealed| Reply { is_demand, by: by.clone(), at, text: text.clone() };
        match self {
            Self::Instructed { number, unit, text, due, started } => lead.instructions.push(Instruction {
                number: *number,
                unit: unit.clone(),
                text: text.clone(),
                at,
                clock: started.first().map(|clock| clock.id),
                due: *due,
                replies: Vec::new(),
                open: true,
            }),
            Self::InstructionReported { number, text, answered: _ } => {
                if let Some(one) = lead.instructions.iter_mut().find(|one| one.number == *number) {
                    one.open = false;
                    one.replies.push(reply(false, text));
                }
            }
            Self::MoreDemanded { number, text, due, started } => {
                if let Some(one) = lead.instructions.iter_mut().find(|one| one.number == *number) {
                    one.open = true;
                    one.due = *due;
                    one.clock = started.first().map(|clock| clock.id);
                    one.replies.push(reply(true, text));
                }
            }
            Self::LeadProposed { .. } | Self::LeadTaken | Self::LeadDeclined { .. } | Self::LeadClosed { .. } => {}
        }
    }
}

/// The lead of this round, made when there is none.
fn lead_of<'a>(order: &'a mut Order, at: Timestamp, by: &ActorRef) -> &'a mut Lead {
    let round = order.round;
    let place = order.leads.iter().position(|lead| lead.round == round).unwrap_or_else(|| {
        order.leads.push(Lead {
            round,
            grounds: Vec::new(),
            proposed_by: by.clone(),
            proposed_at: at,
            why: None,
            state: LeadState::Proposed,
            president: None,
            changed_at: at,
            remark: None,
            instructions: Vec::new(),
        });
        order.leads.len() - 1
    });
    &mut order.leads[place]
}

impl Family for LeadEvent {
    const KINDS: &'static [&'static str] = &[
        "lead_proposed",
        "lead_taken",
        "lead_declined",
        "instructed",
        "instruction_reported",
        "more_demanded",
        "lead_closed",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::LeadProposed { .. } => "lead_proposed",
            Self::LeadTaken => "lead_taken",
            Self::LeadDeclined { .. } => "lead_declined",
            Self::Instructed { .. } => "instructed",
            Self::InstructionReported { .. } => "instruction_reported",
            Self::MoreDemanded { .. } => "more_demanded",
            Self::LeadClosed { .. } => "lead_closed",
        }
    }

    /// A proposal changes nothing that whoever handles the order had to see first.
    fn is_quiet(&self) -> bool {
        matches!(self, Self::LeadProposed { .. })
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::Instructed { started, .. } | Self::MoreDemanded { started, .. } => order.start(started),
            Self::InstructionReported { answered, .. } => order.end(answered, ClockEnd::Answered(at)),
            Self::LeadProposed { .. } | Self::LeadTaken | Self::LeadDeclined { .. } | Self::LeadClosed { .. } => {}
        }
        let lead = lead_of(order, at, by);
        let mut becomes = |state: LeadState, remark: Option<&Sealed>| {
            lead.state = state;
            lead.changed_at = at;
            lead.president = Some(by.clone());
            lead.remark = remark.cloned();
        };
        match self {
            Self::LeadProposed { grounds, why } => {
                lead.grounds.clone_from(grounds);
                lead.why.clone_from(why);
            }
            Self::LeadTaken => becomes(LeadState::Taken, None),
            Self::LeadDeclined { why } => becomes(LeadState::Declined, Some(why)),
            Self::LeadClosed { summary } => becomes(LeadState::Closed, Some(summary)),
            Self::Instructed { .. } | Self::InstructionReported { .. } | Self::MoreDemanded { .. } => {
                self.of_instruction(lead, at, by);
            }
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::LeadProposed { grounds, .. } => {
                let join =
                    |pick: fn(&LeadGround) -> String, by: &str| grounds.iter().map(pick).collect::<Vec<_>>().join(by);
                Text::of(
                    format!("提请行长挂帅：{}", join(|ground| ground.title().zh.to_string(), "、")),
                    format!("Proposed to the president: {}", join(|ground| ground.title().en.to_string(), ", ")),
                )
            }
            Self::LeadTaken => Text::fixed("行长挂帅", "Taken up by the president"),
            Self::LeadDeclined { .. } => Text::fixed("未挂帅，按常规办理", "Left to the ordinary way by the president"),
            Self::Instructed { number, unit, due, .. } => Text::of(
                format!("第 {number} 项批示：{} 于 {} 前报告", unit.code(), shown(*due)),
                format!("Instruction {number}: {} reports by {}", unit.code(), shown(*due)),
            ),
            Self::InstructionReported { number, .. } => {
                Text::of(format!("第 {number} 项批示已报告"), format!("Instruction {number} was reported on"))
            }
            Self::MoreDemanded { number, due, .. } => Text::of(
                format!("第 {number} 项批示要求补充，{} 前报告", shown(*due)),
                format!("More was asked for on instruction {number}, by {}", shown(*due)),
            ),
            Self::LeadClosed { .. } => Text::fixed("行长办结挂帅", "The president closed the lead"),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::LeadProposed { why, .. } => why.iter().map(|why| ("lead", why)).collect(),
            Self::LeadTaken => Vec::new(),
            Self::LeadDeclined { why } => vec![("lead", why)],
            Self::Instructed { text, .. } | Self::MoreDemanded { text, .. } => vec![("instruction", text)],
            Self::InstructionReported { text, .. } => vec![("report", text)],
            Self::LeadClosed { summary } => vec![("lead", summary)],
        }
    }
}
