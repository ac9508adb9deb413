//! One key for one purpose: working keys are derived from root secrets with a label.
//!
//! The formula is the counter-mode KDF of NIST SP 800-108r1 §4.1 with HMAC as its function, a 32-bit counter before the
//! fixed input, and a 32-bit length in bits after it:
//!
//! ```text
//! K(i) = HMAC(root, [i]₃₂ ‖ label ‖ 0x00 ‖ context ‖ [bits]₃₂)        i = 1, 2, …
//! key  = the first `bits` of K(1) ‖ K(2) ‖ …
//! ```
//!
//! No key here is longer than one HMAC, so `i` is always 1. This file must never be given a password: its input is a
//! uniformly random secret.

use zeroize::Zeroizing;

use crate::suite::{MAC_BYTES, ROOT_BYTES, Suite};

/// Label of the key that wraps subjects' data keys.
pub const WRAP: &str = "xiaobao/v1/wrap";
/// Label of the key of blind indexes.
pub const INDEX: &str = "xiaobao/v1/index";
/// Label of the key of message authentication codes.
pub const MAC: &str = "xiaobao/v1/mac";
/// Label of the candidates for a new signing key.
pub(crate) const SIGNING: &str = "xiaobao/v1/signing";

/// Fills `out`, at most 32 bytes, with the key for `label` and `context`. The label holds no zero byte.
pub(crate) fn derive(suite: &dyn Suite, root: &[u8; ROOT_BYTES], label: &str, context: &[u8], out: &mut [u8]) {
    debug_assert!(out.len() <= MAC_BYTES && !label.as_bytes().contains(&0));
    let bits = u32::try_from(out.len() * 8).unwrap_or(u32::MAX).to_be_bytes();
    let parts: [&[u8]; 5] = [&1u32.to_be_bytes(), label.as_bytes(), &[0], context, &bits];
    let block = Zeroizing::new(suite.mac(root).mac(&parts));
    let bytes = out.len();
    out.copy_from_slice(&block[..bytes]);
}

/// A derived key of 256 bits.
pub(crate) fn derive_root(
    suite: &dyn Suite,
    root: &[u8; ROOT_BYTES],
    label: &str,
    context: &[u8],
) -> Zeroizing<[u8; ROOT_BYTES]> {
    let mut key = Zeroizing::new([0; ROOT_BYTES]);
    derive(suite, root, label, context, key.as_mut_slice());
    key
}
