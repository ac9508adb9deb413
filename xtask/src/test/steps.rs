//! The steps of the gate, in the order in which they run: the quick ones first.
//!
//! A new kind of test (fuzzing, say) is one function here or beside, and one line in [`ALL`].

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::counts::{self, Counts};
use super::{Scene, pages};
use crate::shell::{self, Stream};
use crate::{codegen, machine, tidy};

/// The variable by which the tests learn of the PostgreSQL that was started for them.
const POSTGRES_VARIABLE: &str = "XIAOBAO_TEST_POSTGRES";

/// One step of the gate.
pub struct Step {
    /// What it is called in the summary.
    pub title: &'static str,
    /// What it is about.
    pub part: Part,
    /// Whether it counts tests, rather than being one check.
    pub tests: bool,
    /// Does it; an error is a failed check.
    pub run: fn(&Scene) -> Result<Counts>,
}

/// The two halves of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The Rust workspace.
    Crates,
    /// The web pages.
    Pages,
}

impl Part {
    /// Whether a name given to `--crate` belongs to this half.
    pub fn owns(self, name: &str) -> bool {
        (self == Self::Pages) == (name == pages::NAME)
    }
}

/// The whole gate.
pub const ALL: &[Step] = &[
    Step { title: "format", part: Part::Crates, tests: false, run: format },
    Step { title: "tidy", part: Part::Crates, tests: false, run: tidiness },
    Step { title: "clippy", part: Part::Crates, tests: false, run: clippy },
    Step { title: "tests", part: Part::Crates, tests: true, run: tests },
    Step { title: "documentation tests", part: Part::Crates, tests: true, run: documentation_tests },
    Step { title: "generated files", part: Part::Crates, tests: false, run: generated_files },
    Step { title: "web: client, types, lint", part: Part::Pages, tests: false, run: pages::checks },
    Step { title: "web: build", part: Part::Pages, tests: false, run: pages::build },
    Step { title: "web: tests", part: Part::Pages, tests: true, run: pages::tests },
    Step { title: "web: journeys", part: Part::Pages, tests: true, run: pages::journeys },
];

/// What is left of it when only some tests are asked for.
pub const TESTS_ONLY: &[Step] = &[Step { title: "tests", part: Part::Crates, tests: true, run: tests }];

fn format(scene: &Scene) -> Result<Counts> {
    let mut command = shell::cargo(&["fmt"]);
    match scene.crates.as_slice() {
        [] => command.arg("--all"),
        names => names.iter().fold(&mut command, |command, name| command.args(["--package", name])),
    };
    check(command.arg("--check"))
}

fn tidiness(scene: &Scene) -> Result<Counts> {
    Ok(Counts::one(tidy::check(&scene.crates)?))
}

fn clippy(scene: &Scene) -> Result<Counts> {
    let mut command = shell::cargo(&["clippy", "--all-targets", "--keep-going"]);
    check(select(&mut command, scene).args(["--", "--deny", "warnings"]))
}

fn tests(scene: &Scene) -> Result<Counts> {
    if machine::find_program("cargo-nextest").is_none() {
        return libtest(scene);
    }
    let mut command = shell::cargo(&["nextest", "run", "--no-fail-fast"]);
    select(&mut command, scene).args(&scene.filter);
    if scene.filter.is_empty() {
        // A crate may have no test of its own yet; a filter that fits nothing is a slip of the caller.
        command.arg("--no-tests=pass");
    }
    surround(&mut command, scene);
    let (went_well, output) = shell::tee(&mut command, Stream::Err)?;
    Ok(counts::of_nextest(&output).unwrap_or_default().ended(went_well))
}

fn libtest(scene: &Scene) -> Result<Counts> {
    // Named kinds leave out the documentation tests, which have their own step.
    let mut command = shell::cargo(&["test", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"]);
    select(&mut command, scene).arg("--").args(&scene.filter);
    surround(&mut command, scene);
    let (went_well, output) = shell::tee(&mut command, Stream::Out)?;
    Ok(counts::of_libtest(&output).unwrap_or_default().ended(went_well))
}

fn documentation_tests(scene: &Scene) -> Result<Counts> {
    let names = crates_with_documentation_tests(&shell::root().join("crates"))?;
    let chosen: Vec<String> =
        names.into_iter().filter(|name| scene.crates.is_empty() || scene.crates.contains(name)).collect();
    if chosen.is_empty() {
        println!("no crate has any");
        return Ok(Counts::default());
    }
    let mut command = shell::cargo(&["test", "--doc", "--no-fail-fast"]);
    for name in &chosen {
        command.args(["--package", name]);
    }
    surround(&mut command, scene);
    let (went_well, output) = shell::tee(&mut command, Stream::Out)?;
    Ok(counts::of_libtest(&output).unwrap_or_default().ended(went_well))
}

fn generated_files(scene: &Scene) -> Result<Counts> {
    if !scene.crates.is_empty() {
        println!("not checked for single crates");
        return Ok(Counts::default());
    }
    Ok(codegen::check()?.map_or_else(Counts::default, Counts::one))
}

fn check(command: &mut Command) -> Result<Counts> {
    Ok(Counts::one(shell::succeeds(command)?))
}

fn select<'c>(command: &'c mut Command, scene: &Scene) -> &'c mut Command {
    match scene.crates.as_slice() {
        [] => command.arg("--workspace"),
        names => names.iter().fold(command, |command, name| command.args(["--package", name])),
    }
}

/// Tells the tests of their database, and never of one that was not started here.
fn surround(command: &mut Command, scene: &Scene) {
    match &scene.postgres {
        Some(server) => command.env(POSTGRES_VARIABLE, server.url()),
        None => command.env_remove(POSTGRES_VARIABLE),
    };
    if scene.is_ci {
        command.env("CI", "true");
    }
}

/// The crates whose documentation holds code that would be run.
fn crates_with_documentation_tests(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let sources = rust_files(&entry.path().join("src"))?;
        let is_library = entry.path().join("src/lib.rs").is_file();
        let mut any = false;
        for file in sources {
            any |= has_documentation_test(&std::fs::read_to_string(file)?);
        }
        if is_library && any {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    Ok(files)
}

/// Whether a documentation comment opens a block of Rust that rustdoc would compile.
fn has_documentation_test(text: &str) -> bool {
    let mut inside = false;
    for line in text.lines().map(str::trim_start) {
        let Some(comment) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else { continue };
        let Some(words) = comment.trim_start().strip_prefix("```") else { continue };
        let runs =
            words.split(',').all(|w| matches!(w.trim(), "" | "rust" | "no_run" | "should_panic" | "compile_fail"));
        if !inside && runs {
            return true;
        }
        inside = !inside;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_of_rust_are_documentation_tests() {
        for (text, expect) in [
            ("/// ```\n/// let x = 1;\n/// ```", true),
            ("    //! ```rust,no_run\n//! x();\n//! ```", true),
            ("/// ```text\n/// a b\n/// ```\nfn f() {}", false),
            ("// ```\n// not documentation\n// ```", false),
            ("let s = \"```\";", false),
            ("/// ```toml\n/// a = 1\n/// ```\n/// ```\n/// x();\n/// ```", true),
        ] {
            assert_eq!(has_documentation_test(text), expect, "{text}");
        }
    }
}
