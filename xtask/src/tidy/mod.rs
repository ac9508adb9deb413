//! The rules of the house that the compiler does not know, checked over every file that git would keep.
//!
//! A rule is a function from the tree to its violations; it must never stop at the first one, read anything but the
//! tree, or change a file.

mod allowance;
mod arrows;
mod glossary;
mod layers;
mod licences;
mod machine_traces;
mod manifests;
mod migrations;
mod modules;
mod money;
mod size;
mod snapshots;
mod source;
mod tree;
mod words;

use std::fmt;
use std::process::ExitCode;

use anyhow::Result;

use crate::shell;
pub use tree::Tree;

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file, from the workspace's folder.
    pub path: String,
    /// The line, counted from one.
    pub line: usize,
    /// The rule's short name.
    pub rule: &'static str,
    /// What is wrong and what to do instead.
    pub message: String,
}

impl Violation {
    fn new(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.message)
    }
}

/// Every rule that needs nothing but the tree.
const RULES: &[fn(&Tree) -> Vec<Violation>] = &[
    arrows::check,
    glossary::check,
    layers::check,
    machine_traces::check,
    manifests::check,
    migrations::check,
    modules::check,
    money::check,
    size::check,
    snapshots::check,
    words::check,
];

/// Checks the whole tree.
pub fn run() -> Result<ExitCode> {
    Ok(if check(&[])? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks the tree, prints every violation (only those of `crates`, if any are named) and says whether there was none.
pub fn check(crates: &[String]) -> Result<bool> {
    let tree = Tree::load(shell::root())?;
    let mut violations = violations(&tree);
    violations.extend(licences::check(&shell::metadata()?));
    violations.retain(|violation| crates.is_empty() || crates.iter().any(|name| belongs(&violation.path, name)));
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => println!("tidy: {} files, no violation", tree.files.len()),
        count => println!("tidy: {count} violations in {} files read", tree.files.len()),
    }
    Ok(violations.is_empty())
}

/// What the rules find in a tree.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    RULES.iter().flat_map(|rule| rule(tree)).collect()
}

fn belongs(path: &str, name: &str) -> bool {
    path.strip_prefix("crates/").unwrap_or(path).strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
}

/// Runs one rule over a small tree and compares the lines it names; for the rules' own tests.
#[cfg(test)]
#[track_caller]
fn expect(rule: fn(&Tree) -> Vec<Violation>, files: &[(&str, &str)], places: &[&str]) {
    let mut found: Vec<String> = rule(&Tree::of(files)).iter().map(|v| format!("{}:{}", v.path, v.line)).collect();
    found.sort();
    assert_eq!(found, places, "{:#?}", rule(&Tree::of(files)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_names_file_line_rule_and_remedy() {
        let violation = Violation::new("crates/voice/src/lib.rs", 3, "layers", "do this instead");
        assert_eq!(violation.to_string(), "crates/voice/src/lib.rs:3: [layers] do this instead");
        assert!(belongs(&violation.path, "voice") && !belongs(&violation.path, "voi"));
        assert!(belongs("xtask/src/main.rs", "xtask"));
    }
}
