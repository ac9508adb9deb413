//! Customers: list, find by an exact number, enter, change, reveal.

use endpoint::{Call, Failure, Json, PageBody, Path, ProblemBody, Query, RateLimit, Reply};
use http::{HeaderName, HeaderValue, header};
use kernel::{
    Actor, ActorKind, Cursor, PageRequest, Permission, Pii, Problem, Text,
    id::{CustomerId, UnitId},
};
use ledger::{Connection, Unit};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    body::ReasonRequest,
    customer_body::{CustomerBody, NOUNS, RevealedBody, Viewer, seen},
    customer_request::{CreateCustomerRequest, UpdateCustomerRequest},
};
use crate::{
    model::{
        customer::{CustomerTag, check_number},
        numbers,
        permissions::{CUSTOMER_EDIT, CUSTOMER_REVEAL, CUSTOMER_SEE},
    },
    store::{
        customers::{self, CustomerFilter, CustomerRecord, LookUp},
        units,
    },
    use_cases::customers as acts,
};

/// Which customers to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CustomersQuery {
    /// Only at or below this unit.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only those with this tag.
    pub tag: Option<CustomerTag>,
    /// Only those whose erasure waits for a decision.
    pub erasure_waiting: Option<bool>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List customers
///
/// In masked form, by home unit.
#[utoipa::path(
    get, path = "/api/people/customers", operation_id = "list_customers", tag = "people", params(CustomersQuery),
    responses(
        (status = 200, description = "A page of the customers the caller may see", body = PageBody<CustomerBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_customers(
    call: Call,
    Query(query): Query<CustomersQuery>,
) -> Result<axum::Json<PageBody<CustomerBody>>, Failure> {
    call.require(CUSTOMER_SEE)?;
    let viewer = Viewer::of(&call);
    let page = call
        .read(move |conn| {
            let within = match query.unit {
                Some(id) => Some(units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path),
                None => None,
            };
            let erasure_waiting = query.erasure_waiting.unwrap_or_default();
            let filter = CustomerFilter { within, tag: query.tag, erasure_waiting };
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let page = customers::page(conn, &viewer.actor.scopes(CUSTOMER_SEE), &filter, &request)?;
            Ok(kernel::Page { items: viewer.bodies(conn, page.items)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// By which number to find customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindBy {
    /// The bank's customer number.
    Number,
    /// The telephone number.
    Phone,
    /// The number of the identity document.
    Identity,
    /// An account or card number.
    Account,
}

/// Look-ups of one person: more than a counter or a telephone can ask for, too few to try out a range of numbers.
const FINDS: RateLimit = RateLimit { name: "people.customer.find", times_max: 60, window_seconds: 60 };

/// An exact look-up. It is a POST so that the number stands in no address and no log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindCustomersRequest {
    /// By which number.
    pub by: FindBy,
    /// The number, complete.
    #[schema(value_type = String)]
    pub value: Pii<String>,
}

/// The customers that were found; at most twenty.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundCustomersBody {
    /// In masked form.
    pub items: Vec<CustomerBody>,
}

/// Find customers by an exact number
#[utoipa::path(
    post, path = "/api/people/customers/find", operation_id = "find_customers", tag = "people",
    request_body = FindCustomersRequest,
    responses(
        (status = 200, description = "The customers with this number that the caller may see", body = FoundCustomersBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.see`", body = ProblemBody),
        (status = 422, description = "The number is malformed", body = ProblemBody),
        (status = 429, description = "Too many look-ups by one person", body = ProblemBody),
    )
)]
pub async fn find_customers(
    call: Call,
    json: Json<FindCustomersRequest>,
) -> Result<axum::Json<FoundCustomersBody>, Failure> {
    call.require(CUSTOMER_SEE)?;
    let viewer = Viewer::of(&call);
    let now = call.shared.ledger().ports().clock.now();
    if call.actor.kind == ActorKind::Staff {
        call.shared.limiter().check(FINDS, call.actor.reference.as_str(), now)?;
    }
    let FindCustomersRequest { by, value } = json.value;
    let text = value.expose();
    let today = now.date();
    let normal = match by {
        FindBy::Number => check_number(text).map(|number| (LookUp::Number, numbers::CUSTOMER, number)),
        FindBy::Phone => numbers::phone(text).map(|number| (LookUp::Phone, numbers::PHONE, number)),
        FindBy::Account => numbers::account(text).map(|number| (LookUp::Account, numbers::ACCOUNT, number)),
        // A resident number has its normal form; anything else is taken as the number of another document.
        FindBy::Identity => numbers::resident_id(text, today)
            .map(|(number, _)| number)
            .or_else(|_| numbers::document(text))
            .map(|number| (LookUp::Identity, numbers::IDENTITY, number)),
    };
    let (what, domain, number) = normal.map_err(|text| Problem::invalid("/value", text))?;
    let items = call
        .read(move |conn| {
            let indexes = viewer.keyring().blind_index_all(domain, &number);
            let found = customers::find_by_index(conn, &viewer.actor.scopes(CUSTOMER_SEE), what, &indexes)?;
            viewer.bodies(conn, found)
        })
        .await?;
    Ok(axum::Json(FoundCustomersBody { items }))
}

/// Get a customer
///
/// In masked form.
#[utoipa::path(
    get, path = "/api/people/customers/{id}", operation_id = "get_customer", tag = "people",
    params(("id" = String, Path, description = "The customer")),
    responses(
        (status = 200, description = "The customer in masked form", body = CustomerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such customer, or the caller may not see them", body = ProblemBody),
    )
)]
pub async fn get_customer(call: Call, Path(id): Path<CustomerId>) -> Result<axum::Json<CustomerBody>, Failure> {
    let viewer = Viewer::of(&call);
    let body = call.read(move |conn| body(conn, &viewer, id)).await?;
    Ok(axum::Json(body))
}

/// The customer as the caller sees them.
pub(super) fn body(conn: &mut Connection, viewer: &Viewer, id: CustomerId) -> Result<CustomerBody, Problem> {
    let record = seen(&viewer.actor, customers::find(conn, id)?)?;
    viewer.bodies(conn, vec![record])?.pop().ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))
}

/// The customer that the caller is about to do something to.
pub(super) fn acted_on(
    unit: &mut Unit<'_>,
    actor: &Actor,
    act: Permission,
    id: CustomerId,
) -> Result<CustomerRecord, Problem> {
    let record = seen(actor, customers::find(unit.connection(), id)?)?;
    endpoint::call::authorise(actor, CUSTOMER_SEE, act, record.customer.clone(), NOUNS)?;
    Ok(record)
}

/// Nobody gives a customer a home unit in which they may not edit customers.
fn check_home(conn: &mut Connection, actor: &Actor, home: UnitId) -> Result<(), Problem> {
    match units::find(conn, home)? {
        Some(place) if !actor.may(CUSTOMER_EDIT, &place.path) => {
            let text = Text::fixed("这个机构不在您的权限范围内。", "This unit is outside of your scope.");
            Err(Problem::invalid("/unit", text))
        }
        _ => Ok(()),
    }
}

/// Enter a customer
#[utoipa::path(
    post, path = "/api/people/customers", operation_id = "create_customer", tag = "people",
    request_body = CreateCustomerRequest,
    responses(
        (status = 201, description = "The new customer in masked form", body = CustomerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.edit`", body = ProblemBody),
        (status = 409, description = "The customer number is taken", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn create_customer(call: Call, json: Json<CreateCustomerRequest>) -> Result<Reply, Failure> {
    call.require(CUSTOMER_EDIT)?;
    let viewer = Viewer::of(&call);
    let Json { value: request, print } = json;
    let write = move |unit: &mut Unit<'_>| {
        check_home(unit.connection(), &viewer.actor, request.unit)?;
        let id = acts::register(unit, &viewer.actor.reference, &request.form(), request.unit)?;
        Reply::created(format!("/api/people/customers/{id}"), &body(unit.connection(), &viewer, id)?)
    };
    call.write(print, write).await
}

/// Change a customer
#[utoipa::path(
    patch, path = "/api/people/customers/{id}", operation_id = "update_customer", tag = "people",
    params(("id" = String, Path, description = "The customer")),
    request_body = UpdateCustomerRequest,
    responses(
        (status = 200, description = "The customer as changed, in masked form", body = CustomerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.edit`", body = ProblemBody),
        (status = 404, description = "There is no such customer, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "Somebody else changed the customer, or the data was erased", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn update_customer(
    call: Call,
    Path(id): Path<CustomerId>,
    json: Json<UpdateCustomerRequest>,
) -> Result<Reply, Failure> {
    let viewer = Viewer::of(&call);
    let Json { value: request, print } = json;
    let write = move |unit: &mut Unit<'_>| {
        let before = acted_on(unit, &viewer.actor, CUSTOMER_EDIT, id)?;
        let home = request.unit.unwrap_or(before.customer.unit);
        check_home(unit.connection(), &viewer.actor, home)?;
        let form = request.over(&acts::open(unit, &before)?);
        acts::change(unit, &viewer.actor.reference, &before, request.revision, (&form, home))?;
        Reply::ok(&body(unit.connection(), &viewer, id)?)
    };
    call.write(print, write).await
}

/// Reveal a customer
///
/// Gives the personal data in clear and leaves an event with the reason. The answer is never kept.
#[utoipa::path(
    post, path = "/api/people/customers/{id}/reveal", operation_id = "reveal_customer", tag = "people",
    params(("id" = String, Path, description = "The customer")),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The customer in clear", body = RevealedBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.customer.reveal`", body = ProblemBody),
        (status = 404, description = "There is no such customer, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "The data was erased", body = ProblemBody),
        (status = 422, description = "The reason is too short", body = ProblemBody),
    )
)]
pub async fn reveal_customer(
    call: Call,
    Path(id): Path<CustomerId>,
    json: Json<ReasonRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<RevealedBody>), Failure> {
    let (actor, reason) = (call.actor.clone(), json.value.reason);
    let body = call
        .write_unkept(move |unit| {
            let before = acted_on(unit, &actor, CUSTOMER_REVEAL, id)?;
            let details = acts::reveal(unit, &actor.reference, &before, &reason)?;
            Ok(RevealedBody::new(id, details, unit.now().date()))
        })
        .await?;
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], axum::Json(body)))
}
