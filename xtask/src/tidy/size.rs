//! Files and functions stay short enough to be read in one go.

use super::allowance::{LONG_FILES, LongFile};
use super::{Tree, Violation};

/// Lines of a file that are not only for tests: past this there is a seam to be found.
const FILE_LINES_MAX: usize = 400;
/// Lines of a function: one screen. Tests are lists, and may be longer.
const FUNCTION_LINES_MAX: usize = 60;

/// Finds files and functions that are too long, and allowances that are not needed any more.
pub fn check(tree: &Tree) -> Vec<Violation> {
    check_with(tree, LONG_FILES)
}

fn check_with(tree: &Tree, allowances: &[LongFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| !file.is_test()) {
        let lines = source.shipped_lines();
        let allowance = allowances.iter().find(|allowance| allowance.path == file.path);
        let most = allowance.map_or(FILE_LINES_MAX, |allowance| allowance.lines_max);
        if lines > most {
            let advice = format!("{lines} lines that are not tests, at most {most}: find the seam and split the file");
            violations.push(Violation::new(&file.path, most + 1, "file length", advice));
        }
        for function in source.functions() {
            if function.lines > FUNCTION_LINES_MAX && !source.in_test(function.at) {
                let (name, lines) = (&function.name, function.lines);
                let advice = format!("`{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}: take a step out of it");
                violations.push(Violation::new(&file.path, function.line, "function length", advice));
            }
        }
    }
    for LongFile { path, reason, .. } in allowances {
        let needed =
            tree.file(path).and_then(|file| file.source.as_ref()).is_some_and(|s| s.shipped_lines() > FILE_LINES_MAX);
        if !needed || reason.is_empty() {
            let advice = format!("the allowance for {path} is not needed or gives no reason: take it out");
            violations.push(Violation::new("xtask/src/tidy/allowance.rs", 1, "file length", advice));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    fn without_allowances(tree: &Tree) -> Vec<Violation> {
        check_with(tree, &[])
    }

    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "    x();\n".repeat(lines - 2))
    }

    #[test]
    fn long_functions_are_named_and_tests_may_be_long() {
        let text = format!(
            "//! A.\n{}{}#[cfg(test)]\nmod tests {{\n{}}}\n",
            function("fits", 60),
            function("long", 61),
            function("test", 90)
        );
        expect(
            without_allowances,
            &[("crates/voice/src/a.rs", &text), ("crates/voice/tests/b.rs", &function("b", 200))],
            &["crates/voice/src/a.rs:62"],
        );
    }

    #[test]
    fn long_files_are_named_and_their_tests_do_not_count() {
        let fits = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "// a\n".repeat(400), "// b\n".repeat(300));
        let long = "// a\n".repeat(401);
        expect(
            without_allowances,
            &[("crates/a/src/fits.rs", &fits), ("crates/a/src/long.rs", &long)],
            &["crates/a/src/long.rs:401"],
        );
    }

    #[test]
    fn an_allowance_allows_and_must_be_needed() {
        let long = "// a\n".repeat(450);
        let tree = Tree::of(&[("crates/a/src/long.rs", &long)]);
        let allowed = |path, lines_max| LongFile { path, lines_max, reason: "one list" };
        assert_eq!(check_with(&tree, &[allowed("crates/a/src/long.rs", 450)]), []);
        assert_eq!(check_with(&tree, &[allowed("crates/a/src/long.rs", 449)]).len(), 1);
        assert_eq!(
            check_with(&tree, &[allowed("crates/a/src/long.rs", 450), allowed("crates/a/src/gone.rs", 500)]).len(),
            1
        );
    }
}
