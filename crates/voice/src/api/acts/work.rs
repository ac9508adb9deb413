//! The work on a matter: contacts, notes, tasks of other departments, links.

use kernel::{
    Problem, Text, Timestamp,
    id::{NoteId, OrderId, StaffId, TaskId, UnitId},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{act, carry_out, perform, perform_sealed, steps::check_person};
use crate::{
    api::{orders::open_unit, reading},
    desk::{self, Act, Beside},
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        Command,
        parts::{Means, Relation},
    },
};

/// A try to reach the complainant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How.
    pub means: Means,
    /// Whether they were reached.
    pub is_reached: bool,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// What was said.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

act! {
    /// Record a contact
    record_contact(ContactRequest) at "/api/voice/orders/{id}/contact" = "record_contact", |call, id, json| {
        let ContactRequest { version, means, is_reached: reached, at, words } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let words = sealer.maybe("/words", "contact", words.as_deref());
            Ok((Command::Contact { means, reached, at, words }, Beside::Nothing))
        })
        .await
    }
}

/// A text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The text.
    #[schema(max_length = 4000)]
    pub text: String,
}

act! {
    /// Write a note
    write_note(NoteRequest) at "/api/voice/orders/{id}/note" = "write_note", |call, id, json| {
        let NoteRequest { version, text } = json.value;
        let note = NoteId::new(reading::now(&call.shared), &*call.shared.ledger().ports().random);
        perform_sealed(call, id, json.print, version, |sealer| {
            let text = sealer.text("/text", "note", &text, REMARK_CHARS_MAX);
            Ok((Command::Note { note, text }, Beside::Nothing))
        })
        .await
    }
}

/// A question to another department.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenTaskRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The department.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The person; anybody of the department when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub person: Option<StaffId>,
    /// What is asked.
    #[schema(max_length = 4000)]
    pub ask: String,
    /// When the answer is wanted; by the bank's rule when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Timestamp>,
}

act! {
    /// Ask another department
    open_task(OpenTaskRequest) at "/api/voice/orders/{id}/open_task" = "open_task", |call, id, json| {
        let OpenTaskRequest { version, unit: unit_id, person, ask, due } = json.value;
        let opened = reading::open(&call, &call.actor, id).await?;
        let text = prose(&ask, REMARK_CHARS_MAX).map_err(|text| Problem::invalid("/ask", text))?;
        let (ask, words) = (opened.seal("task_ask", &text, &call.shared)?, opened.words("task_ask", &text)?);
        let task = TaskId::new(reading::now(&call.shared), &*call.shared.ledger().ports().random);
        carry_out(call, id, json.print, move |unit, _| {
            let place = open_unit(unit.connection(), unit_id, "/unit")?;
            if let Some(person) = person {
                check_person(unit, person, &place, "/person")?;
            }
            let command = Command::OpenTask { task, unit: place, person, ask: ask.clone(), due };
            Ok(Act::new(id, Some(version), command).with_words(words.clone()))
        })
        .await
    }
}

/// A text about a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskTextRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The task.
    #[schema(value_type = String)]
    pub task: TaskId,
    /// The answer, or why the task is cancelled.
    #[schema(max_length = 4000)]
    pub text: String,
}

act! {
    /// Answer a task
    answer_task(TaskTextRequest) at "/api/voice/orders/{id}/answer_task" = "answer_task", |call, id, json| {
        let TaskTextRequest { version, task, text } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let answer = sealer.text("/text", "task_answer", &text, REMARK_CHARS_MAX);
            Ok((Command::AnswerTask { task, answer }, Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Cancel a task
    cancel_task(TaskTextRequest) at "/api/voice/orders/{id}/cancel_task" = "cancel_task", |call, id, json| {
        let TaskTextRequest { version, task, text } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/text", "task_cancel", &text, REMARK_CHARS_MAX);
            Ok((Command::CancelTask { task, why }, Beside::Nothing))
        })
        .await
    }
}

/// A link to another order.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The other order.
    #[schema(value_type = String)]
    pub other: OrderId,
    /// How this one relates to it.
    pub relation: Relation,
}

act! {
    /// Link an order to another
    ///
    /// Both must be ones that the caller may see.
    link_order(LinkRequest) at "/api/voice/orders/{id}/link" = "link_order", |call, id, json| {
        let LinkRequest { version, other, relation } = json.value;
        let actor = call.actor.clone();
        carry_out(call, id, json.print, move |unit, _| {
            // A secondary id is checked like the first: what may not be seen is not there.
            desk::seen(unit, other, &actor).map_err(|_| {
                let text = Text::fixed("没有这个工单，或您无权查看。", "There is no such order, or you may not see it.");
                Problem::invalid("/other", text)
            })?;
            Ok(Act::new(id, Some(version), Command::Link { other, relation }))
        })
        .await
    }
}

/// The other order of a link.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlinkRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The other order.
    #[schema(value_type = String)]
    pub other: OrderId,
}

act! {
    /// Take a link away
    unlink_order(UnlinkRequest) at "/api/voice/orders/{id}/unlink" = "unlink_order", |call, id, json| {
        let UnlinkRequest { version, other } = json.value;
        perform(call, id, json.print, version, Command::Unlink { other }).await
    }
}
