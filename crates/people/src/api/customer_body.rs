//! What customers look like outside: masked for lists, in clear for a reveal, and as they come in.

use std::sync::Arc;

use endpoint::Call;
use kernel::{Actor, Date, OrgPath, Pii, Problem, Timestamp, id::CustomerId, text::Language};
use ledger::Connection;
use seal::Keyring;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{ActionBody, UnitRef, mention, unit_refs};
use crate::{
    model::{
        customer::{Customer, CustomerDetails, CustomerTag, Edition, IdentityKind},
        permissions::{CUSTOMER_EDIT, CUSTOMER_ERASE, CUSTOMER_ERASE_PROPOSE, CUSTOMER_REVEAL, CUSTOMER_SEE},
    },
    store::{customer_seal, customers::CustomerRecord, subject_keys},
    use_cases::customers as acts,
};

/// How people call the thing.
pub const NOUNS: (&str, &str) = ("客户", "customer");

/// The language of letters and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LanguageWord {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl From<Language> for LanguageWord {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

impl From<LanguageWord> for Language {
    fn from(word: LanguageWord) -> Self {
        match word {
            LanguageWord::Zh => Self::Zh,
            LanguageWord::En => Self::En,
        }
    }
}

/// A customer in masked form.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerBody {
    /// The id.
    #[schema(value_type = String, example = "cu_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: CustomerId,
    /// The masked customer number.
    pub number_masked: String,
    /// The masked name.
    #[schema(example = "张*")]
    pub name_masked: String,
    /// The masked telephone number; empty when unknown.
    #[schema(example = "138****5678")]
    pub phone_masked: String,
    /// The kind of identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_kind: Option<IdentityKind>,
    /// The masked identity number; empty when unknown.
    pub identity_masked: String,
    /// The masked address; empty when unknown.
    pub address_masked: String,
    /// Whether the customer counts as an elder today; absent when the birth date is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_elder: Option<bool>,
    /// What to keep in mind.
    pub tags: Vec<CustomerTag>,
    /// The home unit.
    pub unit: UnitRef,
    /// The language of letters and messages.
    pub language: LanguageWord,
    /// The preferred edition of the portal and of letters.
    pub edition: Edition,
    /// How often the details have changed; a change names the revision it saw.
    pub revision: i64,
    /// When the customer was entered.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The erasure that waits for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erasure: Option<ErasureBody>,
    /// When the personal data was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub erased_at: Option<Timestamp>,
    /// What the caller can do.
    pub allowed_actions: Vec<ActionBody>,
}

/// An erasure that waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureBody {
    /// Who proposed it, as an actor reference.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A customer in clear. Asking for it left an event.
#[derive(Serialize, ToSchema)]
pub struct RevealedBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: CustomerId,
    /// The customer number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The kind of identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_kind: Option<IdentityKind>,
    /// The identity number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The birth date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub birth_date: Option<Date>,
    /// Full years of age today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<i16>,
    /// The postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Accounts and cards.
    pub accounts: Vec<String>,
}

impl RevealedBody {
    /// The body of a reveal.
    pub fn new(id: CustomerId, details: CustomerDetails, today: Date) -> Self {
        let birth_date = details.birth.map(Pii::into_exposed);
        let (identity_kind, identity) = details.identity.unzip();
        Self {
            id,
            number: details.number.into_exposed(),
            name: details.name.into_exposed(),
            phone: details.phone.map(Pii::into_exposed),
            identity_kind,
            identity: identity.map(Pii::into_exposed),
            age: birth_date.and_then(|birth| crate::model::customer::age_on(birth, today)),
            birth_date,
            address: details.address.map(Pii::into_exposed),
            accounts: details.accounts.into_iter().map(Pii::into_exposed).collect(),
        }
    }
}

/// Who looks, and what is needed to show them a customer.
#[derive(Clone)]
pub struct Viewer {
    /// Who looks.
    pub actor: Actor,
    language: Language,
    keyring: Arc<Keyring>,
    today: Date,
    elder_age: Option<u32>,
}

impl Viewer {
    /// The caller.
    pub fn of(call: &Call) -> Self {
        let ports = call.shared.ledger().ports();
        let today = ports.clock.now().date();
        Self {
            actor: call.actor.clone(),
            language: call.language,
            keyring: ports.keyring.clone(),
            today,
            elder_age: call.shared.law().elder_age(today),
        }
    }

    /// The keys.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The customers as the caller sees them.
    pub fn bodies(&self, conn: &mut Connection, records: Vec<CustomerRecord>) -> Result<Vec<CustomerBody>, Problem> {
        let refs = unit_refs(conn, records.iter().map(|record| record.customer.unit))?;
        let born = |record: &&CustomerRecord| record.sealed.as_ref().is_some_and(|sealed| sealed.birth.is_some());
        let subjects: Vec<_> = records.iter().filter(born).map(|record| record.customer.subject).collect();
        let keys = subject_keys::fetch_all(conn, &self.keyring, &subjects)?;
        let mut bodies = Vec::with_capacity(records.len());
        for record in records {
            let sealed = record.sealed.as_ref().and_then(|sealed| sealed.birth.as_ref());
            let birth = match (sealed, keys.get(&record.customer.subject)) {
                (Some(sealed), Some(key)) => {
                    Some(customer_seal::open_birth(&self.keyring, key, record.customer.id, sealed)?)
                }
                (Some(_), None) | (None, _) => None,
            };
            let is_elder = acts::is_elder(birth.as_ref(), self.today, self.elder_age);
            let unit = mention(&refs, record.customer.unit)?;
            bodies.push(self.body(record.customer, unit, is_elder));
        }
        Ok(bodies)
    }

    fn body(&self, customer: Customer, unit: UnitRef, is_elder: Option<bool>) -> CustomerBody {
        let allowed_actions = self.actions(&customer);
        CustomerBody {
            id: customer.id,
            number_masked: customer.number_masked,
            name_masked: customer.name_masked,
            phone_masked: customer.phone_masked,
            identity_kind: customer.identity_kind,
            identity_masked: customer.identity_masked,
            address_masked: customer.address_masked,
            is_elder,
            tags: customer.tags,
            unit,
            language: customer.language.into(),
            edition: customer.edition,
            revision: customer.revision,
            created_at: customer.created_at,
            erasure: customer.erasure.map(|erasure| ErasureBody {
                proposed_by: erasure.by,
                proposed_at: erasure.at,
                reason: erasure.reason,
            }),
            erased_at: customer.erased_at,
            allowed_actions,
        }
    }

    fn actions(&self, customer: &Customer) -> Vec<ActionBody> {
        let may = |permission, place: &OrgPath| {
            (!self.actor.may(permission, place)).then(|| endpoint::call::lacks(permission))
        };
        let place = &customer.unit_path;
        let gone = || customer.erased_at.map(|_| acts::erased());
        let none_waits = || acts::no_proposal(customer);
        let waits = || acts::proposal_waits(customer);
        let action = |name, hindrance| ActionBody::new(name, hindrance, self.language);
        vec![
            action("update", may(CUSTOMER_EDIT, place).or_else(gone)),
            action("reveal", may(CUSTOMER_REVEAL, place).or_else(gone)),
            action("propose-erasure", may(CUSTOMER_ERASE_PROPOSE, place).or_else(gone).or_else(waits)),
            action(
                "decline-erasure",
                may(CUSTOMER_ERASE_PROPOSE, place).and(may(CUSTOMER_ERASE, place)).or_else(gone).or_else(none_waits),
            ),
            action(
                "erase",
                may(CUSTOMER_ERASE, place).or_else(|| acts::erasure_hindrance(customer, &self.actor.reference)),
            ),
        ]
    }
}

/// Whether the caller may see the customer at all, for reads.
pub fn seen(actor: &Actor, record: Option<CustomerRecord>) -> Result<CustomerRecord, Problem> {
    let record = record.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
    endpoint::call::authorise(actor, CUSTOMER_SEE, CUSTOMER_SEE, record.customer.clone(), NOUNS)?;
    Ok(record)
}
