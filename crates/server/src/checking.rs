//! Checks the whole ledger beside everything else: on a thread of its own, over one snapshot, telling how far it is as it
//! goes. It must never hold a writer, and never keep the program from stopping.

use std::ops::ControlFlow;

use kernel::{Timestamp, id::LedgerCheckId};
use ledger::{Cause, Checkpoint, Ledger, StoreError, VerifyOptions, VerifyProgress};

use crate::store::checks;

/// Between two signs of life: often enough for a page that is looked at, and few writes.
const TELL_EVERY_MICROS: i64 = 1_000_000;

/// Runs a check that was begun, on a thread of its own. A program that stops leaves it broken off.
///
/// # Errors
/// When the machine has no thread left.
pub fn start(ledger: &Ledger, id: LedgerCheckId, kept: Option<Checkpoint>) -> std::io::Result<()> {
    let ledger = ledger.clone();
    let work = move || {
        if let Err(error) = run(&ledger, id, kept) {
            tracing::error!(check.id = %id, %error, "check {id} of the ledger could not be ended");
        }
    };
    std::thread::Builder::new().name("ledger-check".to_owned()).spawn(work).map(drop)
}

/// Runs a check that was begun, and says how it ended.
///
/// # Errors
/// When not even the failure could be kept.
pub fn run(ledger: &Ledger, id: LedgerCheckId, kept: Option<Checkpoint>) -> Result<(), StoreError> {
    let cause = Cause::new(format!("check:{id}"));
    let mut told: Option<Timestamp> = None;
    let report = ledger.verify(&VerifyOptions { exported: kept }, &mut |progress| {
        let now = ledger.ports().clock.now();
        if told.is_some_and(|at| now < at.plus_micros(TELL_EVERY_MICROS)) {
            return ControlFlow::Continue(());
        }
        told = Some(now);
        tell(ledger, &cause, id, progress)
    });
    let report = match report {
        Ok(report) => Some(report),
        Err(error) => {
            tracing::error!(check.id = %id, %error, "check {id} of the ledger failed");
            None
        }
    };
    if let Some(finding) = report.as_ref().and_then(|report| report.finding.as_ref()) {
        tracing::error!(check.id = %id, finding = %finding.text.en, "the ledger is not intact");
        metrics::counter!("ledger_checks_broken_total").increment(1);
    }
    ledger.write(&cause, move |unit| {
        let now = unit.now();
        checks::end(unit.connection(), id, report.as_ref(), now)
    })
}

/// Says how far the check is, and whether it shall go on. A sign of life that could not be kept stops nothing.
fn tell(ledger: &Ledger, cause: &Cause, id: LedgerCheckId, progress: VerifyProgress) -> ControlFlow<()> {
    let VerifyProgress { position, until, events } = progress;
    let kept = ledger.write(cause, move |unit| {
        let now = unit.now();
        checks::advance(unit.connection(), id, (position, until, events), now)
    });
    match kept {
        Ok(true) => ControlFlow::Continue(()),
        Ok(false) => ControlFlow::Break(()),
        Err(error) => {
            tracing::warn!(check.id = %id, %error, "check {id} of the ledger could not say how far it is");
            ControlFlow::Continue(())
        }
    }
}
