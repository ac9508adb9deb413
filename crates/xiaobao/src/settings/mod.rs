//! What the administrator set: by flag, else by environment, else in the TOML file, else the default.
//!
//! Each value remembers where it came from, so that a wrong one is named together with its place. Keys that nobody knows
//! are refused: a misspelt `secure_cookie` must not pass in silence. This module must never print the value of a secret.

mod key;
mod layers;
mod value;

pub use key::Key;
pub use layers::{Flag, Layers};
pub use value::{LogFormat, ObjectsPlace};

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use kernel::text::Language;
use ledger::DatabaseUrl;

use crate::fault::Outcome;

/// Where the server listens when nothing is set: this machine only.
const LISTEN_DEFAULT: &str = "127.0.0.1:8080";
/// Proxies in front of the server at most; a longer chain is a mistake.
const PROXIES_MAX: u32 = 16;
/// The largest attachment that may be set, in MiB: a film of an hour.
const ATTACHMENT_MIB_MAX: u32 = 2048;
/// Connections of one kind at most; PostgreSQL's own default for all clients together is 100.
const CONNECTIONS_MAX: u32 = 500;

/// Minutes between checkpoints at most: a week. What happened since the last one is not yet vouched for.
const CHECKPOINT_MINUTES_MAX: u32 = 7 * 24 * 60;

/// Typed access to the layers.
#[derive(Debug)]
pub struct Settings {
    layers: Layers,
}

impl Settings {
    /// Wraps checked layers.
    pub fn new(layers: Layers) -> Self {
        Self { layers }
    }

    /// The database; there is no default, since a new empty database in an unexpected place is worse than a question.
    pub fn database(&self) -> Outcome<DatabaseUrl> {
        self.layers.required(Key::Database, value::database)
    }

    /// The address to listen on.
    pub fn listen(&self) -> Outcome<SocketAddr> {
        self.layers.or(Key::Listen, LISTEN_DEFAULT, value::address)
    }

    /// Where attachments lie.
    pub fn objects(&self) -> Outcome<ObjectsPlace> {
        self.layers.required(Key::Objects, value::objects)
    }

    /// The key file.
    pub fn key_file(&self) -> Outcome<Option<PathBuf>> {
        self.layers.optional(Key::KeyFile, value::path)
    }

    /// The text of the key file, for machines whose secrets come by environment.
    pub fn keys(&self) -> Outcome<Option<String>> {
        self.layers.optional(Key::Keys, value::text)
    }

    /// The folder with the bank's own regulation files; the built-in ones when absent.
    pub fn regulation(&self) -> Outcome<Option<PathBuf>> {
        self.layers.optional(Key::Regulation, value::path)
    }

    /// Whether pending migrations run at the start.
    pub fn migrate(&self) -> Outcome<bool> {
        self.layers.or(Key::Migrate, "false", value::boolean)
    }

    /// Whether cookies are sent over TLS only; unset where the listening address decides.
    pub fn secure_cookies(&self) -> Outcome<Option<bool>> {
        self.layers.optional(Key::SecureCookies, value::boolean)
    }

    /// Proxies in front whose word about the caller's address counts.
    pub fn trusted_proxies(&self) -> Outcome<usize> {
        let count = self.layers.or(Key::TrustedProxies, "0", |text| value::number(text, 0, PROXIES_MAX))?;
        Ok(count as usize)
    }

    /// The largest attachment, in MiB.
    pub fn attachment_mib_max(&self) -> Outcome<u32> {
        self.layers.or(Key::AttachmentMibMax, "20", |text| value::number(text, 1, ATTACHMENT_MIB_MAX))
    }

    /// Whether every member of staff must have a second factor.
    pub fn second_factor_required(&self) -> Outcome<bool> {
        self.layers.or(Key::SecondFactorRequired, "false", value::boolean)
    }

    /// The address under which others reach this house, which webhooks give as their source.
    pub fn public_url(&self) -> Outcome<Option<String>> {
        self.layers.optional(Key::PublicUrl, value::web_address)
    }

    /// Whether webhooks may go to receivers in private networks.
    pub fn webhook_private_allowed(&self) -> Outcome<bool> {
        self.layers.or(Key::WebhookPrivateAllowed, "false", value::boolean)
    }

    /// How often a signed checkpoint is made.
    pub fn checkpoint_every(&self) -> Outcome<Duration> {
        let minutes =
            self.layers.or(Key::CheckpointMinutes, "60", |text| value::number(text, 1, CHECKPOINT_MINUTES_MAX))?;
        Ok(Duration::from_secs(u64::from(minutes) * 60))
    }

    /// How customers reach the bank other than by its pages.
    pub fn contact(&self) -> Outcome<endpoint::Contact> {
        let text = |key| -> Outcome<String> { Ok(self.layers.optional(key, value::text)?.unwrap_or_default()) };
        Ok(endpoint::Contact {
            hotline: text(Key::ContactHotline)?,
            address: text(Key::ContactAddress)?,
            hours: text(Key::ContactHours)?,
        })
    }

    /// Reading connections; the ledger's own choice when absent.
    pub fn readers(&self) -> Outcome<Option<u32>> {
        self.layers.optional(Key::Readers, |text| value::number(text, 1, CONNECTIONS_MAX))
    }

    /// Writing connections to PostgreSQL; the ledger's own choice when absent.
    pub fn writers(&self) -> Outcome<Option<u32>> {
        self.layers.optional(Key::Writers, |text| value::number(text, 1, CONNECTIONS_MAX))
    }

    /// Which log lines are written, in the syntax of `tracing`'s filters; `default` when nothing was set.
    pub fn log_level(&self, default: &str) -> Outcome<tracing_subscriber::EnvFilter> {
        self.layers.or(Key::LogLevel, default, value::log_level)
    }

    /// The shape of log lines.
    pub fn log_format(&self) -> Outcome<LogFormat> {
        self.layers.or(Key::LogFormat, "text", value::log_format)
    }

    /// The language of messages, when one was chosen.
    pub fn language(&self) -> Outcome<Option<Language>> {
        self.layers.optional(Key::Language, value::language)
    }

    /// A text of the S3 store.
    #[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "only the s3 feature reads these settings"))]
    pub fn s3(&self, key: Key) -> Outcome<Option<String>> {
        self.layers.optional(key, value::text)
    }

    /// Whether the S3 store may be spoken to without TLS.
    #[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "only the s3 feature reads these settings"))]
    pub fn s3_allow_http(&self) -> Outcome<bool> {
        self.layers.or(Key::S3AllowHttp, "false", value::boolean)
    }

    /// A fault that names a setting and where its value came from.
    pub fn wrong(&self, key: Key, reason: &kernel::Text) -> crate::fault::Fault {
        self.layers.wrong(key, reason)
    }

    /// Checks every value that was set, also those that the command at hand does not use.
    pub fn check(&self) -> Outcome {
        self.layers.optional(Key::Database, value::database)?;
        self.listen()?;
        self.layers.optional(Key::Objects, value::objects)?;
        self.migrate()?;
        self.secure_cookies()?;
        self.trusted_proxies()?;
        self.attachment_mib_max()?;
        self.second_factor_required()?;
        self.public_url()?;
        self.webhook_private_allowed()?;
        self.checkpoint_every()?;
        self.contact()?;
        self.readers()?;
        self.writers()?;
        self.log_level("info")?;
        self.log_format()?;
        self.language()?;
        self.layers.or(Key::S3AllowHttp, "false", value::boolean)?;
        Ok(())
    }
}
