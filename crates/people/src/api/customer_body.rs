//! What customers look like outside: masked for lists, in clear for a reveal, and as they come in.

use std::{collections::BTreeSet, sync::Arc};

use endpoint::Call;
use kernel::{
    Actor, Date, OrgPath, Pii, Problem, Timestamp,
    id::{CustomerId, UnitId},
    text::Language,
};
use ledger::Connection;
use seal::Keyring;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{ActionBody, UnitRef, mention, unit_refs};
use crate::{
    model::{
        customer::{Customer, CustomerDetails, CustomerForm, CustomerTag, Edition, IdentityKind},
        patch::Patch,
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

/// A new customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCustomerRequest {
    /// The bank's customer number.
    #[schema(value_type = String, max_length = 32)]
    pub number: Pii<String>,
    /// The name.
    #[schema(value_type = String, max_length = 60)]
    pub name: Pii<String>,
    /// The telephone number.
    #[schema(value_type = Option<String>)]
    pub phone: Option<Pii<String>>,
    /// The kind of identity document; a resident identity card when only a number is given.
    pub identity_kind: Option<IdentityKind>,
    /// The identity number.
    #[schema(value_type = Option<String>)]
    pub identity: Option<Pii<String>>,
    /// The birth date; taken from a resident identity number when absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub birth_date: Option<Pii<Date>>,
    /// The postal address.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub address: Option<Pii<String>>,
    /// Accounts and cards.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 50)]
    pub accounts: Vec<Pii<String>>,
    /// What to keep in mind.
    #[serde(default)]
    pub tags: BTreeSet<CustomerTag>,
    /// The home unit.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The language of letters and messages; Chinese when absent.
    pub language: Option<LanguageWord>,
    /// The preferred edition; the standard one when absent.
    pub edition: Option<Edition>,
}

fn clear(value: Option<&Pii<String>>) -> String {
    value.map(|value| value.expose().clone()).unwrap_or_default()
}

impl CreateCustomerRequest {
    /// The form to be checked.
    pub fn form(&self) -> CustomerForm {
        CustomerForm {
            number: self.number.expose().clone(),
            name: self.name.expose().clone(),
            phone: clear(self.phone.as_ref()),
            identity_kind: self.identity_kind,
            identity: clear(self.identity.as_ref()),
            birth: self.birth_date.as_ref().map(|birth| *birth.expose()),
            address: clear(self.address.as_ref()),
            accounts: self.accounts.iter().map(|account| account.expose().clone()).collect(),
            tags: self.tags.clone(),
            language: self.language.map(Language::from).unwrap_or_default(),
            edition: self.edition,
        }
    }
}

/// A change of a customer; what is absent stays, what is null is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCustomerRequest {
    /// The `revision` that the caller saw.
    pub revision: i64,
    /// The bank's customer number.
    #[schema(value_type = Option<String>, max_length = 32)]
    pub number: Option<Pii<String>>,
    /// The name.
    #[schema(value_type = Option<String>, max_length = 60)]
    pub name: Option<Pii<String>>,
    /// The telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<Pii<String>>,
    /// The kind of identity document.
    pub identity_kind: Option<IdentityKind>,
    /// The identity number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub identity: Patch<Pii<String>>,
    /// The birth date.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub birth_date: Patch<Pii<Date>>,
    /// The postal address.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub address: Patch<Pii<String>>,
    /// All accounts and cards as they shall be.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    pub accounts: Option<Vec<Pii<String>>>,
    /// All tags as they shall be.
    pub tags: Option<BTreeSet<CustomerTag>>,
    /// The home unit.
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// The language of letters and messages.
    pub language: Option<LanguageWord>,
    /// The preferred edition.
    pub edition: Option<Edition>,
}

impl UpdateCustomerRequest {
    /// The form after the change.
    pub fn over(&self, before: &CustomerDetails) -> CustomerForm {
        let mut form = acts::form_of(before);
        let set = |field: &mut String, patch: &Patch<Pii<String>>| match patch {
            Patch::Keep => {}
            Patch::Clear => field.clear(),
            Patch::Set(value) => field.clone_from(value.expose()),
        };
        if let Some(number) = &self.number {
            form.number.clone_from(number.expose());
        }
        if let Some(name) = &self.name {
            form.name.clone_from(name.expose());
        }
        set(&mut form.phone, &self.phone);
        set(&mut form.address, &self.address);
        form.identity_kind = self.identity_kind.or(form.identity_kind);
        match &self.identity {
            Patch::Keep => {}
            Patch::Clear => form.identity.clear(),
            Patch::Set(number) => form.set_identity(number.expose().clone()),
        }
        match &self.birth_date {
            Patch::Keep => {}
            Patch::Clear => form.birth = None,
            Patch::Set(birth) => form.birth = Some(*birth.expose()),
        }
        if let Some(accounts) = &self.accounts {
            form.accounts = accounts.iter().map(|account| account.expose().clone()).collect();
        }
        if let Some(tags) = &self.tags {
            form.tags.clone_from(tags);
        }
        form.language = self.language.map_or(form.language, Language::from);
        form.edition = self.edition.or(form.edition);
        form
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
