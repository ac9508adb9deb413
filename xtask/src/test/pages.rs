//! The steps of the gate that concern the web pages.
//!
//! They run when everything is tested, or when `--crate web` asks for them alone.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Scene;
use super::counts::Counts;
use crate::{codegen, shell, web};

/// The name by which `--crate` asks for the pages.
pub const NAME: &str = "web";

/// The generated client is the one that the description gives; types and style are right.
pub fn checks(scene: &Scene) -> Result<Counts> {
    if !is_possible(scene) {
        return Ok(Counts::default());
    }
    let mut counts = Counts::one(web::client(true)?);
    for script in ["types", "lint"] {
        counts.add(Counts::one(shell::succeeds(&mut web::script_command(script, &[]))?));
    }
    Ok(counts)
}

/// The pages can be built.
pub fn build(scene: &Scene) -> Result<Counts> {
    if !is_possible(scene) {
        return Ok(Counts::default());
    }
    web::build(false)?;
    Ok(Counts::one(true))
}

/// The tests of components, words and sizes.
pub fn tests(scene: &Scene) -> Result<Counts> {
    if !is_possible(scene) {
        return Ok(Counts::default());
    }
    web::install()?;
    vitest(&mut web::script_command("test", &[]), "test")
}

/// The journeys in a browser, against the program as the tests built it.
pub fn journeys(scene: &Scene) -> Result<Counts> {
    if !scene.browser {
        println!("left out: there is no browser");
        return Ok(Counts::default());
    }
    let program = codegen::program()?;
    web::build(false)?;
    let mut command = web::script_command("journeys", &[]);
    web::surround(&mut command, &program);
    vitest(&mut command, "journeys")
}

/// Runs a script that is a run of vitest and reads its counts from the report it writes.
fn vitest(command: &mut Command, name: &str) -> Result<Counts> {
    let report = std::env::temp_dir().join(format!("xiaobao-{name}-{}.json", std::process::id()));
    command.args(["--", "--reporter=default", "--reporter=json"]);
    command.arg(format!("--outputFile.json={}", report.display()));
    let went_well = shell::succeeds(command)?;
    let text = std::fs::read_to_string(&report).with_context(|| format!("`{name}` left no report"));
    std::fs::remove_file(&report).ok();
    Ok(of_vitest(&text?).unwrap_or_default().ended(went_well))
}

/// The counts in a report of vitest; a file that could not be loaded counts as one failure.
fn of_vitest(report: &str) -> Option<Counts> {
    let report: Value = serde_json::from_str(report).ok()?;
    let number = |key: &str| report[key].as_u64();
    let failed = number("numFailedTests")?.max(number("numFailedTestSuites")?.min(1));
    let skipped = number("numPendingTests")? + number("numTodoTests")?;
    Some(Counts { passed: number("numPassedTests")?, failed, skipped })
}

fn is_possible(scene: &Scene) -> bool {
    if !scene.node {
        println!("left out: there is no Node");
    }
    scene.node
}

#[cfg(test)]
mod tests_of_reports {
    use super::*;

    #[test]
    fn a_report_is_read_and_nonsense_is_no_success() {
        let report = r#"{"numPassedTests": 7, "numFailedTests": 1, "numPendingTests": 2, "numTodoTests": 0, "numFailedTestSuites": 1}"#;
        assert_eq!(of_vitest(report), Some(Counts { passed: 7, failed: 1, skipped: 2 }));
        let unloadable = r#"{"numPassedTests": 7, "numFailedTests": 0, "numPendingTests": 0, "numTodoTests": 0, "numFailedTestSuites": 2}"#;
        assert_eq!(of_vitest(unloadable).map(|counts| counts.failed), Some(1));
        assert_eq!(of_vitest("no report"), None);
        assert_eq!(of_vitest("{}"), None);
    }
}
