//! What every unit of work needs to know beside its connection: ports, reactions, subscriptions, and whom to wake afterwards.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::Timestamp;
use parking_lot::{Condvar, Mutex, RwLock};

use crate::{Ports, announce::Bell, jobs::Reaction, unit::Aftermath, webhooks::Subscription};

/// Shared by the writers, the workers and the ledger itself.
pub(crate) struct Context {
    pub(crate) ports: Ports,
    pub(crate) bell: Bell,
    reactions: Vec<Reaction>,
    subscriptions: RwLock<Subscriptions>,
    wake: Wake,
}

/// The active subscriptions as last read.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    list: Arc<[Arc<Subscription>]>,
    read_at: Option<Instant>,
    changes: u64,
}

/// Tells the workers that a job is due sooner than they think.
#[derive(Debug, Default)]
struct Wake {
    state: Mutex<u64>,
    changed: Condvar,
}

impl Context {
    pub(crate) fn new(ports: Ports, bell: Bell, reactions: Vec<Reaction>) -> Self {
        Self { ports, bell, reactions, subscriptions: RwLock::default(), wake: Wake::default() }
    }

    pub(crate) fn reacts(&self, event_type: &str) -> bool {
        self.reactions.iter().any(|reaction| reaction.event_type == event_type)
    }

    pub(crate) fn reactions_to<'c>(
        &'c self,
        event_type: &'c str,
        kind: &'c str,
    ) -> impl Iterator<Item = &'c Reaction> + 'c {
        self.reactions.iter().filter(move |r| r.event_type == event_type && (r.kind == "*" || r.kind == kind))
    }

    /// Whether any active subscription may want events of this type.
    pub(crate) fn subscribed(&self, event_type: &str) -> bool {
        self.subscriptions.read().list.iter().any(|s| s.may_want(event_type))
    }

    /// The active subscriptions that want events of this full kind.
    pub(crate) fn webhooks_for(&self, full_kind: &str) -> Vec<Arc<Subscription>> {
        self.subscriptions.read().list.iter().filter(|s| s.wants(full_kind)).cloned().collect()
    }

    /// When the subscriptions were last read from the database.
    pub(crate) fn subscriptions_age(&self) -> Option<Duration> {
        self.subscriptions.read().read_at.map(|at| at.elapsed())
    }

    /// How often the subscriptions changed in this process; to be asked before they are read.
    pub(crate) fn subscriptions_changes(&self) -> u64 {
        self.subscriptions.read().changes
    }

    /// Takes over what was read, unless the subscriptions changed while it was being read.
    pub(crate) fn set_subscriptions(&self, list: Vec<Subscription>, changes: u64) {
        let mut known = self.subscriptions.write();
        if known.changes == changes {
            known.list = list.into_iter().map(Arc::new).collect();
            known.read_at = Some(Instant::now());
        }
    }

    fn forget_subscriptions(&self) {
        let mut known = self.subscriptions.write();
        known.read_at = None;
        known.changes += 1;
    }

    /// What follows a commit: announcements, and the workers if a job is due.
    pub(crate) fn after_commit(&self, aftermath: Aftermath) {
        if aftermath.webhooks_changed {
            self.forget_subscriptions();
        }
        if !aftermath.announcements.is_empty() {
            self.bell.ring(aftermath.announcements);
        }
        if aftermath.job_due.is_some() {
            self.wake_workers();
        }
    }

    pub(crate) fn wake_workers(&self) {
        *self.wake.state.lock() += 1;
        self.wake.changed.notify_all();
    }

    /// A number that grows with every waking; pass it to [`Context::sleep`] so that no waking is missed.
    pub(crate) fn wakings(&self) -> u64 {
        *self.wake.state.lock()
    }

    /// Sleeps until woken after `seen` or until `longest` is over.
    pub(crate) fn sleep(&self, seen: u64, longest: Duration) {
        let until = Instant::now() + longest;
        let mut state = self.wake.state.lock();
        while *state == seen {
            if self.wake.changed.wait_until(&mut state, until).timed_out() {
                return;
            }
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}
