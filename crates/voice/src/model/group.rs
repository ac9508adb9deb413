//! Group complaints: who is of the group, who speaks for it, and the procedure of a major event once it is large.
//!
//! How many may speak and from how many on it is major are figures of the regulation files; the emergency plan is a checklist
//! of the bank's policy. Nothing here counts a member as a matter of their own: figures know orders, not heads.

use kernel::{Date, Text, Timestamp, id::StaffId};
use regulation::{MatterKind, Milestone, RuleRef};
use seal::Sealed;

use super::{
    GroupEvent, Order, OrderEvent, Refusal,
    clock::Stop,
    decide::{Bench, room, within},
    law::Law,
    parts::{Means, Reference},
    refusal::{Bounded, fixed, of, refusals},
};

/// Members of one group that are named; beyond it a list is attached.
pub const MEMBERS_MAX: usize = 500;
/// The checklist of the emergency plan in the bank's policy.
const PLAN: &str = "policy.major.plan";
/// The figure from which on a group is major.
const THRESHOLD: &str = "cp.group.threshold";
/// The figure that says how many may speak for a group of petitioners.
const PETITION_SPEAKERS: &str = "petition.group.representatives_max";
/// What stops the clock that runs until a major event is reported.
pub const MAJOR_REPORTED: Stop = Stop::Law(Milestone::MajorReported);

/// Somebody who complains together with the complainant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their number on the order, from 1.
    pub number: u32,
    /// The name.
    pub name: Sealed,
    /// The telephone number.
    pub phone: Option<Sealed>,
    /// Whether they speak for the group.
    pub speaks: bool,
    /// Whether they no longer take part.
    pub left: bool,
}

/// The procedure of a major event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Major {
    /// Since when.
    pub since: Timestamp,
    /// The figure that made it one.
    pub rule: RuleRef,
    /// Who is in charge.
    pub in_charge: Option<StaffId>,
    /// The items of the emergency plan that are done.
    pub done: Vec<String>,
    /// When it was reported to the superior unit and the regulator.
    pub reported_at: Option<Timestamp>,
}

/// A group and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Everybody who was ever named beside the complainant.
    pub members: Vec<Member>,
    /// The procedure of a major event, once it began.
    pub major: Option<Major>,
}

impl Group {
    /// How many complain, the complainant included.
    pub fn persons(&self) -> usize {
        self.members.iter().filter(|member| !member.left).count() + 1
    }

    /// How many of the members speak for the group.
    pub fn speakers(&self) -> usize {
        self.members.iter().filter(|member| member.speaks && !member.left).count()
    }

    /// Somebody who was named, whether or not they have left since.
    pub fn named(&self, number: u32) -> Option<&Member> {
        self.members.iter().find(|member| member.number == number)
    }

    /// A member who takes part.
    fn member(&self, number: u32) -> Result<&Member, GroupRefusal> {
        self.named(number).filter(|member| !member.left).ok_or(GroupRefusal::UnknownMember)
    }
}

impl Major {
    /// What of the procedure is still to be done, in words.
    pub fn missing(&self, law: &Law) -> Vec<Text> {
        let mut missing: Vec<Text> = Vec::new();
        if self.in_charge.is_none() {
            missing.push(Text::fixed("指定负责人", "naming somebody in charge"));
        }
        if self.reported_at.is_none() {
            missing.push(Text::fixed("报告", "the report"));
        }
        let open =
            plan(law, self.since.date()).into_iter().filter(|(key, _)| !self.done.iter().any(|done| done == key));
        missing.extend(open.map(|(_, title)| title.clone()));
        missing
    }
}

/// What is done about a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupCommand {
    /// Name somebody who complains as well.
    Join {
        /// The name.
        name: Sealed,
        /// The telephone number.
        phone: Option<Sealed>,
        /// Whether they speak for the group.
        speaks: bool,
    },
    /// Somebody takes part no longer.
    Leave {
        /// Who.
        number: u32,
    },
    /// Somebody speaks for the group, or no longer.
    Speak {
        /// Who.
        number: u32,
        /// Whether.
        speaks: bool,
    },
    /// Put somebody in charge of a major event.
    Charge {
        /// Who.
        person: StaffId,
    },
    /// An item of the emergency plan is done.
    Tick {
        /// Its key.
        item: String,
    },
    /// The major event was reported.
    Report {
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The number of the report.
        reference: Option<Reference>,
    },
}

impl GroupCommand {
    /// Its verb.
    pub const fn verb(&self) -> super::Verb {
        match self {
            Self::Join { .. } => super::Verb::AddMember,
            Self::Leave { .. } => super::Verb::RemoveMember,
            Self::Speak { .. } => super::Verb::SetSpeaker,
            Self::Charge { .. } => super::Verb::PutInCharge,
            Self::Tick { .. } => super::Verb::TickPlan,
            Self::Report { .. } => super::Verb::ReportMajor,
        }
    }
}

refusals! {
    /// Why something about a group may not be done.
    GroupRefusal [] {
        /// There is no such member, or they left.
        UnknownMember, "unknown-member" at "/number",
            fixed("没有这位成员，或其已退出。", "There is no such member, or they have left.");
        /// The same person is named already.
        MemberTwice, "member-twice" at "/name", fixed(
            "该人（姓名和电话均相同）已是成员或投诉人，无需重复登记。",
            "This person (the same name and telephone number) is a member or the complainant already.");
        /// Nobody was named beside the complainant.
        NoMembers, "no-members",
            fixed("工单没有登记群体成员。", "Nobody is named beside the complainant.");
        /// As many speak for the group as may.
        SpeakersFull(most: u32), "speakers-full" at "/speaks", of(
            format!("代表人最多 {most} 名；请先取消一名代表人，再确定新的代表人。"),
            format!("At most {most} speak for a group; let one step back before another is named."));
        /// Nothing would change.
        SpeaksAlready, "speaks-already" at "/speaks",
            fixed("该成员的代表人身份没有变化。", "Whether this member speaks for the group stays as it was.");
        /// It is not a major event.
        NotMajor, "not-major", fixed(
            "工单未达到重大事件的人数，不适用重大事件程序。", "The group is not large enough for the procedure of a major event.");
        /// The emergency plan has no such item.
        NotInPlan, "not-in-plan" at "/item",
            fixed("应急预案清单中没有这一项。", "The emergency plan has no such item.");
        /// It is done already.
        TickedAlready, "ticked-already" at "/item", fixed("这一项已经落实。", "This item is done already.");
        /// It was reported already.
        MajorReportedAlready, "major-reported-already",
            fixed("重大事件已经报告。", "The major event was reported already.");
        /// The same person is in charge already.
        InChargeAlready, "in-charge-already" at "/person",
            fixed("该人员已是负责人。", "This person is in charge already.");
        /// The procedure of the major event is not finished.
        MajorOpen(missing: Text), "major-open", of(
            format!("重大事件程序尚未完成：{}；完成后方可办结。", missing.zh),
            format!("The procedure of the major event is not finished: {}; finish it before closing.", missing.en));
    }
}

/// The items of the emergency plan with their names.
pub fn plan(law: &Law, on: Date) -> Vec<(&str, &Text)> {
    let items = law.rules.checklist(PLAN, on).map(|rule| rule.body.items.as_slice());
    items.unwrap_or_default().iter().map(|item| (item.key.as_str(), &item.title)).collect()
}

/// How many members may speak for a group that brings a matter of this kind.
pub fn speakers_max(law: &Law, matter: MatterKind, on: Date) -> Option<u32> {
    match matter {
        MatterKind::Petition => law.rules.figure(PETITION_SPEAKERS, on).map(|row| row.body.value),
        MatterKind::Complaint
        | MatterKind::Report
        | MatterKind::Consultation
        | MatterKind::Suggestion
        | MatterKind::Praise
        | MatterKind::HelpRequest => law.rules.representatives_max(on),
    }
}

pub(super) fn is_major(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.group.major.is_some() { Ok(()) } else { Err(GroupRefusal::NotMajor.into()) }
}

/// Whether a report of the major event is owed.
pub(super) fn reportable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match &order.group.major {
        None => Err(GroupRefusal::NotMajor.into()),
        Some(major) if major.reported_at.is_some() => Err(GroupRefusal::MajorReportedAlready.into()),
        Some(_) => Ok(()),
    }
}

pub(super) fn has_members(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.group.persons() > 1 { Ok(()) } else { Err(GroupRefusal::NoMembers.into()) }
}

/// Refuses to close while the procedure of a major event is not finished.
pub(super) fn settled(order: &Order, bench: &Bench<'_>) -> Result<(), GroupRefusal> {
    let missing = order.group.major.as_ref().map(|major| major.missing(bench.law)).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let join = |of: fn(&Text) -> &str, mark: &str| missing.iter().map(of).collect::<Vec<_>>().join(mark);
    Err(GroupRefusal::MajorOpen(Text::of(join(|text| &text.zh, "、"), join(|text| &text.en, ", "))))
}

pub(super) fn decide(order: &Order, command: GroupCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let group = &order.group;
    let event = match command {
        GroupCommand::Join { name, phone, speaks } => {
            room(Bounded::Members, group.members.len(), 1, MEMBERS_MAX)?;
            if speaks {
                may_speak(order, bench)?;
            }
            let number = u32::try_from(group.members.len() + 1).unwrap_or(u32::MAX);
            let joined = GroupEvent::MemberJoined { number, name, phone, speaks }.into();
            return Ok([joined].into_iter().chain(raised(order, bench)?).collect());
        }
        GroupCommand::Leave { number } => {
            group.member(number)?;
            GroupEvent::MemberLeft { number }
        }
        GroupCommand::Speak { number, speaks } => {
            if group.member(number)?.speaks == speaks {
                return Err(GroupRefusal::SpeaksAlready.into());
            }
            if speaks {
                may_speak(order, bench)?;
            }
            GroupEvent::SpeakerSet { number, speaks }
        }
        GroupCommand::Charge { person } => {
            let major = group.major.as_ref().ok_or(GroupRefusal::NotMajor)?;
            if major.in_charge == Some(person) {
                return Err(GroupRefusal::InChargeAlready.into());
            }
            GroupEvent::PutInCharge { person }
        }
        GroupCommand::Tick { item } => tick(order, item, bench)?,
        GroupCommand::Report { means, at, reference } => {
            let major = group.major.as_ref().ok_or(GroupRefusal::NotMajor)?;
            within(at, major.since, bench.now)?;
            GroupEvent::MajorReported { means, at, reference, answered: order.open_for(&[MAJOR_REPORTED]) }
        }
    };
    Ok(vec![event.into()])
}

fn tick(order: &Order, item: String, bench: &Bench<'_>) -> Result<GroupEvent, GroupRefusal> {
    let major = order.group.major.as_ref().ok_or(GroupRefusal::NotMajor)?;
    if !plan(bench.law, major.since.date()).iter().any(|(key, _)| *key == item) {
        return Err(GroupRefusal::NotInPlan);
    }
    if major.done.contains(&item) { Err(GroupRefusal::TickedAlready) } else { Ok(GroupEvent::PlanTicked { item }) }
}

/// Whether one more may speak for the group.
fn may_speak(order: &Order, bench: &Bench<'_>) -> Result<(), GroupRefusal> {
    match speakers_max(bench.law, order.matter, bench.now.date()) {
        Some(most) if order.group.speakers() >= most as usize => Err(GroupRefusal::SpeakersFull(most)),
        Some(_) | None => Ok(()),
    }
}

/// The procedure of a major event begins with the member who makes the group that large, and never ends by somebody leaving.
fn raised(order: &Order, bench: &Bench<'_>) -> Result<Option<OrderEvent>, Refusal> {
    let Some(figure) = bench.law.rules.figure(THRESHOLD, bench.now.date()) else { return Ok(None) };
    let persons = order.group.persons() + 1;
    if order.group.major.is_some() || persons < figure.body.value as usize {
        return Ok(None);
    }
    let started = bench.starts(order, Milestone::MajorRaised, bench.now)?;
    let persons = u32::try_from(persons).unwrap_or(u32::MAX);
    Ok(Some(GroupEvent::MajorRaised { persons, rule: figure.reference().clone(), started }.into()))
}
