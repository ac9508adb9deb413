//! What we ship may be passed on by a bank without terms of its own: no copyleft among the shipped dependencies.
//!
//! Which licences are good and why is decided in docs/adr/0006. Anything not on the list is refused, so that a new
//! licence is read by a person once.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::Violation;
use super::tree::OUTSIDE_CRATES;

/// Licences that ask for no more than notice.
const GOOD: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Finds shipped packages whose licence is missing or not on the list, in what `cargo metadata` prints.
pub fn check(metadata: &Value) -> Vec<Violation> {
    let packages: HashMap<&str, &Value> =
        list(metadata, "packages").filter_map(|p| Some((p["id"].as_str()?, p))).collect();
    let mut violations = Vec::new();
    for id in shipped(metadata, &packages) {
        let Some(package) = packages.get(id) else { continue };
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        let advice = match package["license"].as_str() {
            Some(licence) if is_good(licence) => continue,
            Some(licence) => format!(
                "{name} {version} is under `{licence}`, which is not on the list of docs/adr/0006: use another crate, or read the licence and extend the list"
            ),
            None => format!("{name} {version} names no licence: use another crate"),
        };
        violations.push(Violation::new("Cargo.lock", 1, "licences", advice));
    }
    violations
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

/// The packages that end in the program: reached from our crates, tools apart, by normal dependencies.
fn shipped<'v>(metadata: &'v Value, packages: &HashMap<&str, &'v Value>) -> BTreeSet<&'v str> {
    let nodes: HashMap<&str, &Value> =
        list(&metadata["resolve"], "nodes").filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let is_outside = |id: &str| packages.get(id).is_some_and(|p| OUTSIDE_CRATES.iter().any(|name| p["name"] == *name));
    let mut waiting: Vec<&str> =
        list(metadata, "workspace_members").filter_map(Value::as_str).filter(|id| !is_outside(id)).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let Some(node) = nodes.get(id) else { continue };
        let normal = |dependency: &&Value| list(dependency, "dep_kinds").any(|kind| kind["kind"].is_null());
        waiting.extend(list(node, "deps").filter(normal).filter_map(|dependency| dependency["pkg"].as_str()));
    }
    seen
}

/// Whether a licence expression can be met with licences of the list alone.
fn is_good(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let good = either(&words, &mut at);
    good == Some(true) && at == words.len()
}

fn either(words: &[&str], at: &mut usize) -> Option<bool> {
    let mut good = both(words, at)?;
    while words.get(*at).is_some_and(|word| word.eq_ignore_ascii_case("OR")) {
        *at += 1;
        good |= both(words, at)?;
    }
    Some(good)
}

fn both(words: &[&str], at: &mut usize) -> Option<bool> {
    let mut good = single(words, at)?;
    while words.get(*at).is_some_and(|word| word.eq_ignore_ascii_case("AND")) {
        *at += 1;
        good &= single(words, at)?;
    }
    Some(good)
}

fn single(words: &[&str], at: &mut usize) -> Option<bool> {
    let word = *words.get(*at)?;
    *at += 1;
    if word == "(" {
        let good = either(words, at)?;
        *at += 1;
        return (words.get(*at - 1) == Some(&")")).then_some(good);
    }
    // An exception only ever permits more than its licence.
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    Some(GOOD.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_choices_and_sums() {
        for (expression, good) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("GPL-2.0 OR MIT", true),
            ("GPL-2.0 AND MIT", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("(MIT AND GPL-3.0) OR Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MPL-2.0", false),
            ("LGPL-2.1-or-later", false),
            ("", false),
            ("(MIT", false),
            ("MIT MIT", false),
        ] {
            assert_eq!(is_good(expression), good, "{expression}");
        }
    }

    #[test]
    fn only_what_is_shipped_counts() {
        let metadata: Value = serde_json::from_str(
            r#"{"workspace_members": ["xiaobao", "xtask"],
                "packages": [
                  {"id": "xiaobao", "name": "xiaobao", "version": "1", "license": "Apache-2.0"},
                  {"id": "xtask", "name": "xtask", "version": "1", "license": "Apache-2.0"},
                  {"id": "a", "name": "a", "version": "1", "license": "MIT"},
                  {"id": "b", "name": "b", "version": "1", "license": "AGPL-3.0"},
                  {"id": "c", "name": "c", "version": "1", "license": "GPL-3.0"},
                  {"id": "d", "name": "d", "version": "1", "license": null}],
                "resolve": {"nodes": [
                  {"id": "xiaobao", "deps": [{"pkg": "a", "dep_kinds": [{"kind": null}]}, {"pkg": "c", "dep_kinds": [{"kind": "dev"}]}]},
                  {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": "build"}, {"kind": null}]}]},
                  {"id": "xtask", "deps": [{"pkg": "d", "dep_kinds": [{"kind": null}]}]}]}}"#,
        )
        .unwrap();
        let found = check(&metadata);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message.starts_with("b 1 is under `AGPL-3.0`"));
    }
}
