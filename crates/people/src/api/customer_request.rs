//! Customers as they come in: a new one, and a change of one.

use std::collections::BTreeSet;

use kernel::{Date, Pii, UnitId, text::Language};
use serde::Deserialize;
use utoipa::ToSchema;

use super::customer_body::LanguageWord;
use crate::{
    model::{
        customer::{CustomerDetails, CustomerForm, CustomerTag, Edition, IdentityKind},
        patch::Patch,
    },
    use_cases::customers as acts,
};

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
