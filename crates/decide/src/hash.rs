//! Keyed hashes of texts and of combinations of fields: what windows and lists know a payee by.
//!
//! SipHash (Aumasson and Bernstein, 2012) with one round a word and three at the end, so that nobody without the key can
//! choose texts that collide. Two of a hundred million different texts collide with a chance of 3 in 10,000, two that
//! are compared with each other of 5 in 10^20. The form is stored in snapshots and must never change.

/// The secret under which an engine hashes. Kept with the decision log: other keys give other windows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HashKeys {
    k0: u64,
    k1: u64,
}

/// The secret does not show itself.
impl std::fmt::Debug for HashKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashKeys(‹secret›)")
    }
}

/// An odd constant with well-spread bits (the golden ratio), by which places in a combination are told apart.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

impl HashKeys {
    /// Keys from sixteen secret bytes.
    pub fn new(secret: [u8; 16]) -> Self {
        let (low, high) = secret.split_at(8);
        Self { k0: word(low), k1: word(high) }
    }

    /// The hash of a text.
    pub fn text(&self, text: &[u8]) -> u64 {
        sip::<1, 3>(self.k0, self.k1, text)
    }

    /// The hash of several values in order; the number of values is part of it.
    pub fn combine(&self, parts: impl IntoIterator<Item = u64>) -> u64 {
        let mut place = SPREAD;
        let mut sum = self.k0;
        for part in parts {
            sum = fold(sum ^ part, self.k1 ^ place);
            place = place.wrapping_add(SPREAD);
        }
        fold(sum ^ place, self.k0 | 1)
    }
}

/// Both halves of the product of two words, put on top of each other.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64) ^ a.rotate_left(32)
}

/// Up to eight bytes as a little-endian word.
fn word(bytes: &[u8]) -> u64 {
    let mut whole = [0u8; 8];
    for (slot, byte) in whole.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    u64::from_le_bytes(whole)
}

fn sip<const EACH: usize, const LAST: usize>(k0: u64, k1: u64, text: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let words = text.chunks_exact(8);
    let rest = words.remainder();
    let mut take = |m: u64| {
        v[3] ^= m;
        (0..EACH).for_each(|_| round(&mut v));
        v[0] ^= m;
    };
    words.for_each(|eight| take(word(eight)));
    take(((text.len() as u64) << 56) | word(rest));
    v[2] ^= 0xff;
    (0..LAST).for_each(|_| round(&mut v));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_hold() {
        let key: Vec<u8> = (0..16).collect();
        let keys = HashKeys::new(key.try_into().unwrap());
        let text: Vec<u8> = (0..15).collect();
        // SipHash-2-4 of the paper's appendix A; the round function and the padding are those of 1-3.
        assert_eq!(sip::<2, 4>(keys.k0, keys.k1, &text), 0xa129_ca61_49be_45e5);
        assert_eq!(sip::<2, 4>(keys.k0, keys.k1, &[]), 0x726f_db47_dd0e_0e31);
    }

    #[test]
    fn keys_places_and_lengths_matter() {
        let (a, b) = (HashKeys::new([1; 16]), HashKeys::new([2; 16]));
        assert_ne!(a.text(b"6222"), b.text(b"6222"));
        assert_ne!(a.combine([1, 2]), a.combine([2, 1]));
        assert_ne!(a.combine([0]), a.combine([0, 0]));
        assert_ne!(a.combine([]), a.combine([0]));
        let mut seen: Vec<u64> =
            (0..100_000u64).flat_map(|n| [a.combine([n, 0]), a.combine([0, n + 1]), a.combine([n])]).collect();
        seen.sort_unstable();
        let all = seen.len();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }
}
