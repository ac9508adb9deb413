//! Secrets that we make: session and API tokens, temporary passwords, recovery codes, and what is stored of each.
//!
//! Tokens have 256 random bits, so a plain hash is enough to store: there is nothing to guess. It needs no key, and so
//! tokens survive the rotation of keys.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Random;
use seal::Keyring;

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;
/// What API tokens start with, so that scanners for leaked secrets can know them.
pub const API_TOKEN_PREFIX: &str = "xbt_";
/// Letters and digits that are not mistaken for each other on paper: no zero, i, l or o.
const READABLE: &[u8; 32] = b"123456789abcdefghjkmnpqrstuvwxyz";
/// Characters of a temporary password: 80 bits, good for the three days it lives.
const TEMPORARY_CHARS: usize = 16;
/// Recovery codes given at once: enough for years of lost telephones, few enough for one sheet.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code: 80 bits, more than can be tried behind the lock.
const RECOVERY_CHARS: usize = 16;
/// Purpose of the code that is stored of a recovery code.
const RECOVERY_PURPOSE: &str = "people.recovery";
/// Purpose of the token that a browser repeats against cross-site requests.
const CSRF_PURPOSE: &str = "people.csrf";
/// Purpose of the code that stands for a typed name in the record of tries.
const GUARD_PURPOSE: &str = "people.guard";

/// The secret of a new session.
pub fn session_token(random: &dyn Random) -> String {
    URL_SAFE_NO_PAD.encode(bytes(random))
}

/// The secret of a new API token.
pub fn api_token(random: &dyn Random) -> String {
    format!("{API_TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes(random)))
}

/// What is stored of a token.
pub fn token_hash(keyring: &Keyring, token: &str) -> [u8; 32] {
    let mut hasher = keyring.hasher();
    hasher.update(token.as_bytes());
    hasher.finish().0
}

/// The token that unsafe requests of a session repeat; it follows from the session's secret and is not stored.
pub fn csrf_token(keyring: &Keyring, token: &str) -> String {
    hex::encode(keyring.mac(CSRF_PURPOSE, token.as_bytes()))
}

/// What the record of tries knows of a typed name. It is bounded: a name too long to be anybody's counts as its head.
pub fn guard_key(keyring: &Keyring, typed: &str) -> [u8; 32] {
    const NAME_CHARS_MAX: usize = 64;
    let name: String = typed.trim().chars().take(NAME_CHARS_MAX).collect();
    keyring.mac(GUARD_PURPOSE, name.to_lowercase().as_bytes())
}

/// A temporary password, to be changed at the next sign-in. It meets the rules for passwords by its length.
pub fn temporary_password(random: &dyn Random) -> String {
    grouped(&readable::<TEMPORARY_CHARS>(random))
}

/// New recovery codes, as shown to the person once.
pub fn recovery_codes(random: &dyn Random) -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| grouped(&readable::<RECOVERY_CHARS>(random))).collect()
}

/// A typed recovery code in its one form; `None` when it cannot be one.
pub fn normalise_recovery_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).collect::<String>().to_ascii_lowercase();
    (code.len() == RECOVERY_CHARS && code.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(code)
}

/// What is stored of a recovery code.
pub fn recovery_mac(keyring: &Keyring, normalised: &str) -> [u8; 32] {
    keyring.mac(RECOVERY_PURPOSE, normalised.as_bytes())
}

/// What may be stored of a recovery code made before a rotation of keys.
pub fn recovery_macs(keyring: &Keyring, normalised: &str) -> Vec<[u8; 32]> {
    keyring.mac_all(RECOVERY_PURPOSE, normalised.as_bytes())
}

fn bytes(random: &dyn Random) -> [u8; TOKEN_BYTES] {
    let mut bytes = [0u8; TOKEN_BYTES];
    random.fill(&mut bytes);
    bytes
}

fn readable<const CHARS: usize>(random: &dyn Random) -> String {
    let mut bytes = [0u8; CHARS];
    random.fill(&mut bytes);
    // 32 letters divide 256 evenly: no letter is more likely than another.
    bytes.iter().map(|b| char::from(READABLE[usize::from(b % 32)])).collect()
}

fn grouped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use kernel::SeededRandom;
    use seal::SuiteName;

    use super::*;

    #[test]
    fn recovery_codes_may_be_typed_without_care() {
        let code = recovery_codes(&SeededRandom::new(1)).remove(0);
        assert_eq!(code.len(), 19);
        let normal = normalise_recovery_code(&code).unwrap();
        assert_eq!(normalise_recovery_code(&code.to_uppercase().replace('-', " ")), Some(normal));
        for bad in ["", "1234", "汉汉汉汉汉", &"x".repeat(17)] {
            assert_eq!(normalise_recovery_code(bad), None);
        }
    }

    #[test]
    fn what_is_stored_differs_from_what_is_shown() {
        let random = SeededRandom::new(1);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Sm, &random)).unwrap();
        let (first, second) = (session_token(&random), session_token(&random));
        assert_ne!(first, second);
        assert_ne!(token_hash(&keyring, &first), token_hash(&keyring, &second));
        assert_ne!(csrf_token(&keyring, &first), first);
        assert_eq!(guard_key(&keyring, " GZ1001 "), guard_key(&keyring, "gz1001"));
        assert!(api_token(&random).starts_with(API_TOKEN_PREFIX));
    }
}
