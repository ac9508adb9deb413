//! What figures are divided by: outlets, counted in the organisation, and customers, which the bank enters for a unit from a
//! day on. What was entered stays; a later entry for the same day counts instead.

use std::collections::HashMap;

use endpoint::{Call, Failure, Json, ProblemBody, Query, Reply};
use kernel::{Date, OrgPath, Problem, Text, Timestamp, id::UnitId};
use ledger::Connection;
use people::{model::organisation::UnitKind, store::units};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{list, reading},
    figures::{Bases, Dimension, Question},
    model::permission::{SEE, SET_BASES},
    store::bases::{self, CustomerBase},
};

/// More customers than any bank has; a mistyped number is more likely.
const CUSTOMERS_MAX: i64 = 10_000_000_000;

/// The bases of the question's own place and of the units directly below it, now and a year earlier.
pub(super) struct Divisors {
    total: (Bases, Bases),
    units: HashMap<String, (Bases, Bases)>,
}

impl Divisors {
    pub(super) fn of(conn: &mut Connection, question: &Question) -> Result<Self, Problem> {
        let below = &question.below;
        let outlets = outlets(conn, &question.scopes)?;
        let count = |place: &OrgPath| outlets.iter().filter(|outlet| place.contains(outlet)).count() as u64;
        let total = bases_of(conn, below, question, outlets.len() as u64)?;
        let mut of_units = HashMap::new();
        if question.by.contains(&Dimension::Organisation) {
            for unit in units_below(conn, below)? {
                let bases = bases_of(conn, &unit, question, count(&unit))?;
                of_units.insert(unit.as_str().to_owned(), bases);
            }
        }
        Ok(Self { total, units: of_units })
    }

    pub(super) const fn total(&self) -> (Bases, Bases) {
        self.total
    }

    pub(super) fn of_unit(&self, place: &str) -> (Bases, Bases) {
        self.units.get(place).copied().unwrap_or_default()
    }
}

/// Outlets are those of today for both years: the organisation keeps no past.
fn bases_of(
    conn: &mut Connection,
    unit: &OrgPath,
    question: &Question,
    outlets: u64,
) -> Result<(Bases, Bases), Problem> {
    let outlets = Some(outlets).filter(|count| *count > 0);
    let now = bases::customers(conn, unit, question.period.to)?;
    let before = bases::customers(conn, unit, question.period.year_before().to)?;
    Ok((Bases { outlets, customers: now }, Bases { outlets, customers: before }))
}

fn outlets(conn: &mut Connection, scopes: &[OrgPath]) -> Result<Vec<OrgPath>, Problem> {
    let mut outlets = Vec::new();
    for scope in scopes {
        outlets.extend(units::open_of_kind(conn, UnitKind::Outlet, scope)?);
    }
    outlets.sort();
    outlets.dedup();
    Ok(outlets)
}

fn units_below(conn: &mut Connection, place: &OrgPath) -> Result<Vec<OrgPath>, Problem> {
    let Some(unit) = units::find_by_path(conn, place)? else { return Ok(Vec::new()) };
    Ok(units::paths_below(conn, unit.id)?)
}

/// Of which unit to show the customers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BasesQuery {
    /// The unit.
    #[param(value_type = String)]
    pub unit: UnitId,
}

/// How many customers a unit has.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerBaseBody {
    /// From this day on.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// How many.
    pub customers: i64,
    /// Who entered it, as an actor reference.
    pub set_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub set_at: Timestamp,
}

impl From<CustomerBase> for CustomerBaseBody {
    fn from(base: CustomerBase) -> Self {
        Self {
            since: base.since,
            customers: base.customers,
            set_by: base.set_by.as_str().to_owned(),
            set_at: base.set_at,
        }
    }
}

/// List the customer numbers of a unit
///
/// Everything that was entered, the last first.
#[utoipa::path(
    get, path = "/api/voice/figures/customers", operation_id = "list_customer_bases", tag = "voice", params(BasesQuery),
    responses(
        (status = 200, description = "What was entered", body = [CustomerBaseBody]),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit, or it is not the caller's", body = ProblemBody),
    )
)]
pub async fn list_customer_bases(
    call: Call,
    Query(query): Query<BasesQuery>,
) -> Result<axum::Json<Vec<CustomerBaseBody>>, Failure> {
    call.require(SEE)?;
    let actor = call.actor.clone();
    let list = call
        .read(move |conn| {
            let unit = units::find(conn, query.unit)?.filter(|unit| actor.may(SEE, &unit.path));
            let unit = unit.ok_or_else(|| Problem::not_found("机构", "unit"))?;
            Ok(bases::history(conn, &unit.path)?)
        })
        .await?;
    Ok(axum::Json(list.into_iter().map(Into::into).collect()))
}

/// How many customers a unit has from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCustomersRequest {
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// From this day on.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// How many.
    #[schema(minimum = 1)]
    pub customers: i64,
}

/// Enter the customer number of a unit
///
/// Figures for ten million customers are divided by it from that day on.
#[utoipa::path(
    post, path = "/api/voice/figures/customers", operation_id = "set_customer_base", tag = "voice",
    request_body = SetCustomersRequest,
    responses(
        (status = 201, description = "It was entered", body = CustomerBaseBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.figures.bases`", body = ProblemBody),
        (status = 404, description = "There is no such unit, or it is not the caller's", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn set_customer_base(call: Call, json: Json<SetCustomersRequest>) -> Result<Reply, Failure> {
    call.require(SET_BASES)?;
    let request = json.value;
    if !(1..=CUSTOMERS_MAX).contains(&request.customers) {
        let text = Text::of(
            format!("客户数应在 1 至 {CUSTOMERS_MAX} 之间。"),
            format!("The number is between 1 and {CUSTOMERS_MAX}."),
        );
        return Err(Problem::invalid("/customers", text).into());
    }
    if request.since > reading::now(&call.shared).date() {
        let text = Text::fixed("起始日期不能晚于今天。", "The day cannot lie in the future.");
        return Err(Problem::invalid("/since", text).into());
    }
    let actor = call.actor.clone();
    call.write(json.print, move |unit| {
        let now = unit.now();
        let conn = unit.connection();
        let place = units::find(conn, request.unit)?.filter(|unit| actor.may(SET_BASES, &unit.path));
        let place = place.ok_or_else(|| Problem::not_found("机构", "unit"))?;
        let base = CustomerBase {
            unit: place.path,
            since: request.since,
            customers: request.customers,
            set_by: actor.reference.clone(),
            set_at: now,
        };
        bases::add(conn, &base)?;
        let address = format!("/api/voice/figures/customers?unit={}", request.unit);
        Reply::created(address, &CustomerBaseBody::from(base))
    })
    .await
}

/// The names of units by their places.
pub(super) fn unit_titles<'p>(
    conn: &mut Connection,
    places: impl Iterator<Item = &'p str>,
) -> Result<HashMap<String, String>, Problem> {
    let places: Vec<OrgPath> = places.filter_map(|place| OrgPath::parse(place).ok()).collect();
    let names = list::unit_names(conn, places.iter())?;
    let named = places.iter().filter_map(|place| Some((place.as_str().to_owned(), names.get(place.code())?.clone())));
    Ok(named.collect())
}
