//! Filing a complaint over HTTP with a durable answer, beside what limits it in the same run: a handler on the same server
//! that reads the same JSON and returns (and the same handler bare, without the layers that every request passes), one
//! transaction for each request, and on PostgreSQL the same statements in pgbench.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use axum::{Json, Router, routing::post};
use endpoint::OpenApiRouter;
use serde_json::{Value, json};

use crate::{
    Arguments,
    house::{House, Serving, listen},
    load::{self, Figures, load},
    report::{self, Bound},
};

/// Where the peer that does nothing stands.
const ECHO: &str = "/bench/echo";
/// Where complaints are filed.
const FILE: &str = "/api/voice/orders";

/// What people complain about; a filing is put together of one of each.
const TITLES: [&str; 8] = [
    "信用卡年费争议",
    "理财产品收益不符",
    "转账未到账",
    "柜台服务态度",
    "提前还款违约金",
    "手机银行登录失败",
    "个人信息泄露",
    "ATM 吞卡",
];
const STORIES: [&str; 6] = [
    "办理时工作人员说终身免费，本月账单却扣了三百元，要求退还并说明原因。",
    "购买时称保本保息，到期后只拿到一半收益，要求按宣传兑付。",
    "上周五从手机银行转出两万元，对方至今没有收到，客服让等通知。",
    "在网点排队两个小时，叫到号后柜员态度生硬，拒绝为老人填单。",
    "申请提前还清房贷，被告知要收百分之三的违约金，合同上没有写清楚。",
    "接到自称银行的电话，对方能说出我的姓名和卡号后四位，怀疑信息泄露。",
];

/// The title and the narrative of the n-th matter.
pub fn story(n: usize) -> (String, String) {
    let title = TITLES[n % TITLES.len()];
    (title.to_owned(), format!("第{n}件：{title}。{}", STORIES[n % STORIES.len()]))
}

/// The body of one filing; `n` makes it distinct.
pub fn body(n: usize) -> String {
    let (title, narrative) = story(n);
    json!({
        "matter": "complaint",
        "title": title,
        "narrative": narrative,
        "request": "退还费用并书面答复",
        "party": { "name": "王小明", "phone": format!("138{:08}", n % 100_000_000) },
        "amount": { "minor": 30_000 + n as i64 % 1_000, "currency": "CNY" },
    })
    .to_string()
}

/// Runs the benchmark on both engines.
pub async fn run(arguments: &Arguments) -> Result<()> {
    sqlite(arguments).await?;
    match &arguments.postgres {
        Some(url) => postgres(arguments, url).await,
        None => {
            eprintln!("no PostgreSQL: its part is left out");
            Ok(())
        }
    }
}

/// How often the things that are compared take turns: a machine that is slow for a moment is then slow for each of them.
const ROUNDS: u64 = 5;

async fn sqlite(arguments: &Arguments) -> Result<()> {
    let grouped = serve(arguments, |_| {}).await?;
    let single = serve(arguments, |options| options.group_max = 1).await?;
    let bare =
        Serving { address: listen(Router::new().route(ECHO, post(echo_of))).await?, authorization: String::new() };
    let compared = [
        ("echo", &grouped.serving, ECHO),
        ("bare echo", &bare, ECHO),
        ("filing on SQLite", &grouped.serving, FILE),
        ("filing on SQLite, one transaction each", &single.serving, FILE),
    ];
    let mut found: Vec<Option<Figures>> = compared.iter().map(|_| None).collect();
    for round in 0..ROUNDS {
        for ((_, serving, path), found) in compared.iter().zip(&mut found) {
            let figures = fire(arguments, serving, path, round).await?;
            match found {
                Some(earlier) => earlier.join(figures),
                None => *found = Some(figures),
            }
        }
    }
    for ((name, _, _), found) in compared.iter().zip(found.iter().flatten()) {
        report::reading(name, found);
    }
    report::ratio("group commit", "filing on SQLite", "filing on SQLite, one transaction each", Bound::AtLeast(3.0));
    report::ratio("filing / echo", "filing on SQLite", "echo", Bound::AtLeast(0.15));
    report::ratio("filing / bare echo", "filing on SQLite", "bare echo", Bound::None);
    Ok(())
}

/// A house in a folder of its own, and the address it answers on.
struct Place {
    serving: Serving,
    // Kept so that the folder lives as long as the server.
    _folder: tempfile::TempDir,
}

async fn serve(arguments: &Arguments, change: impl FnOnce(&mut ledger::Options)) -> Result<Place> {
    let folder = tempfile::tempdir_in(&arguments.folder)?;
    let database = format!("sqlite:{}", folder.path().join("bench.db").display());
    let serving = open(&database, folder.path(), change).await?;
    Ok(Place { serving, _folder: folder })
}

async fn open(database: &str, folder: &Path, change: impl FnOnce(&mut ledger::Options)) -> Result<Serving> {
    let house = House::open(database, change)?;
    house.head_office()?;
    house.serve(folder, "HO", OpenApiRouter::new().route(ECHO, post(echo_of))).await
}

/// Reads the same JSON into the same type and returns.
async fn echo_of(Json(request): Json<voice::api::orders::FileOrderRequest>) -> Json<Value> {
    Json(json!({ "characters": request.title.expose().len() }))
}

/// One round: a share of the seconds asked for. Keys and bodies of no two rounds are the same.
async fn fire(arguments: &Arguments, serving: &Serving, path: &'static str, round: u64) -> Result<Figures> {
    let authorization = Arc::new(serving.authorization.clone());
    let duration = Duration::from_secs(arguments.seconds) / u32::try_from(ROUNDS)?;
    load(serving.address, arguments.clients, duration, move |client, turn| {
        let headers = format!("{authorization}idempotency-key: {path}-{round}-{client}-{turn}\r\n");
        load::post(path, &headers, &body((round as usize * 1_009 + client) * 1_000_003 + turn))
    })
    .await
}

async fn postgres(arguments: &Arguments, url: &str) -> Result<()> {
    let folder = tempfile::tempdir_in(&arguments.folder)?;
    let serving = open(url, folder.path(), |_| {}).await?;
    let Some(program) = &arguments.pgbench else {
        report::reading("filing on PostgreSQL", &fire(arguments, &serving, FILE, 0).await?);
        eprintln!("no pgbench: its part is left out");
        return Ok(());
    };
    let script = folder.path().join("filing.sql");
    std::fs::write(&script, include_str!("filing.sql"))?;
    let mut filing: Option<Figures> = None;
    let mut rate = 0.0;
    for round in 0..ROUNDS {
        let figures = fire(arguments, &serving, FILE, round).await?;
        match &mut filing {
            Some(earlier) => earlier.join(figures),
            None => filing = Some(figures),
        }
        rate += pgbench(arguments, program, &script, url, round).await? / ROUNDS as f64;
    }
    if let Some(filing) = &filing {
        report::reading("filing on PostgreSQL", filing);
    }
    report::rate("the same statements in pgbench", rate, (rate * arguments.seconds as f64) as usize);
    report::ratio("filing / pgbench", "filing on PostgreSQL", "the same statements in pgbench", Bound::AtLeast(0.5));
    Ok(())
}

/// One round of pgbench: transactions per second.
async fn pgbench(arguments: &Arguments, program: &Path, script: &Path, url: &str, round: u64) -> Result<f64> {
    /// Transactions of one client in a round at most, so that no two rounds make the same rows.
    const TURNS_MAX: u64 = 1_000_000;
    let clients = arguments.clients.to_string();
    let seconds = (arguments.seconds / ROUNDS).max(1).to_string();
    let output = tokio::process::Command::new(program)
        .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2"])
        .args(["--define", &format!("turn={}", round * TURNS_MAX), "--client", &clients, "--time", &seconds])
        .arg("--file")
        .arg(script)
        .arg(url)
        .output()
        .await
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    // A transaction that failed did less than a filing does, so its rate would be another's.
    if !text.contains("number of failed transactions: 0 ") {
        bail!("transactions failed in pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
    text.lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok())
        .with_context(|| format!("pgbench said: {text}"))
}
