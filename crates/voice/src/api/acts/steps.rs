//! The steps before the work: accepting, classifying, assigning, taking on, and putting right who complains of what.

use kernel::{
    Problem, Text,
    id::{CustomerId, StaffId, UnitId},
};
use ledger::Unit;
use people::{model::staff::StaffStatus, store::staff};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{VersionRequest, act, carry_out, perform, perform_sealed};
use crate::{
    api::{
        body::{ClassesBody, MatterWord},
        orders::{PersonRequest, RepresentativeRequest, open_unit},
        reading,
    },
    desk::{Act, Beside},
    intake::{REMARK_CHARS_MAX, masks_of, prose, seal_person, seal_representative},
    model::{
        Command,
        parts::{AxisKey, Classification, Nature, Party},
    },
};

act! {
    /// Accept an order
    register_order(VersionRequest) at "/api/voice/orders/{id}/register" = "register_order", |call, id, json| {
        perform(call, id, json.print, json.value.version, Command::Register).await
    }
}

act! {
    /// Take an order on
    accept_order(VersionRequest) at "/api/voice/orders/{id}/accept" = "accept_order", |call, id, json| {
        perform(call, id, json.print, json.value.version, Command::Accept).await
    }
}

/// A place on the axes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The place.
    pub classification: ClassesBody,
}

act! {
    /// Classify an order
    classify_order(ClassifyRequest) at "/api/voice/orders/{id}/classify" = "classify_order", |call, id, json| {
        let ClassifyRequest { version, classification: ClassesBody { channel, business, reason } } = json.value;
        let classes = Classification {
            channel: AxisKey::new(channel),
            business: AxisKey::new(business),
            reason: AxisKey::new(reason),
        };
        perform(call, id, json.print, version, Command::Classify(classes)).await
    }
}

/// To whom an order is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The person; anybody of the unit when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub person: Option<StaffId>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub why: Option<String>,
}

act! {
    /// Assign an order
    ///
    /// The unit stays answerable until another has taken it on; passing it on again is counted.
    assign_order(AssignRequest) at "/api/voice/orders/{id}/assign" = "assign_order", |call, id, json| {
        let AssignRequest { version, unit: unit_id, person, why } = json.value;
        let why = why.as_deref().filter(|why| !why.trim().is_empty()).map(|why| prose(why, REMARK_CHARS_MAX));
        let why = why.transpose().map_err(|text| Problem::invalid("/why", text))?;
        let (why, words) = match why {
            None => (None, String::new()),
            Some(why) => {
                let opened = reading::open(&call, &call.actor, id).await?;
                (Some(opened.seal("assignment", &why, &call.shared)?), opened.words("assignment", &why)?)
            }
        };
        carry_out(call, id, json.print, move |unit, _| {
            let place = open_unit(unit.connection(), unit_id, "/unit")?;
            if let Some(person) = person {
                check_person(unit, person, &place, "/person")?;
            }
            let command = Command::Assign { unit: place, person, why: why.clone() };
            Ok(Act::new(id, Some(version), command).with_words(words.clone()))
        })
        .await
    }
}

/// Refuses a person who does not work at or below the place.
pub(in crate::api) fn check_person(
    unit: &mut Unit<'_>,
    id: StaffId,
    place: &kernel::OrgPath,
    pointer: &str,
) -> Result<(), Problem> {
    let found = staff::find(unit.connection(), id)?;
    let works = |record: &staff::StaffRecord| {
        record.staff.status == StaffStatus::Active && place.contains(&record.staff.unit_path)
    };
    if found.as_ref().is_some_and(works) {
        return Ok(());
    }
    let text = Text::fixed("该机构没有这位在职人员。", "Nobody of this id works in that unit.");
    Err(Problem::invalid(pointer, text))
}

/// Who speaks for the complainant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameRepresentativeRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Who.
    pub representative: RepresentativeRequest,
}

act! {
    /// Name a representative
    name_representative(NameRepresentativeRequest) at "/api/voice/orders/{id}/name_representative" = "name_representative",
    |call, id, json| {
        let NameRepresentativeRequest { version, representative } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let (standing, person) = representative.check("/representative", sealer.today, &mut sealer.faults);
            let random = &*sealer.shared.ledger().ports().random;
            let sealed = seal_representative(standing, &person, &sealer.key, random);
            let index = |phone: &kernel::Pii<String>| {
                sealer.key.keyring.blind_index(people::model::numbers::PHONE, phone.expose())
            };
            let beside = Beside::Agent(person.phone.as_ref().map(index));
            Ok((Command::NameRepresentative(sealed), beside))
        })
        .await
    }
}

/// The complainant's particulars as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What kind of person.
    pub nature: Nature,
    /// The customer, when the bank knows them as one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// All particulars; what is absent is held no more.
    pub party: PersonRequest,
}

act! {
    /// Correct the complainant's particulars
    amend_party(AmendRequest) at "/api/voice/orders/{id}/amend" = "amend_party", |call, id, json| {
        let AmendRequest { version, nature, customer, party } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let person = party.check("/party", sealer.today, &mut sealer.faults);
            let random = &*sealer.shared.ledger().ports().random;
            let (sealed, numbers) = seal_person(&person, &sealer.key, random);
            let party = Party { nature, customer, ..sealed };
            let beside = Beside::Person(masks_of(&person), customer, numbers);
            Ok((Command::Amend(Box::new(party)), beside))
        })
        .await
    }
}

/// As what a matter is to be handled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetypeRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The kind.
    pub to: MatterWord,
    /// Why; the letter repeats it.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Change the kind of matter
    retype_order(RetypeRequest) at "/api/voice/orders/{id}/retype" = "retype_order", |call, id, json| {
        let RetypeRequest { version, to, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "retyping", &why, REMARK_CHARS_MAX);
            Ok((Command::Retype { to: to.into(), why }, Beside::Nothing))
        })
        .await
    }
}
