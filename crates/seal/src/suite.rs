//! The one trait that the rest of the house sees of cryptography, and the ciphers, codes and signatures it makes.
//!
//! [`Sm`] and [`Intl`] implement it in software. The software SM2 is not audited and the software SM4 looks its S-box
//! up in memory; a bank that needs a certified module implements [`Suite`] over it and opens its keyring with
//! [`crate::Keyring::open_with`]. Nothing here keeps a nonce, a policy or a format.

mod gcm;
mod hmac;
mod intl;
mod sm;

pub use self::{
    intl::Intl,
    sm::{DEFAULT_IDENTITY, Sm},
};
use crate::{Hasher, SuiteName};

/// Bytes of a root secret, a private scalar and a derived key.
pub const ROOT_BYTES: usize = 32;
/// Bytes of a message authentication code.
pub const MAC_BYTES: usize = 32;
/// Bytes of a GCM nonce: the 96 bits that GCM takes without hashing.
pub const NONCE_BYTES: usize = 12;
/// Bytes of a GCM tag: the full 128 bits.
pub const TAG_BYTES: usize = 16;
/// Bytes of the longest cipher key.
pub const CIPHER_KEY_BYTES_MAX: usize = 32;

/// The bytes cannot be a key: wrong length, or a number out of the algorithm's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key of the suite")]
pub struct NotAKey;

/// The tag or the signature is not the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("altered, or made with another key")]
pub struct Mismatch;

/// A family of algorithms. An implementation holds no key of the house; what it makes does, and clears it when dropped.
pub trait Suite: Send + Sync {
    /// Which of the two families it is.
    fn name(&self) -> SuiteName;

    /// Bytes of a cipher key: 16 for SM4, 32 for AES-256.
    fn cipher_key_bytes(&self) -> usize;

    /// The hash. It has no secret, so a certified module need not replace it.
    fn hasher(&self) -> Hasher {
        Hasher::new(self.name())
    }

    /// An authenticated cipher (GCM, 96-bit nonces, 128-bit tags).
    fn cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, NotAKey>;

    /// A message authentication code (HMAC over the suite's hash).
    fn mac(&self, key: &[u8; ROOT_BYTES]) -> Box<dyn Mac>;

    /// A signer from a private scalar.
    fn signer(&self, secret: &[u8; ROOT_BYTES]) -> Result<Box<dyn Signer>, NotAKey>;

    /// A verifier from a point in SEC 1 form.
    fn verifier(&self, public: &[u8]) -> Result<Box<dyn Verifier>, NotAKey>;
}

/// An authenticated cipher with its key.
pub trait Cipher: Send + Sync {
    /// Encrypts in place and gives the tag. The caller never repeats a nonce under one key.
    fn encrypt(&self, nonce: &[u8; NONCE_BYTES], context: &[u8], buffer: &mut [u8]) -> [u8; TAG_BYTES];

    /// Checks the tag in constant time, then decrypts in place; on a mismatch the buffer is left as it was.
    fn decrypt(
        &self,
        nonce: &[u8; NONCE_BYTES],
        context: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_BYTES],
    ) -> Result<(), Mismatch>;
}

/// A message authentication code with its key.
pub trait Mac: Send + Sync {
    /// The code of the parts, one after the other.
    fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES];
}

/// A signing key.
pub trait Signer: Send + Sync {
    /// The signature `r ‖ s`. Randomness hardens the nonce, which is derived from key and message as in RFC 6979, so
    /// that a poor source cannot reveal the key.
    fn sign(&self, message: &[u8], random: &dyn kernel::Random) -> Vec<u8>;

    /// The public point, SEC 1, uncompressed.
    fn public_key(&self) -> Vec<u8>;
}

/// A public key.
pub trait Verifier: Send + Sync {
    /// Whether the signature is that of the message.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Mismatch>;
}

/// The software implementation of a suite.
pub fn built_in(name: SuiteName) -> &'static dyn Suite {
    match name {
        SuiteName::Sm => &Sm,
        SuiteName::Intl => &Intl,
    }
}

/// Randomness of the house in the form that the signature crates take.
struct SignatureRandom<'a>(&'a dyn kernel::Random);

impl sm2::dsa::signature::rand_core::TryRng for SignatureRandom<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl sm2::dsa::signature::rand_core::TryCryptoRng for SignatureRandom<'_> {}
