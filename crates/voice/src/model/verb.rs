//! The verbs of an order, the permission that each needs, and what stops the clocks. Whether the order's state lets a verb
//! happen is the gate's to say.

use kernel::Permission;
use regulation::{MatterKind, Milestone};

use super::{
    clock::{OwnStop, Stop},
    command::Command,
    letter::LetterKind,
    permission,
    words::words,
};

words! {
    /// What can be done to an order once it is filed.
    Verb {
        /// Accept it.
        Register = "register", "受理", "accept";
        /// Not accept it.
        Decline = "decline", "不予受理", "decline";
        /// Put it in its place on the axes.
        Classify = "classify", "分类", "classify";
        /// Give it to a unit and perhaps a person.
        Assign = "assign", "分派", "assign";
        /// Take it on.
        Accept = "accept", "接收", "take on";
        /// Record a try to reach the complainant.
        Contact = "contact", "登记联系", "record a contact";
        /// Write a note.
        Note = "note", "添加备注", "write a note";
        /// Ask another department.
        OpenTask = "open_task", "发起协办", "ask a department";
        /// Answer for the department.
        AnswerTask = "answer_task", "答复协办", "answer a task";
        /// No longer ask.
        CancelTask = "cancel_task", "撤销协办", "cancel a task";
        /// Add a file.
        Attach = "attach", "上传附件", "attach a file";
        /// Open a file.
        ReadAttachment = "read_attachment", "查看附件", "open a file";
        /// Say who speaks for the complainant.
        NameRepresentative = "name_representative", "登记代理人或继承人", "name a representative";
        /// Put the complainant's particulars right.
        Amend = "amend", "更正投诉人信息", "correct particulars";
        /// Let the clocks stand still.
        Pause = "pause", "中止计时", "pause the clocks";
        /// Let the clocks run again.
        Resume = "resume", "恢复计时", "resume the clocks";
        /// Ask for a longer time.
        ProposeExtension = "propose_extension", "申请延期", "ask for an extension";
        /// Grant a longer time.
        ApproveExtension = "approve_extension", "批准延期", "approve an extension";
        /// Not grant a longer time.
        RefuseExtension = "refuse_extension", "不同意延期", "refuse an extension";
        /// No longer ask for a longer time.
        RecallExtension = "recall_extension", "撤回延期申请", "recall an extension";
        /// Decide the matter.
        Decide = "decide", "作出处理决定", "decide";
        /// Record that a letter reached the complainant.
        Notify = "notify", "登记送达", "record a delivery";
        /// Record the report to whoever passed the matter on.
        ReportBack = "report_back", "登记反馈", "record the report back";
        /// Record a return visit.
        Visit = "visit", "回访", "record a return visit";
        /// Close it.
        Close = "close", "办结", "close";
        /// Withdraw it.
        Withdraw = "withdraw", "撤回", "withdraw";
        /// Handle it as another kind of matter.
        Retype = "retype", "变更类别", "change the kind";
        /// Link it to another order.
        Link = "link", "关联", "link";
        /// Take a link away.
        Unlink = "unlink", "取消关联", "unlink";
        /// Open it again.
        Reopen = "reopen", "重新办理", "reopen";
        /// Record the root cause.
        FindCause = "find_cause", "溯源", "record the root cause";
        /// See personal data in clear.
        Reveal = "reveal", "查看明文", "see personal data in clear";
    }
}

impl Verb {
    /// The permission that staff and systems need where the order belongs.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Register | Self::Decline | Self::NameRepresentative | Self::Amend => permission::REGISTER,
            Self::Classify => permission::CLASSIFY,
            Self::Assign => permission::ASSIGN,
            Self::Accept
            | Self::Contact
            | Self::Note
            | Self::OpenTask
            | Self::CancelTask
            | Self::Attach
            | Self::ReadAttachment
            | Self::Pause
            | Self::Resume
            | Self::Link
            | Self::Unlink
            | Self::FindCause => permission::HANDLE,
            Self::AnswerTask => permission::ANSWER,
            Self::ProposeExtension | Self::RecallExtension => permission::PROPOSE_EXTENSION,
            Self::ApproveExtension | Self::RefuseExtension => permission::APPROVE_EXTENSION,
            Self::Decide => permission::DECIDE,
            Self::Notify | Self::ReportBack => permission::NOTIFY,
            Self::Visit => permission::VISIT,
            Self::Close => permission::CLOSE,
            Self::Withdraw => permission::WITHDRAW,
            Self::Retype => permission::RETYPE,
            Self::Reopen => permission::REOPEN,
            Self::Reveal => permission::REVEAL,
        }
    }

    /// Whether the complainant may do it on the portal, to their own order.
    pub const fn by_complainant(self) -> bool {
        matches!(self, Self::Withdraw | Self::Visit | Self::Attach)
    }

    /// Whether it is left after the order has ended.
    pub(super) const fn after_the_end(self) -> bool {
        matches!(self, Self::Link | Self::Unlink | Self::Reveal | Self::ReadAttachment | Self::Reopen | Self::FindCause)
    }
}

impl Command {
    /// The verb of a command on an order that is there; `None` for filing, importing and the program's own commands.
    pub const fn verb(&self) -> Option<Verb> {
        Some(match self {
            Self::File(_) | Self::Import(..) | Self::Alert { .. } | Self::Relocate { .. } | Self::MoveClocks => {
                return None;
            }
            Self::Register => Verb::Register,
            Self::Decline { .. } => Verb::Decline,
            Self::Classify(_) => Verb::Classify,
            Self::Assign { .. } => Verb::Assign,
            Self::Accept => Verb::Accept,
            Self::Contact { .. } => Verb::Contact,
            Self::Note { .. } => Verb::Note,
            Self::OpenTask { .. } => Verb::OpenTask,
            Self::AnswerTask { .. } => Verb::AnswerTask,
            Self::CancelTask { .. } => Verb::CancelTask,
            Self::Attach(_) => Verb::Attach,
            Self::ReadAttachment(_) => Verb::ReadAttachment,
            Self::NameRepresentative(_) => Verb::NameRepresentative,
            Self::Amend(_) => Verb::Amend,
            Self::Pause { .. } => Verb::Pause,
            Self::Resume { .. } => Verb::Resume,
            Self::ProposeExtension { .. } => Verb::ProposeExtension,
            Self::ApproveExtension { .. } => Verb::ApproveExtension,
            Self::RefuseExtension { .. } => Verb::RefuseExtension,
            Self::RecallExtension { .. } => Verb::RecallExtension,
            Self::Decide(_) => Verb::Decide,
            Self::Notify { .. } => Verb::Notify,
            Self::ReportBack { .. } => Verb::ReportBack,
            Self::Visit { .. } => Verb::Visit,
            Self::Close => Verb::Close,
            Self::Withdraw { .. } => Verb::Withdraw,
            Self::Retype { .. } => Verb::Retype,
            Self::Link { .. } => Verb::Link,
            Self::Unlink { .. } => Verb::Unlink,
            Self::Reopen { .. } => Verb::Reopen,
            Self::FindCause { .. } => Verb::FindCause,
            Self::Reveal { .. } => Verb::Reveal,
        })
    }
}

/// Whether the decision is told: what stops the statutory clock.
pub const ANSWER: Stop = Stop::Law(Milestone::DecisionNotified);
/// Whether the complainant was told that the matter is accepted, or is not.
pub const ACCEPTANCE: Stop = Stop::Law(Milestone::AcceptanceNotified);
/// Whether the complainant was reached.
pub const CONTACT: Stop = Stop::Law(Milestone::FirstContact);
/// Whether whoever passed the matter on was told that it belongs elsewhere.
pub const OBJECTION: Stop = Stop::Law(Milestone::Objected);
/// Whether the return visit was made.
pub const VISIT: Stop = Stop::Law(Milestone::ReturnVisited);
/// Whether whoever passed the matter on was told of the result.
pub const REPORT: Stop = Stop::Own(OwnStop::ReportedBack);

/// Matters that end with an answer to the complainant; suggestions and praise may simply be taken note of.
pub const fn wants_answer(kind: MatterKind) -> bool {
    match kind {
        MatterKind::Complaint
        | MatterKind::Report
        | MatterKind::Petition
        | MatterKind::Consultation
        | MatterKind::HelpRequest => true,
        MatterKind::Suggestion | MatterKind::Praise => false,
    }
}

/// Matters whose acceptance is told in a letter.
pub const fn wants_acceptance(kind: MatterKind) -> bool {
    matches!(kind, MatterKind::Complaint | MatterKind::Report | MatterKind::Petition)
}

/// The letter that a decision of this kind goes out in.
pub const fn decision_letter(declined: bool) -> LetterKind {
    if declined { LetterKind::Declined } else { LetterKind::Decision }
}
