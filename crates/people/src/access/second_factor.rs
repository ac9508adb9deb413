//! The second factor: time-based one-time codes (RFC 6238), each good for one use.

use kernel::{Random, Timestamp};
use totp_rs::{Algorithm, Builder, Totp};

/// Bytes of the shared secret, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
/// Digits of a code: what every authenticator shows.
const DIGITS: u8 = 6;
/// Seconds of a step; RFC 6238's default.
const STEP_SECONDS: u64 = 30;
/// Steps before and after the present one that are taken too: a telephone's clock may be half a minute off.
const SKEW_STEPS: u16 = 1;
/// The name of the service in the authenticator.
const ISSUER: &str = "Xiaobao";

/// A new shared secret.
pub fn new_secret(random: &dyn Random) -> [u8; SECRET_BYTES] {
    let mut secret = [0u8; SECRET_BYTES];
    random.fill(&mut secret);
    secret
}

/// What an authenticator needs, as text to type and as an address to scan.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in base 32.
    pub secret: String,
    /// The `otpauth://` address.
    pub uri: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// What to show the person with this staff number.
pub fn enrolment(secret: &[u8], number: &str) -> Option<Enrolment> {
    let totp = totp(secret, number)?;
    Some(Enrolment { secret: totp.secret().to_base32(), uri: totp.to_url().ok()? })
}

/// The step of a right code that is later than `used`, the step of the last code taken; `None` when the code is wrong,
/// too old, or was used.
pub fn accept(secret: &[u8], code: &str, now: Timestamp, used: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != usize::from(DIGITS) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.as_micros() / 1_000_000).ok()?;
    let step = totp(secret, "")?.check(&code, seconds)?;
    i64::try_from(step).ok().filter(|step| *step > used)
}

fn totp(secret: &[u8], number: &str) -> Option<Totp> {
    Builder::new()
        // What every authenticator understands; RFC 6238 rests on HMAC, which SHA-1's collisions do not touch.
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP_SECONDS)
        .with_skew(SKEW_STEPS)
        .with_secret(secret.to_vec())
        .with_account_name(number.to_owned())
        .with_issuer(Some(ISSUER))
        .build()
        .ok()
}

/// The code that an authenticator shows at `now`; for tests and for the demo's instructions.
pub fn code_at(secret: &[u8], now: Timestamp) -> Option<String> {
    let seconds = u64::try_from(now.as_micros() / 1_000_000).ok()?;
    Some(totp(secret, "")?.generate(seconds).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238's own test vectors.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_vectors_of_the_rfc_hold() {
        // The RFC prints eight digits; six-digit codes are their ends.
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(code_at(SECRET, at(seconds)).as_deref(), Some(code));
            assert_eq!(accept(SECRET, code, at(seconds), 0), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_one_step_either_way_and_once() {
        let now = at(1_800_000_000);
        let step = 1_800_000_000 / 30;
        let code = code_at(SECRET, now).unwrap();
        for (seconds, good) in [(-31, false), (-30, true), (0, true), (29, true), (30, true), (59, true), (60, false)] {
            assert_eq!(accept(SECRET, &code, now.plus_micros(seconds * 1_000_000), 0).is_some(), good, "{seconds}");
        }
        assert_eq!(accept(SECRET, &code, now, step - 1), Some(step));
        assert_eq!(accept(SECRET, &code, now, step), None, "a used code");
        let earlier = code_at(SECRET, now.plus_micros(-30_000_000)).unwrap();
        assert_eq!(accept(SECRET, &earlier, now, step), None, "a code older than the last one used");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６", "------"] {
            assert_eq!(accept(SECRET, bad, at(59), 0), None, "{bad}");
        }
        assert_eq!(accept(SECRET, "287 082", at(59), 0), Some(1));
        assert_eq!(accept(SECRET, "287082", Timestamp::from_micros(-1_000_000_000), 0), None);
    }

    #[test]
    fn an_authenticator_can_read_the_address() {
        let enrolment = enrolment(SECRET, "gz1001").unwrap();
        assert_eq!(enrolment.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(enrolment.uri.starts_with("otpauth://totp/Xiaobao:gz1001?secret=GEZDGNBV"), "{}", enrolment.uri);
    }
}
