//! Passwords: which are good enough, how they are kept, and how they are checked in equal time for everybody.
//!
//! Hashing takes tens of milliseconds on purpose; it must never run on the event loop or inside a unit of work.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::{Random, Text};

/// Memory of one hash, in KiB. 19 MiB with two passes is the first choice of the OWASP password storage cheat sheet for
/// argon2id: dear for a guesser's many cores, and a sign-in rush on a small machine still fits (four at a time, 76 MiB).
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory; the same source.
pub const PASSES: u32 = 2;
/// Lanes; one, since each hash has a core of its own.
pub const LANES: u32 = 1;
/// Hashes computed at once: more would only share the same cores and multiply the memory.
pub const HASHES_AT_ONCE_MAX: usize = 4;

/// Characters of a password at least.
pub const CHARS_MIN: usize = 10;
/// Characters from which length alone is enough, whatever they are.
pub const CHARS_LONG: usize = 16;
/// Characters of a password at most; what is longer is not typed but sent to keep us hashing.
pub const CHARS_MAX: usize = 128;
/// Kinds of characters (lower, upper, without case, digit, sign) a shorter password needs: the complexity that GB/T 22239 asks for.
const KINDS_MIN: usize = 3;
/// Different characters a password needs.
const DISTINCT_MIN: usize = 5;
/// Bytes of the salt, as RFC 9106 recommends.
const SALT_BYTES: usize = 16;

/// What most guessers try first. A password that is one of these with digits and signs around it is refused.
const COMMON: [&str; 30] = [
    "password",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "pass",
    "qwerty",
    "qwertyuiop",
    "qazwsx",
    "zaqwsx",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "admin",
    "administrator",
    "root",
    "welcome",
    "letmein",
    "iloveyou",
    "woaini",
    "woaiwojia",
    "monkey",
    "dragon",
    "abc",
    "abcd",
    "abcdef",
    "test",
    "bank",
    "yinhang",
    "xiaobao",
];

/// Why a password is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than [`CHARS_MIN`] characters.
    #[error("too short")]
    Short,
    /// More than [`CHARS_MAX`] characters.
    #[error("too long")]
    Long,
    /// A short one of too few kinds of characters.
    #[error("too simple")]
    Simple,
    /// One of those that everybody tries.
    #[error("too common")]
    Common,
    /// It contains the staff number.
    #[error("contains the staff number")]
    ContainsNumber,
    /// It is the one in use.
    #[error("the same as before")]
    Same,
}

impl PasswordFault {
    /// The sentence for the person.
    pub fn text(self) -> Text {
        match self {
            Self::Short => Text::of(
                format!("密码至少 {CHARS_MIN} 个字符。"),
                format!("A password has at least {CHARS_MIN} characters."),
            ),
            Self::Long => Text::of(
                format!("密码最多 {CHARS_MAX} 个字符。"),
                format!("A password has at most {CHARS_MAX} characters."),
            ),
            Self::Simple => Text::of(
                format!(
                    "密码须含大写、小写、数字、符号中的三类，或不少于 {CHARS_LONG} 个字符；且不能由少数几个字符重复而成。"
                ),
                format!(
                    "Use three of upper case, lower case, digits and signs, or at least {CHARS_LONG} characters; \
                     and more than a few different ones."
                ),
            ),
            Self::Common => {
                Text::fixed("这个密码太常见，容易被猜到。", "This password is too common and easily guessed.")
            }
            Self::ContainsNumber => {
                Text::fixed("密码不能包含工号。", "The password must not contain the staff number.")
            }
            Self::Same => Text::fixed("新密码不能与现在的相同。", "The new password must differ from the present one."),
        }
    }
}

/// Whether a password is good enough for the person with this staff number.
pub fn check(password: &str, number: &str) -> Result<(), PasswordFault> {
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return Err(PasswordFault::Short);
    }
    if chars > CHARS_MAX {
        return Err(PasswordFault::Long);
    }
    let lower = password.to_lowercase();
    // A number of one or two characters is in too many good passwords by chance.
    if number.len() > 2 && lower.contains(&number.to_lowercase()) {
        return Err(PasswordFault::ContainsNumber);
    }
    let stem = lower.trim_matches(|c: char| !c.is_alphabetic());
    if stem.is_empty() || COMMON.contains(&stem) {
        return Err(PasswordFault::Common);
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < DISTINCT_MIN || (chars < CHARS_LONG && kinds(password) < KINDS_MIN) {
        return Err(PasswordFault::Simple);
    }
    Ok(())
}

fn kinds(password: &str) -> usize {
    let has = |kind: fn(char) -> bool| usize::from(password.chars().any(kind));
    has(char::is_lowercase)
        + has(char::is_uppercase)
        // Chinese characters have no case and are a kind of their own.
        + has(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase())
        + has(char::is_numeric)
        + has(|c| !c.is_alphanumeric())
}

/// What is stored of a password: a PHC string that names its own parameters.
pub fn hash(password: &str, random: &dyn Random) -> String {
    let mut salt = [0u8; SALT_BYTES];
    random.fill(&mut salt);
    hash_with(password, &salt)
}

fn hash_with(password: &str, salt: &[u8]) -> String {
    let hashed: PasswordHash = hasher()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("the salt is 16 bytes and the password is bounded");
    hashed.to_string()
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right; `outdated` when it is stored with other parameters than today's.
    Right {
        /// Whether it should be hashed again.
        outdated: bool,
    },
    /// The password is wrong, or there is nothing it could be right for.
    Wrong,
}

/// Checks a password. With nothing stored it works as long as with something, and is wrong.
pub fn verify(password: &str, stored: Option<&str>) -> Verdict {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_with("nobody has this password", &[0x5a; SALT_BYTES]));
    let text = stored.unwrap_or(&NOBODY);
    // What is longer than any password is not worth hashing, and is refused alike for everybody.
    if password.chars().count() > CHARS_MAX {
        return Verdict::Wrong;
    }
    let Ok(parsed) = PasswordHash::new(text) else { return Verdict::Wrong };
    let matches = hasher().verify_password(password.as_bytes(), &parsed).is_ok();
    if matches && stored.is_some() { Verdict::Right { outdated: is_outdated(&parsed) } } else { Verdict::Wrong }
}

fn is_outdated(parsed: &PasswordHash) -> bool {
    let of = |name: &str| parsed.params.get_decimal(name);
    parsed.algorithm.as_str() != "argon2id"
        || of("m") != Some(MEMORY_KIB)
        || of("t") != Some(PASSES)
        || of("p") != Some(LANES)
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use kernel::SeededRandom;

    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_their_reason() {
        use PasswordFault::{Common, ContainsNumber, Long, Short, Simple};
        let long = "Aa1!".repeat(40);
        for (password, expect) in [
            ("Kx7-quiet", Err(Short)),
            (long.as_str(), Err(Long)),
            ("Password123!", Err(Common)),
            ("!!P@ssw0rd2026", Err(Common)),
            ("1234567890", Err(Common)),
            ("20261122!!", Err(Common)),
            ("quietriver", Err(Simple)),
            ("aB1!aB1!aB1!", Err(Simple)),
            ("Zz-GZ1001-quiet", Err(ContainsNumber)),
            ("Quiet-river-7", Ok(())),
            ("correct horse battery staple", Ok(())),
            ("静水流深-小桥人家-2026", Ok(())),
        ] {
            assert_eq!(check(password, "gz1001"), expect, "{password}");
        }
    }

    #[test]
    fn only_the_right_password_is_right() {
        let stored = hash("Quiet-river-7", &SeededRandom::new(3));
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify("Quiet-river-7", Some(&stored)), Verdict::Right { outdated: false });
        assert_eq!(verify("Quiet-river-8", Some(&stored)), Verdict::Wrong);
        assert_eq!(verify("Quiet-river-7", None), Verdict::Wrong);
        assert_eq!(verify("nobody has this password", None), Verdict::Wrong);
        assert_eq!(verify(&"x".repeat(1_000_000), Some(&stored)), Verdict::Wrong);
        assert_eq!(verify("anything", Some("not a hash")), Verdict::Wrong);
    }

    #[test]
    fn a_hash_with_older_parameters_is_right_and_outdated() {
        let older = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).unwrap());
        let hashed: PasswordHash = older.hash_password_with_salt(b"Quiet-river-7", &[7; SALT_BYTES]).unwrap();
        assert_eq!(verify("Quiet-river-7", Some(&hashed.to_string())), Verdict::Right { outdated: true });
    }

    #[test]
    fn equal_passwords_are_stored_differently() {
        let random = SeededRandom::new(3);
        assert_ne!(hash("Quiet-river-7", &random), hash("Quiet-river-7", &random));
    }
}
