//! What the demo's people decide, and the approvals they ask for where they grant more than they may.

use kernel::{Actor, Money, Timestamp};
use regulation::MatterKind;

use super::{
    cast, matters,
    plan::Plan,
    script::{Filed, Stage},
};
use crate::model::{
    Command,
    award::{AwardCommand, Grant},
    parts::{Decision, Outcome, Principle},
};

/// The part of the amount in question that is paid when something is: four fifths, in parts per million.
const PAID_PER_MILLION: i64 = 800_000;

impl Stage<'_> {
    /// The decision, after an approval where it grants more than the handler may.
    pub(super) fn decide(
        &mut self,
        plan: &Plan,
        filed: &Filed,
        is_right: bool,
        at: Timestamp,
        team: &cast::Team<'_>,
    ) -> Vec<(Actor, Command)> {
        let (handler, president) = (cast::actor(team.handler), cast::actor(team.president));
        let mut decision = self.decision(plan, filed, is_right, at);
        // The rest of a very large loss is for a court to say.
        let unit = &filed.order.unit;
        let before = filed.order.special.granted_before.iter().filter_map(|grant| grant.compensation);
        let before: i64 = before.map(Money::minor).sum();
        let most = Money::fen((self.law.award_limit(&president, unit, at).minor() - before).max(0));
        decision.compensation = decision.compensation.map(|amount| Money::fen(amount.minor().min(most.minor())));
        decision.compensation = decision.compensation.filter(|amount| amount.minor() > 0);
        // A request names all that the order is to grant.
        let all = decision.compensation.map(|amount| Money::fen(before + amount.minor()));
        let grant = Grant { compensation: all, ..Grant::of(&decision) };
        let limit = self.law.award_limit(&handler, unit, at);
        let above = grant.compensation.is_some_and(|amount| amount.minor() > limit.minor());
        let decide = (handler.clone(), Command::Decide(Box::new(decision)));
        if !above {
            return vec![decide];
        }
        let why = self.seal(filed, "award", "责任在我行，金额超过经办权限，申请按核实结果足额补偿。");
        let number = filed.order.awards.len() as u32 + 1;
        vec![
            (handler, Command::Award(AwardCommand::Propose { grant, why })),
            (president, Command::Award(AwardCommand::Approve { number })),
            decide,
        ]
    }

    fn decision(&mut self, plan: &Plan, filed: &Filed, is_right: bool, at: Timestamp) -> Decision {
        let matter = filed.order.matter;
        let disputed = matches!(matter, MatterKind::Complaint | MatterKind::Report | MatterKind::Petition);
        let outcome = match (disputed, is_right) {
            (false, _) => Outcome::Answered,
            (true, true) if self.chance.percent(30) => Outcome::PartlySubstantiated,
            (true, true) => Outcome::Substantiated,
            (true, false) => Outcome::NotSubstantiated,
        };
        let paid = is_right && matter == MatterKind::Complaint && self.chance.percent(60);
        let compensation = filed.order.amount.filter(|_| paid).and_then(|amount| amount.share(PAID_PER_MILLION).ok());
        let [facts, basis, answer] = matters::decided(plan.subject, is_right);
        Decision {
            outcome,
            facts: self.seal(filed, "facts", facts),
            basis: self.seal(filed, "basis", basis),
            answer: self.seal(filed, "answer", answer),
            remedies: self.law.remedies(matter, at.date()),
            compensation: compensation.filter(|amount| amount.minor() > 0),
            waiver: None,
            principles: vec![if is_right { Principle::ReasonableSettled } else { Principle::UnreasonableExplained }],
        }
    }

    pub(super) fn declined(&self, filed: &Filed, at: Timestamp) -> Decision {
        Decision {
            outcome: Outcome::Declined,
            facts: self.seal(filed, "facts", "经查，同一事项已于上季度处理完毕并履行，本次未提出新的事实或证据。"),
            basis: self.seal(filed, "basis", "《银行业保险业消费投诉处理管理办法》关于不予受理情形的规定。"),
            answer: self.seal(filed, "answer", "本次不予受理。如有新的事实和证据，欢迎补充后再次提出。"),
            remedies: self.law.remedies(filed.order.matter, at.date()),
            compensation: None,
            waiver: None,
            principles: vec![Principle::UnreasonableExplained],
        }
    }
}
