//! The one binary: reads settings, opens the house, does what the command says.
//!
//! This crate alone reads the environment and the clock. It must never hold a rule of the business.

mod cli;
mod commands;
mod console;
mod demo_folder;
mod fault;
mod gzip;
mod head_office;
mod house;
mod keys;
mod language;
mod logging;
mod mapping;
mod objects;
mod operator;
mod progress;
mod refusals;
mod settings;
mod stop;
mod table;
mod text_file;

use std::process::ExitCode;

use clap::Parser;
use kernel::Text;

use crate::{
    cli::{Cli, Command},
    console::Console,
    fault::{Exit, Outcome},
    settings::{Layers, Settings},
};

/// A request makes some hundred small allocations on one thread and frees them on another; glibc's allocator spends a tenth
/// of the whole filing on that, this one a fraction (see docs/benchmarks.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let environment = environment();
    let console = Console::new(language::of_locale(&environment));
    match prepare(&cli, environment, console) {
        Ok((settings, console)) => finish(run(&cli.command, &settings, console), console),
        Err(fault) => finish(Err(fault), console),
    }
}

/// Every variable of the environment that is text; others cannot be ours.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Gathers the settings, checks every one that was given, and starts the log.
fn prepare(cli: &Cli, environment: Vec<(String, String)>, console: Console) -> Outcome<(Settings, Console)> {
    let mut flags = cli.general.flags();
    flags.extend(cli.command.flags());
    let settings = Settings::new(Layers::gather(flags, environment, cli.general.config.as_deref())?);
    let console = settings.language()?.map_or(console, |language| Console { language, ..console });
    settings.check()?;
    logging::start(settings.log_level(log_level_of(&cli.command))?, settings.log_format()?);
    Ok((settings, console))
}

/// The log level when nothing is set. A server's log says what it does; elsewhere the command itself does the talking.
const fn log_level_of(command: &Command) -> &'static str {
    if matches!(command, Command::Serve(_)) { "info" } else { "warn" }
}

fn run(command: &Command, settings: &Settings, console: Console) -> Outcome {
    match command {
        Command::Serve(arguments) => commands::serve::run(arguments, settings, console),
        Command::Demo(arguments) => commands::demo::run(arguments, settings, console),
        Command::Migrate(arguments) => commands::migrate::run(arguments, settings, console),
        Command::Import(arguments) => commands::import::run(arguments, settings, console),
        Command::Export(arguments) => commands::export::run(arguments, settings, console),
        Command::Ledger(arguments) => commands::ledger::run(arguments, settings, console),
        Command::Backup(arguments) => commands::backup::run(arguments, settings, console),
        Command::Restore(arguments) => commands::restore::run(arguments, settings, console),
        Command::Voice(arguments) => commands::voice::run(arguments, settings, console),
        Command::Guard(arguments) => commands::guard::run(arguments, console),
        Command::Holidays(arguments) => commands::holidays::run(arguments, settings, console),
        Command::Admin(arguments) => commands::admin::run(arguments, settings, console),
        Command::Keys(arguments) => commands::keys::run(arguments, settings, console),
        Command::Openapi(arguments) => commands::openapi::run(arguments, console),
        Command::Completions(arguments) => commands::completions::run(arguments, console),
    }
}

fn finish(outcome: Outcome, console: Console) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let shown = fault.shown(console.language);
            let heading = match fault.exit {
                Exit::Failed | Exit::Setting => console.pick("错误：", "error: "),
                Exit::Refused | Exit::Stopped => String::new(),
                Exit::Enough => return ExitCode::from(fault.exit.code()),
            };
            console.note(&Text::of(format!("{heading}{shown}"), format!("{heading}{shown}")));
            ExitCode::from(fault.exit.code())
        }
    }
}
