//! Tells whoever listens what was committed: in this process at once, on other nodes of a PostgreSQL cluster a moment later.
//!
//! Announcements are hints for live pages, not records: they are sent after the commit, may be lost when a process dies or a
//! listener is too slow, and never delay a write. Whoever needs certainty reacts to events with a job.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError};
use diesel::{RunQueryDsl, sql_query, sql_types};
use kernel::OrgPath;
use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};

use crate::{
    Connection, Options,
    connect::{Purpose, connect},
};

/// Something changed that a live page may want to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What changed, for instance `voice.order`.
    pub topic: &'static str,
    /// The id of the thing.
    pub id: String,
    /// The unit it belongs to, so that listeners can be filtered by scope.
    pub unit: OrgPath,
    /// What happened to it, for instance `assigned`.
    pub kind: String,
}

/// Listens to announcements. It runs on the bell's thread: it must be quick and must not write to the ledger.
pub type Listener = Box<dyn Fn(&Announcement) + Send + Sync>;

/// Announcements that may wait for the bell; beyond it new ones are dropped, since a live page can always be reloaded.
const WAITING_MAX: usize = 10_000;
/// How long the bell gathers announcements before it tells the other nodes. NOTIFY takes a lock for the whole cluster of
/// databases while its transaction commits, so it is sent seldom and never inside a unit of work.
const GATHER: Duration = Duration::from_millis(50);
/// How often the bell looks for announcements of other nodes.
const LISTEN_EVERY: Duration = Duration::from_millis(100);
/// PostgreSQL refuses a payload of 8,000 bytes or more.
const PAYLOAD_BYTES_MAX: usize = 7_900;
/// Wait before connecting again when the server went away.
const RECONNECT_AFTER: Duration = Duration::from_secs(2);
/// Topics are words in the program's text; a cluster of equal programs has few. The bound guards against a foreign sender.
const TOPICS_MAX: usize = 1_024;
/// The channel of the notifications.
const CHANNEL: &str = "xiaobao";

/// What the bell's thread and its clients share.
struct Shared {
    listeners: RwLock<Vec<Listener>>,
    stopping: AtomicBool,
}

/// The sending side; cheap to clone.
#[derive(Clone)]
pub(crate) struct Bell {
    sender: Sender<Announcement>,
    shared: Arc<Shared>,
}

/// The bell's thread.
pub(crate) struct BellThread {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    node: u64,
    items: Vec<WireItem>,
}

#[derive(Serialize, Deserialize)]
struct WireItem {
    t: String,
    i: String,
    u: OrgPath,
    k: String,
}

impl Bell {
    /// Announces what was committed. Never waits.
    pub(crate) fn ring(&self, announcements: Vec<Announcement>) {
        for announcement in announcements {
            match self.sender.try_send(announcement) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => metrics::counter!("ledger_announcements_dropped_total").increment(1),
                Err(TrySendError::Disconnected(_)) => return,
            }
        }
    }

    /// Adds a listener for as long as the ledger lives.
    pub(crate) fn listen(&self, listener: Listener) {
        self.shared.listeners.write().push(listener);
    }
}

/// Starts the bell. `node` tells this process from the others of the cluster.
pub(crate) fn start(options: &Options, node: u64) -> std::io::Result<(Bell, BellThread)> {
    let (sender, receiver) = crossbeam_channel::bounded(WAITING_MAX);
    let shared = Arc::new(Shared { listeners: RwLock::new(Vec::new()), stopping: AtomicBool::new(false) });
    let remote = (!options.database.is_sqlite()).then(|| Remote::new(options.clone(), node));
    let loop_shared = Arc::clone(&shared);
    let thread = std::thread::Builder::new()
        .name("ledger-bell".to_owned())
        .spawn(move || run(&receiver, &loop_shared, remote))?;
    Ok((Bell { sender, shared: Arc::clone(&shared) }, BellThread { shared, thread: Some(thread) }))
}

impl BellThread {
    /// Stops the thread and waits for it, unless the caller is a listener on that very thread.
    pub(crate) fn stop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        let Some(thread) = self.thread.take() else { return };
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the ledger's bell had panicked");
        }
    }
}

fn run(receiver: &Receiver<Announcement>, shared: &Shared, mut remote: Option<Remote>) {
    while !shared.stopping.load(Ordering::Acquire) {
        match receiver.recv_timeout(LISTEN_EVERY) {
            Ok(announcement) => {
                deliver(shared, &announcement);
                if let Some(remote) = &mut remote {
                    remote.gather(announcement);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Some(remote) = &mut remote {
            remote.exchange(|announcement| deliver(shared, announcement));
        }
    }
}

fn deliver(shared: &Shared, announcement: &Announcement) {
    for listener in shared.listeners.read().iter() {
        let call = std::panic::AssertUnwindSafe(|| listener(announcement));
        if std::panic::catch_unwind(call).is_err() {
            tracing::error!(topic = announcement.topic, "a listener to announcements panicked");
        }
    }
}

/// The exchange with the other nodes of a PostgreSQL cluster.
struct Remote {
    options: Options,
    node: u64,
    connection: Option<Connection>,
    connect_after: Option<Instant>,
    waiting: Vec<WireItem>,
    waiting_since: Option<Instant>,
    looked_at: Option<Instant>,
}

impl Remote {
    fn new(options: Options, node: u64) -> Self {
        Self {
            options,
            node,
            connection: None,
            connect_after: None,
            waiting: Vec::new(),
            waiting_since: None,
            looked_at: None,
        }
    }

    fn gather(&mut self, announcement: Announcement) {
        if self.waiting.len() >= WAITING_MAX {
            metrics::counter!("ledger_announcements_dropped_total").increment(1);
            return;
        }
        let Announcement { topic, id, unit, kind } = announcement;
        self.waiting.push(WireItem { t: topic.to_owned(), i: id, u: unit, k: kind });
        self.waiting_since.get_or_insert_with(Instant::now);
    }

    fn exchange(&mut self, deliver: impl Fn(&Announcement)) {
        let send = self.waiting_since.is_some_and(|since| since.elapsed() >= GATHER);
        let look = self.looked_at.is_none_or(|at| at.elapsed() >= LISTEN_EVERY);
        if !send && !look {
            return;
        }
        self.looked_at = Some(Instant::now());
        if !self.connected() {
            return;
        }
        let result = if send { self.send() } else { Ok(()) }.and_then(|()| self.receive(deliver));
        if let Err(error) = result {
            tracing::warn!(%error, "announcements of other nodes are interrupted");
            self.connection = None;
            self.connect_after = Some(Instant::now() + RECONNECT_AFTER);
        }
    }

    fn connected(&mut self) -> bool {
        if self.connection.is_some() {
            return true;
        }
        if self.connect_after.is_some_and(|after| Instant::now() < after) {
            return false;
        }
        let opened = connect(&self.options, Purpose::Write).and_then(|mut connection| {
            let listen = sql_query(format!("LISTEN {CHANNEL}")).execute(&mut connection);
            listen.map_err(crate::StoreError::from)?;
            Ok(connection)
        });
        match opened {
            Ok(connection) => self.connection = Some(connection),
            Err(error) => {
                tracing::warn!(%error, "cannot listen to other nodes");
                self.connect_after = Some(Instant::now() + RECONNECT_AFTER);
            }
        }
        self.connection.is_some()
    }

    fn send(&mut self) -> diesel::QueryResult<()> {
        let Some(connection) = &mut self.connection else { return Ok(()) };
        let items = std::mem::take(&mut self.waiting);
        self.waiting_since = None;
        for payload in payloads(self.node, items) {
            sql_query("SELECT pg_notify($1, $2)")
                .bind::<sql_types::Text, _>(CHANNEL)
                .bind::<sql_types::Text, _>(payload)
                .execute(connection)?;
        }
        Ok(())
    }

    fn receive(&mut self, deliver: impl Fn(&Announcement)) -> diesel::QueryResult<()> {
        let Some(Connection::Postgres(connection)) = &mut self.connection else { return Ok(()) };
        for notification in connection.notifications_iter() {
            let Ok(wire) = serde_json::from_str::<Wire>(&notification?.payload) else { continue };
            if wire.node == self.node {
                continue;
            }
            for item in wire.items {
                let Some(topic) = known_topic(&item.t) else { continue };
                deliver(&Announcement { topic, id: item.i, unit: item.u, kind: item.k });
            }
        }
        Ok(())
    }
}

/// Packs items into payloads below PostgreSQL's limit; an item too large by itself is left out.
fn payloads(node: u64, items: Vec<WireItem>) -> Vec<String> {
    let encode = |items: Vec<WireItem>| serde_json::to_string(&Wire { node, items }).unwrap_or_default();
    let size = |item: &WireItem| serde_json::to_string(item).map_or(usize::MAX, |text| text.len() + 1);
    let frame = encode(Vec::new()).len();
    let mut payloads = Vec::new();
    let mut group: Vec<WireItem> = Vec::new();
    let mut bytes = frame;
    for item in items {
        let more = size(&item);
        if frame.saturating_add(more) > PAYLOAD_BYTES_MAX {
            continue;
        }
        if bytes + more > PAYLOAD_BYTES_MAX {
            payloads.push(encode(std::mem::take(&mut group)));
            bytes = frame;
        }
        bytes += more;
        group.push(item);
    }
    if !group.is_empty() {
        payloads.push(encode(group));
    }
    payloads
}

/// The `'static` word for a topic that came over the wire. Each distinct word is kept once, up to a bound.
fn known_topic(topic: &str) -> Option<&'static str> {
    static TOPICS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut topics = TOPICS.lock();
    let topics = topics.get_or_insert_with(HashSet::new);
    if let Some(known) = topics.get(topic) {
        return Some(known);
    }
    if topics.len() >= TOPICS_MAX {
        return None;
    }
    let kept: &'static str = Box::leak(topic.to_owned().into_boxed_str());
    topics.insert(kept);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_stay_below_the_limit_and_lose_nothing() {
        let unit = OrgPath::parse("/HO/GZ/").unwrap();
        let item = |i: usize| WireItem { t: "t".into(), i: format!("wo_{i}"), u: unit.clone(), k: "closed".into() };
        let packed = payloads(7, (0..1_000).map(item).collect());
        assert!(packed.len() > 1);
        assert!(packed.iter().all(|payload| payload.len() <= PAYLOAD_BYTES_MAX));
        let count: usize = packed.iter().map(|p| serde_json::from_str::<Wire>(p).unwrap().items.len()).sum();
        assert_eq!(count, 1_000);
        let huge = WireItem { t: "t".into(), i: "x".repeat(9_000), u: unit.clone(), k: "k".into() };
        assert!(payloads(7, vec![huge]).is_empty());
    }
}
