//! Typed, prefixed, time-sortable identifiers.
//!
//! The wire form is the stored form: a short prefix that names the kind, an underscore, and the 128 bits of a UUIDv7
//! in 26 Crockford base-32 characters, for instance `wo_01jd8x4c3e7tq9v2m5k6n8p0r1`. Text order is time order.
//! Every kind is declared in the one list at the end of this file; the list only grows.

use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Random, Timestamp};

/// Crockford's alphabet in lower case: no i, l, o, u, so that an id read over the telephone is not misheard.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters behind the prefix: 128 bits at five bits each, rounded up.
const BODY_CHARS: usize = 26;

/// Names one kind of thing that has an id.
pub trait IdKind: 'static {
    /// The text before the underscore, for instance `wo`.
    const PREFIX: &'static str;
    /// The name of the kind in messages, for instance `work order`.
    const NOUN: &'static str;
}

/// The id of one thing of kind `K`; ids of different kinds do not mix.
pub struct Id<K> {
    bits: u128,
    kind: PhantomData<fn() -> K>,
}

/// Why a text is not an id of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix is that of another kind, or there is none.
    #[error("an id of a {noun} starts with `{prefix}_`")]
    Prefix {
        /// What the id should name.
        noun: &'static str,
        /// The prefix it should have.
        prefix: &'static str,
    },
    /// The part behind the prefix is not 26 base-32 characters of at most 128 bits.
    #[error("the part of the id behind `{prefix}_` is not 26 base-32 characters")]
    Body {
        /// The prefix of the kind.
        prefix: &'static str,
    },
}

impl<K: IdKind> Id<K> {
    /// A new id that sorts at `now`, to the microsecond; the rest is random.
    pub fn new(now: Timestamp, random: &dyn Random) -> Self {
        let mut bytes = [0u8; 10];
        random.fill(&mut bytes);
        let micros = now.as_micros().max(0).unsigned_abs();
        let (millis, rest) = (micros / 1000, micros % 1000);
        // The twelve bits behind the version hold the microsecond, so that ids made in one millisecond keep their order.
        let fraction = (rest * 4096 / 1000) as u16;
        bytes[0] = (fraction >> 8) as u8;
        bytes[1] = (fraction & 0xff) as u8;
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
        Self::from_bits(uuid.as_u128())
    }

    /// An id from its 128 bits; for tests and for ids derived from a hash.
    pub const fn from_bits(bits: u128) -> Self {
        Self { bits, kind: PhantomData }
    }

    /// The 128 bits.
    pub const fn bits(self) -> u128 {
        self.bits
    }
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut body = [0u8; BODY_CHARS];
        let mut bits = self.bits;
        for slot in body.iter_mut().rev() {
            *slot = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        f.write_str(std::str::from_utf8(&body).expect("the alphabet is ASCII"))
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let body = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(IdError::Prefix { noun: K::NOUN, prefix: K::PREFIX })?;
        let wrong = || IdError::Body { prefix: K::PREFIX };
        if body.len() != BODY_CHARS || body.as_bytes()[0] > b'7' {
            return Err(wrong());
        }
        let mut bits = 0u128;
        for byte in body.bytes() {
            let value = ALPHABET.iter().position(|c| *c == byte).ok_or_else(wrong)?;
            bits = (bits << 5) | value as u128;
        }
        Ok(Self::from_bits(bits))
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bits.cmp(&other.bits)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $alias:ident, $prefix:literal, $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        impl IdKind for $kind {
            const PREFIX: &'static str = $prefix;
            const NOUN: &'static str = $noun;
        }
        #[doc = concat!("The id of a ", $noun, ", `", $prefix, "_…`.")]
        pub type $alias = Id<$kind>;
    )*

        #[cfg(test)]
        const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    /// A member of the bank's staff.
    StaffKind, StaffId, "st", "member of staff";
    /// A node of the organisation tree.
    UnitKind, UnitId, "un", "unit";
    /// A customer of the bank.
    CustomerKind, CustomerId, "cu", "customer";
    /// A person or matter whose sealed values share one data key.
    SubjectKind, SubjectId, "su", "data subject";
    /// A signed-in session.
    SessionKind, SessionId, "se", "session";
    /// An API token of a system.
    TokenKind, TokenId, "tk", "API token";
    /// A work order of the voice room.
    OrderKind, OrderId, "wo", "work order";
    /// A task within a work order.
    TaskKind, TaskId, "ta", "task";
    /// A statutory or internal clock running on a matter.
    ClockKind, ClockId, "ck", "clock";
    /// A file attached to a matter.
    AttachmentKind, AttachmentId, "at", "attachment";
    /// A letter or message to a customer.
    LetterKind, LetterId, "le", "letter";
    /// A job of the ledger.
    JobKind, JobId, "jb", "job";
    /// One HTTP request.
    RequestKind, RequestId, "rq", "request";
    /// A webhook subscription.
    WebhookKind, WebhookId, "wh", "webhook";
    /// One message waiting in the outbox.
    DeliveryKind, DeliveryId, "dl", "delivery";
    /// One run of an import.
    ImportKind, ImportId, "im", "import";
    /// An internal note on a matter.
    NoteKind, NoteId, "no", "note";
    /// A list of matters that a supervisor or a hotline passed on.
    RegulatorListKind, RegulatorListId, "rl", "regulator list";
    /// A rectification of a root cause.
    RectificationKind, RectificationId, "rf", "rectification";
    /// A statistical report that goes out of the bank.
    ReportKind, ReportId, "rp", "report";
    /// A teaching case.
    TeachingCaseKind, TeachingCaseId, "tc", "teaching case";
    /// One run of something done to many orders.
    BulkKind, BulkId, "bk", "bulk run";
    /// A hot issue.
    HotIssueKind, HotIssueId, "hi", "hot issue";
    /// One export of a list.
    ExportKind, ExportId, "xp", "export";
    /// A model that guesses classes.
    GuessModelKind, GuessModelId, "gm", "guess model";
    /// Somebody on the shared list of abnormal complaints.
    ListingKind, ListingId, "ls", "listing";
    /// A transfer that was stopped, or on which a customer was advised.
    InterceptionKind, InterceptionId, "ic", "interception";
    /// One decision on an event.
    DecisionKind, DecisionId, "de", "decision";
    /// A change of a list of the guard.
    ListChangeKind, ListChangeId, "lc", "change of a list";
    /// A version of a scenario.
    ScenarioKind, ScenarioId, "sc", "version of a scenario";
    /// One version of a scenario against a stretch of the log, or in the shadow of what is live.
    BacktestKind, BacktestId, "bt", "backtest";
    /// One check of the whole ledger.
    LedgerCheckKind, LedgerCheckId, "lv", "check of the ledger";
    /// A model by which events are scored.
    ScoreModelKind, ScoreModelId, "sm", "score model";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandom;

    #[test]
    fn an_id_survives_its_text_form() {
        let random = SeededRandom::new(7);
        let id = OrderId::new(Timestamp::from_micros(1_795_000_000_123_456), &random);
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        assert_eq!(id.to_string().len(), 29);
    }

    #[test]
    fn ids_sort_by_time_to_the_microsecond() {
        let random = SeededRandom::new(7);
        let ids: Vec<String> = (0..5000)
            .map(|i| OrderId::new(Timestamp::from_micros(1_795_000_000_000_000 + i), &random).to_string())
            .collect();
        assert!(ids.windows(2).all(|w| w[0][..18] <= w[1][..18]));
        assert!(ids.first() < ids.last());
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let random = SeededRandom::new(7);
        let staff = StaffId::new(Timestamp::from_micros(0), &random).to_string();
        assert!(matches!(staff.parse::<OrderId>(), Err(IdError::Prefix { .. })));
        for bad in ["wo_", "wo_01", "wo_zzzzzzzzzzzzzzzzzzzzzzzzzz", "wo_0123456789012345678901234U", "", "wo_０123"] {
            assert!(bad.parse::<OrderId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_are_unique() {
        let mut seen = PREFIXES.to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), PREFIXES.len());
    }
}
