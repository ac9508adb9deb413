//! Single parts of a decision: two hundred trees, twelve windows with their update, three lists.

use std::{hint::black_box, io::Write, path::Path, process::Command, sync::Arc};

use decide::{
    Engine, EngineOptions, EngineSpec,
    expression::Lists,
    trees::{Forest, Views},
    window::{Plan, WindowLimits, Windows},
};

use crate::{
    Arguments,
    decisions::Bank,
    figures::{self, Times},
    forest,
    numbers::Numbers,
    world::{self, Choice, Transfers},
};

/// Rows of the model that are asked for in turn: 40 MB, which no cache of a core holds.
const ROWS: usize = 50_000;
/// Microseconds that the issue allows: for two hundred trees, and for twelve windows with their update.
const MICROS_MAX: f64 = 1.5;

/// What the model's inputs hold for events that differ, from windows filled a little.
pub fn samples(count: usize) -> (Vec<String>, Vec<Vec<f64>>) {
    let mut bank = Bank::without_model(Choice::Skewed, 300_000);
    bank.fill();
    let names: Vec<String> = bank.inputs().map(|(name, _)| name).collect();
    let rows = (0..count).map(|_| bank.sample()).collect();
    (names, rows)
}

/// Two hundred trees, beside LightGBM where Python has it.
pub fn trees(arguments: &Arguments) {
    let (names, rows) = samples(ROWS);
    let text = forest::text(&names, &rows);
    let model = Forest::from_lightgbm(&text).expect("the model is whole");
    assert_eq!(model.len(), forest::TREES);
    let (mut views, mut at) = (Views::default(), 0);
    let ours = Times::measure(arguments.seconds, 1, || {
        at = (at + 1) % ROWS;
        black_box(model.margin(&rows[at], &mut views));
    });
    let ours = ours.tell("200 trees of depth 6, distinct rows");
    figures::at_most("200 trees, µs", ours.p50, MICROS_MAX);
    let expected = rows.iter().map(|row| model.margin(row, &mut views)).collect::<Vec<_>>();
    if let Err(error) = peer(&arguments.folder, &text, &rows, &expected) {
        eprintln!("LightGBM was not measured: {error}");
    }
}

/// Asks LightGBM's own library for the same rows, if Python has it; it prints a reading of its own.
fn peer(folder: &Path, text: &str, rows: &[Vec<f64>], expected: &[f64]) -> std::io::Result<()> {
    let (model, sample) = (folder.join("guard-model.txt"), folder.join("guard-rows.f64"));
    std::fs::write(&model, text)?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(&sample)?);
    for (row, margin) in rows.iter().zip(expected) {
        for value in row.iter().chain([margin]) {
            file.write_all(&value.to_le_bytes())?;
        }
    }
    file.flush()?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/guard/lightgbm_row.py");
    let status = Command::new("python3").arg(script).args([&model, &sample]).status()?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other("python3 has no lightgbm, or it failed")) }
}

/// Twelve windows over two keys, looked at and recorded.
pub fn windows(arguments: &Arguments) {
    let all = world::spec(false);
    // Six over the payer and six over the payee: counts, sums, a deviation and different counterparties.
    let names = [
        "payer.count_1h",
        "payer.count_1d",
        "payer.sum_1d",
        "payer.sum_7d",
        "payer.std_30d",
        "payer.distinct_30d",
        "payee.count_1h",
        "payee.sum_1h",
        "payee.count_1d",
        "payee.distinct_7d",
        "payee.sum_7d",
        "payee.mean_30d",
    ];
    let features: Vec<_> = all.features.into_iter().filter(|one| names.contains(&one.name.as_str())).collect();
    assert_eq!(features.len(), names.len());
    let spec = EngineSpec { schema: all.schema, features, ..EngineSpec::default() };
    for (choice, name) in [(Choice::Uniform, "uniform keys"), (Choice::Skewed, "skewed keys")] {
        let engine = Engine::compile(&spec, EngineOptions::new(world::keys())).expect("the engine is whole");
        let plan: &Arc<Plan> = engine.plan();
        let mut state = Windows::new(plan.clone(), WindowLimits::default());
        let (mut transfers, mut row) =
            (Transfers::new(engine.schema(), choice, arguments.events), engine.schema().row());
        let mut memory = engine.memory();
        let lists = decide::expression::NoLists;
        for _ in 0..arguments.events {
            transfers.next(&mut row);
            engine.record(&row, None, &mut state, &lists, &mut memory);
        }
        let mut times = Times::default();
        for _ in 0..rounds(arguments) {
            transfers.next(&mut row);
            times.time(1, || {
                black_box(engine.decide(&row, &state, &lists, &mut memory, &mut || true));
                engine.record(&row, None, &mut state, &lists, &mut memory);
            });
        }
        let found = times.tell(&format!("12 windows with update, {name}"));
        figures::at_most(&format!("12 windows with update, {name}, µs"), found.p50, MICROS_MAX);
    }
}

/// Acts in the seconds asked for, where each comes with an event that must be made first.
fn rounds(arguments: &Arguments) -> usize {
    arguments.seconds as usize * 100_000
}

/// Lists of a million entries.
pub fn lists(arguments: &Arguments) {
    let set = world::lists();
    let keys = world::keys();
    let mut numbers = Numbers::new(3);
    let texts: Vec<String> = (0..100_000).map(|_| format!("62{:014}", numbers.below(1_000_000))).collect();
    let hashes: Vec<u64> = texts.iter().map(|text| keys.text(text.as_bytes())).collect();
    let mut at = 0;
    let found = Times::measure(arguments.seconds, 3, || {
        at = (at + 3) % (texts.len() - 3);
        for list in 0..3usize {
            let asked = set.holds(list as u16, hashes[at + list], Some(&texts[at + list]), world::EPOCH);
            black_box(asked);
        }
    });
    found.tell("one look in a list of 1,000,000");
    let bytes: usize = set.lists.iter().map(decide::list::List::bytes).sum();
    figures::figure("bytes per list entry", bytes as f64 / (3 * world::ENTRIES) as f64);
}
