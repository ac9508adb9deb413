//! Histories of labelled payments, and the small files beside them, as the commands of this folder read them.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use detection::{DetectionFault, History, HistoryReader, Mapping, TrainingSpec};
use kernel::Text;

use crate::{
    console::Console,
    fault::{Exit, Fault, Outcome, Verb},
    progress::{Counted, Progress},
    refusals::Refusals,
    stop::Stop,
    table::{self, Encoding, Headers, Meter, Row, RowError, Sink, TableOptions},
    text_file,
};

/// Bytes of a mapping or a declaration that are read; `detection` has bounds of its own below.
const TEXT_BYTES_MAX: u64 = 4 << 20;

/// A mapping and a declaration by the files that were named; that for payments where none was.
pub(super) fn declared(mapping: Option<&Path>, features: Option<&Path>) -> Outcome<(Option<Mapping>, TrainingSpec)> {
    let mapping = match mapping {
        Some(path) => Some(Mapping::parse(&text(path)?).map_err(|fault| Fault::from(fault).at(path.display()))?),
        None => None,
    };
    let spec = match features {
        Some(path) => TrainingSpec::parse(&text(path)?).map_err(|fault| Fault::from(fault).at(path.display()))?,
        None => TrainingSpec::payments()?,
    };
    Ok((mapping, spec))
}

impl From<DetectionFault> for Fault {
    fn from(fault: DetectionFault) -> Self {
        match fault {
            DetectionFault::Stopped => Self::stopped(),
            DetectionFault::Table(error) => error.into(),
            DetectionFault::Mapping(_)
            | DetectionFault::Spec(_)
            | DetectionFault::UnknownColumns
            | DetectionFault::Protocol => Self::setting(fault.text()),
            DetectionFault::Empty
            | DetectionFault::NoRows { .. }
            | DetectionFault::TooShort { .. }
            | DetectionFault::TooLarge(_)
            | DetectionFault::Boost(_) => Self::failed(fault.text()),
        }
    }
}

/// The text of a small file.
pub(super) fn text(path: &Path) -> Outcome<String> {
    let read = text_file::read(path, TEXT_BYTES_MAX).map_err(|error| Fault::file(Verb::Read, path, &error))?;
    read.ok_or_else(|| Fault::setting(Text::fixed("文件过大。", "The file is too large.")).at(path.display()))
}

/// Reads every file; gives the history and the mapping that was used.
pub(super) fn histories(
    (files, encoding): (&[PathBuf], Option<Encoding>),
    mapping: Option<Mapping>,
    refusals: &mut Refusals,
    stop: &Stop,
    console: Console,
) -> Outcome<(History, Mapping)> {
    let title = Text::fixed("读取", "Reading");
    let mut progress = Progress::start(console, title, None, Counted::Items);
    let mut cannot_tell = None;
    let at = std::cell::Cell::new(0usize);
    let mut refused = |error: RowError| {
        let error = placed(error, files, at.get());
        refusals.add(&error).map_or_else(
            |fault| {
                cannot_tell = Some(fault);
                ControlFlow::Break(())
            },
            ControlFlow::Continue,
        )
    };
    let mut taken = |rows| {
        progress.at(rows, rows);
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut reader = Adapter(HistoryReader::new(mapping, &mut refused, &mut taken));
    let options = TableOptions { encoding, ..TableOptions::default() };
    let mut read = Ok(());
    for (number, path) in files.iter().enumerate() {
        at.set(number);
        read = table::read(path, &options, &Meter::default(), &mut reader).map_err(|fault| match fault.exit {
            Exit::Stopped | Exit::Enough => fault,
            Exit::Failed | Exit::Setting | Exit::Refused => fault.at(path.display()),
        });
        if read.is_err() {
            break;
        }
    }
    let mapping = reader.0.mapping().cloned();
    let history = reader.0.finish();
    if let Some(fault) = cannot_tell {
        return Err(fault);
    }
    read?;
    progress.finish(history.len() as u64);
    let mapping = mapping.ok_or_else(|| Fault::from(DetectionFault::UnknownColumns))?;
    Ok((history, mapping))
}

/// The error of a row, with its file where there are several.
pub(super) fn placed(error: RowError, files: &[PathBuf], file: usize) -> RowError {
    if files.len() < 2 {
        return error;
    }
    let name = files.get(file).map(|path| path.display().to_string()).unwrap_or_default();
    let column = if error.column.is_empty() { name } else { format!("{name} {}", error.column) };
    RowError { column, ..error }
}

/// Puts what the reader of histories says into the console's words.
struct Adapter<'r>(HistoryReader<'r>);

impl Sink<Fault> for Adapter<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), Fault> {
        Ok(self.0.start(headers)?)
    }

    fn row(&mut self, headers: &Headers, row: Row) -> Result<ControlFlow<()>, Fault> {
        Ok(self.0.row(headers, row)?)
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, Fault> {
        Ok(self.0.bad(error)?)
    }
}
