//! Large objects under a key of their own, which is sealed with a subject's data key and stands at the head of the object:
//! destroying the subject's key makes the object unreadable wherever a copy of it lies.
//!
//! ```text
//! object = "XBO1" ‖ len(sealed key)₁₆ ‖ sealed key ‖ chunk₀ ‖ chunk₁ ‖ … ‖ last chunk
//! chunkᵢ = GCM(object key, nonce = i₈₈ ‖ last?₈, AAD = "", 64 KiB of content; the last chunk has 0 to 64 KiB) ‖ tag
//! ```
//!
//! The object key is random and used for one object, so that counted nonces never repeat. The last chunk says so in its nonce:
//! an object that lost its end, or whose chunks were put in another order, does not open. Content leaves [`ObjectOpener`] only
//! after its chunk was found whole. Nothing here does I/O.

use zeroize::Zeroizing;

use crate::{
    DataKey, Keyring, SealError, Sealed,
    suite::{CIPHER_KEY_BYTES_MAX, Cipher, NONCE_BYTES, TAG_BYTES},
};

/// Bytes of content in a chunk: large enough that tags cost nothing, small enough to hold one for each download.
pub const CHUNK_BYTES: usize = 64 * 1024;
/// What a sealed object begins with; the digit is the version of the format.
const MAGIC: &[u8; 4] = b"XBO1";
/// Bytes after which it is known whether an object is sealed.
pub const HEAD_BYTES_MIN: usize = MAGIC.len();
/// Bytes before the sealed key.
const FIXED_BYTES: usize = MAGIC.len() + 2;
/// Longest sealed key taken in: today's have 62 or 83 characters.
const SEALED_KEY_BYTES_MAX: usize = 256;

const WHAT: &str = "sealed object";

/// Whether something that begins with `head` is a sealed object rather than a file in clear: no kind of file that is taken in
/// begins like one. Fewer than [`HEAD_BYTES_MIN`] bytes never do.
pub fn begins_sealed(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// Seals one object, piece by piece.
pub struct ObjectSealer {
    cipher: Box<dyn Cipher>,
    /// The head, until it is given out; then content that fills no chunk yet.
    head: Vec<u8>,
    waiting: Vec<u8>,
    chunk: u64,
}

/// Opens one object, piece by piece.
pub struct ObjectOpener {
    cipher: Box<dyn Cipher>,
    waiting: Vec<u8>,
    chunk: u64,
}

impl Keyring {
    /// A sealer for a new object. `context` names its place; only the same context opens it.
    pub fn object_sealer(&self, key: &DataKey, context: &str, random: &dyn kernel::Random) -> ObjectSealer {
        let mut secret = Zeroizing::new([0; CIPHER_KEY_BYTES_MAX]);
        let secret = &mut secret[..self.cipher_key_bytes()];
        random.fill(secret);
        let sealed = self.seal(key, context, secret, random);
        let text = sealed.as_str().as_bytes();
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&u16::try_from(text.len()).expect("a sealed key has some 80 characters").to_be_bytes());
        head.extend_from_slice(text);
        let cipher = self.object_cipher(secret).expect("the suite takes keys of the length it names");
        ObjectSealer { cipher, head, waiting: Vec::new(), chunk: 0 }
    }

    /// An opener for an object that begins with `head`, and how many bytes its head has; `None` while `head` is too short to say.
    ///
    /// # Errors
    /// When it is no object of this format, or its key was not sealed for `context` with this key.
    pub fn object_opener(
        &self,
        key: &DataKey,
        context: &str,
        head: &[u8],
    ) -> Result<Option<(ObjectOpener, usize)>, SealError> {
        let wrong = || SealError::Format { what: WHAT };
        let known = head.len().min(MAGIC.len());
        if head[..known] != MAGIC[..known] {
            return Err(wrong());
        }
        let Some(length) = head.get(MAGIC.len()..FIXED_BYTES) else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length > SEALED_KEY_BYTES_MAX {
            return Err(wrong());
        }
        let end = FIXED_BYTES + length;
        let Some(text) = head.get(FIXED_BYTES..end) else { return Ok(None) };
        let text = std::str::from_utf8(text).map_err(|_| wrong())?;
        let secret = Zeroizing::new(self.open_bytes(key, context, &Sealed::from_stored(text))?);
        let cipher = self.object_cipher(&secret).ok_or_else(wrong)?;
        Ok(Some((ObjectOpener { cipher, waiting: Vec::new(), chunk: 0 }, end)))
    }
}

impl ObjectSealer {
    /// Takes the next piece of content; appends to `out` what is ready.
    pub fn push(&mut self, content: &[u8], out: &mut Vec<u8>) {
        out.append(&mut self.head);
        let mut rest = content;
        while !rest.is_empty() {
            // A full chunk waits until there is more: whether it is the last is in its nonce.
            if self.waiting.len() == CHUNK_BYTES {
                self.give(false, out);
            }
            let (now, later) = rest.split_at(rest.len().min(CHUNK_BYTES - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
        }
    }

    /// Appends the end of the object to `out`.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        out.append(&mut self.head);
        self.give(true, out);
    }

    fn give(&mut self, last: bool, out: &mut Vec<u8>) {
        let tag = self.cipher.encrypt(&nonce(self.chunk, last), &[], &mut self.waiting);
        out.append(&mut self.waiting);
        out.extend_from_slice(&tag);
        self.chunk += 1;
    }
}

impl ObjectOpener {
    /// Takes the next piece of the object, behind its head; appends to `out` the content of whole chunks.
    ///
    /// # Errors
    /// When a chunk is not as it was sealed; nothing of it leaves.
    pub fn push(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        const FULL: usize = CHUNK_BYTES + TAG_BYTES;
        let mut rest = sealed;
        while !rest.is_empty() {
            if self.waiting.len() == FULL {
                self.give(false, out)?;
            }
            let (now, later) = rest.split_at(rest.len().min(FULL - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
        }
        Ok(())
    }

    /// Appends the content of the last chunk.
    ///
    /// # Errors
    /// When it is not as it was sealed, or not the last: the end of the object is missing.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        self.give(true, out)
    }

    fn give(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), SealError> {
        let (content, tag) = self.waiting.split_last_chunk_mut::<TAG_BYTES>().ok_or(SealError::Altered)?;
        let tag = *tag;
        self.cipher.decrypt(&nonce(self.chunk, last), &[], content, &tag).map_err(|_| SealError::Altered)?;
        out.extend_from_slice(content);
        self.waiting.clear();
        self.chunk += 1;
        Ok(())
    }
}

/// The number of the chunk, and whether it is the last.
fn nonce(chunk: u64, last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    nonce[3..11].copy_from_slice(&chunk.to_be_bytes());
    nonce[11] = u8::from(last);
    nonce
}

impl std::fmt::Debug for ObjectSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ObjectSealer(…)")
    }
}

impl std::fmt::Debug for ObjectOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ObjectOpener(…)")
    }
}
