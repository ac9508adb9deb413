//! `xiaobao guard`: models that recognise fraud, learnt from labelled payments of the past.
//!
//! What is learnt and how is the business of `detection` and `boost`; these files read, print and write.

mod features;
mod history;
mod judge;
mod train;
mod verdict;

use clap::{Args, Subcommand};

use crate::{console::Console, fault::Outcome};

const AFTER_TRAIN: &str = "\
Learns for a week, waits a week until frauds are known, judges on the week after; again on earlier weeks; then learns the \
model of the newest days. Windows see a fraud from when it became known, never before. The columns of some public \
histories are known; others need a mapping file, described in docs/guide/train-guard.en.md. Files may be packed by gzip.
用一周学习、等一周标签、以下一周评测，逐周回退；再用最新数据训练最终模型。欺诈自获知之时起才计入特征。
映射文件的写法见 docs/guide/train-guard.zh.md；文件可为 gzip 压缩。
Examples 示例:
  xiaobao guard train payments.csv --mapping bank.toml --check
  xiaobao guard train april.csv.gz may.csv.gz june.csv.gz \\
      --mapping bank.toml --model fraud.txt --errors refused.csv
  xiaobao guard train handbook.csv \\
      --test-from 2018-08-08 --folds 1 --json --check";

const AFTER_FEATURES: &str = "\
Begin your own declaration with it, and name it with --features. 可在此基础上修改，再用 --features 指定。
With --house it is what the server computes for each transfer: only a model that looks at nothing else can be uploaded.
加 --house 时输出服务器实时计算的特征；只有据此训练的模型才能上线。
Examples 示例:
  xiaobao guard features > features.toml
  xiaobao guard features --house > house.toml";

const AFTER_JUDGE: &str = "\
Any LightGBM or XGBoost model file, on the same features, windows and figures as `guard train`: AUC, average precision, recall at \
1 % false positives, card precision@100, calibration. 任何 LightGBM、XGBoost 模型文件，口径与 guard train 相同。
Examples 示例:
  xiaobao export decisions history.csv --from 2026-08-01 &&
      xiaobao guard judge fraud.txt history.csv --features house.toml
  xiaobao guard judge fraud.json june.csv july.csv \\
      --test-from 2026-07-20 --test-days 7 --json";

/// What to do about recognising fraud.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Learn a model from labelled payments, and judge it on later weeks. 从已标注的交易训练模型，并在其后的周评测。
    #[command(after_help = AFTER_TRAIN)]
    Train(Box<train::Arguments>),
    /// Judge a model file on labelled payments of a later period. 在其后的已标注交易上评测模型文件。
    #[command(after_help = AFTER_JUDGE)]
    Judge(Box<judge::Arguments>),
    /// Print the declaration of what models see. 输出模型所用特征的声明。
    #[command(after_help = AFTER_FEATURES)]
    Features(features::Arguments),
}

/// Does what was asked.
pub fn run(arguments: &Arguments, console: Console) -> Outcome {
    match &arguments.command {
        Command::Train(arguments) => train::run(arguments, console),
        Command::Judge(arguments) => judge::run(arguments, console),
        Command::Features(arguments) => features::run(arguments, console),
    }
}
