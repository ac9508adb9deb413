//! Tables from files on this machine. What a table is, the crate `table` knows; this file only opens paths and puts failures
//! into the console's words.

use std::{
    fs::{self, File},
    path::Path,
};

use kernel::Text;

pub use ::table::{Encoding, Headers, Meter, Row, RowError, Sink, TableError, TableOptions};

use crate::{
    fault::{Fault, Verb},
    gzip::Source,
};

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

/// Reads the table at `path`, packed by gzip or not, into `sink`.
pub fn read(path: &Path, options: &TableOptions, meter: &Meter, sink: &mut dyn Sink<Fault>) -> Result<(), Fault> {
    let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
    // Asked before it is opened, for opening a pipe waits until somebody writes.
    let kind = fs::metadata(path).map_err(cannot)?.file_type();
    if kind.is_dir() {
        return Err(Fault::file(Verb::Read, path, &std::io::ErrorKind::IsADirectory.into()));
    }
    if !kind.is_file() {
        let text = Text::fixed(
            "不是普通文件（表格要读两遍）；请先存成文件。",
            "It is no plain file, and a table is read twice; save it as a file first.",
        );
        return Err(Fault::failed(text).at(path.display()));
    }
    let source = File::open(path).and_then(Source::new).map_err(cannot)?;
    ::table::read(source, options, meter, sink)
}
