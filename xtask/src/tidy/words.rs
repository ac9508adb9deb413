//! Words that must not stand alone: an exception without a reason, a promise without an issue, a test that is not run.

use super::source::{Source, words_in};
use super::tree::File;
use super::{Tree, Violation};

/// Words by which people put work off. Spelt in parts, so that this list is no violation of itself.
const PROMISES: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

/// Endings of files, other than Rust, that are code and not prose about it.
const CODE_ENDINGS: [&str; 8] = [".ts", ".tsx", ".css", ".sql", ".toml", ".yml", ".yaml", ".sh"];

/// Finds bare exceptions, promises without an issue, ignored tests and sleeping ones.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        match &file.source {
            Some(source) => {
                violations.extend(promises(file, &source.comments));
                violations.extend(exceptions(file, source));
                violations.extend(unrun_tests(file, source));
                violations.extend(sleeping_tests(file, source));
            }
            None if CODE_ENDINGS.iter().any(|ending| file.path.ends_with(ending)) => {
                violations.extend(promises(file, &file.text));
            }
            None => {}
        }
    }
    violations
}

/// Promises in `text`, which has the file's lines, unless the line names an issue.
fn promises(file: &File, text: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(word) = PROMISES.iter().find(|word| !words_in(line, word).is_empty()) else { continue };
        if !names_issue(line) {
            let advice = format!("{word} without an issue: do it now, or open an issue and write `{word} #12: …`");
            violations.push(Violation::new(&file.path, index + 1, "promises", advice));
        }
    }
    violations
}

fn names_issue(line: &str) -> bool {
    line.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `#[allow]` and `#[expect]` must say why.
fn exceptions(file: &File, source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (word, prefix) in ["allow", "expect"].iter().flat_map(|word| [(*word, "#["), (*word, "#![")]) {
        for (at, opening) in source.code.match_indices(&format!("{prefix}{word}(")) {
            let inside = &source.code[at + opening.len()..];
            let attribute = inside.find(")]").map_or(inside, |end| &inside[..end]);
            if words_in(attribute, "reason").is_empty() {
                let advice = format!("`{opening}…` without a reason: write `#[expect(lint, reason = \"why\")]`");
                violations.push(Violation::new(&file.path, source.line(at), "exceptions", advice));
            }
        }
    }
    violations
}

fn unrun_tests(file: &File, source: &Source) -> Vec<Violation> {
    let places = source.code.match_indices("#[ignore").map(|(at, _)| at);
    let advice = "an ignored test protects nothing: make it run, or delete it";
    places.map(|at| Violation::new(&file.path, source.line(at), "ignored test", advice)).collect()
}

fn sleeping_tests(file: &File, source: &Source) -> Vec<Violation> {
    let sleeps = ["thread::sleep", "time::sleep"].iter().flat_map(|word| source.words(word));
    let in_tests = sleeps.filter(|at| file.is_test() || source.in_test(*at));
    let advice = "a test that sleeps is slow and flaky: move a ManualClock, or wait for the event itself";
    in_tests.map(|at| Violation::new(&file.path, source.line(at), "sleeping test", advice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn promises_need_an_issue() {
        let word = PROMISES[0];
        let rust = format!("//! A.\n// {word}: later\n// {word} #12: then\nlet s = \"{word}\";\nlet {word}S = 1;\n");
        let sql = format!("-- {word} index\n-- mktemp XXXXXX\n");
        let prose = format!("No {word} left.\n");
        let files = [("crates/a/src/lib.rs", rust.as_str()), ("a.sql", &sql), ("a.md", &prose)];
        expect(check, &files, &["a.sql:1", "crates/a/src/lib.rs:2"]);
    }

    #[test]
    fn exceptions_need_a_reason() {
        let text = "//! A.\n#![allow(missing_docs)]\n#[expect(clippy::panic, reason = \"why\")]\nfn a() {}\n#[expect(\n    dead_code\n)]\nfn b() {}\n// #[allow(x)]\n";
        expect(check, &[("crates/a/src/lib.rs", text)], &["crates/a/src/lib.rs:2", "crates/a/src/lib.rs:5"]);
    }

    #[test]
    fn tests_run_and_do_not_sleep() {
        let lib = "//! A.\nfn wait() { std::thread::sleep(x); }\n#[cfg(test)]\nmod tests {\n    #[ignore = \"slow\"]\n    fn a() { thread::sleep(x) }\n}\n";
        let test = "//! A.\nasync fn a() { tokio::time::sleep(x).await; }\n";
        let files = [("crates/a/src/lib.rs", lib), ("crates/a/tests/b.rs", test)];
        expect(check, &files, &["crates/a/src/lib.rs:5", "crates/a/src/lib.rs:6", "crates/a/tests/b.rs:2"]);
    }
}
