//! Groups: who complains as well, who speaks for the group, and the procedure of a major event.

use endpoint::{OpenApiRouter, Shared};
use kernel::{Pii, Problem, Text, Timestamp, id::StaffId};
use people::{model::numbers, store::staff};
use seal::Sealed;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{act, carry_out, perform, perform_sealed};
use crate::{
    api::{
        orders::{PersonRequest, reference},
        reading::{self, Opened},
    },
    desk::{self, Act, Beside},
    model::{
        Command,
        group::{GroupCommand, GroupRefusal},
        parts::{Means, PersonalField},
    },
};

/// Somebody who complains as well.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMemberRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The name.
    #[schema(value_type = String, max_length = 100)]
    pub name: Pii<String>,
    /// The telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Pii<String>>,
    /// Whether they speak for the group; no when absent.
    #[serde(default)]
    pub speaks: bool,
}

act! {
    /// Add a member of a group
    ///
    /// At most as many may speak for the group as the regulation files say. With the member who makes the group as large as they
    /// say, the procedure of a major event begins.
    add_member(AddMemberRequest) at "/api/voice/orders/{id}/add_member" = "add_member", |call, id, json| {
        let AddMemberRequest { version, name, phone, speaks } = json.value;
        let known = people_of(&reading::open(&call, &call.actor, id).await?)?;
        perform_sealed(call, id, json.print, version, |sealer| {
            let person = PersonRequest { name: Some(name), phone, ..PersonRequest::default() };
            let person = person.check("", sealer.today, &mut sealer.faults);
            if person.name.is_none() {
                sealer.faults.add("/name", Text::fixed("请填写姓名。", "The name is missing."));
            }
            let random = &*sealer.shared.ledger().ports().random;
            let seal = |field: PersonalField, value: &Pii<String>| {
                sealer.key.seal(field.as_str(), value.expose(), random)
            };
            // A missing name was noted above, and nothing is done then.
            let name = person.name.unwrap_or_else(|| Pii::new(String::new()));
            if person.phone.as_ref().is_some_and(|phone| known.contains(&(name.clone(), phone.clone()))) {
                return Err(desk::refused(GroupRefusal::MemberTwice.into()));
            }
            let command = GroupCommand::Join {
                name: seal(PersonalField::RepresentativeName, &name),
                phone: person.phone.as_ref().map(|phone| seal(PersonalField::RepresentativePhone, phone)),
                speaks,
            };
            let index = |phone: &Pii<String>| sealer.key.keyring.blind_index(numbers::PHONE, phone.expose());
            let beside = Beside::Member(person.phone.as_ref().map(index));
            Ok((Command::Group(command), beside))
        })
        .await
    }
}

/// What one person is known by within a group.
type NameAndPhone = (Pii<String>, Pii<String>);

/// The complainant and the members who take part, by name and telephone number. Two people of one name are two, and so are two at
/// one telephone; both together is one person entered twice.
fn people_of(opened: &Opened) -> Result<Vec<NameAndPhone>, Problem> {
    let order = &opened.order;
    let complainant = (
        order.sealed(PersonalField::Name),
        PersonalField::Name,
        order.sealed(PersonalField::Phone),
        PersonalField::Phone,
    );
    let members = order.group.members.iter().filter(|member| !member.left).map(|member| {
        let (name, phone) = (PersonalField::RepresentativeName, PersonalField::RepresentativePhone);
        (Some(&member.name), name, member.phone.as_ref(), phone)
    });
    let mut people = Vec::new();
    for (name, name_field, phone, phone_field) in std::iter::once(complainant).chain(members) {
        if let (Some(name), Some(phone)) = (name, phone) {
            let open = |field: PersonalField, sealed: &Sealed| opened.open(field.as_str(), sealed).map(Pii::new);
            people.push((open(name_field, name)?, open(phone_field, phone)?));
        }
    }
    Ok(people)
}

/// A member of the group.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The member's number on the order.
    pub number: u32,
}

act! {
    /// Let a member leave a group
    remove_member(MemberRequest) at "/api/voice/orders/{id}/remove_member" = "remove_member", |call, id, json| {
        let MemberRequest { version, number } = json.value;
        perform(call, id, json.print, version, Command::Group(GroupCommand::Leave { number })).await
    }
}

/// Whether a member speaks for the group.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeakerRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The member's number on the order.
    pub number: u32,
    /// Whether they speak for the group.
    pub speaks: bool,
}

act! {
    /// Say whether a member speaks for the group
    set_speaker(SpeakerRequest) at "/api/voice/orders/{id}/set_speaker" = "set_speaker", |call, id, json| {
        let SpeakerRequest { version, number, speaks } = json.value;
        perform(call, id, json.print, version, Command::Group(GroupCommand::Speak { number, speaks })).await
    }
}

/// Who is in charge of a major event.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InChargeRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Who.
    #[schema(value_type = String)]
    pub person: StaffId,
}

act! {
    /// Put somebody in charge of a major event
    put_in_charge(InChargeRequest) at "/api/voice/orders/{id}/put_in_charge" = "put_in_charge", |call, id, json| {
        let InChargeRequest { version, person } = json.value;
        carry_out(call, id, json.print, move |unit, _| {
            if staff::find(unit.connection(), person)?.is_none() {
                let text = Text::fixed("没有这位员工。", "There is no such member of staff.");
                return Err(Problem::invalid("/person", text));
            }
            Ok(Act::new(id, Some(version), Command::Group(GroupCommand::Charge { person })))
        })
        .await
    }
}

/// An item of the emergency plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanItemRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The item's key.
    #[schema(max_length = 64)]
    pub item: String,
}

act! {
    /// Record that an item of the emergency plan is done
    tick_plan(PlanItemRequest) at "/api/voice/orders/{id}/tick_plan" = "tick_plan", |call, id, json| {
        let PlanItemRequest { version, item } = json.value;
        perform(call, id, json.print, version, Command::Group(GroupCommand::Tick { item })).await
    }
}

/// The report of a major event to the superior unit and the regulator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportMajorRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How.
    pub means: Means,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The number of the report.
    #[serde(default)]
    pub reference: Option<String>,
}

act! {
    /// Record the report of a major event
    report_major(ReportMajorRequest) at "/api/voice/orders/{id}/report_major" = "report_major", |call, id, json| {
        let ReportMajorRequest { version, means, at, reference: number } = json.value;
        let number = number.as_deref().map(reference).transpose();
        let reference = number.map_err(|text| Problem::invalid("/reference", text))?;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        let command = GroupCommand::Report { means, at, reference };
        perform(call, id, json.print, version, Command::Group(command)).await
    }
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(add_member))
        .routes(routes!(remove_member))
        .routes(routes!(set_speaker))
        .routes(routes!(put_in_charge))
        .routes(routes!(tick_plan))
        .routes(routes!(report_major))
}
