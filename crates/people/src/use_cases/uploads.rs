//! Taking an uploaded list, piece by piece, each piece one unit of work with the count of what became of it. Whatever stops it
//! leaves the pieces before taken and counted; the same list may be uploaded again, and what was taken is unchanged then.

use std::{io::Cursor, ops::ControlFlow};

use kernel::{ActorRef, OrgPath, Problem, Text};
use ledger::{Cause, Ledger, Unit};
use table::{Headers, Meter, Row, Sink, TableError, TableOptions};

use super::{
    announce,
    imports::{self, BATCH_ROWS, BatchReport},
    organisation::{self, OrganisationImportError},
};
use crate::{
    model::{
        customer_import::CustomerRow,
        import::{Places, ROW_ERRORS_LISTED_MAX},
        organisation_import::{ROWS_MAX, UnitRow},
        staff_import::StaffRow,
        upload::{Counts, Refused, Upload, UploadKind, UploadState, refused},
    },
    store::imports as rows,
};

/// A list that could not be taken to its end; the pieces before stay.
#[derive(Debug)]
struct Broken(Text);

impl From<TableError> for Broken {
    fn from(error: TableError) -> Self {
        Self(error.text())
    }
}

impl From<Problem> for Broken {
    fn from(problem: Problem) -> Self {
        if let Some(internal) = problem.internal() {
            tracing::error!(%internal, "an uploaded list could not be taken to its end");
        }
        Self(problem.message)
    }
}

/// The topic under which the end of a list is announced.
pub const TOPIC: &str = "people.import";

/// Takes a list that was begun, and says how it ended, also to those who listen at `place`.
pub fn take(
    ledger: &Ledger,
    upload: &Upload,
    file: Vec<u8>,
    options: &TableOptions,
    place: &OrgPath,
) -> Result<(), Problem> {
    let mut taking = Taking {
        ledger,
        upload,
        cause: Cause::import(upload.id),
        meter: Meter::default(),
        places: None,
        rows: Vec::new(),
        unread: Vec::new(),
        listed: 0,
    };
    let meter = taking.meter.clone();
    let read = table::read(Cursor::new(file), options, &meter, &mut taking).and_then(|()| taking.finish());
    let (state, failure) = match read {
        Ok(()) => (UploadState::Done, None),
        Err(Broken(text)) => (UploadState::Failed, Some(text)),
    };
    let (id, place) = (upload.id, place.clone());
    ledger.write(&taking.cause, move |unit| -> Result<(), Problem> {
        let now = unit.now();
        rows::end(unit.connection(), id, state, failure.as_ref(), now)?;
        announce(unit, TOPIC, id.to_string(), &place, state.as_str());
        Ok(())
    })
}

/// A list that is being taken.
struct Taking<'a> {
    ledger: &'a Ledger,
    upload: &'a Upload,
    cause: Cause,
    meter: Meter,
    places: Option<Places>,
    /// Rows that wait for their piece, with the values of the known columns.
    rows: Vec<Row>,
    /// Rows that could not be read and are not kept yet.
    unread: Vec<Refused>,
    /// Errors kept so far.
    listed: usize,
}

impl Taking<'_> {
    /// Takes what is left.
    fn finish(&mut self) -> Result<(), Broken> {
        self.refuse_unread()?;
        match self.upload.kind {
            UploadKind::Units => self.take_units(),
            UploadKind::Staff | UploadKind::Customers => self.take_piece(),
        }
    }

    /// Takes the waiting rows of people as one unit of work.
    fn take_piece(&mut self) -> Result<(), Broken> {
        let waiting = std::mem::take(&mut self.rows);
        let Some(places) = self.places.as_ref().filter(|_| !waiting.is_empty()) else { return Ok(()) };
        let value = |row: &Row, key: &str| places.value(row, key);
        match self.upload.kind {
            UploadKind::Units => Ok(()),
            UploadKind::Staff => {
                let rows = waiting.iter().map(|row| StaffRow::read(row.line, |key| value(row, key)));
                let rows: Vec<StaffRow> = rows.collect();
                self.write(move |unit, actor| imports::take_staff(unit, actor, &rows))
            }
            UploadKind::Customers => {
                let rows = waiting.iter().map(|row| CustomerRow::read(row.line, |key| value(row, key)));
                let rows: Vec<CustomerRow> = rows.collect();
                self.write(move |unit, actor| imports::take_customers(unit, actor, &rows))
            }
        }
    }

    /// Takes the whole organisation, or nothing of it.
    fn take_units(&mut self) -> Result<(), Broken> {
        let waiting = std::mem::take(&mut self.rows);
        let Some(places) = &self.places else { return Ok(()) };
        if self.listed > 0 {
            return Err(nothing_changed());
        }
        let rows: Vec<UnitRow> =
            waiting.iter().map(|row| UnitRow::read(row.line, |key| places.value(row, key))).collect();
        let digest = self.upload.digest.clone();
        let (id, meter, actor) = (self.upload.id, self.meter.clone(), self.upload.taken_by.clone());
        let taken = self.ledger.write(&self.cause, move |unit| {
            let summary = organisation::import(unit, &actor, &rows, &digest)?;
            let (added, changed, unchanged) = (summary.opened, summary.changed, summary.unchanged);
            let counts = Counts { added, changed, unchanged, refused: 0 };
            let now = unit.now();
            rows::advance(unit.connection(), id, &counts, meter.bytes(), now).map_err(OrganisationImportError::Store)
        });
        match taken {
            Ok(()) => Ok(()),
            Err(OrganisationImportError::Rows(errors)) => {
                self.refuse(refused(&errors), errors.total())?;
                Err(nothing_changed())
            }
            Err(OrganisationImportError::Store(error)) => Err(Problem::from(error).into()),
        }
    }

    /// One piece: what it does, what became of it, and its errors, all or nothing.
    fn write(
        &mut self,
        act: impl Fn(&mut Unit<'_>, &ActorRef) -> Result<BatchReport, Problem> + Send + 'static,
    ) -> Result<(), Broken> {
        let (id, actor, listed, bytes) =
            (self.upload.id, self.upload.taken_by.clone(), self.listed, self.meter.bytes());
        let kept = self.ledger.write(&self.cause, move |unit| -> Result<usize, Problem> {
            let report = act(unit, &actor)?;
            let mut errors = refused(&report.errors);
            errors.truncate(ROW_ERRORS_LISTED_MAX.saturating_sub(listed));
            let counts = Counts {
                added: report.added,
                changed: report.changed,
                unchanged: report.unchanged,
                refused: report.errors.total() as u64,
            };
            let now = unit.now();
            rows::advance(unit.connection(), id, &counts, bytes, now)?;
            rows::refuse(unit.connection(), id, listed, &errors)?;
            Ok(errors.len())
        })?;
        self.listed += kept;
        Ok(())
    }

    /// Keeps the rows that could not be read.
    fn refuse_unread(&mut self) -> Result<(), Broken> {
        let unread = std::mem::take(&mut self.unread);
        let count = unread.len();
        if count == 0 { Ok(()) } else { self.refuse(unread, count) }
    }

    /// Keeps errors by themselves.
    fn refuse(&mut self, mut errors: Vec<Refused>, total: usize) -> Result<(), Broken> {
        errors.truncate(ROW_ERRORS_LISTED_MAX.saturating_sub(self.listed));
        let (id, listed, bytes, kept) = (self.upload.id, self.listed, self.meter.bytes(), errors.len());
        self.ledger.write(&self.cause, move |unit| -> Result<(), Problem> {
            let now = unit.now();
            let counts = Counts { refused: total as u64, ..Counts::default() };
            rows::advance(unit.connection(), id, &counts, bytes, now)?;
            Ok(rows::refuse(unit.connection(), id, listed, &errors)?)
        })?;
        self.listed += kept;
        Ok(())
    }
}

fn nothing_changed() -> Broken {
    Broken(Text::fixed(
        "清单有错误，组织机构没有任何改变；请更正后重新上传。",
        "The list has errors and the organisation was not changed; correct it and upload it again.",
    ))
}

impl Sink<Broken> for Taking<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), Broken> {
        self.places = Some(Places::find(self.upload.kind.columns(), headers).map_err(|fault| Broken(fault.text()))?);
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, Broken> {
        self.rows.push(row);
        match self.upload.kind {
            // One row beyond the bound is enough for the whole to be refused.
            UploadKind::Units if self.rows.len() > ROWS_MAX => return Ok(ControlFlow::Break(())),
            UploadKind::Units => {}
            UploadKind::Staff | UploadKind::Customers if self.rows.len() >= BATCH_ROWS => self.take_piece()?,
            UploadKind::Staff | UploadKind::Customers => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: table::RowError) -> Result<ControlFlow<()>, Broken> {
        let refused = Refused { line: error.line, column: error.column, reason: error.reason };
        self.unread.push(refused);
        if self.unread.len() >= BATCH_ROWS {
            self.refuse_unread()?;
        }
        Ok(ControlFlow::Continue(()))
    }
}
