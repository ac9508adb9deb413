//! What every row of the law has: its reference, its law and article, how far it is verified, and when it is in force.

use std::{fmt, str::FromStr, sync::Arc};

use kernel::{Date, Text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Characters of a row's id.
pub(crate) const ID_CHARS_MAX: usize = 80;

/// How far a fact was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// The text of the law itself was read.
    V1,
    /// The issuer's own explanation, mainstream press, a bank's disclosure or a law firm says it.
    V2,
    /// One weak page says it.
    V3,
    /// From memory.
    M,
}

impl Level {
    /// Whether a fact at this level counts as verified; only then may an article be shown.
    pub const fn is_verified(self) -> bool {
        match self {
            Self::V1 | Self::V2 => true,
            Self::V3 | Self::M => false,
        }
    }
}

/// Whether the law or the bank itself set a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// The law or a regulator.
    #[default]
    Law,
    /// The bank's own policy; it has no level, and an administrator may change it at will.
    Policy,
}

/// The lasting name of one version of a row, `cp.nfra.simple@1`. A running clock stores it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleRef {
    id: String,
    version: u32,
}

/// The text is not a row's reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a row is referred to as id@version, for instance cp.nfra.simple@1")]
pub struct RuleRefError;

impl RuleRef {
    /// The reference of version `version`, from 1, of the row `id`.
    ///
    /// # Errors
    /// When the id has other characters than lower-case letters, digits, dots and underscores, or the version is 0.
    pub fn new(id: &str, version: u32) -> Result<Self, RuleRefError> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_';
        if id.is_empty() || id.len() > ID_CHARS_MAX || !id.bytes().all(good) || version == 0 {
            return Err(RuleRefError);
        }
        Ok(Self { id: id.to_owned(), version })
    }

    /// The row's id, the same in every version.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version, counted from 1.
    pub fn version(&self) -> u32 {
        self.version
    }
}

impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.id, self.version)
    }
}

impl FromStr for RuleRef {
    type Err = RuleRefError;

    fn from_str(text: &str) -> Result<Self, RuleRefError> {
        let (id, version) = text.split_once('@').ok_or(RuleRefError)?;
        if version.starts_with(['0', '+']) {
            return Err(RuleRefError);
        }
        Self::new(id, version.parse().map_err(|_| RuleRefError)?)
    }
}

impl Serialize for RuleRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RuleRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A law, rule, notice or standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Law {
    /// The key by which rows name it.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its number, for instance 银保监会令2020年第3号; empty when it has none.
    pub number: String,
    /// Since when it is in force.
    pub in_force: Date,
    /// How far that date is verified; `None` for the bank's own policy.
    pub in_force_level: Option<Level>,
}

/// Where a fact was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The key by which rows name it.
    pub id: String,
    /// The publications or pages.
    pub text: String,
}

/// What every row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The lasting name of this version.
    pub reference: RuleRef,
    /// What the row is about.
    pub title: Text,
    /// Whether the law or the bank set it.
    pub kind: RowKind,
    /// The law it comes from.
    pub law: Arc<Law>,
    /// The article; only verified rows have one.
    pub article: Option<String>,
    /// The keys of the citations.
    pub source: Vec<String>,
    /// How far it is verified, by its weakest part; `None` for the bank's own policy.
    pub level: Option<Level>,
    /// V1 or V2.
    pub verified: bool,
    /// The first day in force.
    pub effective_from: Date,
    /// The last day in force, if there is one.
    pub effective_to: Option<Date>,
    /// Matters that started under an earlier version come under this one when it enters into force.
    pub applies_to_running: bool,
    /// What a reader should know about the row.
    pub note: Option<Text>,
}

impl Row {
    /// Whether the row is in force on `date`.
    pub fn in_force(&self, date: Date) -> bool {
        self.effective_from <= date && self.effective_to.is_none_or(|last| date <= last)
    }
}
