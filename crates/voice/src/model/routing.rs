//! Who gets an order: the bank's routing rules as data, what of an order they match, which person has the least in hand,
//! and why it came to somebody. And what happens when an order is passed around and nobody takes it.

use kernel::{Actor, ActorKind, ActorRef, OrgPath, Text, Timestamp, id::StaffId};
use regulation::MatterKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Law, Order, OrderEvent, Refusal, RoutingEvent, Stage,
    decide::Bench,
    parts::{AxisKey, Reference},
    permission,
    recusal::{self, RecusalRefusal},
    refusal::{fixed, of, refusals},
};

/// Keywords of one rule: a rule with more is several rules.
pub const KEYWORDS_MAX: usize = 50;
/// Skills of one person or rule.
pub const SKILLS_MAX: usize = 20;
/// Characters of a keyword or a skill.
pub const WORD_CHARS_MAX: usize = 30;
/// Transfers without acceptance from which on an order is passed around, where the bank's policy names no figure.
const TRANSFERS_MAX: u32 = 2;
/// The row of the policy that names it.
const TRANSFERS_ROW: &str = "policy.transfers_max";

/// A routing rule. Conditions that are empty hold always; those given must all hold, one value of each being enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The rule's key, for instance `card-fees`.
    pub key: Reference,
    /// What people call it.
    pub name: String,
    /// Rules are tried from the lowest rank up; of one rank, by key.
    pub rank: u32,
    /// Kinds of matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<MatterKind>,
    /// Channels, axis A.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<AxisKey>,
    /// Kinds of business, axis B.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub businesses: Vec<AxisKey>,
    /// Reasons, axis C.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<AxisKey>,
    /// Filed at or below this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filed_below: Option<OrgPath>,
    /// Words of the title, the narrative or the request, without regard to case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Only urgent orders.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent_only: bool,
    /// The unit that gets it.
    pub unit: OrgPath,
    /// What its handler must be able to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// Given to the person with the least in hand; else to the unit's queue.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub balanced: bool,
    /// Orders go by this rule as soon as they are classified, without anybody asking.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
}

/// One reason why an order came to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Because {
    /// The kind of matter.
    Matter {
        /// Which.
        #[schema(value_type = String)]
        matter: MatterKind,
    },
    /// The channel.
    Channel {
        /// Which.
        #[schema(value_type = String)]
        key: AxisKey,
    },
    /// The business.
    Business {
        /// Which.
        #[schema(value_type = String)]
        key: AxisKey,
    },
    /// The reason.
    Reason {
        /// Which.
        #[schema(value_type = String)]
        key: AxisKey,
    },
    /// Where it was filed.
    Filed {
        /// At or below.
        #[schema(value_type = String)]
        below: OrgPath,
    },
    /// A word of the rule that the order says.
    Keyword {
        /// Which.
        word: String,
    },
    /// It is urgent.
    Urgent,
    /// The person can do what the rule asks for.
    Skills {
        /// What.
        skills: Vec<String>,
    },
    /// The person had the least in hand.
    LeastInHand {
        /// Open orders they had.
        open: u32,
        /// People who could have had it.
        among: u32,
    },
    /// Nobody who could have it had room; it went to the unit's queue.
    NobodyFree,
}

impl Because {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::Matter { matter } => {
                of_pair("事项类别：", matter.title().zh.into_owned(), "kind: ", matter.title().en.into_owned())
            }
            Self::Channel { key } => of_pair("渠道：", key.as_str().to_owned(), "channel: ", key.as_str().to_owned()),
            Self::Business { key } => of_pair("业务：", key.as_str().to_owned(), "business: ", key.as_str().to_owned()),
            Self::Reason { key } => of_pair("原因：", key.as_str().to_owned(), "reason: ", key.as_str().to_owned()),
            Self::Filed { below } => {
                of_pair("登记机构：", below.code().to_owned(), "filed at or below ", below.code().to_owned())
            }
            Self::Keyword { word } => of_pair("关键词：", word.clone(), "keyword: ", word.clone()),
            Self::Urgent => fixed("快速通道", "rapid lane"),
            Self::Skills { skills } => of_pair("具备技能：", skills.join("、"), "has the skills: ", skills.join(", ")),
            Self::LeastInHand { open, among } => of(
                format!("在办最少（{open} 件，{among} 人中）"),
                format!("least in hand ({open} open, of {among} people)"),
            ),
            Self::NobodyFree => fixed("暂无空闲人员，进入机构队列", "nobody has room; in the unit's queue"),
        }
    }
}

fn of_pair(zh: &str, zh_value: String, en: &str, en_value: String) -> Text {
    of(format!("{zh}{zh_value}"), format!("{en}{en_value}"))
}

/// The first rule that matches an order that says `text`, and what of the order it matched.
pub fn choose<'a>(routes: &'a [Route], order: &Order, text: &str) -> Option<(&'a Route, Vec<Because>)> {
    let text = text.to_lowercase();
    let mut ranked: Vec<&Route> = routes.iter().collect();
    ranked.sort_by(|one, other| (one.rank, &one.key).cmp(&(other.rank, &other.key)));
    ranked.into_iter().find_map(|route| Some((route, matched(route, order, &text)?)))
}

/// What of the order the rule matches; `None` when a condition does not hold.
fn matched(route: &Route, order: &Order, text: &str) -> Option<Vec<Because>> {
    let mut because = Vec::new();
    let classes = order.classification.as_ref();
    let mut axis = |wanted: &[AxisKey], held: Option<&AxisKey>, reason: fn(AxisKey) -> Because| {
        if wanted.is_empty() {
            return Some(());
        }
        let key = held.filter(|key| wanted.contains(key))?;
        because.push(reason(key.clone()));
        Some(())
    };
    axis(&route.channels, classes.map(|held| &held.channel), |key| Because::Channel { key })?;
    axis(&route.businesses, classes.map(|held| &held.business), |key| Because::Business { key })?;
    axis(&route.reasons, classes.map(|held| &held.reason), |key| Because::Reason { key })?;
    if !route.matters.is_empty() {
        let matter = route.matters.contains(&order.matter).then_some(order.matter)?;
        because.push(Because::Matter { matter });
    }
    if let Some(below) = &route.filed_below {
        below.contains(&order.filed_unit).then_some(())?;
        because.push(Because::Filed { below: below.clone() });
    }
    if !route.keywords.is_empty() {
        let word = route.keywords.iter().find(|word| text.contains(&word.to_lowercase()))?;
        because.push(Because::Keyword { word: word.clone() });
    }
    if route.urgent_only {
        order.urgent.as_ref()?;
        because.push(Because::Urgent);
    }
    Some(because)
}

/// Somebody who may be given an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: StaffId,
    /// What they can do.
    pub skills: Vec<String>,
    /// Open orders they take at most.
    pub capacity: u32,
    /// Open orders they have.
    pub open: u32,
}

/// Who of `candidates` gets an order by `route`: of those with the skills and room, whoever is filled least; of equals, the
/// one with fewer orders, then the older id, so that the choice can be told again.
pub fn pick(route: &Route, order: &Order, candidates: &[Candidate]) -> (Option<StaffId>, Vec<Because>) {
    if !route.balanced {
        return (None, Vec::new());
    }
    let able = |one: &&Candidate| {
        let free = recusal::free(order, &ActorRef::new(ActorKind::Staff, one.person)).is_ok();
        free && route.skills.iter().all(|skill| one.skills.contains(skill))
    };
    let able: Vec<&Candidate> = candidates.iter().filter(able).collect();
    let room = able.iter().filter(|one| one.open < one.capacity);
    // Filled parts compared crosswise, so that no part is rounded.
    let least = room.min_by(|one, other| {
        let (left, right) =
            (u64::from(one.open) * u64::from(other.capacity), u64::from(other.open) * u64::from(one.capacity));
        left.cmp(&right).then(one.open.cmp(&other.open)).then(one.person.cmp(&other.person))
    });
    let Some(least) = least else { return (None, vec![Because::NobodyFree]) };
    let among = u32::try_from(able.len()).unwrap_or(u32::MAX);
    let mut because = vec![Because::LeastInHand { open: least.open, among }];
    if !route.skills.is_empty() {
        because.insert(0, Because::Skills { skills: route.skills.clone() });
    }
    (Some(least.person), because)
}

/// An order goes where a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteCommand {
    /// The rule.
    pub route: Reference,
    /// What people call it.
    pub name: String,
    /// The unit.
    pub unit: OrgPath,
    /// The person.
    pub person: Option<StaffId>,
    /// Why.
    pub because: Vec<Because>,
}

/// How an order came to where it is by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The rule.
    pub route: Reference,
    /// What people call it.
    pub name: String,
    /// Why.
    pub because: Vec<Because>,
}

/// An order that was passed on and on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedAround {
    /// The unit above all that had it: it gives the order to somebody, and that unit takes it.
    pub superior: OrgPath,
    /// Since when.
    pub at: Timestamp,
}

refusals! {
    /// Why an order may not be passed on or sent by the rules.
    RoutingRefusal [] {
        /// Only the unit above may say who takes an order that was passed around.
        SuperiorAssigns(superior: OrgPath), "superior-assigns" at "/unit", of(
            format!("工单多次转办无人接收，已升级：由 {} 指定承办机构，各机构不得再转办。", superior.code()),
            format!("The order was passed on too often and is escalated: {} says who takes it, and nobody passes it on.", superior.code()));
        /// No rule fits.
        NoRoute, "no-route", fixed("没有适用的分派规则，请人工分派。", "No routing rule fits the order; assign it by hand.");
        /// The rule leads where the order is.
        RouteHere, "route-here", fixed("按规则工单已在应办机构，无需分派。", "By the rules the order is where it belongs.");
    }
}

impl Law {
    /// How often an order may be passed on before somebody takes it.
    pub fn transfers_max(&self, now: Timestamp) -> u32 {
        self.rules.figure(TRANSFERS_ROW, now.date()).map_or(TRANSFERS_MAX, |row| row.body.value)
    }
}

/// Whether the order's path lets `bench.actor` give it to somebody.
pub(super) fn free_to_assign(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    match &order.passed_around {
        Some(passed) if !superior(bench.actor, passed) => {
            Err(RoutingRefusal::SuperiorAssigns(passed.superior.clone()).into())
        }
        Some(_) | None => Ok(()),
    }
}

fn superior(actor: &Actor, passed: &PassedAround) -> bool {
    actor.kind == ActorKind::Staff && actor.may(permission::ASSIGN, &passed.superior)
}

/// What follows when an order that waits for somebody to take it is given to `unit`: nothing, or that it was passed around.
pub(super) fn passing_on(order: &Order, unit: &OrgPath, bench: &Bench<'_>) -> Option<OrderEvent> {
    let waits = matches!(order.stage, Stage::Assigned { .. });
    let times = order.untaken + u32::from(waits);
    if !waits || order.passed_around.is_some() || times <= bench.law.transfers_max(bench.now) {
        return None;
    }
    let superior = common(&common(&order.answerable, unit), &order.unit);
    Some(RoutingEvent::PassedAround { times, superior }.into())
}

/// The lowest unit that stands above both, or is one of them.
fn common(one: &OrgPath, other: &OrgPath) -> OrgPath {
    let mut place = one.clone();
    while !place.contains(other) {
        match place.parent() {
            Some(above) => place = above,
            None => break,
        }
    }
    place
}

pub(super) fn decide(order: &Order, command: RouteCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let RouteCommand { route, name, unit, person, because } = command;
    let given = matches!(order.stage, Stage::Assigned { .. } | Stage::Handling { .. });
    if given && order.unit == unit && (person.is_none() || order.handler == person) {
        return Err(RoutingRefusal::RouteHere.into());
    }
    if let Some(person) = person
        && recusal::free(order, &ActorRef::new(ActorKind::Staff, person)).is_err()
    {
        return Err(RecusalRefusal::RecusedAssignee.into());
    }
    let passed = passing_on(order, &unit, bench);
    let routed = RoutingEvent::Routed { route, label: name, unit, person, transfer: given, because };
    Ok(std::iter::once(routed.into()).chain(passed).collect())
}
