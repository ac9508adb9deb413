//! Measurements beside a limit or a peer in the same run; started by `cargo xtask bench`, which reads the lines of JSON that
//! this program prints. It measures only; what a figure must keep stands beside it.

mod after;
mod bulk;
mod filing;
mod guard_http;
mod house;
mod load;
mod million;
mod report;
mod texts;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Parser;

/// The allocator of the program that is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures parts of the house.
#[derive(Debug, Parser)]
pub struct Arguments {
    /// Which benchmark: `filing`, `guard-http`, `million`, `million-postgres`, or `all`; `answer` serves a database that is there.
    name: String,
    /// Where databases are made; on the disk that is to be measured.
    #[arg(long)]
    folder: PathBuf,
    /// How long each load lasts.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many clients a load has.
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// How many orders the large database has.
    #[arg(long, default_value_t = 1_000_000)]
    orders: usize,
    /// How many events one payee has before decisions are measured.
    #[arg(long, default_value_t = 100_000)]
    events: usize,
    /// How long decisions are measured at a held rate.
    #[arg(long, default_value_t = 30)]
    held_seconds: u64,
    /// `guard-http`: only the load of this name, for a fifth of the seconds and without a judgement.
    #[arg(long)]
    only: Option<String>,
    /// Make the large database anew, even where one was kept.
    #[arg(long)]
    fresh: bool,
    /// A PostgreSQL with default settings, and a database of it that may be filled.
    #[arg(long)]
    postgres: Option<String>,
    /// The program pgbench.
    #[arg(long)]
    pgbench: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.name.as_str() {
        "all" => runtime.block_on(async {
            filing::run(&arguments).await?;
            guard_http::run(&arguments).await?;
            million::run(&arguments).await
        }),
        "filing" => runtime.block_on(filing::run(&arguments)),
        "guard-http" => runtime.block_on(guard_http::run(&arguments)),
        "million" => runtime.block_on(million::run(&arguments)),
        "million-postgres" => runtime.block_on(million::run_on_postgres(&arguments)),
        "answer" => runtime.block_on(million::answer(&arguments)),
        other => bail!("there is no benchmark `{other}`"),
    }
}
