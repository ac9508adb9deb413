//! How fast the suites are on this machine: `cargo run --release -p seal --example speed`.
//!
//! Each figure is the best of several rounds, so that a busy neighbour disturbs it least. It must never be a test: no
//! figure here fails anything.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use kernel::SystemRandom;
use seal::{Hasher, Keyring, SuiteName};

/// Rounds per figure.
const ROUNDS: usize = 9;
/// Time a round should take at least, so that the clock's own cost vanishes.
const ROUND_MS_MIN: u64 = 30;
/// An event of the ledger, on average.
const EVENT_BYTES: usize = 300;

fn main() {
    println!("{:<44}{:>12}{:>12}", "", "sm", "intl");
    for bytes in [64, EVENT_BYTES, 1024, 65_536] {
        let [sm, intl] = SuiteName::ALL.map(|suite| hash_ns(suite, bytes));
        println!("{:<44}{sm:>9.0} ns{intl:>9.0} ns", format!("hash of {bytes} bytes"));
        let rate = |ns: f64| bytes as f64 * 1e3 / ns;
        println!("{:<44}{:>7.0} MB/s{:>7.0} MB/s", "", rate(sm), rate(intl));
    }
    row("link of a chain: 32 + 300 bytes in 9 parts", link_ns);
    let keyrings = SuiteName::ALL.map(|suite| Keyring::open(Keyring::generate(suite, &SystemRandom)).ok());
    let [Some(sm), Some(intl)] = keyrings else { return };
    let of = |suite| if suite == SuiteName::Sm { &sm } else { &intl };
    row("new subject key and three sealed fields", |suite| subject_ns(of(suite)));
    row("new subject key", |suite| best_ns(|| drop(black_box(of(suite).new_subject_key(&SystemRandom)))));
    let (_, wrapped) = sm.new_subject_key(&SystemRandom);
    let (_, wrapped_intl) = intl.new_subject_key(&SystemRandom);
    row("unwrap", |suite| {
        let wrapped = if suite == SuiteName::Sm { &wrapped } else { &wrapped_intl };
        best_ns(|| drop(black_box(of(suite).unwrap(wrapped))))
    });
    row("blind index", |suite| best_ns(|| drop(black_box(of(suite).blind_index("phone", "13812345678")))));
    row("mac of 300 bytes", |suite| {
        best_ns(|| {
            black_box(of(suite).mac("webhook", &[7; EVENT_BYTES]));
        })
    });
    row("signature", |suite| best_ns(|| drop(black_box(of(suite).sign(b"checkpoint", &SystemRandom)))));
    row("verification", |suite| {
        let signature = of(suite).sign(b"checkpoint", &SystemRandom);
        best_ns(|| drop(black_box(of(suite).verify(b"checkpoint", &signature))))
    });
}

fn row(what: &str, ns: impl Fn(SuiteName) -> f64) {
    let [sm, intl] = SuiteName::ALL.map(ns);
    println!("{what:<44}{:>9.2} µs{:>9.2} µs", sm / 1e3, intl / 1e3);
}

fn hash_ns(suite: SuiteName, bytes: usize) -> f64 {
    let input = vec![0x5a; bytes];
    best_ns(|| {
        black_box(Hasher::digest(suite, black_box(&input)));
    })
}

/// The shape of the ledger's chain: the previous hash, then length-prefixed columns, the payload last.
fn link_ns(suite: SuiteName) -> f64 {
    let payload = [0x5a; 220];
    let mut previous = [0; 32];
    best_ns(|| {
        let mut hasher = Hasher::new(suite);
        hasher.update(&previous);
        for column in [&b"wo_01jd8x4c3e7tq9v2m5k6n8p0r1"[..], &7u64.to_be_bytes(), b"closed", &[1], &payload] {
            hasher.update(&(column.len() as u64).to_be_bytes());
            hasher.update(column);
        }
        previous = hasher.finish().0;
    })
}

fn subject_ns(keyring: &Keyring) -> f64 {
    best_ns(|| {
        let (key, wrapped) = keyring.new_subject_key(&SystemRandom);
        black_box(keyring.seal(&key, "cu_01jd8x4c3e7tq9v2m5k6n8p0r1/name", "张三丰".as_bytes(), &SystemRandom));
        black_box(keyring.seal(&key, "cu_01jd8x4c3e7tq9v2m5k6n8p0r1/phone", b"13812345678", &SystemRandom));
        black_box(keyring.seal(&key, "cu_01jd8x4c3e7tq9v2m5k6n8p0r1/identity", b"11010519491231002X", &SystemRandom));
        black_box(wrapped);
    })
}

/// Nanoseconds of one call, in the best round.
fn best_ns(mut call: impl FnMut()) -> f64 {
    let mut calls = 1u32;
    let round = loop {
        let took = time(&mut call, calls);
        if took >= Duration::from_millis(ROUND_MS_MIN) || calls >= 1 << 28 {
            break took;
        }
        calls *= 2;
    };
    let best = (1..ROUNDS).map(|_| time(&mut call, calls)).fold(round, Duration::min);
    best.as_nanos() as f64 / f64::from(calls)
}

fn time(call: &mut impl FnMut(), calls: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed()
}
