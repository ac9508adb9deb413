//! Why something may not be done to an order: a closed list, each with a stable word, and what stands in the way and what to
//! do about it in both languages. A refusal never holds personal data.

use kernel::{Permission, Problem, ProblemKind, Text, Timestamp};
use regulation::{Approval, Axis, PauseReason};

use super::{
    abnormal::AbnormalRefusal, award::AwardRefusal, erasure::ErasureRefusal, facts::FactsRefusal, group::GroupRefusal,
    invitation::InvitationRefusal, lead::LeadRefusal, letter::LetterKind, linking::LinkRefusal,
    mediation::MediationRefusal, origin::OriginRefusal, parts::Purpose, permission, rapid::RapidRefusal,
    recusal::RecusalRefusal, repayment::RepaymentRefusal, review::ReviewRefusal, routing::RoutingRefusal,
    stage::StageName, words::words,
};

/// The first year of which a complaint may speak: earlier ones are slips of the keyboard.
pub const OCCURRED_YEAR_MIN: i16 = 1900;

words! {
    /// What an order can have too many of.
    Bounded {
        /// Tries to reach the complainant.
        Contacts = "contacts", "联系记录", "contacts";
        /// Notes.
        Notes = "notes", "备注", "notes";
        /// Tasks.
        Tasks = "tasks", "协办任务", "tasks";
        /// Files.
        Attachments = "attachments", "附件", "attachments";
        /// Letters.
        Letters = "letters", "告知书", "letters";
        /// Return visits.
        Visits = "visits", "回访记录", "return visits";
        /// Invitations to answer a return visit.
        Invitations = "invitations", "回访邀请", "invitations to a return visit";
        /// Judgements of new facts.
        Facts = "facts", "新事实认定", "judgements of new facts";
        /// Links.
        Links = "links", "关联工单", "links";
        /// Reopenings.
        Rounds = "rounds", "重办记录", "reopenings";
        /// Clocks.
        Clocks = "clocks", "计时", "clocks";
        /// Times in which the clocks stood still.
        Pauses = "pauses", "中止记录", "pauses";
        /// Requests for grants.
        Awards = "awards", "补偿申请", "requests for grants";
        /// People kept away.
        Recusals = "recusals", "回避人员", "recusals";
        /// Instructions of a president.
        Instructions = "instructions", "批示", "instructions";
        /// Reports on one instruction.
        Reports = "reports", "报告", "reports on one instruction";
        /// Re-examinations.
        Reviews = "reviews", "核查", "re-examinations";
        /// Members of a group.
        Members = "members", "群体成员", "members of a group";
        /// Mediations.
        Mediations = "mediations", "调解", "mediations";
        /// Proposals for repayment.
        Repayments = "repayments", "还款方案", "repayment proposals";
    }
}

pub(super) use kernel::refusals;

refusals! {
    /// Why something may not be done.
    Refusal [
        Award(AwardRefusal),
        Recusal(RecusalRefusal),
        Origin(OriginRefusal),
        Routing(RoutingRefusal),
        Rapid(RapidRefusal),
        Lead(LeadRefusal),
        Review(ReviewRefusal),
        Group(GroupRefusal),
        Mediation(MediationRefusal),
        Repayment(RepaymentRefusal),
        Facts(FactsRefusal),
        Invitation(InvitationRefusal),
        Link(LinkRefusal),
        Abnormal(AbnormalRefusal),
        Erasure(ErasureRefusal)
    ] {
    /// There is no such order yet, or it was filed already.
    NotThisOrder, "not-this-order",
        fixed("工单不存在，或已登记。", "There is no such order, or it was filed already.");
    /// The caller lacks a permission where the order belongs.
    Lacks(permission: Permission), "lacks-permission", of(
        format!("您在该机构没有“{}”权限，请由有权限的同事办理。", permission::title(*permission).zh),
        format!("You may not “{}” for this unit; a colleague who may must do it.", permission::title(*permission).en));
    /// Only the bank's staff may.
    StaffOnly, "staff-only", fixed("此操作由银行工作人员办理。", "Only the bank's staff can do this.");
    /// Only the program itself does this.
    ProgramOnly, "program-only", fixed("此操作由系统自动进行。", "The program does this by itself.");
    /// The order has ended.
    Ended(stage: StageName), "ended", of(
        format!("工单{}，不能再办理；已办结的可以重新办理，已撤回的请登记新工单并关联。", stage.title().zh),
        format!("The order is {}. Reopen it if it was closed; after a withdrawal, file a new one and link it.", stage.title().en));
    /// Only an answered or closed order is reopened.
    NotClosed, "not-closed",
        fixed("只有已告知或已办结的工单可以重新办理。", "Only an answered or closed order can be reopened.");
    /// It was accepted already.
    AlreadyRegistered, "already-registered", fixed("工单已受理，无需重复受理。", "The order was accepted already.");
    /// Accept it first.
    NotRegistered, "not-registered", fixed("工单尚未受理，请先受理。", "The order is not accepted yet; accept it first.");
    /// Classify it first.
    NotClassified, "not-classified", fixed("工单尚未分类，请先分类。", "The order is not classified yet; classify it first.");
    /// Give it to a unit first.
    NotAssigned, "not-assigned", fixed("工单尚未分派，请先分派。", "The order is with nobody yet; assign it first.");
    /// Take it on first.
    NotAccepted, "not-accepted", fixed("工单尚未接收，请先接收。", "The order was not taken on yet; take it on first.");
    /// It was taken on already.
    AlreadyAccepted, "already-accepted", fixed("工单已接收，无需重复接收。", "The order was taken on already.");
    /// It was given to somebody else.
    GivenToAnother, "given-to-another", fixed(
        "工单分派给了其他人，请由本人接收，或重新分派。",
        "The order was given to somebody else; let them take it on, or assign it anew.");
    /// It is already with this unit and person.
    SameAssignee, "same-assignee" at "/unit",
        fixed("工单已在该机构和人员名下。", "The order is with this unit and person already.");
    /// It was decided and the complainant was told.
    AlreadyAnswered, "already-answered", fixed(
        "处理决定已告知投诉人，不能再改；需要改变时请重新办理。",
        "The complainant was told of the decision; reopen the order to change it.");
    /// It was decided.
    AlreadyDecided, "already-decided",
        fixed("已作出处理决定；请告知投诉人，或修改决定。", "A decision was made; tell the complainant, or revise it.");
    /// Decide it first.
    NotDecided, "not-decided", fixed("尚未作出处理决定，请先作出决定。", "There is no decision yet; decide first.");
    /// Tell the complainant first.
    NotNotified, "not-notified", fixed(
        "处理决定尚未告知投诉人；时限到告知为止，请先告知。",
        "The complainant was not told yet, and the clock runs until they are; tell them first.");
    /// Other departments still have to answer.
    TasksOpen(count: usize), "tasks-open", of(
        format!("还有 {count} 项协办任务未答复；请等待答复，或撤销任务。"),
        format!("{count} task(s) are unanswered; wait for the answers, or cancel the tasks."));
    /// The bank's list of causes has no such cause.
    UnknownCause, "unknown-cause" at "/cause", fixed(
        "原因目录中没有这一项，请从目录中选择。",
        "The bank's list of causes has no such cause; choose one of the list.");
    /// This cause is recorded already.
    SameCause, "same-cause" at "/cause", fixed("已登记同一原因。", "This cause is recorded already.");
    /// There is no such task on this order.
    UnknownTask, "unknown-task" at "/task", fixed("该工单没有这项协办任务。", "The order has no such task.");
    /// The task was answered or cancelled.
    TaskEnded, "task-ended", fixed("该协办任务已答复或已撤销。", "The task was answered or cancelled.");
    /// The deadline of a task lies in the past.
    TaskDuePast, "task-due-past" at "/due", fixed("协办任务的期限不能早于现在。", "A task cannot be due in the past.");
    /// A letter still has to go out.
    LetterOwed(kind: LetterKind), "letter-owed", of(
        format!("《{}》尚未送达；请先告知投诉人并登记送达情况。", kind.title().zh),
        format!("The {} was not delivered yet; deliver it and record that first.", kind.title().en));
    /// There is no such letter on this order.
    UnknownLetter, "unknown-letter" at "/letter", fixed("该工单没有这份告知书。", "The order has no such letter.");
    /// The letter went out already, or another took its place.
    LetterSettled, "letter-settled", fixed(
        "该告知书已送达，或已被后来的决定取代。", "The letter was delivered, or a later decision took its place.");
    /// No letter waits to go out.
    NoLetterOwed, "no-letter-owed", fixed("没有待送达的告知书。", "No letter waits to be delivered.");
    /// A letter by post needs its tracking number, a call the id of its recording.
    DeliveryUnproved, "delivery-unproved" at "/reference", fixed(
        "邮寄须填写邮件号，电话告知须填写录音编号。",
        "A letter by post needs its tracking number, and a call the id of its recording.");
    /// The complainant gave no way to be reached.
    NotReachable, "not-reachable",
        fixed("匿名或没有留下联系方式，无法联系投诉人。", "The complainant left no way to be reached.");
    /// Papers of the representative are missing.
    PapersMissing(papers: Vec<Purpose>), "papers-missing", of(
        format!("缺少{}；请收齐并上传。", papers.iter().map(|p| p.title().zh).collect::<Vec<_>>().join("、")),
        format!("Missing: {}. Collect and attach the papers.", papers.iter().map(|p| p.title().en).collect::<Vec<_>>().join(", ")));
    /// A withdrawal that staff record needs the complainant's own request among the attachments.
    WithdrawalUnproved, "withdrawal-unproved" at "/paper", fixed(
        "由工作人员登记撤回时，须先上传投诉人本人的撤回申请或录音。",
        "When staff record a withdrawal, the complainant's own request or its recording must be attached first.");
    /// The same file was added already.
    AttachmentTwice, "attachment-twice", fixed("相同的文件已上传。", "The same file was attached already.");
    /// There is no such file on this order.
    UnknownAttachment, "unknown-attachment", fixed("该工单没有这个附件。", "The order has no such attachment.");
    /// The clocks stand still already.
    AlreadyPaused, "already-paused", fixed("计时已中止。", "The clocks are paused already.");
    /// The clocks do not stand still.
    NotPaused, "not-paused", fixed("计时没有中止。", "The clocks are not paused.");
    /// The clocks stand still; let them run first.
    StillPaused, "still-paused", fixed("计时已中止，请先恢复计时。", "The clocks are paused; resume them first.");
    /// No open clock may stand still for this reason.
    PauseNotProvided(reason: PauseReason), "pause-not-provided" at "/ground", of(
        format!("正在计的时限不能因{}中止。", reason.title().zh),
        format!("No running clock may be paused for {}.", reason.title().en));
    /// No open clock may stand still at all.
    NothingToPause, "nothing-to-pause", fixed("没有可以中止的时限。", "There is no clock that may be paused.");
    /// There is no such clock on this order.
    UnknownClock, "unknown-clock" at "/clock", fixed("该工单没有这个时限。", "The order has no such clock.");
    /// The clock was answered or no longer applies.
    ClockEnded, "clock-ended", fixed("该时限已完成或已终止。", "The clock was answered or no longer applies.");
    /// The deadline has passed; a longer time must be granted before it.
    ClockPassed(due: Timestamp), "clock-passed", of(
        format!("时限已于 {} 届满，延期须在届满前批准；请尽快答复。", shown(*due)),
        format!("The deadline passed at {}; a longer time must be granted before it. Answer now.", shown(*due)));
    /// The rules know no longer time for this clock.
    NoLongerTime, "no-longer-time",
        fixed("按规定该时限不能再延长，请在期限内答复。", "The rules allow no further extension; answer in time.");
    /// No open clock can be given a longer time.
    NothingToExtend, "nothing-to-extend", fixed("没有可以延长的时限。", "There is no clock to extend.");
    /// A longer time was asked for already.
    AlreadyProposed, "already-proposed",
        fixed("该时限已有待审批的延期申请。", "An extension of this clock waits for approval already.");
    /// Nobody asked for a longer time.
    NothingProposed, "nothing-proposed", fixed("没有待审批的延期申请。", "No extension waits for approval.");
    /// Whoever asked may not grant.
    OwnProposal, "own-proposal", fixed(
        "申请人不能审批自己的延期申请，请由他人审批。",
        "Whoever asked for the extension cannot decide on it; somebody else must.");
    /// Only whoever asked can recall the request.
    NotOwnProposal, "not-own-proposal",
        fixed("只有申请人可以撤回延期申请。", "Only whoever asked can recall the request.");
    /// Somebody of higher standing must grant it.
    ApproverTooLow(approval: Approval), "approver-too-low", of(
        format!("该延期须由{}审批。", approval.title().zh),
        format!("This extension must be decided on by {}.", approval.title().en));
    /// The row of a regulation is not to be found.
    RuleMissing(rule: String), "rule-missing", of(
        format!("法规库中找不到规则 {rule}，请联系管理员核对法规文件。"),
        format!("The rule {rule} is not in the regulation files; ask the administrator to check them."));
    /// It is of that kind already.
    SameKind, "same-kind" at "/to", fixed("工单已是该类别。", "The order is of that kind already.");
    /// The axis has no such key.
    NotOnAxis(axis: Axis), "not-on-axis" at "/classification", match axis {
        Axis::Channel => fixed("办理渠道不在列表中，请从列表中选择。", "There is no such channel; choose from the list."),
        Axis::Business => fixed("业务类别不在列表中，请从列表中选择。", "There is no such business; choose from the list."),
        Axis::Reason => fixed("投诉原因不在列表中，请从列表中选择。", "There is no such reason; choose from the list."),
    };
    /// The decision says nothing on the four principles.
    PrinciplesMissing, "principles-missing" at "/principles", fixed(
        "请选择处理所依据的原则：合理诉求解决、不合理诉求解释、困难帮扶、违规纠正，至少一项。",
        "Say which principles the decision follows: settled, explained, helped, corrected; at least one.");
    /// The principle does not fit what was found.
    PrincipleUnfit, "principle-unfit" at "/principles", fixed(
        "所选原则与结论不符：不属实的不能选“违规行为已纠正”，有补偿或减免的不能只选“不合理诉求已解释”。",
        "The principles do not fit the finding: what is not substantiated has no violation to correct, and who is paid was not only given an explanation.");
    /// Somebody other than who decided must close it.
    FourEyes(ground: Text), "four-eyes", of(
        format!("{}工单须由作出决定以外的人办结，请由他人复核办结。", ground.zh),
        format!("{}: somebody other than who decided must look at the order and close it.", ground.en));
    /// There is no such remedy.
    UnknownRemedy, "unknown-remedy" at "/remedies",
        fixed("救济途径不在列表中，请从列表中选择。", "There is no such remedy; choose from the list.");
    /// The decision names no remedy.
    RemediesMissing, "remedies-missing" at "/remedies", fixed(
        "处理决定须写明投诉人可以采取的救济途径。", "The decision must name the remedies open to the complainant.");
    /// The outcome does not fit the kind of matter, or the step.
    OutcomeUnfit, "outcome-unfit" at "/outcome", fixed(
        "该结论不适用于此类事项或此项操作。", "This outcome does not fit the kind of matter or the step.");
    /// The amount is zero or less.
    AmountNotPositive, "amount-not-positive" at "/amount", fixed("金额须大于零。", "The amount must be more than zero.");
    /// The matter came from the customer; nobody waits for a report.
    NobodyWaits, "nobody-waits",
        fixed("该工单由客户直接提出，无需反馈。", "The matter came from the customer; nobody waits for a report.");
    /// It was reported already.
    AlreadyReported, "already-reported", fixed("已向转办单位反馈。", "The result was reported already.");
    /// Whoever passed the matter on still waits for the report.
    ReportOutstanding, "report-outstanding", fixed(
        "尚未向转办单位反馈；请先反馈并登记。", "Whoever passed the matter on waits for the report; send and record it first.");
    /// The return visit is still to be made.
    VisitOutstanding, "visit-outstanding", fixed(
        "尚未回访；请回访，或登记三次未接通的回访。",
        "The return visit is outstanding; make it, or record three tries that did not reach the complainant.");
    /// Satisfaction is a figure from 1 to 5.
    SatisfactionOutOfRange, "satisfaction-out-of-range" at "/satisfaction",
        fixed("满意度为 1 至 5 的整数。", "Satisfaction is a whole figure from 1 to 5.");
    /// The time lies in the future.
    InFuture, "in-future" at "/at", fixed("时间不能晚于现在，请更正。", "The time cannot lie in the future; correct it.");
    /// The time lies before the matter came in, or before the step it belongs to.
    TooEarly(floor: Timestamp), "too-early" at "/at", of(
        format!("时间不能早于 {}，请更正。", shown(*floor)),
        format!("The time cannot lie before {}; correct it.", shown(*floor)));
    /// It came in too long ago to be filed as new.
    TooOld, "too-old" at "/received_at", fixed(
        "收到日期过早，不能作为新工单登记；历史工单请用导入功能。",
        "It came in too long ago to be filed as new; use the import for historical orders.");
    /// It cannot have come in yet.
    NotYetReceived, "received-in-future" at "/received_at", fixed(
        "收到时间不能晚于现在，请更正。", "It cannot have come in later than now; correct it.");
    /// It happened after it was reported, or before anybody who could report it.
    OccurredUnfit, "occurred-unfit" at "/occurred_on", of(
        format!("发生日期不能晚于收到日期，也不能早于 {OCCURRED_YEAR_MIN} 年。"),
        format!("It cannot have happened after it came in, nor before {OCCURRED_YEAR_MIN}."));
    /// An anonymous matter carries no name; a named one must.
    NameUnfit, "name-unfit" at "/party/name", fixed(
        "匿名事项不登记姓名；具名事项须登记姓名。", "An anonymous matter carries no name, and a named one must.");
    /// An order cannot be linked to itself.
    LinkToSelf, "link-to-self" at "/other", fixed("工单不能关联自身。", "An order cannot be linked to itself.");
    /// It is linked already.
    AlreadyLinked, "already-linked", fixed("两个工单已关联。", "The orders are linked already.");
    /// It is not linked.
    NotLinked, "not-linked", fixed("两个工单没有关联。", "The orders are not linked.");
    /// Somebody must say which fields.
    NothingToReveal, "nothing-to-reveal" at "/fields", fixed("请选择要查看的信息项。", "Say which fields to show.");
    /// The order holds no such field.
    FieldAbsent, "field-absent" at "/fields", fixed("工单没有登记这项信息。", "The order does not hold this field.");
    /// There are too many.
    TooMany(what: Bounded, most: usize), "too-many", of(
        format!("一个工单最多 {most} 条{}，已达到上限。", what.title().zh),
        format!("An order has at most {most} {}, and this one has reached that.", what.title().en));
    /// The alert is not due, was sent, or its clock was answered.
    AlertMoot, "alert-moot", fixed(
        "该提醒未到时间、已发出，或时限已完成。", "The alert is not due, was sent, or its clock was answered.");
    /// No deadline has moved.
    NothingMoved, "nothing-moved", fixed("没有需要重新计算的时限。", "No deadline has moved.");
    /// No place of the order lies at or below the moved unit.
    NotLocatedThere, "not-located-there", fixed("工单不在该机构。", "The order does not belong to that unit.");
    /// A historical order was closed after it came in and before now.
    PastUnfit, "past-unfit", fixed(
        "历史工单的答复和办结须不早于收到时间，且不晚于现在。",
        "A historical order was answered and closed after it came in and before now.");
    }
}

pub(super) const fn fixed(zh: &'static str, en: &'static str) -> Text {
    Text::fixed(zh, en)
}

pub(super) fn of(zh: String, en: String) -> Text {
    Text::of(zh, en)
}

/// An instant as people in Shanghai read it, to the minute.
pub fn shown(at: Timestamp) -> String {
    at.in_shanghai().strftime("%Y-%m-%d %H:%M").to_string()
}

impl Refusal {
    /// Which kind of problem this is for the caller.
    pub const fn kind(&self) -> ProblemKind {
        if matches!(self, Self::Lacks(_) | Self::StaffOnly | Self::ProgramOnly) {
            ProblemKind::Forbidden
        } else if self.pointer().is_some() {
            ProblemKind::Invalid
        } else {
            ProblemKind::Refused
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self::new(refusal.kind(), refusal.text()).because(refusal.slug());
        match refusal.pointer() {
            Some(pointer) => problem.field(pointer, refusal.text()),
            None => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_word_of_its_own() {
        let mut slugs = Refusal::slugs();
        assert!(slugs.iter().all(|s| s.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        let count = slugs.len();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), count);
    }

    #[test]
    fn refusals_speak_both_languages_and_say_what_to_do() {
        let refusal = Refusal::PapersMissing(vec![Purpose::Authorisation, Purpose::AgentIdentity]);
        assert_eq!(refusal.text().zh, "缺少授权委托书、代理人身份证明；请收齐并上传。");
        assert!(refusal.text().en.contains("letter of authorisation, agent's proof of identity"));
        assert_eq!(Problem::from(Refusal::OwnProposal).kind, ProblemKind::Refused);
        assert_eq!(Problem::from(Refusal::Lacks(permission::DECIDE)).kind, ProblemKind::Forbidden);
        let problem = Problem::from(Refusal::InFuture);
        assert_eq!((problem.kind, problem.fields[0].pointer.as_str()), (ProblemKind::Invalid, "/at"));
    }
}
