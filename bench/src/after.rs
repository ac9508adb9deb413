//! What is asked of a million orders after they were answered: words, newest first, from the head office and from an outlet;
//! and the figures of a year, compared with the one before.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use kernel::SystemRandom;

use crate::{
    load::{get, sequence},
    report::{self, Bound},
    texts,
};

/// Searches of each kind.
const SEARCHES: usize = 100;
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

/// Searches and figures.
pub async fn run(asker: &Asker<'_>) -> Result<()> {
    searches(asker).await?;
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

/// The last twelve months.
fn year() -> String {
    let today = kernel::Clock::now(&kernel::SystemClock);
    format!("from={}&to={}", today.plus_days(-364).date(), today.date())
}

/// A text as part of an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
