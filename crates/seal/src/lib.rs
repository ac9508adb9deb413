//! Cryptography behind one trait: sealed personal data, chains, blind indexes, signatures.
//!
//! Two suites exist: [`SuiteName::Sm`] (SM4-GCM, SM3, HMAC-SM3, SM2) for banks that must use the national algorithms,
//! and [`SuiteName::Intl`] (AES-256-GCM, SHA-256, HMAC-SHA-256, P-256). A [`Keyring`] holds the keys of one suite, some
//! current and some kept to read what is old. [`identity`] checks the numbers that are sealed and indexed.
//!
//! This crate must never read a file, the environment, a clock or ambient randomness; never put key material or
//! personal data into an error, a log or `Debug`; never decide who may read what.
//!
//! # Formulas
//!
//! Every root secret in the key file is 256 bits. A working key is derived from it with the counter-mode KDF of
//! NIST SP 800-108r1 §4.1 and HMAC (GB/T 15852.2, RFC 2104) over the suite's hash; see [`mod@derive`].
//!
//! | what | formula | source |
//! |---|---|---|
//! | key-encryption key | `KDF(master, "xiaobao/v1/wrap", suite name, 128 or 256 bits)` | NIST SP 800-108r1 §4.1 |
//! | subject's data key | 128 or 256 random bits | |
//! | wrapped key `w1.…` | `GCM(KEK, random 96-bit nonce, AAD = "w1." ‖ KEK id, data key)` | NIST SP 800-38D, RFC 8998 |
//! | sealed value `s1.…` | `GCM(data key, random 96-bit nonce, AAD = context, value)` | the same |
//! | sealed object `XBO1…` | chunks of 64 KiB under a random key that stands sealed at its head; see [`mod@object`] | STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) |
//! | blind index `id.…` | first 128 bits of `HMAC(KDF(index, "xiaobao/v1/index"), len(domain)₆₄ ‖ domain ‖ value)` | |
//! | mac | `HMAC(KDF(mac, "xiaobao/v1/mac"), len(purpose)₆₄ ‖ purpose ‖ message)` | |
//! | signature | `r ‖ s` of SM2 with SM3 (identity: [`suite::DEFAULT_IDENTITY`]) | GB/T 32918.2, GM/T 0009 |
//! | | `r ‖ s` of ECDSA on P-256 with SHA-256 | FIPS 186-5 |

pub mod derive;
pub mod identity;
pub mod object;
pub mod suite;

mod digest;
mod error;
mod group;
mod key_file;
mod keyring;
mod stored;

pub use digest::{Digest, DigestError, Hasher, SuiteName, SuiteNameError};
pub use error::{KeyError, SealError};
pub use key_file::{KeyFile, Part};
pub use keyring::{DataKey, Keyring};
pub use object::{ObjectOpener, ObjectSealer};
pub use stored::{BlindIndex, PublicKey, Sealed, Signature, WrappedKey};
pub use suite::Suite;
