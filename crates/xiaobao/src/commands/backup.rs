//! `xiaobao backup`: a copy of the database while it is in use.

use std::path::PathBuf;

use clap::Args;
use kernel::Text;

use crate::{
    cli::House,
    console::Console,
    fault::{Fault, Outcome},
    house::{self, Tables},
    progress::{Counted, Progress},
    settings::Settings,
};

const AFTER: &str = "\
The backup holds the database. Attachments lie in the objects folder or bucket, and the keys in the key file: keep copies
of both, the keys apart from the rest. 备份只含数据库；附件（objects）和密钥文件须另行备份，密钥与其余分开存放。
Examples 示例:
  xiaobao backup /backup/bank-2026-11-22.backup --database sqlite:bank.db --key-file bank.keys";

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
    let path = &arguments.file;
    let shown = path.display();
    if path.exists() {
        return Err(Fault::failed(Text::of(
            format!("{shown} 已存在；备份不会覆盖已有文件。"),
            format!("{shown} exists; a backup is never written over a file."),
        )));
    }
    let house = house::open(settings, console, Tables::Required)?;
    let progress = Progress::start(console, Text::fixed("备份", "Backing up"), None, Counted::Items);
    house.ledger.backup(path)?;
    progress.finish(0);
    let bytes = std::fs::metadata(path).map(|metadata| metadata.len()).unwrap_or(0);
    console.say(&Text::of(
        format!("已写入 {shown}，{bytes} 字节。请另行备份附件和密钥文件。"),
        format!("Wrote {shown}, {bytes} bytes. Attachments and the key file need copies of their own."),
    ))
}
