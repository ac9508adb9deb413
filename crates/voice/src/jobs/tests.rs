//! The room's own work on both databases, with a clock that moves only when told to.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::date;
use kernel::{
    Actor, Clock as _, Problem, Role, Timestamp,
    calendar::{HolidayDay, HolidayYear},
};
use ledger::{Cause, JobHandler, testkit::TestDatabase, testkit::databases_with, testkit::each_database};
use parking_lot::Mutex;
use people::{model::organisation_import::UnitRow, use_cases::organisation};
use regulation::MatterKind;

use super::{LawSource, at_start, calendar_changed, handlers, reactions};
use crate::{
    desk,
    intake::Intake,
    model::{ClockEvent, Command, Law, LetterKind, Order, OrderEvent, book::BookEvent, parts::Means, parts::Outcome},
    store::{book, lookups},
    testing::{self, LAW, act, handled, intake, migrations, staff},
};

/// A law that a test replaces while the program runs.
struct Changing(Mutex<Law>);

impl LawSource for Changing {
    fn law(&self) -> Law {
        self.0.lock().clone()
    }
}

struct House<'a> {
    db: &'a TestDatabase,
    law: Arc<Changing>,
    handlers: Vec<Arc<dyn JobHandler>>,
}

impl<'a> House<'a> {
    fn new(db: &'a TestDatabase) -> Self {
        let law = Arc::new(Changing(Mutex::new(LAW.clone())));
        let source: Arc<dyn LawSource> = law.clone();
        let now = db.now();
        db.ledger
            .write(&Cause::new("test"), move |unit| {
                at_start(now).into_iter().try_for_each(|job| unit.enqueue(job)).map_err(Problem::from)
            })
            .unwrap();
        Self { db, law, handlers: handlers(&source) }
    }

    /// Lets everything happen that is due by `at`.
    fn run(&self, at: Timestamp) {
        self.db.clock.set(at);
        let run = self.db.ledger.run_due_jobs(&self.handlers, at).unwrap();
        assert_eq!(run.failed, Vec::new());
    }

    fn load(&self, order: &Order) -> Order {
        let id = order.id;
        self.db.ledger.write(&Cause::new("test"), move |unit| desk::load(unit, id)).unwrap()
    }

    /// The alerts of an order so far, by their rows.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the test looks for two kinds of events among all")]
    fn alerts(&self, order: &Order) -> Vec<String> {
        let history = self.db.ledger.history(&desk::stream(order.id)).unwrap();
        let alert = |event: ledger::RawEvent| match serde_json::from_value(event.payload).unwrap() {
            OrderEvent::Clock(ClockEvent::Reminded { alert, .. })
            | OrderEvent::Clock(ClockEvent::Escalated { alert, .. }) => Some(alert.id().to_owned()),
            _ => None,
        };
        history.into_iter().filter_map(alert).collect()
    }
}

fn officer() -> Actor {
    staff(1, Role::Officer, "/HO/")
}

fn shanghai(month: i8, day: i8, hour: i8) -> Timestamp {
    Timestamp::from_shanghai(date(2026, month, day).at(hour, 0, 0, 0))
}

fn file(db: &TestDatabase, intake: &Intake) -> Order {
    testing::file(db, &officer(), intake).unwrap()
}

/// Tells the complainant the decision.
fn answered(db: &TestDatabase, order: Order) -> Order {
    let officer = officer();
    let order = handled(db, &officer, &officer, order);
    let decision = testing::decision(&order, Outcome::Substantiated, db.clock.now());
    let order = act(db, &officer, &order, Command::Decide(Box::new(decision))).unwrap();
    let letter = order.owed(LetterKind::Decision).unwrap().id;
    let told = Command::Notify { letter, means: Means::Sms, at: db.clock.now(), reference: None, text: None };
    act(db, &officer, &order, told).unwrap()
}

#[test]
fn alerts_go_out_at_their_times_and_once() {
    each_database(&migrations(), |db| {
        db.clock.set(shanghai(11, 23, 9));
        let house = House::new(db);
        let order = file(db, &intake("/HO/", db.now()));
        house.run(db.now());
        assert_eq!(house.alerts(&order), Vec::<String>::new());
        // The first contact is due after one working day; two working hours before that somebody is reminded.
        house.run(shanghai(11, 23, 18));
        assert_eq!(house.alerts(&order), ["policy.remind.first_contact"]);
        house.run(shanghai(11, 24, 10));
        assert_eq!(house.alerts(&order).last().unwrap(), "policy.escalate.first_contact");
        // Due on 8 December: three days before is a Saturday, so that Friday it is.
        house.run(shanghai(12, 4, 8));
        assert_eq!(house.alerts(&order).len(), 2);
        house.run(shanghai(12, 4, 9));
        assert_eq!(house.alerts(&order).last().unwrap(), "policy.remind.three_days");
        house.run(shanghai(12, 7, 13));
        assert_eq!(house.alerts(&order).last().unwrap(), "policy.remind.last_workday");
        house.run(shanghai(12, 7, 15));
        assert_eq!(house.alerts(&order).last().unwrap(), "policy.escalate.last_workday");
        house.run(shanghai(12, 9, 9));
        assert_eq!(house.alerts(&order).last().unwrap(), "policy.escalate.overdue");
        let all = house.alerts(&order).len();
        house.run(shanghai(12, 20, 9));
        assert_eq!(house.alerts(&order).len(), all, "each goes out once");
    });
}

#[test]
fn nothing_goes_out_after_the_answer_and_no_late_reminder_before_it() {
    each_database(&migrations(), |db| {
        db.clock.set(shanghai(11, 23, 9));
        let house = House::new(db);
        let done = answered(db, file(db, &intake("/HO/", db.now())));
        let late = file(db, &intake("/HO/", db.now()));
        // The program was down for a month: reminders of what has passed are pointless, escalations are not.
        house.run(shanghai(12, 24, 9));
        let told = house.alerts(&late);
        assert!(told.iter().all(|alert| alert.starts_with("policy.escalate")), "{told:?}");
        assert!(told.contains(&"policy.escalate.overdue".to_owned()));
        let told = house.alerts(&done);
        assert!(told.iter().all(|alert| !alert.contains("overdue") && !alert.contains("first_contact")), "{told:?}");
    });
}

#[test]
fn an_answer_between_the_sweep_and_the_job_silences_it() {
    each_database(&migrations(), |db| {
        db.clock.set(shanghai(11, 23, 9));
        let house = House::new(db);
        house.run(db.now());
        let order = file(db, &intake("/HO/", db.now()));
        db.clock.set(shanghai(12, 9, 10));
        // The sweep has run and the order's own job has not.
        let sweep: Vec<Arc<dyn JobHandler>> =
            house.handlers.iter().filter(|h| h.kind() == super::ALARMS).cloned().collect();
        db.ledger.run_due_jobs(&sweep, db.now()).unwrap();
        let order = answered(db, order);
        house.run(db.now());
        assert_eq!(house.alerts(&order), Vec::<String>::new());
    });
}

/// The papers for 2027, with a holiday on what would have been a working day.
fn with_2027(law: &Law) -> Law {
    let day = HolidayDay { off: true, name: "元旦".to_owned() };
    let days = BTreeMap::from([(date(2027, 1, 1), day.clone()), (date(2027, 1, 4), day)]);
    let year = HolidayYear::new(2027, vec!["国办发明电〔2026〕0号".to_owned()], days).unwrap();
    let rules = Arc::new(law.rules.with_holiday_year(year).unwrap());
    let calendar = rules.calendar().clone();
    Law::new(rules, calendar)
}

#[test]
fn provisional_deadlines_move_when_the_year_is_known() {
    each_database(&migrations(), |db| {
        db.clock.set(shanghai(12, 28, 9));
        let house = House::new(db);
        let suggestion = Intake { matter: MatterKind::Suggestion, ..intake("/HO/", db.now()) };
        // More than one piece of work.
        let orders: Vec<Order> = (0..120).map(|_| file(db, &suggestion)).collect();
        let complaint = file(db, &intake("/HO/", db.now()));
        let done = file(db, &suggestion);
        let done = act(db, &officer(), &done, Command::Register).unwrap();
        let done = act(db, &officer(), &done, Command::Close).unwrap();
        house.run(db.now());
        let before = house.load(&orders[0]);
        assert!(before.clocks[0].provisional);
        *house.law.0.lock() = with_2027(&LAW);
        let now = db.now();
        db.ledger
            .write(&Cause::new("test"), move |unit| unit.enqueue(calendar_changed(now)).map_err(Problem::from))
            .unwrap();
        // Each piece puts the next in the queue a moment later.
        for step in 0..10 {
            house.run(shanghai(12, 28, 9).plus_micros(step * 1_000_000));
        }
        for order in &orders {
            let after = house.load(order);
            assert!(!after.clocks[0].provisional);
            assert!(after.clocks[0].due > before.clocks[0].due, "{} {}", after.clocks[0].due, before.clocks[0].due);
            assert_eq!(after.version, order.version + 1, "moved once");
        }
        assert_eq!(house.load(&complaint).version, complaint.version, "natural days do not move");
        assert_eq!(house.load(&done).version, done.version, "what has ended does not move");
        house.run(shanghai(12, 29, 10));
        assert_eq!(house.load(&orders[0]).version, orders[0].version + 1 + house.alerts(&orders[0]).len() as u64);
    });
}

#[test]
fn new_orders_reach_the_look_up_tables() {
    each_database(&migrations(), |db| {
        let house = House::new(db);
        for _ in 0..3 {
            file(db, &intake("/HO/", db.now()));
        }
        assert!(db.ledger.read(lookups::is_anything_waiting).unwrap());
        house.run(db.now());
        assert!(!db.ledger.read(lookups::is_anything_waiting).unwrap());
    });
}

fn unit_row(line: u64, code: &str, kind: &str, parent: &str) -> UnitRow {
    UnitRow {
        line,
        code: code.to_owned(),
        name: format!("机构{code}"),
        kind: kind.to_owned(),
        parent: parent.to_owned(),
        region: String::new(),
        status: String::new(),
    }
}

fn organise(db: &TestDatabase, parent: &'static str) {
    let done = db.ledger.write(&Cause::new("test"), move |unit| {
        let rows = [
            unit_row(2, "HO", "head_office", ""),
            unit_row(3, "A", "branch", "HO"),
            unit_row(4, "B", "branch", "HO"),
            unit_row(5, "X", "outlet", parent),
        ];
        let done = organisation::import(unit, &kernel::ActorRef::program("test"), &rows, parent);
        done.map(drop).map_err(|error| Problem::internal_error(format!("{error:?}")))
    });
    done.unwrap();
}

#[test]
fn orders_follow_their_unit_through_several_moves() {
    for db in &databases_with(&migrations(), &reactions()) {
        let house = House::new(db);
        organise(db, "A");
        let below: Vec<Order> = (0..60).map(|_| file(db, &intake("/HO/A/X/", db.now()))).collect();
        let beside = file(db, &intake("/HO/A/", db.now()));
        let officer = officer();
        let asking = handled(db, &officer, &officer, file(db, &intake("/HO/", db.now())));
        let ask = Command::OpenTask {
            task: kernel::id::TaskId::from_bits(1),
            unit: testing::path("/HO/A/X/"),
            person: None,
            ask: seal::Sealed::from_stored("s1.test"),
            due: None,
        };
        let asking = act(db, &officer, &asking, ask).unwrap();
        // Both moves happen before the first job runs.
        organise(db, "B");
        organise(db, "HO");
        for step in 0..20 {
            house.run(db.now().plus_micros(step * 100_000));
        }
        for order in &below {
            assert_eq!(house.load(order).unit, testing::path("/HO/X/"), "on {}", db.name);
        }
        assert_eq!(house.load(&beside).unit, testing::path("/HO/A/"));
        assert_eq!(house.load(&asking).tasks[0].unit, testing::path("/HO/X/"));
    }
}

#[test]
fn the_routing_book_follows_a_unit_that_moves() {
    for db in &databases_with(&migrations(), &reactions()) {
        let house = House::new(db);
        organise(db, "A");
        let place = || testing::path("/HO/A/X/");
        let (person, from) = (kernel::id::StaffId::from_bits(9), db.now());
        let route = |key: &str, unit: &str, filed_below: Option<kernel::OrgPath>| {
            let route =
                serde_json::json!({ "key": key, "name": "年费", "rank": 1, "unit": unit, "filed_below": filed_below });
            BookEvent::RouteSaved { route: serde_json::from_value(route).unwrap() }
        };
        let entries = [
            route("there", "/HO/A/X/", None),
            route("from-there", "/HO/B/", Some(place())),
            route("beside", "/HO/A/", None),
            BookEvent::HandlerSet { person, unit: place(), skills: Vec::new(), capacity: 3, away_until: None },
            BookEvent::DutySet { unit: place(), person, from, to: from.plus_days(2) },
        ];
        db.ledger
            .write(&Cause::new("test"), move |unit| {
                entries.iter().try_for_each(|entry| book::apply(unit.connection(), entry))
            })
            .unwrap();
        organise(db, "B");
        for step in 0..10 {
            house.run(db.now().plus_micros(step * 100_000));
        }
        let (routes, handlers, duty) = db
            .ledger
            .read(|conn| {
                let top = testing::path("/HO/");
                let now = from.plus_days(1);
                Ok::<_, ledger::StoreError>((
                    book::routes(conn)?,
                    book::handlers(conn, &top, 10)?,
                    book::duty(conn, &top, now)?,
                ))
            })
            .unwrap();
        let there = testing::path("/HO/B/X/");
        let of = |key: &str| routes.iter().find(|route| route.key.as_str() == key).unwrap();
        assert_eq!(of("there").unit, there, "on {}", db.name);
        assert_eq!(of("from-there").filed_below, Some(there.clone()));
        assert_eq!((of("beside").unit.as_str(), of("from-there").unit.as_str()), ("/HO/A/", "/HO/B/"));
        assert_eq!((handlers.len(), &handlers[0].unit), (1, &there));
        assert_eq!((duty.len(), &duty[0].unit, duty[0].person), (1, &there, person));
        assert_eq!(db.ledger.read(|conn| book::on_call(conn, &there, from.plus_days(1))).unwrap(), Some(person));
    }
}
