//! The ledger as its callers hold it: open, migrate, read, write. Cheap to clone; the last clone stops the threads.

use std::{ops::ControlFlow, path::Path, sync::Arc, thread::JoinHandle};

use crossbeam_channel::{Receiver, Sender};
use diesel::r2d2::PooledConnection;
use kernel::{Page, PageRequest, Problem, Timestamp};
use parking_lot::Mutex;

use crate::{
    BackupError, BackupProgress, BackupReport, Cause, Checkpoint, CheckpointError, Connection, Handlers, JobsRun,
    Options, Ports, Projection, RawEvent, StoreError, Unit, VerifyOptions, VerifyProgress, VerifyReport,
    announce::{self, BellThread, Listener},
    backup, checkpoint,
    connect::{Purpose, ReaderPool, Readers, connect, readers, refuse_other_encodings},
    context::Context,
    error::OpenError,
    jobs::{JobCounts, ParkedJob, Reaction, run, table},
    log_copier::LogCopying,
    migrate::{self, Migrations, OWN},
    postgres, snapshot, sqlite, stream, verify,
    writer::{Call, Task},
};

/// The event streams, jobs and subscriptions of one database.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    context: Arc<Context>,
    migrations: Vec<Migrations>,
    readers: ReaderPool,
    /// `None` once the ledger is being dropped: the writers end when the queue has no sender.
    queue: Mutex<Option<Sender<Box<dyn Task>>>>,
    writers: Mutex<Vec<JoinHandle<()>>>,
    bell: Mutex<BellThread>,
}

impl Ledger {
    /// Opens the database and starts the writers. Does not migrate: ask [`Ledger::pending_migrations`].
    pub fn open(options: Options, ports: Ports, rooms: &[Migrations]) -> Result<Self, OpenError> {
        Self::open_with(options, ports, rooms, &[])
    }

    /// [`Ledger::open`] with jobs that are enqueued whenever certain events are appended.
    pub fn open_with(
        options: Options,
        ports: Ports,
        rooms: &[Migrations],
        reactions: &[Reaction],
    ) -> Result<Self, OpenError> {
        let mut migrations = vec![OWN];
        migrations.extend_from_slice(rooms);
        migrate::names(&migrations)?;
        // The writer comes first: it makes the SQLite file and turns on its log, which readers may not.
        let mut first = connect(&options, Purpose::Write)?;
        refuse_other_encodings(&mut first, &options)?;
        let readers = readers(&options)?;
        let mut node = [0u8; 8];
        ports.random.fill(&mut node);
        let (bell, bell_thread) = announce::start(&options, u64::from_le_bytes(node)).map_err(thread_failed)?;
        let context = Arc::new(Context::new(ports, bell, reactions.to_vec()));
        let (sender, receiver) = crossbeam_channel::bounded(options.queue_max.max(1));
        let writers = start_writers(&options, &context, first, &receiver)?;
        Ok(Self {
            inner: Arc::new(Inner {
                options,
                context,
                migrations,
                readers,
                queue: Mutex::new(Some(sender)),
                writers: Mutex::new(writers),
                bell: Mutex::new(bell_thread),
            }),
        })
    }

    /// The migrations that a new database would run, in order; needs no database.
    ///
    /// # Errors
    /// When two migrations have one number.
    pub fn migrations_of(rooms: &[Migrations]) -> Result<Vec<String>, OpenError> {
        migrate::names(&[&[OWN][..], rooms].concat())
    }

    /// Runs the pending migrations in one transaction; returns their names.
    pub fn migrate(&self) -> Result<Vec<String>, OpenError> {
        let mut connection = connect(&self.inner.options, Purpose::Write)?;
        migrate::run(&mut connection, &self.inner.migrations, None)
    }

    /// The migrations that have not run yet, in order.
    pub fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        self.read(|connection| migrate::pending(connection, &self.inner.migrations))
    }

    /// Refuses tables that a newer version of the program has changed.
    pub fn refuse_newer_tables(&self) -> Result<(), OpenError> {
        self.read(|connection| migrate::refuse_newer(connection, &self.inner.migrations))
    }

    /// Reads in one snapshot: whatever the closure reads, it reads as of one moment. It cannot write.
    pub fn read<T, E: From<StoreError>>(&self, act: impl FnOnce(&mut Connection) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.snapshot()?;
        let result = act(&mut connection);
        match (result, snapshot::end(&mut connection)) {
            (Ok(_), Err(error)) => Err(E::from(error)),
            (result, _) => result,
        }
    }

    /// A reading connection with its snapshot begun. After a restart of the server the pool's connections are all dead, which
    /// shows when the snapshot is begun; each is then given up for a new one.
    fn snapshot(&self) -> Result<PooledConnection<Readers>, StoreError> {
        let mut dead = 0;
        loop {
            let connection = self.inner.readers.get();
            let mut connection =
                connection.map_err(|error| StoreError::Unavailable(format!("no reading connection: {error}")))?;
            match snapshot::begin(&mut connection) {
                Ok(()) => return Ok(connection),
                Err(error) if dead >= self.inner.options.readers => return Err(error),
                Err(_) => dead += 1,
            }
        }
    }

    /// Runs a closure as one unit of work and waits for its commit. `Ok` is returned only for what is on disk; `Err` means that
    /// nothing of the closure was kept, unless the error is [`StoreError::Unavailable`], after which nobody knows.
    /// The closure may run more than once, each time after a rollback.
    pub fn write<T, E, F>(&self, cause: &Cause, act: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Unit<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = crossbeam_channel::bounded(1);
        // The receiver waits below, so the answer cannot be lost; if it were gone there would be nobody to tell.
        self.write_then(cause, act, move |result| drop(sender.send(result)));
        receiver.recv().unwrap_or_else(|_| Err(E::from(shutting_down())))
    }

    /// The same, answering by callback on a writer's thread: `done` must be quick and must not wait for the ledger.
    /// Waits only while the queue is full.
    pub fn write_then<T, E, F, D>(&self, cause: &Cause, act: F, done: D)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Unit<'_>) -> Result<T, E> + Send + 'static,
        D: FnOnce(Result<T, E>) + Send + 'static,
    {
        let task: Box<dyn Task> = Box::new(Call::new(cause.clone(), act, done));
        let queue = self.inner.queue.lock().clone();
        let refused = match queue {
            Some(queue) => queue.send(task).err().map(|unsent| unsent.0),
            None => Some(task),
        };
        if let Some(task) = refused {
            task.answer(Some(shutting_down()));
        }
    }

    /// The events of a stream as stored, oldest first.
    pub fn history(&self, stream: &str) -> Result<Vec<RawEvent>, StoreError> {
        self.read(|connection| {
            stream::rows(connection, stream)?.into_iter().map(|row| stream::raw(stream, row)).collect()
        })
    }

    /// Adds a listener to announcements, for as long as the ledger lives.
    pub fn subscribe(&self, listener: Listener) {
        self.inner.context.bell.listen(listener);
    }

    /// Runs everything that is due at `now`, one job after the other, until nothing is; for tests and commands.
    pub fn run_due_jobs(&self, handlers: impl Into<Handlers>, now: Timestamp) -> Result<JobsRun, StoreError> {
        run::run_due(self, &handlers.into(), now)
    }

    /// One page of the jobs that failed their last try, oldest first.
    pub fn parked_jobs(&self, page: &PageRequest) -> Result<Page<ParkedJob>, Problem> {
        self.read(|connection| table::parked(connection, page))
    }

    /// Puts a parked job back in the queue. Returns whether there was one.
    pub fn retry_job(&self, cause: &Cause, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        let found = self.write(cause, move |unit| {
            let now = unit.now();
            table::retry(unit.connection(), &id, now)
        })?;
        self.inner.context.wake_workers();
        Ok(found)
    }

    /// How many jobs are in which state.
    pub fn job_counts(&self) -> Result<JobCounts, StoreError> {
        let now = self.inner.context.now();
        self.read(|connection| table::counts(connection, now))
    }

    /// Signs everything that was written so far; `None` for an empty ledger. Refuses when what is new is not intact.
    pub fn checkpoint(&self, cause: &Cause) -> Result<Option<Checkpoint>, CheckpointError> {
        checkpoint::create(self, cause)
    }

    /// The last checkpoint, to be kept elsewhere.
    pub fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.read(checkpoint::last)
    }

    /// Proves that nothing was edited, removed or reordered, or names the first thing that was.
    /// `progress` is told after every few thousand events and may stop the check.
    pub fn verify(
        &self,
        options: &VerifyOptions,
        progress: &mut dyn FnMut(VerifyProgress) -> ControlFlow<()>,
    ) -> Result<VerifyReport, StoreError> {
        verify::verify(self, options, progress)
    }

    /// Writes the whole database into a new file, as of one moment and while it is in use; see `backup` for the format.
    /// `progress` may stop it.
    pub fn backup(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(BackupProgress) -> ControlFlow<()>,
    ) -> Result<BackupReport, BackupError> {
        backup::backup(self, path, progress)
    }

    /// Fills this empty database from a backup made on either engine, all or nothing. Nobody else may use it meanwhile. `check`
    /// sees the rows before they are kept, and says whether they may stay.
    pub fn restore(
        &self,
        path: &Path,
        check: &mut dyn FnMut(&mut Connection) -> Result<bool, StoreError>,
        progress: &mut dyn FnMut(BackupProgress) -> ControlFlow<()>,
    ) -> Result<BackupReport, BackupError> {
        backup::restore(self, path, check, progress)
    }

    /// The rooms' tables that show streams.
    pub(crate) fn projections(&self) -> impl Iterator<Item = Projection> {
        self.inner.migrations.iter().flat_map(|migrations| migrations.projections.iter().copied())
    }

    /// What the ledger was given from outside.
    pub fn ports(&self) -> &Ports {
        &self.inner.context.ports
    }

    /// How the ledger is run.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Whether the database is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.inner.options.database.is_sqlite()
    }

    pub(crate) fn context(&self) -> &Context {
        &self.inner.context
    }

    pub(crate) fn migrations(&self) -> &[Migrations] {
        &self.inner.migrations
    }
}

fn shutting_down() -> StoreError {
    StoreError::Unavailable("the ledger is shutting down".to_owned())
}

fn thread_failed(error: std::io::Error) -> OpenError {
    OpenError::Store(StoreError::Unavailable(format!("cannot start a thread: {error}")))
}

fn start_writers(
    options: &Options,
    context: &Arc<Context>,
    first: Connection,
    queue: &Receiver<Box<dyn Task>>,
) -> Result<Vec<JoinHandle<()>>, OpenError> {
    let mut threads = Vec::new();
    if options.database.is_sqlite() {
        let (context, queue, group_max) = (Arc::clone(context), queue.clone(), options.group_max);
        let Connection::Sqlite(beside) = connect(options, Purpose::Write)? else {
            return Err(OpenError::Store(StoreError::Misuse("SQLite gave another engine's connection".to_owned())));
        };
        let (log, copier) = LogCopying::start(beside).map_err(thread_failed)?;
        let builder = std::thread::Builder::new().name("ledger-writer".to_owned());
        let writer = builder.spawn(move || sqlite::run(first, &context, &queue, group_max, log));
        // The writer first: when it ends it drops its end of the copier.
        threads.extend([writer.map_err(thread_failed)?, copier]);
        return Ok(threads);
    }
    drop(first);
    for number in 0..options.writers.max(1) {
        let (context, queue, options) = (Arc::clone(context), queue.clone(), options.clone());
        let builder = std::thread::Builder::new().name(format!("ledger-writer-{number}"));
        let run = move || postgres::Writer::new(&options, &context).run(&queue);
        threads.push(builder.spawn(run).map_err(thread_failed)?);
    }
    Ok(threads)
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.queue.get_mut().take());
        for thread in self.writers.get_mut().drain(..) {
            // The last clone may live in a callback that runs on a writer's own thread.
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!("a writer of the ledger had panicked");
            }
        }
        self.bell.get_mut().stop();
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("database", &self.inner.options.database).finish_non_exhaustive()
    }
}
