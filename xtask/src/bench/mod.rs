//! Benchmarks: each hot path beside the peer or limit a user would compare it with, in one run, printed as a ratio.
//!
//! Must never compare figures of different runs or machines. A benchmark is either a module here (no crate of the house
//! needed) or one of the crate `bench`, which is asked by name; `program` tells what it is given and what it prints.

mod disk;
mod figures;
mod program;
mod report;

use std::process::ExitCode;

use anyhow::Result;

use crate::shell;
use report::Report;

/// What to measure and for how long.
#[derive(clap::Args)]
pub struct Options {
    /// The benchmarks to run; without any, all of them
    names: Vec<String>,
    /// List the benchmarks and run none
    #[arg(long)]
    list: bool,
    /// Seconds to measure each thing for
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Clients that work at the same time
    #[arg(long, default_value_t = 64)]
    clients: u32,
    /// guard-http: events that the hot payee has before decisions are measured
    #[arg(long, default_value_t = 100_000)]
    events: u32,
    /// guard-http: seconds to hold 3,000 decisions a second
    #[arg(long, default_value_t = 30)]
    held_seconds: u32,
    /// million: make the large database anew instead of using the one kept in target/bench
    #[arg(long)]
    fresh: bool,
}

/// A benchmark that needs no crate of the house.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<Report>,
}

const BENCHES: &[Bench] = &[Bench {
    name: "fsync",
    about: "what the disk allows: fdatasync, one row per sync, many rows per sync",
    run: disk::run,
}];

/// The benchmarks of the crate `bench`.
const PROGRAM: &[(&str, &str)] = &[
    ("filing", "filing over HTTP beside an echo, one transaction each, and pgbench"),
    ("guard-http", "decisions over HTTP beside an echo: on disk, screened only, one client, a hot payee, a held rate"),
    ("million", "1,000,000 orders on SQLite: lists, histories, start, memory, verification"),
];

/// Benchmarks of single crates, each with the crate that has it: they need nothing of the server and no database.
const ALONE: &[(&str, &str, &str)] = &[(
    "guard",
    "decide",
    "decisions in process: rules, trees, windows, lists, hot keys, snapshots, and LightGBM if Python has it",
)];

/// Runs the chosen benchmarks; fails when a bound that one of them states was missed.
pub fn run(options: &Options) -> Result<ExitCode> {
    if options.list {
        BENCHES.iter().for_each(|bench| println!("{:<24}{}", bench.name, bench.about));
        PROGRAM.iter().for_each(|(name, about)| println!("{name:<24}{about}"));
        ALONE.iter().for_each(|(name, _, about)| println!("{name:<24}{about}"));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", machine());
    let mut names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    if names.is_empty() {
        names =
            BENCHES.iter().map(|bench| bench.name).chain(["all"]).chain(ALONE.iter().map(|alone| alone.0)).collect();
    }
    let mut missed = false;
    for name in names {
        println!("\n── {name} ──");
        let module = BENCHES.iter().find(|bench| bench.name == name);
        let report = match (module, ALONE.iter().find(|alone| alone.0 == name)) {
            (Some(bench), _) => (bench.run)(options)?,
            (None, Some((_, package, _))) => program::run_alone(package, name, options)?,
            (None, None) => program::run(name, options)?,
        };
        print!("{report}");
        missed |= report.missed();
    }
    Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// One line that tells what the figures were measured on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let facts = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = facts.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let system = shell::output(shell::command("uname").arg("-sr")).unwrap_or_default();
    format!("{cores} cores, {model}, {}", system.trim())
}
