//! `xiaobao voice train`: learns from closed orders which classes their words speak for, and tells how well that works on
//! orders that were held out.
//!
//! What is learned and how is the voice room's business; this file reads, prints and keeps.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use classify::{ModelError, Table};
use kernel::{ActorRef, SystemRandom, Text, id::ImportId};
use ledger::Cause;
use voice::guess::{
    Aspect,
    lessons::{Lesson, Lessons},
    train::{self, HoldOut, Trial},
};

use crate::{
    cli::House as HouseFlags,
    console::{Console, table as aligned},
    fault::{Fault, Outcome},
    house::{self, House, Tables},
    settings::{Flag, Settings},
    table::{self, Encoding, Headers, Meter, Row, RowError, Sink, TableOptions},
};

const AFTER: &str = "\
Each aspect (kind of matter, channel, business, reason) learns from closed, classified orders; the newest fifth is held out \
for the table that is printed, beside naive Bayes over a bag of words. Then it learns from all and serves from the next guess on. \
With --csv it learns from a list instead, holds out a scattered fifth, prints the same table and keeps nothing.
各方面（事项类别、渠道、业务、原因）从已办结并分类的工单学习，留出最新五分之一用于评测；--csv 时只评测、不保存。
Examples 示例:
  xiaobao voice train --database sqlite:bank.db --key-file bank.keys
  xiaobao voice train --aspect reason --check \\
      --database sqlite:bank.db --key-file bank.keys
  xiaobao voice train --csv comments.csv --text text --class class
  xiaobao voice train --csv complaints.csv --text Issue --text Sub-issue \\
      --class Product
  xiaobao voice train --csv comments.csv --text text --class class --splits 5";

/// Orders that one aspect learns from at most, the newest: a large bank's of some years; more add little and take memory.
const LESSONS_MAX: usize = 200_000;
/// Orders below which an aspect is not taught: the table of words knows better.
const LESSONS_MIN: usize = 100;

/// Times that a list is cut anew at most: enough to see whether a lead is chance, and minutes on a long list.
const SPLITS_MAX: i64 = 20;

/// What to do with the voice of the customer.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Learn classes from closed orders, or try that on a list. 从已办结工单学习分类，或用清单评测。
    #[command(after_help = AFTER)]
    Train(TrainArguments),
}

/// What is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AspectFlag {
    /// The kind of matter. 事项类别。
    Matter,
    /// The channel. 渠道。
    Channel,
    /// The business. 业务。
    Business,
    /// The reason. 原因。
    Reason,
}

impl From<AspectFlag> for Aspect {
    fn from(flag: AspectFlag) -> Self {
        match flag {
            AspectFlag::Matter => Self::Matter,
            AspectFlag::Channel => Self::Channel,
            AspectFlag::Business => Self::Business,
            AspectFlag::Reason => Self::Reason,
        }
    }
}

#[derive(Debug, Args)]
struct TrainArguments {
    /// Only this; all four when absent. 只学习这一方面。
    #[arg(long, value_enum)]
    aspect: Option<AspectFlag>,
    /// Print the table, and keep nothing. 只评测，不保存。
    #[arg(long)]
    check: bool,
    /// Learn from this CSV or xlsx file instead of closed orders. 用清单代替已办结工单。
    #[arg(long, value_name = "FILE", requires_all = ["text", "class"])]
    csv: Option<PathBuf>,
    /// A column of the list that holds words; may be given several times. 文本列，可多次。
    #[arg(long, value_name = "COLUMN", requires = "csv")]
    text: Vec<String>,
    /// The column of the list that holds the class. 分类列。
    #[arg(long, value_name = "COLUMN", requires = "csv")]
    class: Option<String>,
    /// The encoding of a CSV file; found out when absent. CSV 编码。
    #[arg(long, value_name = "ENCODING", requires = "csv")]
    encoding: Option<Encoding>,
    /// How many times the list is cut anew into what is learned and what is held out. 重新划分次数。
    #[arg(long, value_name = "COUNT", requires = "csv", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=SPLITS_MAX))]
    splits: u32,
    #[command(flatten)]
    house: HouseFlags,
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        let Command::Train(arguments) = &self.command;
        arguments.house.flags()
    }
}

/// Learns and tells.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let Command::Train(arguments) = &arguments.command;
    if let (Some(path), Some(class)) = (&arguments.csv, &arguments.class) {
        let lessons = read(path, &arguments.text, class, arguments.encoding)?;
        return try_list(&lessons, arguments.splits, console);
    }
    let house = house::open(settings, console, Tables::Required)?;
    let wanted = arguments.aspect.map(Aspect::from);
    for aspect in Aspect::ALL.iter().copied().filter(|aspect| wanted.is_none_or(|wanted| wanted == *aspect)) {
        teach(&house, aspect, arguments.check, console)?;
    }
    Ok(())
}

/// Tries a list, cut in one or more ways, each time on the part that was not learned from.
fn try_list(lessons: &Lessons, splits: u32, console: Console) -> Outcome {
    let mut figures = Vec::new();
    for cut in 0..splits {
        let trial = train::trial(lessons, HoldOut::Scattered(cut)).map_err(|error| untaught(&error))?;
        if cut == 0 {
            tell(&trial, console)?;
        }
        figures.push((trial.model.macro_f1(), trial.baseline.macro_f1()));
    }
    if splits == 1 {
        return Ok(());
    }
    let mean = |of: fn(&(f64, f64)) -> f64| figures.iter().map(of).sum::<f64>() / f64::from(splits);
    let least = figures.iter().map(|(model, baseline)| model - baseline).fold(f64::INFINITY, f64::min);
    let won = figures.iter().filter(|(model, baseline)| model > baseline).count();
    let (model, baseline) = (mean(|(model, _)| *model), mean(|(_, baseline)| *baseline));
    console.say(&Text::of(
        format!("{splits} 种划分：模型宏平均 F1 平均 {model:.4}，朴素贝叶斯平均 {baseline:.4}；模型在 {won} 种中领先，差距最小 {least:+.4}。"),
        format!("{splits} cuts: the model's macro-F1 has a mean of {model:.4}, naive Bayes {baseline:.4}; the model leads in {won}, by {least:+.4} at the least."),
    ))
}

/// Teaches one aspect from closed orders.
fn teach(house: &House, aspect: Aspect, check: bool, console: Console) -> Outcome {
    let lessons = house.ledger.read(|conn| voice::store::guesses::lessons(conn, aspect, LESSONS_MAX));
    let lessons = Lessons::new(lessons.map_err(kernel::Problem::from)?);
    let title = aspect.title();
    let (count, classes) = (lessons.len(), lessons.classes.len());
    console.say(&Text::of(
        format!("{}：{count} 件已办结工单，{classes} 类", title.zh),
        format!("{}: {count} closed orders, {classes} classes", title.en),
    ))?;
    if count < LESSONS_MIN || classes < 2 {
        return console.say(&Text::of(
            format!("  少于 {LESSONS_MIN} 件或不足两类，仍用关键词表。"),
            format!("  fewer than {LESSONS_MIN} orders or two classes: the table of words stays in use."),
        ));
    }
    let trial = train::trial(&lessons, HoldOut::Newest).map_err(|error| untaught(&error))?;
    tell(&trial, console)?;
    if check {
        return Ok(());
    }
    let model = train::learn(&lessons).map_err(|error| untaught(&error))?;
    let cause = Cause::import(ImportId::new(house.ledger.ports().clock.now(), &SystemRandom));
    let record = train::keep(&house.ledger, (aspect, &model, &trial), &ActorRef::program("train"), &cause)?;
    console.say(&Text::of(
        format!("  模型 {} 自即刻起使用。", record.id),
        format!("  model {} serves from now on.", record.id),
    ))
}

fn untaught(error: &ModelError) -> Fault {
    let text = match error {
        ModelError::Classes => Text::of(
            format!("至少要有两类、至多 {} 类，且每类都有文本。", classify::model::CLASSES_MAX),
            format!("There must be two to {} classes, each with texts.", classify::model::CLASSES_MAX),
        ),
        ModelError::NotAModel => Text::fixed("模型无法读取。", "The model cannot be read."),
    };
    Fault::failed(text)
}

/// Prints how a trial went, class by class.
fn tell(trial: &Trial, console: Console) -> Outcome {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let score = |value: f64| format!("{value:.4}");
    let head = match console.language {
        kernel::text::Language::Zh => ["类别", "留出", "精确率", "召回率", "F1", "基线 F1"],
        kernel::text::Language::En => ["class", "held out", "precision", "recall", "F1", "baseline F1"],
    };
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let lines = trial.model.lines.iter().zip(&trial.baseline.lines);
    for (class, (line, base)) in trial.classes.iter().zip(lines) {
        let texts = line.texts.to_string();
        rows.push(vec![
            class.clone(),
            texts,
            percent(line.precision()),
            percent(line.recall()),
            score(line.f1()),
            score(base.f1()),
        ]);
    }
    console.print(aligned(&rows).trim_end())?;
    let (learned, held) = (trial.learned, trial.held_out);
    let figures = |table: &Table| (score(table.macro_f1()), percent(table.accuracy()));
    let ((f1, right), (base_f1, base_right)) = (figures(&trial.model), figures(&trial.baseline));
    console.say(&Text::of(
        format!("学习 {learned}，留出 {held}。模型：宏平均 F1 {f1}，正确率 {right}；朴素贝叶斯（词袋）：宏平均 F1 {base_f1}，正确率 {base_right}。"),
        format!("Learned {learned}, held out {held}. Model: macro-F1 {f1}, accuracy {right}; naive Bayes (bag of words): macro-F1 {base_f1}, accuracy {base_right}."),
    ))
}

/// Reads lessons from a list.
fn read(path: &Path, texts: &[String], class: &str, encoding: Option<Encoding>) -> Result<Lessons, Fault> {
    let mut list = List { texts, class, places: None, lessons: Vec::new() };
    let options = TableOptions { encoding, ..TableOptions::default() };
    table::read(path, &options, &Meter::default(), &mut list)?;
    Ok(Lessons::new(list.lessons))
}

struct List<'a> {
    texts: &'a [String],
    class: &'a str,
    places: Option<(Vec<usize>, usize)>,
    lessons: Vec<Lesson>,
}

impl Sink<Fault> for List<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), Fault> {
        let place = |name: &str| {
            let absent = || Text::of(format!("清单里没有列“{name}”。"), format!("The list has no column \"{name}\"."));
            headers.find(name)?.ok_or_else(|| Fault::setting(absent()))
        };
        let texts = self.texts.iter().map(|name| place(name)).collect::<Result<Vec<_>, Fault>>()?;
        self.places = Some((texts, place(self.class)?));
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, Fault> {
        let Some((texts, class)) = &self.places else { return Ok(ControlFlow::Break(())) };
        let class = row.get(*class).trim();
        if !class.is_empty() {
            let text = texts.iter().map(|at| row.get(*at)).collect::<Vec<_>>().join("\n");
            self.lessons.push(Lesson { text, class: class.to_owned() });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, _: RowError) -> Result<ControlFlow<()>, Fault> {
        // A row that cannot be read teaches nothing; the count that is printed tells of it.
        Ok(ControlFlow::Continue(()))
    }
}
