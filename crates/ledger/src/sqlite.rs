//! The one writer of a SQLite database: group commit.
//!
//! Waiting closures run one after the other in one immediate transaction; then one COMMIT, one wait for the disk, and all
//! answers. When one is refused or panics, the others are run again with savepoints between them, so that it rolls back alone.
//! Nothing waits for a group to fill: whoever is queued when the writer is free goes along.

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

/// How many times as long as its commit a group may run before it is committed: the disk then waits for the writer rather than
/// the writer for the disk, and those who are answered early make their next requests ready while the next group runs.
const RUN_PER_COMMIT: u32 = 4;
/// No closure joins a group that has run for this long, however slow the disk, so that its first members are not held up.
const GROUP_TIME_MAX: Duration = Duration::from_millis(25);
/// Groups after a refusal that are run in savepoints. Whoever refuses one request often refuses the next, and a group without
/// savepoints must be run again for it.
const GUARDED_GROUPS: u32 = 256;

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
    let connection = &mut connection;
    let mut writer = Writer { connection, context, chain, log, guarded: 0, commit_time: Duration::ZERO };
    while let Ok(first) = queue.recv() {
        let guards = if writer.guarded > 0 { Guards::Savepoints } else { Guards::None };
        writer.guarded = writer.guarded.saturating_sub(1);
        writer.group(vec![first], &mut || queue.try_recv().ok(), group_max.max(1), guards);
    }
}

/// What keeps the members of a group apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guards {
    /// Nothing: when one is refused, all are rolled back and the others run again.
    None,
    /// A savepoint each: a refused one rolls back alone. SQLite keeps a copy of every page that each changes.
    Savepoints,
}

/// Why a group was not committed.
enum Trouble {
    /// A member was refused and nothing kept it apart from the others.
    Refused,
    /// The whole transaction is in doubt.
    Store(StoreError),
}

impl<E: Into<StoreError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

/// The members of the open transaction.
struct Group {
    /// A member counts from the moment it is taken out of the queue: whatever happens, it is answered.
    members: Vec<Waiting>,
    aftermaths: Vec<Aftermath>,
}

/// The one writer's own things.
struct Writer<'a> {
    connection: &'a mut Connection,
    context: &'a Context,
    chain: Chain,
    log: LogCopying,
    /// How many of the next groups are run in savepoints.
    guarded: u32,
    /// About how long a commit takes.
    commit_time: Duration,
}

impl Writer<'_> {
    /// Runs a group: `members`, and whoever `more` gives while there is room and time. If the group cannot be committed, each
    /// member is run once more by itself, so that only the guilty one is refused.
    fn group(
        &mut self,
        members: Vec<Waiting>,
        more: &mut dyn FnMut() -> Option<Waiting>,
        group_max: usize,
        guards: Guards,
    ) {
        let mut group = Group { members, aftermaths: Vec::new() };
        let outcome = self.fill(&mut group, more, group_max, guards).and_then(|()| self.commit());
        metrics::histogram!("ledger_group_size").record(group.members.len() as f64);
        let alone = group.members.len() == 1;
        match outcome {
            Ok(()) => self.answer(group),
            Err(Trouble::Refused) => {
                self.roll_back();
                if alone {
                    group.members.into_iter().for_each(|member| member.answer(None));
                } else {
                    self.guarded = GUARDED_GROUPS;
                    self.group(group.members, &mut || None, group_max, Guards::Savepoints);
                }
            }
            Err(Trouble::Store(error)) => {
                self.roll_back();
                tracing::warn!(%error, members = group.members.len(), "a group of writes was rolled back");
                let mut error = Some(error);
                for member in group.members {
                    if alone {
                        member.answer(error.take());
                    } else {
                        self.group(vec![member], &mut || None, 1, Guards::None);
                    }
                }
            }
        }
    }

    /// Tells everybody of a group that was committed.
    fn answer(&mut self, group: Group) {
        let members = group.members.len();
        for aftermath in group.aftermaths {
            self.context.after_commit(aftermath);
        }
        for member in group.members {
            member.answer(None);
        }
        if let Ok(c) = sqlite(self.connection) {
            self.log.after_commit(c, members);
        }
    }

    fn fill(
        &mut self,
        group: &mut Group,
        more: &mut dyn FnMut() -> Option<Waiting>,
        group_max: usize,
        guards: Guards,
    ) -> Result<(), Trouble> {
        let started = Instant::now();
        AnsiTransactionManager::begin_transaction_sql(sqlite(self.connection)?, "BEGIN IMMEDIATE")?;
        if let Err(error) = webhooks::refresh(self.connection, self.context) {
            tracing::warn!(%error, "the webhook subscriptions could not be read; the last known ones are used");
        }
        let time_max = (self.commit_time * RUN_PER_COMMIT).min(GROUP_TIME_MAX);
        let mut run = 0;
        loop {
            while let Some(task) = group.members.get_mut(run) {
                let aftermath = self.run_one(&mut **task, guards)?;
                group.aftermaths.extend(aftermath);
                run += 1;
            }
            let full = run >= group_max || started.elapsed() > time_max;
            match if full { None } else { more() } {
                Some(task) => group.members.push(task),
                None => return Ok(()),
            }
        }
    }

    /// Runs one closure, guarded as its group is.
    fn run_one(&mut self, task: &mut dyn Task, guards: Guards) -> Result<Option<Aftermath>, Trouble> {
        let guarded = guards == Guards::Savepoints;
        if guarded {
            OpenSavepoint.execute(sqlite(self.connection)?)?;
        }
        let cause = task.cause().clone();
        let mut unit = Unit::new(self.connection, self.context, &cause, &mut self.chain);
        let fate = task.run(&mut unit);
        let (aftermath, _) = unit.into_parts();
        let c = sqlite(self.connection)?;
        let kept = match fate {
            Fate::Keep if depth(c) == 1 => Some(aftermath),
            Fate::Keep => {
                return Err(StoreError::Misuse("a closure left a transaction of its own open".to_owned()).into());
            }
            Fate::Discard if !guarded => return Err(Trouble::Refused),
            Fate::Discard => {
                // A panic may have left the closure's own nested transactions open.
                while depth(c) > 1 {
                    AnsiTransactionManager::rollback_transaction(c)?;
                }
                UndoSavepoint.execute(c)?;
                None
            }
        };
        if guarded {
            ReleaseSavepoint.execute(c)?;
        }
        Ok(kept)
    }

    fn commit(&mut self) -> Result<(), Trouble> {
        let started = Instant::now();
        AnsiTransactionManager::commit_transaction(sqlite(self.connection)?)?;
        // Follows the disk within some dozen commits, and no single slow one.
        self.commit_time = (self.commit_time * 15 + started.elapsed()) / 16;
        Ok(())
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
