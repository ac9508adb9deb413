//! Generated files that are committed: written by `codegen`, compared by `test`.
//!
//! A file is checked from the moment it exists; must never write anything while checking.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{prerequisites, shell, web};

/// The interface's description, as `xiaobao openapi` prints it.
const OPENAPI: &str = "docs/openapi.json";

/// How to run it.
#[derive(clap::Args)]
pub struct Options {
    /// Change nothing; fail where a file is not what it should be
    #[arg(long)]
    check: bool,
}

/// Writes the generated files, or compares them.
pub fn run(options: &Options) -> Result<ExitCode> {
    prerequisites::for_build()?;
    if options.check {
        return Ok(if check()? == Some(false) { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let path = shell::root().join(OPENAPI);
    std::fs::write(&path, openapi()?).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {OPENAPI}");
    prerequisites::node()?;
    Ok(if web::client(false)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether every generated file is what would be written now; `None` while there is none.
pub fn check() -> Result<Option<bool>> {
    let path = shell::root().join(OPENAPI);
    if !path.exists() {
        println!("{OPENAPI} does not exist yet; `cargo xtask codegen` writes it");
        return Ok(None);
    }
    let committed = std::fs::read_to_string(&path)?;
    match first_difference(&committed, &openapi()?) {
        None => Ok(Some(true)),
        Some((line, was, is)) => {
            println!("{OPENAPI}:{line}: [codegen] is not what `xiaobao openapi` prints: run `cargo xtask codegen`");
            println!("  committed: {was}\n  generated: {is}");
            Ok(Some(false))
        }
    }
}

fn openapi() -> Result<String> {
    shell::output(Command::new(program()?).arg("openapi"))
}

/// The binary, built as the tests build it, so that after a test run nothing is built twice.
pub fn program() -> Result<PathBuf> {
    let mut tests = shell::cargo(&["test", "--workspace", "--no-run"]);
    if let Some(path) = shell::built(&mut tests, "xiaobao")? {
        return Ok(path);
    }
    let mut alone = shell::cargo(&["build", "--package", "xiaobao"]);
    shell::built(&mut alone, "xiaobao")?.context("the workspace builds no program `xiaobao`")
}

/// The number of the first line that differs and what it holds on either side.
fn first_difference<'t>(old: &'t str, new: &'t str) -> Option<(usize, &'t str, &'t str)> {
    if old == new {
        return None;
    }
    let (mut old_lines, mut new_lines) = (old.lines(), new.lines());
    for number in 1.. {
        match (old_lines.next(), new_lines.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return Some((number, "(line ends differ)", "(line ends differ)")),
            (a, b) => return Some((number, a.unwrap_or("(nothing)"), b.unwrap_or("(nothing)"))),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some((2, "(nothing)", "b")));
        assert_eq!(first_difference("a\n", "a").map(|(line, ..)| line), Some(2));
    }
}
