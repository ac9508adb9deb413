//! Texts of a matter under the matter's own key: sealed for one place, and opened there only.

use kernel::{Pii, Problem, ProblemKind, Random, Text, id::AttachmentId};
use seal::{DataKey, Keyring, ObjectOpener, ObjectSealer, SealError, Sealed, WrappedKey};

/// The key of one matter, for sealing and opening its texts in their places.
pub struct MatterKey<'a> {
    keyring: &'a Keyring,
    key: DataKey,
    /// The stream of the matter, which is part of every place.
    matter: String,
}

impl<'a> MatterKey<'a> {
    /// A key for a matter that is new, and its form to be kept.
    pub fn new(keyring: &'a Keyring, matter: impl ToString, random: &dyn Random) -> (Self, WrappedKey) {
        let (key, wrapped) = keyring.new_subject_key(random);
        (Self { keyring, key, matter: matter.to_string() }, wrapped)
    }

    /// The kept key of a matter.
    ///
    /// # Errors
    /// When it was destroyed, or the house's keys are others.
    pub fn kept(keyring: &'a Keyring, matter: impl ToString, wrapped: Option<&WrappedKey>) -> Result<Self, Problem> {
        let wrapped = wrapped.ok_or_else(erased)?;
        Ok(Self { keyring, key: keyring.unwrap(wrapped)?, matter: matter.to_string() })
    }

    /// Seals a text for the place `field`.
    pub fn seal(&self, field: &str, text: &str, random: &dyn Random) -> Sealed {
        self.keyring.seal(&self.key, &format!("{}/{field}", self.matter), text.as_bytes(), random)
    }

    /// A sealer for the object of a file of the matter.
    pub fn object_sealer(&self, file: AttachmentId, random: &dyn Random) -> ObjectSealer {
        self.keyring.object_sealer(&self.key, &object_place(&self.matter, file), random)
    }

    /// An opener for the object of a file of the matter, from its first bytes; see [`Keyring::object_opener`].
    pub fn object_opener(&self, file: AttachmentId, head: &[u8]) -> Result<Option<(ObjectOpener, usize)>, SealError> {
        self.keyring.object_opener(&self.key, &object_place(&self.matter, file), head)
    }

    /// Opens the text at the place `field`.
    ///
    /// # Errors
    /// When it was sealed for another place or is damaged.
    pub fn open(&self, field: &str, sealed: &Sealed) -> Result<Pii<String>, Problem> {
        self.keyring.open_text(&self.key, &format!("{}/{field}", self.matter), sealed).map_err(Problem::from)
    }
}

fn erased() -> Problem {
    let message = Text::fixed("内容已删除。", "The texts were erased.");
    Problem::new(ProblemKind::Refused, message).because("erased")
}

/// The place for which the key of a file's object is sealed.
pub fn object_place(owner: impl std::fmt::Display, file: AttachmentId) -> String {
    format!("{owner}/object/{file}")
}
