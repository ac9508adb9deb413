//! A group and the procedure of a major event.

use kernel::{
    ActorRef, Text, Timestamp,
    id::{ClockId, StaffId},
};
use regulation::RuleRef;
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    clock::{ClockEnd, ClockStart},
    group::{Major, Member, plan},
    parts::{Means, PersonalField, Reference},
};

/// Something happened to a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GroupEvent {
    /// Somebody else complains of the same.
    MemberJoined {
        /// Their number on the order, from 1.
        number: u32,
        /// The name.
        name: Sealed,
        /// The telephone number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<Sealed>,
        /// Whether they speak for the group.
        speaks: bool,
    },
    /// Somebody takes part no longer.
    MemberLeft {
        /// Who.
        number: u32,
    },
    /// Somebody speaks for the group, or no longer.
    SpeakerSet {
        /// Who.
        number: u32,
        /// Whether.
        speaks: bool,
    },
    /// The group is so large that the procedure of a major event begins.
    MajorRaised {
        /// How many complain.
        persons: u32,
        /// The figure that says so.
        rule: RuleRef,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
    },
    /// Somebody is in charge of the major event.
    PutInCharge {
        /// Who.
        person: StaffId,
    },
    /// An item of the emergency plan is done.
    PlanTicked {
        /// Its key.
        item: String,
    },
    /// The major event was reported.
    MajorReported {
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The number of the report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// Clocks that it stopped.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
}

impl Family for GroupEvent {
    const KINDS: &'static [&'static str] = &[
        "member_joined",
        "member_left",
        "speaker_set",
        "major_raised",
        "put_in_charge",
        "plan_ticked",
        "major_reported",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::MemberJoined { .. } => "member_joined",
            Self::MemberLeft { .. } => "member_left",
            Self::SpeakerSet { .. } => "speaker_set",
            Self::MajorRaised { .. } => "major_raised",
            Self::PutInCharge { .. } => "put_in_charge",
            Self::PlanTicked { .. } => "plan_ticked",
            Self::MajorReported { .. } => "major_reported",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, _: &ActorRef) {
        let group = &mut order.group;
        match self {
            Self::MemberJoined { number, name, phone, speaks } => group.members.push(Member {
                number: *number,
                name: name.clone(),
                phone: phone.clone(),
                speaks: *speaks,
                left: false,
            }),
            Self::MemberLeft { number } => {
                for member in group.members.iter_mut().filter(|member| member.number == *number) {
                    (member.left, member.speaks) = (true, false);
                }
            }
            Self::SpeakerSet { number, speaks } => {
                for member in group.members.iter_mut().filter(|member| member.number == *number) {
                    member.speaks = *speaks;
                }
            }
            Self::MajorRaised { persons: _, rule, started } => {
                let rule = rule.clone();
                group.major = Some(Major { since: at, rule, in_charge: None, done: Vec::new(), reported_at: None });
                order.start(started);
            }
            Self::PutInCharge { person } => {
                group.major.iter_mut().for_each(|major| major.in_charge = Some(*person));
            }
            Self::PlanTicked { item } => group.major.iter_mut().for_each(|major| major.done.push(item.clone())),
            Self::MajorReported { at, answered, means: _, reference: _ } => {
                group.major.iter_mut().for_each(|major| major.reported_at = Some(*at));
                order.end(answered, ClockEnd::Answered(*at));
            }
        }
    }

    fn sentence(&self, law: &Law) -> Text {
        match self {
            Self::MemberJoined { number, speaks: true, .. } => Text::of(
                format!("登记成员 {number}，为代表人"),
                format!("Member {number} joined, speaking for the group"),
            ),
            Self::MemberJoined { number, .. } => {
                Text::of(format!("登记成员 {number}"), format!("Member {number} joined"))
            }
            Self::MemberLeft { number } => Text::of(format!("成员 {number} 退出"), format!("Member {number} left")),
            Self::SpeakerSet { number, speaks: true } => {
                Text::of(format!("成员 {number} 为代表人"), format!("Member {number} speaks for the group"))
            }
            Self::SpeakerSet { number, .. } => Text::of(
                format!("成员 {number} 不再为代表人"),
                format!("Member {number} no longer speaks for the group"),
            ),
            Self::MajorRaised { persons, rule, .. } => Text::of(
                format!("达 {persons} 人，启动重大事件程序（{rule}）"),
                format!("With {persons} persons the procedure of a major event began ({rule})"),
            ),
            Self::PutInCharge { .. } => {
                Text::fixed("指定重大事件负责人", "Somebody was put in charge of the major event")
            }
            Self::PlanTicked { item } => {
                let title = plan(law, kernel::Date::MAX).into_iter().find(|(key, _)| key == item);
                let title = title.map_or_else(|| Text::of(item.clone(), item.clone()), |(_, title)| title.clone());
                Text::of(format!("应急预案已落实：{}", title.zh), format!("Emergency plan, done: {}", title.en))
            }
            Self::MajorReported { means, .. } => {
                let means = means.title();
                Text::of(format!("报告重大事件：{}", means.zh), format!("The major event was reported {}", means.en))
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        Vec::new()
    }

    fn names(&self) -> Vec<(PersonalField, &Sealed)> {
        match self {
            Self::MemberJoined { name, .. } => vec![(PersonalField::RepresentativeName, name)],
            Self::MemberLeft { .. }
            | Self::SpeakerSet { .. }
            | Self::MajorRaised { .. }
            | Self::PutInCharge { .. }
            | Self::PlanTicked { .. }
            | Self::MajorReported { .. } => Vec::new(),
        }
    }
}
