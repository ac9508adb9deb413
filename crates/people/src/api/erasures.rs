//! Erasing a customer's personal data: one person proposes, another decides.

use endpoint::{BodyPrint, Call, Failure, Json, Path, ProblemBody, Reply};
use kernel::{Actor, Problem, id::CustomerId};
use ledger::Unit;

use super::{
    body::ReasonRequest,
    customer_body::{CustomerBody, NOUNS, Viewer, seen},
    customers::{acted_on, body},
};
use crate::{
    model::permissions::{CUSTOMER_ERASE, CUSTOMER_ERASE_PROPOSE},
    store::customers::{self, CustomerRecord},
    use_cases::customers as acts,
};

/// Propose an erasure
#[utoipa::path(
    post, path = "/api/people/customers/{id}/propose-erasure", operation_id = "propose_erasure", tag = "people",
    params(("id" = String, Path, description = "The customer")),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The customer with the proposal", body = CustomerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.erase_propose`", body = ProblemBody),
        (status = 404, description = "There is no such customer, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "A proposal waits already, or the data was erased", body = ProblemBody),
        (status = 422, description = "The reason is too short", body = ProblemBody),
    )
)]
pub async fn propose_erasure(
    call: Call,
    Path(id): Path<CustomerId>,
    json: Json<ReasonRequest>,
) -> Result<Reply, Failure> {
    let viewer = Viewer::of(&call);
    let Json { value: ReasonRequest { reason }, print } = json;
    let write = move |unit: &mut Unit<'_>| {
        let before = acted_on(unit, &viewer.actor, CUSTOMER_ERASE_PROPOSE, id)?;
        acts::propose_erasure(unit, &viewer.actor.reference, &before, &reason)?;
        Reply::ok(&body(unit.connection(), &viewer, id)?)
    };
    call.write(print, write).await
}

/// Decline an erasure
///
/// Whoever may decide declines; whoever proposed it takes it back the same way.
#[utoipa::path(
    post, path = "/api/people/customers/{id}/decline-erasure", operation_id = "decline_erasure", tag = "people",
    params(("id" = String, Path, description = "The customer")),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The customer without the proposal", body = CustomerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.erase` and did not propose it", body = ProblemBody),
        (status = 404, description = "There is no such customer, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "No proposal waits, or the data was erased", body = ProblemBody),
        (status = 422, description = "The reason is too short", body = ProblemBody),
    )
)]
pub async fn decline_erasure(
    call: Call,
    Path(id): Path<CustomerId>,
    json: Json<ReasonRequest>,
) -> Result<Reply, Failure> {
    let viewer = Viewer::of(&call);
    let Json { value: ReasonRequest { reason }, print } = json;
    let write = move |unit: &mut Unit<'_>| {
        let before = declinable(unit, &viewer.actor, id)?;
        acts::decline_erasure(unit, &viewer.actor.reference, &before, &reason)?;
        Reply::ok(&body(unit.connection(), &viewer, id)?)
    };
    call.write(print, write).await
}

fn declinable(unit: &mut Unit<'_>, actor: &Actor, id: CustomerId) -> Result<CustomerRecord, Problem> {
    let record = seen(actor, customers::find(unit.connection(), id)?)?;
    if !record.customer.was_proposed_by(&actor.reference) {
        let customer = record.customer.clone();
        endpoint::call::authorise(actor, CUSTOMER_ERASE, CUSTOMER_ERASE, customer, NOUNS)
            .map_err(|_| endpoint::call::lacks(CUSTOMER_ERASE))?;
    }
    Ok(record)
}

/// Erase a customer's personal data
///
/// For good: the key is destroyed. Somebody other than the caller must have proposed it.
#[utoipa::path(
    post, path = "/api/people/customers/{id}/erase", operation_id = "erase_customer", tag = "people",
    params(("id" = String, Path, description = "The customer")),
    responses(
        (status = 200, description = "The customer, erased", body = CustomerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.erase`", body = ProblemBody),
        (status = 404, description = "There is no such customer, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "Nothing was proposed, or the caller proposed it", body = ProblemBody),
    )
)]
pub async fn erase_customer(call: Call, Path(id): Path<CustomerId>) -> Result<Reply, Failure> {
    let viewer = Viewer::of(&call);
    let write = move |unit: &mut Unit<'_>| -> Result<Reply, Problem> {
        let before = acted_on(unit, &viewer.actor, CUSTOMER_ERASE, id)?;
        acts::erase(unit, &viewer.actor.reference, &before)?;
        Reply::ok(&body(unit.connection(), &viewer, id)?)
    };
    call.write(BodyPrint::none(), write).await
}
