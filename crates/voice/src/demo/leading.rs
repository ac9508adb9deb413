//! What the demo's people do about causes and what its presidents take up.

use kernel::{Actor, Timestamp};

use super::{
    cast, matters,
    plan::{Plan, Step},
    script::{Filed, Stage},
};
use crate::model::{
    Command, Order,
    lead::{LeadCommand, LeadGround, LeadState},
    parts::{AxisKey, Outcome},
};

/// Days in which a department reports on an instruction.
const REPORT_DAYS: i64 = 5;

impl Stage<'_> {
    /// One step of this kind, if it still makes sense.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`commands` sends each step to the one group that knows it")]
    pub(super) fn oversee(
        &mut self,
        plan: &Plan,
        filed: &Filed,
        step: Step,
        at: Timestamp,
        team: &cast::Team<'_>,
    ) -> Option<(Actor, Command)> {
        let order = &filed.order;
        let (handler, president) = (cast::actor(team.handler), cast::actor(team.president));
        let state = order.lead().map(|lead| lead.state);
        match step {
            Step::FindCause => {
                let outcome = order.stage.decision()?.outcome;
                let cause = AxisKey::new(matters::root_cause(plan.subject, outcome != Outcome::NotSubstantiated));
                if order.cause.as_ref().is_some_and(|found| found.key == cause) {
                    return None;
                }
                Some((handler, Command::FindCause { cause, detail: None }))
            }
            Step::ProposeLead if state.is_none() => {
                let why = self.seal(filed, "lead", "涉及两个部门和合作机构，意见不一，难以在网点层面解决。");
                let grounds = vec![LeadGround::Difficult];
                Some((handler, Command::Lead(LeadCommand::Propose { grounds, why: Some(why) })))
            }
            Step::TakeLead if state == Some(LeadState::Proposed) => Some((president, Command::Lead(LeadCommand::Take))),
            Step::Instruct if state == Some(LeadState::Taken) => {
                let text = self.seal(filed, "instruction", "请会同业务部门三日内查清责任，拿出让客户能接受的方案。");
                let (unit, due) = (order.unit.clone(), at.plus_days(REPORT_DAYS));
                Some((president, Command::Lead(LeadCommand::Instruct { unit, text, due })))
            }
            Step::ReportInstruction => {
                let number = awaited(order)?;
                let text =
                    self.seal(filed, "report", "已与业务部门核对，责任在我方流程衔接，拟先行补偿并约客户当面说明。");
                Some((handler, Command::Lead(LeadCommand::Report { number, text })))
            }
            _ => None,
        }
    }
}

/// The instruction on which a report is awaited.
fn awaited(order: &Order) -> Option<u32> {
    order.led()?.instructions.iter().find(|one| one.open).map(|one| one.number)
}
