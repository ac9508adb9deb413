//! The one writer of a SQLite database: group commit.
//!
//! Waiting closures run one after the other in one immediate transaction, each in a savepoint, so that a refused or panicked
//! one rolls back alone; then one COMMIT, one wait for the disk, and all answers. Nothing waits for a group to fill: whoever is
//! queued when the writer is free goes along.

use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use diesel::{
    RunQueryDsl, SqliteConnection,
    connection::{AnsiTransactionManager, TransactionManager},
};

use crate::{
    Connection, StoreError, Unit,
    chain::Chain,
    context::Context,
    dialect::{OpenSavepoint, ReleaseSavepoint, UndoSavepoint},
    unit::Aftermath,
    webhooks,
    writer::{Fate, Task},
};

/// No closure joins a group that has run for this long, so that the answers of its first members are not held up.
const GROUP_TIME_MAX: Duration = Duration::from_millis(25);

type Waiting = Box<dyn Task>;

/// Runs until the last sender is gone.
pub(crate) fn run(mut connection: Connection, context: &Context, queue: &Receiver<Waiting>, group_max: usize) {
    let mut chain = Chain::new(context.ports.keyring.suite());
    while let Ok(first) = queue.recv() {
        group(&mut connection, context, queue, group_max, first, &mut chain);
    }
}

/// The members of the open transaction.
struct Group {
    members: Vec<Waiting>,
    aftermaths: Vec<Aftermath>,
}

fn group(
    connection: &mut Connection,
    context: &Context,
    queue: &Receiver<Waiting>,
    group_max: usize,
    first: Waiting,
    chain: &mut Chain,
) {
    let started = Instant::now();
    if let Err(error) = begin(connection) {
        first.answer(Some(error));
        return;
    }
    if let Err(error) = webhooks::refresh(connection, context) {
        tracing::warn!(%error, "the webhook subscriptions could not be read; the last known ones are used");
    }
    let mut group = Group { members: Vec::new(), aftermaths: Vec::new() };
    let mut next = Some(first);
    while let Some(mut task) = next {
        let failed = run_one(connection, context, &mut *task, chain, &mut group.aftermaths).err();
        group.members.push(task);
        if let Some(error) = failed {
            abandon(connection, group, &error);
            return;
        }
        let full = group.members.len() >= group_max.max(1) || started.elapsed() > GROUP_TIME_MAX;
        next = if full { None } else { queue.try_recv().ok() };
    }
    metrics::histogram!("ledger_group_size").record(group.members.len() as f64);
    match sqlite(connection).and_then(|c| Ok(AnsiTransactionManager::commit_transaction(c)?)) {
        Ok(()) => {
            for aftermath in group.aftermaths {
                context.after_commit(aftermath);
            }
            for member in group.members {
                member.answer(None);
            }
        }
        Err(error) => abandon(connection, group, &error),
    }
}

/// Nothing of this group was kept: rolls back what may be open and tells every member.
fn abandon(connection: &mut Connection, group: Group, error: &StoreError) {
    tracing::error!(%error, members = group.members.len(), "a group of writes was rolled back");
    if let Ok(c) = sqlite(connection) {
        // SQLite may have rolled back by itself (disk full); either way the next group starts afresh.
        while depth(c) > 0 {
            if AnsiTransactionManager::rollback_transaction(c).is_err() {
                break;
            }
        }
    }
    for member in group.members {
        member.answer(Some(StoreError::Unavailable(format!("the commit failed: {error}"))));
    }
}

fn begin(connection: &mut Connection) -> Result<(), StoreError> {
    let c = sqlite(connection)?;
    Ok(AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?)
}

/// Runs one closure in its savepoint. An error here means that the whole transaction is in doubt.
fn run_one(
    connection: &mut Connection,
    context: &Context,
    task: &mut dyn Task,
    chain: &mut Chain,
    aftermaths: &mut Vec<Aftermath>,
) -> Result<(), StoreError> {
    OpenSavepoint.execute(sqlite(connection)?)?;
    let cause = task.cause().clone();
    let mut unit = Unit::new(connection, context, &cause, chain);
    let fate = task.run(&mut unit);
    let (aftermath, _) = unit.into_parts();
    let c = sqlite(connection)?;
    match fate {
        Fate::Keep if depth(c) == 1 => aftermaths.push(aftermath),
        Fate::Keep => {
            return Err(StoreError::Misuse("a closure left a transaction of its own open".to_owned()));
        }
        Fate::Discard => {
            // A panic may have left the closure's own nested transactions open.
            while depth(c) > 1 {
                AnsiTransactionManager::rollback_transaction(c)?;
            }
            UndoSavepoint.execute(c)?;
        }
    }
    ReleaseSavepoint.execute(c)?;
    Ok(())
}

fn depth(c: &mut SqliteConnection) -> u32 {
    let status = AnsiTransactionManager::transaction_manager_status_mut(c);
    status.transaction_depth().ok().flatten().map_or(0, std::num::NonZeroU32::get)
}

fn sqlite(connection: &mut Connection) -> Result<&mut SqliteConnection, StoreError> {
    match connection {
        Connection::Sqlite(c) => Ok(c),
        Connection::Postgres(_) => Err(StoreError::Misuse("the SQLite writer was given another engine".to_owned())),
    }
}
