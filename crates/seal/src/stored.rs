//! The text forms that databases and files keep: wrapped keys, sealed values, blind indexes, signatures, public keys.
//!
//! Each starts with the version of its format. Nothing here opens or checks anything; a [`crate::Keyring`] does.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{SealError, SuiteName, suite};

/// Longest id of a key: a letter, a number and a short random part fit with room to spare.
pub(crate) const KEY_ID_CHARS_MAX: usize = 32;

/// Longest signature or public key taken in: 64 and 65 bytes today; the rest is room for a later suite.
const SIGNATURE_BYTES_MAX: usize = 512;

/// Whether a text can name a key: it must not clash with the dots of the stored forms.
pub(crate) fn is_key_id(text: &str) -> bool {
    (1..=KEY_ID_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

macro_rules! stored_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a stored text back; it is checked when it is used.
            pub fn from_stored(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The stored form.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The stored form, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

stored_text! {
    /// A subject's data key under a master key: `w1.<master key id>.<base64url of nonce, ciphertext and tag>`.
    WrappedKey
}

stored_text! {
    /// A sealed value: `s1.<base64url of nonce, ciphertext and tag>`.
    Sealed
}

stored_text! {
    /// What an exact look-up compares: `<index key id>.<32 hexadecimal digits>`.
    BlindIndex
}

impl WrappedKey {
    /// The id of the master key it is under, when the text has the right shape.
    pub fn key_id(&self) -> Option<&str> {
        self.0.strip_prefix("w1.")?.split_once('.').map(|(id, _)| id).filter(|id| is_key_id(id))
    }
}

impl BlindIndex {
    /// The id of the index key it was made with, when the text has the right shape.
    pub fn key_id(&self) -> Option<&str> {
        self.0.split_once('.').map(|(id, _)| id).filter(|id| is_key_id(id))
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({})", self.key_id().unwrap_or("?"))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two equal indexes in a log would tell that two people share a number.
        write!(f, "BlindIndex({})", self.key_id().unwrap_or("?"))
    }
}

/// A signature and the key that made it. Its text form is `g1.<signing key id>.<base64url of r and s>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The id of the signing key.
    pub key_id: String,
    /// 64 bytes: `r ‖ s`, each 32 bytes, big-endian.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g1.{}.{}", self.key_id, BASE64_URL_SAFE_NO_PAD.encode(&self.bytes))
    }
}

impl FromStr for Signature {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let wrong = || SealError::Format { what: "signature" };
        let (key_id, body) = text.strip_prefix("g1.").and_then(|rest| rest.split_once('.')).ok_or_else(wrong)?;
        let bytes = decode(body, SIGNATURE_BYTES_MAX).ok_or_else(wrong)?;
        if !is_key_id(key_id) || bytes.is_empty() {
            return Err(wrong());
        }
        Ok(Self { key_id: key_id.to_owned(), bytes })
    }
}

/// The public half of a signing key, for verifying where no secret may be. Its text form is
/// `p1.<suite>.<signing key id>.<base64url of the uncompressed point>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    /// The suite it belongs to.
    pub suite: SuiteName,
    /// The id that signatures name.
    pub id: String,
    /// The point in SEC 1 form, uncompressed: 65 bytes.
    pub bytes: Vec<u8>,
}

impl PublicKey {
    /// Checks a signature without any secret.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SealError> {
        if signature.key_id != self.id {
            return Err(SealError::UnknownKey { part: crate::Part::Signing, id: signature.key_id.clone() });
        }
        let verifier = suite::built_in(self.suite)
            .verifier(&self.bytes)
            .map_err(|suite::NotAKey| SealError::Format { what: "public key" })?;
        verifier.verify(message, &signature.bytes).map_err(|suite::Mismatch| SealError::BadSignature)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p1.{}.{}.{}", self.suite, self.id, BASE64_URL_SAFE_NO_PAD.encode(&self.bytes))
    }
}

impl FromStr for PublicKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let wrong = || SealError::Format { what: "public key" };
        let (suite, rest) = text.strip_prefix("p1.").and_then(|rest| rest.split_once('.')).ok_or_else(wrong)?;
        let (id, body) = rest.split_once('.').ok_or_else(wrong)?;
        let suite: SuiteName = suite.parse().map_err(|_| wrong())?;
        let bytes = decode(body, SIGNATURE_BYTES_MAX).ok_or_else(wrong)?;
        if !is_key_id(id) || suite::built_in(suite).verifier(&bytes).is_err() {
            return Err(wrong());
        }
        Ok(Self { suite, id: id.to_owned(), bytes })
    }
}

fn decode(text: &str, bytes_max: usize) -> Option<Vec<u8>> {
    // Four characters hold three bytes.
    if text.len() > bytes_max.div_ceil(3) * 4 { None } else { BASE64_URL_SAFE_NO_PAD.decode(text).ok() }
}

macro_rules! serde_as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

serde_as_text!(Signature, PublicKey);
