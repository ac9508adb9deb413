//! What one may be allowed to do in this room, and which roles have it from the start.

kernel::permissions! {
    /// Open an interception by hand.
    OPEN = "guard.interception.open", "登记拦截", "Open interceptions",
        [Teller, LobbyManager, Handler, Officer, OutletHead, System];
    /// See interceptions and their history, personal data masked.
    SEE = "guard.interception.see", "查看拦截", "See interceptions",
        [Teller, LobbyManager, Officer, OutletHead, BranchPresident, Inspector, Auditor, RegulatorLiaison, System];
    /// Hold the dialogue, call relatives and the police, delay, settle.
    HANDLE = "guard.interception.handle", "办理拦截", "Handle interceptions",
        [Teller, LobbyManager, Officer, OutletHead];
    /// Let delayed money go, call an alarm false, limit accounts and lift limits.
    REVIEW = "guard.interception.review", "复核拦截", "Review interceptions", [Officer, OutletHead, BranchPresident];
    /// See personal data of an interception in clear, with a reason and an event.
    REVEAL = "guard.interception.reveal", "查看拦截中的明文", "See personal data of interceptions",
        [LobbyManager, Officer, OutletHead];
    /// Have events decided; for the systems that carry them out.
    DECIDE = "guard.decision.make", "提交决策", "Have events decided", [System];
    /// See decisions and what they saw, personal data masked.
    SEE_DECISIONS = "guard.decision.see", "查看决策", "See decisions",
        [Teller, LobbyManager, Officer, OutletHead, BranchPresident, Inspector, Auditor];
    /// Say what became known of events: confirmed fraud, or nothing in it.
    LABEL = "guard.label.put", "登记事后结论", "Say what became known of events", [Officer, System];
    /// Take decisions and lists out as tables, personal data hidden.
    EXPORT = "guard.export.take", "导出决策和名单", "Take decisions and lists out", [Officer];
    /// Take them out with personal data in clear, with a reason and an event.
    REVEAL_EXPORT = "guard.export.reveal", "导出明文", "Take decisions and lists out in clear", [Officer];
    /// See the lists and their changes, values masked.
    SEE_LISTS = "guard.list.see", "查看名单", "See lists", [Officer, BranchPresident, Auditor, RegulatorLiaison];
    /// Propose changes of lists.
    PROPOSE_LIST = "guard.list.propose", "提出名单变更", "Propose changes of lists", [Officer, RegulatorLiaison];
    /// Approve or refuse changes that somebody else proposed.
    APPROVE_LIST = "guard.list.approve", "复核名单变更", "Approve changes of lists", [Officer, BranchPresident];
    /// See scenarios and their versions.
    SEE_SCENARIOS = "guard.scenario.see", "查看情景", "See scenarios",
        [Officer, BranchPresident, Reviewer, Inspector, Auditor];
    /// Draft and revise scenarios.
    DRAFT_SCENARIO = "guard.scenario.draft", "起草情景", "Draft scenarios", [Officer];
    /// Try versions of scenarios on history, in the background.
    RUN_BACKTEST = "guard.backtest.run", "运行回测", "Run backtests", [Officer];
    /// Approve scenarios that somebody else wrote, and retire them.
    APPROVE_SCENARIO = "guard.scenario.approve", "复核情景", "Approve scenarios", [Officer, BranchPresident];
    /// See score models and their versions.
    SEE_MODELS = "guard.model.see", "查看评分模型", "See score models",
        [Officer, BranchPresident, Reviewer, Inspector, Auditor];
    /// Upload score models, and propose older ones again.
    PROPOSE_MODEL = "guard.model.propose", "提交评分模型", "Propose score models", [Officer];
    /// Approve score models that somebody else proposed, and retire them.
    APPROVE_MODEL = "guard.model.approve", "复核评分模型", "Approve score models", [Officer, BranchPresident];
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;

    #[test]
    fn auditors_only_look_and_administrators_see_nothing() {
        for spec in specs() {
            assert!(spec.permission.0.starts_with("guard."));
            let looks = spec.permission.0.ends_with(".see");
            assert!(looks || !spec.roles.contains(&Role::Auditor), "{}", spec.permission.0);
            assert!(!spec.roles.contains(&Role::Administrator), "{}", spec.permission.0);
        }
    }
}
