//! Imports on both databases: new, known, different and refused rows, and what the limits of the law say of them.

use std::sync::Arc;

use jiff::civil::date;
use kernel::{Money, Pii, Timestamp};
use ledger::{Cause, testkit::TestDatabase, testkit::each_database};
use people::{model::organisation_import::UnitRow, use_cases::organisation};
use regulation::{MatterKind, MatterSource};

use super::{Historical, HistoricalPerson, Taken, Tally, import_chunk};
use crate::{
    desk,
    model::{ClockMood, Stage, StageName, parts::Ending},
    store::orders,
    testing::{LAW, classes, migrations},
};

fn at(year: i16, month: i8, day: i8) -> Timestamp {
    Timestamp::start_of(date(year, month, day))
}

fn row(external: &str) -> Historical {
    Historical {
        source: "old-crm".to_owned(),
        external: external.to_owned(),
        matter: MatterKind::Complaint,
        origin: MatterSource::Direct,
        origin_number: None,
        unit: "GZ001".to_owned(),
        received_at: at(2024, 3, 1),
        clock_start: None,
        answered_at: Some(at(2024, 3, 10)),
        timely: None,
        closed_at: at(2024, 3, 12),
        occurred_on: None,
        outcome: Some("substantiated".to_owned()),
        nature: None,
        person: HistoricalPerson {
            name: Some(Pii::new("李小明".to_owned())),
            phone: Some(Pii::new("138 1234 5678".to_owned())),
            ..HistoricalPerson::default()
        },
        title: Pii::new("信用卡年费".to_owned()),
        narrative: Pii::new("李小明称被收年费，电话13812345678。".to_owned()),
        request: None,
        amount: Some(Money::fen(30_000)),
        channel: None,
        business: None,
        reason: None,
        region: Some("广东".to_owned()),
        labels: vec![("产品".to_owned(), "信用卡".to_owned())],
    }
}

fn open_units(db: &TestDatabase) {
    db.ledger
        .write(&Cause::new("test"), |unit| {
            let line = |line: u64, code: &str, kind: &str, parent: &str| UnitRow {
                line,
                code: code.to_owned(),
                name: format!("机构{code}"),
                kind: kind.to_owned(),
                parent: parent.to_owned(),
                region: String::new(),
                status: String::new(),
            };
            let rows = [line(2, "HO", "head_office", ""), line(3, "GZ001", "outlet", "HO")];
            let done = organisation::import(unit, &kernel::ActorRef::program("test"), &rows, "test");
            done.map(drop).map_err(|error| kernel::Problem::internal_error(format!("{error:?}")))
        })
        .unwrap();
}

fn import(db: &TestDatabase, rows: &[Historical]) -> Vec<Taken> {
    import_chunk(&db.ledger, &Cause::new("import:test"), &LAW, rows).unwrap()
}

fn loaded(db: &TestDatabase, taken: &Taken) -> crate::model::Order {
    let Taken::New(id) = *taken else { panic!("{taken:?}") };
    db.ledger.write(&Cause::new("test"), move |unit| desk::load(unit, id)).unwrap()
}

fn pointers(taken: &Taken) -> Vec<String> {
    let Taken::Refused(faults) = taken else { panic!("{taken:?}") };
    faults.iter().map(|fault| fault.pointer.clone()).collect()
}

#[test]
fn a_matter_of_the_past_keeps_its_own_dates() {
    each_database(&migrations(), |db| {
        open_units(db);
        let axes = classes();
        let classified = Historical {
            channel: Some(axes.channel.as_str().to_owned()),
            business: Some(axes.business.as_str().to_owned()),
            reason: Some(axes.reason.as_str().to_owned()),
            ..row("1")
        };
        let taken = import(db, &[classified, row("2")]);
        let order = loaded(db, &taken[0]);
        assert_eq!(order.received_at, at(2024, 3, 1));
        assert_eq!(order.stage, Stage::Closed { at: at(2024, 3, 12), ending: Ending::Historical, decision: None });
        assert_eq!(order.classification, Some(axes));
        assert_eq!(order.clocks.len(), 1, "only the clock that the answer stops");
        assert_eq!(order.clocks[0].mood(db.now()), ClockMood::Met);
        let past = order.past.clone().unwrap();
        assert!(past.labels.contains(&("region".to_owned(), "广东".to_owned())));
        let history = db.ledger.history(&desk::stream(order.id)).unwrap();
        assert!(history.iter().all(|event| event.at == at(2024, 3, 12)));
        assert!(history.iter().all(|event| !event.payload.to_string().contains("李小明")));
        let listed = db.ledger.read(|conn| orders::row(conn, order.id)).unwrap().unwrap();
        assert_eq!((listed.stage, listed.name_masked.as_str()), (StageName::Closed, "李**"));
        assert_eq!(listed.outcome, Some(crate::model::parts::Outcome::Substantiated));
        assert!(listed.business.is_some() && listed.next_due.is_none());
        let other = loaded(db, &taken[1]);
        assert_eq!(other.classification, None);
        assert_ne!(other.party.subject, order.party.subject, "each order has a key of its own");
    });
}

#[test]
fn a_second_import_changes_nothing_and_tells_what_differs() {
    each_database(&migrations(), |db| {
        open_units(db);
        let rows: Vec<Historical> = (0..40).map(|number| row(&number.to_string())).collect();
        let first = import(db, &rows);
        let known: Vec<Taken> = first
            .iter()
            .map(|taken| if let Taken::New(id) = taken { Taken::Known(*id) } else { panic!("{taken:?}") })
            .collect();
        assert_eq!(import(db, &rows), known);
        let later = Historical { answered_at: Some(at(2024, 3, 11)), ..rows[3].clone() };
        let reworded = Historical { narrative: Pii::new("另一种说法".to_owned()), ..rows[4].clone() };
        let again = import(db, &[later, reworded, row("40"), row("40")]);
        assert!(matches!(&again[0], Taken::Different { fields, .. } if *fields == ["answered_at"]), "{again:?}");
        assert!(matches!(&again[1], Taken::Different { fields, .. } if *fields == ["texts"]), "{again:?}");
        let Taken::New(id) = again[2] else { panic!("{again:?}") };
        assert_eq!(again[3], Taken::Known(id), "the same row twice in one chunk is one matter");
        let Taken::Known(id) = known[3] else { panic!() };
        assert_eq!(db.ledger.history(&desk::stream(id)).unwrap().len(), 1);
        let order = db.ledger.write(&Cause::new("test"), move |unit| desk::load(unit, id)).unwrap();
        assert_eq!(order.past.unwrap().answered_at, Some(at(2024, 3, 10)), "a difference is told, not applied");
    });
}

#[test]
fn a_row_is_refused_with_every_fault_and_stops_no_other() {
    each_database(&migrations(), |db| {
        open_units(db);
        let bad = Historical {
            source: "old crm".to_owned(),
            received_at: at(2024, 3, 11),
            answered_at: Some(at(2024, 3, 10)),
            closed_at: db.now().plus_days(1),
            outcome: Some("perhaps".to_owned()),
            amount: Some(Money::fen(0)),
            channel: Some("pigeon".to_owned()),
            person: HistoricalPerson { phone: Some(Pii::new("12".to_owned())), ..row("x").person },
            ..row("1")
        };
        let taken = import(db, &[bad, Historical { unit: "GZ999".to_owned(), ..row("2") }, row("3")]);
        let mut told = pointers(&taken[0]);
        told.sort_unstable();
        assert_eq!(told, ["/amount", "/answered_at", "/channel", "/closed_at", "/outcome", "/person/phone", "/source"]);
        assert_eq!(pointers(&taken[1]), ["/unit"]);
        assert!(matches!(taken[2], Taken::New(_)));
        let told: Vec<String> = row("4").check(&LAW, db.now()).iter().map(|fault| fault.pointer.clone()).collect();
        assert_eq!(told, Vec::<String>::new());
        // What was refused may come again, put right.
        let right = import(db, &[Historical { unit: "/HO/GZ001/".to_owned(), ..row("2") }]);
        assert!(matches!(right[0], Taken::New(_)), "{right:?}");
    });
}

#[test]
fn nothing_of_a_text_is_lost_and_labels_carry_no_numbers() {
    each_database(&migrations(), |db| {
        open_units(db);
        let title = "长".repeat(200);
        let long = Historical {
            title: Pii::new(title.clone()),
            narrative: Pii::new("正文\u{0}".to_owned()),
            labels: vec![("备注".to_owned(), "李小明 13812345678".to_owned())],
            ..row("1")
        };
        let order = loaded(db, &import(db, &[long])[0]);
        let place = db.ledger.read(|conn| orders::place(conn, order.id)).unwrap().unwrap();
        let key = place.key(&db.keyring).unwrap();
        let key = crate::intake::OrderKey { keyring: &db.keyring, key: &key, order: order.id };
        assert_eq!(key.open("narrative", &order.narrative).unwrap().expose(), &format!("{title}\n\n正文"));
        assert_eq!(key.open("title", &order.title).unwrap().expose().chars().count(), 120);
        let label = &order.past.unwrap().labels[0].1;
        assert!(!label.contains("李小明") && !label.contains("13812345678"), "{label}");
    });
}

#[test]
fn many_rows_of_one_day_find_their_places() {
    each_database(&migrations(), |db| {
        open_units(db);
        let rows: Vec<Historical> = (0..1_000).map(|number| row(&number.to_string())).collect();
        assert!(import(db, &rows).iter().all(|taken| matches!(taken, Taken::New(_))));
        let too_many: Vec<Historical> = (0..1_001).map(|number| row(&number.to_string())).collect();
        assert!(import_chunk(&db.ledger, &Cause::new("import:test"), &LAW, &too_many).is_err());
    });
}

#[test]
fn two_imports_of_one_list_take_a_row_once() {
    each_database(&migrations(), |db| {
        open_units(db);
        let rows: Arc<Vec<Historical>> = Arc::new((0..50).map(|number| row(&number.to_string())).collect());
        let both: Vec<Vec<Taken>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| import(db, &rows))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for (one, other) in both[0].iter().zip(&both[1]) {
            let (Taken::New(a) | Taken::Known(a)) = one else { panic!("{one:?}") };
            assert!(*other == Taken::New(*a) || *other == Taken::Known(*a), "{one:?} {other:?}");
            assert!(*one != *other || *one == Taken::Known(*a), "both took it: {one:?}");
        }
    });
}

#[test]
fn answers_are_measured_by_the_rules_of_their_day() {
    let mut tally = Tally::new(LAW.clone(), None);
    let answered = |day| Historical { answered_at: Some(day), closed_at: day, ..row("x") };
    for day in [at(2024, 3, 16), at(2024, 3, 17), at(2024, 3, 31), at(2024, 4, 30), at(2024, 5, 1)] {
        tally.count(&answered(day));
    }
    tally.count(&Historical { answered_at: None, timely: Some(false), ..row("x") });
    tally.count(&Historical { received_at: at(2015, 1, 1), ..row("x") });
    let counts: Vec<_> = tally.steps.iter().map(|s| (s.rule.as_str(), s.length, s.met, s.missed, s.unknown)).collect();
    assert_eq!(
        counts,
        [("cp.nfra.simple", 15, 1, 5, 0), ("cp.nfra.complex", 30, 3, 2, 1), ("cp.nfra.special", 60, 4, 1, 1)]
    );
    assert_eq!(tally.without_limit, 1, "before 2020 there was no such limit");
    let mut today = Tally::new(LAW.clone(), Some(date(2026, 11, 22)));
    today.count(&Historical { received_at: at(2015, 1, 1), answered_at: Some(at(2015, 1, 9)), ..row("x") });
    assert_eq!((today.steps[0].met, today.without_limit), (1, 0));
}
