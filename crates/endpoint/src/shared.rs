//! What all handlers share. Cloning it is cheap; it holds handles, never request data.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use ledger::Ledger;
use parking_lot::{Mutex, RwLock};
use regulation::Regulations;

use crate::{Authenticator, Live, Objects, RateLimiter, idempotency::Recent};

/// Settings of the process that handlers read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Session cookies carry `Secure`; off only where the server listens on loopback without TLS.
    pub secure_cookies: bool,
    /// How many proxies in front are trusted to report the caller's address in `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// One-time codes are shown in the answer instead of being sent; for the demo only.
    pub codes_on_screen: bool,
    /// The largest attachment, in bytes.
    pub attachment_bytes_max: u64,
    /// How customers reach the bank other than by its pages.
    pub contact: Contact,
    /// The address under which customers reach the pages; empty where none was set, and then no message holds a link.
    pub public_url: String,
    /// Whether a room may keep files of its own beside a SQLite database, where that makes an answer durable sooner. One process
    /// alone then has the database's rooms at work; without them several may.
    pub files_beside_database: bool,
}

/// How customers reach the bank other than by its pages; each empty where nothing was set.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    /// The telephone number at which a person answers.
    pub hotline: String,
    /// Where letters go.
    pub address: String,
    /// When somebody is there.
    pub hours: String,
}

/// The largest attachment when nothing else is set: a phone's photo or a scanned contract, not a film.
pub const ATTACHMENT_BYTES_MAX_DEFAULT: u64 = 20 * 1024 * 1024;

impl Default for Settings {
    fn default() -> Self {
        Self {
            secure_cookies: true,
            trusted_proxies: 0,
            codes_on_screen: false,
            attachment_bytes_max: ATTACHMENT_BYTES_MAX_DEFAULT,
            contact: Contact::default(),
            public_url: String::new(),
            files_beside_database: false,
        }
    }
}

/// The state behind every handler.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    ledger: Ledger,
    authenticator: Arc<dyn Authenticator>,
    objects: Objects,
    live: Live,
    limiter: RateLimiter,
    recent: Arc<Recent>,
    settings: Settings,
    law: RwLock<Arc<Regulations>>,
    parts: Parts,
}

/// What rooms keep in memory, by type.
#[derive(Default)]
struct Parts {
    opened: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    /// Held while one is opened, so that none is opened twice.
    opening: Mutex<()>,
}

impl Shared {
    /// Puts the parts together and lets the live hub hear of what the ledger commits.
    pub fn new(
        ledger: Ledger,
        authenticator: Arc<dyn Authenticator>,
        objects: Objects,
        law: Arc<Regulations>,
        settings: Settings,
    ) -> Self {
        let live = Live::new();
        let hub = live.clone();
        ledger.subscribe(Box::new(move |announcement| hub.publish(announcement)));
        let limiter = RateLimiter::new();
        Self(Arc::new(Inner {
            ledger,
            authenticator,
            objects,
            live,
            limiter,
            recent: Arc::default(),
            settings,
            law: RwLock::new(law),
            parts: Parts::default(),
        }))
    }

    /// What a room keeps in memory in this process under the type `T`, if it was opened.
    pub fn known_part<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let part = self.0.parts.opened.read().get(&TypeId::of::<T>()).cloned();
        part.and_then(|part| part.downcast().ok())
    }

    /// The same, opened when it is first asked for, once. Opening may read the database: not for the event loop.
    ///
    /// # Errors
    /// What opening says; the next call tries again.
    pub fn part<T: Any + Send + Sync, E>(&self, open: impl FnOnce(&Self) -> Result<Arc<T>, E>) -> Result<Arc<T>, E> {
        if let Some(part) = self.known_part() {
            return Ok(part);
        }
        let _one_at_a_time = self.0.parts.opening.lock();
        if let Some(part) = self.known_part() {
            return Ok(part);
        }
        let part = open(self)?;
        self.0.parts.opened.write().insert(TypeId::of::<T>(), Arc::clone(&part) as Arc<dyn Any + Send + Sync>);
        Ok(part)
    }

    /// The system of record.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// Who resolves cookies and tokens to actors.
    pub fn authenticator(&self) -> &Arc<dyn Authenticator> {
        &self.0.authenticator
    }

    /// Where attachments lie.
    pub fn objects(&self) -> &Objects {
        &self.0.objects
    }

    /// The hub of live updates.
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// The guard against abuse of public endpoints.
    pub fn limiter(&self) -> &RateLimiter {
        &self.0.limiter
    }

    /// What the writer knows by heart of the answers under keys.
    pub(crate) fn recent(&self) -> &Arc<Recent> {
        &self.0.recent
    }

    /// Settings of the process.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The law and the working days in force in this process.
    pub fn law(&self) -> Arc<Regulations> {
        self.0.law.read().clone()
    }

    /// Replaces the law, when a new year of holidays has been imported.
    pub fn set_law(&self, law: Arc<Regulations>) {
        *self.0.law.write() = law;
    }
}
