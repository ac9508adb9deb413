//! The decision engine beside its limits and peers, in one run on one core; started by `cargo xtask bench guard`, which
//! reads the lines of JSON that this prints. It measures only; every input differs from the one before, and some keys are
//! far busier than others.

mod decisions;
mod figures;
mod forest;
mod numbers;
mod parts;
mod rules;
mod state;
mod world;

use std::path::PathBuf;

/// The allocator of the program that is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What to measure, as `cargo xtask bench` asks for it.
#[derive(Debug)]
pub struct Arguments {
    /// Where the model and its rows are written for the peer.
    pub folder: PathBuf,
    /// How long each thing is measured.
    pub seconds: u64,
    /// Events that the windows hold before anything is measured.
    pub events: usize,
    /// The one thing to measure, while working on it.
    pub only: Option<String>,
}

/// What measures one thing.
type Run = fn(&Arguments);

fn main() {
    let arguments = arguments(std::env::args().skip(1));
    let runs: [(&str, Run); 8] = [
        ("rules", rules::run),
        ("trees", parts::trees),
        ("windows", parts::windows),
        ("lists", parts::lists),
        ("uniform", decisions::uniform),
        ("skewed", decisions::skewed),
        ("json", state::json),
        ("snapshot", state::snapshot),
    ];
    for (name, run) in runs {
        if arguments.only.as_deref().is_none_or(|only| only == name) {
            run(&arguments);
        }
    }
}

/// Reads `--name value`; what belongs to other benchmarks is passed over.
fn arguments(words: impl Iterator<Item = String>) -> Arguments {
    let mut arguments = Arguments { folder: std::env::temp_dir(), seconds: 10, events: 2_000_000, only: None };
    let words: Vec<String> = words.collect();
    for pair in words.windows(2) {
        let number = || pair[1].replace('_', "").parse::<u64>().ok();
        match pair[0].as_str() {
            "--folder" => arguments.folder = PathBuf::from(&pair[1]),
            "--seconds" => arguments.seconds = number().unwrap_or(arguments.seconds),
            "--only" => arguments.only = Some(pair[1].clone()),
            "--events" => arguments.events = number().map_or(arguments.events, |events| events as usize),
            _ => {}
        }
    }
    arguments
}
