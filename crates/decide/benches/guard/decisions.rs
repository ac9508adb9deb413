//! Whole decisions: forty windows over six keys, a hundred rules, three lists of a million, two hundred trees, and the
//! event recorded behind each.

use std::{hint::black_box, sync::Arc};

use decide::{
    Engine, EngineOptions, Kind, Memory, Row,
    expression::{Lists, NoLists},
    list::ListSet,
    trees::Forest,
    value::Slot,
    window::{WindowLimits, Windows},
};

use crate::{
    Arguments,
    figures::{self, Times},
    forest, parts,
    world::{self, Choice, Transfers},
};

/// Decisions in a second, and microseconds of one, that the issue asks for.
const PER_SECOND_MIN: f64 = 150_000.0;
const P50_MICROS_MAX: f64 = 6.0;
const P99_MICROS_MAX: f64 = 20.0;
/// Events decided on for each second asked for.
const EACH_SECOND: usize = 100_000;
/// Payees whose window gets many events.
const HOT_EVENTS: usize = 100_000;
/// A payee that nobody else pays.
const HOT_PAYEE: u64 = 99_999_999;

/// An engine with its state.
pub struct Bank {
    /// The engine.
    pub engine: Engine,
    /// Its windows.
    pub windows: Windows,
    /// What comes next.
    pub transfers: Transfers,
    /// The event at hand.
    pub row: Row,
    memory: Memory,
    lists: Option<ListSet>,
    before: usize,
}

impl Bank {
    /// A bank without model and lists, whose windows shall hold so many events.
    pub fn without_model(choice: Choice, before: usize) -> Self {
        Self::new(choice, before, EngineOptions::new(world::keys()), None)
    }

    /// A bank with a model and lists of a million entries.
    pub fn whole(choice: Choice, before: usize) -> Self {
        let (names, rows) = parts::samples(4096);
        let mut options = EngineOptions::new(world::keys());
        options.forest =
            Some(Arc::new(Forest::from_lightgbm(&forest::text(&names, &rows)).expect("the model is whole")));
        Self::new(choice, before, options, Some(world::lists()))
    }

    fn new(choice: Choice, before: usize, options: EngineOptions, lists: Option<ListSet>) -> Self {
        let engine =
            Engine::compile(&world::spec(options.forest.is_some()), options).unwrap_or_else(|faults| faulty(&faults));
        let windows = Windows::new(engine.plan().clone(), WindowLimits::default());
        let transfers = Transfers::new(engine.schema(), choice, before);
        let (row, memory) = (engine.schema().row(), engine.memory());
        Self { engine, windows, transfers, row, memory, lists, before }
    }

    /// Records the events of the days before.
    pub fn fill(&mut self) {
        for _ in 0..self.before {
            self.transfers.next(&mut self.row);
            self.engine.record(&self.row, None, &mut self.windows, &NoLists, &mut self.memory);
        }
    }

    /// Decides on the event at hand and records it.
    pub fn decide(&mut self) {
        let lists: &dyn Lists = match &self.lists {
            Some(lists) => lists,
            None => &NoLists,
        };
        let decision = self.engine.decide(&self.row, &self.windows, lists, &mut self.memory, &mut || true);
        self.engine.record(&self.row, Some(decision.outcome), &mut self.windows, lists, &mut self.memory);
        black_box(decision);
    }

    /// Decides on events to come on the own windows and on others, which must agree to the bit.
    pub fn agree(&mut self, mut other: Windows, events: usize) {
        let mut memory = self.engine.memory();
        for _ in 0..events {
            self.transfers.next(&mut self.row);
            let ours = self.engine.decide(&self.row, &self.windows, &NoLists, &mut self.memory, &mut || true);
            let theirs = self.engine.decide(&self.row, &other, &NoLists, &mut memory, &mut || true);
            assert_eq!((ours, seen(&self.memory)), (theirs, seen(&memory)));
            self.engine.record(&self.row, None, &mut self.windows, &NoLists, &mut self.memory);
            self.engine.record(&self.row, None, &mut other, &NoLists, &mut memory);
        }
    }

    /// The names and places of numbers that a model may take in.
    pub fn inputs(&self) -> impl Iterator<Item = (String, (Slot, Kind))> {
        let names = self.engine.names().iter();
        names
            .filter(|name| matches!(name.kind, Kind::Int | Kind::Double | Kind::Bool | Kind::Duration))
            .map(|name| (name.name.clone(), (name.slot, name.kind)))
    }

    /// The next event, decided on and recorded, as a model sees it.
    pub fn sample(&mut self) -> Vec<f64> {
        self.transfers.next(&mut self.row);
        black_box(self.engine.decide(&self.row, &self.windows, &NoLists, &mut self.memory, &mut || true));
        let number = |(_, (slot, kind)): (String, (Slot, Kind))| {
            let bits = self.memory.values()[usize::from(slot)];
            match (self.memory.known()[usize::from(slot)], kind) {
                (false, _) => f64::NAN,
                (true, Kind::Double) => f64::from_bits(bits),
                (true, Kind::Duration) => bits.cast_signed() as f64 / 1e6,
                (true, _) => bits.cast_signed() as f64,
            }
        };
        let sample = self.inputs().map(number).collect();
        self.engine.record(&self.row, None, &mut self.windows, &NoLists, &mut self.memory);
        sample
    }
}

/// Every value of a decision; what is not known has none.
fn seen(memory: &Memory) -> Vec<Option<u64>> {
    memory.values().iter().zip(memory.known()).map(|(bits, known)| known.then_some(*bits)).collect()
}

fn faulty(faults: &[decide::Fault]) -> ! {
    let told: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message.en)).collect();
    unreachable!("the declaration above is whole, but: {}", told.join("; "))
}

/// Decisions whose keys are all alike.
pub fn uniform(arguments: &Arguments) {
    measure(arguments, Choice::Uniform, "uniform keys");
}

/// Decisions of which some keys get far more than others; then all of them on one payee.
pub fn skewed(arguments: &Arguments) {
    let mut bank = measure(arguments, Choice::Skewed, "skewed keys");
    hot(&mut bank, arguments);
}

fn measure(arguments: &Arguments, choice: Choice, name: &str) -> Bank {
    let mut bank = Bank::whole(choice, arguments.events);
    bank.fill();
    let times = times(&mut bank, arguments, Transfers::next);
    judge(times, &format!("decisions, {name}"));
    let report = bank.windows.report();
    eprintln!("{report:?}");
    let each = |bytes: u64, count: u64| bytes as f64 / count as f64;
    let used = report.log_bytes - report.spare_bytes;
    figures::at_most(&format!("bytes per event kept, {name}"), each(used, report.entries), 24.0);
    figures::figure(&format!("bytes per event with spare room, {name}"), each(report.log_bytes, report.entries));
    figures::figure(&format!("bytes per key, {name}"), each(report.key_bytes, report.keys));
    bank
}

fn times(bank: &mut Bank, arguments: &Arguments, next: impl Fn(&mut Transfers, &mut Row)) -> Times {
    let mut times = Times::default();
    for _ in 0..arguments.seconds as usize * EACH_SECOND {
        next(&mut bank.transfers, &mut bank.row);
        times.time(1, || bank.decide());
    }
    times
}

fn judge(times: Times, name: &str) {
    let found = times.tell(name);
    figures::at_least(&format!("{name}, thousands a second"), found.per_second / 1e3, PER_SECOND_MIN / 1e3);
    figures::at_most(&format!("{name}, p50 µs"), found.p50, P50_MICROS_MAX);
    figures::at_most(&format!("{name}, p99 µs"), found.p99, P99_MICROS_MAX);
}

/// A payee with a hundred thousand events in a window of an hour, and every decision on it.
fn hot(bank: &mut Bank, arguments: &Arguments) {
    let step = bank.transfers.step;
    bank.transfers.step = 3_600_000_000 / (2 * HOT_EVENTS) as i64;
    for _ in 0..HOT_EVENTS {
        bank.transfers.next_to(HOT_PAYEE, &mut bank.row);
        bank.engine.record(&bank.row, None, &mut bank.windows, &NoLists, &mut bank.memory);
    }
    let times = times(bank, arguments, |transfers, row| transfers.next_to(HOT_PAYEE, row));
    judge(times, "decisions on a payee with 100,000 events in one window");
    bank.transfers.step = step;
}
