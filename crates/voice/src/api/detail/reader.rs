//! Turns an opened order into its body: texts are opened here and leave without names and numbers.

use kernel::{Problem, mask};

use super::{
    OrderBody,
    bodies::{
        AttachmentBody, DecisionBody, EventBody, LinkBody, NoteBody, OrderCauseBody, PartyBody, ProposalBody, TaskBody,
    },
    group, handling, settling, standing,
};
use crate::{
    api::{body::OrderStateBody, reading::Opened},
    model::{
        Law, OrderEvent,
        order::Proposal,
        parts::{Attachment, Cause, Decision, Note, PersonalField, Task, TaskState},
    },
};

/// Events whose texts stand on the page in a place of their own, and would only be in the way between the others.
const TOLD_ELSEWHERE: [&str; 5] = ["filed", "decided", "letter_delivered", "attached", "review_found"];

/// What the matter says of itself, which the page shows as it now is.
const MATTER_FIELDS: [&str; 3] = ["title", "narrative", "request"];

/// An order being read: its texts are opened and the names taken out.
pub(super) struct Reading<'a> {
    pub(super) opened: &'a Opened,
    pub(super) law: &'a Law,
    names: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(opened: &'a Opened, law: &'a Law) -> Result<Self, Problem> {
        let mut names = Vec::new();
        if opened.key.is_some() {
            let own = [PersonalField::Name, PersonalField::RepresentativeName, PersonalField::Address];
            let own = own.into_iter().filter_map(|field| Some((field, opened.order.sealed(field)?)));
            let members = opened.order.group.members.iter().map(|one| (PersonalField::RepresentativeName, &one.name));
            for (field, sealed) in own.chain(members) {
                names.push(opened.open(field.as_str(), sealed)?);
            }
        }
        Ok(Self { opened, law, names })
    }

    /// A text of the order without names and numbers; empty when the personal data was erased.
    pub(super) fn text(&self, field: &str, sealed: &seal::Sealed) -> Result<String, Problem> {
        if self.opened.key.is_none() {
            return Ok(String::new());
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        Ok(mask::redact(&self.opened.open(field, sealed)?, &names))
    }

    /// A value to be masked; empty when the personal data was erased.
    pub(super) fn clear(&self, field: PersonalField, sealed: &seal::Sealed) -> Result<String, Problem> {
        if self.opened.key.is_none() { Ok(String::new()) } else { self.opened.open(field.as_str(), sealed) }
    }

    pub(super) fn body(&self, state: OrderStateBody) -> Result<OrderBody, Problem> {
        let order = &self.opened.order;
        Ok(OrderBody {
            state,
            origin: order.into(),
            filed_at: order.filed_at,
            filed_by: order.filed_by.as_str().to_owned(),
            received_at: order.received_at,
            round: order.round,
            transfers: order.transfers,
            party: self.party()?,
            title: self.text("title", &order.title)?,
            narrative: self.text("narrative", &order.narrative)?,
            request: order.request.as_ref().map(|text| self.text("request", text)).transpose()?,
            amount: order.amount.map(Into::into),
            is_erased: self.opened.key.is_none(),
            decision: self.decision()?,
            cause: self.cause()?,
            notes: self.notes()?,
            tasks: order.tasks.iter().map(|task| self.task(task)).collect::<Result<_, _>>()?,
            attachments: self.attachments()?,
            links: order
                .links
                .iter()
                .map(|link| LinkBody { other: link.other, relation: link.relation, is_incoming: false })
                .collect(),
            proposals: order.proposals.iter().map(|p| self.proposal(p)).collect::<Result<_, _>>()?,
            handling: handling::body(self)?,
            standing: standing::body(self)?,
            group: group::body(self)?,
            settling: settling::body(self)?,
            history: self.history()?,
            unit_name: None,
        })
    }

    fn party(&self) -> Result<PartyBody, Problem> {
        let order = &self.opened.order;
        let open = |field| order.sealed(field).map_or_else(|| Ok(String::new()), |sealed| self.clear(field, sealed));
        Ok(PartyBody {
            nature: order.party.nature,
            customer: order.party.customer,
            name_masked: mask::name(&open(PersonalField::Name)?),
            phone_masked: mask::phone(&open(PersonalField::Phone)?),
            held: PersonalField::ALL.iter().copied().filter(|field| order.sealed(*field).is_some()).collect(),
            representative: order.representative.as_ref().map(|representative| representative.standing),
            papers_missing: order.papers_missing(),
        })
    }

    fn decision(&self) -> Result<Option<DecisionBody>, Problem> {
        let read = |decision: &Decision| {
            Ok(DecisionBody {
                outcome: decision.outcome,
                facts: self.text("facts", &decision.facts)?,
                basis: self.text("basis", &decision.basis)?,
                answer: self.text("answer", &decision.answer)?,
                remedies: decision.remedies.clone(),
                compensation: decision.compensation.map(Into::into),
                waiver: decision.waiver.map(Into::into),
                principles: decision.principles.clone(),
            })
        };
        self.opened.order.stage.decision().map(read).transpose()
    }

    fn cause(&self) -> Result<Option<OrderCauseBody>, Problem> {
        let read = |cause: &Cause| {
            Ok(OrderCauseBody {
                key: cause.key.as_str().to_owned(),
                title: self.law.cause_title(cause.key.as_str()).into(),
                detail: cause.detail.as_ref().map(|detail| self.text("cause", detail)).transpose()?,
                at: cause.at,
                by: cause.by.as_str().to_owned(),
            })
        };
        self.opened.order.cause.as_ref().map(read).transpose()
    }

    fn notes(&self) -> Result<Vec<NoteBody>, Problem> {
        let read = |note: &Note| {
            Ok(NoteBody {
                id: note.id,
                at: note.at,
                by: note.by.as_str().to_owned(),
                text: self.text("note", &note.text)?,
            })
        };
        self.opened.order.notes.iter().map(read).collect()
    }

    fn task(&self, task: &Task) -> Result<TaskBody, Problem> {
        let answer = match &task.state {
            TaskState::Answered { answer, .. } => Some(self.text("task_answer", answer)?),
            TaskState::Open | TaskState::Cancelled { .. } => None,
        };
        Ok(TaskBody {
            id: task.id,
            unit: task.unit.clone(),
            person: task.person,
            state: task.state.as_str(),
            ask: self.text("task_ask", &task.ask)?,
            due: task.due,
            answer,
        })
    }

    fn attachments(&self) -> Result<Vec<AttachmentBody>, Problem> {
        let read = |file: &Attachment| {
            Ok(AttachmentBody {
                id: file.id,
                purpose: file.purpose,
                name: self.text("file_name", &file.name)?,
                media: file.media.clone(),
                size: file.size,
                digest: file.digest.clone(),
            })
        };
        self.opened.order.attachments.iter().map(read).collect()
    }

    fn proposal(&self, proposal: &Proposal) -> Result<ProposalBody, Problem> {
        Ok(ProposalBody {
            clock: proposal.clock,
            rule: proposal.rule.to_string(),
            title: self.law.title(&proposal.rule).into(),
            by: proposal.by.as_str().to_owned(),
            at: proposal.at,
            why: self.text("extension", &proposal.why)?,
        })
    }

    fn history(&self) -> Result<Vec<EventBody>, Problem> {
        let body = |recorded: &ledger::Recorded<OrderEvent>| {
            let sentence = recorded.event.sentence(self.law);
            Ok(EventBody { said: self.said(&recorded.event)?, ..EventBody::of(recorded, sentence) })
        };
        self.opened.events.iter().map(body).collect()
    }

    fn said(&self, event: &OrderEvent) -> Result<Option<String>, Problem> {
        if TOLD_ELSEWHERE.contains(&ledger::Event::kind(event)) {
            return Ok(None);
        }
        let own = event.texts().into_iter().filter(|(field, _)| !MATTER_FIELDS.contains(field));
        let lines = own.map(|(field, sealed)| self.text(field, sealed)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(lines.join("\n")).filter(|said| !said.trim().is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_elsewhere_are_kinds_of_events() {
        let kinds = OrderEvent::kinds();
        assert!(TOLD_ELSEWHERE.iter().all(|kind| kinds.contains(kind)));
    }
}
