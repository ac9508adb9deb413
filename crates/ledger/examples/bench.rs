//! Measures appends at group sizes and the speed of `verify`, and prints figures one can compare from one run.
//!
//! `cargo run --release -p ledger --features testkit --example bench -- [--events N] [--seconds N] [--postgres URL] [--folder PATH]`
//!
//! Must never be part of a test: its figures depend on the machine.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use kernel::{ActorRef, SystemClock, SystemRandom};
use ledger::{Cause, DatabaseUrl, Event, Ledger, Options, Ports, StoreError, UpgradeError, VerifyOptions};
use seal::{Hasher, Keyring, SuiteName};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Events of one stream in the verify run: what an ordinary work order has.
const EVENTS_PER_STREAM: u64 = 8;
/// Streams written in one unit while filling.
const STREAMS_PER_UNIT: u64 = 100;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Filled {
    Noted { text: String },
}

impl Event for Filled {
    const TYPE: &'static str = "bench.matter";
    const VERSION: u16 = 1;
    fn kind(&self) -> &'static str {
        "noted"
    }
    fn upgrade(kind: &str, from: u16, _: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

fn event() -> Filled {
    // With its frame, 250 bytes of payload.
    Filled::Noted { text: "客户致电询问账户管理费。".repeat(6) }
}

struct Settings {
    events: u64,
    seconds: u64,
    postgres: Option<String>,
    folder: PathBuf,
    only: String,
}

fn settings() -> Settings {
    let mut settings = Settings {
        events: 1_000_000,
        seconds: 3,
        postgres: None,
        folder: std::env::temp_dir().join("ledger-bench"),
        only: String::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        match name.as_str() {
            "--events" => settings.events = value.parse().expect("--events takes a number"),
            "--seconds" => settings.seconds = value.parse().expect("--seconds takes a number"),
            "--postgres" => settings.postgres = Some(value),
            "--only" => settings.only = value,
            "--folder" => settings.folder = PathBuf::from(value),
            _ => eprintln!("{name} is not known"),
        }
    }
    settings
}

fn open(url: DatabaseUrl, suite: SuiteName, change: impl FnOnce(&mut Options)) -> Ledger {
    let keyring = Keyring::open(Keyring::generate(suite, &SystemRandom)).expect("a fresh key file opens");
    let ports = Ports { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom), keyring: Arc::new(keyring) };
    let mut options = Options::new(url);
    change(&mut options);
    let ledger = Ledger::open(options, ports, &[]).expect("the database opens");
    ledger.migrate().expect("the migrations run");
    ledger
}

fn main() {
    let settings = settings();
    std::fs::create_dir_all(&settings.folder).expect("the folder can be made");
    if settings.only == "verify" {
        let file = settings.folder.join("verify.db");
        remove(&file);
        verifying(&settings, DatabaseUrl::Sqlite(file.clone()), "SQLite");
        remove(&file);
        return;
    }
    hashing();
    println!("SQLite, one event per request, every answer durable:");
    for (clients, group_max) in [(1, 128), (64, 1), (64, 8), (64, 128), (256, 128)] {
        let file = settings.folder.join("append.db");
        remove(&file);
        let ledger = open(DatabaseUrl::Sqlite(file.clone()), SuiteName::Sm, |o| o.group_max = group_max);
        appends(&ledger, clients, settings.seconds, &format!("group ≤ {group_max}"));
        drop(ledger);
        remove(&file);
    }
    let file = settings.folder.join("verify.db");
    remove(&file);
    verifying(&settings, DatabaseUrl::Sqlite(file.clone()), "SQLite");
    remove(&file);
    if let Some(url) = &settings.postgres {
        let url: DatabaseUrl = url.parse().expect("--postgres takes an address");
        println!("PostgreSQL, one event per request, every answer durable:");
        for (clients, writers) in [(1, 1), (64, 8), (64, 16), (64, 32), (64, 64)] {
            let ledger = open(url.clone(), SuiteName::Sm, |o| o.writers = writers);
            appends(&ledger, clients, settings.seconds, &format!("{writers} connections"));
        }
        verifying(&settings, url, "PostgreSQL");
    }
}

fn remove(file: &std::path::Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
}

/// The limit: hashing alone, of as many bytes as an event has.
fn hashing() {
    for suite in SuiteName::ALL {
        let bytes = [7u8; 420];
        let started = Instant::now();
        let mut last = 0u8;
        for _ in 0..200_000 {
            last ^= Hasher::digest(suite, &bytes).0[0];
        }
        let rate = 200_000.0 / started.elapsed().as_secs_f64();
        println!("hashing 420 bytes with {suite}: {rate:.0}/s ({last})");
    }
}

/// As many clients, each with one request on its way at a time.
fn appends(ledger: &Ledger, clients: u64, seconds: u64, name: &str) {
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let waits = parking_lot::Mutex::new(Vec::new());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..clients {
            let (stop, count, waits) = (&stop, &count, &waits);
            scope.spawn(move || {
                let cause = Cause::new("request:bench");
                let mut own = Vec::new();
                let mut number = 0u64;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    let stream = format!("wo_{:x}_{client}_{number}", started.elapsed().as_nanos());
                    let begun = Instant::now();
                    let done: Result<u64, StoreError> = ledger
                        .write(&cause, move |unit| unit.append(&stream, 0, &ActorRef::program("bench"), &[event()]));
                    done.expect("the append succeeds");
                    own.push(begun.elapsed());
                    count.fetch_add(1, Ordering::Relaxed);
                }
                waits.lock().extend(own);
            });
        }
        std::thread::sleep(Duration::from_secs(seconds));
        stop.store(true, Ordering::Relaxed);
    });
    let rate = count.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
    let mut waits = waits.into_inner();
    waits.sort_unstable();
    let p99 = waits[waits.len() * 99 / 100];
    println!("  {clients:>3} clients, {name}: {rate:>8.0}/s, p99 {:.2} ms", p99.as_secs_f64() * 1e3);
}

/// Seconds that this thread has been on a core; on a busy machine the wall clock tells of its neighbours.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn verifying(settings: &Settings, url: DatabaseUrl, name: &str) {
    let ledger = open(url, SuiteName::Sm, |_| {});
    let started = Instant::now();
    let streams = settings.events / EVENTS_PER_STREAM;
    let salt = started.elapsed().as_nanos() ^ u128::from(std::process::id());
    for unit_number in 0..streams.div_ceil(STREAMS_PER_UNIT) {
        let written: Result<(), StoreError> = ledger.write(&Cause::new("import:bench"), move |unit| {
            for stream in 0..STREAMS_PER_UNIT {
                let stream = format!("wo_{salt:010x}{:016}", unit_number * STREAMS_PER_UNIT + stream);
                let events = vec![event(); EVENTS_PER_STREAM as usize];
                unit.append(&stream, 0, &ActorRef::program("bench"), &events)?;
            }
            Ok(())
        });
        written.expect("the fill succeeds");
    }
    let filled = started.elapsed().as_secs_f64();
    println!("{name}: filled {} events in {filled:.1} s ({:.0}/s)", settings.events, settings.events as f64 / filled);
    let started = Instant::now();
    ledger.checkpoint(&Cause::new("program:bench")).expect("a checkpoint is made");
    println!("{name}: checkpoint over them in {:.2} s", started.elapsed().as_secs_f64());
    for _ in 0..2 {
        let (started, cpu) = (Instant::now(), cpu_seconds());
        let report = ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(())).expect("it reads");
        assert!(report.is_intact(), "{report:?}");
        let (seconds, on_core) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let events = report.events as f64;
        println!(
            "{name}: verify, one thread: {events} events in {seconds:.2} s, {:.0}/s; {on_core:.2} s on the core, {:.0}/s",
            events / seconds,
            events / on_core
        );
    }
}
