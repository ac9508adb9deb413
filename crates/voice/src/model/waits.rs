//! What on an order waits for somebody: one list for every kind of queue. Derived from the state, so that a queue never
//! says anything else than the order.

use kernel::{OrgPath, Permission, Timestamp, id::StaffId};

use super::{Order, award::AwardState, permission, words::words};

words! {
    /// For what something on an order waits.
    WaitKind {
        /// A grant above somebody's limit waits for an approval.
        Award = "award", "待审批的补偿", "grants to approve";
    }
}

impl WaitKind {
    /// What lets somebody see the queue, within the scope where they hold it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Award => permission::APPROVE_AWARD,
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
        waits
    }

    /// Something that waits for whoever answers for the order.
    fn wait(&self, kind: WaitKind, number: u32, since: Timestamp) -> Wait {
        Wait { kind, number, unit: self.unit.clone(), person: None, since, due: None }
    }
}
