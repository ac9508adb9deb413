//! `xiaobao ledger`: proves that no history was edited, and makes the signed checkpoints that the proof stands on.

use std::{
    fs,
    io::Write as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use kernel::Text;
use ledger::{Cause, Checkpoint, CheckpointError, Finding, VerifyOptions, VerifyReport};

use crate::{
    cli,
    console::Console,
    fault::{Fault, Outcome, Verb},
    house::{self, House, Tables},
    progress::{Counted, Progress},
    settings::{Flag, Settings},
    stop::Stop,
    text_file,
};

const AFTER_VERIFY: &str = "\
Exit code 0 when everything follows from itself, 1 with the first thing that does not. The server may go on meanwhile.
完好时退出码 0；否则为 1，并指出第一处异常。校验期间服务可照常运行。
Examples 示例:
  xiaobao ledger verify --database sqlite:bank.db --key-file bank.keys
  xiaobao ledger verify --checkpoint 2026-11-22.checkpoint \\
      --database sqlite:bank.db --key-file bank.keys";

const AFTER_CHECKPOINT: &str = "\
The server makes checkpoints by itself. Keep copies where no administrator of the database can reach them.
服务会按时自动生成检查点。请把副本保存在数据库管理员接触不到的地方。
Examples 示例:
  xiaobao ledger checkpoint --output 2026-11-22.checkpoint \\
      --database sqlite:bank.db --key-file bank.keys";

/// Bytes read of an exported checkpoint at most; the ledger refuses larger ones anyway.
const CHECKPOINT_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// What to do with the ledger.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every event, chain and checkpoint. 校验全部事件、链和检查点。
    #[command(after_help = AFTER_VERIFY)]
    Verify {
        /// A checkpoint that was kept elsewhere, to compare with. 另存的检查点，用于比对。
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        #[command(flatten)]
        house: cli::House,
    },
    /// Sign everything up to now, and print it for keeping elsewhere. 生成并输出签名的检查点。
    #[command(after_help = AFTER_CHECKPOINT)]
    Checkpoint {
        /// Write it to this file instead of printing it. 写入此文件。
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        house: cli::House,
    },
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        match &self.command {
            Command::Verify { house, .. } | Command::Checkpoint { house, .. } => house.flags(),
        }
    }
}

/// Does what was asked.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    match &arguments.command {
        Command::Verify { checkpoint, .. } => {
            let kept = checkpoint.as_deref().map(read_checkpoint).transpose()?;
            verify(kept, &house::open(settings, console, Tables::Required)?, console)
        }
        Command::Checkpoint { output, .. } => make(output.as_deref(), settings, console),
    }
}

/// Checks everything, and a checkpoint that was kept elsewhere if there is one.
pub fn verify(exported: Option<Checkpoint>, house: &House, console: Console) -> Outcome {
    let stop = Stop::listen()?;
    let mut progress: Option<Progress> = None;
    let report = house.ledger.verify(&VerifyOptions { exported }, &mut |at| {
        let bar = progress.get_or_insert_with(|| {
            let until = u64::try_from(at.until).unwrap_or(0);
            Progress::start(console, Text::fixed("校验账本", "Verifying the ledger"), Some(until), Counted::Items)
        });
        bar.at(u64::try_from(at.position).unwrap_or(0), at.events);
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let rate = progress.map_or(0, |progress| progress.finish(report.events));
    if report.stopped {
        return Err(Fault::stopped());
    }
    tell(&report, rate, console)
}

fn tell(report: &VerifyReport, rate: u64, console: Console) -> Outcome {
    let VerifyReport { events, streams, checkpoints, unsigned, .. } = report;
    if let Some(finding) = &report.finding {
        return Err(broken(finding));
    }
    console.say(&Text::of(
        format!("账本完好：{events} 个事件、{streams} 个事件流、{checkpoints} 个检查点（每秒 {rate} 个事件）。"),
        format!(
            "The ledger is intact: {events} events, {streams} streams, {checkpoints} checkpoints ({rate} events/s)."
        ),
    ))?;
    if *unsigned > 0 {
        console.note(&Text::of(
            format!("最近的检查点之后还有 {unsigned} 个事件：链完好，但尚无签名覆盖。"),
            format!("{unsigned} events are younger than the last checkpoint: their chains are sound, but no signature covers them yet."),
        ));
    }
    Ok(())
}

/// The fault that names what is wrong, and where, for whoever looks into it.
fn broken(finding: &Finding) -> Fault {
    let mut places = Vec::new();
    if let Some(position) = finding.position {
        places.push(format!("position {position}"));
    }
    if let Some(stream) = &finding.stream {
        places.push(format!("stream {stream}"));
    }
    if let Some(version) = finding.version {
        places.push(format!("version {version}"));
    }
    if let Some(checkpoint) = finding.checkpoint {
        places.push(format!("checkpoint {checkpoint}"));
    }
    let heading = Fault::failed(Text::of(
        format!("账本不完好：{}", finding.text.zh),
        format!("The ledger is not intact: {}", finding.text.en),
    ));
    if places.is_empty() { heading } else { heading.with(places.join(", ")) }
}

fn make(output: Option<&Path>, settings: &Settings, console: Console) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    let made = house.ledger.checkpoint(&Cause::new("command:ledger checkpoint")).map_err(|error| match error {
        CheckpointError::Broken(finding) => broken(&finding),
        CheckpointError::Store(error) => error.into(),
    })?;
    let Some(checkpoint) = made else {
        return console
            .say(&Text::fixed("账本是空的，没有可签名的内容。", "The ledger is empty; there is nothing to sign."));
    };
    let text = checkpoint.to_text();
    match output {
        None => console.print_bytes(text.as_bytes()),
        Some(path) => {
            // A checkpoint that is kept must not be lost to the next one.
            let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
            let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
            written.map_err(|error| Fault::file(Verb::Write, path, &error))?;
            let (number, events, path) =
                (checkpoint.statement.number, checkpoint.statement.events_total, path.display());
            console.say(&Text::of(
                format!("第 {number} 号检查点覆盖 {events} 个事件，已写入 {path}。"),
                format!("Checkpoint {number} covers {events} events; written to {path}."),
            ))
        }
    }
}

fn read_checkpoint(path: &Path) -> Outcome<Checkpoint> {
    let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
    let text = text_file::read(path, CHECKPOINT_BYTES_MAX).map_err(cannot)?;
    text.and_then(|text| Checkpoint::from_text(&text).ok()).ok_or_else(|| not_a_checkpoint(path))
}

fn not_a_checkpoint(path: &Path) -> Fault {
    Fault::failed(Text::fixed("不是导出的检查点。", "It is not an exported checkpoint.")).at(path.display())
}
