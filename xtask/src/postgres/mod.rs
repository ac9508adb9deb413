//! A PostgreSQL of our own in a temporary folder, for tests and benchmarks.
//!
//! Must never touch a server it did not start, and must not outlive the command that asked for it, however that ends:
//! a keeper process holds the server and stops it when its standard input closes.

mod cluster;
mod programs;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use cluster::Cluster;

pub use programs::Programs;

/// How the server is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Settings {
    /// Fast and forgetful, with a linguistic sort order, so that a query that leans on byte order is found out.
    Tests,
    /// As PostgreSQL comes, so that benchmarks compare with what a user has.
    Defaults,
}

/// What the keeper is told.
#[derive(clap::Args)]
pub struct KeepOptions {
    /// The folder of initdb, pg_ctl and postgres
    #[arg(long)]
    programs: PathBuf,
    /// The folder to make the server's folder in
    #[arg(long)]
    within: PathBuf,
    /// How to set the server up
    #[arg(long, value_enum)]
    settings: Settings,
}

/// A running server; it stops when this is dropped, and also when this process ends without dropping it.
pub struct Postgres {
    keeper: Child,
    // Held open for as long as the server should live.
    line: Option<ChildStdin>,
    port: u16,
}

impl Postgres {
    /// Starts a server whose folder lies in `within`, or in the temporary folder.
    pub fn start(programs: &Programs, settings: Settings, within: Option<&Path>) -> Result<Self> {
        let within = crate::machine::folder_open_to_all(within);
        let mode = match settings {
            Settings::Tests => "tests",
            Settings::Defaults => "defaults",
        };
        let mut command = Command::new(std::env::current_exe().context("cannot find this program")?);
        command.args(["keep-postgres", "--settings", mode, "--programs"]).arg(programs.folder());
        command.arg("--within").arg(within).stdin(Stdio::piped()).stdout(Stdio::piped());
        // A process group of its own: Ctrl-C reaches us and not the keeper, which then still cleans up.
        command.process_group(0);
        let mut keeper = command.spawn().context("cannot start the keeper of PostgreSQL")?;
        let line = keeper.stdin.take();
        let mut answer = String::new();
        let mut output = BufReader::new(keeper.stdout.take().expect("piped above"));
        output.read_line(&mut answer).context("cannot hear the keeper of PostgreSQL")?;
        match answer.trim().parse() {
            Ok(port) => Ok(Self { keeper, line, port }),
            Err(_) => {
                drop(line);
                keeper.wait()?;
                bail!("PostgreSQL did not start; its complaint is above")
            }
        }
    }

    /// The address of the server's first database, for the superuser `postgres`, without a password.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.line.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("warning: the keeper of PostgreSQL was lost: {error}");
        }
    }
}

/// The keeper: makes a cluster, tells its port, waits until standard input closes, then stops and removes it.
pub fn keep(options: &KeepOptions) -> Result<ExitCode> {
    let cluster = Cluster::start(&options.programs, options.settings, &options.within)?;
    // If the asker is gone already there is nobody to tell, and the next line finds that out.
    writeln!(std::io::stdout(), "{}", cluster.port()).ok();
    std::io::stdin().read_to_end(&mut Vec::new()).ok();
    drop(cluster);
    Ok(ExitCode::SUCCESS)
}
