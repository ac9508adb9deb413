//! What on an order waits for somebody: one list for every kind of queue. Derived from the state, so that a queue never
//! says anything else than the order.

use kernel::{OrgPath, Permission, Timestamp, id::StaffId};

use super::{
    Order, Stage,
    award::AwardState,
    group::MAJOR_REPORTED,
    lead::LeadState,
    permission,
    rapid::TAKEN_ON,
    review::{REVIEWED, REVIEWED_LAST},
    words::words,
};

words! {
    /// For what something on an order waits.
    WaitKind {
        /// A grant above somebody's limit waits for an approval.
        Award = "award", "待审批的补偿", "grants to approve";
        /// An urgent order waits to be taken on.
        Urgent = "urgent", "快速通道待接收", "urgent, to be taken on";
        /// An order that nobody took waits for the unit above.
        PassedAround = "passed_around", "多次转办待指定", "passed around, to be given to somebody";
        /// A proposal waits for the president.
        Lead = "lead", "待行长批示", "proposed to the president";
        /// An instruction waits for a department's report.
        Instruction = "instruction", "待报告的批示", "instructions to report on";
        /// A report waits to be read by the president.
        Report = "report", "待行长阅示的报告", "reports to read";
        /// A re-examination waits for the superior unit.
        Review = "review", "待办理的核查", "re-examinations";
        /// A major event waits for somebody in charge, or for its report.
        Major = "major", "待处置的重大事件", "major events to see to";
    }
}

impl WaitKind {
    /// What lets somebody see the queue, within the scope where they hold it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Award => permission::APPROVE_AWARD,
            Self::Urgent => permission::HANDLE,
            Self::PassedAround | Self::Major => permission::ASSIGN,
            Self::Lead | Self::Report => permission::LEAD,
            Self::Instruction => permission::ANSWER,
            Self::Review => permission::REVIEW,
        }
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// For what.
    pub kind: WaitKind,
    /// Its number on the order, 0 where there is only one.
    pub number: u32,
    /// The unit that has to act.
    pub unit: OrgPath,
    /// The person who has to act, when one is named.
    pub person: Option<StaffId>,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it should be done.
    pub due: Option<Timestamp>,
}

impl Order {
    /// Everything on the order that waits for somebody.
    pub fn waits(&self) -> Vec<Wait> {
        let mut waits = Vec::new();
        for award in self.awards.iter().filter(|award| award.state == AwardState::Open) {
            waits.push(self.wait(WaitKind::Award, award.number, award.at));
        }
        if let Some(urgent) = &self.urgent
            && self.in_nobodys_hand()
        {
            let due = self.open_clocks().filter(|clock| clock.stop == TAKEN_ON).map(|clock| clock.due).min();
            waits.push(Wait { person: urgent.on_call, due, ..self.wait(WaitKind::Urgent, 0, urgent.since) });
        }
        if let Some(passed) = &self.passed_around
            && self.in_nobodys_hand()
        {
            let unit = passed.superior.clone();
            waits.push(Wait { unit, ..self.wait(WaitKind::PassedAround, 0, passed.at) });
        }
        if let Some(major) = self.group.major.as_ref().filter(|_| !self.stage.name().ended())
            && (major.in_charge.is_none() || major.reported_at.is_none())
        {
            let due = self.open_clocks().filter(|clock| clock.stop == MAJOR_REPORTED).map(|clock| clock.due).min();
            waits.push(Wait { person: major.in_charge, due, ..self.wait(WaitKind::Major, 0, major.since) });
        }
        self.lead_waits(&mut waits);
        if let Some(review) = self.review().filter(|review| review.finding.is_none()) {
            let stops = [REVIEWED, REVIEWED_LAST];
            let due = self.open_clocks().filter(|clock| stops.contains(&clock.stop)).map(|clock| clock.due).min();
            let person = review.examiner.as_ref().and_then(|examiner| examiner.id().parse().ok());
            let wait = self.wait(WaitKind::Review, review.number, review.asked_at);
            waits.push(Wait { unit: review.unit.clone(), person, due, ..wait });
        }
        waits
    }

    /// Whether nobody has taken it on.
    pub(super) const fn in_nobodys_hand(&self) -> bool {
        match self.stage {
            Stage::Filed | Stage::Registered | Stage::Classified | Stage::Assigned { .. } => true,
            Stage::Handling { .. }
            | Stage::Decided { .. }
            | Stage::Notified { .. }
            | Stage::Closed { .. }
            | Stage::Withdrawn { .. } => false,
        }
    }

    fn lead_waits(&self, waits: &mut Vec<Wait>) {
        let Some(lead) = self.lead().filter(|_| !self.stage.name().ended()) else { return };
        if lead.state == LeadState::Proposed {
            waits.push(self.wait(WaitKind::Lead, 0, lead.proposed_at));
        }
        let Some(lead) = self.led() else { return };
        let president = lead.president.as_ref().and_then(|president| president.id().parse().ok());
        for one in &lead.instructions {
            let since = one.replies.last().map_or(one.at, |reply| reply.at);
            if one.open {
                let wait = self.wait(WaitKind::Instruction, one.number, since);
                waits.push(Wait { unit: one.unit.clone(), due: Some(one.due), ..wait });
            } else {
                waits.push(Wait { person: president, ..self.wait(WaitKind::Report, one.number, since) });
            }
        }
    }

    /// Something that waits for whoever answers for the order.
    fn wait(&self, kind: WaitKind, number: u32, since: Timestamp) -> Wait {
        Wait { kind, number, unit: self.unit.clone(), person: None, since, due: None }
    }
}
