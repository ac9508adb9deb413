//! The group of an order and the procedure of a major event, as the page of one order shows them.

use kernel::{Problem, Timestamp, id::StaffId, mask};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::reader::Reading;
use crate::model::{
    group::{Major, Member, plan, speakers_max},
    parts::PersonalField,
};

/// Somebody who complains as well.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberBody {
    /// Their number on the order.
    pub number: u32,
    /// The masked name.
    pub name_masked: String,
    /// The masked telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_masked: Option<String>,
    /// Whether they speak for the group.
    pub speaks: bool,
    /// Whether they no longer take part.
    pub has_left: bool,
}

/// An item of the emergency plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanItemBody {
    /// Its key.
    pub item: String,
    /// What is to be done.
    pub title: TextBody,
    /// Whether it is done.
    pub is_done: bool,
}

/// The procedure of a major event.
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorBody {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The figure of the regulation files that made it one.
    #[schema(example = "cp.group.threshold@1")]
    pub rule: String,
    /// Who is in charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub in_charge: Option<StaffId>,
    /// The emergency plan.
    pub plan: Vec<PlanItemBody>,
    /// When it was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reported_at: Option<Timestamp>,
    /// What is still to be done before the order can be closed.
    pub missing: Vec<TextBody>,
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderGroupBody {
    /// How many complain, the complainant included.
    pub persons: usize,
    /// How many of the members may speak for the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speakers_max: Option<u32>,
    /// Everybody who was named beside the complainant.
    pub members: Vec<MemberBody>,
    /// The procedure of a major event, once it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub major: Option<MajorBody>,
}

/// The group of the order; `None` while the complainant is alone.
pub(super) fn body(reading: &Reading<'_>) -> Result<Option<OrderGroupBody>, Problem> {
    let order = &reading.opened.order;
    let group = &order.group;
    if group.members.is_empty() {
        return Ok(None);
    }
    Ok(Some(OrderGroupBody {
        persons: group.persons(),
        speakers_max: speakers_max(reading.law, order.matter, order.opened_at.date()),
        members: group.members.iter().map(|one| member(reading, one)).collect::<Result<_, _>>()?,
        major: group.major.as_ref().map(|one| major(reading, one)),
    }))
}

fn member(reading: &Reading<'_>, member: &Member) -> Result<MemberBody, Problem> {
    let clear = |field: PersonalField, sealed| reading.clear(field, sealed);
    let phone = member.phone.as_ref().map(|phone| clear(PersonalField::RepresentativePhone, phone)).transpose()?;
    Ok(MemberBody {
        number: member.number,
        name_masked: mask::name(&clear(PersonalField::RepresentativeName, &member.name)?),
        phone_masked: phone.map(|phone| mask::phone(&phone)),
        speaks: member.speaks,
        has_left: member.left,
    })
}

fn major(reading: &Reading<'_>, major: &Major) -> MajorBody {
    let item = |(key, title): (&str, &kernel::Text)| PlanItemBody {
        item: key.to_owned(),
        title: title.clone().into(),
        is_done: major.done.iter().any(|done| done == key),
    };
    MajorBody {
        since: major.since,
        rule: major.rule.to_string(),
        in_charge: major.in_charge,
        plan: plan(reading.law, major.since.date()).into_iter().map(item).collect(),
        reported_at: major.reported_at,
        missing: major.missing(reading.law).into_iter().map(Into::into).collect(),
    }
}
