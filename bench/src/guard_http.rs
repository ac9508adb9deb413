//! Decisions over HTTP, beside a handler on the same server in the same run that reads the same JSON and returns: with the answer
//! on disk and screened only, from many clients and from one, to payees of all kinds and to one hot payee, and at a held rate whose
//! tail must not drift.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use axum::{Json, routing::post};
use endpoint::OpenApiRouter;
use kernel::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::{
    Arguments,
    house::{House, Serving},
    load::{self, Figures, load},
    report::{self, Bound},
};

/// Where the peer that does nothing stands.
const ECHO: &str = "/bench/echo";
/// Where events are decided, with the answer on disk.
const DECIDE: &str = "/api/guard/decisions";
/// Where they are screened and nothing is kept.
const SCREEN: &str = "/api/guard/decisions:screen";
/// Where many are decided at once.
const BATCH: &str = "/api/guard/decisions:batch";
/// Events of one batch.
const BATCH_EVENTS: usize = 1_000;
/// How often the things that are compared take turns: a machine that is slow for a moment is then slow for each of them.
const ROUNDS: u64 = 5;
/// Accounts that pay, and that are paid, where they are of all kinds.
const ACCOUNTS: usize = 200_000;
/// Events a second of the held run: what the only open platform with a published report aimed at.
const HELD_PER_SECOND: u32 = 3_000;

/// A transfer; `payee` none is somebody's of all kinds.
fn event(id: &str, n: usize, payee: Option<usize>) -> Value {
    // Two primes far apart, so that neighbours in time share neither payer nor payee.
    let (payer, other) = (n.wrapping_mul(7_919) % ACCOUNTS, n.wrapping_mul(104_729) % ACCOUNTS);
    json!({
        "id": id, "type": "transfer", "time": SystemClock.now().to_string(), "channel": "app",
        "payer": { "account": format!("6222020{payer:012}") },
        "payee": { "account": format!("6217000{:012}", payee.unwrap_or(other)) },
        "amount": 1_000 + n % 900_000, "balance": 5_000_000, "device": format!("d-{payer}"), "purpose": "货款",
    })
}

/// Reads the same JSON and returns.
async fn echo_of(Json(event): Json<Value>) -> Json<Value> {
    Json(json!({ "fields": event.as_object().map_or(0, serde_json::Map::len) }))
}

/// One thing that is measured.
struct Compared {
    name: &'static str,
    path: &'static str,
    clients: usize,
    payee: Option<usize>,
}

/// Runs the benchmark.
pub async fn run(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir_in(&arguments.folder)?;
    let house = House::open(&format!("sqlite:{}", folder.path().join("bench.db").display()), |_| {})?;
    house.head_office()?;
    let serving = house.serve(folder.path(), "HO", OpenApiRouter::new().route(ECHO, post(echo_of))).await?;
    warm(arguments, &serving).await?;
    let many = arguments.clients;
    let one = |name, path, clients, payee| Compared { name, path, clients, payee };
    let compared = [
        one("echo", ECHO, many, None),
        one("decisions, on disk", DECIDE, many, None),
        one("decisions, on disk, hot payee", DECIDE, many, Some(0)),
        one("screened only", SCREEN, many, None),
        one("echo, one client", ECHO, 1, None),
        one("decisions, on disk, one client", DECIDE, 1, None),
    ];
    if let Some(only) = &arguments.only {
        // For looking at one load with a profiler; nothing is judged.
        let what = compared.iter().find(|what| what.name == only).context("no load has this name")?;
        report::reading(what.name, &fire(arguments, &serving, what, 0).await?);
        return Ok(());
    }
    let mut found: Vec<Option<Figures>> = compared.iter().map(|_| None).collect();
    for round in 0..ROUNDS {
        for (what, found) in compared.iter().zip(&mut found) {
            let figures = fire(arguments, &serving, what, round).await?;
            match found {
                Some(earlier) => earlier.join(figures),
                None => *found = Some(figures),
            }
        }
    }
    let found: Vec<Figures> = found.into_iter().flatten().collect();
    for (what, figures) in compared.iter().zip(&found) {
        report::reading(what.name, figures);
    }
    judge(&found);
    held(arguments, &serving).await
}

/// Judges what was read, in the order in which it was compared.
fn judge(found: &[Figures]) {
    let [echo, durable, hot, screened, echo_one, durable_one] = found else { return };
    let above = |of: &Figures, to: &Figures| of.quantile_ms(0.5) - to.quantile_ms(0.5);
    report::limit("on disk: decisions a second", durable.per_second(), Bound::AtLeast(30_000.0));
    report::limit("on disk: median above the echo's, ms", above(durable, echo), Bound::AtMost(1.0));
    report::limit("hot payee: decisions a second", hot.per_second(), Bound::AtLeast(30_000.0));
    report::limit("one client: median above the echo's, ms", above(durable_one, echo_one), Bound::AtMost(0.25));
    report::ratio("screened only / echo", "screened only", "echo", Bound::AtLeast(0.75));
    let tails = screened.quantile_ms(0.99) / echo.quantile_ms(0.99);
    report::limit("screened only: 99 of a hundred / the echo's", tails, Bound::AtMost(1.5));
}

/// Opens the engine, and fills the hot payee's windows.
async fn warm(arguments: &Arguments, serving: &Serving) -> Result<()> {
    let started = Instant::now();
    let mut sent = 0;
    while sent < arguments.events {
        let some = BATCH_EVENTS.min(arguments.events - sent);
        let events: Vec<Value> = (sent..sent + some).map(|n| event(&format!("warm-{n}"), n, Some(0))).collect();
        let body = json!({ "events": events }).to_string();
        let (_, answer) = load::sequence(serving.address, &[load::post(BATCH, &serving.authorization, &body)]).await?;
        let answer: Value = serde_json::from_str(&answer).context("the answer to a batch")?;
        anyhow::ensure!(answer["refused"] == 0, "events were refused: {}", answer["items"][0]);
        sent += some;
    }
    eprintln!("{sent} events to one payee in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// One round: a share of the seconds asked for. No two events have the same id.
async fn fire(arguments: &Arguments, serving: &Serving, what: &Compared, round: u64) -> Result<Figures> {
    let authorization = Arc::new(serving.authorization.clone());
    let duration = Duration::from_secs(arguments.seconds) / u32::try_from(ROUNDS)?;
    let (path, payee) = (what.path, what.payee);
    // An id has neither blanks nor commas.
    let name = what.name.replace([' ', ','], "-");
    let figures = load(serving.address, what.clients, duration, move |client, turn| {
        let n = (round as usize * 1_009 + client) * 1_000_003 + turn;
        let event = event(&format!("{name}-{round}-{client}-{turn}"), n, payee);
        load::post(path, &authorization, &event.to_string())
    })
    .await?;
    anyhow::ensure!(figures.bad == 0, "{}: {} events were refused", what.name, figures.bad);
    Ok(figures)
}

/// A held rate for as long as asked: each event has its time, and its latency counts from there, so that an event that had to wait
/// for its turn counts the wait.
async fn held(arguments: &Arguments, serving: &Serving) -> Result<()> {
    let authorization = Arc::new(serving.authorization.clone());
    let duration = Duration::from_secs(arguments.held_seconds);
    let request = move |client: usize, turn: usize| {
        let n = client * 1_000_003 + turn;
        let event = event(&format!("held-{client}-{turn}"), n, n.is_multiple_of(100).then_some(0));
        load::post(DECIDE, &authorization, &event.to_string())
    };
    let thirds = load::paced(serving.address, arguments.clients, (HELD_PER_SECOND, duration), request).await?;
    let tails: Vec<f64> = thirds.iter().map(|third| third.quantile_ms(0.99)).collect();
    let mut whole: Option<Figures> = None;
    for third in thirds {
        match &mut whole {
            Some(earlier) => earlier.join(third),
            None => whole = Some(third),
        }
    }
    let whole = whole.context("a held run has three thirds")?;
    report::reading("decisions at a held rate", &whole);
    let rate = whole.per_second() / f64::from(HELD_PER_SECOND);
    report::limit("held: answered of what was to be sent", rate, Bound::AtLeast(0.99));
    report::limit("held: 99 of a hundred, ms", whole.quantile_ms(0.99), Bound::AtMost(5.0));
    if let [first, _, last] = tails[..] {
        report::limit("held: 99 of a hundred, last third / first third", last / first, Bound::AtMost(1.5));
    }
    Ok(())
}
