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

    /// Puts into a row what the house knows; what it does not know stays unknown.
    pub(super) fn tell(
        &self,
        engine: &Engine,
        events: &[EventSpec],
        row: &mut Row,
        (law, now): (&Law, Timestamp),
    ) -> Result<(), Problem> {
        let schema = engine.schema();
        let (Some(account), Some(elderly)) = (schema.slot(ACCOUNT), schema.slot(ELDERLY)) else { return Ok(()) };
        let name = &schema.types()[usize::from(row.event())].name;
        let has = |event: &EventSpec| event.name == *name && event.optional.iter().any(|field| field == ELDERLY);
        let (true, Some(hash), Some(text)) = (events.iter().any(has), row.get(account), row.text(account)) else {
            return Ok(());
        };
        let known = {
            let mut today = self.today.lock();
            if today.0 != now.date() || today.1.len() >= REMEMBERED_MAX {
                *today = (now.date(), HashMap::new());
            }
            today.1.get(&hash).copied()
        };
        let is_elderly = match known {
            Some(known) => known,
            None => {
                let found = self.ask(text, law, now.date())?;
                self.today.lock().1.insert(hash, found);
                found
            }
        };
        if let Some(is_elderly) = is_elderly {
            row.set(elderly, u64::from(is_elderly));
        }
        Ok(())
    }

    /// Whether the customer of an account is elderly; `None` where the bank knows no such customer, or not their age.
    fn ask(&self, account: &str, law: &Law, today: Date) -> Result<Option<bool>, Problem> {
        let Ok(account) = numbers::account(account) else { return Ok(None) };
        let keyring = &self.ledger.ports().keyring;
        let indexes = keyring.blind_index_all(numbers::ACCOUNT, &account);
        let age = law.elder_age(today);
        self.ledger.read(|conn| {
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
