//! Signs outgoing messages with the subscriber's secret, after the Standard Webhooks text (`webhook-id.webhook-timestamp.body`).
//!
//! `v1` is HMAC-SHA-256, which receivers have libraries for. Under the national suite a second signature, `v1sm3`, is HMAC-SM3.

use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{Hasher, SuiteName};

/// Bytes of a block of SHA-256 and of SM3.
const BLOCK_BYTES: usize = 64;

/// HMAC (RFC 2104) over the suite's hash.
pub(crate) fn hmac(suite: SuiteName, key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0u8; BLOCK_BYTES];
    if key.len() > BLOCK_BYTES {
        block[..32].copy_from_slice(&Hasher::digest(suite, key).0);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut inner = Hasher::new(suite);
    inner.update(&block.map(|byte| byte ^ 0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Hasher::new(suite);
    outer.update(&block.map(|byte| byte ^ 0x5c));
    outer.update(&inner.finish().0);
    outer.finish().0
}

/// The value of the header `webhook-signature`.
pub(crate) fn signature(suite: SuiteName, secret: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let parts = [id.as_bytes(), b".", seconds.as_bytes(), b".", body];
    let v1 = format!("v1,{}", STANDARD.encode(hmac(SuiteName::Intl, secret, &parts)));
    match suite {
        SuiteName::Intl => v1,
        SuiteName::Sm => format!("{v1} v1sm3,{}", STANDARD.encode(hmac(SuiteName::Sm, secret, &parts))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 1, 2 and 6.
    #[test]
    fn hmac_sha256_gives_the_published_values() {
        let check = |key: &[u8], message: &[u8], expected: &str| {
            let (head, tail) = message.split_at(message.len() / 2);
            assert_eq!(hex::encode(hmac(SuiteName::Intl, key, &[head, tail])), expected);
        };
        check(&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        check(b"Jefe", b"what do ya want for nothing?", expected);
        let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
        check(&[0xaa; 131], message, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn the_header_names_its_schemes() {
        let of = |suite| signature(suite, b"secret", "dl_1", "1795395600", b"{}");
        assert!(of(SuiteName::Intl).starts_with("v1,") && !of(SuiteName::Intl).contains(' '));
        assert!(of(SuiteName::Sm).starts_with(&format!("{} v1sm3,", of(SuiteName::Intl))));
        assert_ne!(of(SuiteName::Intl), signature(SuiteName::Intl, b"secret", "dl_2", "1795395600", b"{}"));
    }
}
