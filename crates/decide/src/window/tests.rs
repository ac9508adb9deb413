//! Windows against an oracle that keeps every event and walks through all of them.

use proptest::prelude::*;

use super::*;
use crate::HashKeys;
use crate::schema::{EventSpec, FieldKind, FieldSpec, Schema, SchemaSpec};

const MINUTE: i64 = 60_000_000;
/// A time far from zero.
const EPOCH: i64 = 1_790_000_000_000_000;

fn schema() -> Schema {
    let fields = [
        ("payer", FieldKind::Text),
        ("payee", FieldKind::Text),
        ("amount", FieldKind::Amount),
        ("fee", FieldKind::Int),
        ("device", FieldKind::Text),
    ];
    let names: Vec<String> = fields.iter().map(|(name, _)| (*name).to_owned()).collect();
    let event = |name: &str| EventSpec {
        name: name.to_owned(),
        title: kernel::Text::of(name, name),
        required: Vec::new(),
        optional: names.clone(),
        decided: true,
    };
    let fields = fields.iter().map(|(name, kind)| FieldSpec::new(name, *kind)).collect();
    let spec = SchemaSpec { fields, events: vec![event("transfer"), event("label")] };
    Schema::compile(&spec, HashKeys::new([3; 16])).unwrap()
}

fn feature(name: &str, by: &[&str], what: What, of: Option<&str>, window: Option<&str>) -> FeatureSpec {
    FeatureSpec {
        name: name.to_owned(),
        title: kernel::Text::of(name, name),
        by: by.iter().map(|name| (*name).to_owned()).collect(),
        what,
        of: of.map(str::to_owned),
        window: window.map(str::to_owned),
        delay: None,
        events: vec!["transfer".to_owned()],
        filter: None,
        current: true,
    }
}

fn features() -> Vec<FeatureSpec> {
    let mut specs = vec![
        feature("c1", &["payer"], What::Count, None, Some("1m")),
        feature("c10", &["payer"], What::Count, None, Some("10m")),
        feature("s10", &["payer"], What::Sum, Some("amount"), Some("10m")),
        feature("lo", &["payer"], What::Min, Some("amount"), Some("5m")),
        feature("hi", &["payer"], What::Max, Some("amount"), Some("10m")),
        feature("mean", &["payer"], What::Mean, Some("fee"), Some("10m")),
        feature("std", &["payer"], What::Std, Some("amount"), Some("10m")),
        feature("ratio", &["payer"], What::Ratio, Some("amount"), Some("5m")),
        feature("d10", &["payer"], What::Distinct, Some("payee"), Some("10m")),
        feature("d1", &["payer"], What::Distinct, Some("payee"), Some("1m")),
        feature("dd", &["payer"], What::Distinct, Some("device"), Some("5m")),
        feature("since", &["payer"], What::SinceLast, None, Some("10m")),
        feature("new", &["payee", "payer"], What::New, None, Some("5m")),
        feature("first", &["payer", "payee"], What::SinceFirst, None, None),
        feature("victims", &["payee"], What::Distinct, Some("payer"), Some("10m")),
        feature("past", &["payer"], What::Count, None, Some("3m")),
        feature("delayed", &["payer"], What::Sum, Some("amount"), Some("4m")),
        feature("all", &["payer"], What::Count, None, Some("10m")),
        feature("odd", &["payer"], What::Distinct, Some("payee"), Some("10m")),
    ];
    specs[15].current = false;
    specs[16].delay = Some("3m".to_owned());
    specs[17].events = Vec::new();
    specs[18].filter = Some("odd".to_owned());
    specs
}

/// One event of a test.
#[derive(Debug, Clone)]
struct Event {
    time: i64,
    label: bool,
    payer: u8,
    payee: Option<u8>,
    amount: Option<i64>,
    fee: i64,
    device: u8,
}

impl Event {
    fn row(&self, schema: &Schema) -> Row {
        let mut row = schema.row();
        let slot = |name: &str| schema.slot(name).unwrap();
        let kind = u16::from(self.label);
        row.begin(kind, schema.types()[usize::from(kind)].hash, self.time);
        row.set_text(slot("payer"), &format!("p{}", self.payer), schema.keys());
        if let Some(payee) = self.payee {
            row.set_text(slot("payee"), &format!("q{payee}"), schema.keys());
        }
        if let Some(amount) = self.amount {
            row.set(slot("amount"), amount.cast_unsigned());
        }
        row.set(slot("fee"), self.fee.cast_unsigned());
        row.set_text(slot("device"), &format!("d{}", self.device), schema.keys());
        row
    }

    /// The condition of the feature `odd`.
    fn admitted(&self) -> u64 {
        u64::from(self.fee % 2 == 1)
    }
}

/// Every event in the order it was recorded.
#[derive(Default)]
struct Oracle(Vec<Event>);

impl Oracle {
    fn figure(&self, spec: &FeatureSpec, event: &Event) -> Option<u64> {
        let key = |e: &Event| {
            let part = |name: &String| if name == "payer" { Some(e.payer) } else { e.payee };
            spec.by.iter().map(part).collect::<Option<Vec<u8>>>()
        };
        let own = key(event)?;
        let admits = |e: &Event| (spec.events.is_empty() || !e.label) && (spec.filter.is_none() || e.fee % 2 == 1);
        let (lag, length) = (spec.lag(), spec.length());
        let end = event.time - lag;
        let history = self.0.iter().filter(|e| key(e).as_ref() == Some(&own) && admits(e));
        if spec.what.is_seen() {
            let before: Vec<i64> = history.map(|e| e.time).filter(|time| *time <= event.time).collect();
            let seen = if spec.what == What::SinceFirst { before.iter().min() } else { before.iter().max() };
            let ago = seen.map(|seen| event.time - seen).filter(|ago| *ago < length);
            return if spec.what == What::New { Some(u64::from(ago.is_none())) } else { ago.map(i64::cast_unsigned) };
        }
        let mut inside: Vec<&Event> = history.filter(|e| e.time <= end && e.time > end - length).collect();
        let value = |e: &Event| if spec.of.as_deref() == Some("fee") { Some(e.fee) } else { e.amount };
        if spec.what == What::Ratio {
            let values: Vec<i64> = inside.iter().filter_map(|e| value(e)).collect();
            let mean = values.iter().sum::<i64>() as f64 / values.len() as f64;
            let own = value(event)? as f64;
            return (!values.is_empty() && mean != 0.0).then(|| (own / mean).to_bits());
        }
        if spec.current && lag == 0 && admits(event) {
            inside.push(event);
        }
        let mut values: Vec<i64> = inside.iter().filter_map(|e| value(e)).collect();
        match spec.what {
            What::Count => Some(inside.len() as u64),
            What::Distinct => {
                let of = |e: &&Event| match spec.of.as_deref() {
                    Some("payee") => e.payee,
                    Some("payer") => Some(e.payer),
                    _ => Some(e.device),
                };
                let mut found: Vec<u8> = inside.iter().filter_map(of).collect();
                found.sort_unstable();
                found.dedup();
                Some(found.len() as u64)
            }
            What::Sum => Some(values.iter().sum::<i64>().cast_unsigned()),
            _ if values.is_empty() => None,
            What::Mean => Some((values.iter().sum::<i64>() as f64 / values.len() as f64).to_bits()),
            What::Std => {
                let (n, sum) = (values.len() as i128, values.iter().map(|v| i128::from(*v)).sum::<i128>());
                let squares: i128 = values.iter().map(|v| i128::from(*v) * i128::from(*v)).sum();
                Some((((n * squares - sum * sum) as f64).sqrt() / n as f64).to_bits())
            }
            What::Min | What::Max | What::SinceFirst | What::SinceLast | What::New | What::Ratio => {
                values.sort_unstable();
                let at = if spec.what == What::Min { 0 } else { values.len() - 1 };
                Some(values[at].cast_unsigned())
            }
        }
    }
}

/// A look at an event: each feature's bits.
fn look(windows: &Windows, row: &Row, admitted: u64, lookup: &mut Lookup) -> Vec<Option<u64>> {
    let places = 1000;
    let (mut values, mut known) = (vec![0; places], vec![false; places]);
    windows.find(row, lookup);
    windows.look(row, admitted, lookup, &mut values, &mut known);
    let slots = windows.plan().features().iter().map(|feature| usize::from(feature.slot));
    slots.map(|slot| known[slot].then_some(values[slot])).collect()
}

/// Runs events through windows and oracle, which is asked every so often; `saves` says after which ones the windows are
/// saved and loaded again.
fn run(events: &[Event], late: i64, saves: &[usize], ask_every: usize) {
    let (schema, specs) = (schema(), features());
    let plan = Arc::new(Plan::compile(&specs, &schema, 100, late).unwrap());
    let mut windows = Windows::new(plan.clone(), WindowLimits::default());
    let (mut oracle, mut lookup) = (Oracle::default(), Lookup::default());
    let (mut newest, mut straight): (Option<i64>, Option<Windows>) = (None, None);
    for (number, event) in events.iter().enumerate() {
        let row = event.row(&schema);
        let refused = newest.is_some_and(|newest| event.time < newest - late);
        assert_eq!(windows.check_time(event.time).is_err(), refused);
        if refused {
            continue;
        }
        newest = newest.max(Some(event.time));
        let found = look(&windows, &row, event.admitted(), &mut lookup);
        for (spec, found) in specs.iter().zip(found).filter(|_| number % ask_every == 0) {
            assert_eq!(found, oracle.figure(spec, event), "event {number} {event:?}: {}", spec.name);
        }
        windows.record(&row, event.admitted(), &mut lookup);
        if let Some(straight) = &mut straight {
            let mut lookup = Lookup::default();
            straight.record(&row, event.admitted(), &mut lookup);
        }
        oracle.0.push(event.clone());
        if saves.contains(&number) {
            let mut bytes = Vec::new();
            windows.save(number as u64, &mut bytes).unwrap();
            let (loaded, mark) = Windows::load(plan.clone(), WindowLimits::default(), &mut bytes.as_slice()).unwrap();
            assert_eq!(mark, number as u64);
            // What goes on from the snapshot stays the same to the byte as what never stopped.
            let before = std::mem::replace(&mut windows, loaded);
            straight.get_or_insert(before);
        }
    }
    if let Some(straight) = straight {
        let bytes = |windows: &Windows| {
            let mut bytes = Vec::new();
            windows.save(0, &mut bytes).unwrap();
            bytes
        };
        assert!(bytes(&windows) == bytes(&straight));
    }
}

/// Steps in time that make ties, late events, bursts and pauses.
fn events(most: usize, payers: u8, payees: u8) -> impl Strategy<Value = Vec<Event>> {
    let step = prop_oneof![
        4 => 0i64..2_000_000,
        2 => Just(0i64),
        1 => -MINUTE..0,
        1 => 0..MINUTE,
        1 => Just(MINUTE),
        1 => (5 * MINUTE)..(12 * MINUTE),
    ];
    let amount = prop_oneof![9 => (-5_000_000i64..5_000_000).prop_map(Some), 1 => Just(None)];
    let payee = prop_oneof![9 => (0..payees).prop_map(Some), 1 => Just(None)];
    let rest = (0i64..9, 0u8..4, prop::bool::weighted(0.1));
    let one = (step, 0..payers, payee, amount, rest);
    prop::collection::vec(one, 1..most).prop_map(|steps| {
        let mut time = EPOCH;
        let event = |(step, payer, payee, amount, (fee, device, label)): (i64, u8, Option<u8>, Option<i64>, _)| {
            time += step;
            Event { time, label, payer, payee, amount, fee, device }
        };
        steps.into_iter().map(event).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn short_logs_agree_with_the_oracle(events in events(250, 4, 6), save in 0usize..250) {
        run(&events, 3 * MINUTE, &[save], 1);
    }

    #[test]
    fn long_logs_agree_with_the_oracle(events in events(900, 1, 40), save in 0usize..900) {
        run(&events, 20 * MINUTE, &[save], 11);
    }

    #[test]
    fn a_damaged_snapshot_is_refused(cut in 0usize..4000, at in 0usize..4000, bit in 0u8..8, events in events(40, 3, 3)) {
        let schema = schema();
        let plan = Arc::new(Plan::compile(&features(), &schema, 100, MINUTE).unwrap());
        let mut windows = Windows::new(plan.clone(), WindowLimits::default());
        let mut lookup = Lookup::default();
        for event in &events {
            let row = event.row(&schema);
            windows.find(&row, &mut lookup);
            windows.record(&row, 0, &mut lookup);
        }
        let mut bytes = Vec::new();
        windows.save(1, &mut bytes).unwrap();
        let load = |bytes: &[u8]| Windows::load(plan.clone(), WindowLimits::default(), &mut &*bytes).map(|_| ());
        prop_assert!(load(&bytes).is_ok());
        prop_assert!(load(&bytes[..cut % bytes.len()]).is_err());
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        prop_assert!(load(&bytes).is_err());
    }
}

fn burst(count: usize, step: i64, payees: usize) -> Vec<Event> {
    let event = |n: usize| Event {
        time: EPOCH + n as i64 * step,
        label: false,
        payer: 0,
        payee: Some((n * 7 % payees) as u8),
        amount: Some((n as i64 * 37) % 1000),
        fee: n as i64 % 3,
        device: (n % 5) as u8,
    };
    (0..count).map(event).collect()
}

#[test]
fn a_hot_key_agrees_with_the_oracle_through_all_levels() {
    // 5,000 events of one payer: blocks, blocks of blocks, and eviction at the front, since ten minutes hold 4,286.
    let mut events = burst(5000, 140_000, 200);
    // Every 50th comes a little late.
    for n in (50..5000).step_by(50) {
        events[n].time -= 1_000_000;
    }
    run(&events, MINUTE, &[4990], 73);
}

#[test]
fn links_that_reach_far_agree_with_the_oracle() {
    // 60,000 events of one payer within ten minutes; nine of ten are of one payee, and each other payee comes back only
    // after more events than a link in an entry can tell.
    let mut events = burst(60_000, 10_000, 200);
    for (n, event) in events.iter_mut().enumerate() {
        event.payee = Some(if n % 40_000 < 200 { (n % 200) as u8 } else { 7 });
    }
    // Late ones of either kind, by up to two seconds, where the far links are; then the oracle is asked for late events.
    for n in (39_700..60_000).step_by(397) {
        events[n].time -= 10_000 * (1 + n as i64 % 200);
        events[n].payee = Some((n % 211) as u8);
    }
    run(&events, MINUTE, &[50_000], 397 * 7);
}

#[test]
fn what_is_old_is_forgotten_and_the_report_says_so() {
    let schema = schema();
    let plan = Arc::new(Plan::compile(&features(), &schema, 100, MINUTE).unwrap());
    let mut windows = Windows::new(plan, WindowLimits::default());
    let mut lookup = Lookup::default();
    let mut record = |windows: &mut Windows, event: &Event| {
        let row = event.row(&schema);
        windows.find(&row, &mut lookup);
        windows.record(&row, 0, &mut lookup);
    };
    burst(3000, 1000, 100).iter().for_each(|event| record(&mut windows, event));
    let full = windows.report();
    assert_eq!(full.recorded, 3000);
    assert!(full.entries >= 3000 * 3, "{full:?}");
    // A year and a half later other keys are in use; the sweep comes by the old ones.
    for (n, mut event) in burst(3000, 1000, 100).into_iter().enumerate() {
        event.time += 550 * 24 * 60 * MINUTE;
        event.payer = 1 + (n % 2) as u8;
        event.payee = None;
        record(&mut windows, &event);
    }
    let later = windows.report();
    assert!(later.entries < full.entries && later.keys < full.keys, "{full:?} {later:?}");
    assert!(later.keys <= 10, "{later:?}");
}

#[test]
fn memory_is_bounded() {
    let schema = schema();
    let plan = Arc::new(Plan::compile(&features(), &schema, 100, MINUTE).unwrap());
    let mut windows = Windows::new(plan, WindowLimits { bytes_max: 1 });
    let mut lookup = Lookup::default();
    for event in burst(10_000, 1000, 100) {
        let row = event.row(&schema);
        windows.find(&row, &mut lookup);
        windows.record(&row, 0, &mut lookup);
    }
    let report = windows.report();
    assert_eq!((report.recorded, report.skipped), (10_000, 10_000 - 4095));
}

#[test]
fn faults_of_features_say_where() {
    let schema = schema();
    let compile = |change: fn(&mut Vec<FeatureSpec>)| {
        let mut specs = vec![feature("a", &["payer"], What::Sum, Some("amount"), Some("1d"))];
        change(&mut specs);
        Plan::compile(&specs, &schema, 100, MINUTE).err().map(|faults| faults[0].path.clone())
    };
    assert_eq!(compile(|_| ()), None);
    assert_eq!(compile(|s| s[0].by = vec!["pyer".to_owned()]).as_deref(), Some("features[0].by"));
    assert_eq!(compile(|s| s[0].by.clear()).as_deref(), Some("features[0].by"));
    assert_eq!(compile(|s| s[0].of = None).as_deref(), Some("features[0].of"));
    assert_eq!(compile(|s| s[0].of = Some("payee".to_owned())).as_deref(), Some("features[0].of"));
    assert_eq!(compile(|s| s[0].window = None).as_deref(), Some("features[0].window"));
    assert_eq!(compile(|s| s[0].window = Some("1y".to_owned())).as_deref(), Some("features[0].window"));
    assert_eq!(compile(|s| s[0].window = Some("401d".to_owned())).as_deref(), Some("features[0].window"));
    assert_eq!(compile(|s| s[0].delay = Some("390d".to_owned())).as_deref(), None);
    assert_eq!(compile(|s| s[0].delay = Some("400d".to_owned())).as_deref(), Some("features[0].window"));
    assert_eq!(compile(|s| s[0].events = vec!["loan".to_owned()]).as_deref(), Some("features[0].events"));
    assert_eq!(compile(|s| s[0].name = "amount".to_owned()).as_deref(), Some("features[0].name"));
    assert_eq!(compile(|s| s.push(s[0].clone())).as_deref(), Some("features[1].name"));
}
