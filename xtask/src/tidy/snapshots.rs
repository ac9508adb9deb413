//! Every committed snapshot belongs to a test that still names it, and none waits for a decision.

use super::{Tree, Violation};

/// Finds undecided and orphaned snapshots.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for path in &tree.paths {
        if path.ends_with(".snap.new") {
            let advice = "an undecided snapshot: look at it, then accept or delete it";
            violations.push(Violation::new(path, 1, "snapshots", advice));
        } else if path.ends_with(".snap") && !has_test(tree, path) {
            let advice = "an orphan: no test of its source names this snapshot; delete it";
            violations.push(Violation::new(path, 1, "snapshots", advice));
        }
    }
    violations
}

/// Whether the source that the snapshot's head names still has its name, as a text or as a test function.
fn has_test(tree: &Tree, path: &str) -> bool {
    let text = tree.file(path).map(|file| file.text.as_str()).unwrap_or_default();
    let head = text.strip_prefix("---\n").and_then(|rest| rest.split("---\n").next()).unwrap_or_default();
    let source = head.lines().find_map(|line| line.strip_prefix("source: "));
    let source = source.and_then(|source| tree.file(source.trim().trim_matches('"')));
    source.is_some_and(|source| source.text.contains(name_of(path)))
}

/// `close` of `…/snapshots/voice__api__orders__close@zh-2.snap`.
fn name_of(path: &str) -> &str {
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".snap");
    let stem = stem.split('@').next().unwrap_or(stem);
    let name = stem.rsplit("__").next().unwrap_or(stem);
    // The second and later nameless snapshots of one test are numbered.
    match name.rsplit_once('-') {
        Some((before, number)) if number.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn snapshots_are_decided_and_have_a_test() {
        let head = "---\nsource: crates/a/src/lib.rs\nexpression: x\n---\nsource: crates/a/src/other.rs\n";
        let files = [
            ("crates/a/src/lib.rs", "fn test_closing_twice() { assert_snapshot!(\"roles\", x) }"),
            ("crates/a/src/snapshots/a__tests__closing_twice-2.snap", head),
            ("crates/a/src/snapshots/a__tests__roles@zh.snap", head),
            ("crates/a/src/snapshots/a__tests__gone.snap", head),
            ("crates/a/src/snapshots/a__tests__headless.snap", "---\n---\nsource: crates/a/src/lib.rs\n"),
            ("crates/a/src/snapshots/a__tests__roles.snap.new", head),
        ];
        expect(
            check,
            &files,
            &[
                "crates/a/src/snapshots/a__tests__gone.snap:1",
                "crates/a/src/snapshots/a__tests__headless.snap:1",
                "crates/a/src/snapshots/a__tests__roles.snap.new:1",
            ],
        );
    }
}
