//! The files the rules look at, read once.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::source::Source;
use crate::shell;

/// Files beyond this are data; a rule about how we write has nothing to say about them.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Folders that builds and runs leave behind, for when there is no git to know them.
const LEFT_BEHIND: [&str; 5] = [".git", "target", "node_modules", "dist", "demo-data"];

/// Members of the workspace that are not part of the program.
pub const OUTSIDE_CRATES: [&str; 2] = ["bench", "xtask"];

/// One text file.
pub struct File {
    /// From the workspace's folder, with slashes.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// Its Rust, if it is Rust.
    pub source: Option<Source>,
}

/// Every text file that git keeps or would keep, in the order of their paths.
pub struct Tree {
    /// The files.
    pub files: Vec<File>,
    /// Paths of all files, those too that are not text.
    pub paths: Vec<String>,
}

impl Tree {
    /// Reads what git tracks below `root` and what it would add.
    pub fn load(root: &Path) -> Result<Self> {
        let mut list = Command::new("git");
        list.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let mut paths = match shell::output(&mut list) {
            Ok(listed) => listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect(),
            // A source archive, or a machine without git: everything but what builds leave behind.
            Err(_) => walk(root)?,
        };
        paths.sort();
        paths.dedup();
        // A file may be deleted in the folder and not yet in git.
        paths.retain(|path| root.join(path).is_file());
        let mut files = Vec::new();
        for path in &paths {
            let place = root.join(path);
            if place.metadata()?.len() > FILE_BYTES_MAX {
                continue;
            }
            let bytes = std::fs::read(&place).with_context(|| format!("cannot read {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File::new(path, text));
            }
        }
        Ok(Self { files, paths })
    }

    /// A tree written down in a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<File> = files.iter().map(|(path, text)| File::new(path, (*text).to_owned())).collect();
        let paths = files.iter().map(|file| file.path.clone()).collect();
        Self { files, paths }
    }

    /// The text file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files with what is known of them.
    pub fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| Some((file, file.source.as_ref()?)))
    }

    /// The manifests of the workspace's crates.
    pub fn manifests(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.crate_name().is_some() && file.path.ends_with("/Cargo.toml"))
    }
}

impl File {
    fn new(path: &str, text: String) -> Self {
        let source = path.ends_with(".rs").then(|| Source::read(&text));
        Self { path: path.to_owned(), text, source }
    }

    /// The crate the file belongs to: `voice` for `crates/voice/src/lib.rs`, `xtask` for `xtask/Cargo.toml`.
    pub fn crate_name(&self) -> Option<&str> {
        match self.path.strip_prefix("crates/") {
            Some(inside) => Some(inside.split_once('/')?.0),
            None => OUTSIDE_CRATES.into_iter().find(|name| is_below(&self.path, name)),
        }
    }

    /// The path inside its crate: `src/lib.rs`.
    pub fn path_in_crate(&self) -> &str {
        let inside = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        inside.split_once('/').map_or(inside, |(_, rest)| rest)
    }

    /// Whether the whole file is there for tests.
    pub fn is_test(&self) -> bool {
        let test_folder = |part: &str| matches!(part, "tests" | "testkit");
        let mut parts = self.path.split('/').rev();
        let stem = parts.next().unwrap_or_default().trim_end_matches(".rs");
        matches!(stem, "tests" | "testkit") || stem.ends_with("_tests") || parts.any(test_folder)
    }

    /// Whether nothing of the file ends in the program: tests, benchmarks, examples, build scripts, tools.
    pub fn is_unshipped(&self) -> bool {
        let inside = self.path_in_crate();
        let outside = OUTSIDE_CRATES.iter().any(|name| is_below(&self.path, name));
        outside
            || self.is_test()
            || inside.starts_with("benches/")
            || inside.starts_with("examples/")
            || inside == "build.rs"
    }

    /// The number of the first line for which `wanted` holds, or 1.
    pub fn line_where(&self, wanted: impl Fn(&str) -> bool) -> usize {
        self.text.lines().position(wanted).map_or(1, |index| index + 1)
    }
}

/// The files below a folder, from there, without the folders that git would ignore.
fn walk(root: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !LEFT_BEHIND.contains(&name) {
                folders.push(path);
            } else if path.is_file() {
                paths.push(path.strip_prefix(root)?.to_string_lossy().into_owned());
            }
        }
    }
    Ok(paths)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_crate_and_kind() {
        let file = |path: &str| File::new(path, String::new());
        assert_eq!(file("crates/voice/src/model/state.rs").crate_name(), Some("voice"));
        assert_eq!(file("crates/voice/src/model/state.rs").path_in_crate(), "src/model/state.rs");
        assert_eq!(file("xtask/src/main.rs").crate_name(), Some("xtask"));
        assert_eq!(file("docs/GLOSSARY.md").crate_name(), None);
        for (path, test) in [
            ("crates/voice/tests/api.rs", true),
            ("crates/voice/src/model/tests.rs", true),
            ("crates/ledger/src/testkit.rs", true),
            ("crates/ledger/src/testkit/postgres.rs", true),
            ("crates/voice/src/attests.rs", false),
            ("crates/voice/src/contests/lib.rs", false),
        ] {
            assert_eq!(file(path).is_test(), test, "{path}");
        }
        assert!(file("bench/src/main.rs").is_unshipped() && !file("crates/voice/src/benchmark.rs").is_unshipped());
        assert!(file("crates/xiaobao/benches/filing.rs").is_unshipped());
    }

    #[test]
    fn the_tree_of_this_project_is_read() {
        let tree = Tree::load(shell::root()).unwrap();
        assert!(tree.file("Cargo.toml").is_some() && tree.file("xtask/src/tidy/tree.rs").is_some());
        assert!(tree.manifests().count() > 1);
        let walked = walk(shell::root()).unwrap();
        assert!(tree.paths.iter().all(|path| walked.contains(path)), "without git the same files are found");
    }
}
