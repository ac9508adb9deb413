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
    session::{Session, file, make_administrator},
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

/// Files from several threads until the server is killed behind the `kill_at`th answer.
fn round(server: Server, token: &str, name: &str, kill_at: usize) -> Filed {
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
                    match file(&address, &token, &key) {
                        Ok((status, answer)) => {
                            assert_eq!(status, 201, "{answer}");
                            filed.insert(key, Some(answer["id"].as_str().unwrap().to_owned()));
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

/// What must hold after a restart: acknowledged orders are there, unacknowledged keys can be used again and give one order.
fn check(server: &Server, token: &str, filed: &mut Filed) {
    for (key, id) in filed.iter_mut() {
        let (status, answer) = file(&server.address, token, key).unwrap();
        assert_eq!(status, 201, "{key}: {answer}");
        let now = answer["id"].as_str().unwrap().to_owned();
        match id {
            Some(id) => assert_eq!(*id, now, "{key} was acknowledged as another order"),
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
        let mut filed = round(server, &token, &format!("round-{at}"), kill_at);
        server = house.serve(&["--log-level", "error"]);
        check(&server, &token, &mut filed);
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
