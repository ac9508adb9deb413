//! Verifying the ledger misses an order whose events were removed together with their head, by the row that still shows it.

use std::ops::ControlFlow;

use diesel::{RunQueryDsl, sql_query};
use kernel::Role;
use ledger::{
    Cause, FindingKind, StoreError, VerifyOptions, VerifyReport,
    testkit::{TestDatabase, each_database},
};

use crate::{
    model::Command,
    testing::{act, file, intake, migrations, staff},
};

fn verify(db: &TestDatabase) -> VerifyReport {
    db.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap()
}

/// What somebody does who has the database's password and no key.
fn tamper(db: &TestDatabase, statements: Vec<String>) {
    let done = db.ledger.write(&Cause::new("test:tamper"), move |unit| -> Result<(), StoreError> {
        for sql in &statements {
            ledger::on_each!(unit.connection(), |c| sql_query(sql).execute(c))?;
        }
        Ok(())
    });
    done.unwrap();
}

#[test]
fn an_order_whose_events_and_head_are_gone_is_named() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/GZ/GZ001/");
        let filed: Vec<String> =
            (0..3).map(|_| file(db, &teller, &intake("/HO/GZ/GZ001/", db.now())).unwrap().id.to_string()).collect();
        assert!(verify(db).is_intact());
        // The newest leaves no gap in the positions on either engine: only its row tells.
        let gone = &filed[2];
        tamper(db, ["events", "streams"].map(|table| format!("DELETE FROM {table} WHERE stream = '{gone}'")).to_vec());
        let finding = verify(db).finding.unwrap();
        assert_eq!(
            (finding.kind, finding.stream.as_deref(), finding.version),
            (FindingKind::Missing, Some(gone.as_str()), Some(1)),
            "{}: {}",
            db.name,
            finding.text.en
        );
        tamper(db, ["events", "streams", "checkpoints"].map(|table| format!("DELETE FROM {table}")).to_vec());
        let report = verify(db);
        assert_eq!((report.events, report.finding.map(|finding| finding.kind)), (0, Some(FindingKind::Missing)));
    });
}

#[test]
fn an_order_set_back_by_its_last_event_is_named() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/GZ/GZ001/");
        let order = file(db, &teller, &intake("/HO/GZ/GZ001/", db.now())).unwrap();
        act(db, &staff(2, Role::Officer, "/HO/"), &order, Command::Register).unwrap();
        let (id, last) = (order.id.to_string(), db.ledger.history(&order.id.to_string()).unwrap().len());
        assert!(last > 1);
        let before = last - 1;
        tamper(
            db,
            vec![
                format!("DELETE FROM events WHERE stream = '{id}' AND version = {last}"),
                format!(
                    "UPDATE streams SET version = {before}, hash = \
                     (SELECT hash FROM events WHERE stream = '{id}' AND version = {before}) WHERE stream = '{id}'"
                ),
            ],
        );
        let finding = verify(db).finding.unwrap();
        assert_eq!((finding.kind, finding.version), (FindingKind::Missing, Some(last as i64)), "{}", finding.text.en);
    });
}
