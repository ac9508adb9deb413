//! `xiaobao migrate`: brings the tables up to date, all pending steps in one transaction.

use clap::Args;
use kernel::Text;

use crate::{
    cli::House,
    console::{self, Console},
    fault::Outcome,
    house::{self, Tables},
    settings::Settings,
};

const AFTER: &str = "\
Back up first: there is no way back but a backup. 请先备份；表结构只能向前更新。
Examples 示例:
  xiaobao migrate --database sqlite:bank.db --key-file bank.keys
  xiaobao migrate --database sqlite:bank.db --key-file bank.keys --list";

/// What to do.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {
    #[command(flatten)]
    pub house: House,
    /// Only list what would run. 只列出待更新项。
    #[arg(long)]
    list: bool,
}

/// Migrates, or lists what would run.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    if arguments.list {
        if let ledger::DatabaseUrl::Sqlite(path) = settings.database()?
            && !path.exists()
        {
            // A database that is not there yet lacks every table, and looking does not make it.
            let all = ledger::Ledger::migrations_of(&server::migrations(&server::rooms()));
            return all.map_err(house::migration_failed)?.iter().try_for_each(|name| console.print(name));
        }
        let house = house::open(settings, console, Tables::AsTheyAre)?;
        for name in house.ledger.pending_migrations()? {
            console.print(name)?;
        }
        return Ok(());
    }
    let database = settings.database()?;
    if let ledger::DatabaseUrl::Sqlite(path) = &database {
        make_folder(path)?;
    }
    let keyring = crate::keys::keyring(settings, console)?;
    let ledger = open_for_migration(settings, database, keyring)?;
    let ran = ledger.migrate().map_err(|error| house::cannot_open(settings, error))?;
    for name in &ran {
        console.print(name)?;
    }
    let count = ran.len();
    console.say(&match count {
        0 => Text::fixed("表结构已是最新。", "The tables are up to date."),
        _ => Text::of(
            format!("已更新 {count} 项。"),
            format!("{} ran.", console::counted(count as u64, "migration", "migrations")),
        ),
    })
}

/// The folder that a new SQLite file is to lie in.
pub fn make_folder(path: &std::path::Path) -> Outcome {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder)
            .map_err(|error| crate::fault::Fault::file(crate::fault::Verb::Create, folder, &error)),
        None => Ok(()),
    }
}

/// The ledger of a database whose tables may not be there yet.
pub fn open_for_migration(
    settings: &Settings,
    database: ledger::DatabaseUrl,
    keyring: seal::Keyring,
) -> Outcome<ledger::Ledger> {
    let rooms = server::rooms();
    let options = ledger::Options::new(database);
    ledger::Ledger::open(options, house::ports(keyring), &server::migrations(&rooms))
        .map_err(|error| house::cannot_open(settings, error))
}
