//! Abnormal complaints: of what kind the evidence is, how it adds up, and what a person decided.
//!
//! Nothing follows from a score by itself, and nothing from a decision either but that it is known: no clock, no step, no
//! permission and no figure looks at it. A matter that somebody calls abnormal is handled like any other.

use kernel::{ActorRef, Date, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::{
    AbnormalEvent, Law, Order, OrderEvent, Refusal,
    refusal::{fixed, refusals},
    words::words,
};

words! {
    /// What speaks for an abnormal complaint.
    AbnormalPart {
        /// Other customers brought the same text.
        Template = "template", "文字雷同", "the same template";
        /// One telephone number or agent stands behind several customers.
        Agent = "agent", "同一电话或代理人", "one telephone or agent behind several customers";
        /// The same person brought many matters.
        Repeated = "repeated", "重复投诉或信访", "repeated matters of one person";
        /// Many complain together.
        Group = "group", "群体", "a group";
        /// The words threaten and ask for money.
        Threat = "threat", "以投诉相要挟索要款项", "threats for payment";
        /// Somebody of the matter is on the shared list.
        Listed = "listed", "在异常投诉名单上", "on the shared list";
    }
}

words! {
    /// What a person decided.
    Verdict {
        /// It is abnormal.
        Abnormal = "abnormal", "异常", "abnormal";
        /// It is not, whatever the score says.
        Ordinary = "ordinary", "非异常", "ordinary";
    }
}

/// The bank's policy on abnormal complaints, as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbnormalPolicy {
    /// Days that evidence looks back.
    pub window_days: u32,
    /// From which share of text on, in percent, two matters follow one template.
    pub likeness_percent: u32,
    /// From which score on an order is shown as conspicuous.
    pub conspicuous: u32,
    /// Days for which somebody is listed at most.
    pub listing_days: u32,
    /// What each part gives at most, and from which count on it gives that.
    pub scale: Vec<(AbnormalPart, u32, u32)>,
    /// Words of threat.
    pub threats: Vec<String>,
    /// Words of payment.
    pub payments: Vec<String>,
}

impl Law {
    /// The policy on abnormal complaints; `None` where the bank has none, and then there is no score.
    pub fn abnormal(&self, on: Date) -> Option<AbnormalPolicy> {
        let figure = |id: &str| self.rules.figure(&format!("policy.abnormal.{id}"), on).map(|row| row.body.value);
        let words = |id: &str| {
            let row = self.rules.checklist(&format!("policy.abnormal.{id}"), on);
            row.map(|row| row.body.items.iter().map(|item| item.title.zh.to_string()).collect()).unwrap_or_default()
        };
        let scale = |part: &AbnormalPart| {
            let of = |what: &str| figure(&format!("{}.{what}", part.as_str()));
            Some((*part, of("points")?, of("full")?))
        };
        Some(AbnormalPolicy {
            window_days: figure("window")?,
            likeness_percent: figure("likeness")?,
            conspicuous: figure("conspicuous")?,
            listing_days: figure("listing_days")?,
            scale: AbnormalPart::ALL.iter().filter_map(scale).collect(),
            threats: words("threats"),
            payments: words("payments"),
        })
    }
}

impl AbnormalPolicy {
    /// The points of a part that was found so many times, and the most that it gives.
    pub fn points(&self, part: AbnormalPart, count: u32) -> (u32, u32) {
        let Some((_, most, full)) = self.scale.iter().find(|(of, ..)| *of == part) else { return (0, 0) };
        let full = (*full).max(1);
        let points = u64::from(*most) * u64::from(count.min(full)) / u64::from(full);
        (u32::try_from(points).unwrap_or(*most), *most)
    }

    /// The words of threat and of payment that a text holds; nothing unless it holds both kinds.
    pub fn demands(&self, text: &str) -> Vec<String> {
        let held = |words: &[String]| -> Vec<String> {
            words.iter().filter(|word| !word.is_empty() && text.contains(word.as_str())).cloned().collect()
        };
        let (threats, payments) = (held(&self.threats), held(&self.payments));
        if threats.is_empty() || payments.is_empty() { Vec::new() } else { [threats, payments].concat() }
    }
}

/// A part of a score as it was when somebody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedPart {
    /// What.
    pub part: AbnormalPart,
    /// Its points.
    pub points: u32,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What.
    pub verdict: Verdict,
    /// The score then.
    pub score: u32,
    /// The parts of the score then.
    pub parts: Vec<JudgedPart>,
    /// Who.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: Sealed,
}

/// Say whether a matter is abnormal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgeCommand {
    /// What.
    pub verdict: Verdict,
    /// The score as it is.
    pub score: u32,
    /// Its parts.
    pub parts: Vec<JudgedPart>,
    /// Why.
    pub why: Sealed,
}

refusals! {
    /// Why it may not be said whether a matter is abnormal.
    AbnormalRefusal [] {
        /// It was said already.
        SameVerdict, "same-verdict" at "/verdict",
            fixed("已作出同样的认定。", "The same was decided already.");
    }
}

pub(super) fn decide(order: &Order, command: JudgeCommand) -> Result<Vec<OrderEvent>, Refusal> {
    if order.abnormal.as_ref().is_some_and(|judged| judged.verdict == command.verdict) {
        return Err(AbnormalRefusal::SameVerdict.into());
    }
    let JudgeCommand { verdict, score, parts, why } = command;
    Ok(vec![AbnormalEvent::AbnormalJudged { verdict, score, parts, why }.into()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::LAW;

    fn policy() -> AbnormalPolicy {
        LAW.abnormal("2026-03-02".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_default_policy_adds_up_to_a_hundred_and_has_every_part() {
        let policy = policy();
        assert_eq!(policy.scale.len(), AbnormalPart::ALL.len());
        assert_eq!(policy.scale.iter().map(|(_, most, _)| most).sum::<u32>(), 100);
        assert!(policy.conspicuous <= 100 && policy.listing_days > 0 && policy.window_days > 0);
    }

    #[test]
    fn asking_for_money_alone_is_no_threat_nor_is_saying_that_one_will_complain() {
        let policy = policy();
        assert_eq!(policy.demands("要求赔偿我的误工费"), Vec::<String>::new());
        assert_eq!(policy.demands("不解决就曝光"), Vec::<String>::new());
        assert_eq!(policy.demands("给封口费才撤诉，否则曝光"), ["曝光", "才撤诉", "封口费"]);
    }

    proptest! {
        #[test]
        fn points_grow_with_the_count_and_never_pass_their_most(count in 0u32..1_000) {
            let policy = policy();
            for part in AbnormalPart::ALL {
                let (points, most) = policy.points(*part, count);
                prop_assert!(points <= most && points <= policy.points(*part, count + 1).0);
                prop_assert!(count > 0 || points == 0);
            }
        }
    }
}
