//! Proof of work for the customers' door: a small sum for one telephone, a large bill for somebody who dials through numbers.
//! It must never know what is asked behind it.
//!
//! A puzzle is a signed line with an end; nothing is kept of it until it is solved. The answer is a number that, written
//! after the puzzle, gives a SHA-256 hash which begins with enough zero bits. SHA-256 whatever the house's own suite: it
//! protects no secret here, and every browser's code for it is known.

use kernel::{Problem, ProblemKind, Random, Text, Timestamp};
use seal::{Digest, Hasher, Keyring, SuiteName};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{PublicCall, RateLimit};

/// Zero bits asked for: about 65,000 tries, a blink of a new telephone and a second or two of an old one.
pub const ZERO_BITS: u32 = 16;
/// Seconds for which a puzzle can be answered: an old telephone, and a form that is filled in meanwhile.
pub const SECONDS: i64 = 600;
/// A puzzle is good once; it cannot be used again while it could still be answered.
pub const ONCE: RateLimit = RateLimit { name: "portal.puzzle", times_max: 1, window_seconds: SECONDS };

const PURPOSE: &str = "voice.portal.puzzle";
const NONCE_BYTES: usize = 16;
/// Characters of a puzzle; ours are below 130.
const CHARS_MAX: usize = 160;

/// The answer to a puzzle.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// The puzzle as it was given.
    pub puzzle: String,
    /// The number that solves it.
    pub answer: u64,
}

/// How often one network address may do something: for nothing, and with a solved puzzle each time.
#[derive(Debug, Clone, Copy)]
pub struct Toll {
    /// Times without proof.
    pub free: RateLimit,
    /// Times with proof.
    pub proven: RateLimit,
}

impl Toll {
    /// Counts one more for the caller's address. Past the first handful each costs a puzzle, which a person's telephone solves
    /// unnoticed and which makes dialling through numbers dear; nobody has to read distorted letters.
    ///
    /// # Errors
    /// `proof-needed` where a puzzle has to be solved first, else how long to wait.
    pub fn take(&self, call: &PublicCall, proof: Option<&ProofRequest>, now: Timestamp) -> Result<(), Problem> {
        let limiter = call.shared.limiter();
        let Some(proof) = proof else {
            return limiter.check(self.free, call.address, now).map_err(|_| needed());
        };
        if !is_solved(&call.shared.ledger().ports().keyring, &proof.puzzle, proof.answer, now) {
            return Err(needed());
        }
        limiter.check(ONCE, &proof.puzzle, now).map_err(|_| needed())?;
        limiter.check(self.proven, call.address, now)
    }
}

/// A new puzzle, good until `SECONDS` from now.
pub fn new(keyring: &Keyring, random: &dyn Random, now: Timestamp) -> String {
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce);
    let until = now.plus_micros(SECONDS * 1_000_000).as_micros();
    let body = format!("{:032x}.{until}", u128::from_le_bytes(nonce));
    format!("pz1.{body}.{}", Digest(keyring.mac(PURPOSE, body.as_bytes())))
}

/// Whether this is a puzzle of ours, still good, and the number solves it.
pub fn is_solved(keyring: &Keyring, puzzle: &str, answer: u64, now: Timestamp) -> bool {
    is_ours(keyring, puzzle, now).unwrap_or(false) && zero_bits(puzzle, answer) >= ZERO_BITS
}

fn is_ours(keyring: &Keyring, puzzle: &str, now: Timestamp) -> Option<bool> {
    if puzzle.len() > CHARS_MAX {
        return None;
    }
    let (body, mac) = puzzle.strip_prefix("pz1.")?.rsplit_once('.')?;
    let until: i64 = body.split_once('.')?.1.parse().ok()?;
    let mac: Digest = mac.parse().ok()?;
    Some(until >= now.as_micros() && keyring.mac_matches(PURPOSE, body.as_bytes(), &mac.0))
}

/// The zero bits with which the hash of a puzzle and an answer begins.
fn zero_bits(puzzle: &str, answer: u64) -> u32 {
    let mut hasher = Hasher::new(SuiteName::Intl);
    hasher.update(format!("{puzzle}:{answer}").as_bytes());
    let digest = hasher.finish().0;
    let whole = digest.iter().take_while(|byte| **byte == 0).count();
    let part = digest.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(whole).unwrap_or_default() * 8 + part
}

/// The refusal that asks for a puzzle to be solved.
pub fn needed() -> Problem {
    let text = Text::fixed(
        "操作较频繁，请稍候，页面会自动完成验证后继续。",
        "Many requests came from your network; the page will do a short check by itself and go on.",
    );
    Problem::new(ProblemKind::TooMany, text).because("proof-needed")
}

#[cfg(test)]
mod tests {
    use kernel::random::SeededRandom;

    use super::*;

    fn solve(puzzle: &str) -> u64 {
        (0..).find(|answer| zero_bits(puzzle, *answer) >= ZERO_BITS).unwrap()
    }

    #[test]
    fn a_puzzle_is_solved_by_work_until_it_ends_and_by_nothing_else() {
        let random = SeededRandom::new(3);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Sm, &random)).unwrap();
        let now = Timestamp::from_micros(1_000_000);
        let puzzle = new(&keyring, &random, now);
        let answer = solve(&puzzle);
        assert!(is_solved(&keyring, &puzzle, answer, now));
        assert!(!is_solved(&keyring, &puzzle, answer, now.plus_micros(SECONDS * 1_000_000 + 1)));
        let wrong = (0..).find(|number| zero_bits(&puzzle, *number) < ZERO_BITS).unwrap();
        assert!(!is_solved(&keyring, &puzzle, wrong, now));
        let other = Keyring::open(Keyring::generate(SuiteName::Sm, &SeededRandom::new(4))).unwrap();
        assert!(!is_solved(&other, &puzzle, answer, now));
        for nonsense in ["", "pz1", "pz1..", "pz1.a.b.c", &"p".repeat(200)] {
            assert!(!is_solved(&keyring, nonsense, 0, now), "{nonsense}");
        }
    }

    #[test]
    fn zero_bits_are_counted_as_every_browser_counts_them() {
        // The pages' own test solves the same puzzle with the same answer.
        assert_eq!(solve("pz1.test"), 117_239);
    }
}
