//! The hash that ties each event to the one before it in its stream. Its byte layout never changes: stored hashes depend on it.
//!
//! `hash = H(previous hash ‖ stream ‖ version ‖ kind ‖ schema ‖ at ‖ actor ‖ cause ‖ payload)`, where the previous hash of a
//! stream's first event is 32 zero bytes, texts are preceded by their length in bytes (4 bytes, big endian), and numbers
//! are 8 bytes big endian (the schema: 2). The position is left out: it is not known before the row is written, and the
//! checkpoints cover it.

use seal::{Hasher, SuiteName};

/// Bytes of a hash of either suite.
pub(crate) const HASH_BYTES: usize = 32;

/// The previous hash of a stream's first event.
pub(crate) const GENESIS: [u8; HASH_BYTES] = [0; HASH_BYTES];

/// The columns of an event that its hash covers, as bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) stream: &'a [u8],
    pub(crate) version: i64,
    pub(crate) kind: &'a [u8],
    pub(crate) schema: i16,
    pub(crate) at: i64,
    pub(crate) actor: &'a [u8],
    pub(crate) cause: &'a [u8],
    pub(crate) payload: &'a [u8],
}

/// Hashes events; keeps its buffer from one to the next.
#[derive(Debug)]
pub(crate) struct Chain {
    suite: SuiteName,
    buffer: Vec<u8>,
}

impl Chain {
    pub(crate) fn new(suite: SuiteName) -> Self {
        Self { suite, buffer: Vec::with_capacity(1024) }
    }

    /// The hash of `link` behind an event whose hash is `previous`.
    pub(crate) fn hash(&mut self, previous: &[u8; HASH_BYTES], link: &Link<'_>) -> [u8; HASH_BYTES] {
        // One buffer and one call: a hasher fed in twelve small pieces is slower than the copying.
        let buffer = &mut self.buffer;
        buffer.clear();
        buffer.extend_from_slice(previous);
        put_text(buffer, link.stream);
        buffer.extend_from_slice(&link.version.to_be_bytes());
        put_text(buffer, link.kind);
        buffer.extend_from_slice(&link.schema.to_be_bytes());
        buffer.extend_from_slice(&link.at.to_be_bytes());
        put_text(buffer, link.actor);
        put_text(buffer, link.cause);
        put_text(buffer, link.payload);
        let mut hasher = Hasher::new(self.suite);
        hasher.update(buffer);
        hasher.finish().0
    }
}

fn put_text(buffer: &mut Vec<u8>, text: &[u8]) {
    // No column holds 4 GiB: payloads are bounded when appended, and both engines refuse rows of more than 1 GB.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(text);
}
