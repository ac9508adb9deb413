//! The web pages: brought up to date with npm, for the demonstration, the tests and a release.
//!
//! Must never be needed by `cargo build`: a program without pages says how they are built.

mod node;
mod outdated;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::{codegen, prerequisites, shell};

/// How to build the pages.
#[derive(clap::Args)]
pub struct Options {
    /// Build them even when nothing changed
    #[arg(long)]
    always: bool,
}

/// `cargo xtask web`: builds the pages.
pub fn run(options: &Options) -> Result<ExitCode> {
    prerequisites::node()?;
    build(options.always)?;
    Ok(ExitCode::SUCCESS)
}

/// `cargo xtask screenshots`: renews the pictures of the guide from the demonstration's bank.
pub fn screenshots() -> Result<ExitCode> {
    prerequisites::for_build()?;
    prerequisites::browser()?;
    build(false)?;
    let program = codegen::program()?;
    let mut command = script_command("screenshots", &[]);
    surround(&mut command, &program);
    Ok(if shell::succeeds(&mut command)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tells a script which program to start and in which browser to look at it.
pub fn surround(command: &mut Command, program: &Path) {
    command.env("XIAOBAO_PROGRAM", program);
    if let Some(browser) = chromium() {
        command.env("XIAOBAO_CHROMIUM", browser);
    }
}

/// Brings the pages up to date for the demonstration; one without pages is still one worth having.
pub fn for_demo() {
    if let Err(error) = prerequisites::node().and_then(|()| build(false)) {
        eprintln!("warning: the demonstration starts without its web pages: {error:#}");
    }
}

/// Builds the pages unless they are what their sources give.
pub fn build(always: bool) -> Result<()> {
    let print = outdated::print_of(&outdated::sources(&folder())?);
    let stamp = folder().join("dist/built-from");
    let is_current = std::fs::read_to_string(&stamp).is_ok_and(|known| known == print);
    if is_current && !always && folder().join("dist/pages/index.html").is_file() {
        return Ok(());
    }
    eprintln!("Building the web pages.");
    install()?;
    script("build", &[])?;
    std::fs::write(&stamp, print).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Fetches the packages that the lock file names, unless they lie there already.
pub fn install() -> Result<()> {
    let lock = std::fs::read(folder().join("package-lock.json")).context("cannot read web/package-lock.json")?;
    let print = outdated::print_of(&[("package-lock.json".to_owned(), lock)]);
    let stamp = folder().join("node_modules/.installed-from");
    if std::fs::read_to_string(&stamp).is_ok_and(|known| known == print) {
        return Ok(());
    }
    // Not `npm ci`: it refuses a lock file made where a registry holds no packages of other platforms, and the linter has one
    // for each. This takes what the lock file names all the same, checks its hashes, and writes nothing.
    npm(&["install", "--no-save", "--no-audit", "--no-fund"])?;
    std::fs::write(&stamp, print).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Writes the TypeScript description of the interface from `docs/openapi.json`, or says whether it is that already.
pub fn client(check: bool) -> Result<bool> {
    install()?;
    shell::succeeds(&mut script_command("client", if check { &["--check"] } else { &[] }))
}

/// Runs one of the scripts of `package.json`; a failure is an error.
pub fn script(name: &str, arguments: &[&str]) -> Result<()> {
    let mut command = script_command(name, arguments);
    if shell::succeeds(&mut command)? { Ok(()) } else { bail!("`{}` failed", shell::describe(&command)) }
}

/// A script of `package.json`, not yet started.
pub fn script_command(name: &str, arguments: &[&str]) -> Command {
    let mut command = node::command("npm");
    command.args(["run", "--silent", name]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    command
}

/// Whether this machine has a Node that can build the pages.
pub fn has_node() -> bool {
    node::is_good()
}

/// Whether this machine has a Chromium for the journeys, and where.
pub fn chromium() -> Option<PathBuf> {
    node::chromium()
}

fn npm(arguments: &[&str]) -> Result<()> {
    let mut command = node::command("npm");
    command.args(arguments);
    if shell::succeeds(&mut command)? { Ok(()) } else { bail!("`{}` failed in web/", shell::describe(&command)) }
}

/// The folder of the web pages.
pub fn folder() -> PathBuf {
    shell::root().join("web")
}
