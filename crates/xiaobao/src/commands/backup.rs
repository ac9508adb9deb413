//! `xiaobao backup`: a copy of the database as of one moment, while it is in use.

use std::{
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::Args;
use kernel::Text;
use ledger::{BackupError, BackupProgress};

use crate::{
    cli::House,
    console::Console,
    fault::{Fault, Outcome, Verb},
    house::{self, Tables},
    progress::{Counted, Progress},
    settings::Settings,
    stop::Stop,
};

const AFTER: &str = "\
The file can be restored on SQLite and on PostgreSQL. It holds the database; attachments lie in the objects folder or bucket, and \
the keys in the key file: keep copies of both, the keys apart from the rest.
备份文件在 SQLite 和 PostgreSQL 上都能恢复。它只含数据库；附件（objects）和密钥文件须另行备份，密钥与其余分开存放。
Examples 示例:
  xiaobao backup /backup/bank-2026-11-22.backup \\
      --database sqlite:bank.db --key-file bank.keys";

/// Where to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {
    /// The file to write; never over one that is there. 备份文件，不覆盖已有文件。
    file: PathBuf,
    #[command(flatten)]
    pub house: House,
}

/// Writes a backup.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    let stop = Stop::listen()?;
    let mut progress: Option<Progress> = None;
    let report = house.ledger.backup(&arguments.file, &mut |at: BackupProgress| {
        let bar = progress.get_or_insert_with(|| {
            Progress::start(console, Text::fixed("备份", "Backing up"), at.rows_total, Counted::Items)
        });
        bar.at(at.rows, at.rows);
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let report = report.map_err(|error| fault(Verb::Create, &arguments.file, error))?;
    if let Some(progress) = progress {
        progress.finish(report.rows);
    }
    let (path, rows, bytes) = (arguments.file.display(), report.rows, report.bytes);
    console.say(&Text::of(
        format!("已写入 {path}：{} 张表、{rows} 行、{bytes} 字节。请另行备份附件和密钥文件。", report.tables),
        format!("Wrote {path}: {} tables, {rows} rows, {bytes} bytes. Attachments and the key file need copies of their own.", report.tables),
    ))
}

/// A backup's failure as the command's; `verb` says what was to be done with the file.
pub fn fault(verb: Verb, path: &Path, error: BackupError) -> Fault {
    match error {
        BackupError::Stopped => Fault::stopped(),
        BackupError::File(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = path.display();
            Fault::failed(Text::of(
                format!("{path} 已存在；备份不会覆盖已有文件，请换一个文件名。"),
                format!("{path} exists; a backup is never written over a file. Name another."),
            ))
        }
        BackupError::File(error) => Fault::file(verb, path, &error),
        BackupError::Format { .. }
        | BackupError::Newer(_)
        | BackupError::NotEmpty { .. }
        | BackupError::Ahead(_)
        | BackupError::Refused
        | BackupError::Store(_)
        | BackupError::Open(_) => Fault::failed(error.text()),
    }
}
