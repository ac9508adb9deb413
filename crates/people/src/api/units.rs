//! The organisation chart: opened level by level, or searched.

use endpoint::{Call, Failure, PageBody, Path, ProblemBody, Query};
use kernel::{Cursor, PageRequest, Problem, id::UnitId};
use ledger::Connection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::UnitRef;
use crate::{
    model::{organisation::Unit, permissions::UNIT_SEE},
    store::units::{self, UnitFilter},
};

/// Which units to list: those below one, those that match words, or the top when neither is given.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UnitsQuery {
    /// The unit whose direct children are wanted.
    #[param(value_type = Option<String>)]
    pub parent: Option<UnitId>,
    /// Part of a code or a name; searches at and below `within`, or everywhere.
    pub words: Option<String>,
    /// The unit at and below which to search.
    #[param(value_type = Option<String>)]
    pub within: Option<UnitId>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A unit of the chart.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitBody {
    /// The unit.
    #[serde(flatten)]
    pub unit: UnitRef,
    /// The unit above; absent at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<UnitId>,
    /// The administrative region; empty when not said.
    pub region: String,
    /// Whether there are units below.
    pub has_children: bool,
}

/// A unit with the line of units above it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitDetailBody {
    /// The unit.
    #[serde(flatten)]
    pub unit: UnitBody,
    /// The units above, the top first.
    pub above: Vec<UnitRef>,
}

fn bodies(conn: &mut Connection, found: Vec<Unit>) -> Result<Vec<UnitBody>, Problem> {
    let ids: Vec<UnitId> = found.iter().map(|unit| unit.id).collect();
    let parents = units::with_children(conn, &ids)?;
    let body = |unit: Unit| UnitBody {
        unit: UnitRef::from(&unit),
        parent: unit.parent,
        has_children: parents.contains(&unit.id),
        region: unit.region,
    };
    Ok(found.into_iter().map(body).collect())
}

fn found(conn: &mut Connection, id: UnitId) -> Result<Unit, Problem> {
    units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))
}

/// List units
#[utoipa::path(
    get, path = "/api/people/units", operation_id = "list_units", tag = "people", params(UnitsQuery),
    responses(
        (status = 200, description = "A page of units, in the order of the tree", body = PageBody<UnitBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.unit.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_units(
    call: Call,
    Query(query): Query<UnitsQuery>,
) -> Result<axum::Json<PageBody<UnitBody>>, Failure> {
    call.require(UNIT_SEE)?;
    let page = call
        .read(move |conn| {
            let words = query.words.filter(|words| !words.trim().is_empty());
            let filter = match (query.parent, words) {
                (Some(parent), None) => UnitFilter::Below(found(conn, parent)?.id),
                (None, None) => UnitFilter::Top,
                (_, Some(words)) => {
                    let within = query.within.or(query.parent).map(|id| found(conn, id)).transpose()?;
                    UnitFilter::Words { within: within.map(|unit| unit.path), words }
                }
            };
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let page = units::page(conn, &filter, &request)?;
            let items = bodies(conn, page.items)?;
            Ok(kernel::Page { items, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// Get a unit
#[utoipa::path(
    get, path = "/api/people/units/{id}", operation_id = "get_unit", tag = "people",
    params(("id" = String, Path, description = "The unit")),
    responses(
        (status = 200, description = "The unit and the units above it", body = UnitDetailBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.unit.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
    )
)]
pub async fn get_unit(call: Call, Path(id): Path<UnitId>) -> Result<axum::Json<UnitDetailBody>, Failure> {
    call.require(UNIT_SEE)?;
    let body = call
        .read(move |conn| {
            let unit = found(conn, id)?;
            let above: Vec<UnitRef> =
                units::line_of(conn, &unit.path)?.iter().filter(|other| other.id != id).map(UnitRef::from).collect();
            let unit = bodies(conn, vec![unit])?.pop().ok_or_else(|| Problem::not_found("机构", "unit"))?;
            Ok(UnitDetailBody { unit, above })
        })
        .await?;
    Ok(axum::Json(body))
}
