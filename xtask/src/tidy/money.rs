//! No floating point near money.

use super::{Tree, Violation};

/// The file that defines money; every file that names the type is near it too.
const HOME: &str = "crates/kernel/src/money.rs";

/// Finds floating-point types and numbers in files that name `Money`, tests included: a float there is how one gets in.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, source) in tree.rust() {
        if file.path != HOME && source.words("Money").is_empty() {
            continue;
        }
        let types = ["f32", "f64"].iter().flat_map(|word| source.words(word));
        let mut places: Vec<usize> = types.chain(float_literals(&source.code)).collect();
        places.sort_unstable();
        places.dedup_by_key(|at| source.line(*at));
        violations.extend(places.into_iter().map(|at| {
            let advice =
                "floating point near money: count in minor units (i64, checked) and rates in parts per million";
            Violation::new(&file.path, source.line(at), "money", advice)
        }));
    }
    violations
}

/// Where numbers such as `1.5` stand; `pair.0.1` is a field of a field and `0..9` a range.
fn float_literals(code: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let dots = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'.').map(|(at, _)| at);
    dots.filter(|dot| {
        if *dot == 0 || !digit(dot - 1) || !digit(dot + 1) {
            return false;
        }
        let begin = (0..*dot).rev().take_while(|at| digit(*at) || bytes[*at] == b'_').last().unwrap_or(*dot);
        let before = begin.checked_sub(1).map(|at| bytes[at]);
        !before.is_some_and(|b| b == b'.' || b.is_ascii_alphanumeric())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn floats_near_money_are_found_and_elsewhere_left_alone() {
        let near =
            "//! A.\nuse kernel::Money;\nfn f(a: f64) {}\nlet x = pair.0.1; for i in 0..9 {}\nlet rate = 1_0.5;\n";
        let files = [
            ("crates/voice/src/near.rs", near),
            ("crates/voice/src/far.rs", "//! A.\nfn f(a: f64) -> f64 { a * 1.5 }\n"),
            (HOME, "//! A.\nconst HALF: f32 = 0.5; // 0.5\n"),
        ];
        expect(
            check,
            &files,
            &["crates/kernel/src/money.rs:2", "crates/voice/src/near.rs:3", "crates/voice/src/near.rs:5"],
        );
    }
}
