//! Customers: what is known of them, in which form it is kept, and how old they are.
//!
//! Everything personal is `Pii` here; only the store seals it and only a reveal shows it.

use std::collections::BTreeSet;

use kernel::{
    ActorRef, Date, OrgPath, Pii, Text, Timestamp,
    id::{CustomerId, SubjectId, UnitId},
    text::Language,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    import::{check_line, check_optional_line},
    numbers,
    organisation::UnknownWord,
    staff::check_person_name,
};

/// Characters of a customer number at most.
pub const NUMBER_CHARS_MAX: usize = 32;
/// Characters of an address at most.
pub const ADDRESS_CHARS_MAX: usize = 200;
/// Accounts and cards kept of one customer; the core banking system has them all, we need those that people complain of.
pub const ACCOUNTS_MAX: usize = 50;
/// Years a person may be old at most; beyond it the birth date is a slip of the pen.
pub const AGE_YEARS_MAX: i16 = 130;
/// Characters of a reason for a reveal or an erasure at least: one clause in Chinese.
pub const REASON_CHARS_MIN: usize = 6;
/// Characters of a reason at most.
pub const REASON_CHARS_MAX: usize = 500;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $word:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stored and wire form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The name on screen.
            pub const fn title(self) -> Text {
                match self {
                    $(Self::$variant => Text::fixed($zh, $en),)*
                }
            }

            /// The sentence for a word that is none of these.
            pub fn expected() -> Text {
                super::organisation_import::one_of(&[$(($word, Text::fixed($zh, $en))),*])
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == text || value.title().zh == text)
                    .ok_or(UnknownWord)
            }
        }
    };
}

words! {
    /// The kind of an identity document.
    IdentityKind {
        /// 居民身份证, with a check digit by GB 11643.
        ResidentId => "resident_id", "居民身份证", "Resident identity card";
        /// A passport.
        Passport => "passport", "护照", "Passport";
        /// 港澳居民来往内地通行证.
        HongKongMacauPermit => "hong_kong_macau_permit", "港澳居民来往内地通行证", "Mainland travel permit for Hong Kong and Macau residents";
        /// 台湾居民来往大陆通行证.
        TaiwanPermit => "taiwan_permit", "台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents";
        /// 外国人永久居留身份证.
        ForeignerCard => "foreigner_card", "外国人永久居留身份证", "Foreign permanent resident identity card";
        /// Any other document.
        Other => "other", "其他证件", "Other document";
    }
}

words! {
    /// What the bank should keep in mind when it serves the customer.
    CustomerTag {
        /// 新市民: somebody who has moved to the city for work.
        NewCitizen => "new_citizen", "新市民", "New citizen";
        /// A person with a disability.
        Disabled => "disabled", "残障人士", "Person with a disability";
        /// Somebody who sees badly or not at all.
        SightImpaired => "sight_impaired", "视力障碍", "Sight-impaired";
        /// Somebody who hears badly or not at all.
        HearingImpaired => "hearing_impaired", "听力障碍", "Hearing-impaired";
        /// Somebody who walks with difficulty; a candidate for a visit at home.
        LimitedMobility => "limited_mobility", "行动不便", "Limited mobility";
        /// Somebody who lives alone.
        LivesAlone => "lives_alone", "独居", "Lives alone";
        /// A veteran of the armed forces.
        Veteran => "veteran", "退役军人", "Veteran";
    }
}

words! {
    /// Which edition of the portal and which style of letters the customer prefers.
    Edition {
        /// The standard edition.
        Standard => "standard", "标准版", "Standard edition";
        /// 长辈版: large print and few steps.
        Elder => "elder", "长辈版", "Elder edition";
    }
}

/// A customer's details, checked and in their normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerDetails {
    /// The bank's number of the customer.
    pub number: Pii<String>,
    /// The name.
    pub name: Pii<String>,
    /// The telephone number.
    pub phone: Option<Pii<String>>,
    /// The identity document and its number.
    pub identity: Option<(IdentityKind, Pii<String>)>,
    /// The birth date.
    pub birth: Option<Pii<Date>>,
    /// The postal address.
    pub address: Option<Pii<String>>,
    /// Accounts and cards.
    pub accounts: Vec<Pii<String>>,
    /// What to keep in mind.
    pub tags: BTreeSet<CustomerTag>,
    /// The language of letters and messages.
    pub language: Language,
    /// The preferred edition.
    pub edition: Edition,
}

/// A customer's details as they come in.
#[derive(Debug, Clone, Default)]
pub struct CustomerForm {
    /// The bank's number of the customer.
    pub number: String,
    /// The name.
    pub name: String,
    /// The telephone number; empty when unknown.
    pub phone: String,
    /// The kind of identity document; a resident identity card when only a number is given.
    pub identity_kind: Option<IdentityKind>,
    /// The number of the identity document; empty when unknown.
    pub identity: String,
    /// The birth date; taken from a resident identity number when absent.
    pub birth: Option<Date>,
    /// The postal address; empty when unknown.
    pub address: String,
    /// Accounts and cards.
    pub accounts: Vec<String>,
    /// What to keep in mind.
    pub tags: BTreeSet<CustomerTag>,
    /// The language of letters and messages.
    pub language: Language,
    /// The preferred edition.
    pub edition: Option<Edition>,
}

/// What is wrong with one field of a form: its name and the sentence.
pub type FieldFault = (&'static str, Text);

impl CustomerForm {
    /// Sets the identity number. That of a resident brings its own birth date, so the one known before is forgotten.
    pub fn set_identity(&mut self, number: String) {
        if self.identity_kind.is_none_or(|kind| kind == IdentityKind::ResidentId) {
            self.birth = None;
        }
        self.identity = number;
    }

    /// The details in their normal form, or every field that is wrong. No sentence repeats a value.
    pub fn check(&self, today: Date) -> Result<CustomerDetails, Vec<FieldFault>> {
        let mut faults: Vec<FieldFault> = Vec::new();
        let number = keep(&mut faults, "number", check_number(&self.number));
        let name = keep(&mut faults, "name", check_person_name(&self.name).map(str::to_owned));
        let phone = optional(&self.phone).and_then(|text| keep(&mut faults, "phone", numbers::phone(text)));
        let identity = optional(&self.identity)
            .and_then(|text| keep(&mut faults, "identity", check_identity(self.identity_kind, text, today)));
        let in_number = identity.as_ref().and_then(|(_, _, birth)| *birth);
        let birth = keep(&mut faults, "birth_date", check_birth(self.birth, in_number, today)).flatten();
        let address = optional(&self.address).and_then(|text| {
            keep(&mut faults, "address", check_optional_line(text, ADDRESS_CHARS_MAX).map(str::to_owned))
        });
        let accounts = keep(&mut faults, "accounts", check_accounts(&self.accounts)).unwrap_or_default();
        match (number, name) {
            (Some(number), Some(name)) if faults.is_empty() => Ok(CustomerDetails {
                number: Pii::new(number),
                name: Pii::new(name),
                phone: phone.map(Pii::new),
                identity: identity.map(|(kind, number, _)| (kind, Pii::new(number))),
                birth: birth.map(Pii::new),
                address: address.map(Pii::new),
                accounts: accounts.into_iter().map(Pii::new).collect(),
                tags: self.tags.clone(),
                language: self.language,
                edition: self.edition.unwrap_or(Edition::Standard),
            }),
            _ => Err(faults),
        }
    }
}

fn keep<T>(faults: &mut Vec<FieldFault>, field: &'static str, checked: Result<T, Text>) -> Option<T> {
    checked.map_err(|text| faults.push((field, text))).ok()
}

fn optional(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// A customer number in its one form: upper case, letters, digits and dashes.
pub fn check_number(text: &str) -> Result<String, Text> {
    let text = check_line(text, NUMBER_CHARS_MAX)?;
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Text::fixed(
            "客户号只含字母、数字和 -。",
            "A customer number holds letters, digits and dashes only.",
        ));
    }
    Ok(text.to_ascii_uppercase())
}

/// The kind of document, its number, and the birth date that the number holds, if it does.
type Identity = (IdentityKind, String, Option<Date>);

fn check_identity(kind: Option<IdentityKind>, text: &str, today: Date) -> Result<Identity, Text> {
    let kind = kind.unwrap_or(IdentityKind::ResidentId);
    match kind {
        IdentityKind::ResidentId => {
            let (number, birth) = numbers::resident_id(text, today)?;
            Ok((kind, number, Some(birth)))
        }
        IdentityKind::Passport
        | IdentityKind::HongKongMacauPermit
        | IdentityKind::TaiwanPermit
        | IdentityKind::ForeignerCard
        | IdentityKind::Other => Ok((kind, numbers::document(text)?, None)),
    }
}

fn check_birth(given: Option<Date>, in_number: Option<Date>, today: Date) -> Result<Option<Date>, Text> {
    if let (Some(given), Some(in_number)) = (given, in_number)
        && given != in_number
    {
        return Err(Text::fixed("出生日期与身份证号不符。", "The birth date is not the one in the identity number."));
    }
    let Some(birth) = given.or(in_number) else { return Ok(None) };
    match age_on(birth, today) {
        Some(age) if age <= AGE_YEARS_MAX => Ok(Some(birth)),
        _ => Err(Text::fixed("出生日期不在合理范围内。", "The birth date is out of range.")),
    }
}

fn check_accounts(accounts: &[String]) -> Result<Vec<String>, Text> {
    let mut checked: Vec<String> = Vec::with_capacity(accounts.len());
    for account in accounts {
        let account = numbers::account(account)?;
        if !checked.contains(&account) {
            checked.push(account);
        }
    }
    if checked.len() > ACCOUNTS_MAX {
        let (zh, en) = (format!("最多 {ACCOUNTS_MAX} 个账户。"), format!("At most {ACCOUNTS_MAX} accounts."));
        return Err(Text::of(zh, en));
    }
    Ok(checked)
}

/// Full years of age on a date; `None` before birth.
///
/// A year is full on the birthday; whoever was born on 29 February has it on 1 March of other years.
pub fn age_on(birth: Date, on: Date) -> Option<i16> {
    if on < birth {
        return None;
    }
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    Some(on.year() - birth.year() - i16::from(!had_birthday))
}

/// Checks the reason for a reveal or an erasure, and takes numbers and the customer's own name out of it.
pub fn check_reason(text: &str, name: Option<&Pii<String>>) -> Result<String, Text> {
    let text = check_optional_line(text, REASON_CHARS_MAX)?;
    let meaningful = text.chars().filter(|c| c.is_alphanumeric()).count();
    if meaningful < REASON_CHARS_MIN {
        let zh = format!("请写明事由，至少 {REASON_CHARS_MIN} 个字。");
        return Err(Text::of(zh, format!("Give the reason in at least {REASON_CHARS_MIN} letters or characters.")));
    }
    let names: Vec<&str> = name.map(|name| name.expose().as_str()).into_iter().collect();
    Ok(kernel::mask::redact(text, &names))
}

/// A proposal to erase, waiting for somebody else's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureProposal {
    /// Who proposed it, as the actor reference.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, without personal data.
    pub reason: String,
}

/// A customer as lists show them: masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// The subject whose key seals the data.
    pub subject: SubjectId,
    /// The masked customer number.
    pub number_masked: String,
    /// The masked name.
    pub name_masked: String,
    /// The masked telephone number; empty when unknown.
    pub phone_masked: String,
    /// The kind of identity document.
    pub identity_kind: Option<IdentityKind>,
    /// The masked identity number; empty when unknown.
    pub identity_masked: String,
    /// The masked address; empty when unknown.
    pub address_masked: String,
    /// What to keep in mind.
    pub tags: Vec<CustomerTag>,
    /// The home unit.
    pub unit: UnitId,
    /// The home unit's place.
    pub unit_path: OrgPath,
    /// The language of letters and messages.
    pub language: Language,
    /// The preferred edition.
    pub edition: Edition,
    /// How often the details have changed; an update names the one it saw.
    pub revision: i64,
    /// When the customer was entered.
    pub created_at: Timestamp,
    /// The erasure that waits for a decision.
    pub erasure: Option<ErasureProposal>,
    /// When the personal data was erased.
    pub erased_at: Option<Timestamp>,
}

impl kernel::Scoped for Customer {
    fn unit(&self) -> &OrgPath {
        &self.unit_path
    }
}

impl Customer {
    /// Whether `actor` proposed the erasure that waits, and so may not decide on it.
    pub fn was_proposed_by(&self, actor: &ActorRef) -> bool {
        self.erasure.as_ref().is_some_and(|erasure| erasure.by == actor.as_str())
    }
}
