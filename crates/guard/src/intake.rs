//! A transfer on its way into an interception: numbers are checked, then sealed, masked and indexed. What comes out holds no
//! personal data in clear. This happens before a write begins.

use endpoint::typed::{Faults, one_line};
use kernel::{
    Pii, Random, Text, Timestamp,
    id::{CustomerId, InterceptionId, SubjectId},
    mask,
};
use people::{model::numbers, sealing::MatterKey};
use seal::{Keyring, Sealed};

use crate::{
    model::{
        interception::event::{Payee, Payer},
        words::GuardField,
    },
    store::interceptions::Kept,
};

/// Characters of a name; the longest registered company names have about 60.
const NAME_CHARS_MAX: usize = 100;
/// Characters of what is said at a step.
pub const WORDS_CHARS_MAX: usize = 4_000;

/// Who pays and who gets the money, checked and in normal form.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// The customer, when the bank knows them as one.
    pub customer: Option<CustomerId>,
    /// The customer's name.
    pub name: Option<Pii<String>>,
    /// The customer's telephone number.
    pub phone: Option<Pii<String>>,
    /// The account that pays.
    pub account: Option<Pii<String>>,
    /// The payee's name.
    pub payee_name: Option<Pii<String>>,
    /// The payee's account.
    pub payee_account: Option<Pii<String>>,
    /// What the customer says it is for.
    pub purpose: Option<Pii<String>>,
}

/// The same as somebody typed it; `None` and empty are the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypedSides<'a> {
    /// The customer's name.
    pub name: Option<&'a str>,
    /// The customer's telephone number.
    pub phone: Option<&'a str>,
    /// The account that pays.
    pub account: Option<&'a str>,
    /// The payee's name.
    pub payee_name: Option<&'a str>,
    /// The payee's account.
    pub payee_account: Option<&'a str>,
    /// What the customer says it is for.
    pub purpose: Option<&'a str>,
}

impl TypedSides<'_> {
    /// Checks every field and puts numbers in their normal form; faults are noted.
    pub fn check(&self, customer: Option<CustomerId>, faults: &mut Faults) -> Sides {
        let mut field = |pointer: &str, typed: Option<&str>, read: &dyn Fn(&str) -> Result<String, Text>| {
            let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
            faults.take(pointer, read(typed)).map(Pii::new)
        };
        Sides {
            customer,
            name: field("/payer/name", self.name, &|text| one_line(text, NAME_CHARS_MAX)),
            phone: field("/payer/phone", self.phone, &numbers::phone),
            account: field("/payer/account", self.account, &numbers::account),
            payee_name: field("/payee/name", self.payee_name, &|text| one_line(text, NAME_CHARS_MAX)),
            payee_account: field("/payee/account", self.payee_account, &numbers::account),
            purpose: field("/purpose", self.purpose, &|text| one_line(text, WORDS_CHARS_MAX)),
        }
    }
}

/// Both sides sealed, and what is kept beside the events.
#[derive(Debug, Clone)]
pub struct SealedSides {
    /// Who pays.
    pub payer: Payer,
    /// Who gets the money.
    pub payee: Payee,
    /// What it is for.
    pub purpose: Option<Sealed>,
    /// What lists show and find.
    pub kept: Kept,
}

/// Seals, masks and indexes both sides under a key of the interception's own.
pub fn seal(sides: &Sides, id: InterceptionId, now: Timestamp, keyring: &Keyring, random: &dyn Random) -> SealedSides {
    let (key, wrapped) = MatterKey::new(keyring, id, random);
    let seal =
        |field: &str, value: &Option<Pii<String>>| value.as_ref().map(|value| key.seal(field, value.expose(), random));
    let personal = |field: GuardField, value: &Option<Pii<String>>| seal(field.as_str(), value);
    let shown = |value: &Option<Pii<String>>, mask: fn(&str) -> String| {
        value.as_ref().map_or_else(String::new, |value| mask(value.expose()))
    };
    let index =
        |value: &Option<Pii<String>>| value.as_ref().map(|value| keyring.blind_index(numbers::ACCOUNT, value.expose()));
    SealedSides {
        payer: Payer {
            subject: SubjectId::new(now, random),
            customer: sides.customer,
            name: personal(GuardField::Name, &sides.name),
            phone: personal(GuardField::Phone, &sides.phone),
            account: personal(GuardField::Account, &sides.account),
        },
        payee: Payee {
            name: personal(GuardField::PayeeName, &sides.payee_name),
            account: personal(GuardField::PayeeAccount, &sides.payee_account),
        },
        purpose: seal("purpose", &sides.purpose),
        kept: Kept {
            name_masked: shown(&sides.name, mask::name),
            payee_masked: shown(&sides.payee_account, mask::account),
            payer_index: index(&sides.account),
            payee_index: index(&sides.payee_account),
            wrapped,
        },
    }
}
