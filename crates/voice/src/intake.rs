//! A matter on its way in: clear words and numbers are checked, then sealed, masked, indexed and taken out of the texts that
//! lists and searches use. What comes out holds no personal data in clear.
//!
//! This happens before a write begins, so that the writer only judges and stores.

pub use endpoint::typed::{Faults, one_line, prose};
use kernel::{
    Date, Money, OrgPath, Pii, Problem, Random, Text, Timestamp,
    id::{AttachmentId, CustomerId, OrderId, SubjectId},
    mask,
};
use people::{model::numbers, sealing::object_place};
use regulation::MatterKind;
use seal::{BlindIndex, DataKey, Keyring, ObjectOpener, ObjectSealer, SealError, Sealed, WrappedKey};

use crate::{
    model::{
        command::Filing,
        parts::{AxisKey, Nature, Origin, Party, PersonalField, Representative, Standing},
    },
    search_text::{Names, Section, section},
};

/// Characters of a title: one line of a list.
pub const TITLE_CHARS_MAX: usize = 120;
/// Characters of a narrative: ten dense pages; longer ones are attached.
pub const NARRATIVE_CHARS_MAX: usize = 20_000;
/// Characters of a request, a reason, an answer in a task.
pub const REMARK_CHARS_MAX: usize = 4_000;
/// Characters of a name; the longest registered company names have about 60.
const NAME_CHARS_MAX: usize = 100;
/// Characters of an address.
const ADDRESS_CHARS_MAX: usize = 200;
/// Characters of an e-mail address, by RFC 5321.
const EMAIL_CHARS_MAX: usize = 254;

/// A person as somebody typed them, checked and in normal form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: Option<Pii<String>>,
    /// The telephone number.
    pub phone: Option<Pii<String>>,
    /// The identity number.
    pub identity: Option<Pii<String>>,
    /// The account or card.
    pub account: Option<Pii<String>>,
    /// The e-mail address.
    pub email: Option<Pii<String>>,
    /// The postal address.
    pub address: Option<Pii<String>>,
}

/// A matter as somebody typed it, checked.
#[derive(Debug, Clone)]
pub struct Intake {
    /// What kind of matter.
    pub matter: MatterKind,
    /// Who passed it on.
    pub origin: Origin,
    /// The unit that received it.
    pub unit: OrgPath,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// What kind of person.
    pub nature: Nature,
    /// The customer, when the bank knows them as one.
    pub customer: Option<CustomerId>,
    /// Who complains.
    pub person: Person,
    /// Who speaks for them.
    pub representative: Option<(Standing, Person)>,
    /// The matter in one line.
    pub title: Pii<String>,
    /// The matter in full.
    pub narrative: Pii<String>,
    /// What they ask for.
    pub request: Option<Pii<String>>,
    /// The amount in question.
    pub amount: Option<Money>,
    /// When the matter happened.
    pub occurred_on: Option<Date>,
    /// Axis A.
    pub channel: Option<AxisKey>,
}

/// What lists show of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Masks {
    /// The masked name.
    pub name: String,
    /// The masked telephone number.
    pub phone: String,
}

/// The blind indexes by which a person is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    /// The telephone number.
    pub phone: Option<BlindIndex>,
    /// The identity number.
    pub identity: Option<BlindIndex>,
    /// The account or card.
    pub account: Option<BlindIndex>,
    /// The representative's telephone number.
    pub agent_phone: Option<BlindIndex>,
}

/// What is kept of an order beside its events, so that lists and look-ups find it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The key of the order's data subject, wrapped.
    pub wrapped: WrappedKey,
    /// What lists show of the person.
    pub masks: Masks,
    /// By what the person is found.
    pub numbers: Numbers,
    /// The title without names and numbers.
    pub title: String,
    /// The text to search, without names and numbers, in its plain form.
    pub words: String,
}

/// A matter ready to be filed.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// What the model judges.
    pub filing: Filing,
    /// What the store keeps beside it.
    pub kept: Kept,
}

/// The key of one order, for sealing and opening its texts in their places.
pub struct OrderKey<'a> {
    /// The keys of the house.
    pub keyring: &'a Keyring,
    /// The order's own key.
    pub key: &'a DataKey,
    /// The order.
    pub order: OrderId,
}

impl OrderKey<'_> {
    /// Seals a text for the place `field` of the order.
    pub fn seal(&self, field: &str, text: &str, random: &dyn Random) -> Sealed {
        self.keyring.seal(self.key, &format!("{}/{field}", self.order), text.as_bytes(), random)
    }

    /// A sealer for the object of a file of the order.
    pub fn object_sealer(&self, file: AttachmentId, random: &dyn Random) -> ObjectSealer {
        self.keyring.object_sealer(self.key, &object_place(self.order, file), random)
    }

    /// An opener for the object of a file of the order, from its first bytes; see [`Keyring::object_opener`].
    pub fn object_opener(&self, file: AttachmentId, head: &[u8]) -> Result<Option<(ObjectOpener, usize)>, SealError> {
        self.keyring.object_opener(self.key, &object_place(self.order, file), head)
    }

    /// Opens the text at the place `field` of the order.
    pub fn open(&self, field: &str, sealed: &Sealed) -> Result<Pii<String>, Problem> {
        self.keyring.open_text(self.key, &format!("{}/{field}", self.order), sealed).map_err(Problem::from)
    }
}

/// Seals, masks and indexes a matter under a key of its own.
pub fn prepare(intake: &Intake, id: OrderId, now: Timestamp, keyring: &Keyring, random: &dyn Random) -> Prepared {
    let (key, wrapped) = keyring.new_subject_key(random);
    let subject = SubjectId::new(now, random);
    let key = OrderKey { keyring, key: &key, order: id };
    let (party, mut numbers) = seal_person(&intake.person, &key, random);
    let party = Party { nature: intake.nature, subject, customer: intake.customer, ..party };
    let representative = intake.representative.as_ref().map(|(standing, person)| {
        numbers.agent_phone = person.phone.as_ref().map(|phone| keyring.blind_index(numbers::PHONE, phone.expose()));
        seal_representative(*standing, person, &key, random)
    });
    let names = names_of(intake);
    let title = names.taken_out_of(intake.title.expose());
    let filing = Filing {
        id,
        matter: intake.matter,
        origin: intake.origin.clone(),
        unit: intake.unit.clone(),
        received_at: intake.received_at,
        party,
        representative,
        title: key.seal("title", intake.title.expose(), random),
        narrative: key.seal("narrative", intake.narrative.expose(), random),
        request: intake.request.as_ref().map(|text| key.seal("request", text.expose(), random)),
        amount: intake.amount,
        occurred_on: intake.occurred_on,
        channel: intake.channel.clone(),
    };
    let masks = masks_of(&intake.person);
    let words = words_of(intake, &names);
    Prepared { filing, kept: Kept { wrapped, masks, numbers, title, words } }
}

fn words_of(intake: &Intake, names: &Names) -> String {
    let own = [&intake.narrative].into_iter().chain(&intake.request);
    let own = own.map(|text| section(Section::Narrative, text.expose(), names));
    section(Section::Title, intake.title.expose(), names) + &own.collect::<String>()
}

fn names_of(intake: &Intake) -> Names {
    let agent = intake.representative.as_ref().and_then(|(_, person)| person.name.as_ref());
    Names::new(intake.person.name.iter().chain(agent).chain(&intake.person.address).cloned())
}

/// What lists show of a person.
pub fn masks_of(person: &Person) -> Masks {
    Masks {
        name: person.name.as_ref().map_or_else(String::new, |name| mask::name(name.expose())),
        phone: person.phone.as_ref().map_or_else(String::new, |phone| mask::phone(phone.expose())),
    }
}

/// Seals a person's values; nature, subject and customer are the caller's to fill in.
pub fn seal_person(person: &Person, key: &OrderKey<'_>, random: &dyn Random) -> (Party, Numbers) {
    let seal = |field: PersonalField, value: &Option<Pii<String>>| {
        value.as_ref().map(|value| key.seal(field.as_str(), value.expose(), random))
    };
    let index = |domain: &str, value: &Option<Pii<String>>| {
        value.as_ref().map(|value| key.keyring.blind_index(domain, value.expose()))
    };
    let party = Party {
        nature: Nature::Natural,
        subject: SubjectId::from_bits(0),
        customer: None,
        name: seal(PersonalField::Name, &person.name),
        phone: seal(PersonalField::Phone, &person.phone),
        identity: seal(PersonalField::Identity, &person.identity),
        account: seal(PersonalField::Account, &person.account),
        email: seal(PersonalField::Email, &person.email),
        address: seal(PersonalField::Address, &person.address),
    };
    let numbers = Numbers {
        phone: index(numbers::PHONE, &person.phone),
        identity: index(numbers::IDENTITY, &person.identity),
        account: index(numbers::ACCOUNT, &person.account),
        agent_phone: None,
    };
    (party, numbers)
}

/// Seals a representative's values.
pub fn seal_representative(
    standing: Standing,
    person: &Person,
    key: &OrderKey<'_>,
    random: &dyn Random,
) -> Representative {
    let seal = |field: PersonalField, value: &Option<Pii<String>>| {
        value.as_ref().map(|value| key.seal(field.as_str(), value.expose(), random))
    };
    let name = person.name.as_ref().map_or("", |name| name.expose());
    Representative {
        standing,
        name: key.seal(PersonalField::RepresentativeName.as_str(), name, random),
        phone: seal(PersonalField::RepresentativePhone, &person.phone),
        identity: seal(PersonalField::RepresentativeIdentity, &person.identity),
    }
}

/// The texts of a matter, checked.
#[derive(Debug, Clone)]
pub struct MatterTexts {
    /// The matter in one line.
    pub title: Pii<String>,
    /// The matter in full.
    pub narrative: Pii<String>,
    /// What they ask for.
    pub request: Option<Pii<String>>,
}

impl MatterTexts {
    /// Checks the texts as typed; an empty request is none. `None` when a fault was noted.
    pub fn check(title: &str, narrative: &str, request: Option<&str>, faults: &mut Faults) -> Option<Self> {
        let title = faults.take("/title", one_line(title, TITLE_CHARS_MAX));
        let narrative = faults.take("/narrative", prose(narrative, NARRATIVE_CHARS_MAX));
        let request = request.filter(|text| !text.trim().is_empty());
        let request = request.map(|text| faults.take("/request", prose(text, REMARK_CHARS_MAX)));
        let request = match request {
            None => None,
            Some(request) => Some(Pii::new(request?)),
        };
        Some(Self { title: Pii::new(title?), narrative: Pii::new(narrative?), request })
    }
}

/// The fields of a person as typed; `None` and empty are the same.
#[derive(Debug, Clone, Default)]
pub struct TypedPerson<'a> {
    /// The name.
    pub name: Option<&'a str>,
    /// The telephone number.
    pub phone: Option<&'a str>,
    /// The identity number.
    pub identity: Option<&'a str>,
    /// The account or card.
    pub account: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
    /// The postal address.
    pub address: Option<&'a str>,
}

impl TypedPerson<'_> {
    /// Checks every field and puts numbers in their normal form; faults are noted below `base`.
    pub fn check(&self, base: &str, today: Date, faults: &mut Faults) -> Person {
        let mut field = |name: &str, typed: Option<&str>, read: &dyn Fn(&str) -> Result<String, Text>| {
            let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
            faults.take(&format!("{base}/{name}"), read(typed)).map(Pii::new)
        };
        Person {
            name: field("name", self.name, &|text| one_line(text, NAME_CHARS_MAX)),
            phone: field("phone", self.phone, &numbers::phone),
            identity: field("identity", self.identity, &|text| identity(text, today)),
            account: field("account", self.account, &numbers::account),
            email: field("email", self.email, &email),
            address: field("address", self.address, &|text| one_line(text, ADDRESS_CHARS_MAX)),
        }
    }
}

/// A resident identity number when it looks like one, else the number of another document, in its normal form.
pub fn identity(text: &str, today: Date) -> Result<String, Text> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let resident = matches!(text.len(), 15 | 18) && text.bytes().take(text.len() - 1).all(|b| b.is_ascii_digit());
    if resident { numbers::resident_id(&text, today).map(|(number, _)| number) } else { numbers::document(&text) }
}

fn email(text: &str) -> Result<String, Text> {
    let good = text.len() <= EMAIL_CHARS_MAX
        && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
        && text
            .split_once('@')
            .is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.') && !domain.contains('@'));
    if good {
        Ok(text.to_lowercase())
    } else {
        Err(Text::fixed("不是电子邮箱地址。", "This is not an e-mail address."))
    }
}

#[cfg(test)]
mod tests {
    use kernel::SeededRandom;
    use seal::SuiteName;

    use super::*;

    #[test]
    fn what_is_prepared_holds_nothing_in_clear() {
        let random = SeededRandom::new(1);
        let keyring = Keyring::open(Keyring::generate(SuiteName::Sm, &random)).unwrap();
        let mut faults = Faults::default();
        let typed = TypedPerson {
            name: Some("李小明"),
            phone: Some("138 1234 5678"),
            identity: Some("11010519491231002X"),
            account: Some("6222021234567890123"),
            email: Some("li@example.cn"),
            address: None,
        };
        let person = typed.check("/party", Date::constant(2026, 3, 2), &mut faults);
        assert!(faults.check().is_ok());
        let now = Timestamp::from_micros(1_772_416_800_000_000);
        let intake = Intake {
            matter: MatterKind::Complaint,
            origin: Origin::DIRECT,
            unit: OrgPath::parse("/HO/").unwrap(),
            received_at: now,
            nature: Nature::Natural,
            customer: None,
            person,
            representative: None,
            title: Pii::new("李小明信用卡年费".to_owned()),
            narrative: Pii::new("本人李小明，电话13812345678，卡号6222021234567890123被扣年费300元".to_owned()),
            request: None,
            amount: None,
            occurred_on: None,
            channel: None,
        };
        let id = OrderId::new(now, &random);
        let prepared = prepare(&intake, id, now, &keyring, &random);
        let shown = format!("{prepared:?}") + &prepared.kept.words + &prepared.kept.title;
        for secret in ["李小明", "13812345678", "6222021234567890123", "11010519491231002X"] {
            assert!(!shown.contains(secret), "{secret}");
        }
        assert_eq!(prepared.kept.masks, Masks { name: "李**".into(), phone: "138****5678".into() });
        assert!(prepared.kept.words.contains("年费300元"));
        let key = keyring.unwrap(&prepared.kept.wrapped).unwrap();
        let key = OrderKey { keyring: &keyring, key: &key, order: id };
        assert_eq!(key.open("title", &prepared.filing.title).unwrap().expose(), "李小明信用卡年费");
        assert!(key.open("narrative", &prepared.filing.title).is_err(), "a value opens in its own place only");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut faults = Faults::default();
        let typed = TypedPerson {
            phone: Some("12"),
            identity: Some("110105194912310021"),
            email: Some("x"),
            ..TypedPerson::default()
        };
        typed.check("/party", Date::constant(2026, 3, 2), &mut faults);
        let problem = faults.check().unwrap_err();
        let pointers: Vec<_> = problem.fields.iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(pointers, ["/party/phone", "/party/identity", "/party/email"]);
        assert!(prose("a\u{0}b", 10).is_err() && prose("  ", 10).is_err() && prose("长长长", 2).is_err());
    }
}
