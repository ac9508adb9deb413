//! `xiaobao import orgs`: the organisation, whole or not at all.

use std::{ops::ControlFlow, path::Path};

use kernel::{ActorRef, SystemRandom, Text, id::ImportId};
use ledger::Cause;
use people::{
    model::organisation_import::{COLUMNS, ROWS_MAX, UnitRow},
    use_cases::organisation::{self, OrganisationImportError, OrganisationSummary},
};

use super::{Reading, list};
use crate::{
    console::{self, Console},
    fault::{Exit, Fault, Outcome},
    house::{self, House, Tables},
    refusals::Refusals,
    settings::Settings,
    table::{Meter, RowError},
};

/// Takes the list.
pub fn run(path: &Path, reading: &Reading, settings: &Settings, console: Console) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    let mut refusals = Refusals::start(reading.errors.as_deref(), &[path], console)?;
    let mut rows: Vec<UnitRow> = Vec::new();
    let mut take = |batch: Vec<UnitRow>| {
        rows.extend(batch);
        // One row beyond the bound is enough for people to refuse the list.
        Ok(if rows.len() > ROWS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    let mut bad = |error: &RowError| refusals.add(error);
    let make = |line, field: &dyn Fn(&str) -> String| UnitRow::read(line, field);
    list::Batches::new(&COLUMNS, console, 1, make, &mut take, &mut bad).read(
        path,
        &reading.options(),
        &Meter::default(),
    )?;
    if refusals.count() > 0 {
        return Err(nothing_taken(refusals));
    }
    let digest = list::digest(path, house.ledger.ports().keyring.hasher())?;
    match import(&house, rows, &digest) {
        Ok(summary) => say(&summary, console),
        Err(OrganisationImportError::Rows(errors)) => {
            list::row_errors(&errors).try_for_each(|error| refusals.add(&error))?;
            Err(nothing_taken(refusals))
        }
        Err(OrganisationImportError::Store(error)) => Err(error.into()),
    }
}

/// Takes rows as one unit of work.
pub fn import(house: &House, rows: Vec<UnitRow>, digest: &str) -> Result<OrganisationSummary, OrganisationImportError> {
    let id = ImportId::new(house.ledger.ports().clock.now(), &SystemRandom);
    let digest = digest.to_owned();
    house
        .ledger
        .write(&Cause::import(id), move |unit| organisation::import(unit, &ActorRef::program("import"), &rows, &digest))
}

fn nothing_taken(refusals: Refusals) -> Fault {
    let count = refusals.count();
    match refusals.finish() {
        // The file of errors could not be written: that is told instead.
        Err(fault) if fault.exit == Exit::Failed => fault,
        Err(_) | Ok(()) => Fault::failed(Text::of(
            format!("有 {count} 处错误，机构没有任何改变。"),
            format!("{} found; the organisation was not changed.", console::counted(count, "error was", "errors were")),
        )),
    }
}

fn say(summary: &OrganisationSummary, console: Console) -> Outcome {
    let OrganisationSummary { rows, opened, renamed, moved, closed, changed, unchanged } = *summary;
    console.say(&Text::of(
        format!("共 {rows} 行：新设 {opened}，变更 {changed}（更名 {renamed}、迁移 {moved}、撤销 {closed}），未变 {unchanged}。"),
        format!("{rows} rows: {opened} opened, {changed} changed ({renamed} renamed, {moved} moved, {closed} closed), {unchanged} unchanged."),
    ))
}
