//! Taking an uploaded list, batch by batch, each batch one unit of work. Whatever stops it leaves the batches before taken and
//! counted; the same list may be uploaded again, and what was taken is known then.

use std::{io::Cursor, ops::ControlFlow};

use kernel::{Problem, Text};
use ledger::{Announcement, Cause, Ledger};
use people::model::upload::UploadState;
use table::{Headers, Meter, Row, RowError, Sink, TableError, TableOptions};

use super::{
    BATCH_ROWS, Counts, Fate, Next, PastList, Rows,
    mapping::{Defaults, Mapping, MappingError, PastMatter},
    take,
};
use crate::{model::Law, store::past_lists};

/// The topic under which the end of a list is announced.
pub const TOPIC: &str = "voice.past_list";
/// Faults of one list that are kept, row by row; a list with more has the wrong mapping. Beyond it they are counted.
pub const FAULTS_KEPT_MAX: usize = 50_000;

/// A list that could not be taken to its end; the batches before stay.
#[derive(Debug)]
struct Broken(Text);

impl From<TableError> for Broken {
    fn from(error: TableError) -> Self {
        Self(error.text())
    }
}

impl From<MappingError> for Broken {
    fn from(error: MappingError) -> Self {
        Self(error.text())
    }
}

impl From<Problem> for Broken {
    fn from(problem: Problem) -> Self {
        if let Some(internal) = problem.internal() {
            tracing::error!(%internal, "an uploaded list of past complaints could not be taken to its end");
        }
        Self(problem.message)
    }
}

/// A list and how it is read.
#[derive(Debug)]
pub struct Upload {
    /// The list as it was begun.
    pub list: PastList,
    /// Which column gives what.
    pub mapping: Mapping,
    /// What the mapping leaves open.
    pub defaults: Defaults,
    /// How the file is read.
    pub options: TableOptions,
    /// The file.
    pub file: Vec<u8>,
}

/// Takes a list that was begun, and says how it ended.
///
/// # Errors
/// When not even its end can be written down.
pub fn run(ledger: &Ledger, law: &Law, upload: Upload) -> Result<(), Problem> {
    let Upload { list, mapping, defaults, options, file } = upload;
    let mut taking = Taking {
        ledger,
        law,
        list: &list,
        mapping: &mapping,
        defaults,
        cause: Cause::import(list.id),
        meter: Meter::default(),
        rows: None,
        batch: Vec::new(),
        faults: Vec::new(),
        counts: Counts::default(),
        kept: 0,
    };
    let meter = taking.meter.clone();
    let read = table::read(Cursor::new(file), &options, &meter, &mut taking).and_then(|()| taking.flush());
    let (state, failure) = match read {
        Ok(()) => (UploadState::Done, None),
        Err(Broken(text)) => (UploadState::Failed, Some(text)),
    };
    let (id, place) = (list.id, list.unit.clone());
    ledger.write(&taking.cause, move |unit| -> Result<(), Problem> {
        let now = unit.now();
        past_lists::end(unit.connection(), id, state, failure.as_ref(), now)?;
        let kind = state.as_str().to_owned();
        unit.announce(Announcement { topic: TOPIC, id: id.to_string(), unit: place.clone(), kind });
        Ok(())
    })
}

struct Taking<'a> {
    ledger: &'a Ledger,
    law: &'a Law,
    list: &'a PastList,
    mapping: &'a Mapping,
    defaults: Defaults,
    cause: Cause,
    meter: Meter,
    rows: Option<Rows>,
    batch: Vec<PastMatter>,
    /// Faults that are not written down yet.
    faults: Vec<RowError>,
    /// What is not written down yet.
    counts: Counts,
    /// Faults kept so far.
    kept: usize,
}

impl Taking<'_> {
    /// Takes what waits, and writes down how far the list is.
    fn flush(&mut self) -> Result<(), Broken> {
        let batch = std::mem::take(&mut self.batch);
        if let Some(rows) = self.rows.as_ref().filter(|_| !batch.is_empty()) {
            for fate in take(self.ledger, &self.cause, &batch, rows.binding(), self.law)? {
                match fate {
                    Ok(Fate::Taken) => self.counts.taken += 1,
                    Ok(Fate::Already) => self.counts.already += 1,
                    Err(fault) => {
                        self.counts.refused += 1;
                        self.faults.push(fault);
                    }
                }
            }
        }
        self.write_down()
    }

    fn write_down(&mut self) -> Result<(), Broken> {
        let (counts, mut faults) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.faults));
        faults.sort_by_key(|fault| fault.line);
        faults.truncate(FAULTS_KEPT_MAX.saturating_sub(self.kept));
        let (id, from, bytes, kept) = (self.list.id, self.kept, self.meter.bytes(), faults.len());
        self.ledger.write(&self.cause, move |unit| -> Result<(), Problem> {
            let now = unit.now();
            past_lists::advance(unit.connection(), id, &counts, bytes, now)?;
            Ok(past_lists::refuse(unit.connection(), id, from, &faults)?)
        })?;
        self.kept += kept;
        Ok(())
    }

    fn fault(&mut self, error: RowError) {
        self.counts.refused += 1;
        self.faults.push(error);
    }
}

impl Sink<Broken> for Taking<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), Broken> {
        let binding = self.mapping.bind(headers, &self.law.rules)?;
        self.rows = Some(Rows::new(binding, self.defaults.clone()));
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, Broken> {
        let hasher = self.ledger.ports().keyring.hasher();
        let rows = self.rows.as_mut().ok_or(TableError::Empty)?;
        match rows.next(&row, hasher) {
            Ok(Next::Matter(matter)) => self.batch.push(*matter),
            Ok(Next::Skipped) => self.counts.skipped += 1,
            Ok(Next::Repeated) => self.counts.repeated += 1,
            Err(error) => self.fault(error),
        }
        if self.batch.len() + self.faults.len() >= BATCH_ROWS {
            self.flush()?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, Broken> {
        self.fault(error);
        if self.faults.len() >= BATCH_ROWS {
            self.flush()?;
        }
        Ok(ControlFlow::Continue(()))
    }
}
