//! `xiaobao import complaints`: rows of somebody's list become closed orders of the past.
//!
//! An order's identity is the list's name and the row's own number, so a run that was interrupted may simply be run again.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use kernel::{Clock as _, SystemClock, SystemRandom, Text, id::ImportId};
use ledger::Cause;
use voice::{historical::Tally, model::Law};

use super::{
    Reading,
    clocks::{self, Flag},
    past::{Desk, Fate},
};
use crate::{
    cli::House as HouseFlags,
    console::{self, Console},
    fault::{Fault, Outcome},
    head_office,
    house::{self, Tables},
    mapping::{Binding, Defaults, Mapping, PastMatter, Taken},
    progress::{Counted, Progress},
    refusals::Refusals,
    settings::Settings,
    stop::Stop,
    table::{self, Headers, Meter, Row, RowError, Sink, TableError},
};

/// Rows of one unit of work: some tens of milliseconds of the one writer, and few enough to be done again after a stop.
const BATCH_ROWS: usize = 500;

/// What to take in, and how to read it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The CSV or xlsx file. CSV 或 xlsx 文件。
    file: PathBuf,
    /// The mapping file that says which column gives what. 映射文件。
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// The code of the unit for rows that name none; the head office when absent. 行内没有机构时归入的机构号。
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Read and check everything, take nothing; needs no database. 只检查，不导入，不需要数据库。
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub house: HouseFlags,
}

/// The unit of rows that name none, when no organisation is at hand.
const UNIT_OF_CHECKS: &str = "HO";

/// Takes the list, or only checks it.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let mapping = Mapping::read(&arguments.mapping)?;
    let law = house::law(settings)?;
    let today = SystemClock.now().date();
    let (desk, unit) = desk(arguments, settings, console)?;
    let meter = Meter::default();
    let size = std::fs::metadata(&arguments.file).map(|metadata| metadata.len()).ok();
    let law = Law::new(Arc::clone(&law), Arc::clone(law.calendar()));
    let run = Run {
        mapping: &mapping,
        defaults: Defaults { unit, ordinary_days: clocks::ordinary_days(&law.rules, today) },
        tally: Tally::new(law.clone(), Some(today)),
        law,
        desk,
        stop: Stop::listen()?,
        refusals: Refusals::start(
            arguments.reading.errors.as_deref(),
            &[&arguments.file, &arguments.mapping],
            console,
        )?,
        progress: Progress::start(console, title(&mapping), size, Counted::Bytes),
        meter: meter.clone(),
        binding: None,
        seen: Seen::default(),
        batch: Vec::new(),
        count: Count::default(),
    };
    run.read(&arguments.file, &arguments.reading, console)
}

fn title(mapping: &Mapping) -> Text {
    let name = if mapping.title.is_empty() { &mapping.source } else { &mapping.title };
    Text::of(format!("导入 {name}"), format!("Importing {name}"))
}

/// Where matters go, and the unit of rows that name none.
fn desk(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome<(Desk, String)> {
    let unit = arguments.unit.as_deref();
    if arguments.check {
        return Ok((Desk::CheckOnly, unit.unwrap_or(UNIT_OF_CHECKS).to_owned()));
    }
    let house = house::open(settings, console, Tables::Required)?;
    let home = head_office::unit_or_top(&house, unit, console)?;
    let id = ImportId::new(house.ledger.ports().clock.now(), &SystemRandom);
    Ok((Desk::Open { ledger: house.ledger, cause: Cause::import(id) }, home.code))
}

/// How many rows became what.
#[derive(Debug, Default)]
struct Count {
    taken: u64,
    already: u64,
    repeated: u64,
    skipped: u64,
    /// Answers in time by the list's own flag that were not the last word.
    interim: u64,
}

/// One run over one file.
struct Run<'a> {
    mapping: &'a Mapping,
    defaults: Defaults,
    law: Law,
    desk: Desk,
    stop: Stop,
    refusals: Refusals,
    tally: Tally,
    progress: Progress,
    meter: Meter,
    binding: Option<Binding>,
    seen: Seen,
    batch: Vec<PastMatter>,
    count: Count,
}

impl Run<'_> {
    fn read(mut self, path: &Path, reading: &Reading, console: Console) -> Outcome {
        let options = self.mapping.table_options(reading.encoding, reading.sheet.clone());
        let meter = self.meter.clone();
        let read = table::read(path, &options, &meter, &mut self).and_then(|()| self.flush());
        let Self { desk, refusals, tally, progress, count, mapping, .. } = self;
        let done = count.taken + count.already;
        let rate = progress.finish(done);
        say(&count, refusals.count(), rate, matches!(desk, Desk::CheckOnly), console)?;
        if done > 0 {
            let flag = mapping.timely_flag().map(|(column, days)| Flag { column, days, interim: count.interim });
            console.print(clocks::report(&tally, flag, console))?;
        }
        // A broken read says more than the rows that were refused before it.
        read.and_then(|()| refusals.finish())
    }

    fn flush(&mut self) -> Outcome {
        self.stop.check()?;
        let batch = std::mem::take(&mut self.batch);
        let Some(binding) = &self.binding else { return Ok(()) };
        for (fate, matter) in self.desk.take(&batch, binding, &self.law)?.into_iter().zip(&batch) {
            match fate {
                Ok(Fate::Taken) => self.count.taken += 1,
                Ok(Fate::Already) => self.count.already += 1,
                Err(error) => {
                    self.refusals.add(&error)?;
                    continue;
                }
            }
            self.tally.count(&matter.row);
            self.count.interim += u64::from(matter.interim);
        }
        self.progress.at(self.meter.bytes(), self.count.taken + self.count.already);
        Ok(())
    }
}

impl Sink<Fault> for Run<'_> {
    fn start(&mut self, headers: &Headers) -> Outcome {
        self.binding = Some(self.mapping.bind(headers, &self.law.rules)?);
        Ok(())
    }

    fn row(&mut self, _headers: &Headers, row: Row) -> Outcome<ControlFlow<()>> {
        let binding = self.binding.as_ref().ok_or(TableError::Empty)?;
        let mut matter = match binding.take(&row, self.desk.hasher(), &self.defaults) {
            Ok(Taken::Matter(matter)) => *matter,
            Ok(Taken::Skipped) => {
                self.count.skipped += 1;
                return Ok(ControlFlow::Continue(()));
            }
            Err(error) => return self.bad(error),
        };
        match self.seen.number(&matter) {
            Ok(Some(number)) => {
                matter.row.external = number;
                self.batch.push(matter);
            }
            Ok(None) => self.count.repeated += 1,
            Err(error) => return self.bad(error),
        }
        if self.batch.len() >= BATCH_ROWS {
            self.flush()?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Outcome<ControlFlow<()>> {
        self.refusals.add(&error)?;
        Ok(ControlFlow::Continue(()))
    }
}

/// The numbers that the file has had so far. It holds hashes only: 24 bytes or so a row.
#[derive(Debug, Default)]
struct Seen {
    numbers: HashMap<u64, (u64, u64)>,
    prints: HashMap<u64, u32>,
    hasher: std::hash::RandomState,
}

impl Seen {
    /// The row's own number, or one made from its content; `None` for a row with a number that comes twice whole, which is
    /// the same matter again. A number that comes twice with another content is refused. Rows without numbers are told apart
    /// by their order.
    fn number(&mut self, matter: &PastMatter) -> Result<Option<String>, RowError> {
        use std::hash::BuildHasher;
        let print = self.hasher.hash_one(&matter.print);
        if !matter.numbered {
            let times = self.prints.entry(print).or_default();
            *times += 1;
            return Ok(Some(match *times {
                1 => matter.print.clone(),
                times => format!("{}-{times}", matter.print),
            }));
        }
        let number = &matter.row.external;
        let (line, first) = *self.numbers.entry(self.hasher.hash_one(number)).or_insert((matter.line, print));
        if line == matter.line {
            return Ok(Some(number.clone()));
        }
        if first == print {
            return Ok(None);
        }
        Err(RowError::row(
            matter.line,
            Text::of(
                format!("编号与第 {line} 行相同，内容却不同。"),
                format!("It has the number of line {line} and another content."),
            ),
        ))
    }
}

fn say(count: &Count, refused: u64, rate: u64, checked: bool, console: Console) -> Outcome {
    let Count { taken, already, repeated, skipped, .. } = count;
    let mut rows = vec![vec![
        if checked { console.pick("可导入", "could be taken") } else { console.pick("导入", "taken") },
        taken.to_string(),
    ]];
    if !checked {
        rows.push(vec![console.pick("先前已导入", "taken before"), already.to_string()]);
    }
    if *repeated > 0 {
        rows.push(vec![console.pick("与前面的行完全相同", "the same as an earlier row"), repeated.to_string()]);
    }
    rows.push(vec![console.pick("按映射略过", "left out by the mapping"), skipped.to_string()]);
    rows.push(vec![console.pick("拒绝", "refused"), refused.to_string()]);
    rows.push(vec![console.pick("每秒", "rows a second"), rate.to_string()]);
    console.print(console::table(&rows).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matter(line: u64, external: Option<&str>, print: &str) -> PastMatter {
        let text =
            "source = \"x\"\n[fields]\nreceived = { constant = \"2026-01-05\" }\nexternal = { column = \"n\" }\n";
        let mapping = Mapping::parse(text).unwrap();
        struct One(Option<PastMatter>, Mapping);
        impl Sink<Fault> for One {
            fn start(&mut self, _: &Headers) -> Outcome {
                Ok(())
            }
            fn row(&mut self, headers: &Headers, row: Row) -> Outcome<ControlFlow<()>> {
                let law = regulation::Regulations::builtin().unwrap();
                let defaults = Defaults { unit: "HO".to_owned(), ordinary_days: None };
                let binding = self.1.bind(headers, &law).unwrap();
                let Ok(Taken::Matter(matter)) = binding.take(&row, Desk::CheckOnly.hasher(), &defaults) else {
                    return Ok(ControlFlow::Break(()));
                };
                self.0 = Some(*matter);
                Ok(ControlFlow::Break(()))
            }
            fn bad(&mut self, _: RowError) -> Outcome<ControlFlow<()>> {
                Ok(ControlFlow::Break(()))
            }
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("n\n{}\n", external.unwrap_or("none"))).unwrap();
        let mut one = One(None, mapping);
        table::read(file.path(), &table::TableOptions::default(), &Meter::default(), &mut one).unwrap();
        PastMatter { line, numbered: external.is_some(), print: print.to_owned(), ..one.0.unwrap() }
    }

    #[test]
    fn a_number_names_one_matter() {
        let mut seen = Seen::default();
        assert_eq!(seen.number(&matter(2, Some("A"), "x")).unwrap().as_deref(), Some("A"));
        assert_eq!(seen.number(&matter(3, Some("A"), "x")).unwrap(), None, "the same row again is the same matter");
        let error = seen.number(&matter(4, Some("A"), "y")).unwrap_err();
        assert!(error.reason.en.contains("line 2"), "{}", error.reason.en);
        assert!(seen.number(&matter(5, Some("A"), "y")).is_err(), "and stays refused");
        assert_eq!(seen.number(&matter(6, Some("B"), "x")).unwrap().as_deref(), Some("B"));
    }

    #[test]
    fn rows_without_numbers_are_counted_apart() {
        let mut seen = Seen::default();
        let numbers: Vec<String> = (2..5).map(|line| seen.number(&matter(line, None, "p")).unwrap().unwrap()).collect();
        assert_eq!(numbers, ["p", "p-2", "p-3"]);
    }
}
