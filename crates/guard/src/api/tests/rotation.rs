//! What the room keeps is carried over a rotation of the house's keys, after which the old ones can go.

use std::sync::Arc;

use kernel::{SeededRandom, id::InterceptionId};
use ledger::{Cause, JobHandler, Ledger, Options, Ports, Unit};
use people::{model::numbers, sealing::MatterKey, store::matter_keys};
use seal::{KeyFile, Keyring, Part, SuiteName};
use serde_json::json;

use super::house::{House, each_house, unit_id};
use crate::{
    desk, jobs,
    model::words::GuardField,
    store::{
        interceptions,
        rotation::{self, KEYED},
    },
    testing::migrations,
};

const TELLER: &str = "teller@/HO/GZ/GZ001/";
const ACCOUNT: &str = "6217000012345678";

/// The keys of the test databases with a new master and a new index key; the testkit makes them from this seed.
fn rotated() -> KeyFile {
    let mut file = Keyring::generate(SuiteName::Sm, &SeededRandom::new(7));
    file.rotate(Part::Master, &SeededRandom::new(8)).unwrap();
    file.rotate(Part::Index, &SeededRandom::new(8)).unwrap();
    file
}

/// The same without the keys before the rotation.
fn without_old() -> KeyFile {
    let mut file = rotated();
    for part in [Part::Master, Part::Index] {
        let old: Vec<String> = file.ids(part).into_iter().skip(1).map(str::to_owned).collect();
        old.iter().for_each(|id| file.remove(part, id).unwrap());
    }
    file
}

fn open(house: &House<'_>) -> InterceptionId {
    let request = json!({
        "unit": unit_id("GZ001"), "channel": "counter", "amount": 8_000_000,
        "payer": { "name": "李小明", "account": "6222020212345678901" },
        "payee": { "name": "陈大文", "account": ACCOUNT },
        "purpose": "投资", "reason": "要向陌生人转账", "dialogue": ["stranger"],
    });
    let body = house.post(TELLER, "/api/guard/interceptions", request).is(201);
    body["id"].as_str().unwrap().parse().unwrap()
}

#[test]
fn what_is_kept_is_carried_over_a_rotation() {
    each_house(|house| {
        let (db, id) = (house.db, open(house));
        let ports = Ports { keyring: Arc::new(Keyring::open(rotated()).unwrap()), ..db.ledger.ports().clone() };
        let ledger = Ledger::open(Options::new(db.url.clone()), ports, &migrations()).unwrap();
        let keyring = Arc::clone(&ledger.ports().keyring);
        assert_eq!(ledger.read(|conn| rotation::stale(conn, &keyring)).unwrap(), [id]);
        let now = db.now();
        let first = jobs::at_start(now).into_iter().filter(|job| job.kind == jobs::ROTATE).collect::<Vec<_>>();
        let queue = move |unit: &mut Unit<'_>| first.iter().try_for_each(|job| unit.enqueue(job.clone()));
        ledger.write(&Cause::new("test"), queue).unwrap();
        let handlers: Vec<Arc<dyn JobHandler>> =
            jobs::handlers(&house.shared).into_iter().filter(|job| job.kind() == jobs::ROTATE).collect();
        assert_eq!(ledger.run_due_jobs(&handlers, now).unwrap().failed, []);

        let old_left = |conn: &mut ledger::Connection| matter_keys::renew(conn, &keyring, &*db.random, &KEYED, 10);
        assert_eq!(ledger.read(old_left).unwrap(), 0);
        assert!(ledger.read(|conn| rotation::stale(conn, &keyring)).unwrap().is_empty());
        let new = Keyring::open(without_old()).unwrap();
        let wrapped = ledger.read(|conn| interceptions::key(conn, id)).unwrap().flatten();
        let state = ledger.write(&Cause::new("test"), move |unit| desk::load(unit, id)).unwrap();
        let key = MatterKey::kept(&new, id, wrapped.as_ref()).unwrap();
        let account = key.open(GuardField::PayeeAccount.as_str(), state.payee.account.as_ref().unwrap()).unwrap();
        assert_eq!(account.expose(), ACCOUNT);
        let index = new.blind_index(numbers::ACCOUNT, ACCOUNT);
        let found = ledger.read(|conn| rotation::payee_index(conn, id)).unwrap();
        assert_eq!(found, Some(index), "found by the new index alone");
    });
}
