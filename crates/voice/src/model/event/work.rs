//! The work on a matter: contacts, notes, tasks of other departments, files, links, looking at personal data.

use kernel::{
    ActorRef, OrgPath, Text, Timestamp,
    id::{AttachmentId, ClockId, NoteId, OrderId, StaffId, TaskId},
};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    clock::{ClockEnd, ClockStart},
    parts::{Attachment, Contact, Link, Means, Note, PersonalField, Purpose, Relation, RevealGround, Task, TaskState},
    refusal::shown,
};

/// Something done while the matter is worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkEvent {
    /// Somebody tried to reach the complainant.
    Contacted {
        /// How.
        means: Means,
        /// Whether they were reached.
        reached: bool,
        /// When.
        at: Timestamp,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// A note among colleagues.
    Noted {
        /// The note's id.
        note: NoteId,
        /// The text.
        text: Sealed,
    },
    /// Another department was asked.
    TaskOpened {
        /// The task.
        task: TaskId,
        /// The department.
        unit: OrgPath,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// What is asked.
        ask: Sealed,
        /// When the answer is wanted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
        /// The clock that runs on it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
    },
    /// Another department answered.
    TaskAnswered {
        /// The task.
        task: TaskId,
        /// The answer.
        answer: Sealed,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// The answer is no longer wanted.
    TaskCancelled {
        /// The task.
        task: TaskId,
        /// Why.
        why: Sealed,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
    /// A file was added.
    Attached {
        /// The file.
        attachment: Attachment,
    },
    /// A file was opened.
    AttachmentRead {
        /// The file.
        attachment: AttachmentId,
        /// What it is for.
        purpose: Purpose,
    },
    /// It has to do with another order.
    Linked {
        /// The other order.
        other: OrderId,
        /// How this one relates to it.
        relation: Relation,
    },
    /// It has nothing to do with that other order after all.
    Unlinked {
        /// The other order.
        other: OrderId,
    },
    /// Personal data was shown in clear.
    Revealed {
        /// Which fields.
        fields: Vec<PersonalField>,
        /// Of which member of the group; of the complainant and the representative when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<u32>,
        /// Why.
        ground: RevealGround,
    },
    /// The person was erased: the key of all that is sealed was destroyed.
    PersonalErased,
}

impl Family for WorkEvent {
    const KINDS: &'static [&'static str] = &[
        "contacted",
        "noted",
        "task_opened",
        "task_answered",
        "task_cancelled",
        "attached",
        "attachment_read",
        "linked",
        "unlinked",
        "revealed",
        "personal_erased",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::Contacted { .. } => "contacted",
            Self::Noted { .. } => "noted",
            Self::TaskOpened { .. } => "task_opened",
            Self::TaskAnswered { .. } => "task_answered",
            Self::TaskCancelled { .. } => "task_cancelled",
            Self::Attached { .. } => "attached",
            Self::AttachmentRead { .. } => "attachment_read",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
            Self::Revealed { .. } => "revealed",
            Self::PersonalErased => "personal_erased",
        }
    }

    fn is_quiet(&self) -> bool {
        matches!(self, Self::AttachmentRead { .. } | Self::Revealed { .. })
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::Contacted { means, reached, at, answered, words: _ } => {
                order.contacts.push(Contact { at: *at, means: *means, reached: *reached, by: by.clone() });
                order.end(answered, ClockEnd::Answered(*at));
            }
            Self::Noted { note, text } => {
                order.notes.push(Note { id: *note, at, by: by.clone(), text: text.clone() });
            }
            Self::TaskOpened { task, unit, person, ask, due, started } => {
                order.tasks.push(Task {
                    id: *task,
                    unit: unit.clone(),
                    person: *person,
                    ask: ask.clone(),
                    due: *due,
                    opened_at: at,
                    opened_by: by.clone(),
                    state: TaskState::Open,
                    clock: started.first().map(|clock| clock.id),
                });
                order.start(started);
            }
            Self::TaskAnswered { task, answer, answered } => {
                order.end(answered, ClockEnd::Answered(at));
                let state = TaskState::Answered { at, by: by.clone(), answer: answer.clone() };
                order.task_becomes(*task, state);
            }
            Self::TaskCancelled { task, cancelled, why: _ } => {
                order.end(cancelled, ClockEnd::Cancelled(at));
                order.task_becomes(*task, TaskState::Cancelled { at });
            }
            Self::Attached { attachment } => order.attachments.push(attachment.clone()),
            Self::Linked { other, relation } => order.links.push(Link { other: *other, relation: *relation }),
            Self::Unlinked { other } => order.unlink(*other),
            Self::PersonalErased => order.special.erased = true,
            Self::AttachmentRead { .. } | Self::Revealed { .. } => {}
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::Contacted { words, .. } => words.iter().map(|words| ("contact", words)).collect(),
            Self::Noted { text, .. } => vec![("note", text)],
            Self::TaskOpened { ask, .. } => vec![("task_ask", ask)],
            Self::TaskAnswered { answer, .. } => vec![("task_answer", answer)],
            Self::TaskCancelled { why, .. } => vec![("task_cancel", why)],
            Self::Attached { attachment } => vec![("file_name", &attachment.name)],
            Self::AttachmentRead { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::Revealed { .. }
            | Self::PersonalErased => Vec::new(),
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::PersonalErased => {
                Text::fixed("个人信息已按客户注销清除", "Personal data erased after the customer's")
            }
            Self::Contacted { means, reached, at, .. } => {
                let (means, when) = (means.title(), shown(*at));
                let (zh, en) = if *reached {
                    ("已联系到投诉人", "reached")
                } else {
                    ("未联系到投诉人", "did not reach")
                };
                Text::of(format!("{when} {}{zh}", means.zh), format!("{when} {en} the complainant {}", means.en))
            }
            Self::Noted { .. } => Text::fixed("添加了备注", "Wrote a note"),
            Self::TaskOpened { unit, .. } => {
                Text::of(format!("请 {} 协办", unit.code()), format!("Asked {}", unit.code()))
            }
            Self::TaskAnswered { .. } => Text::fixed("协办部门已答复", "The department answered"),
            Self::TaskCancelled { .. } => Text::fixed("撤销了协办", "Cancelled a task"),
            Self::Attached { attachment } => {
                let purpose = attachment.purpose.title();
                Text::of(format!("上传了{}", purpose.zh), format!("Attached {}", purpose.en))
            }
            Self::AttachmentRead { purpose, .. } => {
                let purpose = purpose.title();
                Text::of(format!("查看了{}", purpose.zh), format!("Opened {}", purpose.en))
            }
            Self::Linked { other, relation } => {
                let relation = relation.title();
                Text::of(format!("关联工单 {other}（{}）", relation.zh), format!("Linked to {other} ({})", relation.en))
            }
            Self::Unlinked { other } => {
                Text::of(format!("取消与工单 {other} 的关联"), format!("Unlinked from {other}"))
            }
            Self::Revealed { fields, member, ground } => {
                let zh: Vec<_> = fields.iter().map(|field| field.title().zh).collect();
                let en: Vec<_> = fields.iter().map(|field| field.title().en).collect();
                let ground = ground.title();
                let (whose, of) = match member {
                    None => (String::new(), String::new()),
                    Some(number) => (format!("成员 {number} 的"), format!(" of member {number}")),
                };
                Text::of(
                    format!("查看了{whose}{}（{}）", zh.join("、"), ground.zh),
                    format!("Saw {}{of} {}", en.join(", "), ground.en),
                )
            }
        }
    }
}
