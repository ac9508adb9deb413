//! `kill -9` under load: what was acknowledged is there after the restart, what was not is absent or done once.
//!
//! Each round files complaints from several threads with an idempotency key each, kills the server the moment a chosen number
//! of answers is in, while others are on their way, and starts it again on the same database.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

use crate::{
    house::{House, Server},
    session::{Session, file, label, make_administrator},
};

/// Kills on each database.
const ROUNDS: usize = 20;
/// Threads that file at the same time.
const FILERS: usize = 4;
/// Answers after which a round's kill comes, at most.
const ANSWERS_MAX: usize = 24;

/// The same seed kills at the same places; it is printed when a round fails.
const SEED: u64 = 0x5eed_2026;

/// A small generator, since the program's own are not ours to use: Knuth's constants for a linear congruence.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// What one filer knows: the keys it used, and the id that each acknowledged one became.
type Filed = HashMap<String, Option<String>>;

/// A status with its body, or nothing when the server is gone.
type Answer = Result<(u16, serde_json::Value), ()>;

/// What is sent under a key, and how the answer to it looks.
#[derive(Clone, Copy)]
struct Sent {
    send: fn(&str, &str, &str) -> Answer,
    status: u16,
    id: &'static str,
}

const FILING: Sent = Sent { send: file, status: 201, id: "id" };
const LABEL: Sent = Sent { send: label, status: 200, id: "decision" };

/// Sends from several threads until the server is killed behind the `kill_at`th answer.
fn round(server: Server, token: &str, name: &str, kill_at: usize, sent: Sent) -> Filed {
    let (answered, answers) = mpsc::channel::<()>();
    let gone = Arc::new(AtomicBool::new(false));
    let next = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..FILERS)
        .map(|_| {
            let (answered, gone, next) = (answered.clone(), Arc::clone(&gone), Arc::clone(&next));
            let (address, token, name) = (server.address.clone(), token.to_owned(), name.to_owned());
            std::thread::spawn(move || {
                let mut filed = Filed::new();
                while !gone.load(Ordering::Acquire) {
                    let key = format!("{name}-{}", next.fetch_add(1, Ordering::Relaxed));
                    match (sent.send)(&address, &token, &key) {
                        Ok((status, answer)) => {
                            assert_eq!(status, sent.status, "{answer}");
                            filed.insert(key, Some(answer[sent.id].as_str().unwrap().to_owned()));
                            let _ = answered.send(());
                        }
                        Err(()) => {
                            filed.insert(key, None);
                            break;
                        }
                    }
                }
                filed
            })
        })
        .collect();
    for _ in 0..kill_at {
        answers.recv().unwrap();
    }
    server.signal("KILL");
    gone.store(true, Ordering::Release);
    let filed = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(server.wait().0, None, "the server was killed and did not end by itself");
    filed
}

/// What must hold after a restart: what was acknowledged is there, unacknowledged keys can be used again and give one thing.
fn check(server: &Server, token: &str, filed: &mut Filed, sent: Sent) {
    for (key, id) in filed.iter_mut() {
        let (status, answer) = (sent.send)(&server.address, token, key).unwrap();
        assert_eq!(status, sent.status, "{key}: {answer}");
        let now = answer[sent.id].as_str().unwrap().to_owned();
        match id {
            Some(id) => assert_eq!(*id, now, "{key} was acknowledged as another"),
            None => *id = Some(now),
        }
    }
}

fn kill_and_restart(house: &House, number: impl Fn(&str) -> i64) {
    make_administrator(house);
    let mut server = house.serve(&["--log-level", "error"]);
    let session = Session::begin(&server);
    session.subscribe("https://127.0.0.1:1/nobody");
    let token = session.token();
    let mut chance = Chance(SEED);
    let mut all = Filed::new();
    for at in 0..ROUNDS {
        let kill_at = 1 + chance.below(ANSWERS_MAX);
        let mut filed = round(server, &token, &format!("round-{at}"), kill_at, FILING);
        server = house.serve(&["--log-level", "error"]);
        check(&server, &token, &mut filed, FILING);
        all.extend(filed);
    }
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
    let orders = i64::try_from(all.len()).unwrap();
    assert_eq!(number("SELECT count(*) FROM orders"), orders, "seed {SEED:#x}");
    let ids: std::collections::HashSet<&String> = all.values().flatten().collect();
    assert_eq!(ids.len(), all.len(), "no two keys share an order");
    // The outbox was written in the transactions of the filings: one message for each order, none lost and none twice.
    assert_eq!(number("SELECT count(*) FROM deliveries"), orders);
    assert_eq!(number("SELECT count(DISTINCT stream) FROM deliveries"), orders);
    let waiting = number("SELECT count(*) FROM deliveries WHERE state <> 'delivered'");
    let jobs = number("SELECT count(*) FROM jobs WHERE kind LIKE '%deliver%' OR kind LIKE '%webhook%'");
    assert!(jobs >= 1 || waiting == 0, "{waiting} messages wait and {jobs} jobs carry them");
    // The rooms' own timers are in the queue, once each.
    let timers = number("SELECT count(*) FROM jobs WHERE kind IN ('voice.alarms', 'voice.deadlines', 'people.prune')");
    let kinds = number(
        "SELECT count(DISTINCT kind) FROM jobs WHERE kind IN ('voice.alarms', 'voice.deadlines', 'people.prune')",
    );
    assert_eq!((timers, kinds >= 2), (kinds, true));
    house.run(&["ledger", "verify"]).ended(0).says(&["intact"]);
}

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    let house = House::new();
    kill_and_restart(&house, |query| house.number(query));
}

#[test]
fn nothing_acknowledged_is_lost_on_postgresql() {
    let Some(database) = crate::house::TestPostgres::make("kill") else { return };
    let house = House::on(&database.address);
    kill_and_restart(&house, |query| database.number(query));
}

/// Kills while events are decided and labelled, on each database: no acknowledged decision or label is lost, none is taken or
/// counted twice, and the log has no gap in its order.
fn kill_while_deciding(house: &House, number: impl Fn(&str) -> i64) {
    /// Each costs a start, and the log is short.
    const KILLS: usize = 6;
    make_administrator(house);
    let mut server = house.serve(&["--log-level", "error"]);
    let token = Session::begin(&server).token();
    let mut chance = Chance(SEED);
    let mut all = Filed::new();
    for at in 0..KILLS {
        let kill_at = 1 + chance.below(ANSWERS_MAX);
        let mut decided = round(server, &token, &format!("event-{at}"), kill_at, LABEL);
        server = house.serve(&["--log-level", "error"]);
        check(&server, &token, &mut decided, LABEL);
        all.extend(decided);
    }
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
    let events = i64::try_from(all.len()).unwrap();
    assert_eq!(number("SELECT count(*) FROM guard_decisions WHERE event_type = 'transfer'"), events, "seed {SEED:#x}");
    let ids: std::collections::HashSet<&String> = all.values().flatten().collect();
    assert_eq!(ids.len(), all.len(), "no two events share a decision");
    assert_eq!(number("SELECT count(*) FROM guard_labels"), events, "each is labelled once");
    assert_eq!(number("SELECT count(DISTINCT decision) FROM guard_labels"), events);
    // What the engine had not come to when it was told to end, it counts at its next start.
    let counted = number("SELECT count(DISTINCT seq) FROM guard_labels WHERE state = 'counted'");
    let waiting = number("SELECT count(*) FROM guard_labels WHERE state = 'waiting'");
    assert_eq!(counted + waiting, events);
    assert_eq!(number("SELECT count(*) FROM guard_decisions WHERE event_type = 'fraud'"), counted);
    assert_eq!(number("SELECT max(seq) FROM guard_decisions"), events + counted, "the order has no gap");
    house.run(&["ledger", "verify"]).ended(0).says(&["intact"]);
}

#[test]
fn no_acknowledged_decision_is_lost_on_sqlite() {
    let house = House::new();
    kill_while_deciding(&house, |query| house.number(query));
}

#[test]
fn no_acknowledged_decision_is_lost_on_postgresql() {
    let Some(database) = crate::house::TestPostgres::make("kill_guard") else { return };
    let house = House::on(&database.address);
    kill_while_deciding(&house, |query| database.number(query));
}
