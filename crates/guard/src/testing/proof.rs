//! A bank for proofs: an engine, events with a history that matters, and changes of lists that nobody is told of.

use std::sync::{Arc, mpsc};

use decide::{HashKeys, list::Pattern};
use kernel::{ActorRef, Role, id::ListChangeId};
use ledger::{Cause, StoreError, testkit::TestDatabase};
use people::sealing::MatterKey;
use serde_json::{Value, json};

use super::{RULES, staff};
use crate::{
    model::list_change::{ChangeKind, ListChange, ListChangeEvent, Proposed, evolve},
    screen::{Beside, Patience, Screen, Submitted, definition::Definition},
    store::lists::{self, NewEntry},
};

/// An engine on a database, as a start makes it.
pub fn screen(db: &TestDatabase) -> Arc<Screen> {
    Screen::open(&db.ledger, Arc::new(RULES.clone()), Definition::builtin().unwrap(), Beside::default()).unwrap()
}

/// The answer to an event that is taken.
pub fn submit(screen: &Screen, event: &Value) -> Value {
    let (answer, answered) = mpsc::channel();
    let actor = staff(77, Role::System, "/HO/");
    let submitted = Submitted { actor, event: event.to_string().into_bytes() };
    screen.submit(&submitted, Patience::Any, move |result| answer.send(result).unwrap()).unwrap();
    serde_json::from_str(&answered.recv().unwrap().unwrap()).unwrap()
}

/// One of a series of transfers among few accounts, seconds apart; every eleventh while a stranger is on the line.
pub fn transfer(db: &TestDatabase, number: u64) -> Value {
    let at = db.now().plus_micros(number as i64 * 1_000_000);
    let (payer, payee) = (format!("62220200000{:05}", number % 7), format!("62170000000{:05}", number % 3));
    json!({
        "id": format!("p-{number}"), "type": "transfer", "time": at.to_string(), "channel": "app",
        "amount": 100_000 + number * 1_000, "balance": 900_000,
        "payer": { "account": payer }, "payee": { "account": payee },
        "app": { "in_call": number.is_multiple_of(11) },
    })
}

/// Puts a value on a list by an approved change of which no engine hears.
pub fn listed(db: &TestDatabase, screen: &Screen, list: &str, value: &str) {
    let pattern = Pattern::of(value, &HashKeys::new(screen.secret())).unwrap();
    let (list, value) = (list.to_owned(), value.to_owned());
    let put = move |unit: &mut ledger::Unit<'_>| {
        let (now, random) = (unit.now(), unit.random());
        let id = ListChangeId::new(now, random);
        let (key, wrapped) = MatterKey::new(unit.keyring(), id, random);
        let sealed = key.seal("entry", &value, random);
        let entry = NewEntry { masked: "***".to_owned(), hash: pattern.hash(), shape: pattern.shape(), sealed };
        lists::add_entries(unit.connection(), id, &list, &[entry])?;
        let proposed = Proposed {
            change: id,
            list: list.clone(),
            what: ChangeKind::Add,
            entries: 1,
            digest: String::new(),
            reason: "试".to_owned(),
            source: "试".to_owned(),
            until: None,
        };
        let by = ActorRef::program("test");
        let fold = |state, event: &ListChangeEvent| evolve(state, (now, &by, event));
        let state: Option<ListChange> = fold(None, &ListChangeEvent::Proposed(Box::new(proposed)));
        lists::insert(unit.connection(), state.as_ref().unwrap(), &wrapped)?;
        lists::update(unit.connection(), &fold(state, &ListChangeEvent::Approved).unwrap())
    };
    db.ledger.write::<_, StoreError, _>(&Cause::new("test:list"), put).unwrap();
}
