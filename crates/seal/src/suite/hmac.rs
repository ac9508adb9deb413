//! HMAC over either hash (GB/T 15852.2, RFC 2104), with the key's two blocks hashed once.

use hmac::{EagerHash, Hmac, KeyInit, Mac as _};

use super::{MAC_BYTES, Mac, ROOT_BYTES};

/// The state of HMAC after its key; it is cloned for each message.
pub(super) struct KeyedHmac<H: EagerHash>(Hmac<H>);

impl<H: EagerHash> KeyedHmac<H> {
    pub(super) fn new(key: &[u8; ROOT_BYTES]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }
}

impl<H> Mac for KeyedHmac<H>
where
    H: EagerHash,
    Hmac<H>: hmac::Mac + Clone + Send + Sync,
{
    fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        let mut state = self.0.clone();
        for part in parts {
            state.update(part);
        }
        let mut code = [0; MAC_BYTES];
        // Both hashes of the house give 32 bytes.
        code.copy_from_slice(&state.finalize().into_bytes());
        code
    }
}
