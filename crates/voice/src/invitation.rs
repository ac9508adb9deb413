//! Invitations to answer a return visit: a link with a token that nobody can guess, and beside it a short code for whoever
//! types. Each is for one answer to one decision, for some days. Only keyed hashes of them are kept, and the clear ones go
//! into the message and nowhere else: not even the member of staff who sends it sees them.

use kernel::{Pii, Problem, ProblemKind, Text, Timestamp, id::OrderId};
use ledger::Unit;
use seal::Keyring;

use crate::{
    desk,
    intake::OrderKey,
    model::{Order, invitation::InvitationRefusal, parts::PersonalField},
    portal,
    store::{
        invitations::{self, Invitation, TRIES_MAX},
        messages::{self, NewMessage},
        orders as rows,
    },
};

/// Bytes of a token: 128 bits that nobody can try out.
const TOKEN_BYTES: usize = 16;
/// Characters of what somebody gives as a token; ours have 32.
const TOKEN_CHARS_MAX: usize = 64;
/// What the portal's page reads from the part of its address that no server sees.
const LINK: &str = "/portal/visit#";

const TOKEN_PURPOSE: &str = "voice.invitation.token";
const SLOT_PURPOSE: &str = "voice.invitation.slot";
const CODE_PURPOSE: &str = "voice.invitation.code";

/// With what somebody comes back.
#[derive(Debug, Clone)]
pub enum Key {
    /// The token of the link.
    Token(String),
    /// The receipt number and the short code.
    Code(String, String),
}

/// Makes an invitation for an order that was invited in this unit of work, and puts the message out. `house` is the address
/// of the pages, empty where none was set: the message then tells the short code alone.
///
/// # Errors
/// When no telephone number can be read.
pub fn send(unit: &mut Unit<'_>, order: &Order, house: &str) -> Result<(), Problem> {
    let until = order.special.invited.last().map(|invited| invited.until);
    let until = until.ok_or_else(|| Problem::internal_error("nobody was invited"))?;
    let phone = phone_of(unit, order)?.ok_or_else(|| desk::refused(InvitationRefusal::NoPhone.into()))?;
    let (keyring, random, now) = (unit.keyring(), unit.random(), unit.now());
    let mut bytes = [0; TOKEN_BYTES];
    random.fill(&mut bytes);
    let (token, code) = (portal::hex(&bytes), portal::code(random));
    let slot = print(keyring, SLOT_PURPOSE, &order.receipt);
    let new = Invitation {
        print: print(keyring, TOKEN_PURPOSE, &token),
        order: order.id,
        round: order.round,
        code: print(keyring, CODE_PURPOSE, &coded(order.id, &code)),
        slot,
        tries: 0,
        expires_at: until,
        answered_at: None,
    };
    invitations::put(unit.connection(), &new)?;
    let body = message(&order.receipt, &token, &code, until, house);
    let new = NewMessage { kind: "visit", recipient: phone.expose(), body: &body, now, expires_at: until };
    messages::put(unit.connection(), new, keyring, random)?;
    Ok(())
}

/// The message that carries an invitation.
fn message(receipt: &str, token: &str, code: &str, until: Timestamp, house: &str) -> String {
    let day = until.date();
    let link = match house.trim_end_matches('/') {
        "" => String::new(),
        house => format!("请打开 {house}{LINK}{token} ，或"),
    };
    format!(
        "您反映的事项（编号{receipt}）已答复，请您评价。{link}在客户门户用编号和回访码{code}评价，{day}前有效，只能用一次。请勿转给他人。"
    )
}

/// The telephone of a matter: the complainant's, else that of whoever speaks for them; `None` when there is none or the
/// personal data was erased.
pub fn phone_of(unit: &mut Unit<'_>, order: &Order) -> Result<Option<Pii<String>>, Problem> {
    let keyring = unit.keyring();
    let Some(place) = rows::place(unit.connection(), order.id)? else { return Ok(None) };
    if place.wrapped.is_none() {
        return Ok(None);
    }
    let key = place.key(keyring)?;
    let key = OrderKey { keyring, key: &key, order: order.id };
    let fields = [PersonalField::Phone, PersonalField::RepresentativePhone];
    let held = fields.into_iter().find_map(|field| Some((field, order.sealed(field)?)));
    held.map(|(field, sealed)| key.open(field.as_str(), sealed)).transpose()
}

fn print(keyring: &Keyring, purpose: &str, text: &str) -> String {
    portal::hex(&keyring.mac(purpose, text.as_bytes()))
}

/// The prints under every live key: an invitation outlives a rotation.
fn prints(keyring: &Keyring, purpose: &str, text: &str) -> Vec<String> {
    keyring.mac_all(purpose, text.as_bytes()).iter().map(|mac| portal::hex(mac)).collect()
}

/// A short code is bound to its order, so that equal ones do not look equal.
fn coded(order: OrderId, code: &str) -> String {
    format!("{order}:{}", code.trim())
}

impl Key {
    /// What limits are counted by: a keyed hash, so that no limiter holds a number.
    pub fn slot(&self, keyring: &Keyring) -> String {
        match self {
            Self::Token(token) => print(keyring, TOKEN_PURPOSE, token),
            Self::Code(receipt, _) => print(keyring, SLOT_PURPOSE, receipt),
        }
    }

    /// The invitation that this key opens, answered and expired ones not.
    ///
    /// # Errors
    /// In words: what was answered, what has expired, and, alike for every number, what is wrong.
    pub fn find(&self, unit: &mut Unit<'_>) -> Result<Invitation, Problem> {
        let (keyring, now) = (unit.keyring(), unit.now());
        let found = match self {
            Self::Token(token) if token.len() > TOKEN_CHARS_MAX => return Err(wrong_link()),
            Self::Token(token) => {
                let found = invitations::by_token(unit.connection(), &prints(keyring, TOKEN_PURPOSE, token))?;
                found.ok_or_else(wrong_link)?
            }
            Self::Code(receipt, code) => {
                let found = invitations::by_receipt(unit.connection(), &prints(keyring, SLOT_PURPOSE, receipt))?;
                // Compared even when there is nothing to compare with, so that both take as long.
                let (order, expected) = found
                    .as_ref()
                    .map_or_else(|| (OrderId::from_bits(0), "0".repeat(64)), |found| (found.order, found.code.clone()));
                let given = prints(keyring, CODE_PURPOSE, &coded(order, code));
                let right = given.iter().fold(false, |right, one| right | portal::same(one, &expected));
                found.filter(|found| right && found.tries < TRIES_MAX).ok_or_else(wrong_code)?
            }
        };
        if found.answered_at.is_some() {
            return Err(answered());
        }
        if found.expires_at <= now { Err(expired()) } else { Ok(found) }
    }

    /// Counts a try of a short code that was wrong; in a unit of work of its own, because the first was rolled back.
    pub fn count_try(&self, unit: &mut Unit<'_>) -> Result<(), Problem> {
        let keyring = unit.keyring();
        match self {
            Self::Token(_) => Ok(()),
            Self::Code(receipt, _) => {
                Ok(invitations::count_try(unit.connection(), &prints(keyring, SLOT_PURPOSE, receipt))?)
            }
        }
    }
}

/// Takes an invitation out of use and gives its order, when that still waits for this answer.
pub fn take(unit: &mut Unit<'_>, invitation: &Invitation) -> Result<Order, Problem> {
    let now = unit.now();
    if !invitations::answer(unit.connection(), &invitation.print, now)? {
        return Err(answered());
    }
    waiting(unit, invitation)
}

/// The order of an invitation, when it still waits for this answer.
pub fn waiting(unit: &mut Unit<'_>, invitation: &Invitation) -> Result<Order, Problem> {
    let order = desk::load(unit, invitation.order)?;
    let told = matches!(order.stage, crate::model::Stage::Notified { .. });
    if told && order.round == invitation.round && order.visit_answer().is_none() { Ok(order) } else { Err(overtaken()) }
}

/// The word of the refusal of a short code.
pub const WRONG_CODE: &str = "wrong-code";

fn wrong_code() -> Problem {
    let text = Text::fixed(
        "编号或回访码不正确；请核对短信内容。多次输错后请使用短信中的链接，或致电客服。",
        "The number or the code is wrong; check them against the message. After several wrong tries use the link in it, or call us.",
    );
    Problem::invalid("/code", text).because(WRONG_CODE)
}

fn wrong_link() -> Problem {
    let text = Text::fixed(
        "链接不正确，或已有更新的邀请；请打开最近一条短信中的链接。",
        "This link is not good, or a newer one took its place; open the link in the latest message.",
    );
    Problem::invalid("/token", text).because("wrong-link")
}

fn answered() -> Problem {
    let text = Text::fixed(
        "您已评价过，谢谢；每份邀请只能用一次。",
        "You have answered already, thank you; each invitation is for one answer.",
    );
    Problem::new(ProblemKind::Refused, text).because("invitation-answered")
}

fn expired() -> Problem {
    let text = Text::fixed(
        "邀请已过期；仍想评价的，请致电客服。",
        "The invitation has expired; call us if you still wish to answer.",
    );
    Problem::new(ProblemKind::Refused, text).because("invitation-expired")
}

fn overtaken() -> Problem {
    let text = Text::fixed(
        "这次回访已经结束，无需再评价；如有新的意见，请重新反映。",
        "This return visit is over and needs no answer any more; tell us anew if something is left.",
    );
    Problem::new(ProblemKind::Refused, text).because("invitation-overtaken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_tells_link_and_code_and_only_the_code_without_an_address() {
        let until = Timestamp::from_micros(1_772_416_800_000_000);
        let told = message("XB1", "abc", "123456", until, "https://bank.example/");
        assert!(told.contains("https://bank.example/portal/visit#abc ") && told.contains("回访码123456"), "{told}");
        let bare = message("XB1", "abc", "123456", until, "");
        assert!(!bare.contains("http") && !bare.contains("abc") && bare.contains("123456"), "{bare}");
    }
}
