//! A bank as data: fifty fields, forty windows over six keys, a hundred rules, three lists, and transfers that differ.

use std::fmt::Write;

use decide::{
    EngineSpec, HashKeys, Row, Schema,
    list::{List, ListSet, NO_END, Pattern},
    schema::FIELDS_MAX,
    value::Slot,
};
use serde_json::{Value, json};

use crate::numbers::Numbers;

/// Entries of each list.
pub const ENTRIES: u64 = 1_000_000;
/// The first event's time, in microseconds since 1970.
pub const EPOCH: i64 = 1_790_000_000_000_000;
/// Days over which the events before a measurement are spread.
pub const DAYS: i64 = 90;
/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

const PAYERS: u64 = 200_000;
const PAYEES: u64 = 100_000;
const DEVICES: u64 = 150_000;
const TELLERS: u64 = 10_000;
/// Numbers that an event carries besides the fields that are keys.
pub const NUMBERS: usize = 38;
const TEXTS: [&str; 9] =
    ["payer.account", "payee.account", "device", "outlet", "teller", "channel", "phone", "purpose", "country"];

/// The secret of the benchmark.
pub fn keys() -> HashKeys {
    HashKeys::new([9; 16])
}

/// How payers, payees and devices are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Each as often as any other.
    Uniform,
    /// Some far more often.
    Skewed,
}

/// The declaration of the engine, with a model's part in the score or without.
pub fn spec(has_model: bool) -> EngineSpec {
    let scenario = json!({ "name": "all", "title": title(), "rules": rules(), "model_points": has_model.then_some(400),
        "unless": "[payer.account, payee.account] in lists.trusted",
        "thresholds": [{ "score": 500, "outcome": "verify" }, { "score": 900, "outcome": "hold", "lasts": "24h" }] });
    let spec = json!({ "schema": schema(), "features": features(), "lists": ["police", "devices", "trusted"],
        "derived": [
            { "name": "share", "title": title(), "value": "double(amount) / double(n.f0)" },
            { "name": "fraud_rate", "title": title(), "value": "double(payee.frauds_30d) / double(payee.count_30d)" },
            { "name": "night", "title": title(), "value": "time.getHours() < 6" },
        ],
        "scenarios": [scenario] });
    serde_json::from_value(spec).expect("the declaration is written above")
}

fn title() -> Value {
    json!({ "zh": "测", "en": "measured" })
}

fn schema() -> Value {
    let mut fields: Vec<Value> =
        TEXTS.iter().map(|name| json!({ "name": name, "kind": "text", "title": title() })).collect();
    fields.push(json!({ "name": "amount", "kind": "amount", "title": title() }));
    fields.extend((0..NUMBERS).map(|n| json!({ "name": format!("n.f{n}"), "kind": "int", "title": title() })));
    let names: Vec<&Value> = fields.iter().map(|field| &field["name"]).collect();
    assert!(names.len() + 2 == 50 && names.len() < FIELDS_MAX);
    json!({ "events": [
        { "name": "transfer", "title": title(), "required": names },
        { "name": "fraud", "title": title(), "required": ["payee.account"], "decided": false },
    ], "fields": fields })
}

/// What is computed of which field over which window.
type Window = (&'static str, &'static str, &'static str);

/// The windows over each key.
const WINDOWS: &[(&str, &[&str], &[Window])] = &[
    (
        "payer",
        &["payer.account"],
        &[
            ("count", "", "1m"),
            ("count", "", "1h"),
            ("count", "", "1d"),
            ("sum", "amount", "1d"),
            ("count", "", "7d"),
            ("sum", "amount", "7d"),
            ("std", "amount", "30d"),
            ("mean", "amount", "90d"),
            ("max", "amount", "90d"),
            ("distinct", "payee.account", "1d"),
            ("distinct", "payee.account", "30d"),
            ("ratio", "amount", "30d"),
        ],
    ),
    (
        "payee",
        &["payee.account"],
        &[
            ("count", "", "1h"),
            ("sum", "amount", "1h"),
            ("count", "", "1d"),
            ("distinct", "payer.account", "1d"),
            ("distinct", "payer.account", "7d"),
            ("sum", "amount", "7d"),
            ("count", "", "30d"),
            ("mean", "amount", "30d"),
        ],
    ),
    (
        "device",
        &["device"],
        &[
            ("count", "", "10m"),
            ("count", "", "1d"),
            ("distinct", "payer.account", "1d"),
            ("distinct", "payer.account", "30d"),
            ("sum", "amount", "7d"),
        ],
    ),
    (
        "pair",
        &["payer.account", "payee.account"],
        &[("new", "", "90d"), ("since_last", "", "90d"), ("count", "", "30d"), ("sum", "amount", "90d")],
    ),
    (
        "desk",
        &["outlet", "teller"],
        &[
            ("count", "", "1h"),
            ("sum", "amount", "1h"),
            ("count", "", "1d"),
            ("max", "amount", "1d"),
            ("std", "amount", "7d"),
        ],
    ),
    (
        "way",
        &["payer.account", "channel"],
        &[
            ("count", "", "1d"),
            ("sum", "amount", "1d"),
            ("count", "", "30d"),
            ("mean", "amount", "30d"),
            ("min", "amount", "30d"),
        ],
    ),
];

/// Forty windows over six keys.
fn features() -> Vec<Value> {
    let mut all = Vec::new();
    for (key, by, windows) in WINDOWS {
        for (what, of, window) in *windows {
            let mut one = json!({ "name": format!("{key}.{what}_{window}"), "title": title(), "by": by, "what": what,
                "window": window, "events": ["transfer"] });
            if !of.is_empty() {
                one["of"] = json!(of);
            }
            all.push(one);
        }
    }
    all.push(json!({ "name": "payee.frauds_30d", "title": title(), "by": ["payee.account"], "what": "count",
        "window": "30d", "events": ["fraud"] }));
    assert_eq!(all.len(), 40);
    all
}

/// A hundred rules: three about lists, the others about fields, features, what is derived of them, and the model.
fn rules() -> Vec<Value> {
    let mut numbers = Numbers::new(5);
    let features =
        ["payer.count_1d", "payer.sum_7d", "payee.distinct_7d", "payee.count_1h", "desk.sum_1h", "way.count_30d"];
    let whens = (0..100).map(|n| match n {
        0 => "payee.account in lists.police".to_owned(),
        1 => "device in lists.devices && amount > yuan(500)".to_owned(),
        2 => "pair.new_90d && share > 0.5 && night".to_owned(),
        3 => "fraud_rate > 0.2".to_owned(),
        _ => {
            let mut when = field_rule(n, &mut numbers);
            let feature = features[numbers.below(features.len() as u64) as usize];
            let _ = write!(when, " && {feature} >= {}", numbers.below(50));
            when
        }
    });
    let rule = |(n, when): (usize, String)| json!({ "name": format!("r{n}"), "when": when, "points": 10 + n % 50, "reason": title() });
    whens.enumerate().map(rule).collect()
}

/// A rule over event fields alone, with three conditions.
pub fn field_rule(number: usize, numbers: &mut Numbers) -> String {
    let mut condition = |field: usize| {
        let (field, bound) = (field % NUMBERS, numbers.below(1_000_000));
        let sign = [">", "<", ">=", "<="][numbers.below(4) as usize];
        format!("n.f{field} {sign} {bound}")
    };
    let (a, b) = (condition(number), condition(number * 7 + 3));
    format!("{a} && ({b} || amount > yuan({}))", 1_000 + number * 100)
}

/// Lists of a million entries each; a few are masked.
pub fn lists() -> ListSet {
    let keys = keys();
    let mut lists: Vec<List> = (0..3).map(|_| List::default()).collect();
    for number in 0..ENTRIES {
        // Most entries are of people who never come; one in a thousand payees stands on the list.
        let known = number % 10_000 == 0;
        let payee = if known { format!("62{:014}", number / 10) } else { format!("63{number:014}") };
        let device = if known { format!("device-{:010}", number / 10) } else { format!("other-{number:010}") };
        let pair = [format!("61{:014}", number % PAYERS), format!("64{number:014}")];
        let patterns = [
            Pattern::of(&payee, &keys),
            Pattern::of(&device, &keys),
            Ok(Pattern::of_several(&[&pair[0], &pair[1]], &keys)),
        ];
        for (list, pattern) in lists.iter_mut().zip(patterns) {
            list.add(pattern.expect("no value is empty"), 0, NO_END).expect("there is room");
        }
    }
    let masked = Pattern::of("6299********9999", &keys).expect("it shows eight digits");
    lists[0].add(masked, 0, NO_END).expect("there is room");
    ListSet { keys, lists }
}

/// Makes transfers, one after another in time.
#[derive(Debug)]
pub struct Transfers {
    numbers: Numbers,
    choice: Choice,
    slots: Vec<Slot>,
    type_hash: u64,
    /// The time of the next event.
    pub time: i64,
    /// Microseconds from one event to the next.
    pub step: i64,
    /// How many there were.
    pub count: u64,
}

impl Transfers {
    /// Transfers of which so many fill the days before a measurement.
    pub fn new(schema: &Schema, choice: Choice, events: usize) -> Self {
        let slot = |name: &str| schema.slot(name).expect("the field is declared above");
        let mut slots: Vec<Slot> = TEXTS.iter().map(|name| slot(name)).collect();
        slots.push(slot("amount"));
        slots.extend((0..NUMBERS).map(|n| slot(&format!("n.f{n}"))));
        let step = DAYS * DAY / events.max(1) as i64;
        Self { numbers: Numbers::new(7), choice, slots, type_hash: schema.types()[0].hash, time: EPOCH, step, count: 0 }
    }

    fn pick(&mut self, bound: u64) -> u64 {
        match self.choice {
            Choice::Uniform => self.numbers.below(bound),
            Choice::Skewed => self.numbers.skewed(bound),
        }
    }

    /// Makes the next transfer.
    pub fn next(&mut self, row: &mut Row) {
        let keys = keys();
        row.clear();
        // Most events come in order, one in fifty up to five seconds late.
        let late = if self.numbers.below(50) == 0 { self.numbers.below(5_000_000) as i64 } else { 0 };
        row.begin(0, self.type_hash, self.time - late);
        self.time += self.step;
        self.count += 1;
        let payer = self.pick(PAYERS);
        // Half of the money goes to someone the payer has paid before: one of eight of their own.
        let known = self.numbers.below(8).wrapping_mul(7919).wrapping_add(payer * 31) % PAYEES;
        let payee = if self.numbers.below(2) == 0 { known } else { self.pick(PAYEES) };
        let device = if self.numbers.below(10) == 0 { self.pick(DEVICES) } else { payer % DEVICES };
        let teller = self.pick(TELLERS);
        let texts = [
            format!("61{payer:014}"),
            format!("62{payee:014}"),
            format!("device-{device:010}"),
            format!("outlet-{:04}", teller / 5),
            format!("teller-{teller:05}"),
            ["counter", "atm", "app", "online"][self.numbers.below(4) as usize].to_owned(),
            format!("13{:09}", payer * 17),
            "living costs".to_owned(),
            "CN".to_owned(),
        ];
        for (text, slot) in texts.iter().zip(&self.slots) {
            row.set_text(*slot, text, &keys);
        }
        let amount = 100 + (self.numbers.unit().powi(4) * 5e7) as u64;
        row.set(self.slots[TEXTS.len()], amount);
        for at in TEXTS.len() + 1..self.slots.len() {
            row.set(self.slots[at], self.numbers.below(1_000_000));
        }
    }

    /// Makes the next transfer to one payee.
    pub fn next_to(&mut self, payee: u64, row: &mut Row) {
        self.next(row);
        row.set_text(self.slots[1], &format!("62{payee:014}"), &keys());
    }
}
