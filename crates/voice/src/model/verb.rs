//! The verbs of an order: one table with the permission that each needs and the gate that it goes through. And what stops
//! the clocks.

use kernel::Permission;
use regulation::{MatterKind, Milestone};

use super::{
    Order, award,
    clock::{OwnStop, Stop},
    command::Command,
    decide::{Bench, clocks, ending},
    facts, gate, group, invitation, lead,
    letter::LetterKind,
    mediation, permission, rapid,
    rapid::RapidCommand,
    refusal::Refusal,
    repayment::{self, RepaymentCommand},
    review,
    words::words,
};

/// Declares every verb once: its stored word, its names, the permission that staff and systems need where the order belongs,
/// and the gate that says whether the order's state lets it happen.
macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $zh:literal, $en:literal, $permission:ident, $gate:path;)*) => {
        words! {
            /// What can be done to an order once it is filed.
            Verb { $($(#[$doc])* $name = $text, $zh, $en;)* }
        }

        impl Verb {
            /// The permission that staff and systems need where the order belongs.
            pub const fn permission(self) -> Permission {
                match self { $(Self::$name => permission::$permission),* }
            }

            /// Whether the order's state lets it happen.
            pub(super) fn gate(self, order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
                match self { $(Self::$name => $gate(order, bench)),* }
            }
        }
    };
}

verbs! {
    /// Accept it.
    Register = "register", "受理", "accept", REGISTER, gate::at_filing;
    /// Not accept it.
    Decline = "decline", "不予受理", "decline", REGISTER, gate::declinable;
    /// Put it in its place on the axes.
    Classify = "classify", "分类", "classify", CLASSIFY, gate::classifiable;
    /// Give it to a unit and perhaps a person.
    Assign = "assign", "分派", "assign", ASSIGN, gate::assignable;
    /// Take it on.
    Accept = "accept", "接收", "take on", HANDLE, gate::acceptable;
    /// Record a try to reach the complainant.
    Contact = "contact", "登记联系", "record a contact", HANDLE, gate::reachable;
    /// Write a note.
    Note = "note", "添加备注", "write a note", HANDLE, gate::always;
    /// Ask another department.
    OpenTask = "open_task", "发起协办", "ask a department", HANDLE, gate::handling;
    /// Answer for the department.
    AnswerTask = "answer_task", "答复协办", "answer a task", ANSWER, gate::asked;
    /// No longer ask.
    CancelTask = "cancel_task", "撤销协办", "cancel a task", HANDLE, gate::asked;
    /// Add a file.
    Attach = "attach", "上传附件", "attach a file", HANDLE, gate::always;
    /// Open a file.
    ReadAttachment = "read_attachment", "查看附件", "open a file", HANDLE, gate::attached;
    /// Say who speaks for the complainant.
    NameRepresentative = "name_representative", "登记代理人或继承人", "name a representative", REGISTER, gate::unanswered;
    /// Put the complainant's particulars right.
    Amend = "amend", "更正投诉人信息", "correct particulars", REGISTER, gate::unanswered;
    /// Put right what whoever passed it on said of it.
    Correct = "correct", "更正转办信息", "correct what the sender said", REGISTER, gate::passed_on;
    /// Let the clocks stand still.
    Pause = "pause", "中止计时", "pause the clocks", HANDLE, clocks::pausable;
    /// Let the clocks run again.
    Resume = "resume", "恢复计时", "resume the clocks", HANDLE, clocks::resumable;
    /// Ask for a longer time.
    ProposeExtension = "propose_extension", "申请延期", "ask for an extension", PROPOSE_EXTENSION, clocks::any_extendable;
    /// Grant a longer time.
    ApproveExtension = "approve_extension", "批准延期", "approve an extension", APPROVE_EXTENSION, clocks::any_approvable;
    /// Not grant a longer time.
    RefuseExtension = "refuse_extension", "不同意延期", "refuse an extension", APPROVE_EXTENSION, clocks::any_refusable;
    /// No longer ask for a longer time.
    RecallExtension = "recall_extension", "撤回延期申请", "recall an extension", PROPOSE_EXTENSION, clocks::any_recallable;
    /// Decide the matter.
    Decide = "decide", "作出处理决定", "decide", DECIDE, gate::decidable;
    /// Ask for a grant above one's limit.
    ProposeAward = "propose_award", "申请超权限补偿", "ask for a grant above the limit", DECIDE, award::proposable;
    /// Grant it.
    ApproveAward = "approve_award", "批准补偿", "approve a grant", APPROVE_AWARD, award::any_approvable;
    /// Not grant it.
    RefuseAward = "refuse_award", "不同意补偿", "refuse a grant", APPROVE_AWARD, award::any_refusable;
    /// No longer ask for it.
    RecallAward = "recall_award", "撤回补偿申请", "recall a request for a grant", DECIDE, award::any_recallable;
    /// Keep somebody away from the matter.
    Recuse = "recuse", "回避", "recuse somebody", HANDLE, gate::always;
    /// Send it where the rules say.
    Route = "route", "按规则分派", "send by the rules", ASSIGN, gate::assignable;
    /// Put it on the rapid lane.
    MarkUrgent = "mark_urgent", "转入快速通道", "put on the rapid lane", HANDLE, rapid::markable;
    /// Take it off the rapid lane.
    Calm = "calm", "退出快速通道", "take off the rapid lane", ASSIGN, rapid::calmable;
    /// Propose it to the president.
    ProposeLead = "propose_lead", "提请行长挂帅", "propose to the president", PROPOSE_LEAD, lead::proposable;
    /// Take it up as president.
    TakeLead = "take_lead", "行长挂帅", "take up as president", LEAD, lead::takeable;
    /// Leave it to the ordinary way.
    DeclineLead = "decline_lead", "不挂帅", "leave to the ordinary way", LEAD, lead::declinable;
    /// Tell a department what to do.
    Instruct = "instruct", "批示", "instruct a department", LEAD, lead::leading;
    /// Report on an instruction.
    ReportInstruction = "report_instruction", "报告批示", "report on an instruction", ANSWER, lead::reportable;
    /// Ask for more than was reported.
    DemandMore = "demand_more", "要求补充报告", "ask for more", LEAD, lead::leading;
    /// Close the lead.
    CloseLead = "close_lead", "办结挂帅", "close the lead", LEAD, lead::closable;
    /// Refer it to a mediator.
    ReferMediation = "refer_mediation", "提交调解", "refer to a mediator", HANDLE, mediation::referable;
    /// Record that the mediator took it on.
    AcceptMediation = "accept_mediation", "登记调解受理", "record that it is mediated", HANDLE, mediation::answerable;
    /// Record that it is not mediated.
    DeclineMediation = "decline_mediation", "登记未进入调解", "record that it is not mediated", HANDLE, mediation::answerable;
    /// Record what was agreed.
    AgreeMediation = "agree_mediation", "登记调解协议", "record an agreement", DECIDE, mediation::endable;
    /// Record that nothing was agreed.
    FailMediation = "fail_mediation", "登记调解未成", "record that mediation failed", HANDLE, mediation::endable;
    /// Record that what was agreed was done.
    PerformMediation = "perform_mediation", "登记协议履行", "record the performance", HANDLE, mediation::performable;
    /// Enter a proposal for repayment.
    ProposeRepayment = "propose_repayment", "登记还款方案", "enter a repayment proposal", HANDLE, repayment::proposable;
    /// Enter the answer to one.
    AnswerRepayment = "answer_repayment", "登记方案答复", "enter the answer to a repayment", HANDLE, repayment::answerable;
    /// Ask the superior unit to examine the decision again.
    RequestReview = "request_review", "申请核查", "ask for re-examination", REGISTER, review::requestable;
    /// Take a re-examination on.
    TakeReview = "take_review", "承办核查", "take a re-examination on", REVIEW, review::takeable;
    /// Say what a re-examination found.
    FindReview = "find_review", "作出核查结论", "say what was found", REVIEW, review::findable;
    /// Name somebody who complains as well.
    AddMember = "add_member", "登记群体成员", "name a member of the group", REGISTER, gate::unanswered;
    /// Somebody takes part no longer.
    RemoveMember = "remove_member", "成员退出", "let a member leave", REGISTER, group::has_members;
    /// Say whether a member speaks for the group.
    SetSpeaker = "set_speaker", "确定代表人", "say who speaks for the group", REGISTER, group::has_members;
    /// Put somebody in charge of a major event.
    PutInCharge = "put_in_charge", "指定重大事件负责人", "put somebody in charge", ASSIGN, group::is_major;
    /// Record that an item of the emergency plan is done.
    TickPlan = "tick_plan", "落实应急预案", "tick the emergency plan", HANDLE, group::is_major;
    /// Record the report of a major event.
    ReportMajor = "report_major", "报告重大事件", "report the major event", NOTIFY, group::reportable;
    /// Say whether it is abnormal.
    JudgeAbnormal = "judge_abnormal", "认定是否异常", "decide whether it is abnormal", DECIDE_ABNORMAL, gate::always;
    /// Record that a letter reached the complainant.
    Notify = "notify", "登记送达", "record a delivery", NOTIFY, gate::notifiable;
    /// Record the report to whoever passed the matter on.
    ReportBack = "report_back", "登记反馈", "record the report back", NOTIFY, gate::reportable;
    /// Record a return visit.
    Visit = "visit", "回访", "record a return visit", VISIT, gate::visitable;
    /// Invite the complainant to answer the return visit by link or code.
    InviteVisit = "invite_visit", "发送回访邀请", "invite to answer a return visit", VISIT, invitation::invitable;
    /// Say whether what the complainant brought later is new.
    JudgeFacts = "judge_facts", "认定新的事实", "judge whether facts are new", JUDGE_FACTS, facts::judgeable;
    /// Close it.
    Close = "close", "办结", "close", CLOSE, ending::closable;
    /// Withdraw it.
    Withdraw = "withdraw", "撤回", "withdraw", WITHDRAW, gate::always;
    /// Handle it as another kind of matter.
    Retype = "retype", "变更类别", "change the kind", RETYPE, gate::retypable;
    /// Link it to another order.
    Link = "link", "关联", "link", HANDLE, gate::always;
    /// Take a link away.
    Unlink = "unlink", "取消关联", "unlink", HANDLE, gate::linked;
    /// Open it again.
    Reopen = "reopen", "重新办理", "reopen", REOPEN, gate::reopenable;
    /// Record the root cause.
    FindCause = "find_cause", "溯源", "record the root cause", HANDLE, gate::causable;
    /// See personal data in clear.
    Reveal = "reveal", "查看明文", "see personal data in clear", REVEAL, gate::always;
}

impl Verb {
    /// Whether the complainant may do it on the portal, to their own order.
    pub const fn by_complainant(self) -> bool {
        matches!(self, Self::Withdraw | Self::Visit | Self::Attach | Self::RequestReview)
    }

    /// Whether it is left after the order has ended.
    pub(super) const fn after_the_end(self) -> bool {
        matches!(
            self,
            Self::Link
                | Self::Unlink
                | Self::Reveal
                | Self::ReadAttachment
                | Self::Reopen
                | Self::FindCause
                | Self::RequestReview
                | Self::TakeReview
                | Self::FindReview
                | Self::JudgeAbnormal
                | Self::Notify
        )
    }
}

impl Command {
    /// The verb of a command on an order that is there; `None` for filing, importing and the program's own commands.
    pub const fn verb(&self) -> Option<Verb> {
        Some(match self {
            Self::File(_)
            | Self::Import(..)
            | Self::Alert { .. }
            | Self::Relocate { .. }
            | Self::Erase
            | Self::MoveClocks => {
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
            Self::Correct(_) => Verb::Correct,
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
            Self::InviteVisit => Verb::InviteVisit,
            Self::Close => Verb::Close,
            Self::Withdraw { .. } => Verb::Withdraw,
            Self::Retype { .. } => Verb::Retype,
            Self::Link { .. } => Verb::Link,
            Self::Unlink { .. } => Verb::Unlink,
            Self::Reopen { .. } => Verb::Reopen,
            Self::FindCause { .. } => Verb::FindCause,
            Self::Reveal { .. } => Verb::Reveal,
            Self::Award(command) => command.verb(),
            Self::Recuse(_) => Verb::Recuse,
            Self::Route(_) => Verb::Route,
            Self::Rapid(RapidCommand::Mark { .. }) => Verb::MarkUrgent,
            Self::Rapid(RapidCommand::Calm { .. }) => Verb::Calm,
            Self::Lead(command) => command.verb(),
            Self::Review(command) => command.verb(),
            Self::Group(command) => command.verb(),
            Self::Mediation(command) => command.verb(),
            Self::Repayment(RepaymentCommand::Propose { .. }) => Verb::ProposeRepayment,
            Self::Repayment(RepaymentCommand::Answer { .. }) => Verb::AnswerRepayment,
            Self::Facts(_) => Verb::JudgeFacts,
            Self::JudgeAbnormal(_) => Verb::JudgeAbnormal,
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
/// Whether another department answered.
pub const TASK: Stop = Stop::Law(Milestone::TaskAnswered);
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
