//! Narrows a broken checkpoint down to one event, by the trace that was signed with it.

use std::collections::HashSet;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{Finding, finding};
use crate::{
    Connection, StoreError,
    checkpoint::{Statement, TRACE_BYTES},
    on_each,
    schema::events,
};

/// Rows fetched at a time.
const BATCH: i64 = 4_096;

/// A row of the narrow second look: position, stream, version, hash.
type Place = (i64, String, i64, Vec<u8>);

/// The first event of the checkpoint's span that is not what the trace says, if the trace tells.
pub(crate) fn first_difference(
    connection: &mut Connection,
    statement: &Statement,
    trace: &[u8],
) -> Result<Option<Finding>, StoreError> {
    let number = statement.number;
    let mut signed = Signed::new(statement, trace);
    let mut after = statement.after;
    loop {
        let query = events::table
            .filter(events::position.gt(after))
            .filter(events::position.le(statement.position))
            .order(events::position)
            .limit(BATCH)
            .select((events::position, events::stream, events::version, events::hash));
        let rows: Vec<Place> = on_each!(connection, |c| query.load(c))?;
        let Some(last) = rows.last() else { break };
        after = last.0;
        for (position, stream, version, hash) in rows {
            let Some((expected, mark)) = signed.next() else {
                return Ok(Some(finding::inserted_at(number, position, &stream, version)));
            };
            if let Some(expected) = expected {
                if position > expected {
                    return Ok(Some(finding::missing_at(number, expected)));
                }
                if position < expected {
                    return Ok(Some(finding::inserted_at(number, position, &stream, version)));
                }
            }
            if hash.get(..TRACE_BYTES) != Some(mark) {
                let moved = hash.get(..TRACE_BYTES).is_some_and(|mark| contains(trace, mark));
                return Ok(Some(finding::replaced_at(number, position, &stream, version, moved)));
            }
        }
    }
    // Fewer events than were signed: the next one that was signed is the first missing.
    Ok(signed.next().map(|(expected, _)| finding::missing_at(number, expected.unwrap_or(statement.position))))
}

fn contains(trace: &[u8], mark: &[u8]) -> bool {
    let marks: HashSet<&[u8]> = trace.chunks_exact(TRACE_BYTES).collect();
    marks.contains(mark)
}

/// The positions and marks that were signed, in order. Positions are unknown when the absent ones were too many to list.
struct Signed<'a> {
    marks: std::slice::ChunksExact<'a, u8>,
    position: i64,
    absent: Option<std::iter::Peekable<std::slice::Iter<'a, (i64, i64)>>>,
}

impl<'a> Signed<'a> {
    fn new(statement: &'a Statement, trace: &'a [u8]) -> Self {
        Self {
            marks: trace.chunks_exact(TRACE_BYTES),
            position: statement.after,
            absent: statement.absent.as_ref().map(|ranges| ranges.iter().peekable()),
        }
    }

    fn next(&mut self) -> Option<(Option<i64>, &'a [u8])> {
        let mark = self.marks.next()?;
        self.position += 1;
        let Some(absent) = &mut self.absent else { return Some((None, mark)) };
        while let Some((first, last)) = absent.peek() {
            if (*first..=*last).contains(&self.position) {
                self.position = last + 1;
            } else if *last >= self.position {
                break;
            }
            absent.next();
        }
        Some((Some(self.position), mark))
    }
}
