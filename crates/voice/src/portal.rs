//! What customers use instead of signing in: one-time codes sent to their telephone, and a token that a right code gives for
//! a quarter of an hour. Unknown receipt numbers get codes and refusals like known ones, so that nobody learns which exist.

use std::sync::Arc;

use kernel::{Actor, ActorKind, ActorRef, OrgPath, Problem, ProblemKind, Random, Role, Text, Timestamp, id::OrderId};
use seal::Keyring;

/// Seconds for which a code holds: a text message may take a minute or two, and an old hand needs time to type.
pub const CODE_SECONDS: i64 = 300;
/// Seconds for which a token holds; each use gives a new one.
pub const TOKEN_SECONDS: i64 = 900;
/// Seconds after which a customer shows a code again, however often the token was renewed: longer than anybody fills in a
/// form and photographs papers, shorter than an outlet's counter is open, where the next customer may find the page.
pub const STAY_SECONDS_MAX: i64 = 7_200;
/// Digits of a code: what people type from a text message without a mistake.
const CODE_DIGITS: usize = 6;
/// Characters of a token; ours are below 180.
const TOKEN_CHARS_MAX: usize = 200;

const SLOT_PURPOSE: &str = "voice.portal.slot";
const CODE_PURPOSE: &str = "voice.portal.code";
const TOKEN_PURPOSE: &str = "voice.portal.token";
const HOLDER_PURPOSE: &str = "voice.portal.holder";

/// To whom a code is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    /// Whoever answers this telephone, in its normal form.
    Phone(&'a str),
    /// Whoever filed this matter.
    Receipt(&'a str),
}

impl Holder<'_> {
    /// The slot under which the code is kept: a keyed hash that cannot be read back.
    pub fn slot(self, keyring: &Keyring) -> String {
        let text = match self {
            Self::Phone(phone) => format!("phone:{phone}"),
            Self::Receipt(receipt) => format!("receipt:{receipt}"),
        };
        hex(&keyring.mac(SLOT_PURPOSE, text.as_bytes()))
    }
}

/// A receipt number as people type it, in its stored form.
pub fn receipt(typed: &str) -> String {
    typed.trim().to_ascii_uppercase().chars().filter(char::is_ascii).take(64).collect()
}

/// A new code.
pub fn code(random: &dyn Random) -> String {
    // A 64-bit number over a million: the first codes are likelier by less than one in ten million million.
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:0width$}", u64::from_le_bytes(bytes) % 1_000_000, width = CODE_DIGITS)
}

/// What is kept of a code.
pub fn code_print(keyring: &Keyring, slot: &str, code: &str) -> String {
    hex(&keyring.mac(CODE_PURPOSE, format!("{slot}:{}", code.trim()).as_bytes()))
}

/// Whether two prints are the same, in a time that does not depend on where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Who showed a code for an order, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visitor {
    /// The order.
    pub order: OrderId,
    /// When they showed the code.
    pub since: Timestamp,
    /// Whose telephone the code went to: see [`holder`].
    pub holder: Holds,
}

/// Bytes of a keyed hash that tell one telephone from another.
pub type Holds = [u8; 16];

/// What binds a token to the telephone that the order's complainant had when the code went there, by its blind index. After a
/// change of the complainant, what the former one was given shows nothing more.
pub fn holder(keyring: &Keyring, phone_index: Option<&str>) -> Holds {
    let mac = keyring.mac(HOLDER_PURPOSE, phone_index.unwrap_or_default().as_bytes());
    let mut holds = Holds::default();
    holds.iter_mut().zip(mac.as_ref()).for_each(|(to, from)| *to = *from);
    holds
}

/// A token for one order, good for a while, and never past the end of the visitor's stay.
pub fn token(keyring: &Keyring, visitor: Visitor, now: Timestamp) -> (String, Timestamp) {
    let Visitor { order, since, holder } = visitor;
    let end = since.plus_micros(STAY_SECONDS_MAX * 1_000_000);
    let until = now.plus_micros(TOKEN_SECONDS * 1_000_000).min(end);
    let body = format!("{order}.{}.{}.{}", since.as_micros(), until.as_micros(), hex(&holder));
    let mac = hex(&keyring.mac(TOKEN_PURPOSE, body.as_bytes()));
    (format!("pt3.{body}.{mac}"), until)
}

/// Whom a token was given to, while it holds. Whether the order's complainant is still the same is asked of the order.
pub fn visitor_of(keyring: &Keyring, token: &str, now: Timestamp) -> Option<Visitor> {
    if token.len() > TOKEN_CHARS_MAX {
        return None;
    }
    let (body, mac) = token.strip_prefix("pt3.")?.rsplit_once('.')?;
    let mac = unhex(mac)?;
    if !keyring.mac_matches(TOKEN_PURPOSE, body.as_bytes(), &mac) {
        return None;
    }
    let (order, times) = body.split_once('.')?;
    let (since, rest) = times.split_once('.')?;
    let (until, holder) = rest.split_once('.')?;
    let (since, until): (i64, i64) = (since.parse().ok()?, until.parse().ok()?);
    let holder = Holds::try_from(unhex(holder)?).ok()?;
    let visitor = Visitor { order: order.parse().ok()?, since: Timestamp::from_micros(since), holder };
    (now.as_micros() <= until).then_some(visitor)
}

/// The complainant as an actor: holds no permission, and sees what is theirs.
pub fn complainant(reference: ActorRef, unit: OrgPath) -> Actor {
    Actor {
        reference,
        kind: ActorKind::Customer,
        roles: Arc::new([Role::Customer]),
        posts: Arc::new([]),
        unit,
        grants: Arc::new([]),
    }
}

/// The refusal of a code, the same whatever was wrong.
pub fn wrong_code() -> Problem {
    let text = Text::fixed(
        "编号或验证码不正确，或验证码已过期；请核对，或重新获取验证码。",
        "The number or the code is wrong, or the code has expired; check them, or ask for a new code.",
    );
    Problem::invalid("/code", text).because(WRONG_CODE)
}

/// The word of that refusal.
pub const WRONG_CODE: &str = "wrong-code";

/// The refusal of a token.
pub fn expired() -> Problem {
    let text = Text::fixed("验证已过期，请重新获取验证码。", "Your check has expired; ask for a new code.");
    Problem::new(ProblemKind::Unauthenticated, text).because("portal-expired")
}

/// The text message that carries a code.
pub fn message(code: &str) -> String {
    let minutes = CODE_SECONDS / 60;
    format!("验证码{code}，{minutes}分钟内有效，用于客户之声在线服务。请勿告诉他人，银行工作人员不会向您索要。")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use kernel::SeededRandom;
    use seal::SuiteName;

    use super::*;

    #[test]
    fn tokens_hold_for_their_order_and_their_time() {
        let random = SeededRandom::new(3);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Sm, &random)).unwrap();
        let now = Timestamp::from_micros(1_772_416_800_000_000);
        let order = OrderId::new(now, &random);
        let visitor = Visitor { order, since: now, holder: holder(&keyring, Some("b1.x")) };
        let (token, until) = token(&keyring, visitor, now);
        assert_eq!(visitor_of(&keyring, &token, now), Some(visitor));
        assert_eq!(visitor_of(&keyring, &token, until), Some(visitor));
        assert_eq!(visitor_of(&keyring, &token, until.plus_micros(1)), None);
        assert!(token.len() < 180, "{}", token.len());
        assert_ne!(visitor.holder, holder(&keyring, Some("b1.y")));
        let other = OrderId::new(now.plus_micros(5), &random);
        assert_eq!(visitor_of(&keyring, &token.replace(&order.to_string(), &other.to_string()), now), None);
        for forged in
            ["", "pt3.", "pt3.a.b", "pt3....", "pt2.a.1.2.b", &token[..token.len() - 1], &"x".repeat(500), "pt3.é.é"]
        {
            assert_eq!(visitor_of(&keyring, forged, now), None, "{forged}");
        }
    }

    #[test]
    fn no_renewal_outlasts_the_stay() {
        let random = SeededRandom::new(3);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Sm, &random)).unwrap();
        let since = Timestamp::from_micros(1_772_416_800_000_000);
        let first = Visitor { order: OrderId::new(since, &random), since, holder: holder(&keyring, None) };
        let (mut given, mut until) = token(&keyring, first, since);
        let mut renewed = 0;
        loop {
            // Renewed at the last moment, over and over.
            let Some(visitor) = visitor_of(&keyring, &given, until) else { panic!("a token holds to its end") };
            assert_eq!(visitor, first);
            let (next, end) = token(&keyring, visitor, until);
            if end == until {
                break;
            }
            (given, until, renewed) = (next, end, renewed + 1);
        }
        assert_eq!((until, renewed), (since.plus_micros(STAY_SECONDS_MAX * 1_000_000), 7));
        assert_eq!(visitor_of(&keyring, &given, until.plus_micros(1)), None);
    }

    #[test]
    fn codes_are_six_digits_and_bound_to_their_slot() {
        let random = SeededRandom::new(3);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Sm, &random)).unwrap();
        for _ in 0..100 {
            let code = code(&random);
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
        }
        let (one, other) = (Holder::Phone("13800138000").slot(&keyring), Holder::Receipt("13800138000").slot(&keyring));
        assert_ne!(one, other);
        assert_ne!(code_print(&keyring, &one, "123456"), code_print(&keyring, &other, "123456"));
        assert!(same(&code_print(&keyring, &one, "123456"), &code_print(&keyring, &one, " 123456 ")));
        assert!(!same("ab", "abc") && !same("ab", "ac"));
    }
}
