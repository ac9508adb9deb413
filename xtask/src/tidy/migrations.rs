//! Migrations exist for both engines alike, only go forward, and keep to their crate's numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::source::words_in;
use super::{Tree, Violation};

/// The engines, by the names of their folders.
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// The numbers each crate draws from, so that the order across crates is known. A new room adds its hundred.
const NUMBERS: &[(&str, std::ops::RangeInclusive<u32>)] = &[
    ("ledger", 100..=199),
    ("endpoint", 200..=299),
    ("people", 300..=399),
    ("voice", 400..=499),
    ("guard", 500..=599),
    ("server", 600..=699),
];

/// Types that the two engines do not store alike. A flag is BOOLEAN here and INTEGER in SQLite; Diesel reads both.
const UNPORTABLE: [&str; 8] = ["REAL", "FLOAT", "DOUBLE", "NUMERIC", "DECIMAL", "TIMESTAMP", "TIMESTAMPTZ", "SERIAL"];

/// One migration of one engine.
struct Migration<'t> {
    owner: &'t str,
    engine: &'t str,
    name: &'t str,
    path: &'t str,
}

/// Finds migrations that stand on one engine only, go backward, or are misnumbered.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut found: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut numbers: BTreeMap<u32, (&str, &str)> = BTreeMap::new();
    for path in &tree.paths {
        let Some((owner, engine, name, file)) = parts(path) else { continue };
        if file != "up.sql" {
            let advice =
                format!("`{file}` beside a migration: they only go forward, one up.sql each (expand, then contract)");
            violations.push(Violation::new(path, 1, "migrations", advice));
            continue;
        }
        let migration = Migration { owner, engine, name, path };
        violations.extend(name_faults(&migration, &mut numbers));
        violations.extend(tree.file(path).map(|file| text_faults(&migration, &file.text)).unwrap_or_default());
        found.entry((owner, name)).or_default().insert(engine);
    }
    for ((owner, name), engines) in found {
        for missing in ENGINES.iter().filter(|engine| !engines.contains(*engine)) {
            let path = format!("crates/{owner}/migrations/{missing}/{name}/up.sql");
            let advice = "is missing: a migration has the same number and name on both engines";
            violations.push(Violation::new(&path, 1, "migrations", advice));
        }
    }
    violations
}

/// Crate, engine, name and file of `crates/<crate>/migrations/<engine>/<name>/<file>`.
fn parts(path: &str) -> Option<(&str, &str, &str, &str)> {
    let (owner, inside) = path.strip_prefix("crates/")?.split_once("/migrations/")?;
    let (engine, rest) = inside.split_once('/')?;
    let (name, file) = rest.split_once('/')?;
    ENGINES.contains(&engine).then_some((owner, engine, name, file))
}

fn name_faults<'t>(migration: &Migration<'t>, numbers: &mut BTreeMap<u32, (&'t str, &'t str)>) -> Vec<Violation> {
    let Migration { owner, name, path, .. } = migration;
    let fault = |advice: String| Violation::new(path, 1, "migrations", advice);
    let (digits, words) = name.split_once('_').unwrap_or((name, ""));
    let well_named = digits.len() == 4
        && !words.is_empty()
        && words.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let Some(number) = digits.parse::<u32>().ok().filter(|_| well_named) else {
        return vec![fault(format!("`{name}`: a migration is called like 0401_orders"))];
    };
    let mut faults = Vec::new();
    if let Some((_, range)) = NUMBERS.iter().find(|(crate_name, _)| crate_name == owner)
        && !range.contains(&number)
    {
        faults.push(fault(format!("{owner} numbers its migrations {:04} to {:04}", range.start(), range.end())));
    }
    let first = *numbers.entry(number).or_insert((owner, name));
    if first != (*owner, *name) {
        faults.push(fault(format!("number {number:04} is taken by {}/{}: take the next", first.0, first.1)));
    }
    faults
}

fn text_faults(migration: &Migration<'_>, text: &str) -> Vec<Violation> {
    let plain = without_comments(text);
    let mut violations = Vec::new();
    let mut start = 0;
    for statement in plain.split_inclusive(';') {
        let line = plain[..start + statement.len() - statement.trim_start().len()].matches('\n').count() + 1;
        start += statement.len();
        let upper = statement.trim().to_uppercase();
        if !upper.starts_with("CREATE TABLE") {
            continue;
        }
        if migration.engine == "sqlite" && words_in(&upper, "STRICT").is_empty() {
            violations.push(Violation::new(
                migration.path,
                line,
                "migrations",
                "a table without STRICT: SQLite would store any type",
            ));
        }
        if let Some(word) = UNPORTABLE.iter().find(|word| !words_in(&upper, word).is_empty()) {
            let advice = format!(
                "a column of type {word}: use TEXT, BIGINT/INTEGER or BLOB/BYTEA (time in microseconds, money in fen)"
            );
            violations.push(Violation::new(migration.path, line, "migrations", advice));
        }
    }
    if plain.trim().is_empty() {
        violations.push(Violation::new(
            migration.path,
            1,
            "migrations",
            "is empty: a step that one engine does not need says `SELECT 1;`",
        ));
    }
    violations
}

/// The SQL without `--` comments, its lines kept.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("--").next().unwrap_or_default().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::expect;

    #[test]
    fn both_engines_have_the_same_migrations() {
        let files = [
            ("crates/voice/migrations/README.md", "Expand, then contract."),
            ("crates/voice/migrations/sqlite/0401_orders/up.sql", "CREATE TABLE a (b TEXT) STRICT;"),
            ("crates/voice/migrations/postgres/0401_orders/up.sql", "CREATE TABLE a (b TEXT);"),
            ("crates/voice/migrations/sqlite/0402_tasks/up.sql", "SELECT 1;"),
            ("crates/voice/migrations/postgres/0402_task/up.sql", "SELECT 1;"),
        ];
        expect(
            check,
            &files,
            &[
                // One number under two names is a clash as well.
                "crates/voice/migrations/postgres/0402_task/up.sql:1",
                "crates/voice/migrations/postgres/0402_tasks/up.sql:1",
                "crates/voice/migrations/sqlite/0402_task/up.sql:1",
            ],
        );
    }

    #[test]
    fn numbers_are_in_range_and_used_once_and_nothing_goes_back() {
        let files = [
            ("crates/voice/migrations/sqlite/0301_orders/up.sql", "SELECT 1;"),
            ("crates/voice/migrations/postgres/0301_orders/up.sql", "SELECT 1;"),
            ("crates/voice/migrations/postgres/0301_orders/down.sql", "SELECT 1;"),
            ("crates/voice/migrations/postgres/2_Orders/up.sql", "SELECT 1;"),
            ("crates/voice/migrations/sqlite/2_Orders/up.sql", "SELECT 1;"),
        ];
        expect(
            check,
            &files,
            &[
                "crates/voice/migrations/postgres/0301_orders/down.sql:1",
                "crates/voice/migrations/postgres/0301_orders/up.sql:1",
                "crates/voice/migrations/postgres/2_Orders/up.sql:1",
                "crates/voice/migrations/sqlite/0301_orders/up.sql:1",
                "crates/voice/migrations/sqlite/2_Orders/up.sql:1",
            ],
        );
    }

    #[test]
    fn tables_are_strict_and_portable() {
        let sqlite = "-- CREATE TABLE x (a REAL);\nCREATE TABLE a (b TEXT) STRICT;\n\nCREATE TABLE c (\n  d TEXT\n);\nCREATE VIRTUAL TABLE f USING fts5(x);\n";
        let postgres = "SELECT 1;\nCREATE TABLE a (\n  b BOOLEAN,\n  c NUMERIC\n);\n";
        let files = [
            ("crates/voice/migrations/sqlite/0401_orders/up.sql", sqlite),
            ("crates/voice/migrations/postgres/0401_orders/up.sql", postgres),
        ];
        expect(
            check,
            &files,
            &[
                "crates/voice/migrations/postgres/0401_orders/up.sql:2",
                "crates/voice/migrations/sqlite/0401_orders/up.sql:4",
            ],
        );
    }
}
