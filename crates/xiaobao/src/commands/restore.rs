//! `xiaobao restore`: a database from a backup, checked before anybody relies on it.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::Args;
use kernel::Text;
use ledger::{BackupError, BackupProgress, Cause, CheckpointError, Connection, DatabaseUrl, Ledger, StoreError};

use super::{backup, migrate};
use crate::{
    cli::House,
    console::Console,
    fault::{Outcome, Verb},
    house::{self, Tables},
    progress::{Counted, Progress},
    settings::Settings,
    stop::Stop,
};

const AFTER: &str = "\
The database must be new or empty; nothing is ever restored over data. The backup may come from the other engine. Afterwards the \
tables are brought up to date and the ledger is verified. The key file must hold the keys of the backup's time.
数据库须是新的或空的，绝不覆盖已有数据。备份可来自另一种数据库。恢复后自动更新表结构并校验账本。密钥文件须含有备份时的密钥。
Examples 示例:
  xiaobao restore /backup/bank-2026-11-22.backup \\
      --database sqlite:restored.db --key-file bank.keys
  xiaobao restore /backup/bank-2026-11-22.backup \\
      --database postgres://xiaobao@db/xiaobao --key-file bank.keys";

/// What to restore.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {
    /// The backup. 备份文件。
    file: PathBuf,
    /// Do not verify the ledger afterwards. 恢复后不校验账本。
    #[arg(long)]
    no_verify: bool,
    #[command(flatten)]
    pub house: House,
}

/// Restores, migrates, verifies.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let database = settings.database()?;
    let new_file = match &database {
        DatabaseUrl::Sqlite(path) => {
            migrate::make_folder(path)?;
            (!path.exists()).then(|| path.clone())
        }
        DatabaseUrl::Postgres(_) => None,
    };
    let filled = fill(arguments, settings, console, database);
    if filled.is_err()
        && let Some(path) = new_file
    {
        remove(&path);
    }
    filled?;
    if arguments.no_verify {
        return Ok(());
    }
    super::ledger::verify(None, &house::open(settings, console, Tables::Required)?, console)
}

/// Takes back the file that a failed restore has begun, so that the next try finds nothing in its way.
fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // What was never made cannot be removed, and the restore's own fault is what matters.
        let _ = std::fs::remove_file(name);
    }
}

/// Restores into the database and brings its tables up to date.
fn fill(arguments: &Arguments, settings: &Settings, console: Console, database: DatabaseUrl) -> Outcome {
    let ledger = migrate::open_for_migration(settings, database, crate::keys::keyring(settings, console)?)?;
    let stop = Stop::listen()?;
    let mut progress: Option<Progress> = None;
    let keyring = ledger.ports().keyring.clone();
    // Keys of another house could open nothing of it, and whoever noticed later would find the place taken.
    let mut check = |connection: &mut Connection| people::subject_keys::are_of(connection, &keyring);
    let report = ledger.restore(&arguments.file, &mut check, &mut |at: BackupProgress| {
        let bar = progress.get_or_insert_with(|| {
            Progress::start(console, Text::fixed("恢复", "Restoring"), at.bytes_total, Counted::Bytes)
        });
        bar.at(at.bytes, at.rows);
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let report = report.map_err(|error| {
        let are_other_keys = matches!(error, BackupError::Refused);
        if are_other_keys {
            house::other_keys_than_the_backup(settings)
        } else {
            backup::fault(Verb::Read, &arguments.file, error)
        }
    })?;
    if let Some(progress) = progress {
        progress.finish(report.rows);
    }
    ledger.migrate().map_err(house::migration_failed)?;
    if report.derived_left_out {
        derive_anew(&ledger)?;
        sign_gaps(&ledger)?;
    }
    let (tables, rows, at) =
        (report.tables, report.rows, report.at.in_shanghai().strftime("%Y-%m-%d %H:%M:%S").to_string());
    console.say(&Text::of(
        format!("已恢复 {tables} 张表、{rows} 行（备份于 {at}）。"),
        format!("Restored {tables} tables, {rows} rows (backed up at {at}, Beijing time)."),
    ))?;
    if report.derived_left_out {
        console.note(&Text::fixed(
            "检索索引由服务在启动后重建；在此之前检索较慢，但不会遗漏。",
            "The server builds the search index anew after its start; until then searching is slower, and misses nothing.",
        ));
    }
    Ok(())
}

/// Signs what was restored from PostgreSQL: its ledger leaves positions out, and on SQLite a position left out by nobody's leave
/// counts as removed. A ledger that is not intact is not signed; the check that follows says what is wrong with it.
fn sign_gaps(ledger: &Ledger) -> Outcome {
    if !ledger.is_sqlite() {
        return Ok(());
    }
    match ledger.checkpoint(&Cause::new("program:restore")) {
        Ok(_) | Err(CheckpointError::Broken(_)) => Ok(()),
        Err(CheckpointError::Store(error)) => Err(error.into()),
    }
}

/// Lets the rooms derive anew what a backup of the other engine does not hold.
fn derive_anew(ledger: &Ledger) -> Outcome {
    ledger.write(&Cause::new("program:restore"), |unit| -> Result<(), StoreError> {
        server::rooms().iter().try_for_each(|room| (room.derive_anew)(unit))
    })?;
    Ok(())
}
