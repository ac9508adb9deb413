//! Why something may not be done to a rectification.

use kernel::{Permission, Problem, ProblemKind, Timestamp};

use super::RectificationStage;
use crate::model::{
    permission,
    refusal::{fixed, of, refusals, shown},
};

refusals! {
    /// Why something may not be done to a rectification.
    RectificationRefusal [] {
    /// There is no such rectification yet, or it was opened already.
    NotThisOne, "not-this-rectification",
        fixed("没有这项整改，或已立项。", "There is no such rectification, or it was opened already.");
    /// The caller lacks a permission where it belongs.
    Lacks(permission: Permission), "lacks-permission", of(
        format!("您在该机构没有“{}”权限。", permission::title(*permission).zh),
        format!("You may not “{}” for this unit.", permission::title(*permission).en));
    /// Only the program itself does this.
    ProgramOnly, "program-only", fixed("此操作由系统自动进行。", "The program does this by itself.");
    /// It is at another step.
    WrongStage(stage: RectificationStage), "wrong-stage", of(
        format!("整改{}，不能进行此操作。", stage.title().zh),
        format!("The rectification is {}; this cannot be done now.", stage.title().en));
    /// Only its owner says that it is done.
    NotOwner, "not-owner", fixed("只有整改责任人可以办理；需要换人请先移交。", "Only the owner can do this; hand it over first if somebody else should.");
    /// Who puts it right may not check it.
    OwnWork, "own-work", fixed("验收和回头看须由整改责任人以外的人进行。", "The check and the look-back are for somebody other than the owner.");
    /// The list of causes has no such cause.
    UnknownCause, "unknown-cause" at "/cause", fixed("原因目录中没有这一项。", "The bank's list of causes has no such cause.");
    /// An axis has no such class.
    UnknownClass, "unknown-class" at "/business", fixed("分类目录中没有这一项。", "The axis has no such class.");
    /// There is nothing to do.
    NoMeasures, "no-measures" at "/measures", fixed("请至少写明一项整改措施。", "Name at least one measure.");
    /// There are too many measures, orders or files.
    TooMany(most: usize), "too-many", of(format!("最多 {most} 项。"), format!("At most {most}."));
    /// The due date lies in the past or too far ahead.
    DueOutOfRange(latest: Timestamp), "due-out-of-range" at "/due", of(
        format!("期限应晚于现在、不晚于 {}。", shown(*latest)),
        format!("The due date lies between now and {}.", shown(*latest)));
    /// A measure cannot be due after the whole.
    MeasureAfterDue, "measure-after-due" at "/measures", fixed("单项措施的期限不能晚于整改期限。", "A measure cannot be due after the whole.");
    /// There is no such measure.
    UnknownMeasure, "unknown-measure" at "/measure", fixed("没有这项措施。", "There is no such measure.");
    /// The measure was taken already.
    MeasureDone, "measure-done" at "/measure", fixed("该措施已完成。", "The measure was taken already.");
    /// Measures are left to be taken.
    MeasuresOpen(count: usize), "measures-open", of(
        format!("还有 {count} 项措施未完成。"),
        format!("{count} measure(s) are still to be taken."));
    /// There is no evidence.
    NoEvidence, "no-evidence", fixed("请先上传佐证材料。", "Add evidence first.");
    /// There is no such file.
    UnknownFile, "unknown-file", fixed("没有这份材料。", "There is no such file.");
    /// The same file was added already.
    FileTwice, "file-twice", fixed("这份材料已上传。", "This file was added already.");
    /// A new due date is needed.
    NoDue, "no-due" at "/due", fixed("继续整改须重新确定期限。", "Set a new due date.");
    /// It is too early for the look-back.
    TooEarly(from: Timestamp), "too-early", of(
        format!("回头看应在 {} 之后进行。", shown(*from)),
        format!("The look-back is after {}.", shown(*from)));
    /// The later date is not later.
    NotLater, "not-later" at "/due", fixed("新期限须晚于原期限。", "The new date must be later than the old one.");
    /// It is already with this person.
    SameOwner, "same-owner" at "/owner", fixed("责任人没有变化。", "This person answers for it already.");
    /// The order was received before the check, or does not belong to the target.
    NoRecurrence, "no-recurrence", fixed("验收之后没有同因工单。", "There is no order of the same cause since the check.");
    /// There is nothing to remind of or to bring before anybody.
    NothingDue, "nothing-due", fixed("目前没有到期事项。", "Nothing is due now.");
    }
}

impl RectificationRefusal {
    /// What kind of problem it is.
    pub fn kind(&self) -> ProblemKind {
        if matches!(self, Self::Lacks(_)) {
            ProblemKind::Forbidden
        } else if self.pointer().is_some() {
            ProblemKind::Invalid
        } else {
            ProblemKind::Refused
        }
    }
}

impl From<RectificationRefusal> for Problem {
    fn from(refusal: RectificationRefusal) -> Self {
        let problem = Self::new(refusal.kind(), refusal.text()).because(refusal.slug());
        match refusal.pointer() {
            Some(pointer) => problem.field(pointer, refusal.text()),
            None => problem,
        }
    }
}
