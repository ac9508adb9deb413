//! What the house says of the customer: whether they count as elderly, by the account that pays and the age of the regulation.
//! It must never keep more than that of anybody.

use std::collections::HashMap;

use ::people::{
    model::numbers,
    store::{
        customer_seal,
        customers::{self, LookUp},
        subject_keys, units,
    },
    use_cases::customers::is_elder,
};
use decide::{Engine, Row, schema::EventSpec};
use kernel::{Date, Problem, Timestamp};
use ledger::Ledger;
use parking_lot::Mutex;

use crate::model::law::Law;

/// The field of the account that pays.
const ACCOUNT: &str = "payer.account";
/// The field that the house fills.
const ELDERLY: &str = "customer.is_elderly";
/// Accounts that are remembered for a day; past it all are asked anew.
const REMEMBERED_MAX: usize = 500_000;

/// What is remembered of accounts today, by their keyed hashes.
pub(super) struct People {
    ledger: Ledger,
    today: Mutex<(Date, HashMap<u64, Option<bool>>)>,
}

impl People {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self { ledger, today: Mutex::new((Date::MIN, HashMap::new())) }
    }

    /// Whoever pays by an event that has room for what the house knows of them.
    pub(super) fn payer(&self, engine: &Engine, events: &[EventSpec], row: &Row) -> Option<Payer> {
        let schema = engine.schema();
        let (account, elderly) = (schema.slot(ACCOUNT)?, schema.slot(ELDERLY)?);
        let name = &schema.types()[usize::from(row.event())].name;
        let has = |event: &EventSpec| event.name == *name && event.optional.iter().any(|field| field == ELDERLY);
        if !events.iter().any(has) {
            return None;
        }
        Some(Payer { account, elderly, hash: row.get(account)? })
    }

    /// What is remembered of whoever pays, if they were asked for today.
    pub(super) fn known(&self, payer: &Payer, now: Timestamp) -> Option<Option<bool>> {
        let today = self.today.lock();
        if today.0 == now.date() { today.1.get(&payer.hash).copied() } else { None }
    }

    /// Asks the house whether whoever pays is elderly, and remembers it; `None` where it knows no such customer, or not their age.
    pub(super) fn ask(&self, payer: &Payer, row: &Row, law: &Law, now: Timestamp) -> Result<Option<bool>, Problem> {
        let Some(account) = row.text(payer.account) else { return Ok(None) };
        let found = self.look_up(account, law, now.date())?;
        let mut today = self.today.lock();
        if today.0 != now.date() || today.1.len() >= REMEMBERED_MAX {
            *today = (now.date(), HashMap::new());
        }
        today.1.insert(payer.hash, found);
        Ok(found)
    }

    fn look_up(&self, account: &str, law: &Law, today: Date) -> Result<Option<bool>, Problem> {
        let Ok(account) = numbers::account(account) else { return Ok(None) };
        let keyring = &self.ledger.ports().keyring;
        let indexes = keyring.blind_index_all(numbers::ACCOUNT, &account);
        let age = law.elder_age(today);
        self.ledger.read(|conn| {
            // Most accounts that pay into the bank are of other banks: one short question tells.
            if !customers::holds_account(conn, &indexes)? {
                return Ok(None);
            }
            let Some(top) = units::top(conn)? else { return Ok(None) };
            let mut known = None;
            for record in customers::find_by_index(conn, &[top.path], LookUp::Account, &indexes)? {
                let customer = &record.customer;
                let birth = record.sealed.as_ref().and_then(|sealed| sealed.birth.as_ref());
                let key = subject_keys::fetch(conn, keyring, customer.subject)?;
                let (Some(birth), Some(key)) = (birth, key) else { continue };
                let birth = customer_seal::open_birth(keyring, &key, customer.id, birth)?;
                // Of a joint account the older holder counts.
                known = known.max(is_elder(Some(&birth), today, age));
            }
            Ok::<_, Problem>(known)
        })
    }
}

/// Whoever pays by an event: their account, and where it goes whether they are elderly.
pub(super) struct Payer {
    account: u16,
    elderly: u16,
    hash: u64,
}

impl Payer {
    /// Puts into a row what the house knows; what it does not know stays unknown.
    pub(super) fn put(&self, row: &mut Row, is_elderly: Option<bool>) {
        if let Some(is_elderly) = is_elderly {
            row.set(self.elderly, u64::from(is_elderly));
        }
    }
}
