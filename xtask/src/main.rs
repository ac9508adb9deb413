//! Build, test, demo, bench and tidy commands of the project: `cargo xtask <command>`.
//!
//! Must never depend on a crate of the house or on libpq: it is built first, on a machine that may have neither.

mod bench;
mod codegen;
mod demo;
mod machine;
mod postgres;
mod prerequisites;
mod shell;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What the project's developers and its continuous integration run.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check formatting, tidiness, lints and generated files, then run every test on both databases
    Test(test::Options),
    /// What .ci/run runs: `test`, where a missing PostgreSQL is a failure
    Ci,
    /// Start the demonstration bank on embedded SQLite; Ctrl-C stops it
    Demo(demo::Options),
    /// Build the web pages into web/dist, where the program takes them from
    Web(web::Options),
    /// Renew the pictures of the guide from the demonstration's bank
    Screenshots,
    /// Check the rules of the house that the compiler does not know
    Tidy,
    /// Write the generated files that are committed (docs/openapi.json and the client of the web pages)
    Codegen(codegen::Options),
    /// Run benchmarks, each beside its peer, and print their ratios
    Bench(bench::Options),
    /// Keep a PostgreSQL alive until standard input closes; started by the other commands
    #[command(hide = true)]
    KeepPostgres(postgres::KeepOptions),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Test(options) => test::run(&options, machine::is_ci()),
        Command::Ci => test::run(&test::Options::default(), true),
        Command::Demo(options) => demo::run(&options),
        Command::Web(options) => web::run(&options),
        Command::Screenshots => web::screenshots(),
        Command::Tidy => tidy::run(),
        Command::Codegen(options) => codegen::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::KeepPostgres(options) => postgres::keep(&options),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
