//! Why something may not be done to an interception: a closed list, each with a stable word and what to do about it. A refusal
//! never holds personal data.

use kernel::{Permission, Problem, ProblemKind, Text, Timestamp};

use crate::model::words::{GuardOutcome, Stage};

/// A time as people write it.
fn shown(at: Timestamp) -> String {
    at.in_shanghai().strftime("%Y-%m-%d %H:%M").to_string()
}

kernel::refusals! {
    /// Why something may not be done to an interception.
    Refusal [] {
    /// The caller lacks a permission there.
    Lacks(permission: Permission), "lacks-permission", Text::of(
        format!("您没有这项权限（{}）。", permission.0),
        format!("You lack the permission {}.", permission.0));
    /// The command is not for this interception.
    NotThisOne, "not-this-one", Text::fixed("这项操作不适用。", "This does not apply here.");
    /// Only the program does this.
    ProgramOnly, "program-only", Text::fixed("仅由系统执行。", "Only the program does this.");
    /// The step it has reached forbids it.
    WrongStage(stage: Stage), "wrong-stage", Text::of(
        format!("当前状态“{}”下不能这样办理。", stage.title().zh),
        format!("Not while it is: {}.", stage.title().en));
    /// There is no such step or answer in this dialogue.
    UnknownAnswer, "unknown-answer" at "/answer", Text::fixed(
        "这个对话里没有这一项。", "This dialogue has no such step or answer.");
    /// The book of dialogues has changed since the interception was opened.
    OtherBook, "other-book", Text::fixed(
        "对话模板已更新，请重新发起拦截后再问。", "The dialogues have changed; open another interception to go on.");
    /// Steps of the dialogue are left.
    StepsLeft(count: usize), "steps-left", Text::of(
        format!("看听问还有 {count} 项未完成。"), format!("{count} step(s) of the dialogue are left."));
    /// There are too many of something.
    TooMany(count: usize), "too-many", Text::of(format!("最多 {count} 项。"), format!("At most {count}."));
    /// The amount makes no sense.
    BadAmount, "bad-amount" at "/amount", Text::fixed("金额须大于零。", "The amount must be more than nothing.");
    /// More is said to have left than was asked for.
    BadSent, "bad-sent" at "/sent", Text::fixed(
        "转出金额须在零与申请金额之间。", "What left lies between nothing and the amount asked for.");
    /// A transfer that was not stopped was sent whole.
    SentWhole, "sent-whole" at "/sent", Text::fixed(
        "坚持办理或误报时，应为全额转出。", "Where the customer went on, the whole amount left.");
    /// It waits already.
    DelayedAlready, "delayed-already", Text::fixed("该笔转账已在延迟中。", "The transfer waits already.");
    /// The law has no such delay on this day.
    NoDelayRule, "no-delay-rule", Text::fixed("没有适用的延迟规则。", "No rule for such a delay is in force.");
    /// It does not wait.
    NotDelayed, "not-delayed", Text::fixed("该笔转账没有在延迟中。", "The transfer does not wait.");
    /// It waits longer.
    StillWaiting(until: Timestamp), "still-waiting", Text::of(
        format!("延迟至 {}，到期前不能这样办理。", shown(*until)), format!("It waits until {}.", shown(*until)));
    /// The time to revoke is over.
    TooLate(until: Timestamp), "too-late", Text::of(
        format!("撤销期已于 {} 结束。", shown(*until)), format!("The time to revoke ended at {}.", shown(*until)));
    /// Only the delay of the law can be waived under the law's conditions.
    NotWaivable, "not-waivable", Text::fixed(
        "只有自助柜员机转账的法定延迟可以依规豁免；风险延迟须由他人复核放行。",
        "Only the law's delay at teller machines can be waived; a delay for risk is released by somebody else.");
    /// A condition of the law is not met.
    ConditionsMissing(title: Text), "conditions-missing" at "/conditions", Text::of(
        format!("未满足条件：{}。", title.zh), format!("Not met: {}.", title.en));
    /// The customer was not told what the law asks for.
    NotTold(title: Text), "not-told" at "/told", Text::of(
        format!("限制账户须告知：{}。", title.zh), format!("Whoever is limited is told: {}.", title.en));
    /// Somebody else looks first.
    OwnWork, "own-work", Text::fixed(
        "须由未经办此笔的另一人复核。", "Somebody who did not handle it has to do this.");
    /// A limit holds already.
    LimitedAlready, "limited-already", Text::fixed("账户已被限制。", "The account is limited already.");
    /// No limit holds.
    NotLimited, "not-limited", Text::fixed("账户没有被限制。", "The account is not limited.");
    /// The customer signed nothing.
    NotSigned, "not-signed", Text::fixed(
        "客户坚持办理的，须先签署拒绝劝阻确认书。", "First have the customer sign that they refuse the advice.");
    /// It was signed already.
    SignedAlready, "signed-already", Text::fixed("确认书已签署。", "It was signed already.");
    /// What is demanded forbids that the money leaves.
    Stopped(outcome: GuardOutcome), "stopped", Text::of(
        format!("当前要求为“{}”，不能放行。", outcome.title().zh),
        format!("The money may not leave while {} is demanded.", outcome.title().en));
    /// The police did not take over.
    NoPolice, "no-police", Text::fixed("没有警方接手的记录。", "There is no call in which the police took over.");
    /// There is no such kind of scam.
    UnknownScam, "unknown-scam" at "/scam", Text::fixed("没有这种诈骗类型。", "There is no such kind of scam.");
    /// A kind of scam is needed, or must not be named.
    ScamMismatch, "scam-mismatch" at "/scam", Text::fixed(
        "劝阻成功和警方接手须写明诈骗类型，误报不写。", "Name the kind of scam when it was one, and none for a false alarm.");
    /// It cannot be settled this way.
    NotAnEnding, "not-an-ending" at "/ending", Text::fixed(
        "事后报案请用“登记事后报案”。", "Record a later report by its own act.");
    /// It was reported already.
    ReportedAlready, "reported-already", Text::fixed("已登记事后报案。", "It was reported already.");
    /// There is nothing to show.
    NothingHeld, "nothing-held" at "/fields", Text::fixed("没有登记这项信息。", "No such value is held.");
    /// Nothing is due.
    NothingDue, "nothing-due", Text::fixed("目前没有到期事项。", "Nothing is due now.");
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match (&refusal, refusal.pointer()) {
            (Refusal::Lacks(_), _) => ProblemKind::Forbidden,
            (_, Some(_)) => ProblemKind::Invalid,
            (_, None) => ProblemKind::Refused,
        };
        let problem = Self::new(kind, refusal.text()).because(refusal.slug());
        match refusal.pointer() {
            Some(pointer) => problem.field(pointer, refusal.text()),
            None => problem,
        }
    }
}
