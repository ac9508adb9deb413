//! A bank with 20,000 units and 1,000,000 orders on SQLite: the first page of a filtered queue, any order with its history,
//! the same list for the head office and for an outlet, start-up, memory, and the proof of the whole history on one core.
//!
//! The server that is measured is a process of its own, so that its start and its memory are what an operator would see.

use std::{
    net::SocketAddr,
    ops::ControlFlow,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use endpoint::OpenApiRouter;
use kernel::{OrgPath, Random, SystemRandom};
use ledger::VerifyOptions;
use people::model::organisation_import::UnitRow;
use seal::{KeyFile, Keyring, SuiteName};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
use voice::store::{columns, lookups};

use crate::{
    Arguments,
    after::{self, Asker},
    bulk::Maker,
    house::{House, authorization, unit_row},
    load::{get, sequence},
    report::{self, Bound},
};

/// Requests of each kind.
const REQUESTS: usize = 400;
/// Orders indexed in one unit of work.
const INDEX_TOGETHER: i64 = 2_000;
/// Orders put into columns in one unit of work.
const ABSORBED_TOGETHER: i64 = 4_096;
/// The database within the folder.
const DATABASE: &str = "bench.db";
/// The file that says that the bank is whole.
const MADE: &str = "made.txt";
/// The keys within the folder.
const KEYS: &str = "bench.keys";

/// Measures the bank, which is made when it is not there yet and kept for the next time.
pub async fn run(arguments: &Arguments) -> Result<()> {
    let folder = arguments.folder.join(format!("million-{}", arguments.orders));
    if arguments.fresh && folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let tokens = prepare(&folder, &database(&folder), arguments.orders)?;
    let started = Instant::now();
    let (mut child, address) = start(&folder, None).await?;
    let ready = started.elapsed();
    report::limit("start-up, seconds", ready.as_secs_f64(), Bound::AtMost(2.0));
    queues(address, &tokens).await?;
    asked_after(address, &tokens, "SQLite").await?;
    let before = memory_mb(&child)?;
    report::limit("memory of the server, MB", before, Bound::AtMost(500.0));
    taken_out(address, &tokens, "SQLite", arguments.orders).await?;
    report::limit("memory that exports add, MB", memory_mb(&child)? - before, Bound::AtMost(64.0));
    child.kill().await.context("ending the server")?;
    Ok(())
}

/// Makes the same bank on PostgreSQL and asks it what is asked after the answer.
pub async fn run_on_postgres(arguments: &Arguments) -> Result<()> {
    let url = arguments.postgres.as_deref().context("this benchmark needs --postgres")?;
    let folder = tempfile::tempdir_in(&arguments.folder)?;
    let tokens = prepare(folder.path(), url, arguments.orders)?;
    let (mut child, address) = start(folder.path(), Some(url)).await?;
    asked_after(address, &tokens, "PostgreSQL").await?;
    taken_out(address, &tokens, "PostgreSQL", arguments.orders).await?;
    child.kill().await.context("ending the server")?;
    Ok(())
}

async fn asked_after(address: SocketAddr, tokens: &Tokens, database: &str) -> Result<()> {
    let (top, outlet) = (authorization(&tokens.top), authorization(&tokens.outlet));
    after::run(&Asker { address, top: &top, outlet: &outlet, database }).await
}

async fn taken_out(address: SocketAddr, tokens: &Tokens, database: &str, orders: usize) -> Result<()> {
    let (top, outlet) = (authorization(&tokens.top), authorization(&tokens.outlet));
    after::exports(&Asker { address, top: &top, outlet: &outlet, database }, orders).await
}

/// Who calls: the head office and one outlet.
struct Tokens {
    top: String,
    outlet: String,
}

/// The bank of the folder, made if need be; its history is proven, and two systems of it get tokens.
fn prepare(folder: &Path, database: &str, count: usize) -> Result<Tokens> {
    let (rows, outlets) = organisation();
    let house = match kept(folder, database)? {
        Some(house) => house,
        None => {
            let house = make(folder, database, count, rows, outlets.clone())?;
            std::fs::write(folder.join(MADE), format!("{count} orders\n"))?;
            house
        }
    };
    verify(&house)?;
    Ok(Tokens { top: house.token("HO")?, outlet: house.token(outlets[0].code())? })
}

/// The bank of an earlier run, unless it was made before a table changed.
fn kept(folder: &Path, database: &str) -> Result<Option<House>> {
    if !folder.join(MADE).is_file() {
        return Ok(None);
    }
    let keys = KeyFile::parse(&std::fs::read_to_string(folder.join(KEYS))?)?;
    let house = House::open_with(database, keys, |_| {})?;
    let is_of_today = house.ledger.pending_migrations()?.is_empty();
    Ok(is_of_today.then_some(house))
}

fn make(folder: &Path, database: &str, count: usize, rows: Vec<UnitRow>, outlets: Vec<OrgPath>) -> Result<House> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    let keys = Keyring::generate(SuiteName::Sm, &SystemRandom);
    std::fs::write(folder.join(KEYS), keys.to_toml().as_bytes())?;
    let house = House::open_with(database, keys, |_| {})?;
    house.ledger.migrate()?;
    let started = Instant::now();
    let units = rows.len();
    house.organise(rows)?;
    report::rate("units imported", units as f64 / started.elapsed().as_secs_f64(), units);
    let started = Instant::now();
    let events = Maker::new(&house, outlets)?.write(&house, count)?;
    report::rate("events written", events as f64 / started.elapsed().as_secs_f64(), events as usize);
    let started = Instant::now();
    while house.write(|unit| Ok(lookups::index_some(unit.connection(), INDEX_TOGETHER)?))? > 0 {}
    report::rate("orders indexed", count as f64 / started.elapsed().as_secs_f64(), count);
    let started = Instant::now();
    while house.write(|unit| Ok(columns::absorb(unit, ABSORBED_TOGETHER, &Default::default())?))? > 0 {}
    report::rate("orders put into columns", count as f64 / started.elapsed().as_secs_f64(), count);
    Ok(house)
}

fn verify(house: &House) -> Result<()> {
    house.ledger.checkpoint(&ledger::Cause::new("bench:checkpoint"))?;
    let started = Instant::now();
    let found = house.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(()))?;
    let rate = found.events as f64 / started.elapsed().as_secs_f64();
    if !found.is_intact() {
        bail!("the history of the benchmark is not intact");
    }
    report::rate("events verified", rate, found.events as usize);
    report::limit("events verified per second on one core", rate, Bound::AtLeast(300_000.0));
    Ok(())
}

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join(DATABASE).display())
}

/// A tree of six levels and 20,000 units, and the places of its outlets.
fn organisation() -> (Vec<UnitRow>, Vec<OrgPath>) {
    const WIDTHS: [(usize, &str); 5] =
        [(6, "branch"), (10, "branch"), (6, "sub_branch"), (10, "outlet"), (5, "department")];
    const UNITS: usize = 20_000;
    let mut rows = vec![unit_row("HO", "head_office", "")];
    let mut level = vec![("HO".to_owned(), "/HO/".to_owned())];
    let mut outlets = Vec::new();
    for (depth, (width, kind)) in WIDTHS.into_iter().enumerate() {
        let mut next = Vec::new();
        for (parent, path) in &level {
            for i in 0..width {
                if rows.len() == UNITS {
                    break;
                }
                let code = format!("{}{depth}{i:02}", parent.trim_start_matches("HO"));
                rows.push(unit_row(&code, kind, parent));
                let place = format!("{path}{code}/");
                if kind == "outlet" {
                    outlets.push(OrgPath::parse(&place).expect("codes are letters and digits"));
                }
                next.push((code, place));
            }
        }
        level = next;
    }
    (rows, outlets)
}

/// Starts this program as the server of the folder and waits until it is ready.
async fn start(folder: &Path, postgres: Option<&str>) -> Result<(Child, SocketAddr)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["answer", "--folder"])
        .arg(folder)
        .args(postgres.map(|url| ["--postgres", url]).into_iter().flatten())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().context("the server's output")?;
    let line = BufReader::new(output).lines().next_line().await?.context("the server said nothing")?;
    let address = line.parse().context("the server's address")?;
    sequence(address, &[get("/readyz", "")]).await?;
    Ok((child, address))
}

/// Serves the database of a folder until it is ended.
pub async fn answer(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.folder;
    let keys = KeyFile::parse(&std::fs::read_to_string(folder.join(KEYS))?)?;
    let url = arguments.postgres.clone().unwrap_or_else(|| database(folder));
    let house = House::open_with(&url, keys, |_| {})?;
    println!("{}", house.answer(folder, OpenApiRouter::new()).await?);
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

async fn queues(address: SocketAddr, tokens: &Tokens) -> Result<()> {
    let top = authorization(&tokens.top);
    let outlet = authorization(&tokens.outlet);
    let filters = [
        "limit=50",
        "stage=handling&limit=50",
        "stage=filed,registered&limit=50",
        "clock=overdue&limit=50",
        "clock=due_soon&limit=50",
        "matter=consultation&limit=50",
        "stage=closed&matter=complaint&limit=50",
        "text=%E5%B9%B4%E8%B4%B9&limit=50",
        "text=%E7%AC%AC999%E4%BB%B6&limit=50",
    ];
    for filter in filters {
        let request = get(&format!("/api/voice/orders?{filter}"), &top);
        let (latencies, _) = sequence(address, &vec![request; REQUESTS / 4]).await?;
        let found = report::latencies(&format!("queue ?{filter}"), latencies);
        report::limit(&format!("p95 of the queue ?{filter}, ms"), found.p95_ms, Bound::AtMost(20.0));
    }
    orders(address, &top).await?;
    let same = "/api/voice/orders?stage=closed&limit=50";
    let (of_top, _) = sequence(address, &vec![get(same, &top); REQUESTS]).await?;
    let (of_outlet, _) = sequence(address, &vec![get(same, &outlet); REQUESTS]).await?;
    let of_top = report::latencies("list of the head office", of_top);
    let of_outlet = report::latencies("list of an outlet", of_outlet);
    let (low, high) = (of_top.p50_ms.min(of_outlet.p50_ms), of_top.p50_ms.max(of_outlet.p50_ms));
    report::limit("head office / outlet, the dearer by the cheaper", high / low, Bound::AtMost(2.0));
    Ok(())
}

/// Orders from all over the queue, each with its history.
async fn orders(address: SocketAddr, authorization: &str) -> Result<()> {
    let mut ids = Vec::new();
    let mut after = String::new();
    while ids.len() < REQUESTS {
        let mut chance = [0u8; 2];
        SystemRandom.fill(&mut chance);
        let stage = ["closed", "handling", "notified", "filed"][usize::from(chance[0]) % 4];
        let path = format!("/api/voice/orders?stage={stage}&limit=200{after}");
        let (_, body) = sequence(address, &[get(&path, authorization)]).await?;
        let page: serde_json::Value = serde_json::from_str(&body)?;
        let items = page["items"].as_array().context("a page")?;
        ids.extend(items.iter().filter_map(|item| item["id"].as_str()).map(str::to_owned));
        after = match page["page"]["next"].as_str() {
            Some(next) if chance[1] > 100 && stage == "closed" => format!("&after={next}"),
            Some(_) | None => String::new(),
        };
    }
    let requests: Vec<Vec<u8>> = ids.iter().map(|id| get(&format!("/api/voice/orders/{id}"), authorization)).collect();
    let (latencies, _) = sequence(address, &requests).await?;
    let found = report::latencies("an order with its history", latencies);
    report::limit("p95 of an order with its history, ms", found.p95_ms, Bound::AtMost(10.0));
    Ok(())
}

/// What the kernel says of a process's resident memory.
fn memory_mb(child: &Child) -> Result<f64> {
    let id = child.id().context("the server has ended")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}
