//! Entering, changing, revealing and erasing customers.

use kernel::{
    ActorRef, Date, Pii, Problem, ProblemKind, Text,
    id::{CustomerId, UnitId},
};
use ledger::{StoreError, Unit};

use super::{CUSTOMER_TOPIC, announce, open_unit, record, refused};
use crate::{
    model::{
        customer::{Customer, CustomerDetails, CustomerForm, ErasureProposal, FieldFault, check_reason},
        events::CustomerEvent,
        numbers,
        organisation::Unit as Place,
    },
    store::{
        customer_erasure, customer_seal,
        customers::{self, CustomerRecord},
        subject_keys, units,
    },
};

/// The problem of a form with wrong fields.
pub fn invalid(faults: Vec<FieldFault>) -> Problem {
    let public = Text::fixed("有内容需要更正，见下列字段。", "Some fields need correction; see the list.");
    let problem = Problem::new(ProblemKind::Invalid, public);
    faults.into_iter().fold(problem, |problem, (field, text)| problem.field(format!("/{field}"), text))
}

/// Enters a customer.
pub fn register(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    form: &CustomerForm,
    home: UnitId,
) -> Result<CustomerId, Problem> {
    let today = unit.now().date();
    let details = form.check(today).map_err(invalid)?;
    let place = open_unit(unit.connection(), home, "/unit")?;
    refuse_taken_number(unit, &details, None)?;
    register_details(unit, actor, &details, &place)
}

/// Enters a customer whose details are checked and whose number is known to be free.
pub(crate) fn register_details(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    details: &CustomerDetails,
    place: &Place,
) -> Result<CustomerId, Problem> {
    let (now, random, keyring) = (unit.now(), unit.random(), unit.keyring());
    let id = CustomerId::new(now, random);
    let (subject, key) = subject_keys::create(unit, &id.to_string())?;
    let sealed = customer_seal::seal(keyring, &key, id, details, random);
    customers::insert(unit.connection(), (id, subject), &sealed, place, now)?;
    unit.append(&id.to_string(), 0, actor, &[CustomerEvent::Registered { unit: place.id }])?;
    announce(unit, CUSTOMER_TOPIC, id.to_string(), &place.path, "registered");
    Ok(id)
}

fn refuse_taken_number(unit: &mut Unit<'_>, details: &CustomerDetails, own: Option<CustomerId>) -> Result<(), Problem> {
    let found = find_by_number(unit, details.number.expose())?;
    if found.is_some_and(|record| Some(record.customer.id) != own) {
        let text = Text::fixed("这个客户号已登记。", "This customer number is registered.");
        return Err(refused("number-taken", text.clone()).field("/number", text));
    }
    Ok(())
}

/// The customer with this number, wherever in the bank. Nobody else can enter the number until the unit of work ends.
pub(crate) fn find_by_number(unit: &mut Unit<'_>, number: &str) -> Result<Option<CustomerRecord>, StoreError> {
    let indexes = unit.keyring().blind_index_all(numbers::CUSTOMER, number);
    if let Some(current) = indexes.first() {
        unit.lock(&format!("people.customer.{}", current.as_str()))?;
    }
    customers::find_by_number(unit.connection(), &indexes)
}

/// What was stored of a customer who has not been erased, in clear; never shown by itself.
pub fn open(unit: &mut Unit<'_>, record: &CustomerRecord) -> Result<CustomerDetails, Problem> {
    let keyring = unit.keyring();
    customer_erasure::open(unit.connection(), keyring, record)?.ok_or_else(erased)
}

/// The answer to whoever asks for data that was erased.
pub fn erased() -> Problem {
    refused("erased", Text::fixed("该客户的个人信息已删除。", "The customer's personal data has been erased."))
}

/// A form that holds the details as they are, to lay a change over.
pub fn form_of(details: &CustomerDetails) -> CustomerForm {
    let clear = |value: &Option<Pii<String>>| value.as_ref().map(|value| value.expose().clone()).unwrap_or_default();
    CustomerForm {
        number: details.number.expose().clone(),
        name: details.name.expose().clone(),
        phone: clear(&details.phone),
        identity_kind: details.identity.as_ref().map(|(kind, _)| *kind),
        identity: details.identity.as_ref().map(|(_, number)| number.expose().clone()).unwrap_or_default(),
        birth: details.birth.as_ref().map(|birth| *birth.expose()),
        address: clear(&details.address),
        accounts: details.accounts.iter().map(|account| account.expose().clone()).collect(),
        tags: details.tags.clone(),
        language: details.language,
        edition: Some(details.edition),
    }
}

/// Replaces the details of a customer as seen at revision `seen`. Returns whether anything changed.
pub fn change(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &CustomerRecord,
    seen: i64,
    (form, home): (&CustomerForm, UnitId),
) -> Result<bool, Problem> {
    let today = unit.now().date();
    let details = form.check(today).map_err(invalid)?;
    change_details(unit, actor, before, seen, (&details, home))
}

/// Replaces the details by others that are checked.
pub(crate) fn change_details(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &CustomerRecord,
    seen: i64,
    (details, home): (&CustomerDetails, UnitId),
) -> Result<bool, Problem> {
    let old = open(unit, before)?;
    let customer = &before.customer;
    let id = customer.id;
    let mut events = Vec::new();
    let fields = changed_fields(&old, details);
    if fields.iter().any(|field| field == "number") {
        refuse_taken_number(unit, details, Some(id))?;
    }
    if !fields.is_empty() {
        events.push(CustomerEvent::Changed { fields });
    }
    let place = if home == customer.unit {
        let place = units::find(unit.connection(), home)?;
        place.ok_or_else(|| Problem::internal_error(format!("the home unit of {id} is missing")))?
    } else {
        events.push(CustomerEvent::Transferred { from: customer.unit, to: home });
        open_unit(unit.connection(), home, "/unit")?
    };
    if events.is_empty() {
        return Ok(false);
    }
    let (now, random, keyring) = (unit.now(), unit.random(), unit.keyring());
    let key = subject_keys::fetch(unit.connection(), keyring, customer.subject)?.ok_or_else(erased)?;
    let sealed = customer_seal::seal(keyring, &key, id, details, random);
    customers::update(unit.connection(), id, seen, &sealed, &place, now)?;
    record(unit, &id.to_string(), actor, &events)?;
    announce(unit, CUSTOMER_TOPIC, id.to_string(), &place.path, "changed");
    Ok(true)
}

fn changed_fields(old: &CustomerDetails, new: &CustomerDetails) -> Vec<String> {
    [
        ("number", old.number != new.number),
        ("name", old.name != new.name),
        ("phone", old.phone != new.phone),
        ("identity", old.identity != new.identity),
        ("birth_date", old.birth != new.birth),
        ("address", old.address != new.address),
        ("accounts", old.accounts != new.accounts),
        ("tags", old.tags != new.tags),
        ("language", old.language != new.language),
        ("edition", old.edition != new.edition),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(field, _)| field.to_owned())
    .collect()
}

/// Opens a customer's personal data for a person with a reason, and leaves the event that says so.
pub fn reveal(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &CustomerRecord,
    reason: &str,
) -> Result<CustomerDetails, Problem> {
    let details = open(unit, before)?;
    let reason = worded(reason, &details)?;
    record(unit, &before.customer.id.to_string(), actor, &[CustomerEvent::Revealed { reason }])?;
    Ok(details)
}

/// The reason as it may be kept.
fn worded(reason: &str, details: &CustomerDetails) -> Result<String, Problem> {
    check_reason(reason, Some(&details.name)).map_err(|text| Problem::invalid("/reason", text))
}

/// Proposes the erasure of a customer's personal data; somebody else decides.
pub fn propose_erasure(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &CustomerRecord,
    reason: &str,
) -> Result<(), Problem> {
    let customer = &before.customer;
    let reason = worded(reason, &open(unit, before)?)?;
    let at = unit.now();
    let proposal = ErasureProposal { by: actor.as_str().to_owned(), at, reason: reason.clone() };
    if !customer_erasure::propose(unit.connection(), customer.id, &proposal)? {
        return Err(waiting());
    }
    record(unit, &customer.id.to_string(), actor, &[CustomerEvent::ErasureProposed { reason }])?;
    announce(unit, CUSTOMER_TOPIC, customer.id.to_string(), &customer.unit_path, "erasure_proposed");
    Ok(())
}

/// Declines a proposed erasure. Whoever proposed it may take it back this way.
pub fn decline_erasure(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &CustomerRecord,
    reason: &str,
) -> Result<(), Problem> {
    let customer = &before.customer;
    let reason = worded(reason, &open(unit, before)?)?;
    if !customer_erasure::decline(unit.connection(), customer.id)? {
        return Err(nothing_proposed());
    }
    record(unit, &customer.id.to_string(), actor, &[CustomerEvent::ErasureDeclined { reason }])?;
    announce(unit, CUSTOMER_TOPIC, customer.id.to_string(), &customer.unit_path, "erasure_declined");
    Ok(())
}

/// The hindrance of a decision when nothing was proposed.
pub fn no_proposal(customer: &Customer) -> Option<Problem> {
    customer.erasure.is_none().then(nothing_proposed)
}

/// The hindrance of a proposal when one waits.
pub fn proposal_waits(customer: &Customer) -> Option<Problem> {
    customer.erasure.as_ref().map(|_| waiting())
}

/// Why the actor may not decide on the erasure now, if so.
pub fn erasure_hindrance(customer: &Customer, actor: &ActorRef) -> Option<Problem> {
    if customer.erased_at.is_some() {
        return Some(erased());
    }
    if let Some(problem) = no_proposal(customer) {
        return Some(problem);
    }
    customer.was_proposed_by(actor).then(|| {
        let text = Text::fixed("删除须由申请人以外的人决定。", "Somebody other than the proposer must decide.");
        refused("four-eyes", text)
    })
}

fn waiting() -> Problem {
    refused("erasure-waiting", Text::fixed("已有删除申请在等待决定。", "An erasure waits for a decision already."))
}

fn nothing_proposed() -> Problem {
    refused("nothing-proposed", Text::fixed("没有等待决定的删除申请。", "No erasure waits for a decision."))
}

/// Erases a customer's personal data for good: empties the columns and destroys the key. The record and its history stay.
pub fn erase(unit: &mut Unit<'_>, actor: &ActorRef, before: &CustomerRecord) -> Result<(), Problem> {
    let customer = &before.customer;
    if let Some(problem) = erasure_hindrance(customer, actor) {
        return Err(problem);
    }
    let now = unit.now();
    if !customer_erasure::empty(unit.connection(), customer.id, now)? {
        return Err(erased());
    }
    subject_keys::erase(unit, customer.subject)?;
    record(unit, &customer.id.to_string(), actor, &[CustomerEvent::Erased])?;
    announce(unit, CUSTOMER_TOPIC, customer.id.to_string(), &customer.unit_path, "erased");
    Ok(())
}

/// Whether a customer counts as an elder on a date, for lists: the birth date is opened and not shown.
pub fn is_elder(birth: Option<&Pii<Date>>, on: Date, elder_age: Option<u32>) -> Option<bool> {
    let age = crate::model::customer::age_on(*birth?.expose(), on)?;
    Some(u32::try_from(age).is_ok_and(|age| elder_age.is_some_and(|from| age >= from)))
}
