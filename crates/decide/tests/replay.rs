//! The same events give the same decisions to the bit: run again from nothing, gone on with from a snapshot taken anywhere,
//! and run again one by one with every value that an expression saw.

use decide::{
    Decision, Engine, EngineOptions, HashKeys, Memory, Row,
    list::{List, ListSet, NO_END, Pattern},
    shipped,
    window::{WindowLimits, Windows},
};
use proptest::prelude::*;

const MINUTE: i64 = 60_000_000;
const EPOCH: i64 = 1_795_140_000_000_000;

/// One event: minutes after the one before, which may be negative, and numbers that choose the rest.
type Step = (i64, u8, u8, u8, i64, bool);

fn engine() -> Engine {
    let spec = shipped::elder().expect("the shipped scenarios are whole");
    Engine::compile(&spec, EngineOptions::new(HashKeys::new([6; 16]))).expect("the shipped scenarios compile")
}

fn lists() -> ListSet {
    let keys = HashKeys::new([6; 16]);
    let mut lists: Vec<List> = (0..3).map(|_| List::default()).collect();
    // An entry that ends in the middle of history: each event is judged by the list of its time.
    lists[0].add(Pattern::of("payee-1", &keys).expect("a value"), EPOCH, EPOCH + 600 * MINUTE).expect("room");
    lists[1].add(Pattern::of("payee-*", &keys).expect("a value"), EPOCH + 900 * MINUTE, NO_END).expect("room");
    lists[2].add(Pattern::of_several(&["payer-1", "payee-2"], &keys), 0, NO_END).expect("room");
    ListSet { keys, lists }
}

fn fill(engine: &Engine, time: i64, (_, kind, payer, payee, amount, flag): &Step, row: &mut Row) {
    let schema = engine.schema();
    let name = ["transfer", "transfer", "transfer", "credit", "refusal", "fraud"][usize::from(*kind % 6)];
    let number = schema.event_type(name).expect("a shipped event type");
    row.clear();
    row.begin(number, schema.types()[usize::from(number)].hash, time);
    let mut text = |name: &str, value: String| row.set_text(schema.slot(name).expect("a field"), &value, schema.keys());
    text("payer.account", format!("payer-{payer}"));
    text("payee.account", format!("payee-{payee}"));
    text("outlet", format!("outlet-{}", payer % 3));
    let mut set = |name: &str, bits: u64| row.set(schema.slot(name).expect("a field"), bits);
    set("amount", amount.cast_unsigned());
    set("balance", 9_000_000);
    set("customer.is_elderly", u64::from(payer % 3 != 0));
    set("app.in_call", u64::from(*flag));
}

/// What a decision said, and every value it saw; what is not known has none.
type Seen = (Decision, Vec<Option<u64>>);

struct Run {
    windows: Windows,
    memory: Memory,
    row: Row,
    seen: Vec<Seen>,
}

impl Run {
    fn new(engine: &Engine) -> Self {
        let windows = Windows::new(engine.plan().clone(), WindowLimits::default());
        Self { windows, memory: engine.memory(), row: engine.schema().row(), seen: Vec::new() }
    }

    fn step(&mut self, engine: &Engine, lists: &ListSet, time: i64, step: &Step) {
        fill(engine, time, step, &mut self.row);
        if self.windows.check_time(time).is_err() {
            return;
        }
        let decision = engine.decide(&self.row, &self.windows, lists, &mut self.memory, &mut || true);
        let values = self.memory.values().iter().zip(self.memory.known());
        self.seen.push((decision.clone(), values.map(|(bits, known)| known.then_some(*bits)).collect()));
        engine.record(&self.row, Some(decision.outcome), &mut self.windows, lists, &mut self.memory);
    }
}

fn times(steps: &[Step]) -> Vec<i64> {
    let mut time = EPOCH;
    let next = |(minutes, ..): &Step| {
        time += minutes * MINUTE;
        time
    };
    steps.iter().map(next).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn replay_is_exact(
        steps in prop::collection::vec((-40i64..90, 0u8..6, 0u8..5, 0u8..5, 1i64..6_000_000, prop::bool::weighted(0.1)), 1..300),
        save in 0usize..300,
    ) {
        let (engine, again, lists) = (engine(), engine(), lists());
        let (mut live, mut replay) = (Run::new(&engine), Run::new(&again));
        let times = times(&steps);
        for (time, step) in times.iter().zip(&steps) {
            live.step(&engine, &lists, *time, step);
        }
        // The second run is another engine of the same declaration, and is put away and taken up again on the way.
        for (number, (time, step)) in times.iter().zip(&steps).enumerate() {
            replay.step(&again, &lists, *time, step);
            if number == save % steps.len() {
                let mut bytes = Vec::new();
                replay.windows.save(number as u64, &mut bytes).unwrap();
                let plan = again.plan().clone();
                let (loaded, mark) = Windows::load(plan, WindowLimits::default(), &mut bytes.as_slice()).unwrap();
                prop_assert_eq!(mark, number as u64);
                replay.windows = loaded;
                replay.memory = again.memory();
            }
        }
        prop_assert_eq!(live.seen, replay.seen);
    }
}

#[test]
fn one_memory_serves_several_windows() {
    // A shadow run decides with the same memory on windows of its own; what was found in the others is not taken for theirs.
    let (engine, lists) = (engine(), lists());
    let (mut a, mut b) = (Run::new(&engine), Run::new(&engine));
    let steps: Vec<Step> = (0..60).map(|n| (5, 0, n % 4, n % 3, i64::from(n) * 1_000 + 1, false)).collect();
    let mut alone = Run::new(&engine);
    for (time, step) in times(&steps).iter().zip(&steps) {
        alone.step(&engine, &lists, *time, step);
        a.step(&engine, &lists, *time, step);
        std::mem::swap(&mut a.memory, &mut b.memory);
        if step.1 == 0 && step.2 != 0 {
            b.step(&engine, &lists, *time, step);
        }
        std::mem::swap(&mut a.memory, &mut b.memory);
    }
    assert_eq!(a.seen, alone.seen);
    assert!(b.seen.len() < a.seen.len());
}
