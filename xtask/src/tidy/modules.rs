//! Every Rust file opens with its purpose, has a name that says something, and is part of the program.

use super::tree::File;
use super::{Tree, Violation};

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 9] = ["utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "stuff"];

/// Endings of files that are source.
const SOURCE_ENDINGS: [&str; 5] = [".rs", ".ts", ".tsx", ".sql", ".css"];

/// Finds files without a purpose, files and folders with empty names, and files that no module declares.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        violations.extend(empty_name(file));
        if file.source.is_some() {
            violations.extend(purpose(file));
            violations.extend(undeclared(tree, file));
        }
    }
    violations
}

fn purpose(file: &File) -> Option<Violation> {
    let opens =
        file.text.strip_prefix("//!").is_some_and(|rest| rest.lines().next().is_some_and(|l| !l.trim().is_empty()));
    let advice = "opens without `//!`: begin with what the file is for and what it must never do";
    (!opens).then(|| Violation::new(&file.path, 1, "purpose", advice))
}

fn empty_name(file: &File) -> Option<Violation> {
    if !SOURCE_ENDINGS.iter().any(|ending| file.path.ends_with(ending)) {
        return None;
    }
    let name =
        file.path.split('/').map(|part| part.split('.').next().unwrap_or(part)).find(|n| EMPTY_NAMES.contains(n))?;
    let advice = format!("`{name}` says nothing: name the file or folder for what it does");
    Some(Violation::new(&file.path, 1, "names", advice))
}

/// A file below `src/` that its parent does not declare is never compiled.
fn undeclared(tree: &Tree, file: &File) -> Option<Violation> {
    let inside = file.path_in_crate().strip_prefix("src/")?;
    let root = file.path.strip_suffix(inside)?;
    let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
    let stem = name.strip_suffix(".rs")?;
    if folder == "bin" || (folder.is_empty() && matches!(stem, "lib" | "main")) {
        return None;
    }
    let (module, parent) = if stem == "mod" { split_last(folder) } else { (stem, folder) };
    let parents = if parent.is_empty() {
        vec![format!("{root}lib.rs"), format!("{root}main.rs")]
    } else {
        vec![format!("{root}{parent}.rs"), format!("{root}{parent}/mod.rs")]
    };
    let declares = |parent: &String| {
        let source = tree.file(parent).and_then(|file| file.source.as_ref());
        source.is_some_and(|source| {
            let declared = |at: usize| source.code[at + 3..].trim_start().starts_with(&format!("{module};"));
            source.words("mod").into_iter().any(declared)
        })
    };
    let advice = format!("no module declares `mod {module};`, so this is never compiled: declare or delete it");
    (!parents.iter().any(declares)).then(|| Violation::new(&file.path, 1, "dead file", advice))
}

/// A folder's last part and what lies above it.
fn split_last(folder: &str) -> (&str, &str) {
    folder.rsplit_once('/').map_or((folder, ""), |(above, last)| (last, above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn a_file_opens_with_its_purpose() {
        let lib = ("crates/a/src/lib.rs", "//! A.\nmod b;\nmod c;\nmod d;\n");
        let files = [
            lib,
            ("crates/a/src/b.rs", "use x;\n//! late\n"),
            ("crates/a/src/c.rs", "//!\n"),
            ("crates/a/src/d.rs", "//! D.\n"),
        ];
        expect(check, &files, &["crates/a/src/b.rs:1", "crates/a/src/c.rs:1"]);
    }

    #[test]
    fn empty_names_are_refused_in_files_and_folders() {
        let files = [
            ("crates/a/tests/common/mod.rs", "//! A.\n"),
            ("web/src/utils.ts", ""),
            ("docs/common.md", ""),
            ("crates/a/tests/commonplace.rs", "//! A.\n"),
        ];
        expect(check, &files, &["crates/a/tests/common/mod.rs:1", "web/src/utils.ts:1"]);
    }

    #[test]
    fn a_file_that_no_module_declares_is_dead() {
        let files = [
            ("crates/a/src/lib.rs", "//! A.\nmod model;\npub(crate) mod api;\n// mod ghost;\n"),
            ("crates/a/src/model/mod.rs", "//! A.\nmod state;\n"),
            ("crates/a/src/model/state.rs", "//! A.\n"),
            ("crates/a/src/api.rs", "//! A.\nmod orders;\n"),
            ("crates/a/src/api/orders.rs", "//! A.\n"),
            ("crates/a/src/ghost.rs", "//! A.\n"),
            ("crates/a/src/api/states.rs", "//! A.\n"),
            ("crates/a/tests/whole.rs", "//! A.\n"),
            ("crates/b/src/main.rs", "//! A.\n"),
        ];
        expect(check, &files, &["crates/a/src/api/states.rs:1", "crates/a/src/ghost.rs:1"]);
    }
}
