//! What is committed knows nothing of the machine it was written on: no folders of it, no registry but the public ones.

use super::tree::File;
use super::{Tree, Violation};

/// Beginnings of folders that exist on one machine only. Spelt in parts, so that this list is no violation of itself.
const FOLDERS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/tar", "get-")];

/// Where locked crates must come from.
const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Where locked npm packages must come from, where the lock says so at all.
const NPM: &str = "https://registry.npmjs.org/";

/// Finds machine paths and registry addresses.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(fault) = folder_in(line).or_else(|| registry_in(file, line)) {
                violations.push(Violation::new(&file.path, index + 1, "machine traces", fault));
            }
        }
    }
    violations
}

fn folder_in(line: &str) -> Option<String> {
    let whole =
        |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '/'));
    let folder = FOLDERS.iter().find(|folder| line.match_indices(**folder).any(|(at, _)| whole(at)))?;
    Some(format!("names {folder}, a folder of one machine: use a path from the workspace, or a temporary folder"))
}

fn registry_in(file: &File, line: &str) -> Option<String> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let value =
        |key: &str| Some(line.trim().trim_end_matches(',').strip_prefix(key)?.trim_matches([' ', '"', '=', ':']));
    let foreign = match name {
        "Cargo.lock" => value("source = ").is_some_and(|source| source != CRATES),
        "package-lock.json" => {
            value("\"resolved\": ").is_some_and(|from| from.starts_with("http") && !from.starts_with(NPM))
        }
        ".npmrc" => line.contains("registry"),
        "config.toml" => ["[source", "[registries", "[registry"].iter().any(|section| line.trim().starts_with(section)),
        _ => false,
    };
    foreign.then(|| "names a registry of its own: only the public registries, by their own defaults".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn folders_of_one_machine_are_found() {
        let text = format!("see {}x\nhttps://example.org{}y\n\"{}target\"\n", FOLDERS[0], FOLDERS[0], FOLDERS[1]);
        expect(check, &[("docs/a.md", &text)], &["docs/a.md:1", "docs/a.md:3"]);
    }

    #[test]
    fn only_public_registries_are_named() {
        let lock = format!("source = \"{CRATES}\"\nsource = \"registry+http://mirror.example/index\"\n");
        let npm = format!("  \"resolved\": \"{NPM}a.tgz\",\n  \"resolved\": \"http://mirror.example/a.tgz\",\n");
        let files = [
            ("Cargo.lock", lock.as_str()),
            ("web/package-lock.json", &npm),
            (".cargo/config.toml", "[alias]\n[source.crates-io]\n"),
            ("web/.npmrc", "fund=false\nregistry=http://mirror.example\n"),
        ];
        expect(check, &files, &[".cargo/config.toml:2", "Cargo.lock:2", "web/.npmrc:2", "web/package-lock.json:2"]);
    }
}
