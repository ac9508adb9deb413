//! PostgreSQL by itself: pgbench runs the statements of one request as one transaction, with default settings.
//!
//! This is the peer of our own PostgreSQL path, so it gets every advantage pgbench offers: prepared statements, no HTTP.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Options;
use super::figures::Times;
use super::report::{Reading, Report};
use crate::postgres::{Postgres, Programs, Settings};
use crate::{prerequisites, shell};

/// The statements of filing one complaint, and the tables they need, for when no other script is given.
const FILING: &str = "xtask/bench/filing.sql";
const FILING_SETUP: &str = "xtask/bench/filing-setup.sql";

/// Starts a server, prepares it and lets pgbench work for the seconds asked for.
pub fn run(options: &Options) -> Result<Report> {
    let programs = prerequisites::postgres()?;
    let folder = shell::target_directory()?.join("bench");
    std::fs::create_dir_all(&folder)?;
    let server = Postgres::start(&programs, Settings::Defaults, Some(&folder))?;
    let (script, setup) = scripts(options);
    if let Some(setup) = &setup {
        let mut psql = programs.command("psql");
        psql.args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file"]).arg(setup).arg(server.url());
        shell::output(&mut psql).context("the setup failed")?;
    }
    let logs = Logs::new(&folder)?;
    let told = shell::output(&mut pgbench(&programs, options, &script, &logs, &server.url()))?;
    let times = logs.read()?;
    let shown = script.strip_prefix(shell::root()).unwrap_or(&script);
    let name = format!("{} clients, {}", options.clients, shown.display());
    let reading = Reading::of_times(&name, &times, rate(&told)?);
    let notes = vec![format!("{}, default settings, fsync on, pgbench -M prepared.", programs.version())];
    Ok(Report { readings: vec![reading], ratios: Vec::new(), notes })
}

fn scripts(options: &Options) -> (PathBuf, Option<PathBuf>) {
    match &options.script {
        Some(script) => (script.clone(), options.setup.clone()),
        None => (shell::root().join(FILING), Some(shell::root().join(FILING_SETUP))),
    }
}

fn pgbench(programs: &Programs, options: &Options, script: &Path, logs: &Logs, url: &str) -> Command {
    let mut command = programs.command("pgbench");
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(options.clients as usize);
    command.args(["--no-vacuum", "--protocol=prepared", "--log"]);
    command.arg(format!("--log-prefix={}", logs.prefix.display()));
    command.arg(format!("--client={}", options.clients)).arg(format!("--jobs={threads}"));
    command.arg(format!("--time={}", options.seconds)).arg("--file").arg(script).arg(url);
    command
}

/// The transactions per second that pgbench tells; a failed transaction makes the figure worthless.
fn rate(told: &str) -> Result<f64> {
    let failed = told.lines().find_map(|line| line.strip_prefix("number of failed transactions: "));
    if failed.is_some_and(|failed| !failed.starts_with("0 ")) {
        bail!("transactions failed:\n{told}");
    }
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")).and_then(|rest| rest.split(' ').next());
    rate.and_then(|rate| rate.parse().ok()).with_context(|| format!("pgbench told no rate:\n{told}"))
}

/// The files in which pgbench notes each transaction; removed when dropped.
struct Logs {
    folder: PathBuf,
    prefix: PathBuf,
}

impl Logs {
    fn new(within: &Path) -> Result<Self> {
        let folder = within.join(format!("pgbench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self { prefix: folder.join("log"), folder })
    }

    fn read(&self) -> Result<Times> {
        let mut times = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            times.extend(times_in(&std::fs::read_to_string(entry?.path())?));
        }
        Ok(Times::new(times))
    }
}

impl Drop for Logs {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("warning: could not remove {}: {error}", self.folder.display());
        }
    }
}

/// The third field of each line: how long the transaction took, in microseconds.
fn times_in(log: &str) -> Vec<Duration> {
    log.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok()).map(Duration::from_micros).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pgbench_tells_is_read() {
        let told = "number of transactions actually processed: 10\nnumber of failed transactions: 0 (0.000%)\n\
            latency average = 1.5 ms\ntps = 4321.5 (without initial connection time)\n";
        assert_eq!(rate(told).unwrap(), 4321.5);
        assert!(rate(&told.replace(": 0 (", ": 3 (")).is_err());
        assert!(rate("").is_err());
        assert_eq!(
            times_in("0 199 2241 0 1175850568 995598\n1 7 12 0 1 2\nbroken\n"),
            [2241, 12].map(Duration::from_micros)
        );
    }
}
