//! A customer's details between their clear form and the columns that keep them: sealed, masked and indexed.
//!
//! Each value is sealed in its place, `cu_…/phone`, so that a value moved to another row or column does not open.

use std::collections::BTreeSet;

use kernel::{Date, Pii, Problem, Random, id::CustomerId, mask, text::Language};
use seal::{BlindIndex, DataKey, Keyring, Sealed};

use crate::model::{
    customer::{CustomerDetails, CustomerTag, Edition, IdentityKind},
    numbers,
};

/// One account or card as columns.
#[derive(Debug, Clone)]
pub struct SealedAccount {
    /// The number, sealed.
    pub sealed: Sealed,
    /// The number, masked.
    pub masked: String,
    /// What finds it.
    pub index: BlindIndex,
}

/// A customer's details as columns.
#[derive(Debug, Clone)]
pub struct SealedDetails {
    /// The customer number.
    pub number: (Sealed, String, BlindIndex),
    /// The name.
    pub name: (Sealed, String),
    /// The telephone number.
    pub phone: Option<(Sealed, String, BlindIndex)>,
    /// The identity document.
    pub identity: Option<(IdentityKind, Sealed, String, BlindIndex)>,
    /// The birth date.
    pub birth: Option<Sealed>,
    /// The postal address.
    pub address: Option<(Sealed, String)>,
    /// Accounts and cards.
    pub accounts: Vec<SealedAccount>,
    /// What to keep in mind.
    pub tags: BTreeSet<CustomerTag>,
    /// The language of letters and messages.
    pub language: Language,
    /// The preferred edition.
    pub edition: Edition,
}

/// The sealed columns of a stored customer, to be opened.
#[derive(Debug, Clone)]
pub struct SealedRecord {
    /// The customer number.
    pub number: Sealed,
    /// The name.
    pub name: Sealed,
    /// The telephone number.
    pub phone: Option<Sealed>,
    /// The identity document.
    pub identity: Option<(IdentityKind, Sealed)>,
    /// The birth date.
    pub birth: Option<Sealed>,
    /// The postal address.
    pub address: Option<Sealed>,
}

/// Where a value of a customer stands.
fn place(id: CustomerId, field: &str) -> String {
    format!("{id}/{field}")
}

/// Seals, masks and indexes the details.
pub fn seal(
    keyring: &Keyring,
    key: &DataKey,
    id: CustomerId,
    details: &CustomerDetails,
    random: &dyn Random,
) -> SealedDetails {
    let seal = |field: &str, text: &str| keyring.seal(key, &place(id, field), text.as_bytes(), random);
    let number = details.number.expose();
    let name = details.name.expose();
    SealedDetails {
        number: (seal("number", number), mask::account(number), keyring.blind_index(numbers::CUSTOMER, number)),
        name: (seal("name", name), mask::name(name)),
        phone: details.phone.as_ref().map(|phone| {
            let phone = phone.expose();
            (seal("phone", phone), mask::phone(phone), keyring.blind_index(numbers::PHONE, phone))
        }),
        identity: details.identity.as_ref().map(|(kind, number)| {
            let number = number.expose();
            (*kind, seal("identity", number), mask::identity(number), keyring.blind_index(numbers::IDENTITY, number))
        }),
        birth: details.birth.as_ref().map(|birth| seal("birth", &birth.expose().to_string())),
        address: details.address.as_ref().map(|address| {
            let address = address.expose();
            (seal("address", address), mask::address(address))
        }),
        accounts: details
            .accounts
            .iter()
            .map(|account| {
                let account = account.expose();
                SealedAccount {
                    sealed: seal("account", account),
                    masked: mask::account(account),
                    index: keyring.blind_index(numbers::ACCOUNT, account),
                }
            })
            .collect(),
        tags: details.tags.clone(),
        language: details.language,
        edition: details.edition,
    }
}

/// Opens the details of a stored customer.
pub fn open(
    keyring: &Keyring,
    key: &DataKey,
    id: CustomerId,
    record: &SealedRecord,
    accounts: &[Sealed],
    plain: (BTreeSet<CustomerTag>, Language, Edition),
) -> Result<CustomerDetails, Problem> {
    let open = |field: &str, sealed: &Sealed| keyring.open_text(key, &place(id, field), sealed).map_err(Problem::from);
    let (tags, language, edition) = plain;
    Ok(CustomerDetails {
        number: open("number", &record.number)?,
        name: open("name", &record.name)?,
        phone: record.phone.as_ref().map(|sealed| open("phone", sealed)).transpose()?,
        identity: match &record.identity {
            Some((kind, sealed)) => Some((*kind, open("identity", sealed)?)),
            None => None,
        },
        birth: record.birth.as_ref().map(|sealed| open_birth(keyring, key, id, sealed)).transpose()?,
        address: record.address.as_ref().map(|sealed| open("address", sealed)).transpose()?,
        accounts: accounts.iter().map(|sealed| open("account", sealed)).collect::<Result<_, Problem>>()?,
        tags,
        language,
        edition,
    })
}

/// Opens the birth date alone; lists need it to know who is an elder.
pub fn open_birth(keyring: &Keyring, key: &DataKey, id: CustomerId, sealed: &Sealed) -> Result<Pii<Date>, Problem> {
    let text = keyring.open_text(key, &place(id, "birth"), sealed)?;
    let date: Result<Date, _> = text.expose().parse();
    date.map(Pii::new).map_err(|_| Problem::internal_error(format!("customers.birth_sealed of {id} is not a date")))
}
