//! `xiaobao import complaints`: rows of somebody's list become closed orders of the past.
//!
//! An order's identity is the list's name and the row's own number, so a run that was interrupted may simply be run again.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use kernel::{Clock as _, SystemClock, SystemRandom, Text, id::ImportId};
use ledger::Cause;
use voice::{
    historical::Tally,
    model::Law,
    past_list::{
        BATCH_ROWS, Fate, Next, Rows,
        mapping::{Defaults, Mapping, PastMatter},
        ordinary_days,
    },
};

use super::{
    Reading,
    clocks::{self, Flag},
    past::Desk,
};
use crate::{
    cli::House as HouseFlags,
    console::{self, Console},
    fault::{Fault, Outcome},
    head_office,
    house::{self, Tables},
    mapping,
    progress::{Counted, Progress},
    refusals::Refusals,
    settings::Settings,
    stop::Stop,
    table::{self, Headers, Meter, Row, RowError, Sink, TableError},
};

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
    let mapping = mapping::read(&arguments.mapping)?;
    let law = house::law(settings)?;
    let today = SystemClock.now().date();
    let (desk, unit) = desk(arguments, settings, console)?;
    let meter = Meter::default();
    let size = std::fs::metadata(&arguments.file).map(|metadata| metadata.len()).ok();
    let law = Law::new(Arc::clone(&law), Arc::clone(law.calendar()));
    let run = Run {
        mapping: &mapping,
        defaults: Defaults { unit, ordinary_days: ordinary_days(&law.rules, today) },
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
        rows: None,
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
#[derive(Debug, Default, PartialEq, Eq)]
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
    rows: Option<Rows>,
    batch: Vec<PastMatter>,
    count: Count,
}

impl Run<'_> {
    fn read(mut self, path: &Path, reading: &Reading, console: Console) -> Outcome {
        let options = self.mapping.table_options(reading.encoding, reading.sheet.clone());
        let meter = self.meter.clone();
        let read = table::read(path, &options, &meter, &mut self).and_then(|()| self.flush());
        let Self { desk, mut refusals, tally, progress, count, mapping, .. } = self;
        // When the reading broke off, what was found wrong before is still told.
        let read = read.and(refusals.settle());
        let done = count.taken + count.already;
        let rate = progress.finish(done);
        // Nothing is reported of a file that could not be read at all; the reason says it.
        if read.is_err() && count == Count::default() && refusals.count() == 0 {
            return read;
        }
        say(&count, refusals.count(), rate, matches!(desk, Desk::CheckOnly), console)?;
        if done > 0 {
            let flag = mapping.timely_flag().map(|(column, days)| Flag { column, days, interim: count.interim });
            console.print(clocks::report(&tally, flag, console))?;
        }
        // A broken read says more than the rows that were refused before it.
        read.and_then(|()| refusals.finish())
    }

    fn flush_full(&mut self) -> Outcome<ControlFlow<()>> {
        if self.batch.len() + self.refusals.waiting() >= BATCH_ROWS {
            self.flush()?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn flush(&mut self) -> Outcome {
        self.stop.check()?;
        let batch = std::mem::take(&mut self.batch);
        let Some(rows) = &self.rows else { return Ok(()) };
        for (fate, matter) in self.desk.take(&batch, rows.binding(), &self.law)?.into_iter().zip(&batch) {
            match fate {
                Ok(Fate::Taken) => self.count.taken += 1,
                Ok(Fate::Already) => self.count.already += 1,
                Err(error) => {
                    self.refusals.hold(error);
                    continue;
                }
            }
            self.tally.count(&matter.row);
            self.count.interim += u64::from(matter.interim);
        }
        self.refusals.settle()?;
        self.progress.at(self.meter.bytes(), self.count.taken + self.count.already);
        Ok(())
    }
}

impl Sink<Fault> for Run<'_> {
    fn start(&mut self, headers: &Headers) -> Outcome {
        let binding = self.mapping.bind(headers, &self.law.rules)?;
        self.rows = Some(Rows::new(binding, self.defaults.clone()));
        Ok(())
    }

    fn row(&mut self, _headers: &Headers, row: Row) -> Outcome<ControlFlow<()>> {
        let rows = self.rows.as_mut().ok_or(TableError::Empty)?;
        match rows.next(&row, self.desk.hasher()) {
            Ok(Next::Matter(matter)) => self.batch.push(*matter),
            Ok(Next::Skipped) => self.count.skipped += 1,
            Ok(Next::Repeated) => self.count.repeated += 1,
            Err(error) => self.refusals.hold(error),
        }
        self.flush_full()
    }

    fn bad(&mut self, error: RowError) -> Outcome<ControlFlow<()>> {
        self.refusals.hold(error);
        self.flush_full()
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
