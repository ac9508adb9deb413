//! What one may be allowed to do with work orders, and which roles have it from the start.

use kernel::{Permission, Text};

kernel::permissions! {
    /// File an order on somebody's behalf.
    FILE = "voice.order.file", "登记客户之声工单", "File work orders",
        [Teller, LobbyManager, Handler, Officer, OutletHead, BranchPresident, RegulatorLiaison, System];
    /// See orders and their history, personal data masked.
    SEE = "voice.order.see", "查看工单", "See work orders",
        [Handler, Officer, OutletHead, BranchPresident, Inspector, Auditor, RegulatorLiaison, System];
    /// Take in lists that supervisors and hotlines passed on.
    TAKE_LIST = "voice.list.take", "导入转办清单", "Take in lists that were passed on", [Officer, RegulatorLiaison];
    /// Take in lists of past complaints.
    TAKE_PAST = "voice.past.take", "导入历史投诉", "Take in past complaints", [Officer];
    /// See how guesses of classes fare beside what people choose.
    REVIEW_GUESSES = "voice.guess.review", "查看分类推荐效果", "Review guesses of classes", [Officer, BranchPresident];
    /// Accept or decline, name representatives, put particulars right.
    REGISTER = "voice.order.register", "受理工单", "Accept work orders", [Handler, Officer, RegulatorLiaison];
    /// Classify.
    CLASSIFY = "voice.order.classify", "投诉分类", "Classify work orders", [Handler, Officer, RegulatorLiaison];
    /// Give orders to units and people.
    ASSIGN = "voice.order.assign", "分派工单", "Assign work orders", [Officer, OutletHead, BranchPresident];
    /// Take on, contact, note, ask departments, add files, pause, link.
    HANDLE = "voice.order.handle", "办理工单", "Handle work orders", [Handler, Officer, OutletHead];
    /// Answer what another department was asked.
    ANSWER = "voice.task.answer", "答复协办任务", "Answer tasks",
        [Teller, LobbyManager, Handler, Officer, OutletHead, BranchPresident, Reviewer];
    /// Decide.
    DECIDE = "voice.order.decide", "作出处理决定", "Decide work orders", [Handler, Officer, BranchPresident];
    /// Grant more than a handler may, each up to their own limit.
    APPROVE_AWARD = "voice.award.approve", "审批补偿和减免", "Approve compensation and waivers",
        [Officer, OutletHead, BranchPresident];
    /// Propose a matter to the president.
    PROPOSE_LEAD = "voice.lead.propose", "提请行长挂帅", "Propose matters to the president",
        [Handler, Officer, OutletHead, RegulatorLiaison];
    /// Take matters up as president, instruct departments, close.
    LEAD = "voice.lead.take", "行长挂帅", "Take matters up as president", [BranchPresident];
    /// Examine decisions of units below again.
    REVIEW = "voice.review.examine", "办理核查", "Re-examine decisions", [Officer, BranchPresident];
    /// Write the routing rules, the handlers' skills and the on-call list.
    ROUTING = "voice.routing.manage", "维护分派规则和值班表", "Manage routing and the on-call list", [Officer, OutletHead];
    /// Record that a letter was delivered, or that a report went back.
    NOTIFY = "voice.order.notify", "告知与反馈", "Deliver letters and reports", [Handler, Officer, RegulatorLiaison];
    /// Ask for a longer time.
    PROPOSE_EXTENSION = "voice.order.extend.propose", "申请延期", "Ask for an extension", [Handler, Officer];
    /// Grant or refuse a longer time.
    APPROVE_EXTENSION = "voice.order.extend.approve", "审批延期", "Decide on extensions",
        [Officer, OutletHead, BranchPresident];
    /// Say whether what a complainant brought later is new.
    JUDGE_FACTS = "voice.order.facts", "认定新的事实", "Judge whether facts are new", [Officer, RegulatorLiaison];
    /// Record a return visit.
    VISIT = "voice.order.visit", "回访", "Make return visits", [LobbyManager, Handler, Officer];
    /// Close.
    CLOSE = "voice.order.close", "办结工单", "Close work orders", [Handler, Officer];
    /// Record a withdrawal.
    WITHDRAW = "voice.order.withdraw", "登记撤回", "Record withdrawals", [Handler, Officer];
    /// Move between kinds of matter.
    RETYPE = "voice.order.retype", "变更事项类别", "Change the kind of matter", [Officer, RegulatorLiaison];
    /// Open again.
    REOPEN = "voice.order.reopen", "重新办理", "Reopen work orders", [Officer, OutletHead, BranchPresident];
    /// See personal data in clear; every use leaves an event.
    REVEAL = "voice.order.reveal", "查看个人信息明文", "See personal data in clear", [Handler, Officer];
    /// Say how many customers a unit has.
    SET_BASES = "voice.figures.bases", "登记统计基数", "Enter the bases of figures", [Officer];
    /// See rectifications, their evidence and their history.
    SEE_RECTIFICATIONS = "voice.rectification.see", "查看整改", "See rectifications",
        [Handler, Officer, OutletHead, BranchPresident, Inspector, Auditor, RegulatorLiaison];
    /// Open rectifications, press for them, give them more time or another owner, tell them to all.
    OPEN_RECTIFICATION = "voice.rectification.open", "立项与督办整改", "Open and press for rectifications",
        [Officer, BranchPresident];
    /// Say what was done in a rectification that one owns, with evidence.
    REPORT_RECTIFICATION = "voice.rectification.report", "落实整改", "Carry rectifications out",
        [Teller, LobbyManager, Handler, Officer, OutletHead, BranchPresident, Reviewer];
    /// Check rectifications and look back on them.
    CHECK_RECTIFICATION = "voice.rectification.check", "验收与回头看", "Check rectifications and look back",
        [Officer, BranchPresident, Inspector];
    /// Say what is done about hot issues.
    NOTE_HOT_ISSUE = "voice.hot_issue.note", "处置热点", "Say what is done about hot issues",
        [Officer, OutletHead, BranchPresident];
    /// See reports that go out of the bank.
    SEE_REPORTS = "voice.report.see", "查看报表", "See reports",
        [Officer, BranchPresident, Auditor, RegulatorLiaison];
    /// Make and correct reports that go out of the bank.
    MAKE_REPORT = "voice.report.make", "编制报表", "Make reports", [Officer, RegulatorLiaison];
    /// Read teaching cases.
    SEE_CASES = "voice.case.see", "查看教学案例", "Read teaching cases",
        [Teller, LobbyManager, Handler, Officer, OutletHead, BranchPresident, Reviewer, Inspector, Auditor, RegulatorLiaison];
    /// Write, revise and withdraw teaching cases.
    WRITE_CASE = "voice.case.write", "编写教学案例", "Write teaching cases", [Officer];
    /// Confirm that a teaching case tells nobody who and where, and publish it.
    CONFIRM_CASE = "voice.case.confirm", "确认发布教学案例", "Confirm teaching cases", [Officer, BranchPresident];
    /// See the evidence of abnormal complaints and the shared list.
    SEE_ABNORMAL = "voice.abnormal.see", "查看异常投诉证据和名单", "See evidence of abnormal complaints",
        [Officer, OutletHead, BranchPresident, Auditor, RegulatorLiaison];
    /// Decide whether a matter is abnormal, who is listed, and appeals.
    DECIDE_ABNORMAL = "voice.abnormal.decide", "认定异常投诉", "Decide on abnormal complaints", [Officer, BranchPresident];
    /// Record the appeal of somebody who is listed.
    APPEAL_LISTING = "voice.abnormal.appeal", "登记名单申诉", "Record appeals against listings",
        [LobbyManager, Handler, Officer, OutletHead, RegulatorLiaison];
    /// Take lists out of the system.
    EXPORT = "voice.order.export", "导出工单", "Export work orders", [Officer, Auditor, RegulatorLiaison];
    /// Fetch messages in clear in order to send them; for the bank's gateway. Whoever reads the one-time codes and also acts on
    /// orders could act as any customer, so the gateway's token holds nothing else.
    SEND_MESSAGES = "voice.message.send", "取走待发短信", "Take messages to send", [System], alone;
    /// See one's own order on the portal; given to nobody, held by the complainant alone.
    OWN = "voice.order.own", "查看本人事项", "See one's own matter", [];
}

/// The name of a permission on screen.
pub fn title(permission: Permission) -> Text {
    let spec = specs().into_iter().find(|spec| spec.permission == permission);
    spec.map_or_else(|| Text::of(permission.0, permission.0), |spec| spec.title)
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;

    #[test]
    fn permissions_are_named_after_the_room_and_told_apart() {
        let mut names: Vec<_> = specs().iter().map(|spec| spec.permission.0).collect();
        assert!(names.iter().all(|name| name.starts_with("voice.")));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn auditors_change_nothing_and_administrators_see_nothing() {
        for spec in specs() {
            let auditor = spec.roles.contains(&Role::Auditor);
            assert!(
                !auditor
                    || [SEE, SEE_RECTIFICATIONS, SEE_REPORTS, SEE_CASES, SEE_ABNORMAL, EXPORT]
                        .contains(&spec.permission),
                "{}",
                spec.permission.0
            );
            assert!(!spec.roles.contains(&Role::Administrator), "{}", spec.permission.0);
        }
    }
}
