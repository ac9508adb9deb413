//! The rows of the customers table and what they become. A value that cannot be what it must be names its column and row.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use kernel::{Timestamp, text::Language};
use ledger::StoreError;
use seal::Sealed;

use super::{
    customer_seal::{SealedDetails, SealedRecord},
    parse, parse_path,
    schema::customers,
};
use crate::model::customer::{Customer, ErasureProposal};

const TABLE: &str = "customers";

/// A customer with what is sealed; `None` after the erasure.
#[derive(Debug, Clone)]
pub struct CustomerRecord {
    /// What may be shown.
    pub customer: Customer,
    /// The rest.
    pub sealed: Option<SealedRecord>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
pub(super) struct CustomerRow {
    id: String,
    subject_id: String,
    number_sealed: Option<String>,
    number_masked: String,
    name_sealed: Option<String>,
    name_masked: String,
    phone_sealed: Option<String>,
    phone_masked: String,
    identity_kind: Option<String>,
    identity_sealed: Option<String>,
    identity_masked: String,
    birth_sealed: Option<String>,
    address_sealed: Option<String>,
    address_masked: String,
    unit_id: String,
    unit_path: String,
    language: String,
    edition: String,
    revision: i64,
    created_at: i64,
    erasure_by: Option<String>,
    erasure_at: Option<i64>,
    erasure_reason: Option<String>,
    erased_at: Option<i64>,
}

/// The columns that a change of details writes.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub(super) struct DetailColumns<'a> {
    number_sealed: Option<&'a str>,
    number_masked: &'a str,
    number_index: Option<&'a str>,
    name_sealed: Option<&'a str>,
    name_masked: &'a str,
    phone_sealed: Option<&'a str>,
    phone_masked: &'a str,
    phone_index: Option<&'a str>,
    identity_kind: Option<&'a str>,
    identity_sealed: Option<&'a str>,
    identity_masked: &'a str,
    identity_index: Option<&'a str>,
    birth_sealed: Option<&'a str>,
    address_sealed: Option<&'a str>,
    address_masked: &'a str,
    language: &'a str,
    edition: &'a str,
}

impl<'a> From<&'a SealedDetails> for DetailColumns<'a> {
    fn from(details: &'a SealedDetails) -> Self {
        let phone = details.phone.as_ref();
        let identity = details.identity.as_ref();
        let address = details.address.as_ref();
        Self {
            number_sealed: Some(details.number.0.as_str()),
            number_masked: &details.number.1,
            number_index: Some(details.number.2.as_str()),
            name_sealed: Some(details.name.0.as_str()),
            name_masked: &details.name.1,
            phone_sealed: phone.map(|(sealed, ..)| sealed.as_str()),
            phone_masked: phone.map_or("", |(_, masked, _)| masked),
            phone_index: phone.map(|(.., index)| index.as_str()),
            identity_kind: identity.map(|(kind, ..)| kind.as_str()),
            identity_sealed: identity.map(|(_, sealed, ..)| sealed.as_str()),
            identity_masked: identity.map_or("", |(.., masked, _)| masked),
            identity_index: identity.map(|(.., index)| index.as_str()),
            birth_sealed: details.birth.as_ref().map(Sealed::as_str),
            address_sealed: address.map(|(sealed, _)| sealed.as_str()),
            address_masked: address.map_or("", |(_, masked)| masked),
            language: language_word(details.language),
            edition: details.edition.as_str(),
        }
    }
}

/// The stored form of a language.
const fn language_word(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh",
        Language::En => "en",
    }
}

fn language(row: &str, word: &str) -> Result<Language, StoreError> {
    match word {
        "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        _ => Err(StoreError::corrupt(TABLE, "language", row, "not a language of the interface")),
    }
}

impl TryFrom<CustomerRow> for CustomerRecord {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Result<Self, StoreError> {
        let id = row.id.clone();
        let identity_kind =
            row.identity_kind.as_deref().map(|kind| parse(TABLE, "identity_kind", &id, kind)).transpose()?;
        let sealed = match (row.number_sealed, row.name_sealed) {
            (Some(number), Some(name)) if row.erased_at.is_none() => Some(SealedRecord {
                number: Sealed::from_stored(number),
                name: Sealed::from_stored(name),
                phone: row.phone_sealed.map(Sealed::from_stored),
                identity: identity_kind.zip(row.identity_sealed.map(Sealed::from_stored)),
                birth: row.birth_sealed.map(Sealed::from_stored),
                address: row.address_sealed.map(Sealed::from_stored),
            }),
            _ if row.erased_at.is_some() => None,
            _ => return Err(StoreError::corrupt(TABLE, "name_sealed", &id, "absent without an erasure")),
        };
        let erasure = match (row.erasure_by, row.erasure_at, row.erasure_reason) {
            (Some(by), Some(at), Some(reason)) => Some(ErasureProposal { by, at: Timestamp::from_micros(at), reason }),
            _ => None,
        };
        let customer = Customer {
            id: parse(TABLE, "id", &id, &row.id)?,
            subject: parse(TABLE, "subject_id", &id, &row.subject_id)?,
            number_masked: row.number_masked,
            name_masked: row.name_masked,
            phone_masked: row.phone_masked,
            identity_kind,
            identity_masked: row.identity_masked,
            address_masked: row.address_masked,
            tags: Vec::new(),
            unit: parse(TABLE, "unit_id", &id, &row.unit_id)?,
            unit_path: parse_path(TABLE, "unit_path", &id, &row.unit_path)?,
            language: language(&id, &row.language)?,
            edition: parse(TABLE, "edition", &id, &row.edition)?,
            revision: row.revision,
            created_at: Timestamp::from_micros(row.created_at),
            erasure,
            erased_at: row.erased_at.map(Timestamp::from_micros),
        };
        Ok(Self { customer, sealed })
    }
}
