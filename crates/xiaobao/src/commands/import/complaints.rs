//! `xiaobao import complaints`: rows of somebody's list become closed orders of the past.
//!
//! An order's identity is the list's name and the row's own number, so a run that was interrupted may simply be run again.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::Args;
use kernel::{SystemRandom, Text, id::ImportId};
use ledger::Cause;
use seal::Hasher;

use super::{
    Reading,
    clocks::{self, Ladder},
    past::{self, Desk},
    report::Refusals,
};
use crate::{
    cli::House as HouseFlags,
    console::{self, Console},
    fault::Outcome,
    house::{self, House, Tables},
    mapping::{Binding, Mapping, PastMatter, Taken},
    progress::{Counted, Progress},
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

/// Takes the list, or only checks it.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let mapping = Mapping::read(&arguments.mapping)?;
    let law = house::law(settings)?;
    let stop = Stop::listen()?;
    let house = if arguments.check { None } else { Some(house::open(settings, console, Tables::Required)?) };
    let desk = match &house {
        None => None,
        Some(house) => Some(desk(house, &mapping, arguments.unit.as_deref(), console)?),
    };
    let today = kernel::Clock::now(&kernel::SystemClock).date();
    let flag = mapping.timely_flag();
    let meter = Meter::default();
    let size = std::fs::metadata(&arguments.file).map(|metadata| metadata.len()).ok();
    let run = Run {
        mapping: &mapping,
        law: &law,
        desk,
        stop,
        refusals: Refusals::start(arguments.reading.errors.as_deref(), console)?,
        ladder: Ladder::new(&law, today, flag.map(|(_, days)| days)),
        progress: Progress::start(console, Text::fixed("导入投诉", "Importing complaints"), size, Counted::Bytes),
        meter: meter.clone(),
        binding: None,
        seen: Seen::default(),
        batch: Vec::new(),
        count: Count::default(),
    };
    run.read(&arguments.file, &arguments.reading, flag.map(|(column, _)| column), console)
}

fn desk(house: &House, mapping: &Mapping, unit: Option<&str>, console: Console) -> Outcome<Desk> {
    let home = crate::head_office::unit_or_top(house, unit, console)?;
    let id = ImportId::new(house.ledger.ports().clock.now(), &SystemRandom);
    Desk::new(house, &mapping.source, home, Cause::import(id))
}

/// How many rows became what.
#[derive(Debug, Default)]
struct Count {
    taken: u64,
    already: u64,
    skipped: u64,
}

/// One run over one file.
struct Run<'a> {
    mapping: &'a Mapping,
    law: &'a regulation::Regulations,
    /// Where matters go; absent when the file is only checked.
    desk: Option<Desk>,
    stop: Stop,
    refusals: Refusals,
    ladder: Ladder<'a>,
    progress: Progress,
    meter: Meter,
    binding: Option<Binding>,
    seen: Seen,
    batch: Vec<(String, PastMatter)>,
    count: Count,
}

impl Run<'_> {
    fn read(mut self, path: &Path, reading: &Reading, flag: Option<&str>, console: Console) -> Outcome {
        let options = self.mapping.table_options(reading.encoding, reading.sheet.clone());
        let meter = self.meter.clone();
        let read = table::read(path, &options, &meter, &mut self).and_then(|()| self.flush());
        let Self { desk, refusals, ladder, progress, count, .. } = self;
        let rate = progress.finish(count.taken + count.already);
        let checked = desk.is_none();
        say(&count, refusals.count(), rate, checked, console)?;
        if count.taken + count.already > 0 {
            console.say(&clocks::heading())?;
            console.print(ladder.report(console, flag))?;
        }
        // A broken read says more than the rows that were refused before it.
        read.and_then(|()| refusals.finish())
    }

    fn flush(&mut self) -> Outcome {
        self.stop.check()?;
        let batch = std::mem::take(&mut self.batch);
        let matters: Vec<&PastMatter> = batch.iter().map(|(_, matter)| matter).collect();
        let results = match &self.desk {
            None => past::check_all(self.law, &matters),
            Some(desk) => desk.take(&batch)?,
        };
        for (result, (_, matter)) in results.into_iter().zip(&batch) {
            match result {
                Ok(past::Fate::Taken) => self.count.taken += 1,
                Ok(past::Fate::Already) => self.count.already += 1,
                Err(error) => {
                    self.refusals.add(&error)?;
                    continue;
                }
            }
            self.ladder.count(matter);
        }
        self.progress.at(self.meter.bytes(), self.count.taken + self.count.already);
        Ok(())
    }

    fn hasher(&self) -> Hasher {
        // A check without keys needs a hash only to tell rows of one file apart.
        self.desk.as_ref().map_or_else(|| Hasher::new(seal::SuiteName::Sm), Desk::hasher)
    }
}

impl Sink for Run<'_> {
    fn start(&mut self, headers: &Headers) -> Outcome {
        self.binding = Some(self.mapping.bind(headers, self.law)?);
        Ok(())
    }

    fn row(&mut self, _headers: &Headers, row: Row) -> Outcome<ControlFlow<()>> {
        let binding = self.binding.as_ref().ok_or(TableError::Empty)?;
        let taken = binding.take(&row, self.hasher());
        let matter = match taken {
            Ok(Taken::Matter(matter)) => *matter,
            Ok(Taken::Skipped) => {
                self.count.skipped += 1;
                return Ok(ControlFlow::Continue(()));
            }
            Err(error) => return self.bad(error),
        };
        match self.seen.number(&matter) {
            Ok(number) => self.batch.push((number, matter)),
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
    /// The row's own number, or one made from its content. A number that comes twice with another content is refused; a row
    /// that comes twice whole is the same matter where rows have numbers, and another one where they have none.
    fn number(&mut self, matter: &PastMatter) -> Result<String, RowError> {
        use std::hash::BuildHasher;
        let print = self.hasher.hash_one(&matter.print);
        let Some(number) = &matter.external else {
            let times = self.prints.entry(print).or_default();
            *times += 1;
            return Ok(match *times {
                1 => matter.print.clone(),
                times => format!("{}-{times}", matter.print),
            });
        };
        match self.numbers.insert(self.hasher.hash_one(number), (matter.line, print)) {
            Some((line, other)) if other != print => {
                // The first one stays the one to compare with.
                self.numbers.insert(self.hasher.hash_one(number), (line, other));
                Err(RowError::row(matter.line, Text::of(
                    format!("编号与第 {line} 行相同，内容却不同。"),
                    format!("It has the number of line {line} and another content."),
                )))
            }
            Some(_) | None => Ok(number.clone()),
        }
    }
}

fn say(count: &Count, refused: u64, rate: u64, checked: bool, console: Console) -> Outcome {
    let Count { taken, already, skipped } = count;
    let mut rows = vec![vec![
        if checked { console.pick("可导入", "could be taken") } else { console.pick("导入", "taken") },
        taken.to_string(),
    ]];
    if !checked {
        rows.push(vec![console.pick("先前已导入", "taken before"), already.to_string()]);
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
        let now = kernel::Timestamp::from_micros(0);
        PastMatter {
            line,
            external: external.map(str::to_owned),
            print: print.to_owned(),
            matter: regulation::MatterKind::Complaint,
            origin: (regulation::MatterSource::Direct, None),
            unit: None,
            received_at: now,
            clock_start: now,
            answered_at: None,
            timely: None,
            interim: false,
            closed_at: now,
            occurred_on: None,
            outcome: None,
            nature: None,
            person: crate::mapping::Person::default(),
            title: kernel::Pii::default(),
            narrative: kernel::Pii::default(),
            request: None,
            amount: None,
            classes: [None, None, None],
            labels: Vec::new(),
        }
    }

    #[test]
    fn a_number_names_one_matter() {
        let mut seen = Seen::default();
        assert_eq!(seen.number(&matter(2, Some("A"), "x")).unwrap(), "A");
        assert_eq!(seen.number(&matter(3, Some("A"), "x")).unwrap(), "A", "the same row again is the same matter");
        let error = seen.number(&matter(4, Some("A"), "y")).unwrap_err();
        assert!(error.reason.en.contains("line 2"), "{}", error.reason.en);
        assert!(seen.number(&matter(5, Some("A"), "y")).is_err(), "and stays refused");
        assert_eq!(seen.number(&matter(6, Some("A"), "x")).unwrap(), "A");
    }

    #[test]
    fn rows_without_numbers_are_counted_apart() {
        let mut seen = Seen::default();
        let numbers: Vec<String> = (2..5).map(|line| seen.number(&matter(line, None, "p")).unwrap()).collect();
        assert_eq!(numbers, ["p", "p-2", "p-3"]);
    }
}
