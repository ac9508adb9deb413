//! Tables from files on this machine. What a table is, the crate `table` knows; this file only opens paths and puts failures
//! into the console's words.

use std::{fs::File, path::Path};

pub use ::table::{Encoding, Headers, Meter, Row, RowError, ShortRows, Sink, TableError, TableOptions};

use crate::fault::{Fault, Verb};

impl From<TableError> for Fault {
    fn from(error: TableError) -> Self {
        let fault = Self::failed(error.text());
        match error {
            TableError::Broken(detail) | TableError::Io(detail) => fault.with(detail),
            TableError::Empty
            | TableError::Columns { .. }
            | TableError::Rows
            | TableError::NotText
            | TableError::Header { .. }
            | TableError::Repeated { .. }
            | TableError::Sheet { .. }
            | TableError::OldExcel
            | TableError::Unpacked { .. } => fault,
        }
    }
}

/// Reads the table at `path` into `sink`.
pub fn read(path: &Path, options: &TableOptions, meter: &Meter, sink: &mut dyn Sink<Fault>) -> Result<(), Fault> {
    let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(Fault::file(Verb::Read, path, &std::io::ErrorKind::IsADirectory.into()));
    }
    ::table::read(file, options, meter, sink)
}
