//! Lists, look-ups and projections.

use kernel::{Cursor, ManualClock, PageRequest, Pii, Role, id::StaffId};
use ledger::{
    Cause, StoreError,
    testkit::{TestDatabase, each_database},
};
use proptest::prelude::*;
use regulation::MatterKind;
use std::sync::Arc;

use super::super::{
    filter::{ClockFilter, OrderFilter},
    list, lookups,
    orders::{self, OrderRow},
    schema, tasks,
};
use crate::{
    model::{
        Command, Order, StageName,
        parts::{Means, Outcome, Relation},
    },
    testing::{act, classes, decision, file, handled, intake, migrations, path, staff},
    words::Query,
};

const DAY: i64 = kernel::timestamp::DAY_MICROS;

fn rows(db: &TestDatabase, scopes: &[&str], filter: &OrderFilter) -> Vec<OrderRow> {
    let now = kernel::Clock::now(&*db.clock);
    let scopes: Vec<_> = scopes.iter().map(|scope| path(scope)).collect();
    db.ledger
        .read(|conn| list::page(conn, &scopes, filter, &PageRequest::new(Some(100), None), now))
        .map(|page| page.items)
        .unwrap()
}

fn receipts(rows: &[OrderRow]) -> Vec<&str> {
    rows.iter().map(|row| row.receipt.as_str()).collect()
}

fn advance(clock: &Arc<ManualClock>, micros: i64) {
    clock.advance_micros(micros);
}

fn index(db: &TestDatabase) -> usize {
    db.ledger.write(&Cause::new("test:index"), |unit| lookups::index_some(unit.connection(), 1000)).unwrap()
}

#[test]
fn a_list_is_newest_first_within_its_scopes() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        let mut filed = Vec::new();
        for (minute, unit) in ["/HO/GZ/GZ001/", "/HO/SZ/", "/HO/GZ/GZ002/", "/HO/GZ2/", "/HO/GZ/"].iter().enumerate() {
            advance(&db.clock, 60_000_000 + minute as i64);
            filed.push(file(db, &teller, &intake(unit, kernel::Clock::now(&*db.clock))).unwrap());
        }
        let of = |at: &[usize]| at.iter().map(|at| filed[*at].receipt.as_str()).collect::<Vec<_>>();
        let all = OrderFilter::default();
        assert_eq!(receipts(&rows(db, &["/HO/"], &all)), of(&[4, 3, 2, 1, 0]));
        assert_eq!(receipts(&rows(db, &["/HO/GZ/"], &all)), of(&[4, 2, 0]));
        assert_eq!(receipts(&rows(db, &["/HO/SZ/", "/HO/GZ2/"], &all)), of(&[3, 1]));
        assert_eq!(receipts(&rows(db, &[], &all)), [] as [&str; 0]);
        let within = OrderFilter { within: Some(path("/HO/GZ/")), ..OrderFilter::default() };
        assert_eq!(receipts(&rows(db, &["/HO/"], &within)), of(&[4, 2, 0]));
        assert_eq!(receipts(&rows(db, &["/HO/SZ/"], &within)), [] as [&str; 0]);
        let row = &rows(db, &["/HO/SZ/"], &all)[0];
        assert_eq!((row.name_masked.as_str(), row.phone_masked.as_str()), ("李**", "138****5678"));
        assert_eq!((row.stage, row.version, row.id), (StageName::Filed, 1, filed[1].id));
    });
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        for at in 0..25 {
            advance(&db.clock, 1 + at % 3);
            let unit = if at % 2 == 0 { "/HO/GZ/" } else { "/HO/SZ/" };
            file(db, &teller, &intake(unit, kernel::Clock::now(&*db.clock))).unwrap();
        }
        let now = kernel::Clock::now(&*db.clock);
        for scopes in [vec![path("/HO/")], vec![path("/HO/GZ/"), path("/HO/SZ/")]] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let request = PageRequest::new(Some(7), after.take());
                let read =
                    |conn: &mut ledger::Connection| list::page(conn, &scopes, &OrderFilter::default(), &request, now);
                let page = db.ledger.read(read).unwrap();
                seen.extend(page.items.iter().map(|row| row.seq));
                match page.next {
                    Some(next) => after = Some(Cursor::from_text(next)),
                    None => break,
                }
            }
            assert_eq!(seen.len(), 25);
            assert!(seen.is_sorted_by(|a, b| a > b));
        }
        let request = PageRequest::new(Some(7), Some(Cursor::from_text("nonsense".into())));
        let read =
            |conn: &mut ledger::Connection| list::page(conn, &[path("/HO/")], &OrderFilter::default(), &request, now);
        assert!(db.ledger.read(read).is_err());
    });
}

/// Whether the filter keeps the row, said a second time and without SQL.
fn keeps(filter: &OrderFilter, row: &OrderRow, now: kernel::Timestamp) -> bool {
    let clock = match filter.clock {
        None => true,
        Some(ClockFilter::Overdue) => row.next_due.is_some_and(|due| due < now),
        Some(ClockFilter::DueToday) => row.next_due.is_some_and(|due| due >= now && due.date() == now.date()),
        Some(ClockFilter::DueSoon) => row.next_due.is_some_and(|due| due >= now && due <= now.plus_days(3)),
        Some(ClockFilter::Running) => row.next_due.is_some(),
        Some(ClockFilter::Provisional) => row.provisional && row.next_due.is_some(),
    };
    clock
        && (filter.stages.is_empty() || filter.stages.contains(&row.stage))
        && filter.matter.is_none_or(|matter| matter == row.matter)
        && filter.handler.is_none_or(|handler| row.handler == Some(handler))
        && filter.channel.as_ref().is_none_or(|channel| row.channel.as_ref() == Some(channel))
        && filter.received_from.is_none_or(|day| row.received_at.date() >= day)
        && filter.received_to.is_none_or(|day| row.received_at.date() <= day)
}

fn bank_of_orders(db: &TestDatabase) -> Vec<Order> {
    let officer = staff(4, Role::Officer, "/HO/");
    let handler = staff(2, Role::Handler, "/HO/");
    let mut orders = Vec::new();
    for at in 0..24u32 {
        advance(&db.clock, DAY);
        let mut matter =
            intake(["/HO/GZ/GZ001/", "/HO/GZ/", "/HO/SZ/"][at as usize % 3], kernel::Clock::now(&*db.clock));
        matter.matter = [MatterKind::Complaint, MatterKind::Petition, MatterKind::Consultation][at as usize % 3];
        let mut order = file(db, &officer, &matter).unwrap();
        if at % 4 == 1 {
            order = handled(db, &officer, &handler, order);
        }
        if at % 8 == 5 {
            let outcome =
                if order.matter == MatterKind::Complaint { Outcome::Substantiated } else { Outcome::Answered };
            let decided = decision(&order, outcome, kernel::Clock::now(&*db.clock));
            order = act(db, &handler, &order, Command::Decide(Box::new(decided))).unwrap();
        }
        orders.push(order);
    }
    orders
}

#[test]
fn filters_keep_exactly_what_they_say() {
    each_database(&migrations(), |db| {
        bank_of_orders(db);
        let now = kernel::Clock::now(&*db.clock);
        let everything = rows(db, &["/HO/"], &OrderFilter::default());
        assert_eq!(everything.len(), 24);
        let day = now.plus_days(-9).date();
        let channel = classes().channel;
        let filters = [
            OrderFilter { stages: vec![StageName::Filed], ..OrderFilter::default() },
            OrderFilter { stages: vec![StageName::Handling, StageName::Decided], ..OrderFilter::default() },
            OrderFilter { clock: Some(ClockFilter::Overdue), ..OrderFilter::default() },
            OrderFilter { clock: Some(ClockFilter::DueToday), ..OrderFilter::default() },
            OrderFilter { clock: Some(ClockFilter::DueSoon), ..OrderFilter::default() },
            OrderFilter { clock: Some(ClockFilter::Running), ..OrderFilter::default() },
            OrderFilter { clock: Some(ClockFilter::Provisional), ..OrderFilter::default() },
            OrderFilter { matter: Some(MatterKind::Petition), ..OrderFilter::default() },
            OrderFilter { handler: Some(StaffId::from_bits(2)), ..OrderFilter::default() },
            OrderFilter { channel: Some(channel.as_str().to_owned()), ..OrderFilter::default() },
            OrderFilter { received_from: Some(day), ..OrderFilter::default() },
            OrderFilter { received_to: Some(day), ..OrderFilter::default() },
            OrderFilter { received_from: Some(day), received_to: Some(day), ..OrderFilter::default() },
            OrderFilter {
                stages: vec![StageName::Filed],
                clock: Some(ClockFilter::Overdue),
                matter: Some(MatterKind::Complaint),
                ..OrderFilter::default()
            },
        ];
        let mut found = 0;
        for filter in filters {
            for scope in ["/HO/", "/HO/GZ/", "/HO/GZ/GZ001/"] {
                let inside = |row: &&OrderRow| path(scope).contains(&row.unit);
                let expect: Vec<_> = everything.iter().filter(inside).filter(|row| keeps(&filter, row, now)).collect();
                let got = rows(db, &[scope], &filter);
                assert_eq!(got.iter().collect::<Vec<_>>(), expect, "{filter:?} in {scope}");
                found += got.len();
            }
        }
        assert!(found > 60, "the filters are worth testing: {found}");
    });
}

#[test]
fn words_and_numbers_are_found_before_and_after_they_are_indexed() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        let officer = staff(4, Role::Officer, "/HO/");
        let file_in = |unit: &str, narrative: &str, phone: &str| {
            advance(&db.clock, 1_000_000);
            let mut matter = intake(unit, kernel::Clock::now(&*db.clock));
            matter.narrative = Pii::new(narrative.to_owned());
            matter.person.phone = Some(Pii::new(phone.to_owned()));
            file(db, &teller, &matter).unwrap()
        };
        let first = file_in("/HO/GZ/", "李小明在手机银行转账300元失败，客服电话打不通", "13800000001");
        let second = file_in("/HO/SZ/", "银行手机号变更未成功；卡费另计", "13800000002");
        let (one, two) = (first.receipt.as_str(), second.receipt.as_str());
        let search = |scopes: &[&str], typed: &str| -> Vec<String> {
            let filter = OrderFilter { words: Query::parse(typed), ..OrderFilter::default() };
            rows(db, scopes, &filter).into_iter().map(|row| row.receipt).collect()
        };
        let by_phone = |phone: &str| -> Vec<String> {
            let number = db.keyring.blind_index_all(people::model::numbers::PHONE, phone);
            let filter = OrderFilter { number, ..OrderFilter::default() };
            rows(db, &["/HO/"], &filter).into_iter().map(|row| row.receipt).collect()
        };
        let check = || {
            assert_eq!(search(&["/HO/"], "手机银行"), [one], "pairs that stand apart are no match");
            assert_eq!(search(&["/HO/"], "手机"), [two, one]);
            assert_eq!(search(&["/HO/GZ/"], "手机"), [one]);
            assert_eq!(search(&["/HO/"], "账300元 客服"), [one]);
            assert_eq!(search(&["/HO/"], "费"), [two, one], "the title counts");
            assert_eq!(search(&["/HO/"], "李小明"), [] as [&str; 0], "names are not searchable");
            assert_eq!(search(&["/HO/"], "13800000001"), [] as [&str; 0]);
            assert_eq!(by_phone("13800000001"), [one]);
            assert_eq!(by_phone("13900000000"), [] as [&str; 0]);
        };
        check();
        assert_eq!(index(db), 2);
        assert_eq!(index(db), 0);
        check();
        // An order that moves to another unit is found there and no longer here, at once and after indexing.
        let order = act(db, &officer, &second, Command::Register).unwrap();
        let order = act(db, &officer, &order, Command::Classify(classes())).unwrap();
        let order = act(db, &officer, &order, Command::Assign { unit: path("/HO/GZ/"), person: None, why: None });
        assert!(order.is_ok());
        for _ in 0..2 {
            assert_eq!(search(&["/HO/SZ/"], "卡费"), [] as [&str; 0]);
            assert_eq!(search(&["/HO/GZ/"], "卡费"), [two]);
            index(db);
        }
    });
}

#[test]
fn parts_follow_their_order() {
    each_database(&migrations(), |db| {
        let officer = staff(4, Role::Officer, "/HO/");
        let handler = staff(2, Role::Handler, "/HO/");
        let order = file(db, &officer, &intake("/HO/GZ/", kernel::Clock::now(&*db.clock))).unwrap();
        let other = file(db, &officer, &intake("/HO/GZ/", kernel::Clock::now(&*db.clock))).unwrap();
        let order = handled(db, &officer, &handler, order);
        let sealed = || seal::Sealed::from_stored("s1.x");
        let task = kernel::id::TaskId::from_bits(7);
        let ask = Command::OpenTask { task, unit: path("/HO/CARD/"), person: None, ask: sealed(), due: None };
        let order = act(db, &handler, &order, ask).unwrap();
        let page = PageRequest::new(None, None);
        let open =
            |place: &str| db.ledger.read(|conn| tasks::open_tasks(conn, &path(place), None, &page)).unwrap().items;
        assert_eq!(open("/HO/CARD/").iter().map(|row| (row.id, row.order)).collect::<Vec<_>>(), [(task, order.id)]);
        assert!(open("/HO/GZ/").is_empty());
        let answerer = staff(9, Role::Handler, "/HO/CARD/");
        let order = act(db, &answerer, &order, Command::AnswerTask { task, answer: sealed() }).unwrap();
        assert!(open("/HO/").is_empty());
        let link = Command::Link { other: other.id, relation: Relation::DuplicateOf };
        let order = act(db, &handler, &order, link).unwrap();
        let linked = db.ledger.read(|conn| tasks::linked_from(conn, other.id, 10)).unwrap();
        assert_eq!(linked, [(order.id, "duplicate_of".to_owned())]);
        let clocks = count_clocks(db, order.id);
        assert_eq!(clocks.0, order.clocks.len() as i64);
        assert_eq!(clocks.1, 1, "the task's");
        let order = act(
            db,
            &handler,
            &order,
            Command::Contact { means: Means::Phone, reached: true, at: kernel::Clock::now(&*db.clock), words: None },
        );
        assert_eq!(count_clocks(db, order.unwrap().id).1, 2, "the first contact and the task are answered");
    });
}

fn count_clocks(db: &TestDatabase, id: kernel::id::OrderId) -> (i64, i64) {
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, dsl::count_star};
    use schema::order_clocks::dsl as c;
    db.ledger
        .read(|conn| -> Result<_, StoreError> {
            let seq = orders::place(conn, id)?.unwrap().seq;
            let of = c::order_clocks.filter(c::seq.eq(seq));
            let all = ledger::on_each!(conn, |c| of.select(count_star()).first(c))?;
            let answered = c::order_clocks.filter(c::seq.eq(seq)).filter(c::answered.eq(1));
            Ok((all, ledger::on_each!(conn, |c| answered.select(count_star()).first(c))?))
        })
        .unwrap()
}

proptest! {
    #[test]
    fn the_place_in_time_grows_with_the_id(a in 0i64..4_000_000_000_000_000, b in 0i64..4_000_000_000_000_000, seed in any::<u64>()) {
        let random = kernel::SeededRandom::new(seed);
        let id = |micros| kernel::id::OrderId::new(kernel::Timestamp::from_micros(micros), &random);
        let (first, second) = (a.min(b), a.max(b));
        prop_assert!(orders::seq_of(id(first)) >= 0);
        if second - first > 2000 {
            prop_assert!(orders::seq_of(id(first)) < orders::seq_of(id(second)));
        }
        prop_assert!(orders::seq_at(kernel::Timestamp::from_micros(first)) <= orders::seq_of(id(first)));
    }
}

#[test]
fn look_up_tables_that_were_forgotten_are_built_anew() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        let filed = file(db, &teller, &intake("/HO/GZ/", kernel::Clock::now(&*db.clock))).unwrap();
        assert_eq!(index(db), 1);
        let all = rows(db, &["/HO/"], &OrderFilter::default());
        let words = OrderFilter { words: Query::parse("年费"), ..OrderFilter::default() };
        assert_eq!(receipts(&rows(db, &["/HO/"], &words)), [filed.receipt.as_str()]);
        db.ledger.write(&Cause::new("test:forget"), lookups::forget).unwrap();
        assert_eq!(receipts(&rows(db, &["/HO/"], &words)), [filed.receipt.as_str()], "found while it waits");
        assert_eq!(index(db), 1);
        assert_eq!(index(db), 0);
        assert_eq!(receipts(&rows(db, &["/HO/"], &words)), [filed.receipt.as_str()], "found again");
        assert_eq!(rows(db, &["/HO/"], &OrderFilter::default()).len(), all.len());
    });
}
