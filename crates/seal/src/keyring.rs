//! The keys in use: seals, opens, indexes, signs and checks.
//!
//! New things are made with the current key of each part; what older keys made stays readable. This file must never
//! hand out a secret, and never decides whether a caller may see what it opens.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Pii, Random};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    BlindIndex, Hasher, KeyError, KeyFile, Part, PublicKey, SealError, Sealed, Signature, SuiteName, WrappedKey,
    derive,
    group::Group,
    key_file::{Entry, SigningEntry},
    suite::{
        self, CIPHER_KEY_BYTES_MAX, Cipher, MAC_BYTES, Mac, Mismatch, NONCE_BYTES, ROOT_BYTES, Signer, Suite,
        TAG_BYTES, Verifier,
    },
};

/// Bytes of a blind index. At 2⁶⁴ values two would meet by chance; a bank has fewer than 2³⁵.
const INDEX_BYTES: usize = 16;

/// Format of a sealed value; authenticated by having a key of its own.
const SEALED_PREFIX: &str = "s1.";

/// The keys of one suite. Share it behind an `Arc`.
pub struct Keyring {
    suite: Box<dyn Suite>,
    master: Group<Wrapping>,
    index: Group<Coding>,
    mac: Group<Coding>,
    signer: Box<dyn Signer>,
    signing: Group<Verifying>,
}

struct Wrapping {
    id: String,
    cipher: Box<dyn Cipher>,
}

struct Coding {
    id: String,
    mac: Box<dyn Mac>,
}

struct Verifying {
    public: PublicKey,
    verifier: Box<dyn Verifier>,
}

/// The key of one data subject, expanded and ready. It clears itself when dropped.
pub struct DataKey(Box<dyn Cipher>);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({}, …)", self.suite())
    }
}

impl Keyring {
    /// A new key file with one current key of every part.
    pub fn generate(suite: SuiteName, random: &dyn Random) -> KeyFile {
        KeyFile::generate(suite, random)
    }

    /// Takes the keys of a file into use, with the software implementation of its suite.
    pub fn open(file: KeyFile) -> Result<Self, KeyError> {
        let suite: Box<dyn Suite> = match file.suite() {
            SuiteName::Sm => Box::new(suite::Sm),
            SuiteName::Intl => Box::new(suite::Intl),
        };
        Self::open_with(suite, file)
    }

    /// Takes the keys of a file into use, with another implementation of its suite, for instance a certified module.
    pub fn open_with(suite: Box<dyn Suite>, file: KeyFile) -> Result<Self, KeyError> {
        if suite.name() != file.suite() {
            return Err(KeyError::Suite);
        }
        let algorithms = suite.as_ref();
        let master = file.master.try_map(|entry| wrapping(algorithms, entry))?;
        let index = file.index.map(|entry| coding(algorithms, entry, derive::INDEX));
        let mac = file.mac.map(|entry| coding(algorithms, entry, derive::MAC));
        let signer = signer(algorithms, &file.signing.current)?;
        let signing = file.signing.try_map(|entry| verifying(algorithms, entry))?;
        Ok(Self { suite, master, index, mac, signer, signing })
    }

    /// The suite of the house.
    pub fn suite(&self) -> SuiteName {
        self.suite.name()
    }

    /// An empty hash of the suite.
    #[inline]
    pub fn hasher(&self) -> Hasher {
        self.suite.hasher()
    }

    /// A key for a new data subject, and its wrapped form to store. Destroying every copy of the wrapped form erases
    /// everything sealed with it.
    pub fn new_subject_key(&self, random: &dyn Random) -> (DataKey, WrappedKey) {
        let mut key = Zeroizing::new([0; CIPHER_KEY_BYTES_MAX]);
        let key = &mut key[..self.suite.cipher_key_bytes()];
        random.fill(key);
        let cipher = self.suite.cipher(key).expect("the suite takes keys of the length it names");
        (DataKey(cipher), self.wrap(key, random))
    }

    /// The key of a data subject, from its stored form.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        let key = self.unwrap_bytes(wrapped)?;
        self.suite.cipher(&key).map(DataKey).map_err(|suite::NotAKey| SealError::Altered)
    }

    /// The same key under the current master key; `None` when it is not under a retired one.
    pub fn rewrap(&self, wrapped: &WrappedKey, random: &dyn Random) -> Result<Option<WrappedKey>, SealError> {
        if !self.needs_rewrap(wrapped) {
            return Ok(None);
        }
        let key = self.unwrap_bytes(wrapped)?;
        Ok(Some(self.wrap(&key, random)))
    }

    /// Seals a value for one place. `context` names the place, for instance `cu_…/phone`; only the same context opens
    /// it. A key takes 2³² values (NIST SP 800-38D §8.3 for random nonces); a subject has hundreds.
    pub fn seal(&self, key: &DataKey, context: &str, plain: &[u8], random: &dyn Random) -> Sealed {
        let mut text = String::with_capacity(SEALED_PREFIX.len() + (plain.len() + NONCE_BYTES + TAG_BYTES) * 4 / 3 + 4);
        text.push_str(SEALED_PREFIX);
        encrypt(key.0.as_ref(), context.as_bytes(), plain, random, &mut text);
        Sealed::from_stored(text)
    }

    /// Opens a sealed value in its place.
    pub fn open_bytes(&self, key: &DataKey, context: &str, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        let body = sealed.as_str().strip_prefix(SEALED_PREFIX).ok_or(SealError::Format { what: "sealed value" })?;
        decrypt(key.0.as_ref(), context.as_bytes(), body, "sealed value")
    }

    /// Opens a sealed text in its place.
    pub fn open_text(&self, key: &DataKey, context: &str, sealed: &Sealed) -> Result<Pii<String>, SealError> {
        let bytes = self.open_bytes(key, context, sealed)?;
        String::from_utf8(bytes).map(Pii::new).map_err(|error| {
            drop(Zeroizing::new(error.into_bytes()));
            SealError::NotText
        })
    }

    /// Bytes of a cipher key of the suite.
    pub(crate) fn cipher_key_bytes(&self) -> usize {
        self.suite.cipher_key_bytes()
    }

    /// A cipher with the key of one object; `None` when the bytes are no key of the suite.
    pub(crate) fn object_cipher(&self, key: &[u8]) -> Option<Box<dyn Cipher>> {
        self.suite.cipher(key).ok()
    }

    /// What is stored beside a sealed value so that it can be found by its exact normalised form.
    pub fn blind_index(&self, domain: &str, normalised: &str) -> BlindIndex {
        index_with(&self.index.current, domain, normalised)
    }

    /// What a look-up must compare with while index keys are being rotated: the current form first, then the others.
    pub fn blind_index_all(&self, domain: &str, normalised: &str) -> Vec<BlindIndex> {
        self.index.iter().map(|key| index_with(key, domain, normalised)).collect()
    }

    /// Whether a stored index was made with a retired index key, and waits for being made anew.
    pub fn needs_reindex(&self, index: &BlindIndex) -> bool {
        !self.index.fresh().any(|key| index.key_id() == Some(&key.id))
    }

    /// Whether a wrapped key is under a retired master key, and waits for [`Self::rewrap`].
    pub fn needs_rewrap(&self, wrapped: &WrappedKey) -> bool {
        !self.master.fresh().any(|key| wrapped.key_id() == Some(&key.id))
    }

    /// Signs with the current signing key.
    pub fn sign(&self, message: &[u8], random: &dyn Random) -> Signature {
        Signature { key_id: self.signing.current.public.id.clone(), bytes: self.signer.sign(message, random) }
    }

    /// Checks a signature of any signing key, current or retired.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SealError> {
        let key = self
            .signing
            .iter()
            .find(|key| key.public.id == signature.key_id)
            .ok_or_else(|| SealError::UnknownKey { part: Part::Signing, id: signature.key_id.clone() })?;
        key.verifier.verify(message, &signature.bytes).map_err(|Mismatch| SealError::BadSignature)
    }

    /// The public halves of every signing key, the current one first, for verifying elsewhere.
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.signing.iter().map(|key| key.public.clone()).collect()
    }

    /// A message authentication code for one purpose, with the current key.
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; MAC_BYTES] {
        mac_with(&self.mac.current, purpose, message)
    }

    /// The codes of a message under every live key, the current one first: for finding a token made before a rotation.
    pub fn mac_all(&self, purpose: &str, message: &[u8]) -> Vec<[u8; MAC_BYTES]> {
        self.mac.iter().map(|key| mac_with(key, purpose, message)).collect()
    }

    /// Whether `code` is the message's under any live key; takes the same time wherever they differ.
    pub fn mac_matches(&self, purpose: &str, message: &[u8], code: &[u8]) -> bool {
        self.mac.iter().fold(false, |found, key| found | bool::from(mac_with(key, purpose, message).ct_eq(code)))
    }

    fn wrap(&self, key: &[u8], random: &dyn Random) -> WrappedKey {
        let Wrapping { id, cipher } = &self.master.current;
        let mut text = format!("w1.{id}.");
        let context = text.clone();
        encrypt(cipher.as_ref(), context.as_bytes(), key, random, &mut text);
        WrappedKey::from_stored(text)
    }

    fn unwrap_bytes(&self, wrapped: &WrappedKey) -> Result<Zeroizing<Vec<u8>>, SealError> {
        const WHAT: &str = "wrapped key";
        let id = wrapped.key_id().ok_or(SealError::Format { what: WHAT })?;
        let key = self
            .master
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| SealError::UnknownKey { part: Part::Master, id: id.to_owned() })?;
        let (context, body) = wrapped.as_str().split_at("w1.".len() + id.len() + 1);
        decrypt(key.cipher.as_ref(), context.as_bytes(), body, WHAT).map(Zeroizing::new)
    }
}

fn wrapping(suite: &dyn Suite, entry: &Entry) -> Result<Wrapping, KeyError> {
    let mut key = Zeroizing::new([0; CIPHER_KEY_BYTES_MAX]);
    let key = &mut key[..suite.cipher_key_bytes()];
    derive::derive(suite, &entry.secret, derive::WRAP, suite.name().as_str().as_bytes(), key);
    let cipher = suite.cipher(key).map_err(|suite::NotAKey| not_a_key(Part::Master, &entry.id, "secret"))?;
    Ok(Wrapping { id: entry.id.clone(), cipher })
}

fn coding(suite: &dyn Suite, entry: &Entry, label: &str) -> Coding {
    let key: Zeroizing<[u8; ROOT_BYTES]> =
        derive::derive_root(suite, &entry.secret, label, suite.name().as_str().as_bytes());
    Coding { id: entry.id.clone(), mac: suite.mac(&key) }
}

fn signer(suite: &dyn Suite, entry: &SigningEntry) -> Result<Box<dyn Signer>, KeyError> {
    let not_a_key = || not_a_key(Part::Signing, &entry.id, "secret");
    let secret = entry.secret.as_ref().ok_or_else(not_a_key)?;
    suite.signer(secret).map_err(|suite::NotAKey| not_a_key())
}

fn verifying(suite: &dyn Suite, entry: &SigningEntry) -> Result<Verifying, KeyError> {
    let verifier =
        suite.verifier(&entry.public).map_err(|suite::NotAKey| not_a_key(Part::Signing, &entry.id, "public"))?;
    let public = PublicKey { suite: suite.name(), id: entry.id.clone(), bytes: entry.public.clone() };
    Ok(Verifying { public, verifier })
}

fn not_a_key(part: Part, id: &str, field: &'static str) -> KeyError {
    KeyError::NotAKey { place: format!("[[{part}]] {id}"), field }
}

fn index_with(key: &Coding, domain: &str, normalised: &str) -> BlindIndex {
    let code = mac_with(key, domain, normalised.as_bytes());
    let mut text = String::with_capacity(key.id.len() + 1 + INDEX_BYTES * 2);
    text.push_str(&key.id);
    text.push('.');
    text.push_str(&hex::encode(&code[..INDEX_BYTES]));
    BlindIndex::from_stored(text)
}

/// The length before the purpose keeps `("ab", "c")` and `("a", "bc")` apart.
fn mac_with(key: &Coding, purpose: &str, message: &[u8]) -> [u8; MAC_BYTES] {
    key.mac.mac(&[&(purpose.len() as u64).to_be_bytes(), purpose.as_bytes(), message])
}

/// Appends the base64url of nonce, ciphertext and tag.
fn encrypt(cipher: &dyn Cipher, context: &[u8], plain: &[u8], random: &dyn Random, text: &mut String) {
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce);
    let mut bytes = Vec::with_capacity(NONCE_BYTES + plain.len() + TAG_BYTES);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(plain);
    let tag = cipher.encrypt(&nonce, context, &mut bytes[NONCE_BYTES..]);
    bytes.extend_from_slice(&tag);
    BASE64_URL_SAFE_NO_PAD.encode_string(&bytes, text);
}

/// What [`encrypt`] appended, checked and decrypted.
fn decrypt(cipher: &dyn Cipher, context: &[u8], body: &str, what: &'static str) -> Result<Vec<u8>, SealError> {
    let wrong = || SealError::Format { what };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(body).map_err(|_| wrong())?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
    let (value, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or_else(wrong)?;
    let mut plain = value.to_vec();
    cipher.decrypt(nonce, context, &mut plain, tag).map_err(|Mismatch| SealError::Altered)?;
    Ok(plain)
}
