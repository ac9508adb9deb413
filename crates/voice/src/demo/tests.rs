//! The demo on both databases: every state is there, nothing is forbidden, and the same seed gives the same matters.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{OrgPath, PageRequest, Pii, Problem, Timestamp};
use ledger::{Cause, testkit::TestDatabase, testkit::each_database};
use people::demo::{self as bank_demo, DemoBank};

use super::{DemoOptions, Seeded, seed};
use crate::{
    desk,
    model::{ClockMood, Order, OrderEvent, StageName, StepEvent, lead::LeadState, teaching_case::CaseStage},
    store::{
        orders,
        rectifications::{self, RectificationFilter},
        teaching_cases,
    },
    testing::{LAW, migrations},
};

fn furnish(db: &TestDatabase) -> DemoBank {
    let options = bank_demo::DemoOptions { seed: 1, password: Pii::new("Demo-Xiaobao-2026".to_owned()) };
    bank_demo::furnish(&db.ledger, &options).unwrap().unwrap()
}

fn all(db: &TestDatabase, bank: &DemoBank) -> Vec<Order> {
    let top = super::top(bank).unwrap();
    let ids = db.ledger.read(|conn| orders::below(conn, &top, ("", i64::MIN), 10_000)).unwrap();
    db.ledger
        .write(&Cause::new("test"), move |unit| {
            ids.iter().map(|(_, _, id)| desk::load(unit, *id)).collect::<Result<Vec<_>, Problem>>()
        })
        .unwrap()
}

/// Every way to fare comes once in half the demo's matters.
const HALF: usize = super::MATTERS / 2;

fn fill(db: &TestDatabase, bank: &DemoBank, now: Timestamp) -> Seeded {
    let options = DemoOptions { seed: 7, now, matters: HALF };
    seed(&db.ledger, &db.clock, bank, &LAW, &options).unwrap().unwrap()
}

#[test]
fn every_state_of_a_matter_is_there() {
    each_database(&migrations(), |db| {
        let bank = furnish(db);
        let now = db.now();
        let seeded = seed(&db.ledger, &db.clock, &bank, &LAW, &DemoOptions::new(7, now)).unwrap().unwrap();
        assert_eq!((seeded.matters, seeded.forbidden), (super::MATTERS, 0));
        let orders = all(db, &bank);
        let mut stages: BTreeMap<StageName, usize> = BTreeMap::new();
        orders.iter().for_each(|order| *stages.entry(order.stage.name()).or_default() += 1);
        for stage in StageName::ALL {
            assert!(stages.contains_key(stage), "nothing is {}: {stages:?}", stage.as_str());
        }
        let moods: BTreeSet<&str> =
            orders.iter().flat_map(|order| &order.clocks).map(|clock| clock.mood(now).as_str()).collect();
        let wanted = [ClockMood::Overdue, ClockMood::DueSoon, ClockMood::Paused, ClockMood::Met, ClockMood::Missed];
        assert!(wanted.iter().all(|mood| moods.contains(mood.as_str())), "{moods:?}");
        let due_today = |order: &&Order| order.next_due().is_some_and(|due| due.date() == now.date());
        assert!(orders.iter().filter(due_today).count() >= 3);
        let kinds: BTreeSet<_> = orders.iter().map(|order| order.matter).collect();
        assert_eq!(kinds.len(), regulation::MatterKind::ALL.len());
        let figures: BTreeSet<u8> = orders
            .iter()
            .flat_map(|order| &order.visits)
            .filter_map(|visit| visit.answer.as_ref())
            .map(|answer| answer.satisfaction.get())
            .collect();
        assert_eq!(figures, BTreeSet::from([1, 2, 3, 4, 5]));
        assert!(orders.iter().any(|order| !order.proposals.is_empty()));
        assert!(orders.iter().any(|order| order.granted.iter().any(|granted| granted.proposed_by.is_none())));
        assert!(orders.iter().any(|order| !order.links.is_empty()));
        assert!(orders.iter().any(|order| order.round > 1));
        assert!(orders.iter().any(|order| order.representative.is_some()));
        assert!(orders.iter().any(|order| !order.tasks.is_empty() && !order.notes.is_empty()));
        assert!(orders.iter().any(|order| order.origin.wants_report() && order.reported));
        assert!(orders.iter().flat_map(|order| &order.clocks).any(|clock| !clock.alerted.is_empty()));
        assert!(orders.iter().all(|order| order.received_at <= now));
        let leads: BTreeSet<_> = orders.iter().filter_map(Order::lead).map(|lead| lead.state).collect();
        assert!(leads.contains(&LeadState::Proposed) && leads.contains(&LeadState::Taken), "{leads:?}");
        let causes: BTreeSet<_> =
            orders.iter().filter_map(|order| order.cause.as_ref()).map(|c| c.key.as_str()).collect();
        assert!(causes.len() >= 4, "{causes:?}");
        learnt(db, &super::top(&bank).unwrap(), now);
        assert!(seed(&db.ledger, &db.clock, &bank, &LAW, &DemoOptions::new(7, now)).unwrap().is_none());
    });
}

/// Rectifications under way, one of them late, and cases to read and to confirm.
fn learnt(db: &TestDatabase, top: &OrgPath, now: Timestamp) {
    let (scopes, request) = ([top.clone()], PageRequest::new(None, None));
    let page = db
        .ledger
        .read(|conn| rectifications::page(conn, &scopes, None, &RectificationFilter::default(), &request, now));
    let rows = page.unwrap().items;
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row.due < now).count(), 1);
    let cases = db.ledger.read(|conn| teaching_cases::all(conn, &[CaseStage::Published, CaseStage::Draft])).unwrap();
    assert_eq!(cases.iter().filter(|case| case.stage == CaseStage::Published).count(), 2);
    assert_eq!(cases.len(), 3);
}

#[test]
fn texts_differ_and_the_same_seed_gives_the_same_matters() {
    each_database(&migrations(), |db| {
        let bank = furnish(db);
        let now = db.now();
        fill(db, &bank, now);
        let told = |db: &TestDatabase, bank: &DemoBank| -> Vec<(String, StageName, u64)> {
            let mut orders = all(db, bank);
            orders.sort_by_key(|order| (order.received_at, order.version));
            let titles = |order: &Order| {
                let row = db.ledger.read(|conn| orders::row(conn, order.id)).unwrap().unwrap();
                (row.title, order.stage.name(), order.version)
            };
            orders.iter().map(titles).collect()
        };
        let first = told(db, &bank);
        let titles: BTreeSet<&String> = first.iter().map(|(title, ..)| title).collect();
        assert!(titles.len() > 30, "{} different titles", titles.len());
        let again = db.fresh();
        again.clock.set(now);
        let bank = furnish(&again);
        fill(&again, &bank, now);
        assert_eq!(told(&again, &bank), first);
    });
}

#[test]
fn it_plays_at_any_time_of_the_year() {
    let db = ledger::testkit::sqlite(&migrations(), &[]);
    // A working day, the night of a Sunday, soon after the National Day week, the first of January.
    for now in ["2026-06-10T03:00:00Z", "2026-03-15T18:30:00Z", "2026-10-13T04:00:00Z", "2026-01-01T01:00:00Z"] {
        let db = db.fresh();
        let now: Timestamp = now.parse().unwrap();
        db.clock.set(now);
        let bank = furnish(&db);
        let seeded = fill(&db, &bank, now);
        assert_eq!(seeded.matters, HALF, "{now}");
        assert_eq!(seeded.forbidden, 0, "{now}");
        let stages: BTreeSet<StageName> = all(&db, &bank).iter().map(|order| order.stage.name()).collect();
        assert_eq!(stages.len(), StageName::ALL.len(), "{now}: {stages:?}");
        let history = db.ledger.history(&desk::stream(all(&db, &bank)[0].id)).unwrap();
        assert!(matches!(
            serde_json::from_value(history[0].payload.clone()).unwrap(),
            OrderEvent::Step(StepEvent::Filed(_))
        ));
        assert!(history.iter().all(|event| event.at <= now));
    }
}
