//! Carries what the house's keys protect over their rotation: wrapped keys of orders, and the blind indexes by which their
//! people are found. It goes through all orders once a day, a stretch at a time, and does nothing where nothing is old.

use kernel::{Pii, Problem};
use ledger::{Job, JobError, JobHandler, Stream, Unit};
use people::{model::numbers, store::matter_keys};
use serde_json::{Value, json};

use super::{PIECE_PAUSE_MICROS, ROTATE, next};
use crate::{
    desk,
    intake::{Numbers, OrderKey},
    model::{
        listing::{ListedNumber, Listing, ListingEvent},
        parts::PersonalField,
    },
    sealing::MatterKey,
    store::{
        listings, members, orders,
        rotation::{self, KEYED, STALE_MAX, Stale},
    },
};

/// Hours between two walks through all orders.
const WALK_HOURS: i64 = 24;

/// Renews what is old behind the order in the payload.
pub(super) struct Rotate;

impl JobHandler for Rotate {
    fn kind(&self) -> &'static str {
        ROTATE
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let (now, keyring, random) = (unit.now(), unit.keyring(), unit.random());
        if matter_keys::renew(unit.connection(), keyring, random, &KEYED, STALE_MAX)? > 0 {
            // More may be left; the walk goes on where it is afterwards.
            let due = now.plus_micros(PIECE_PAUSE_MICROS);
            unit.enqueue(next(ROTATE, due, job.payload.clone()))?;
            return Ok(());
        }
        let more = |count: usize, most: i64| i64::try_from(count).is_ok_and(|count| count >= most);
        if more(renew_members(unit)?, members::STALE_MAX) || more(renew_listings(unit)?, listings::STALE_MAX) {
            let due = now.plus_micros(PIECE_PAUSE_MICROS);
            unit.enqueue(next(ROTATE, due, job.payload.clone()))?;
            return Ok(());
        }
        let after = job.payload.get("after").and_then(Value::as_i64).unwrap_or(i64::MIN);
        let (stale, behind) = rotation::look(unit.connection(), keyring, random, after)?;
        for order in &stale {
            renew(unit, order)?;
        }
        let (due, payload) = match behind {
            Some(behind) => (now.plus_micros(PIECE_PAUSE_MICROS), json!({ "after": behind })),
            None => (now.plus_micros(WALK_HOURS * 3_600_000_000), Value::Null),
        };
        unit.enqueue(next(ROTATE, due, payload))?;
        Ok(())
    }
}

/// Renews the indexes of members of groups. Returns how many there were.
fn renew_members(unit: &mut Unit<'_>) -> Result<usize, Problem> {
    let keyring = unit.keyring();
    let stale = members::stale(unit.connection(), keyring)?;
    for one in &stale {
        let place = orders::place(unit.connection(), one.order)?.ok_or_else(desk::unknown)?;
        let mut index = None;
        // What was erased cannot be read, and is not looked for.
        if place.wrapped.is_some() {
            let key = place.key(keyring)?;
            let key = OrderKey { keyring, key: &key, order: one.order };
            let (order, field) = (desk::load(unit, one.order)?, PersonalField::RepresentativePhone);
            if let Some(sealed) = order.sealed_of(field, Some(one.number)) {
                index = Some(keyring.blind_index(numbers::PHONE, key.open(field.as_str(), sealed)?.expose()));
            }
        }
        members::set_phone(unit.connection(), (one.seq, one.number), index.as_ref())?;
        orders::mark_pending(unit.connection(), one.seq)?;
    }
    Ok(stale.len())
}

/// Renews the indexes of the shared list. Returns how many there were.
fn renew_listings(unit: &mut Unit<'_>) -> Result<usize, Problem> {
    let keyring = unit.keyring();
    let stale = listings::stale(unit.connection(), keyring)?;
    for (id, place) in &stale {
        let wrapped = listings::key(unit.connection(), *id)?;
        let key = MatterKey::kept(keyring, id, wrapped.as_ref())?;
        let stream: Stream<ListingEvent> = unit.load(&id.to_string())?;
        let facts = stream.events.iter().map(|one| (one.at, &one.actor, &one.event));
        let listing = facts.fold(None, Listing::evolve);
        let number = listing.as_ref().and_then(|listing| listing.numbers.get(*place));
        let mut index = None;
        if let Some(ListedNumber { field, value }) = number
            && let Some(domain) = ListedNumber::domain(*field)
        {
            index = Some(keyring.blind_index(domain, key.open(field.as_str(), value)?.expose()));
        }
        listings::set_number(unit.connection(), (*id, *place), index.as_ref())?;
    }
    Ok(stale.len())
}

fn renew(unit: &mut Unit<'_>, stale: &Stale) -> Result<(), Problem> {
    if stale.has_old_index {
        renew_indexes(unit, stale)?;
    }
    if let Some(old) = &stale.wrapped
        && let Some(new) = unit.keyring().rewrap(old, unit.random())?
    {
        rotation::put_key(unit.connection(), stale.seq, old, &new)?;
    }
    Ok(())
}

fn renew_indexes(unit: &mut Unit<'_>, stale: &Stale) -> Result<(), Problem> {
    let keyring = unit.keyring();
    let order = desk::load(unit, stale.order)?;
    let place = orders::place(unit.connection(), stale.order)?.ok_or_else(desk::unknown)?;
    if place.wrapped.is_none() {
        // What was erased cannot be read, and is not looked for.
        return Ok(orders::update_numbers(unit.connection(), stale.seq, &Numbers::default())?);
    }
    let key = place.key(keyring)?;
    let key = OrderKey { keyring, key: &key, order: stale.order };
    let index = |domain: &str, field: PersonalField| {
        let text = order.sealed(field).map(|sealed| key.open(field.as_str(), sealed)).transpose()?;
        Ok::<_, Problem>(text.map(|text: Pii<String>| keyring.blind_index(domain, text.expose())))
    };
    let numbers = Numbers {
        phone: index(numbers::PHONE, PersonalField::Phone)?,
        identity: index(numbers::IDENTITY, PersonalField::Identity)?,
        account: index(numbers::ACCOUNT, PersonalField::Account)?,
        agent_phone: index(numbers::PHONE, PersonalField::RepresentativePhone)?,
    };
    Ok(orders::update_numbers(unit.connection(), stale.seq, &numbers)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{Clock as _, PageRequest, Role, SeededRandom};
    use ledger::{
        Cause, JobHandler, Ledger, Options, Ports,
        testkit::{TestDatabase, each_database},
    };
    use seal::{Keyring, Part, SuiteName};

    use super::{super::at_start, *};
    use crate::{
        desk::{Act, Beside},
        model::{Command, Order, group::GroupCommand},
        store::{filter::OrderFilter, list},
        testing::{LAW, file, intake, migrations, path, staff},
    };

    /// The keys of the test databases with a new master and a new index key; the testkit makes them from this seed.
    fn rotated() -> Keyring {
        let mut file = Keyring::generate(SuiteName::Sm, &SeededRandom::new(7));
        file.rotate(Part::Master, &SeededRandom::new(8)).unwrap();
        file.rotate(Part::Index, &SeededRandom::new(8)).unwrap();
        Keyring::open(file).unwrap()
    }

    /// Adds a member with this telephone number, sealed and indexed with the keys before the rotation.
    fn join(db: &TestDatabase, order: &Order, phone: &str) {
        let place = db.ledger.read(|conn| orders::place(conn, order.id)).unwrap().unwrap();
        let key = place.key(&db.keyring).unwrap();
        let key = OrderKey { keyring: &db.keyring, key: &key, order: order.id };
        let seal = |field: PersonalField, text: &str| key.seal(field.as_str(), text, &*db.random);
        let command = Command::Group(GroupCommand::Join {
            name: seal(PersonalField::RepresentativeName, "赵六"),
            phone: Some(seal(PersonalField::RepresentativePhone, phone)),
            speaks: true,
        });
        let beside = Beside::Member(Some(db.keyring.blind_index(numbers::PHONE, phone)));
        let act = Act { beside, ..Act::new(order.id, Some(order.version), command) };
        let officer = staff(2, Role::Officer, "/HO/");
        db.ledger.write(&Cause::new("test"), move |unit| desk::act(unit, &act, &officer, &LAW)).unwrap();
    }

    #[test]
    fn orders_are_carried_over_a_rotation() {
        each_database(&migrations(), |db| {
            let teller = staff(1, Role::Teller, "/HO/");
            let order = file(db, &teller, &intake("/HO/", db.clock.now())).unwrap();
            join(db, &order, "13900000001");
            let keyring = Arc::new(rotated());
            let ports = Ports { keyring: Arc::clone(&keyring), ..db.ledger.ports().clone() };
            let ledger = Ledger::open(Options::new(db.url.clone()), ports, &migrations()).unwrap();
            let found = |numbers: Vec<seal::BlindIndex>| {
                let filter = OrderFilter { number: numbers, ..OrderFilter::default() };
                let (page, now) = (PageRequest::new(None, None), db.clock.now());
                ledger.read(|conn| list::page(conn, &[path("/HO/")], &filter, &page, now)).unwrap().items.len()
            };
            let phone = "13812345678";
            assert_eq!(found(keyring.blind_index_all(numbers::PHONE, phone)), 1, "before anything was carried over");
            assert_eq!(found(vec![keyring.blind_index(numbers::PHONE, phone)]), 0);
            let now = db.clock.now();
            let queue = move |unit: &mut Unit<'_>| at_start(now).into_iter().try_for_each(|job| unit.enqueue(job));
            ledger.write(&Cause::new("test"), queue).unwrap();
            let rotate: Vec<Arc<dyn JobHandler>> = vec![Arc::new(Rotate)];
            assert_eq!(ledger.run_due_jobs(&rotate, now).unwrap().failed, []);
            assert_eq!(found(vec![keyring.blind_index(numbers::PHONE, phone)]), 1, "by the new index alone");
            let member = keyring.blind_index(numbers::PHONE, "13900000001");
            assert_eq!(found(vec![member]), 1, "a member of a group as well");
            let place = ledger.read(|conn| orders::place(conn, order.id)).unwrap().unwrap();
            assert!(!keyring.needs_rewrap(place.wrapped.as_ref().unwrap()));
            let key = place.key(&keyring).unwrap();
            let key = OrderKey { keyring: &keyring, key: &key, order: order.id };
            assert_eq!(key.open("name", order.party.name.as_ref().unwrap()).unwrap().expose(), "李小明");
        });
    }
}
