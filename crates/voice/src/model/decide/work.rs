//! The work on a matter: contacts, notes, tasks to other departments, files, links.

use kernel::{
    ActorKind, ActorRef, OrgPath, Timestamp,
    id::{AttachmentId, NoteId, OrderId, StaffId, TaskId},
};
use seal::Sealed;

use super::{ATTACHMENTS_MAX, Bench, CONTACTS_MAX, LINKS_MAX, NOTES_MAX, TASKS_MAX, numbered, room, within};
use crate::model::{
    CauseEvent, Law, Order, OrderEvent, WorkEvent,
    parts::{Attachment, AxisKey, Means, Relation, Task, TaskState},
    recusal::{self, RecusalRefusal},
    refusal::{Bounded, Refusal},
    verb::CONTACT,
};

pub(super) fn contact(
    order: &Order,
    means: Means,
    reached: bool,
    at: Timestamp,
    words: Option<Sealed>,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Contacts, order.contacts.len(), 1, CONTACTS_MAX)?;
    within(at, order.received_at, bench.now)?;
    let answered = if reached { order.open_for(&[CONTACT]) } else { Vec::new() };
    Ok(vec![OrderEvent::Work(WorkEvent::Contacted { means, reached, at, words, answered })])
}

pub(super) fn note(order: &Order, note: NoteId, text: Sealed) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Notes, order.notes.len(), 1, NOTES_MAX)?;
    Ok(vec![OrderEvent::Work(WorkEvent::Noted { note, text })])
}

/// A question to another department, as asked.
pub(super) struct Question {
    pub(super) task: TaskId,
    pub(super) unit: OrgPath,
    pub(super) person: Option<StaffId>,
    pub(super) ask: Sealed,
    pub(super) due: Option<Timestamp>,
}

pub(super) fn open_task(order: &Order, asked: Question, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Tasks, order.tasks.len(), 1, TASKS_MAX)?;
    if asked.due.is_some_and(|due| due <= bench.now) {
        return Err(Refusal::TaskDuePast);
    }
    if let Some(person) = asked.person
        && recusal::free(order, &ActorRef::new(ActorKind::Staff, person)).is_err()
    {
        return Err(RecusalRefusal::RecusedAssignee.into());
    }
    if order.task(asked.task).is_some() {
        return Err(Refusal::TaskEnded);
    }
    let Question { task, unit, person, ask, due } = asked;
    // A deadline that the asker sets is kept as it is; the bank's own is computed anew with the calendar.
    let planned = match due {
        Some(due) => Law::task_deadline(due),
        None => bench.law.task_clock(&order.situation(), bench.now),
    };
    let due = due.or(planned.as_ref().map(|plan| plan.due));
    let started = numbered(order.id, order.clocks.len(), bench.now, planned.into_iter().collect())?;
    Ok(vec![OrderEvent::Work(WorkEvent::TaskOpened { task, unit, person, ask, due, started })])
}

pub(super) fn answer_task(order: &Order, task: TaskId, answer: Sealed) -> Result<Vec<OrderEvent>, Refusal> {
    let answered = open(order, task)?.clock.into_iter().collect();
    Ok(vec![OrderEvent::Work(WorkEvent::TaskAnswered { task, answer, answered })])
}

pub(super) fn cancel_task(order: &Order, task: TaskId, why: Sealed) -> Result<Vec<OrderEvent>, Refusal> {
    let cancelled = open(order, task)?.clock.into_iter().collect();
    Ok(vec![OrderEvent::Work(WorkEvent::TaskCancelled { task, why, cancelled })])
}

/// The task, when it waits for an answer.
pub(super) fn open(order: &Order, task: TaskId) -> Result<&Task, Refusal> {
    let task = order.task(task).ok_or(Refusal::UnknownTask)?;
    if task.state == TaskState::Open { Ok(task) } else { Err(Refusal::TaskEnded) }
}

pub(super) fn attach(order: &Order, attachment: Attachment) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Attachments, order.attachments.len(), 1, ATTACHMENTS_MAX)?;
    let same = |held: &Attachment| {
        held.id == attachment.id || held.digest == attachment.digest && held.purpose == attachment.purpose
    };
    if order.attachments.iter().any(same) {
        return Err(Refusal::AttachmentTwice);
    }
    if let Some(task) = attachment.task {
        open(order, task)?;
    }
    Ok(vec![OrderEvent::Work(WorkEvent::Attached { attachment })])
}

pub(super) fn read(order: &Order, id: AttachmentId) -> Result<Vec<OrderEvent>, Refusal> {
    let found = order.attachments.iter().find(|attachment| attachment.id == id);
    let found = found.ok_or(Refusal::UnknownAttachment)?;
    Ok(vec![OrderEvent::Work(WorkEvent::AttachmentRead { attachment: id, purpose: found.purpose })])
}

pub(super) fn link(order: &Order, other: OrderId, relation: Relation) -> Result<Vec<OrderEvent>, Refusal> {
    if other == order.id {
        return Err(Refusal::LinkToSelf);
    }
    if order.links.iter().any(|link| link.other == other) {
        return Err(Refusal::AlreadyLinked);
    }
    room(Bounded::Links, order.links.len(), 1, LINKS_MAX)?;
    Ok(vec![OrderEvent::Work(WorkEvent::Linked { other, relation })])
}

pub(super) fn unlink(order: &Order, other: OrderId) -> Result<Vec<OrderEvent>, Refusal> {
    if order.links.iter().any(|link| link.other == other) {
        Ok(vec![OrderEvent::Work(WorkEvent::Unlinked { other })])
    } else {
        Err(Refusal::NotLinked)
    }
}

pub(super) fn find_cause(
    order: &Order,
    cause: AxisKey,
    detail: Option<Sealed>,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    if !bench.law.has_cause(cause.as_str(), bench.now.date()) {
        return Err(Refusal::UnknownCause);
    }
    // Saying the same again adds nothing; saying more about it does.
    if detail.is_none() && order.cause.as_ref().is_some_and(|known| known.key == cause) {
        return Err(Refusal::SameCause);
    }
    Ok(vec![OrderEvent::Cause(CauseEvent::CauseFound { cause, detail })])
}
