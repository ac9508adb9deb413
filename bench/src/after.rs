//! What is asked of a million orders after they were answered: words, newest first, from the head office and from an outlet;
//! likely same orders while a matter is entered; and the figures of a year, compared with the one before.

use std::{net::SocketAddr, time::Instant};

use anyhow::{Context, Result, bail};
use kernel::SystemRandom;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    bulk,
    load::{get, post, sequence},
    report::{self, Bound},
    texts,
};

/// Searches of each kind.
const SEARCHES: usize = 100;
/// Matters that are entered, half of them by somebody whose telephone an order has already.
const MATTERS: usize = 400;
/// Dashboards asked for.
const DASHBOARDS: usize = 20;

/// Who asks, and which database answers.
pub struct Asker<'a> {
    /// Where the server is.
    pub address: SocketAddr,
    /// The header line of the head office.
    pub top: &'a str,
    /// The header line of an outlet.
    pub outlet: &'a str,
    /// The name of the database.
    pub database: &'a str,
}

/// Searches, likely same orders and figures.
pub async fn run(asker: &Asker<'_>) -> Result<()> {
    searches(asker).await?;
    duplicates(asker).await?;
    figures(asker).await
}

async fn searches(asker: &Asker<'_>) -> Result<()> {
    let (first, second) = texts::commonest(&SystemRandom);
    let queries = [
        ("a rare word", texts::RARE.to_owned()),
        ("the commonest word", first.clone()),
        ("two common words together", format!("{first} {second}")),
        ("two words that never meet", format!("{} {}", texts::APART.0, texts::APART.1)),
        ("six characters", texts::PHRASE.to_owned()),
        ("no order at all", "月球背面".to_owned()),
    ];
    for (what, typed) in queries {
        for (who, authorization) in [("head office", asker.top), ("an outlet", asker.outlet)] {
            let path = format!("/api/voice/orders?limit=50&text={}", encoded(&typed));
            let (latencies, body) = sequence(asker.address, &vec![get(&path, authorization); SEARCHES]).await?;
            let page: serde_json::Value = serde_json::from_str(&body)?;
            let found = page["items"].as_array().context("a page")?.len();
            let name = format!("search on {}: {what} ({typed}), {who}, {found} found", asker.database);
            let read = report::latencies(&name, latencies);
            report::limit(&format!("p95 of the {name}, ms"), read.p95_ms, Bound::AtMost(20.0));
        }
    }
    Ok(())
}

/// Every matter differs: stories of the large bank told again, which is when somebody wants to know of the first time.
async fn duplicates(asker: &Asker<'_>) -> Result<()> {
    let bodies: Vec<String> = (0..MATTERS)
        .map(|n| {
            let (title, narrative) = texts::text(n, &SystemRandom);
            let known = n.is_multiple_of(2).then(|| bulk::phone(n));
            serde_json::json!({ "title": title, "narrative": narrative, "party": { "phone": known } }).to_string()
        })
        .collect();
    for (who, authorization) in [("head office", asker.top), ("an outlet", asker.outlet)] {
        let requests: Vec<Vec<u8>> =
            bodies.iter().map(|body| post("/api/voice/matches", authorization, body)).collect();
        let (latencies, body) = sequence(asker.address, &requests).await?;
        let answer: serde_json::Value = serde_json::from_str(&body)?;
        answer["matches"].as_array().context("matches")?;
        let name = format!("likely same orders on {}, {who}", asker.database);
        let read = report::latencies(&name, latencies);
        report::limit(&format!("p95 of the {name}, ms"), read.p95_ms, Bound::AtMost(30.0));
    }
    Ok(())
}

async fn figures(asker: &Asker<'_>) -> Result<()> {
    let by = "month,organisation,channel,business,reason,clock";
    let path = format!("/api/voice/figures?{}&by={by}&compare=true", year());
    for (who, authorization) in [("head office", asker.top), ("an outlet", asker.outlet)] {
        let (latencies, body) = sequence(asker.address, &vec![get(&path, authorization); DASHBOARDS]).await?;
        let answer: serde_json::Value = serde_json::from_str(&body)?;
        let total = answer["figures"][0]["value"].as_u64().context("a figure")?;
        if answer["is_whole"] != true {
            bail!("the figures lack orders");
        }
        let name = format!("figures of a year on {}, {who}, {total} orders", asker.database);
        let read = report::latencies(&name, latencies);
        report::limit(&format!("p95 of the {name}, ms"), read.p95_ms, Bound::AtMost(300.0));
    }
    let path = format!("/api/voice/figures/on_time/orders?{}&part=numerator&limit=50", year());
    let (latencies, _) = sequence(asker.address, &vec![get(&path, asker.top); DASHBOARDS]).await?;
    report::latencies(&format!("the orders behind a figure on {}", asker.database), latencies);
    Ok(())
}

/// Takes all orders out, as each form; how long 100,000 rows take.
pub async fn exports(asker: &Asker<'_>, orders: usize) -> Result<()> {
    for format in ["csv", "xlsx"] {
        let body = format!("{{\"format\":\"{format}\",\"list\":{{\"kind\":\"orders\",\"filter\":{{}}}}}}");
        let headers = format!("{}connection: close\r\n", asker.top);
        let started = Instant::now();
        let (bytes, lines) = drained(asker.address, &post("/api/voice/exports", &headers, &body)).await?;
        let seconds = started.elapsed().as_secs_f64();
        // The lines of a workbook cannot be told from outside; those of the other form can.
        if format == "csv" && lines < orders {
            bail!("the export has {lines} lines of {orders} orders");
        }
        let name = format!("export of {orders} orders as {format} on {}, {} MB", asker.database, bytes / 1_000_000);
        report::rate(&name, orders as f64 / seconds, orders);
        let each = seconds * 100_000.0 / orders as f64;
        report::limit(&format!("seconds for 100,000 rows of the {name}"), each, Bound::AtMost(5.0));
    }
    Ok(())
}

/// Reads an answer to its end and keeps none of it: how many bytes and lines it had.
async fn drained(address: SocketAddr, request: &[u8]) -> Result<(usize, usize)> {
    let mut stream = TcpStream::connect(address).await.context("connecting")?;
    stream.write_all(request).await?;
    let mut buffer = vec![0; 256 * 1024];
    let (mut bytes, mut lines) = (0, 0);
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok((bytes, lines));
        }
        if bytes == 0 && !buffer[..count].starts_with(b"HTTP/1.1 200") {
            bail!("the export answered {}", String::from_utf8_lossy(&buffer[..count.min(400)]));
        }
        bytes += count;
        lines += buffer[..count].iter().filter(|byte| **byte == b'\n').count();
    }
}

/// The last twelve months.
fn year() -> String {
    let today = kernel::Clock::now(&kernel::SystemClock);
    format!("from={}&to={}", today.plus_days(-364).date(), today.date())
}

/// A text as part of an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
