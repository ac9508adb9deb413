//! Every crate inherits version, edition, licence and lints, and takes its dependencies from the workspace.

use toml::{Table, Value};

use super::tree::File;
use super::{Tree, Violation};

/// What a crate takes over from the workspace.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// Finds manifests that go their own way.
pub fn check(tree: &Tree) -> Vec<Violation> {
    tree.manifests().flat_map(faults).collect()
}

fn faults(file: &File) -> Vec<Violation> {
    let fault = |line: usize, advice: String| Violation::new(&file.path, line, "manifests", advice);
    let table = match file.text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => return vec![fault(1, format!("cannot be read: {}", error.message()))],
    };
    let mut violations = Vec::new();
    let package = table.get("package").and_then(Value::as_table);
    for key in INHERITED.iter().filter(|key| !package.and_then(|p| p.get(**key)).is_some_and(inherits)) {
        violations.push(fault(line_of(file, key), format!("write `{key}.workspace = true`")));
    }
    if !package.is_some_and(|package| package.contains_key("description")) {
        violations.push(fault(line_of(file, "name"), "say in `description` what the crate is for".to_owned()));
    }
    if !table.get("lints").is_some_and(inherits) {
        violations.push(fault(1, "write `[lints]` and below it `workspace = true`".to_owned()));
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, value) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
            // A crate may name itself, to turn on a feature for its own tests.
            let itself = value.get("path").and_then(Value::as_str) == Some(".");
            if !inherits(value) && !itself {
                let advice = format!(
                    "`{name}`: name the version in the workspace's Cargo.toml and write `workspace = true` here"
                );
                violations.push(fault(line_of(file, name), advice));
            }
        }
    }
    violations
}

fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn line_of(file: &File, key: &str) -> usize {
    file.line_where(|line| line.split(['.', '=', ' ']).next() == Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    const GOOD: &str = "[package]\nname = \"a\"\ndescription = \"A.\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
        [dependencies]\nserde.workspace = true\n[dev-dependencies]\na = { path = \".\", features = [\"x\"] }\n[lints]\nworkspace = true\n";

    #[test]
    fn a_crate_inherits_everything() {
        let own_version = GOOD.replace("version.workspace = true\nedition", "version = \"2.0\"\nedition");
        let own_dependency = GOOD.replace("serde.workspace = true", "serde = \"1\"");
        let no_lints = GOOD.replace("[lints]\nworkspace = true\n", "");
        let files = [
            ("crates/a/Cargo.toml", GOOD),
            ("crates/b/Cargo.toml", own_version.as_str()),
            ("crates/c/Cargo.toml", &own_dependency),
            ("crates/d/Cargo.toml", &no_lints),
            ("crates/e/Cargo.toml", "[package\n"),
            ("Cargo.toml", "[workspace]\n"),
        ];
        expect(
            check,
            &files,
            &["crates/b/Cargo.toml:4", "crates/c/Cargo.toml:10", "crates/d/Cargo.toml:1", "crates/e/Cargo.toml:1"],
        );
    }
}
