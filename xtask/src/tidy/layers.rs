//! Only some files may name the database, the transport or the environment.

use super::tree::File;
use super::{Tree, Violation};

/// A name that only some files may use.
struct Layer {
    /// The words that give it away.
    words: &'static [&'static str],
    /// Whether a file may use them.
    allowed: fn(&str, &str) -> bool,
    /// Where they belong.
    advice: &'static str,
}

const LAYERS: &[Layer] = &[
    Layer {
        words: &["diesel"],
        allowed: names_diesel,
        advice: "only ledger, endpoint's idempotency.rs and a crate's store.rs or store/ speak to the database: \
                 move the query there and hand back a type of the model",
    },
    Layer {
        words: &["axum", "StatusCode"],
        allowed: names_axum,
        advice: "only api/, endpoint and server know of HTTP: return a kernel::Problem or a value of the model, \
                 and let api/ turn it into an answer",
    },
    Layer {
        words: &["std::env", "env::var", "env::var_os"],
        allowed: names_environment,
        advice: "only the xiaobao binary reads the environment: take the value as an argument",
    },
];

fn names_diesel(name: &str, path: &str) -> bool {
    match name {
        "ledger" => true,
        "endpoint" => is_module(path, "idempotency"),
        _ => is_module(path, "store") || path.starts_with("src/store_"),
    }
}

fn names_axum(name: &str, path: &str) -> bool {
    matches!(name, "endpoint" | "server") || is_module(path, "api")
}

fn names_environment(name: &str, _path: &str) -> bool {
    name == "xiaobao"
}

/// Whether a path is a crate's top module of that name, or lies in its folder.
fn is_module(path: &str, module: &str) -> bool {
    let inside = path.strip_prefix("src/").and_then(|rest| rest.strip_prefix(module));
    inside.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Finds names in files that may not use them; tests may, since they play the outside world.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| !file.is_unshipped()) {
        let Some(name) = file.crate_name() else { continue };
        for layer in LAYERS.iter().filter(|layer| !(layer.allowed)(name, file.path_in_crate())) {
            let places = layer.words.iter().flat_map(|word| source.words(word).into_iter().map(move |at| (at, *word)));
            let mut lines: Vec<(usize, &str)> =
                places.filter(|(at, _)| !source.in_test(*at)).map(|(at, word)| (source.line(at), word)).collect();
            lines.sort_unstable();
            lines.dedup_by_key(|(line, _)| *line);
            violations.extend(lines.into_iter().map(|(line, word)| violation(file, line, word, layer)));
        }
    }
    violations
}

fn violation(file: &File, line: usize, word: &str, layer: &Layer) -> Violation {
    Violation::new(&file.path, line, "layers", format!("names `{word}`; {}", layer.advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn the_database_is_named_in_stores_only() {
        let text = "//! A.\nuse diesel::prelude::*;\nuse diesel_migrations::embed;\n";
        let files = [
            ("crates/voice/src/store.rs", text),
            ("crates/voice/src/store/lists.rs", text),
            ("crates/people/src/store_staff.rs", text),
            ("crates/ledger/src/writer.rs", text),
            ("crates/endpoint/src/idempotency.rs", text),
            ("crates/voice/tests/kill.rs", text),
            ("crates/endpoint/src/call.rs", text),
            ("crates/voice/src/model/store.rs", text),
            ("crates/voice/src/storefront.rs", text),
        ];
        expect(
            check,
            &files,
            &["crates/endpoint/src/call.rs:2", "crates/voice/src/model/store.rs:2", "crates/voice/src/storefront.rs:2"],
        );
    }

    #[test]
    fn http_is_named_at_the_edge_only() {
        let text = "//! A.\nfn f() -> StatusCode { axum::x() }\n// axum in a comment\n#[cfg(test)]\nmod tests { use axum::A; }\n";
        let files = [
            ("crates/voice/src/api/orders.rs", text),
            ("crates/voice/src/api.rs", text),
            ("crates/server/src/lib.rs", text),
            ("crates/voice/src/jobs.rs", text),
            ("crates/kernel/src/problem.rs", text),
        ];
        expect(check, &files, &["crates/kernel/src/problem.rs:2", "crates/voice/src/jobs.rs:2"]);
    }

    #[test]
    fn the_environment_is_read_by_the_binary_only() {
        let text = "//! A.\nlet a = std::env::var(\"A\");\nlet v = env!(\"CARGO_PKG_VERSION\");\n";
        let files = [
            ("crates/xiaobao/src/settings.rs", text),
            ("crates/ledger/src/testkit.rs", text),
            ("crates/seal/src/keys.rs", text),
        ];
        expect(check, &files, &["crates/seal/src/keys.rs:2"]);
    }
}
