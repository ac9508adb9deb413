//! A first look at a list before anything is taken: its columns, a mapping, and what would become of its first rows. It changes
//! nothing; personal data leaves it masked.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    ops::ControlFlow,
};

use kernel::{Problem, Timestamp, mask};
use ledger::Ledger;
use table::{Headers, Meter, Row, RowError, Sink, TableError, TableOptions};

pub use super::propose::{Choice, choices};
use super::{
    BATCH_ROWS, Next, Rows, check_with_units,
    mapping::{Defaults, Mapping, MappingError, PastField, PastMatter},
    propose::{WORDS_MAX, propose},
};
use crate::model::Law;

/// Rows that are looked at: enough for every class of a year's list to occur, and a second's work.
pub const ROWS_MAX: usize = 5_000;
/// Rows that are shown as they were understood: a screenful.
pub const ROWS_SHOWN_MAX: usize = 20;
/// Faults that are shown one by one; a wrong mapping makes the same one on every row.
pub const FAULTS_SHOWN_MAX: usize = 100;
/// Characters of a text that is shown: a line of a table.
const TEXT_CHARS_MAX: usize = 60;

/// A row as it was understood: the fields that say something, in words.
#[derive(Debug, Clone)]
pub struct RowSeen {
    /// The line of the file.
    pub line: u64,
    /// Each field with its value; names and numbers of persons are masked.
    pub fields: Vec<(PastField, String)>,
    /// What is wrong with it.
    pub fault: Option<RowError>,
}

/// The rows that were looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// All of them.
    pub rows: u64,
    /// Those that could be taken.
    pub good: u64,
    /// Those that say the same as an earlier row.
    pub repeated: u64,
    /// Those that the mapping leaves out.
    pub skipped: u64,
    /// Those that would be refused.
    pub refused: u64,
}

/// What was found.
#[derive(Debug)]
pub struct Look {
    /// The columns, with how many of the rows say something in each.
    pub columns: Vec<(String, u64)>,
    /// The mapping that was tried.
    pub mapping: Mapping,
    /// The different words in the columns of coded fields, with how many rows have each.
    pub words: BTreeMap<PastField, Vec<(String, u64)>>,
    /// The first rows.
    pub rows: Vec<RowSeen>,
    /// The first faults.
    pub faults: Vec<RowError>,
    /// How many rows were what.
    pub looked: Looked,
    /// The list has no more rows.
    pub is_whole: bool,
}

/// Which mapping is tried.
#[derive(Debug)]
pub enum Wish {
    /// This one.
    Given(Box<Mapping>),
    /// The first of these that fits the header; else one is proposed under this name.
    Find(Vec<Mapping>, String),
}

/// Looks at a list.
///
/// # Errors
/// When the file is no table, or the mapping that was given does not fit it.
pub fn look(
    (ledger, law, now): (&Ledger, &Law, Timestamp),
    file: &[u8],
    options: &TableOptions,
    wish: Wish,
    defaults: &Defaults,
) -> Result<Look, LookError> {
    let mut sample = Sample { headers: None, rows: Vec::new(), bad: Vec::new(), is_whole: true };
    table::read::<_, TableError>(Cursor::new(file), options, &Meter::default(), &mut sample)
        .map_err(MappingError::Table)?;
    let headers = sample.headers.ok_or(MappingError::Table(TableError::Empty))?;
    let mapping = match wish {
        Wish::Given(mapping) => *mapping,
        Wish::Find(saved, name) => {
            let fits = saved.into_iter().find(|mapping| mapping.bind(&headers, &law.rules).is_ok());
            fits.unwrap_or_else(|| propose(&name, &headers, &sample.rows, &law.rules))
        }
    };
    let binding = mapping.bind(&headers, &law.rules)?;
    let mut looking = Looking {
        rows: Rows::new(binding, defaults.clone()),
        shown: Vec::new(),
        faults: sample.bad,
        looked: Looked::default(),
    };
    looking.looked.rows = (sample.rows.len() + looking.faults.len()) as u64;
    looking.looked.refused = looking.faults.len() as u64;
    looking.all((ledger, law, now), &sample.rows)?;
    looking.faults.sort_by_key(|fault| fault.line);
    looking.faults.truncate(FAULTS_SHOWN_MAX);
    Ok(Look {
        columns: filled(&headers, &sample.rows),
        words: words(&mapping, &headers, &sample.rows),
        mapping,
        rows: looking.shown,
        faults: looking.faults,
        looked: looking.looked,
        is_whole: sample.is_whole,
    })
}

/// Why a list cannot be looked at.
#[derive(Debug)]
pub enum LookError {
    /// The file or the mapping.
    Mapping(MappingError),
    /// The database.
    Problem(Problem),
}

impl From<MappingError> for LookError {
    fn from(error: MappingError) -> Self {
        Self::Mapping(error)
    }
}

impl From<Problem> for LookError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The first rows of a file.
struct Sample {
    headers: Option<Headers>,
    rows: Vec<Row>,
    bad: Vec<RowError>,
    is_whole: bool,
}

impl Sample {
    fn go_on(&mut self) -> ControlFlow<()> {
        if self.rows.len() + self.bad.len() < ROWS_MAX {
            return ControlFlow::Continue(());
        }
        self.is_whole = false;
        ControlFlow::Break(())
    }
}

impl Sink<TableError> for Sample {
    fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
        self.headers = Some(headers.clone());
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, TableError> {
        self.rows.push(row);
        Ok(self.go_on())
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, TableError> {
        self.bad.push(error);
        Ok(self.go_on())
    }
}

struct Looking {
    rows: Rows,
    shown: Vec<RowSeen>,
    faults: Vec<RowError>,
    looked: Looked,
}

impl Looking {
    fn all(&mut self, house: (&Ledger, &Law, Timestamp), rows: &[Row]) -> Result<(), Problem> {
        for some in rows.chunks(BATCH_ROWS) {
            let mut batch = Vec::with_capacity(some.len());
            for row in some {
                match self.rows.next(row, house.0.ports().keyring.hasher()) {
                    Ok(Next::Matter(matter)) => batch.push(*matter),
                    Ok(Next::Skipped) => self.looked.skipped += 1,
                    Ok(Next::Repeated) => self.looked.repeated += 1,
                    Err(error) => self.fault(error, Vec::new()),
                }
            }
            self.judge(house, &batch)?;
        }
        Ok(())
    }

    fn judge(&mut self, (ledger, law, now): (&Ledger, &Law, Timestamp), batch: &[PastMatter]) -> Result<(), Problem> {
        let fates = check_with_units(ledger, batch, self.rows.binding(), law, now)?;
        for (matter, fate) in batch.iter().zip(fates) {
            match fate {
                Ok(_) => {
                    self.looked.good += 1;
                    self.show(matter.line, seen(matter), None);
                }
                Err(error) => self.fault(error, seen(matter)),
            }
        }
        Ok(())
    }

    fn fault(&mut self, error: RowError, fields: Vec<(PastField, String)>) {
        self.looked.refused += 1;
        self.show(error.line, fields, Some(error.clone()));
        self.faults.push(error);
    }

    fn show(&mut self, line: u64, fields: Vec<(PastField, String)>, fault: Option<RowError>) {
        if self.shown.len() < ROWS_SHOWN_MAX {
            self.shown.push(RowSeen { line, fields, fault });
            self.shown.sort_by_key(|row| row.line);
        }
    }
}

/// What a row says, field by field.
fn seen(matter: &PastMatter) -> Vec<(PastField, String)> {
    let row = &matter.row;
    let masked = |value: &Option<kernel::Pii<String>>, mask: fn(&str) -> String| {
        value.as_ref().map(|value| mask(value.expose()))
    };
    // Names that the list itself gives are taken out of its texts.
    let name = row.person.name.as_ref().map(|name| name.expose().trim()).filter(|name| !name.is_empty());
    let names: Vec<&str> = name.into_iter().collect();
    let text = |text: &str| {
        let line = text.lines().next().unwrap_or_default();
        let short: String = mask::redact(line, &names).chars().take(TEXT_CHARS_MAX).collect();
        Some(short)
    };
    let all = [
        (PastField::External, matter.numbered.then(|| row.external.clone())),
        (PastField::Received, Some(row.received_at.to_string())),
        (PastField::Answered, row.answered_at.map(|at| at.to_string())),
        (PastField::Closed, Some(row.closed_at.to_string())),
        (PastField::Matter, Some(row.matter.as_str().to_owned())),
        (PastField::Origin, Some(row.origin.as_str().to_owned())),
        (PastField::Unit, Some(row.unit.clone())),
        (PastField::Title, text(row.title.expose())),
        (PastField::Name, masked(&row.person.name, mask::name)),
        (PastField::Phone, masked(&row.person.phone, mask::phone)),
        (PastField::Amount, row.amount.map(|amount| amount.minor().to_string())),
        (PastField::Channel, row.channel.clone()),
        (PastField::Business, row.business.clone()),
        (PastField::Reason, row.reason.clone()),
        (PastField::Outcome, row.outcome.clone()),
    ];
    let said = |(name, value): (PastField, Option<String>)| Some((name, value.filter(|value| !value.is_empty())?));
    all.into_iter().filter_map(said).collect()
}

fn filled(headers: &Headers, rows: &[Row]) -> Vec<(String, u64)> {
    let count = |at: usize| rows.iter().filter(|row| !row.get(at).is_empty()).count() as u64;
    let named = headers.names().iter().enumerate().filter(|(_, name)| !name.is_empty());
    named.map(|(at, name)| (name.clone(), count(at))).collect()
}

/// The words of coded fields: what stands in their columns, commonest first. A column with too many is no list of classes.
fn words(mapping: &Mapping, headers: &Headers, rows: &[Row]) -> BTreeMap<PastField, Vec<(String, u64)>> {
    let mut all = BTreeMap::new();
    for (field, spec) in mapping.fields.iter().filter(|(field, _)| field.is_coded()) {
        let place = spec.column.as_ref().and_then(|column| headers.find(column).ok().flatten());
        let Some(at) = place else { continue };
        let distinct: BTreeSet<&str> = rows.iter().map(|row| row.get(at)).filter(|word| !word.is_empty()).collect();
        if distinct.len() > WORDS_MAX {
            continue;
        }
        let count = |word: &str| rows.iter().filter(|row| row.get(at) == word).count() as u64;
        let mut counted: Vec<(String, u64)> = distinct.into_iter().map(|word| (word.to_owned(), count(word))).collect();
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.insert(*field, counted);
    }
    all
}
