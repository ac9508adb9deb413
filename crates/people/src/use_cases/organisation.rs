//! Taking an organisation list: everything in one unit of work, or nothing.

use std::collections::HashMap;

use kernel::{ActorRef, OrgPath, id::UnitId};
use ledger::{StoreError, Unit};

use super::{ACCESS_TOPIC, ORGANISATION_TOPIC, announce};
use crate::{
    model::{
        events::{ORGANISATION_STREAM, OrganisationEvent},
        import::RowErrors,
        organisation::Unit as Place,
        organisation_import::{OrganisationPlan, UnitRow, plan},
    },
    store::units,
};

/// Events appended at once; the ledger takes a thousand.
const EVENTS_AT_ONCE: usize = 500;

/// Why a list was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationImportError {
    /// Rows are wrong; nothing was changed.
    #[error("{} errors in the list", .0.total())]
    Rows(RowErrors),
    /// The database failed; nothing was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What taking a list changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrganisationSummary {
    /// Rows of the list.
    pub rows: u64,
    /// Units opened.
    pub opened: u64,
    /// Units with another name.
    pub renamed: u64,
    /// Units with another unit above them.
    pub moved: u64,
    /// Units closed.
    pub closed: u64,
    /// Units changed in any way, those carried along by a move included.
    pub changed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
}

/// Takes a list. `digest` is that of the file, in hexadecimal; the event keeps it.
///
/// Taking the same list again changes nothing and leaves one event that says so.
pub fn import(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    rows: &[UnitRow],
    digest: &str,
) -> Result<OrganisationSummary, OrganisationImportError> {
    // Two lists at once would each be right about a tree that the other changes.
    unit.lock(ORGANISATION_STREAM)?;
    let existing = units::all(unit.connection())?;
    let plan = plan(&existing, rows).map_err(OrganisationImportError::Rows)?;
    let mut ids: HashMap<String, UnitId> = existing.into_iter().map(|place| (place.code, place.id)).collect();
    open_units(unit, &plan, &mut ids)?;
    change_units(unit, &plan, &ids)?;
    let summary = OrganisationSummary {
        rows: rows.len() as u64,
        opened: plan.open.len() as u64,
        renamed: count(&plan, |change| change.renamed),
        moved: plan.moves.len() as u64,
        closed: count(&plan, |change| change.closed),
        changed: plan.change.len() as u64,
        unchanged: plan.unchanged,
    };
    leave_events(unit, actor, &plan, &summary, digest)?;
    Ok(summary)
}

fn count(plan: &OrganisationPlan, what: impl Fn(&crate::model::organisation_import::UnitChange) -> bool) -> u64 {
    plan.change.iter().filter(|change| what(change)).count() as u64
}

fn parent_of(path: &OrgPath, ids: &HashMap<String, UnitId>) -> Option<UnitId> {
    path.parent().and_then(|above| ids.get(above.code()).copied())
}

fn open_units(
    unit: &mut Unit<'_>,
    plan: &OrganisationPlan,
    ids: &mut HashMap<String, UnitId>,
) -> Result<(), StoreError> {
    let now = unit.now();
    for new in &plan.open {
        let id = UnitId::new(now, unit.random());
        let place = Place {
            id,
            code: new.code.clone(),
            name: new.name.clone(),
            kind: new.kind,
            parent: parent_of(&new.path, ids),
            path: new.path.clone(),
            region: new.region.clone(),
            status: new.status,
        };
        units::insert(unit.connection(), &place, now)?;
        ids.insert(place.code, id);
    }
    Ok(())
}

fn change_units(unit: &mut Unit<'_>, plan: &OrganisationPlan, ids: &HashMap<String, UnitId>) -> Result<(), StoreError> {
    let now = unit.now();
    for change in &plan.change {
        let mut after = change.after.clone();
        after.parent = parent_of(&after.path, ids);
        units::update(unit.connection(), &after, now)?;
        if after.path != change.path_before {
            units::update_places(unit.connection(), after.id, &after.path)?;
        }
    }
    Ok(())
}

fn leave_events(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    plan: &OrganisationPlan,
    summary: &OrganisationSummary,
    digest: &str,
) -> Result<(), StoreError> {
    let mut events = vec![OrganisationEvent::Imported {
        digest: digest.to_owned(),
        rows: summary.rows,
        opened: summary.opened,
        renamed: summary.renamed,
        moved: summary.moved,
        closed: summary.closed,
        changed: summary.changed,
        unchanged: summary.unchanged,
    }];
    events.extend(plan.moves.iter().map(|one| OrganisationEvent::Moved {
        unit: one.id,
        from: one.from.clone(),
        to: one.to.clone(),
        carried: one.carried,
    }));
    let mut version = unit.load::<OrganisationEvent>(ORGANISATION_STREAM)?.version;
    for some in events.chunks(EVENTS_AT_ONCE) {
        version = unit.append(ORGANISATION_STREAM, version, actor, some)?;
    }
    let top = plan.open.first().map(|new| &new.path).or(plan.change.first().map(|change| &change.after.path));
    if let Some(path) = top {
        announce(unit, ORGANISATION_TOPIC, ORGANISATION_STREAM.to_owned(), path, "imported");
        // Scopes are paths: who moved, and whose scope moved, must be known anew.
        announce(unit, ACCESS_TOPIC, ORGANISATION_STREAM.to_owned(), path, "imported");
    }
    Ok(())
}
