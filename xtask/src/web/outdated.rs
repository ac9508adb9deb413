//! Whether built pages still are what their sources give: a print over names and contents, never over times.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// What goes into the pages, below `web/`. Tests do not, and would only cause builds.
const SOURCES: [&str; 7] =
    ["index.html", "portal.html", "package-lock.json", "tsconfig.json", "vite.config.ts", "public", "src"];

/// Endings of files that no page contains.
const TESTS: [&str; 2] = [".test.ts", ".test.tsx"];

/// The files that the pages are made of, with their contents, in the order of their paths.
pub fn sources(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut waiting: Vec<_> = SOURCES.iter().map(|name| folder.join(name)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
            continue;
        }
        let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        if !TESTS.iter().any(|ending| name.ends_with(ending)) {
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            found.push((name, bytes));
        }
    }
    found.sort();
    Ok(found)
}

/// A print of names and contents. Another release of Rust may print differently, which costs one build.
pub fn print_of(files: &[(String, Vec<u8>)]) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_or_content_is_another_print() {
        let of = |name: &str, text: &str| print_of(&[(name.to_owned(), text.as_bytes().to_vec())]);
        assert_eq!(of("a", "1"), of("a", "1"));
        assert_ne!(of("a", "1"), of("a", "2"));
        assert_ne!(of("a", "1"), of("b", "1"));
    }

    #[test]
    fn sources_are_the_pages_and_not_their_tests() {
        let names: Vec<String> = sources(&super::super::folder()).unwrap().into_iter().map(|(name, _)| name).collect();
        assert!(names.iter().any(|name| name == "src/app/main.tsx"), "{names:?}");
        assert!(!names.iter().any(|name| name.contains(".test.") || name.contains("node_modules")), "{names:?}");
    }
}
