//! The benchmark program of the house, the crate `bench`, and benchmarks of single crates: built optimised, run, and read.
//!
//! It gets the benchmark's name (`all` for every one), `--seconds N --clients N --events N --held-seconds N --folder DIR` and, where there is a
//! PostgreSQL, `--postgres URL --pgbench PATH`. Each line it prints that is a JSON object is a finding; all others are
//! shown as they are. Two kinds of finding:
//!
//! ```text
//! {"reading": "file, 64 clients", "per_second": 9000, "median_us": 150, "p99_us": 900, "count": 90000}
//! {"ratio": "grouped / one by one", "of": "file, 64 clients", "to": "one by one", "at_least": 3}
//! ```
//!
//! A ratio divides the rates of two readings of the same run, or states its own `value`.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Options;
use super::report::{Bound, Ratio, Reading, Report};
use crate::postgres::{Postgres, Settings};
use crate::prerequisites;
use crate::shell::{self, Stream};

/// The crate and its program.
const NAME: &str = "bench";

/// Builds the program, runs one of its benchmarks beside a PostgreSQL with default settings, and reads what it found.
pub fn run(name: &str, options: &Options) -> Result<Report> {
    prerequisites::for_build()?;
    let mut build = shell::cargo(&["build", "--release", "--package", NAME]);
    let program = shell::built(&mut build, NAME)?.context("the workspace has no program `bench`")?;
    let folder = shell::target_directory()?.join("bench");
    std::fs::create_dir_all(&folder)?;
    let mut command = Command::new(program);
    command.current_dir(shell::root()).arg(name).arg("--folder").arg(&folder);
    command.args(["--seconds", &options.seconds.to_string(), "--clients", &options.clients.to_string()]);
    command.args(["--events", &options.events.to_string(), "--held-seconds", &options.held_seconds.to_string()]);
    if options.fresh {
        command.arg("--fresh");
    }
    let server = match prerequisites::postgres() {
        Ok(programs) => {
            let server = Postgres::start(&programs, Settings::Defaults, Some(&folder))?;
            command.args(["--postgres", &server.url(), "--pgbench"]).arg(programs.folder().join("pgbench"));
            Some(server)
        }
        Err(error) => {
            eprintln!("warning: without PostgreSQL: {error:#}");
            None
        }
    };
    let (went_well, output) = shell::tee(&mut command, Stream::Out)?;
    drop(server);
    if !went_well {
        bail!("`{}` failed", shell::describe(&command));
    }
    findings(&output)
}

/// Builds the benchmark of one crate, runs it, and reads what it found.
pub fn run_alone(package: &str, name: &str, options: &Options) -> Result<Report> {
    prerequisites::for_build()?;
    let mut build = shell::cargo(&["build", "--release", "--package", package, "--bench", name]);
    let program = shell::built(&mut build, name)?.with_context(|| format!("{package} has no benchmark `{name}`"))?;
    let folder = shell::target_directory()?.join("bench");
    std::fs::create_dir_all(&folder)?;
    let mut command = Command::new(program);
    command.current_dir(shell::root()).arg("--folder").arg(&folder);
    command.args(["--seconds", &options.seconds.to_string()]);
    let (went_well, output) = shell::tee(&mut command, Stream::Out)?;
    if !went_well {
        bail!("`{}` failed", shell::describe(&command));
    }
    findings(&output)
}

/// The readings and ratios among a program's lines.
fn findings(output: &str) -> Result<Report> {
    let mut report = Report::default();
    for line in output.lines().filter(|line| line.starts_with('{')) {
        let finding: Value = serde_json::from_str(line).with_context(|| format!("not a finding: {line}"))?;
        if let Some(name) = finding["reading"].as_str() {
            report.readings.push(reading(name, &finding));
        } else if let Some(name) = finding["ratio"].as_str() {
            report.ratios.push(ratio(name, &finding, &report.readings)?);
        } else {
            bail!("neither a reading nor a ratio: {line}");
        }
    }
    Ok(report)
}

fn reading(name: &str, finding: &Value) -> Reading {
    let time = |key: &str| finding[key].as_f64().map(|micros| Duration::from_secs_f64(micros.max(0.0) / 1e6));
    Reading {
        name: name.to_owned(),
        per_second: finding["per_second"].as_f64(),
        median: time("median_us"),
        p99: time("p99_us"),
        count: finding["count"].as_u64().unwrap_or_default(),
    }
}

fn ratio(name: &str, finding: &Value, readings: &[Reading]) -> Result<Ratio> {
    let bound = match (finding["at_least"].as_f64(), finding["at_most"].as_f64()) {
        (Some(least), _) => Bound::AtLeast(least),
        (None, Some(most)) => Bound::AtMost(most),
        (None, None) => Bound::None,
    };
    if let Some(value) = finding["value"].as_f64() {
        return Ok(Ratio { name: name.to_owned(), value, bound });
    }
    let named = |key: &str| readings.iter().find(|reading| finding[key] == reading.name.as_str());
    let parts = named("of").zip(named("to"));
    parts
        .and_then(|(of, to)| Ratio::of_rates(name, of, to, bound))
        .with_context(|| format!("`{name}` divides what was not read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_read_and_other_lines_left() {
        let output = "warming up\n\
            {\"reading\": \"together\", \"per_second\": 9000, \"median_us\": 150.5, \"p99_us\": 900, \"count\": 7}\n\
            {\"reading\": \"alone\", \"per_second\": 3000}\n\
            {\"ratio\": \"t / a\", \"of\": \"together\", \"to\": \"alone\", \"at_least\": 3.5}\n\
            {\"ratio\": \"memory\", \"value\": 0.5, \"at_most\": 1}\n";
        let report = findings(output).unwrap();
        assert_eq!(report.readings[0].median, Some(Duration::from_nanos(150_500)));
        assert_eq!(report.readings[1].p99, None);
        assert!((report.ratios[0].value - 3.0).abs() < 1e-9 && report.ratios[0].missed());
        assert!(!report.ratios[1].missed());
    }

    #[test]
    fn findings_that_make_no_sense_are_errors() {
        for bad in ["{", "{\"other\": 1}", "{\"ratio\": \"a / b\", \"of\": \"a\", \"to\": \"b\"}"] {
            assert!(findings(bad).is_err(), "{bad}");
        }
    }
}
