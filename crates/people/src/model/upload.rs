//! Lists that people upload: of what, how far, and what became of them. Knows no file and no database.

use kernel::{ActorRef, Permission, Text, Timestamp, id::ImportId};

use super::{
    customer_import,
    import::{ImportColumn, RowErrors},
    organisation_import,
    permissions::{CUSTOMER_EDIT, STAFF_MANAGE, UNIT_IMPORT},
    staff_import,
};

/// Time without a sign of life after which an upload was broken off: a piece takes some tens of milliseconds, a large
/// organisation some seconds, and a busy database some more.
const SILENCE_MICROS: i64 = 5 * 60 * 1_000_000;

/// Of what a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadKind {
    /// The organisation, whole.
    Units,
    /// Members of staff.
    Staff,
    /// Customers.
    Customers,
}

/// A word that is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchWord;

impl UploadKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Units, Self::Staff, Self::Customers];

    /// The word as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Staff => "staff",
            Self::Customers => "customers",
        }
    }

    /// The permission that it needs at the top of the tree: a list is not bounded by a scope.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Units => UNIT_IMPORT,
            Self::Staff => STAFF_MANAGE,
            Self::Customers => CUSTOMER_EDIT,
        }
    }

    /// The columns of such a list.
    pub const fn columns(self) -> &'static [ImportColumn] {
        match self {
            Self::Units => &organisation_import::COLUMNS,
            Self::Staff => &staff_import::COLUMNS,
            Self::Customers => &customer_import::COLUMNS,
        }
    }
}

impl std::str::FromStr for UploadKind {
    type Err = NoSuchWord;

    fn from_str(text: &str) -> Result<Self, NoSuchWord> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(NoSuchWord)
    }
}

/// How far a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Rows are being taken.
    Running,
    /// Every row was looked at.
    Done,
    /// It could not be taken, or not to its end.
    Failed,
    /// The program stopped in between; what was taken stays, and the list may be uploaded again.
    BrokenOff,
}

impl UploadState {
    /// The word as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::BrokenOff => "broken_off",
        }
    }

    /// How far a list is at `now` that gave its last sign of life at `touched_at`: one that was silent for long was broken
    /// off.
    pub fn at(self, touched_at: Timestamp, now: Timestamp) -> Self {
        let is_silent = now > touched_at.plus_micros(SILENCE_MICROS);
        match self {
            Self::Running if is_silent => Self::BrokenOff,
            Self::Running | Self::Done | Self::Failed | Self::BrokenOff => self,
        }
    }
}

impl std::str::FromStr for UploadState {
    type Err = NoSuchWord;

    fn from_str(text: &str) -> Result<Self, NoSuchWord> {
        let all = [Self::Running, Self::Done, Self::Failed, Self::BrokenOff];
        all.into_iter().find(|state| state.as_str() == text).ok_or(NoSuchWord)
    }
}

/// What became of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Things that were entered.
    pub added: u64,
    /// Things that changed.
    pub changed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// What is wrong, counted: a row may be wrong in several ways.
    pub refused: u64,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The line of the file on which it starts.
    pub line: u64,
    /// The column, when one is to blame.
    pub column: String,
    /// What is wrong, without the value.
    pub reason: Text,
}

/// The rows that were not taken, as a piece found them.
pub fn refused(errors: &RowErrors) -> Vec<Refused> {
    let one = |error: &super::import::RowError| Refused {
        line: error.line,
        column: error.column.to_owned(),
        reason: error.reason.clone(),
    };
    errors.listed().iter().map(one).collect()
}

/// A list that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: ImportId,
    /// Of what it is.
    pub kind: UploadKind,
    /// How far it is, as it was last said; see [`Upload::state_at`].
    pub state: UploadState,
    /// What became of its rows.
    pub counts: Counts,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes read so far; of a workbook nothing is known until its end.
    pub bytes_read: u64,
    /// Who uploaded it.
    pub taken_by: ActorRef,
    /// The hash of the file.
    pub digest: String,
    /// Since when.
    pub started_at: Timestamp,
    /// The last sign of life.
    pub touched_at: Timestamp,
    /// Why it could not be taken.
    pub failure: Option<Text>,
}

impl Upload {
    /// A list of which no row was looked at yet.
    pub fn begun(
        id: ImportId,
        kind: UploadKind,
        taken_by: ActorRef,
        (bytes, hash): (u64, &[u8]),
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            kind,
            state: UploadState::Running,
            counts: Counts::default(),
            bytes,
            bytes_read: 0,
            taken_by,
            digest: hex::encode(hash),
            started_at: now,
            touched_at: now,
            failure: None,
        }
    }

    /// How far it is at `now`; see [`UploadState::at`].
    pub fn state_at(&self, now: Timestamp) -> UploadState {
        self.state.at(self.touched_at, now)
    }
}
