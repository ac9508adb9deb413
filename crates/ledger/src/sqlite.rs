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
    log_copier::LogCopying,
    unit::Aftermath,
    webhooks,
    writer::{Fate, Task},
};

/// No closure joins a group that has run for this long, so that the answers of its first members are not held up.
const GROUP_TIME_MAX: Duration = Duration::from_millis(25);

type Waiting = Box<dyn Task>;

/// Runs until the last sender is gone.
pub(crate) fn run(
    mut connection: Connection,
    context: &Context,
    queue: &Receiver<Waiting>,
    group_max: usize,
    log: LogCopying,
) {
    let chain = Chain::new(context.ports.keyring.suite());
    let mut writer = Writer { connection: &mut connection, context, chain, log };
    while let Ok(first) = queue.recv() {
        writer.group(first, &mut || queue.try_recv().ok(), group_max);
    }
}

/// The members of the open transaction.
#[derive(Default)]
struct Group {
    members: Vec<Waiting>,
    aftermaths: Vec<Aftermath>,
}

/// The one writer's own things.
struct Writer<'a> {
    connection: &'a mut Connection,
    context: &'a Context,
    chain: Chain,
    log: LogCopying,
}

impl Writer<'_> {
    /// Runs a group: `first`, and whoever `more` gives while there is room and time. If the group cannot be committed, each
    /// member is run once more by itself, so that only the guilty one is refused.
    fn group(&mut self, first: Waiting, more: &mut dyn FnMut() -> Option<Waiting>, group_max: usize) {
        let mut group = Group::default();
        let outcome = self.fill(&mut group, first, more, group_max).and_then(|()| self.commit());
        metrics::histogram!("ledger_group_size").record(group.members.len() as f64);
        let Err(error) = outcome else {
            for aftermath in group.aftermaths {
                self.context.after_commit(aftermath);
            }
            for member in group.members {
                member.answer(None);
            }
            if let Ok(c) = sqlite(self.connection) {
                self.log.after_commit(c);
            }
            return;
        };
        self.roll_back();
        let alone = group.members.len() == 1;
        tracing::warn!(%error, members = group.members.len(), "a group of writes was rolled back");
        let mut error = Some(error);
        for member in group.members {
            if alone {
                member.answer(error.take());
            } else {
                self.group(member, &mut || None, 1);
            }
        }
    }

    fn fill(
        &mut self,
        group: &mut Group,
        first: Waiting,
        more: &mut dyn FnMut() -> Option<Waiting>,
        group_max: usize,
    ) -> Result<(), StoreError> {
        let started = Instant::now();
        // A member counts from the moment it is taken out of the queue: whatever happens, it is answered.
        group.members.push(first);
        AnsiTransactionManager::begin_transaction_sql(sqlite(self.connection)?, "BEGIN IMMEDIATE")?;
        if let Err(error) = webhooks::refresh(self.connection, self.context) {
            tracing::warn!(%error, "the webhook subscriptions could not be read; the last known ones are used");
        }
        loop {
            if let Some(task) = group.members.last_mut() {
                let aftermath = self.run_one(&mut **task)?;
                group.aftermaths.extend(aftermath);
            }
            let full = group.members.len() >= group_max.max(1) || started.elapsed() > GROUP_TIME_MAX;
            match if full { None } else { more() } {
                Some(task) => group.members.push(task),
                None => return Ok(()),
            }
        }
    }

    /// Runs one closure in its savepoint. An error here means that the whole transaction is in doubt.
    fn run_one(&mut self, task: &mut dyn Task) -> Result<Option<Aftermath>, StoreError> {
        OpenSavepoint.execute(sqlite(self.connection)?)?;
        let cause = task.cause().clone();
        let mut unit = Unit::new(self.connection, self.context, &cause, &mut self.chain);
        let fate = task.run(&mut unit);
        let (aftermath, _) = unit.into_parts();
        let c = sqlite(self.connection)?;
        let kept = match fate {
            Fate::Keep if depth(c) == 1 => Some(aftermath),
            Fate::Keep => {
                return Err(StoreError::Misuse("a closure left a transaction of its own open".to_owned()));
            }
            Fate::Discard => {
                // A panic may have left the closure's own nested transactions open.
                while depth(c) > 1 {
                    AnsiTransactionManager::rollback_transaction(c)?;
                }
                UndoSavepoint.execute(c)?;
                None
            }
        };
        ReleaseSavepoint.execute(c)?;
        Ok(kept)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(AnsiTransactionManager::commit_transaction(sqlite(self.connection)?)?)
    }

    /// Ends whatever is open. SQLite may have rolled back by itself (disk full); either way the next group starts afresh.
    fn roll_back(&mut self) {
        let Ok(c) = sqlite(self.connection) else { return };
        while depth(c) > 0 {
            if AnsiTransactionManager::rollback_transaction(c).is_err() {
                break;
            }
        }
    }
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
