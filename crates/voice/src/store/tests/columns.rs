//! Orders in columns: whatever has been absorbed and whatever waits, a question counts each order once, as it stands.

use kernel::{Clock as _, Role, Timestamp};
use ledger::{
    Cause, StoreError, Unit,
    testkit::{TestDatabase, each_database},
};

use super::super::{
    columns::{self, Depth},
    orders,
};
use crate::{
    figures::{Dimension, Facts, Figure, Part, Period, Question, block},
    model::{Command, Order, parts::AxisKey},
    products::Products,
    testing::{act, classes, file, handled, intake, migrations, path, staff},
};

fn question(scope: &str, now: Timestamp) -> Question {
    Question {
        scopes: vec![path(scope)],
        period: Period { from: "2020-01-01".parse().unwrap(), to: "2099-12-31".parse().unwrap() },
        compare: false,
        only: Vec::new(),
        clock: None,
        group: None,
        by: vec![Dimension::Organisation],
        below: path("/HO/"),
        now,
    }
}

fn received(db: &TestDatabase, scope: &str) -> u64 {
    let asked = question(scope, db.clock.now());
    let gathering = parking_lot::Mutex::new(asked.gathering());
    let scan = |conn: &mut ledger::Connection| {
        columns::scan_side_by_side(conn, asked.span(), Depth::Head, |block, skip| {
            asked.count(block, skip, &mut gathering.lock());
        })
    };
    db.ledger.read(scan).unwrap();
    gathering.into_inner().settled().total.now.numerator(Figure::Received)
}

/// The places of the orders behind a figure.
fn behind(db: &TestDatabase, figure: Figure, part: Part) -> Vec<i64> {
    let asked = question("/HO/", db.clock.now());
    let mut seqs = Vec::new();
    let scan = |conn: &mut ledger::Connection| {
        columns::scan(conn, asked.span(), Depth::Whole, |block, skip| {
            seqs.extend(asked.behind(block, skip, figure, part));
        })
    };
    db.ledger.read(scan).unwrap();
    seqs.sort_unstable();
    seqs
}

fn absorb(db: &TestDatabase, limit: i64) -> usize {
    let absorb =
        move |unit: &mut Unit<'_>| -> Result<usize, StoreError> { columns::absorb(unit, limit, &Products::default()) };
    db.ledger.write(&Cause::new("test:absorb"), absorb).unwrap()
}

/// What the columns and what waits say of every order, and what its events say.
fn check(db: &TestDatabase, orders: &[Order]) {
    let mut found: Vec<(i64, Facts)> = Vec::new();
    let scan = |conn: &mut ledger::Connection| {
        columns::scan(conn, (0, i64::from(u32::MAX)), Depth::Whole, |block, skip| {
            let rows = block.facts().unwrap().into_iter().enumerate();
            found.extend(rows.filter(|(at, _)| !skip.get(*at).copied().unwrap_or(false)).map(|(_, row)| row));
        })
    };
    db.ledger.read(scan).unwrap();
    found.sort_unstable_by_key(|(seq, _)| *seq);
    let mut expect: Vec<(i64, Facts)> = orders.iter().map(|order| (place(db, order), Facts::of(order))).collect();
    expect.sort_unstable_by_key(|(seq, _)| *seq);
    assert_eq!(found, expect, "on {}", db.name);
}

fn place(db: &TestDatabase, order: &Order) -> i64 {
    let id = order.id;
    db.ledger.read(|conn| orders::place(conn, id)).unwrap().unwrap().seq
}

#[test]
fn every_order_is_counted_once_wherever_it_is() {
    each_database(&migrations(), |db| {
        let officer = staff(4, Role::Officer, "/HO/");
        let handler = staff(2, Role::Handler, "/HO/");
        let mut orders = Vec::new();
        for at in 0..9 {
            db.clock.advance_micros(3_600_000_000);
            let unit = ["/HO/GZ/", "/HO/SZ/", "/HO/GZ/GZ001/"][at % 3];
            orders.push(file(db, &officer, &intake(unit, db.clock.now())).unwrap());
        }
        check(db, &orders);
        assert_eq!(absorb(db, 5), 5);
        check(db, &orders);
        assert_eq!((received(db, "/HO/"), received(db, "/HO/GZ/"), received(db, "/HO/SZ/")), (9, 6, 3));
        // What changes in the columns is told by what waits.
        orders[1] = handled(db, &officer, &handler, orders[1].clone());
        orders[7] = act(db, &officer, &orders[7], Command::Register).unwrap();
        check(db, &orders);
        assert_eq!(absorb(db, 100), 5);
        assert_eq!(absorb(db, 100), 0);
        check(db, &orders);
        // One filed long before the others comes to lie before them.
        let here = db.clock.now();
        db.clock.set(here.plus_days(-30));
        orders.push(file(db, &officer, &intake("/HO/SZ/", db.clock.now())).unwrap());
        db.clock.set(here);
        check(db, &orders);
        absorb(db, 100);
        check(db, &orders);
        let transferred = behind(db, Figure::Transfers, Part::Denominator);
        assert_eq!(transferred.len(), 10);
    });
}

#[test]
fn full_blocks_are_divided_and_the_last_is_filled() {
    each_database(&migrations(), |db| {
        let officer = staff(4, Role::Officer, "/HO/");
        let order = file(db, &officer, &intake("/HO/GZ/", db.clock.now())).unwrap();
        let facts = Facts::of(&order);
        let many = i64::try_from(block::ROWS_MAX).unwrap();
        // Written as rows alone: what matters here is where they come to lie.
        let put = move |from: i64, count: i64, step: i64, facts: &Facts| {
            let facts = facts.to_text();
            db.ledger
                .write(&Cause::new("test:rows"), move |unit| -> Result<(), StoreError> {
                    for at in 0..count {
                        copy(unit, from + at * step, &facts)?;
                    }
                    Ok(())
                })
                .unwrap();
        };
        put(1_000_000, many + 10, 10, &facts);
        while absorb(db, 1_000) > 0 {}
        assert_eq!(sizes(db), [many, 11], "on {}: the order itself came later", db.name);
        put(1_000_005, 20, 10, &facts);
        while absorb(db, 7) > 0 {}
        let sizes = sizes(db);
        assert!(sizes.len() == 3 && sizes[..2].iter().all(|size| *size > many / 2), "{sizes:?}");
        assert_eq!(received(db, "/HO/"), u64::try_from(many + 31).unwrap());
    });
}

/// A row of the list of orders at another place in time, with nothing behind it.
fn copy(unit: &mut Unit<'_>, seq: i64, facts: &str) -> Result<(), StoreError> {
    use diesel::{RunQueryDsl, sql_query, sql_types};
    let text = format!(
        "INSERT INTO orders (seq, id, receipt, version, stage, matter, source, unit_path, filed_unit, filed_by, title, \
         name_masked, phone_masked, received_at, filed_at, provisional, transfers, round, facts) \
         VALUES ({seq}, 'row{seq}', 'row{seq}', 1, 'filed', 'complaint', 'direct', '/HO/GZ/', '/HO/GZ/', 'program:test', \
         '', '', '', 0, 0, 0, 0, 1, $1)"
    );
    ledger::on_each!(unit.connection(), |c| sql_query(text).bind::<sql_types::Text, _>(facts).execute(c))?;
    Ok(())
}

fn sizes(db: &TestDatabase) -> Vec<i64> {
    use super::super::schema::order_blocks::dsl as b;
    use diesel::{QueryDsl, RunQueryDsl};
    let load = |conn: &mut ledger::Connection| -> Result<Vec<i32>, StoreError> {
        let query = b::order_blocks.order(b::first_seq).select(b::held);
        Ok(ledger::on_each!(conn, |c| query.load(c))?)
    };
    db.ledger.read(load).unwrap().into_iter().map(i64::from).collect()
}

#[test]
fn what_was_counted_before_there_were_columns_is_made_from_the_events() {
    each_database(&migrations(), |db| {
        let officer = staff(4, Role::Officer, "/HO/");
        let order = file(db, &officer, &intake("/HO/GZ/", db.clock.now())).unwrap();
        let seq = place(db, &order);
        let forget = move |unit: &mut Unit<'_>| -> Result<(), StoreError> {
            use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
            let there = super::super::schema::orders::table.find(seq);
            let empty = super::super::schema::orders::facts.eq("");
            ledger::on_each!(unit.connection(), |c| diesel::update(there).set(empty).execute(c))?;
            Ok(())
        };
        db.ledger.write(&Cause::new("test:forget"), forget).unwrap();
        assert_eq!((received(db, "/HO/"), db.ledger.read(columns::is_whole).unwrap()), (0, false));
        let handlers = vec![crate::jobs::columns_job()];
        let now = db.clock.now();
        let start =
            move |unit: &mut Unit<'_>| crate::jobs::at_start(now).into_iter().try_for_each(|job| unit.enqueue(job));
        db.ledger.write(&Cause::new("test"), start).unwrap();
        assert_eq!(db.ledger.run_due_jobs(&handlers, now).unwrap().failed, []);
        assert_eq!((received(db, "/HO/"), db.ledger.read(columns::is_whole).unwrap()), (1, true));
        check(db, &[order]);
    });
}

#[test]
fn a_cause_is_found_once_a_matter_is_decided() {
    each_database(&migrations(), |db| {
        let officer = staff(4, Role::Officer, "/HO/");
        let handler = staff(2, Role::Handler, "/HO/");
        let order = file(db, &officer, &intake("/HO/GZ/", db.clock.now())).unwrap();
        let cause = |key: &str| Command::FindCause { cause: AxisKey::new(key), detail: None };
        let reason = |result: Result<Order, kernel::Problem>| result.unwrap_err().reason.unwrap();
        assert_eq!(reason(act(db, &handler, &order, cause("disclosure"))), "not-decided");
        let order = handled(db, &officer, &handler, order);
        let decided = crate::testing::decision(&order, crate::model::parts::Outcome::Substantiated, db.clock.now());
        let order = act(db, &handler, &order, Command::Decide(Box::new(decided))).unwrap();
        assert_eq!(reason(act(db, &handler, &order, cause("weather"))), "unknown-cause");
        let order = act(db, &handler, &order, cause("disclosure")).unwrap();
        assert_eq!(reason(act(db, &handler, &order, cause("disclosure"))), "same-cause");
        let order = act(db, &handler, &order, cause("charges")).unwrap();
        check(db, std::slice::from_ref(&order));
        assert_eq!(Facts::of(&order).cause.as_deref(), Some("charges"));
        assert_eq!(order.classification, Some(classes()));
    });
}
