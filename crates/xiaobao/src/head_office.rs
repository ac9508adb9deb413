//! The unit that a command works for when none is named: the head office, opened when the organisation is still empty.

use kernel::Text;
use people::{
    model::{organisation::Unit, organisation_import::UnitRow},
    store::units,
    use_cases::organisation::OrganisationImportError,
};

use crate::{
    commands::import::take_units,
    console::Console,
    fault::{Fault, Outcome},
    house::House,
};

/// The code of a head office that is opened here; a list of units that is taken later may rename it.
const CODE: &str = "HO";

/// The unit `code`, or the top of the organisation.
pub fn unit_or_top(house: &House, code: Option<&str>, console: Console) -> Outcome<Unit> {
    if let Some(unit) = find(house, code)? {
        return Ok(unit);
    }
    let empty = house.ledger.read(units::all)?.is_empty();
    match code {
        Some(code) if !empty => {
            Err(Fault::setting(Text::of(format!("没有机构 {code}。"), format!("There is no unit {code}."))))
        }
        Some(code) => open(house, code, console),
        None => open(house, CODE, console),
    }
}

fn find(house: &House, code: Option<&str>) -> Outcome<Option<Unit>> {
    house.ledger.read(|conn| match code {
        Some(code) => Ok(units::find_by_code(conn, code)?),
        None => Ok(units::all(conn)?.into_iter().find(|unit| unit.parent.is_none())),
    })
}

fn open(house: &House, code: &str, console: Console) -> Outcome<Unit> {
    let row = UnitRow {
        line: 1,
        code: code.to_owned(),
        name: "总行".to_owned(),
        kind: "head_office".to_owned(),
        ..UnitRow::default()
    };
    take_units(house, vec![row], "").map_err(|error| match error {
        OrganisationImportError::Store(error) => error.into(),
        OrganisationImportError::Rows(errors) => {
            let reason = errors.listed().first().map(|error| error.reason.clone());
            Fault::setting(reason.unwrap_or_else(|| Text::fixed("机构号有误。", "The unit's code is wrong.")))
        }
    })?;
    console.note(&Text::of(
        format!("机构表还是空的：已设立总行 {code}。"),
        format!("The organisation was empty: opened the head office {code}."),
    ));
    find(house, Some(code))?.ok_or_else(|| {
        Fault::failed(Text::fixed("刚设立的总行不在表中。", "The head office that was just opened is not there."))
    })
}
