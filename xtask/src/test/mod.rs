//! The gate: everything that must hold before a change lands, in one command.
//!
//! Runs every step even when an earlier one failed, so that one run tells all. Must never report a step as passed that
//! did not run.

mod counts;
mod pages;
mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::postgres::{Postgres, Settings};
use crate::prerequisites;
use counts::Counts;
use steps::{Part, Step};

/// What to check and test.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Run only the tests whose names contain one of these words, and no other checks
    filter: Vec<String>,
    /// Check and test only these crates; `web` stands for the web pages
    #[arg(long = "crate", value_name = "NAME")]
    crates: Vec<String>,
}

/// The surroundings in which the steps run.
struct Scene {
    /// The crates that were asked for; none means all.
    crates: Vec<String>,
    filter: Vec<String>,
    is_ci: bool,
    postgres: Option<Postgres>,
    node: bool,
    browser: bool,
}

/// How one step went.
struct Outcome {
    title: &'static str,
    took: Duration,
    counts: Counts,
    tests: bool,
}

/// Runs the whole gate and ends with `N passed, N failed`, where each check counts as one beside the tests.
pub fn run(options: &Options, is_ci: bool) -> Result<ExitCode> {
    let asked = |part: Part| options.crates.is_empty() || options.crates.iter().any(|name| part.owns(name));
    let prerequisites::ForTests { postgres: programs, node, browser } =
        prerequisites::for_tests(is_ci, asked(Part::Pages))?;
    let postgres = programs.as_ref().map(|p| Postgres::start(p, Settings::Tests, None)).transpose()?;
    let databases = match (&programs, &postgres) {
        (Some(programs), Some(server)) => format!("SQLite and {} at {}", programs.version(), server.url()),
        (None, _) | (_, None) => "SQLite only".to_owned(),
    };
    println!("Databases: {databases}");
    let crates = options.crates.iter().filter(|name| Part::Crates.owns(name)).cloned().collect();
    let scene = Scene { crates, filter: options.filter.clone(), is_ci, postgres, node, browser };
    let plan = if options.filter.is_empty() { steps::ALL } else { steps::TESTS_ONLY };
    let outcomes: Vec<Outcome> =
        plan.iter().filter(|step| asked(step.part)).map(|step| perform(step, &scene)).collect();
    // Before the last line, so that nothing is printed after it.
    drop(scene);
    Ok(conclude(&outcomes, &databases))
}

fn perform(step: &Step, scene: &Scene) -> Outcome {
    println!("\n── {} ──", step.title);
    let start = Instant::now();
    let counts = (step.run)(scene).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        Counts::one(false)
    });
    Outcome { title: step.title, took: start.elapsed(), counts, tests: step.tests }
}

fn conclude(outcomes: &[Outcome], databases: &str) -> ExitCode {
    println!("\n── summary ({databases}) ──");
    let mut total = Counts::default();
    for outcome in outcomes {
        println!("{}", line(outcome));
        total.add(outcome.counts);
    }
    let code = if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    println!("{} passed, {} failed", total.passed, total.failed);
    code
}

fn line(outcome: &Outcome) -> String {
    let Counts { passed, failed, skipped } = outcome.counts;
    let word = match (passed, failed) {
        (0, 0) => "none",
        (_, 0) => "ok",
        (_, _) => "FAILED",
    };
    let mut text = format!("{word:<7}{:>7.1} s  {}", outcome.took.as_secs_f64(), outcome.title);
    if outcome.tests {
        text.push_str(&format!(": {passed} passed, {failed} failed, {skipped} skipped"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_one_line_that_tells_its_tests() {
        let counts = Counts { passed: 41, failed: 1, skipped: 2 };
        let took = Duration::from_millis(61_240);
        let outcome = Outcome { title: "tests", took, counts, tests: true };
        assert_eq!(line(&outcome), "FAILED    61.2 s  tests: 41 passed, 1 failed, 2 skipped");
        let outcome = Outcome { title: "format", took, counts: Counts::one(true), tests: false };
        assert_eq!(line(&outcome), "ok        61.2 s  format");
        let outcome = Outcome { title: "generated files", took, counts: Counts::default(), tests: false };
        assert_eq!(line(&outcome), "none      61.2 s  generated files");
    }
}
