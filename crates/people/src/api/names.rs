//! The names behind the ids and places that other answers mention, so that a page can say who did something and where.
//!
//! A name is told to any colleague who already holds the id; nothing here can be searched or listed, and nothing but names
//! and units is told.

use endpoint::{Call, Failure, ProblemBody, Query};
use kernel::{
    Pii, Problem, Text,
    id::{StaffId, UnitId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::store::{staff, staff_seal, units};

/// Names asked for at once: what the longest history on one page mentions.
const NAMES_MAX: usize = 100;

/// Whose names are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NamesQuery {
    /// Ids of members of staff, separated by commas; at most 100.
    pub staff: Option<String>,
    /// Codes of units, separated by commas; at most 100.
    pub units: Option<String>,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffNameBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: StaffId,
    /// The name.
    pub name: String,
    /// The unit the person belongs to.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitNameBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: UnitId,
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
}

/// Those that there are, in no order.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamesBody {
    /// The members of staff.
    pub staff: Vec<StaffNameBody>,
    /// The units.
    pub units: Vec<UnitNameBody>,
}

/// Name colleagues and units
///
/// For ids and codes that other answers mention. Ones that do not exist are left out.
#[utoipa::path(
    get, path = "/api/people/names", operation_id = "list_names", tag = "people", params(NamesQuery),
    responses(
        (status = 200, description = "The names", body = NamesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_names(call: Call, Query(query): Query<NamesQuery>) -> Result<axum::Json<NamesBody>, Failure> {
    let ids = parts("?staff", query.staff.as_deref())?
        .into_iter()
        .map(|id| id.parse::<StaffId>().map_err(|_| Problem::invalid("?staff", not_an_id())))
        .collect::<Result<Vec<_>, _>>()?;
    let codes: Vec<String> = parts("?units", query.units.as_deref())?.into_iter().map(str::to_owned).collect();
    let keyring = call.shared.ledger().ports().keyring.clone();
    let body = call
        .read(move |conn| {
            let records = staff::find_all(conn, &ids)?;
            let mut names = staff_seal::names(conn, &keyring, &records)?;
            let homes: Vec<UnitId> = records.iter().map(|record| record.staff.unit).collect();
            let homes = units::find_all(conn, &homes)?;
            let staff = records.into_iter().map(|record| {
                let home = homes.iter().find(|unit| unit.id == record.staff.unit);
                StaffNameBody {
                    id: record.staff.id,
                    name: names.remove(&record.staff.id).map(Pii::into_exposed).unwrap_or_default(),
                    unit: record.staff.unit,
                    unit_name: home.map(|unit| unit.name.clone()).unwrap_or_default(),
                }
            });
            let staff = staff.collect();
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            let units = units::find_by_codes(conn, &codes)?.into_iter();
            let units = units.map(|unit| UnitNameBody { id: unit.id, code: unit.code, name: unit.name }).collect();
            Ok(NamesBody { staff, units })
        })
        .await?;
    Ok(axum::Json(body))
}

fn parts<'t>(pointer: &str, list: Option<&'t str>) -> Result<Vec<&'t str>, Problem> {
    let parts: Vec<&str> = list.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() <= NAMES_MAX {
        return Ok(parts);
    }
    let text = Text::of(format!("一次最多 {NAMES_MAX} 个。"), format!("At most {NAMES_MAX} at once."));
    Err(Problem::invalid(pointer, text))
}

fn not_an_id() -> Text {
    Text::fixed("须为员工编号，以逗号分隔。", "Must be ids of members of staff, separated by commas.")
}
