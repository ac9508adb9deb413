//! Opens the house for a command: keys, law, database with the tables of all rooms.

use std::{path::Path, sync::Arc};

use endpoint::Room;
use kernel::{SystemClock, SystemRandom, Text};
use ledger::{DatabaseUrl, Ledger, OpenError, Options, Ports, StoreError};
use regulation::Regulations;
use seal::Keyring;

use crate::{
    console::Console,
    fault::{Fault, Outcome},
    keys,
    settings::{Key, Settings},
};

/// The parts that commands work with.
pub struct House {
    /// The system of record.
    pub ledger: Ledger,
    /// The rooms.
    pub rooms: Vec<Room>,
    /// The law, and the working days with it.
    pub law: Arc<Regulations>,
}

/// What to do about tables that the database lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// Refuse: the command needs all of them.
    Required,
    /// Make them.
    Migrate,
    /// Leave them; the command looks for itself.
    AsTheyAre,
}

/// Opens the house that the settings describe.
pub fn open(settings: &Settings, console: Console, tables: Tables) -> Outcome<House> {
    let database = settings.database()?;
    let keyring = keys::keyring(settings, console)?;
    let law = law(settings)?;
    open_parts(settings, database, ports(keyring), law, tables)
}

/// Opens a house from parts that are at hand.
pub fn open_parts(
    settings: &Settings,
    database: DatabaseUrl,
    ports: Ports,
    law: Arc<Regulations>,
    tables: Tables,
) -> Outcome<House> {
    if let DatabaseUrl::Sqlite(path) = &database {
        check_file(settings, path, tables)?;
    }
    let rooms = server::rooms();
    let ledger =
        Ledger::open_with(options(settings, database)?, ports, &server::migrations(&rooms), &server::reactions(&rooms));
    let ledger = ledger.map_err(|error| cannot_open(settings, error))?;
    check_tables(settings, &ledger, tables)?;
    if tables == Tables::AsTheyAre {
        return Ok(House { ledger, rooms, law });
    }
    check_keys(settings, &ledger)?;
    let law = server::calendars::law_of(&ledger, &law)?;
    Ok(House { ledger, rooms, law })
}

/// The law: the built-in files, and the bank's own folder on top of them.
pub fn law(settings: &Settings) -> Outcome<Arc<Regulations>> {
    let law = match settings.regulation()? {
        Some(folder) => Regulations::load_dir(&folder),
        None => Regulations::builtin(),
    };
    law.map(Arc::new).map_err(|error| {
        let reason = Text::fixed("法规文件读不了。", "the regulation files cannot be used.");
        settings.wrong(Key::Regulation, &reason).with(error)
    })
}

/// The fault of a database that does not open, named as the setting it comes from.
pub fn cannot_open(settings: &Settings, error: OpenError) -> Fault {
    match error {
        OpenError::Connect { .. } | OpenError::Encoding { .. } | OpenError::Store(_) => {
            let reason = Text::fixed("数据库打不开。", "the database cannot be opened.");
            settings.wrong(Key::Database, &reason).with(error)
        }
        OpenError::Newer(_) => {
            let reason = Text::fixed(
                "数据库的表已由更新的版本改动；请使用那个版本，或恢复改动前的备份。",
                "a newer version of the program has changed the tables: use that version, or restore a backup from before.",
            );
            settings.wrong(Key::Database, &reason).with(error)
        }
        OpenError::Migrations(_) | OpenError::Migration { .. } => migration_failed(error),
    }
}

/// The fault of tables that could not be made.
pub fn migration_failed(error: OpenError) -> Fault {
    let text = Text::fixed(
        "更新数据库表结构失败；什么都没有改变。",
        "The tables could not be brought up to date; nothing was changed.",
    );
    Fault::failed(text).with(error)
}

/// The clock, randomness and keys of a real house.
pub fn ports(keyring: Keyring) -> Ports {
    Ports { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), keyring: Arc::new(keyring) }
}

fn options(settings: &Settings, database: DatabaseUrl) -> Outcome<Options> {
    let mut options = Options::new(database);
    if let Some(readers) = settings.readers()? {
        options.readers = readers;
    }
    if let Some(writers) = settings.writers()? {
        options.writers = writers;
    }
    Ok(options)
}

/// A SQLite file that is not there is made only by a command that makes tables: elsewhere its path is misspelt.
fn check_file(settings: &Settings, path: &Path, tables: Tables) -> Outcome {
    if tables == Tables::Migrate || path.exists() {
        return Ok(());
    }
    let path = path.display();
    let reason = Text::of(
        format!("没有数据库文件 {path}；新库请先运行 xiaobao migrate。"),
        format!("there is no file {path}; `xiaobao migrate` makes a new database."),
    );
    Err(settings.wrong(Key::Database, &reason))
}

fn check_tables(settings: &Settings, ledger: &Ledger, tables: Tables) -> Outcome {
    match tables {
        Tables::AsTheyAre => Ok(()),
        Tables::Migrate => {
            let ran = ledger.migrate().map_err(|error| cannot_open(settings, error))?;
            for name in ran {
                tracing::info!(migration = name, "ran migration {name}");
            }
            Ok(())
        }
        Tables::Required => {
            ledger.refuse_newer_tables().map_err(|error| cannot_open(settings, error))?;
            let pending = ledger.pending_migrations().map_err(|error| cannot_open(settings, error))?;
            if pending.is_empty() {
                return Ok(());
            }
            let count = pending.len();
            let reason = Text::of(
                format!(
                    "数据库缺少本版本的表（{count} 项待更新）；请先备份，再运行 xiaobao migrate，或启动时加 --migrate。"
                ),
                format!(
                    "the database lacks tables of this version ({count} migrations are pending); back up, then run `xiaobao migrate`, or start with --migrate."
                ),
            );
            Err(settings.wrong(Key::Database, &reason).with(pending.join(", ")))
        }
    }
}

/// Keys of another house would seal what its own cannot open, and sign a checkpoint that spoils the proof for ever.
fn check_keys(settings: &Settings, ledger: &Ledger) -> Outcome {
    let keyring = &ledger.ports().keyring;
    if ledger.read(|connection| people::subject_keys::are_of(connection, keyring))? {
        return Ok(());
    }
    Err(other_keys(settings))
}

/// The fault of keys that belong to another house.
fn other_keys(settings: &Settings) -> Fault {
    let reason = Text::fixed(
        "这不是该数据库的密钥：库中的数据用另一把主密钥封存。",
        "these are not the keys of this database: its data is sealed under a master key that they lack.",
    );
    settings.wrong(key_setting(settings), &reason)
}

/// The fault of keys that cannot open what a backup holds.
pub fn other_keys_than_the_backup(settings: &Settings) -> Fault {
    let reason = Text::fixed(
        "这些密钥打不开这份备份：其中的数据用另一把主密钥封存。请用备份当时那一版密钥文件。",
        "these keys do not open the backup: its data is sealed under a master key that they lack. Give the version of the key file from the backup's time.",
    );
    settings.wrong(key_setting(settings), &reason)
}

/// Which of the two settings the keys came by; one that cannot be read would have stopped the command before.
fn key_setting(settings: &Settings) -> Key {
    if settings.keys().is_ok_and(|keys| keys.is_some()) { Key::Keys } else { Key::KeyFile }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::failed(Text::fixed("数据库打不开。", "The database cannot be opened.")).with(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        kernel::Problem::from(error).into()
    }
}
