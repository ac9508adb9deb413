//! How a table leaves the house: row by row as it is read, never as a whole, and with its end recorded.

use std::io;

use axum::body::Body;
use endpoint::{
    Call, Shared,
    download::{self, Pieces},
};
use kernel::{ActorRef, Problem, id::ExportId};
use ledger::Cause;
use table::write::{Cell, Format, TableWriter};

use super::rows::Source;
use crate::{model::export::ExportEvent, store::exports};

/// Rows of an export at most; a sheet of xlsx holds 1,048,576.
pub const ROWS_MAX: u64 = 1_000_000;

/// Begins to write the rows of `source`; the body ends broken when they cannot all be read.
pub(super) fn start(call: &Call, export: ExportId, format: Format, source: Source) -> Body {
    let (shared, cause, by) = (call.shared.clone(), call.cause(), call.actor.reference.clone());
    download::body(move |pieces| {
        let mut rows = 0;
        let ended = write_all(&shared, pieces, format, source, &mut rows);
        let is_whole = matches!(ended, Ok(true));
        if let Err(error) = &ended {
            tracing::warn!(export.id = %export, rows, %error, "an export stopped before its end");
        }
        if let Err(problem) = record(&shared, &cause, &by, export, (rows, is_whole)) {
            tracing::error!(export.id = %export, ?problem, "the end of an export could not be recorded");
        }
        ended.map(drop)
    })
}

/// Writes everything. Whether the table holds all there is.
fn write_all(shared: &Shared, pieces: Pieces, format: Format, mut source: Source, rows: &mut u64) -> io::Result<bool> {
    let mut table = TableWriter::new(format, pieces);
    let (name, headings) = source.headings();
    table.sheet(&name, &headings.iter().map(String::as_str).collect::<Vec<_>>())?;
    let limit = source.rows_max().unwrap_or(ROWS_MAX);
    let is_whole = 'all: loop {
        let some = source.next(shared).map_err(|problem| told(&problem))?;
        if some.is_empty() {
            break true;
        }
        for row in some {
            if *rows == limit {
                table.row(&[Cell::Text(source.cut(limit))])?;
                break 'all false;
            }
            table.row(&row)?;
            *rows += 1;
        }
    };
    table.finish()?;
    Ok(is_whole)
}

/// A problem for the log, without what people are told.
fn told(problem: &Problem) -> io::Error {
    io::Error::other(format!("{} {}", problem.kind.slug(), problem.internal().unwrap_or_default()))
}

fn record(
    shared: &Shared,
    cause: &Cause,
    by: &ActorRef,
    export: ExportId,
    (rows, is_whole): (u64, bool),
) -> Result<(), Problem> {
    let by = by.clone();
    shared.ledger().write(cause, move |unit| {
        unit.append(&export.to_string(), 1, &by, &[ExportEvent::Ended { rows, is_whole }])?;
        let now = unit.now();
        Ok(exports::end(unit.connection(), export, (rows, is_whole), now)?)
    })
}
