//! Starts from snapshots: the same windows to the byte as from the whole log, and what is damaged, unfinished, of another log or
//! definition is ignored.

use std::sync::{Arc, mpsc};

use endpoint::Objects;
use kernel::{Problem, Role, id::DecisionId};
use ledger::{Cause, Ledger, testkit::TestDatabase};
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use tokio::runtime::Runtime;

use super::{Snapshots, TOPIC};
use crate::{
    labels,
    model::label::Label,
    screen::{
        Beside, Screen,
        definition::Definition,
        tests::{each_bank, submit, transfer},
    },
    store::{
        decisions,
        labels::NewLabel,
        snapshots::{self, SnapshotRow},
    },
    testing::{RULES, staff},
};

/// A bank with a store of large objects.
struct Bank<'d> {
    db: &'d TestDatabase,
    store: Arc<InMemory>,
    runtime: Runtime,
}

impl<'d> Bank<'d> {
    fn new(db: &'d TestDatabase) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        Self { db, store: Arc::new(InMemory::new()), runtime }
    }

    fn open(&self, definition: Definition) -> Arc<Screen> {
        let objects = Objects::new(self.store.clone());
        let snapshots = Snapshots::new(objects, self.runtime.handle().clone());
        Screen::open(
            &self.db.ledger,
            Arc::new(RULES.clone()),
            definition,
            Beside { snapshots: Some(snapshots), ..Beside::default() },
        )
        .unwrap()
    }

    fn start(&self) -> Arc<Screen> {
        self.open(Definition::builtin().unwrap())
    }

    /// The windows as the whole log tells them.
    fn by_the_log(&self) -> Vec<u8> {
        let definition = Definition::builtin().unwrap();
        Screen::open(&self.db.ledger, Arc::new(RULES.clone()), definition, Beside::default())
            .unwrap()
            .windows_as_bytes()
    }

    fn rows(&self) -> Vec<SnapshotRow> {
        self.db.ledger.read(snapshots::all).unwrap()
    }

    fn objects(&self) -> usize {
        let folder = Path::from("guard/windows");
        let list = self.store.list_with_delimiter(Some(&folder));
        self.runtime.block_on(list).unwrap().objects.len()
    }

    /// Puts other bytes in the place of an object.
    fn spoil(&self, object: &str, change: impl FnOnce(&mut Vec<u8>)) {
        self.runtime.block_on(async {
            let path = Path::from(object);
            let mut bytes = self.store.get(&path).await.unwrap().bytes().await.unwrap().to_vec();
            change(&mut bytes);
            self.store.put(&path, bytes.into()).await.unwrap();
        });
    }

    fn take(&self, screen: &Screen, from: u64, to: u64) {
        for number in from..to {
            submit(screen, &transfer(self.db, number)).unwrap();
        }
    }
}

#[test]
fn windows_after_snapshot_and_log_equal_windows_of_the_whole_log() {
    each_bank(|db| {
        let bank = Bank::new(db);
        let first = bank.start();
        first.take_snapshot().unwrap();
        assert!(bank.rows().is_empty(), "there is nothing to be written");
        bank.take(&first, 0, 150);
        first.take_snapshot().unwrap();
        bank.take(&first, 150, 210);
        let second = bank.start();
        assert_eq!((second.report().started_from, second.report().seq), (Some(150), 210));
        assert!(second.windows_as_bytes() == first.windows_as_bytes());
        assert!(second.windows_as_bytes() == bank.by_the_log());
        // Both decide alike, and what was sent before is known, from before the snapshot and from behind it.
        for number in [3, 180] {
            let event = transfer(db, number);
            assert_eq!(submit(&second, &event).unwrap(), submit(&first, &event).unwrap());
        }
        assert_eq!((second.report().seq, second.report().again), (210, 2));
        bank.take(&second, 210, 240);
        assert!(second.windows_as_bytes() == bank.by_the_log());
        // A snapshot of a snapshot and what is behind it; two are kept.
        for to in [250, 260] {
            bank.take(&second, to - 10, to);
            second.take_snapshot().unwrap();
            second.take_snapshot().unwrap();
        }
        let kept: Vec<i64> = bank.rows().iter().map(|row| row.seq).collect();
        assert_eq!((kept, bank.objects()), (vec![260, 250], 2));
        let third = bank.start();
        assert_eq!(third.report().started_from, Some(260));
        assert!(third.windows_as_bytes() == bank.by_the_log());
    });
}

#[test]
fn labels_before_and_behind_a_snapshot_count_as_in_the_whole_log() {
    each_bank(|db| {
        let bank = Bank::new(db);
        let first = bank.start();
        let events: Vec<_> = (0..80).map(|number| transfer(db, number)).collect();
        // A label is said of what happened.
        db.clock.advance_micros(120_000_000);
        let take = |events: &[serde_json::Value]| -> Vec<DecisionId> {
            let id = |event| submit(&first, event).unwrap()["decision"].as_str().unwrap().parse().unwrap();
            events.iter().map(id).collect()
        };
        let say = |id: DecisionId, label: Label| {
            let put = move |unit: &mut ledger::Unit<'_>| -> Result<(), Problem> {
                let row = decisions::find(unit.connection(), id)?.unwrap();
                let new = NewLabel { decision: id, label, known_at: row.at, source: "警方".to_owned() };
                labels::put(unit, &row, &new, &staff(1, Role::Officer, "/HO/")).map(drop)
            };
            db.ledger.write(&Cause::new("test:label"), put).unwrap();
            first.count_labels().unwrap();
        };
        let ids = take(&events[..60]);
        ids[3..6].iter().for_each(|id| say(*id, Label::Fraud));
        first.take_snapshot().unwrap();
        ids[4..6].iter().for_each(|id| say(*id, Label::Genuine));
        say(ids[6], Label::Fraud);
        take(&events[60..]);
        // Sixty and twenty transfers, four frauds and two corrections.
        let second = bank.start();
        assert_eq!((second.report().started_from, second.report().seq), (Some(63), 86));
        assert!(second.windows_as_bytes() == first.windows_as_bytes());
        assert!(second.windows_as_bytes() == bank.by_the_log());
    });
}

#[test]
fn a_snapshot_that_is_no_good_is_ignored() {
    each_bank(|db| {
        let bank = Bank::new(db);
        let first = bank.start();
        for to in [20, 40] {
            bank.take(&first, to - 20, to);
            first.take_snapshot().unwrap();
        }
        bank.take(&first, 40, 50);
        let check = |expect: Option<i64>| {
            let started = bank.start();
            assert_eq!((started.report().started_from, started.report().seq), (expect, 50));
            assert!(started.windows_as_bytes() == first.windows_as_bytes());
        };
        check(Some(40));
        let rows = bank.rows();
        // One byte is another; the end is missing; another's snapshot lies in its place; it is gone.
        bank.spoil(&rows[0].object, |bytes| *bytes.last_mut().unwrap() ^= 1);
        check(Some(20));
        let middle = |bytes: &mut Vec<u8>| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        };
        bank.spoil(&rows[1].object, middle);
        check(None);
        bank.spoil(&rows[1].object, middle);
        check(Some(20));
        bank.spoil(&rows[1].object, |bytes| bytes.truncate(bytes.len() - 20));
        check(None);
        bank.runtime.block_on(bank.store.delete(&Path::from(rows[0].object.as_str()))).unwrap();
        check(None);
        // The next one is written all the same, and what is no good makes room.
        first.take_snapshot().unwrap();
        check(Some(50));
    });
}

#[test]
fn a_snapshot_of_another_definition_or_log_is_ignored() {
    each_bank(|db| {
        let bank = Bank::new(db);
        let first = bank.start();
        bank.take(&first, 0, 30);
        first.take_snapshot().unwrap();
        // A threshold within a feature's condition is part of what was recorded.
        let mut other = Definition::builtin().unwrap();
        let limit = other.engine.parameters.iter_mut().find(|one| one.name == "elder.split_near").unwrap();
        limit.value = "yuan(1000)".to_owned();
        assert_eq!(bank.open(other).report().started_from, None);
        let change = |change: fn(&mut SnapshotRow)| {
            let mut row = bank.rows().remove(0);
            let whole = row.clone();
            change(&mut row);
            put(&db.ledger, row);
            assert_eq!(bank.start().report().started_from, None);
            put(&db.ledger, whole);
            assert_eq!(bank.start().report().started_from, Some(30));
        };
        change(|row| row.decision = "de_00000000000000000000000001".to_owned());
        change(|row| row.is_whole = false);
        // A row that says more than its object holds.
        bank.take(&first, 30, 31);
        let id = db.ledger.read(|conn| crate::store::decisions::id_at(conn, 31)).unwrap().unwrap();
        let row = SnapshotRow { seq: 31, decision: id, ..bank.rows().remove(0) };
        put(&db.ledger, row);
        let started = bank.start();
        assert_eq!(started.report().started_from, Some(30));
        assert!(started.windows_as_bytes() == first.windows_as_bytes());
    });
}

/// Puts a row as it is.
fn put(ledger: &Ledger, row: SnapshotRow) {
    let put = move |unit: &mut ledger::Unit<'_>| {
        let now = unit.now();
        snapshots::begin(unit.connection(), &row)?;
        if row.is_whole { snapshots::finish(unit.connection(), row.seq, 1, now) } else { Ok(()) }
    };
    ledger.write::<_, ledger::StoreError, _>(&Cause::new("test"), put).unwrap();
}

#[test]
fn the_log_says_when_it_is_time() {
    each_bank(|db| {
        let (taken, heard) = mpsc::channel();
        db.ledger.subscribe(Box::new(move |announcement| {
            if announcement.topic == TOPIC {
                let _ = taken.send(announcement.id.clone());
            }
        }));
        let bank = Bank::new(db);
        let screen = bank.open(Definition { snapshot_rows: 25, ..Definition::builtin().unwrap() });
        bank.take(&screen, 0, 24);
        assert!(bank.rows().is_empty());
        bank.take(&screen, 24, 25);
        assert_eq!(heard.recv().unwrap(), "25");
        assert_eq!(bank.start().report().started_from, Some(25));
    });
}
