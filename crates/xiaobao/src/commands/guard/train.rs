//! `xiaobao guard train`: reads histories, has a model learnt and judged, tells how well it does, and writes it.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use detection::{Learnt, Protocol, RefusedRow, Stage, Study, Watch, number_of_date};
use jiff::civil::Date;
use kernel::Text;

use super::{
    history::{declared, histories, placed},
    verdict,
};
use crate::{
    console::Console,
    fault::{Fault, Outcome},
    progress::{Counted, Progress},
    refusals::Refusals,
    stop::Stop,
    table::{Encoding, RowError},
    text_file,
};

/// What to learn from, and how.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// CSV or xlsx files with a row a payment, in any order. 交易文件，CSV 或 xlsx，可多个。
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Which column gives what, in TOML; not needed for public histories that are known. 列映射文件。
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// What the model sees, in TOML; that for payments when absent. 特征声明文件。
    #[arg(long, value_name = "FILE")]
    features: Option<PathBuf>,
    /// Where the model goes, in LightGBM's format; its card goes beside it. 模型文件。
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    model: Option<PathBuf>,
    /// Judge, and write no model. 只评测，不写模型。
    #[arg(long, conflicts_with = "model")]
    check: bool,
    /// Print everything as JSON instead of tables. 以 JSON 输出全部结果。
    #[arg(long)]
    json: bool,
    /// Write every refused row with its reason to this CSV file. 把未接受的行及原因写入此文件。
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// The encoding of CSV files; found out when absent. CSV 编码，缺省自动识别。
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    #[command(flatten)]
    days: DayFlags,
    /// Trees at most; fewer where validation finds that they are enough. 树的上限。
    #[arg(long, value_name = "NUMBER")]
    trees: Option<usize>,
    /// Which rows and columns each tree draws. 随机种子。
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

/// Which days are learnt from and judged on.
#[derive(Debug, Clone, clap::Args)]
struct DayFlags {
    /// Days to learn from. 学习天数。
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    train_days: i64,
    /// Days until frauds are known, where the history does not say. 获知欺诈所需天数。
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    delay_days: i64,
    /// Days to judge on. 评测天数。
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    test_days: i64,
    /// Pairs of periods, the latest first, as far as the history goes. 滚动评测轮数。
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    folds: usize,
    /// The first day of the last period to judge on; the history's last days when absent. 最后一轮评测的首日。
    #[arg(long, value_name = "DATE")]
    test_from: Option<Date>,
}

impl DayFlags {
    fn protocol(&self) -> Protocol {
        let test_from = self.test_from.map(number_of_date);
        let Self { train_days, delay_days, test_days, folds, .. } = *self;
        Protocol { train_days, delay_days, test_days, folds, test_from }
    }
}

/// Learns, tells and writes.
pub fn run(arguments: &Arguments, console: Console) -> Outcome {
    let stop = Stop::listen()?;
    let read: Vec<&Path> = arguments.files.iter().map(PathBuf::as_path).collect();
    let mut refusals = Refusals::start(arguments.errors.as_deref(), &read, console)?;
    let (mapping, spec) = declared(arguments.mapping.as_deref(), arguments.features.as_deref())?;
    let (history, mapping) = histories((&arguments.files, arguments.encoding), mapping, &mut refusals, &stop, console)?;
    let protocol = arguments.days.protocol();
    let spec = spec.suited(&mapping, protocol.delay_days);
    let mut options = spec.options.clone();
    options.trees_max = arguments.trees.unwrap_or(options.trees_max);
    options.seed = arguments.seed.unwrap_or(options.seed);
    let study = Study { history: &history, spec: &spec, protocol, options };
    let learnt = learn(&study, &arguments.files, &mut refusals, &stop, console)?;
    if let Some(path) = &arguments.model {
        write(&learnt, path)?;
    }
    if arguments.json {
        console.print(json(&learnt)?)?;
    } else {
        verdict::tell(&learnt, console)?;
        if let Some(path) = &arguments.model {
            let (model, card) = (path.display(), card_path(path));
            let card = card.display();
            console.say(&Text::of(
                format!("模型已写入 {model}，模型卡片 {card}。"),
                format!("Wrote the model to {model} and its card to {card}."),
            ))?;
        }
    }
    refusals.finish()
}

/// Has the study run, with a bar for each of its stages.
fn learn(
    study: &Study<'_>,
    files: &[PathBuf],
    refusals: &mut Refusals,
    stop: &Stop,
    console: Console,
) -> Outcome<Learnt> {
    let mut bar: Option<(Stage, Progress)> = None;
    let mut at = |stage: Stage, done: u64, total: u64| {
        if bar.as_ref().is_none_or(|(shown, _)| *shown != stage) {
            if let Some((_, progress)) = bar.take() {
                progress.finish(total);
            }
            bar = Some((stage, Progress::start(console, title(stage), Some(total), Counted::Items)));
        }
        if let Some((_, progress)) = &mut bar {
            progress.at(done, done);
        }
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut cannot_tell = None;
    let mut refused = |row: RefusedRow| {
        let error = placed(RowError::row(row.line, row.reason), files, usize::from(row.file));
        cannot_tell = refusals.add(&error).err().or(cannot_tell.take());
    };
    let learnt = study.run(&mut Watch { at: &mut at, refused: &mut refused });
    if let Some((_, progress)) = bar.take() {
        progress.finish(0);
    }
    cannot_tell.map_or(Ok(()), Err)?;
    Ok(learnt?)
}

fn title(stage: Stage) -> Text {
    match stage {
        Stage::Features => Text::fixed("计算特征", "Features"),
        Stage::Trees { fold, folds } if fold == folds => Text::fixed("训练最终模型", "Final model"),
        Stage::Trees { fold, folds } => {
            let fold = fold + 1;
            Text::of(format!("训练与评测 {fold}/{folds}"), format!("Learning {fold} of {folds}"))
        }
    }
}

/// Writes the model and its card; the card first, so that no model stands without one.
fn write(learnt: &Learnt, path: &Path) -> Outcome {
    text_file::replace(&card_path(path), &json(learnt)?)?;
    text_file::replace(path, &learnt.model.lightgbm_text(&learnt.card.parameters()))
}

fn card_path(model: &Path) -> PathBuf {
    model.with_extension("card.json")
}

fn json(learnt: &Learnt) -> Outcome<String> {
    serde_json::to_string_pretty(&learnt.card)
        .map_err(|error| Fault::failed(Text::fixed("无法写出 JSON。", "Cannot write JSON.")).with(error))
}
