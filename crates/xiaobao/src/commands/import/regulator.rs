//! `xiaobao import regulator`: a list that a supervisor or a hotline passed on, reconciled row by row.
//!
//! The same list may be taken in as often as anybody likes. What the rows mean is the voice room's business.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, ValueEnum};
use kernel::{
    Actor, ActorKind, ActorRef, OrgPath, SystemRandom, Text, Timestamp,
    id::{ImportId, RegulatorListId},
};
use ledger::Cause;
use regulation::MatterSource;
use voice::{
    model::Law,
    regulator_list::{self, Counts, ListError, ListOptions, Mode, Report, RowOutcome, RowReport, Taker},
};

use super::{Reading, list};
use crate::{
    cli::House as HouseFlags,
    console::Console,
    fault::{Fault, Outcome, Verb},
    head_office,
    house::{self, Tables},
    refusals::Refusals,
    settings::Settings,
    table::RowError,
};

/// Who passes lists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Source {
    /// The NFRA, 12378 included. 金融监管总局。
    Nfra,
    /// The PBoC, 12363 included. 人民银行。
    Pbc,
    /// A government or its petition office, 12345 included. 政府或信访部门。
    Government,
    /// Market supervision, 12315 included. 市场监管。
    MarketSupervision,
    /// A consumers' association. 消费者协会。
    ConsumerAssociation,
    /// Any other body. 其他单位。
    OtherBody,
    /// The media. 媒体。
    Media,
}

impl From<Source> for MatterSource {
    fn from(source: Source) -> Self {
        match source {
            Source::Nfra => Self::Nfra,
            Source::Pbc => Self::Pbc,
            Source::Government => Self::Government,
            Source::MarketSupervision => Self::MarketSupervision,
            Source::ConsumerAssociation => Self::ConsumerAssociation,
            Source::OtherBody => Self::OtherBody,
            Source::Media => Self::Media,
        }
    }
}

/// What to take in, and how to read it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The CSV or xlsx file. CSV 或 xlsx 文件。
    file: PathBuf,
    /// Who passed the list on. 转办单位。
    #[arg(long, value_enum)]
    source: Source,
    /// The code of the unit for rows whose unit is not named or not known; the head office when absent. 行内没有或不认识的机构归入的机构号。
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// When the bank received the list; now when absent. 本行收到清单的时间，如 2026-11-22T01:00:00Z。
    #[arg(long, value_name = "TIME")]
    received_at: Option<Timestamp>,
    /// Tell what would become of each row, and change nothing. 只告知结果，不写入。
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub house: HouseFlags,
}

/// Takes the list, or tells what would become of it.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    let home = head_office::unit_or_top(&house, arguments.unit.as_deref(), console)?;
    let law = house::law(settings)?;
    let law = Law::new(Arc::clone(&law), Arc::clone(law.calendar()));
    let now = house.ledger.ports().clock.now();
    let received_at = arguments.received_at.unwrap_or(now);
    if received_at > now {
        return Err(Fault::setting(Text::fixed(
            "--received-at 不能晚于现在。",
            "--received-at cannot lie in the future.",
        )));
    }
    let options = ListOptions { source: arguments.source.into(), unit: home.path, received_at };
    let rows = read(&arguments.file, &arguments.reading, &options)?;
    let cause = Cause::import(ImportId::new(now, &SystemRandom));
    let actor = program();
    let id = RegulatorListId::new(now, &SystemRandom);
    let taker = Taker { ledger: &house.ledger, cause: &cause, law: &law, actor: &actor, id };
    let mode = if arguments.check { Mode::Preview } else { Mode::Apply };
    let report = regulator_list::reconcile(&taker, rows, &options, mode)?;
    if mode == Mode::Apply {
        let digest = list::digest(&arguments.file, house.ledger.ports().keyring.hasher())?;
        regulator_list::keep(&taker, &options, &digest, &report)?;
    }
    tell(&report, mode, arguments, console)
}

fn read(path: &Path, reading: &Reading, options: &ListOptions) -> Outcome<regulator_list::List> {
    let file = File::open(path).map_err(|error| Fault::file(Verb::Read, path, &error))?;
    regulator_list::read(file, &reading.options(), options).map_err(|error| {
        let text = error.text();
        match error {
            ListError::Table(error) => Fault::from(error),
            ListError::Lacks(_) | ListError::TooLong => Fault::failed(text),
        }
    })
}

fn tell(report: &Report, mode: Mode, arguments: &Arguments, console: Console) -> Outcome {
    for column in &report.unknown_columns {
        let (name, filled) = (&column.name, column.filled);
        console.note(&Text::of(
            format!("注意：不认识的列“{name}”未采用（{filled} 行有内容）。"),
            format!("Note: the unknown column \"{name}\" was passed over ({filled} rows say something in it)."),
        ));
    }
    let mut refusals = Refusals::start(arguments.reading.errors.as_deref(), &[&arguments.file], console)?;
    for row in &report.rows {
        if matches!(row.outcome, RowOutcome::Refused | RowOutcome::Conflicting) {
            refusals.add(&refused(row))?;
            continue;
        }
        for note in &row.notes {
            if row.outcome != RowOutcome::Duplicate {
                let (line, column) = (row.line, &note.column);
                console.note(&Text::of(
                    format!("  第 {line} 行{column}：{}", note.text.zh),
                    format!("  line {line} {column}: {}", note.text.en),
                ));
            }
        }
    }
    let Counts { new, same, corrected, duplicate, conflicting, refused } = report.counts();
    let would = match mode {
        Mode::Apply => ("", ""),
        Mode::Preview => ("（仅检查，未写入）", " (checked only, nothing was written)"),
    };
    console.say(&Text::of(
        format!("新增 {new}，无变化 {same}，更正 {corrected}，清单内重复 {duplicate}，清单内矛盾 {conflicting}，未接受 {refused}{}。", would.0),
        format!("{new} new, {same} unchanged, {corrected} corrected, {duplicate} repeated in the list, {conflicting} contradicting, {refused} refused{}.", would.1),
    ))?;
    refusals.finish()
}

/// One error for a row that was not taken: the reason, which stands last among its notes, and then whatever else is to be said.
fn refused(row: &RowReport) -> RowError {
    let column = row.notes.last().map_or("", |note| note.column.as_str());
    let join =
        |pick: fn(&Text) -> &str| row.notes.iter().rev().map(|note| pick(&note.text)).collect::<Vec<_>>().join(" ");
    RowError::column(row.line, column, Text::of(join(|text| &text.zh), join(|text| &text.en)))
}

/// The program as an importer: it needs no permission, because whoever may run the command may.
fn program() -> Actor {
    Actor {
        reference: ActorRef::program("import"),
        kind: ActorKind::Program,
        roles: Arc::new([]),
        posts: Arc::new([]),
        unit: OrgPath::root("program").expect("the word is a code"),
        grants: Arc::new([]),
    }
}
