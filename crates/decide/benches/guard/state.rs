//! The state of windows as bytes and back, and events from JSON.

use std::{hint::black_box, io::Cursor, time::Instant};

use decide::window::{WindowLimits, Windows};

use crate::{
    Arguments,
    decisions::Bank,
    figures::{self, Times},
    world::Choice,
};

/// An event of fifty fields.
pub fn json(arguments: &Arguments) {
    let bank = Bank::without_model(Choice::Skewed, 1);
    let mut fields = serde_json::Map::new();
    for field in bank.engine.schema().fields().iter().skip(2) {
        let value =
            if field.kind == decide::Kind::Text { serde_json::json!("6222000000001234") } else { 123_456.into() };
        let (group, name) = field.spec.name.split_once('.').unwrap_or(("", &field.spec.name));
        if group.is_empty() {
            fields.insert(name.to_owned(), value);
        } else if let Some(inner) = fields.entry(group).or_insert_with(|| serde_json::json!({})).as_object_mut() {
            inner.insert(name.to_owned(), value);
        }
    }
    fields.insert("id".to_owned(), "e1".into());
    fields.insert("type".to_owned(), "transfer".into());
    fields.insert("time".to_owned(), "2026-11-22T08:00:00.123456Z".into());
    let text = serde_json::Value::Object(fields).to_string();
    let mut row = bank.engine.schema().row();
    let times = Times::measure(arguments.seconds, 1, || {
        let read = bank.engine.schema().read(black_box(text.as_bytes()), &mut row);
        assert!(read.is_ok(), "{read:?}");
    });
    times.tell(&format!("reading an event of 50 fields, {} bytes of JSON", text.len()));
}

/// All windows saved and read back.
pub fn snapshot(arguments: &Arguments) {
    let mut bank = Bank::without_model(Choice::Skewed, arguments.events);
    bank.fill();
    let start = Instant::now();
    let mut bytes = Vec::new();
    bank.windows.save(1, &mut bytes).expect("memory can be written");
    figures::rate("events saved, forty windows", arguments.events, start.elapsed());
    let start = Instant::now();
    let plan = bank.engine.plan().clone();
    let loaded = Windows::load(plan, WindowLimits::default(), &mut Cursor::new(&bytes));
    let (loaded, _) = loaded.expect("the snapshot is whole");
    let time = start.elapsed();
    figures::rate("events read back, forty windows", arguments.events, time);
    figures::figure(
        "seconds to read back 10,000,000 events at this rate",
        time.as_secs_f64() * 1e7 / arguments.events as f64,
    );
    bank.agree(loaded, arguments.seconds as usize * 10_000);
    eprintln!("snapshot of {} events: {} MB", arguments.events, bytes.len() / 1_000_000);
}
