//! What happened to an order, one sentence for each event, in both languages and without personal data.

use kernel::Text;

use crate::model::{Law, OrderEvent, refusal::shown};

/// The sentence of an event.
pub fn sentence(event: &OrderEvent, law: &Law) -> Text {
    first_steps(event)
        .or_else(|| work(event))
        .or_else(|| clocks(event, law))
        .or_else(|| ending(event))
        .unwrap_or_else(|| Text::fixed("工单有变化", "The order changed"))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "four lists share the events; `every_event_has_a_sentence` checks them"
)]
fn first_steps(event: &OrderEvent) -> Option<Text> {
    Some(match event {
        OrderEvent::Filed(filed) => {
            let kind = filed.matter.title();
            Text::of(format!("登记为{}", kind.zh), format!("Filed as a {}", kind.en.to_lowercase()))
        }
        OrderEvent::Imported { .. } => Text::fixed("由历史记录导入", "Imported from history"),
        OrderEvent::Registered { .. } => Text::fixed("已受理", "Accepted"),
        OrderEvent::Declined { ground, .. } => {
            let ground = ground.title();
            Text::of(format!("决定不予受理：{}", ground.zh), format!("Not accepted: {}", ground.en))
        }
        OrderEvent::Classified { .. } => Text::fixed("已分类", "Classified"),
        OrderEvent::Assigned { unit, transfer: false, .. } => {
            Text::of(format!("分派至 {}", unit.code()), format!("Assigned to {}", unit.code()))
        }
        OrderEvent::Assigned { unit, transfer: true, .. } => {
            Text::of(format!("转派至 {}", unit.code()), format!("Passed on to {}", unit.code()))
        }
        OrderEvent::Accepted { .. } => Text::fixed("已接收，开始办理", "Taken on"),
        OrderEvent::RepresentativeNamed { representative } => {
            let standing = representative.standing.title();
            Text::of(format!("登记了{}", standing.zh), format!("Named the {}", standing.en))
        }
        OrderEvent::PartyAmended { .. } => Text::fixed("更正了投诉人信息", "Corrected the complainant's particulars"),
        OrderEvent::Relocated { from, to } => Text::of(
            format!("机构调整，工单由 {} 随迁至 {}", from.code(), to.code()),
            format!("The organisation changed; moved along from {} to {}", from.code(), to.code()),
        ),
        OrderEvent::Retyped { from, to, .. } => {
            let (from, to) = (from.title(), to.title());
            Text::of(format!("由{}变更为{}", from.zh, to.zh), format!("Changed from {} to {}", from.en, to.en))
        }
        _ => return None,
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "four lists share the events; `every_event_has_a_sentence` checks them"
)]
fn work(event: &OrderEvent) -> Option<Text> {
    Some(match event {
        OrderEvent::Contacted { means, reached, at, .. } => {
            let (means, when) = (means.title(), shown(*at));
            let (zh, en) = if *reached {
                ("已联系到投诉人", "reached")
            } else {
                ("未联系到投诉人", "did not reach")
            };
            Text::of(format!("{when} {}{zh}", means.zh), format!("{when} {en} the complainant {}", means.en))
        }
        OrderEvent::Noted { .. } => Text::fixed("添加了备注", "Wrote a note"),
        OrderEvent::TaskOpened { unit, .. } => {
            Text::of(format!("请 {} 协办", unit.code()), format!("Asked {}", unit.code()))
        }
        OrderEvent::TaskAnswered { .. } => Text::fixed("协办部门已答复", "The department answered"),
        OrderEvent::TaskCancelled { .. } => Text::fixed("撤销了协办", "Cancelled a task"),
        OrderEvent::Attached { attachment } => {
            let purpose = attachment.purpose.title();
            Text::of(format!("上传了{}", purpose.zh), format!("Attached {}", purpose.en))
        }
        OrderEvent::AttachmentRead { purpose, .. } => {
            let purpose = purpose.title();
            Text::of(format!("查看了{}", purpose.zh), format!("Opened {}", purpose.en))
        }
        OrderEvent::Linked { other, relation } => {
            let relation = relation.title();
            Text::of(format!("关联工单 {other}（{}）", relation.zh), format!("Linked to {other} ({})", relation.en))
        }
        OrderEvent::Unlinked { other } => {
            Text::of(format!("取消与工单 {other} 的关联"), format!("Unlinked from {other}"))
        }
        OrderEvent::Revealed { fields, ground } => {
            let zh: Vec<_> = fields.iter().map(|field| field.title().zh).collect();
            let en: Vec<_> = fields.iter().map(|field| field.title().en).collect();
            let ground = ground.title();
            Text::of(
                format!("查看了{}（{}）", zh.join("、"), ground.zh),
                format!("Saw {} {}", en.join(", "), ground.en),
            )
        }
        _ => return None,
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "four lists share the events; `every_event_has_a_sentence` checks them"
)]
fn clocks(event: &OrderEvent, law: &Law) -> Option<Text> {
    Some(match event {
        OrderEvent::Paused { ground, .. } => {
            let ground = ground.title();
            Text::of(format!("中止计时：{}", ground.zh), format!("Clocks paused for {}", ground.en))
        }
        OrderEvent::Resumed { .. } => Text::fixed("恢复计时", "Clocks resumed"),
        OrderEvent::ExtensionProposed { rule, .. } => {
            let title = law.title(rule);
            Text::of(format!("申请延期：{}", title.zh), format!("Asked for an extension: {}", title.en))
        }
        OrderEvent::ExtensionApproved { moved, .. } => {
            let due = shown(moved.due);
            Text::of(format!("批准延期至 {due}"), format!("Extension approved until {due}"))
        }
        OrderEvent::ExtensionRefused { .. } => Text::fixed("不同意延期", "Extension refused"),
        OrderEvent::ExtensionRecalled { .. } => Text::fixed("撤回延期申请", "Extension recalled"),
        OrderEvent::Reminded { .. } => Text::fixed("系统提醒：期限临近", "Reminder: a deadline is near"),
        OrderEvent::Escalated { unit, .. } => Text::of(
            format!("系统将期限情况上报 {}", unit.code()),
            format!("The deadline was brought before {}", unit.code()),
        ),
        OrderEvent::ClocksMoved { .. } => {
            Text::fixed("节假日安排更新，重新计算期限", "Deadlines computed anew for a new calendar")
        }
        _ => return None,
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "four lists share the events; `every_event_has_a_sentence` checks them"
)]
fn ending(event: &OrderEvent) -> Option<Text> {
    Some(match event {
        OrderEvent::Decided { decision, .. } => {
            let outcome = decision.outcome.title();
            Text::of(format!("作出处理决定：{}", outcome.zh), format!("Decided: {}", outcome.en))
        }
        OrderEvent::LetterDelivered { tells, means, at, .. } => {
            let (tells, means, when) = (tells.title(), means.title(), shown(*at));
            Text::of(
                format!("{when} {}送达《{}》", means.zh, tells.zh),
                format!("{when} delivered the {} {}", tells.en, means.en),
            )
        }
        OrderEvent::ReportedBack { at, .. } => {
            let when = shown(*at);
            Text::of(format!("{when} 向转办单位反馈"), format!("{when} reported back to the sender"))
        }
        OrderEvent::Visited { answer: Some(answer), .. } => {
            let figure = answer.satisfaction.get();
            Text::of(format!("回访：满意度 {figure} 分"), format!("Return visit: satisfaction {figure} of 5"))
        }
        OrderEvent::Visited { answer: None, .. } => Text::fixed("回访未接通", "Return visit: not reached"),
        OrderEvent::Closed { ending, .. } => {
            let ending = ending.title();
            Text::of(format!("结案：{}", ending.zh), format!("Closed: {}", ending.en))
        }
        OrderEvent::Withdrawn { at, .. } => {
            let when = shown(*at);
            Text::of(
                format!("{when} 收到撤回申请，当日终止办理"),
                format!("{when} withdrawn; the procedure ended that day"),
            )
        }
        OrderEvent::Reopened { ground, .. } => {
            let ground = ground.title();
            Text::of(format!("重新办理：{}", ground.zh), format!("Reopened: {}", ground.en))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::LAW;

    #[test]
    fn every_event_has_a_sentence() {
        let mut kinds = 0;
        for line in include_str!("../samples/order-events-1.tsv").lines() {
            let (_, payload) = line.split_once('\t').unwrap();
            let event: OrderEvent = serde_json::from_str(payload).unwrap();
            let text = sentence(&event, &LAW);
            assert_ne!(text.en, "The order changed", "{line}");
            assert!(!text.zh.contains("s1.") && !text.en.contains("s1."));
            kinds += 1;
        }
        assert!(kinds > 30);
    }
}
