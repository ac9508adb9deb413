//! The two hashes, chosen once and then called without a table or an allocation.
//!
//! The ledger hashes every event with this; it must never allocate or dispatch through a trait object.

use std::{fmt, str::FromStr};

use sha2::Sha256;
use sm3::Sm3;

/// Bytes of a digest; SM3 and SHA-256 agree on it.
const DIGEST_BYTES: usize = 32;

/// Which family of algorithms a house uses; it is chosen when the keys are made and stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuiteName {
    /// The national algorithms: SM2, SM3, SM4.
    Sm,
    /// The international algorithms: P-256, SHA-256, AES-256.
    Intl,
}

/// The text names no suite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a suite is `sm` or `intl`")]
pub struct SuiteNameError;

impl SuiteName {
    /// Every suite.
    pub const ALL: [Self; 2] = [Self::Sm, Self::Intl];

    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sm => "sm",
            Self::Intl => "intl",
        }
    }
}

impl fmt::Display for SuiteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SuiteName {
    type Err = SuiteNameError;

    fn from_str(text: &str) -> Result<Self, SuiteNameError> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(SuiteNameError)
    }
}

/// The 256 bits that a [`Hasher`] gives. Its text form is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; DIGEST_BYTES]);

/// The bytes or the text are not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 32 bytes or 64 hexadecimal digits")]
pub struct DigestError;

impl Digest {
    /// What stands before the first link of a chain.
    pub const ZERO: Self = Self([0; DIGEST_BYTES]);

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; DIGEST_BYTES] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = DigestError;

    fn try_from(bytes: &[u8]) -> Result<Self, DigestError> {
        bytes.try_into().map(Self).map_err(|_| DigestError)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0u8; DIGEST_BYTES * 2];
        hex::encode_to_slice(self.0, &mut text).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let mut bytes = [0; DIGEST_BYTES];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| DigestError)?;
        Ok(Self(bytes))
    }
}

/// A running hash of one suite.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sm(Sm3),
    Intl(Sha256),
}

impl Hasher {
    /// An empty hash.
    #[inline]
    pub fn new(suite: SuiteName) -> Self {
        Self(match suite {
            SuiteName::Sm => State::Sm(Sm3::default()),
            SuiteName::Intl => State::Intl(Sha256::default()),
        })
    }

    /// Takes more bytes in; how they are divided among calls does not matter.
    #[inline]
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sm(state) => sm3::Digest::update(state, bytes),
            State::Intl(state) => sha2::Digest::update(state, bytes),
        }
    }

    /// The digest of everything taken in.
    #[inline]
    pub fn finish(self) -> Digest {
        Digest(match self.0 {
            State::Sm(state) => sm3::Digest::finalize(state).into(),
            State::Intl(state) => sha2::Digest::finalize(state).into(),
        })
    }

    /// The digest of one slice.
    #[inline]
    pub fn digest(suite: SuiteName, bytes: &[u8]) -> Digest {
        let mut hasher = Self::new(suite);
        hasher.update(bytes);
        hasher.finish()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The running state may hold what is being hashed.
        f.write_str(match self.0 {
            State::Sm(_) => "Hasher(sm)",
            State::Intl(_) => "Hasher(intl)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_division_of_the_input_does_not_matter() {
        let bytes: Vec<u8> = (0..300u16).map(|i| (i % 251) as u8).collect();
        for suite in SuiteName::ALL {
            let whole = Hasher::digest(suite, &bytes);
            for cut in [0, 1, 55, 56, 63, 64, 65, 128, 299, 300] {
                let mut hasher = Hasher::new(suite);
                hasher.update(&bytes[..cut]);
                hasher.update(&bytes[cut..]);
                assert_eq!(hasher.finish(), whole, "{suite} cut at {cut}");
            }
        }
        assert_ne!(Hasher::digest(SuiteName::Sm, &bytes), Hasher::digest(SuiteName::Intl, &bytes));
    }

    #[test]
    fn a_digest_survives_its_text_form() {
        let digest = Hasher::digest(SuiteName::Sm, b"abc");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(digest.to_string().len(), 64);
        assert_eq!(Digest::try_from(&digest.0[..]), Ok(digest));
        assert_eq!(Digest::try_from(&digest.0[1..]), Err(DigestError));
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(65)] {
            assert_eq!(bad.parse::<Digest>(), Err(DigestError));
        }
    }

    #[test]
    fn suites_survive_their_text_form() {
        for suite in SuiteName::ALL {
            assert_eq!(suite.as_str().parse(), Ok(suite));
        }
        assert_eq!("SM".parse::<SuiteName>(), Err(SuiteNameError));
    }
}
