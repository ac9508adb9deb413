//! Invites complainants to answer the return visit by link or code, some hours after the answer was told, where the policy
//! says so. It looks at the state when it runs: whoever has answered, or was invited by a colleague, is left alone.

use std::sync::Arc;

use kernel::{ProblemKind, id::OrderId};
use ledger::{Job, JobError, JobHandler, NewJob, Unit};
use serde_json::json;

use super::{INVITE, LawSource, program, read};
use crate::{
    desk::{self, Act},
    invitation,
    model::Command,
};

/// Invites the complainant of one order when it is time.
pub(super) struct Invite(pub(super) Arc<dyn LawSource>);

impl JobHandler for Invite {
    fn kind(&self) -> &'static str {
        INVITE
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: OrderId = read(job, "stream")?;
        let order = desk::load(unit, id)?;
        let (law, now) = (self.0.law(), unit.now());
        let Some(due) = law.invitation_due(&order, now) else { return Ok(()) };
        if now < due {
            let payload = json!({ "stream": id.to_string() });
            unit.enqueue(NewJob { kind: INVITE, key: Some(id.to_string()), due, payload })?;
            return Ok(());
        }
        if invitation::phone_of(unit, &order)?.is_none() {
            return Ok(());
        }
        match desk::act(unit, &Act::new(id, None, Command::InviteVisit), &program(), &law) {
            Ok(order) => Ok(invitation::send(unit, &order, &self.0.public_url())?),
            Err(problem) if matches!(problem.kind, ProblemKind::Refused | ProblemKind::Invalid) => Ok(()),
            Err(problem) => Err(problem.into()),
        }
    }
}
