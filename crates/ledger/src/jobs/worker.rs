//! The threads that run jobs as they come due. Must never run one job twice at a time in this process.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use parking_lot::Mutex;

use super::{Handlers, run, table};
use crate::{Ledger, StoreError, error::OpenError};

/// How many threads run jobs.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// For jobs inside the database. On SQLite more of them share commits.
    pub inside: usize,
    /// For jobs that wait on the world outside.
    pub outside: usize,
    /// The longest sleep: jobs of other processes are noticed after it.
    pub poll: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self { inside: 4, outside: 4, poll: Duration::from_secs(1) }
    }
}

/// Runs jobs in the background.
#[derive(Debug)]
pub struct Worker;

/// The running threads; stops them when dropped.
#[derive(Debug)]
pub struct WorkerHandle {
    ledger: Ledger,
    stopping: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// The jobs of one side, inside or outside, fetched and not yet run.
struct Lane {
    handlers: Handlers,
    kinds: Vec<&'static str>,
    poll: Duration,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(String, String)>,
    running: HashSet<String>,
}

impl Worker {
    /// Starts the threads.
    pub fn start(
        ledger: &Ledger,
        handlers: impl Into<Handlers>,
        options: WorkerOptions,
    ) -> Result<WorkerHandle, OpenError> {
        let handlers = handlers.into();
        let stopping = Arc::new(AtomicBool::new(false));
        let mut handle = WorkerHandle { ledger: ledger.clone(), stopping, threads: Vec::new() };
        for (outside, count) in [(false, options.inside), (true, options.outside)] {
            let kinds = handlers.kinds_of(outside);
            if kinds.is_empty() {
                continue;
            }
            let lane = Lane { handlers: handlers.clone(), kinds, poll: options.poll, queue: Mutex::default() };
            let lane = Arc::new(lane);
            for number in 0..count.max(1) {
                let (ledger, lane, stopping) = (ledger.clone(), Arc::clone(&lane), Arc::clone(&handle.stopping));
                let name = format!("job-{}-{number}", if outside { "out" } else { "in" });
                let thread = std::thread::Builder::new().name(name).spawn(move || serve(&ledger, &lane, &stopping));
                let thread = thread.map_err(|e| StoreError::Unavailable(format!("cannot start a thread: {e}")))?;
                handle.threads.push(thread);
            }
        }
        Ok(handle)
    }
}

impl WorkerHandle {
    /// Lets each thread finish the job it has and waits for them.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        self.stopping.store(true, Ordering::Release);
        self.ledger.context().wake_workers();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the job worker had panicked");
            }
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.halt();
    }
}

fn serve(ledger: &Ledger, lane: &Lane, stopping: &AtomicBool) {
    while !stopping.load(Ordering::Acquire) {
        let seen = ledger.context().wakings();
        let next = match lane.next(ledger) {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "the due jobs could not be read");
                None
            }
        };
        let Some((id, kind)) = next else {
            ledger.context().sleep(seen, lane.pause(ledger));
            continue;
        };
        if let Some(runner) = lane.handlers.runner(&kind)
            && let Err(error) = runner.run(ledger, &id, ledger.context().now())
        {
            tracing::warn!(job.id = %id, job.kind = %kind, %error, "a job could not be run or its result not recorded");
            // The row is as it was and due at once: pause, or an unreachable database would be asked without end.
            ledger.context().sleep(ledger.context().wakings(), lane.poll);
        }
        lane.queue.lock().running.remove(&id);
    }
}

impl Lane {
    /// The next due job that no thread of this process has in hand.
    fn next(&self, ledger: &Ledger) -> Result<Option<(String, String)>, StoreError> {
        let mut queue = self.queue.lock();
        if queue.waiting.is_empty() {
            let now = ledger.context().now();
            let limit = run::FETCH + queue.running.len() as i64;
            let due = ledger.read(|connection| table::due(connection, &self.kinds, now, limit))?;
            let fresh: Vec<_> = due.into_iter().filter(|(id, _)| !queue.running.contains(id)).collect();
            queue.waiting.extend(fresh);
            if queue.waiting.len() > 1 {
                // The others may be asleep.
                ledger.context().wake_workers();
            }
        }
        let next = queue.waiting.pop_front();
        if let Some((id, _)) = &next {
            queue.running.insert(id.clone());
        }
        Ok(next)
    }

    /// How long there is nothing to do, as far as is known.
    fn pause(&self, ledger: &Ledger) -> Duration {
        match ledger.read(|connection| table::next_due(connection, &self.kinds)) {
            Ok(Some(due)) => {
                let micros = due.micros_since(ledger.context().now());
                // Due already: another thread or process has it in hand; look again shortly.
                Duration::from_micros(u64::try_from(micros).unwrap_or(0)).clamp(Duration::from_millis(5), self.poll)
            }
            Ok(None) | Err(_) => self.poll,
        }
    }
}
