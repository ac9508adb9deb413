//! How a table leaves the house: written on a thread of its own into a channel of few pieces, so that a slow reader holds the
//! writer back and memory stays the same however long the table is.

use std::io::{self, Write};

use axum::body::Body;
use bytes::Bytes;
use endpoint::{Call, Shared};
use kernel::{ActorRef, Problem, id::ExportId};
use ledger::Cause;
use table::write::{Cell, Format, TableWriter};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::rows::Source;
use crate::{model::export::ExportEvent, store::exports};

/// Rows of an export at most; a sheet of xlsx holds 1,048,576.
pub const ROWS_MAX: u64 = 1_000_000;
/// Bytes that go into the channel at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for the reader: with the one being filled, half a megabyte for each export.
const PIECES_WAITING: usize = 6;

/// Begins to write the rows of `source`; the body ends broken when they cannot all be read.
pub(super) fn start(call: &Call, export: ExportId, format: Format, source: Source) -> Body {
    let (pieces, waiting) = channel(PIECES_WAITING);
    let (shared, cause, by) = (call.shared.clone(), call.cause(), call.actor.reference.clone());
    tokio::task::spawn_blocking(move || {
        let mut rows = 0;
        let ended = write_all(&shared, &pieces, format, source, &mut rows);
        let is_whole = matches!(ended, Ok(true));
        if let Err(error) = ended {
            tracing::warn!(export.id = %export, rows, %error, "an export stopped before its end");
            // Whoever reads must not take a part for the whole. A reader that has gone needs no telling.
            let _ = pieces.blocking_send(Err(io::Error::other("the export stopped")));
        }
        if let Err(problem) = record(&shared, &cause, &by, export, (rows, is_whole)) {
            tracing::error!(export.id = %export, ?problem, "the end of an export could not be recorded");
        }
    });
    Body::from_stream(stream(waiting))
}

/// The pieces as they come. It may be asked again after its end, which compression does.
fn stream(mut waiting: Receiver<io::Result<Bytes>>) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    futures_util::stream::poll_fn(move |context| waiting.poll_recv(context))
}

/// Writes everything. Whether the table holds all there is.
fn write_all(
    shared: &Shared,
    pieces: &Sender<io::Result<Bytes>>,
    format: Format,
    mut source: Source,
    rows: &mut u64,
) -> io::Result<bool> {
    let mut table = TableWriter::new(format, Pieces { channel: pieces.clone(), filled: Vec::new() });
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

/// The writing end of the channel.
struct Pieces {
    channel: Sender<io::Result<Bytes>>,
    filled: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.filled.extend_from_slice(bytes);
        if self.filled.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.filled.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.filled));
        self.channel
            .blocking_send(Ok(piece))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader went away"))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt};

    use super::*;

    #[test]
    fn a_stream_that_ended_ends_again() {
        let (pieces, waiting) = channel(1);
        pieces.try_send(Ok(Bytes::from_static(b"piece"))).expect("there is room");
        drop(pieces);
        let mut stream = std::pin::pin!(stream(waiting));
        let piece = stream.next().now_or_never().expect("it is there").expect("it is one").expect("it is whole");
        assert_eq!(piece, Bytes::from_static(b"piece"));
        assert!(stream.next().now_or_never().expect("it is over").is_none());
        assert!(stream.next().now_or_never().expect("it is still over").is_none());
    }
}
