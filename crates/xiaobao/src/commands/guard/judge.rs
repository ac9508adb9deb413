//! `xiaobao guard judge`: reads a model file and a labelled history, and tells how well the model does on its later days.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use detection::{Days, Judging, RefusedRow, number_of_date};
use jiff::civil::Date;
use kernel::Text;

use super::{
    history::{declared, histories, placed},
    verdict,
};
use crate::{
    console::Console,
    fault::{Fault, Outcome, Verb},
    progress::{Counted, Progress},
    refusals::Refusals,
    stop::Stop,
    table::{Encoding, RowError},
};

/// Which model to judge, and on what.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The model, in LightGBM's or XGBoost's format. 模型文件。
    model: PathBuf,
    /// CSV or xlsx files with a row a payment, in any order, with the days before those that are judged. 交易文件，可多个。
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Which column gives what, in TOML; not needed for histories that are known. 列映射文件。
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// What models see, in TOML; that for payments when absent. 特征声明文件。
    #[arg(long, value_name = "FILE")]
    features: Option<PathBuf>,
    /// The first day to judge on; the last week when absent. 评测首日，缺省为最后一周。
    #[arg(long, value_name = "DATE")]
    test_from: Option<Date>,
    /// Days to judge on. 评测天数。
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=detection::PART_DAYS_MAX))]
    test_days: i64,
    /// Days until frauds are known, where the history does not say. 获知欺诈所需天数。
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(i64).range(0..=detection::PART_DAYS_MAX))]
    delay_days: i64,
    /// Leave out cards known to be misused by a fraud on or after this day only; by any fraud when absent. 已知被盗卡的起算日。
    #[arg(long, value_name = "DATE")]
    cards_since: Option<Date>,
    /// Print everything as JSON instead of tables. 以 JSON 输出全部结果。
    #[arg(long)]
    json: bool,
    /// Write every refused row with its reason to this CSV file. 把未接受的行及原因写入此文件。
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The encoding of CSV files; found out when absent. CSV 编码，缺省自动识别。
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
}

/// Judges and tells.
pub fn run(arguments: &Arguments, console: Console) -> Outcome {
    let stop = Stop::listen()?;
    let forest = forest(&arguments.model)?;
    let read: Vec<&Path> = arguments.files.iter().map(PathBuf::as_path).collect();
    let mut refusals = Refusals::start(arguments.errors.as_deref(), &read, console)?;
    let (mapping, spec) = declared(arguments.mapping.as_deref(), arguments.features.as_deref())?;
    let (history, mapping) = histories((&arguments.files, arguments.encoding), mapping, &mut refusals, &stop, console)?;
    let spec = spec.suited(&mapping, arguments.delay_days);
    let all = history.days().ok_or(detection::DetectionFault::Empty)?;
    let from = arguments.test_from.map_or(all.to - arguments.test_days, number_of_date);
    let judging = Judging {
        history: &history,
        spec: &spec,
        forest: &forest,
        days: Days { from, to: from + arguments.test_days },
        delay_days: arguments.delay_days,
        since: arguments.cards_since.map_or(i64::MIN, number_of_date),
    };
    let title = Text::fixed("计算特征", "Features");
    let mut progress = Progress::start(console, title, Some(history.len() as u64), Counted::Items);
    let mut at = |done: u64, _: u64| {
        progress.at(done, done);
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut cannot_tell = None;
    let mut refused = |row: RefusedRow| {
        let error = placed(RowError::row(row.line, row.reason), &arguments.files, usize::from(row.file));
        cannot_tell = refusals.add(&error).err().or(cannot_tell.take());
    };
    let verdict = judging.run(&mut at, &mut refused);
    progress.finish(history.len() as u64);
    cannot_tell.map_or(Ok(()), Err)?;
    let verdict = verdict?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&verdict);
        console.print(json.map_err(|error| cannot_write().with(error))?)?;
    } else {
        verdict::judged(&verdict, console)?;
    }
    refusals.finish()
}

fn cannot_write() -> Fault {
    Fault::failed(Text::fixed("无法写出 JSON。", "Cannot write JSON."))
}

/// The model of a file, of whichever of the two programs it is.
fn forest(path: &Path) -> Outcome<decide::trees::Forest> {
    let failed = |error: &std::io::Error| Fault::file(Verb::Read, path, error);
    let size = std::fs::metadata(path).map_err(|error| failed(&error))?.len();
    // As much as the server takes.
    if size > guard::score_models::FILE_BYTES_MAX as u64 {
        return Err(Fault::setting(Text::fixed("文件过大。", "The file is too large.")).at(path.display()));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    let read = guard::score_models::read(&bytes);
    read.map(|(_, forest)| forest).map_err(|text| Fault::setting(text).at(path.display()))
}
