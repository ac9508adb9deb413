//! What the lists of units, staff and customers share: columns by either name, templates, and reading into rows.

use std::{fs::File, io::Read, ops::ControlFlow, path::Path};

use kernel::Text;
use people::model::import::{ColumnsFault, ImportColumn, Places, RowErrors};
use seal::Hasher;

use crate::{
    console::Console,
    fault::{Fault, Outcome, Verb},
    table::{self, Headers, Meter, Row, RowError, Sink, TableError, TableOptions},
};

/// Bytes hashed at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// A header alone, as CSV that a spreadsheet opens: with a byte-order mark, since Excel takes a file without one for GBK.
pub fn template(columns: &[ImportColumn], console: Console) -> Outcome {
    let names: Vec<String> = columns.iter().map(|column| console.pick(column.zh, column.key)).collect();
    console.print_bytes(format!("\u{feff}{}\r\n", names.join(",")).as_bytes())
}

/// Where the columns stand in a file; those that are not known are told.
fn find(columns: &[ImportColumn], headers: &Headers, console: Console) -> Outcome<Places> {
    let places = Places::find(columns, headers).map_err(|fault| {
        let Text { zh, en } = fault.text();
        Fault::failed(match fault {
            ColumnsFault::Repeated(_) => Text { zh, en },
            ColumnsFault::Missing(_) => {
                Text::of(format!("{zh}用 --template 可输出表头。"), format!("{en} --template prints a header."))
            }
        })
    })?;
    if !places.unknown().is_empty() {
        let unknown = places.unknown().join("、");
        console.note(&Text::of(
            format!("注意：不认识的列已忽略：{unknown}"),
            format!("Note: columns passed over: {unknown}"),
        ));
    }
    Ok(places)
}

/// Makes a row of the line it begins on and of its values by name.
pub type Make<T> = fn(u64, &dyn Fn(&str) -> String) -> T;

/// Takes rows in batches.
pub struct Batches<'a, T> {
    columns: &'a [ImportColumn],
    console: Console,
    size: usize,
    make: Make<T>,
    take: &'a mut dyn FnMut(Vec<T>) -> Outcome<ControlFlow<()>>,
    bad: &'a mut dyn FnMut(&RowError) -> Outcome,
    places: Option<Places>,
    rows: Vec<T>,
}

impl<'a, T> Batches<'a, T> {
    /// Rows made by `make` go to `take`, `size` at a time; rows that cannot be read go to `bad`.
    pub fn new(
        columns: &'a [ImportColumn],
        console: Console,
        size: usize,
        make: Make<T>,
        take: &'a mut dyn FnMut(Vec<T>) -> Outcome<ControlFlow<()>>,
        bad: &'a mut dyn FnMut(&RowError) -> Outcome,
    ) -> Self {
        Self { columns, console, size, make, take, bad, places: None, rows: Vec::new() }
    }

    /// Reads the file and takes what is left of the last batch.
    pub fn read(mut self, path: &Path, options: &TableOptions, meter: &Meter) -> Outcome {
        table::read(path, options, meter, &mut self)?;
        if self.rows.is_empty() {
            return Ok(());
        }
        (self.take)(std::mem::take(&mut self.rows)).map(|_| ())
    }
}

impl<T> Sink<Fault> for Batches<'_, T> {
    fn start(&mut self, headers: &Headers) -> Outcome {
        self.places = Some(find(self.columns, headers, self.console)?);
        Ok(())
    }

    fn row(&mut self, _headers: &Headers, row: Row) -> Outcome<ControlFlow<()>> {
        let places = self.places.as_ref().ok_or(TableError::Empty)?;
        self.rows.push((self.make)(row.line, &|key| places.value(&row, key)));
        if self.rows.len() < self.size {
            return Ok(ControlFlow::Continue(()));
        }
        (self.take)(std::mem::take(&mut self.rows))
    }

    fn bad(&mut self, error: RowError) -> Outcome<ControlFlow<()>> {
        (self.bad)(&error)?;
        Ok(ControlFlow::Continue(()))
    }
}

/// The errors that people found, as rows that were not taken.
pub fn row_errors(errors: &RowErrors) -> impl Iterator<Item = RowError> + '_ {
    errors.listed().iter().map(|error| RowError::column(error.line, error.column, error.reason.clone()))
}

/// The hash of a whole file in hexadecimal, for the event that says what was taken.
pub fn digest(path: &Path, mut hasher: Hasher) -> Outcome<String> {
    let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
    let mut file = File::open(path).map_err(cannot)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match file.read(&mut piece).map_err(cannot)? {
            0 => break,
            count => hasher.update(&piece[..count]),
        }
    }
    Ok(hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect())
}
