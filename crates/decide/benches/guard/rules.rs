//! A hundred rules over the fields of an event, beside the flattest thing that could decide the same.

use std::hint::black_box;

use decide::{
    Kind, Row, Schema,
    expression::{Compiler, Named, NoLists, Program, Scope, Truth},
    value::Slot,
};

use crate::{
    Arguments,
    figures::{self, Times},
    numbers::Numbers,
    world::{self, Choice, Transfers},
};

const RULES: usize = 100;
/// Different events that are decided on in turn; more than a core's first cache holds.
const ROWS: usize = 4096;
/// Rows timed together, since one takes little more than looking at the clock.
const TOGETHER: usize = 8;
/// Microseconds of a hundred rules that the issue allows.
const MICROS_MAX: f64 = 0.5;

/// What both are asked, in a form that neither is compiled from.
struct Question {
    /// Place, smallest, largest: three for each rule, of which the first and one of the others must hold.
    ranges: Vec<(Slot, i64, i64)>,
}

/// Measures both in turns.
pub fn run(arguments: &Arguments) {
    let schema = Schema::compile(&world::spec(false).schema, world::keys()).expect("the schema is whole");
    let mut numbers = Numbers::new(5);
    let texts: Vec<String> = (0..RULES).map(|n| world::field_rule(n, &mut numbers)).collect();
    let program = compile(&schema, &texts);
    let question = Question { ranges: texts.iter().flat_map(|text| ranges(&schema, text)).collect() };
    let rows = rows(&schema);
    let places = usize::from(program.end());
    let (mut values, mut known, mut truth) = (vec![0; places], vec![false; places], Truth::default());
    check(&program, &question, &rows, (&mut values, &mut known), &mut truth);
    let mut at = 0;
    let mut next = || {
        at = (at + TOGETHER) % ROWS;
        at
    };
    let ours = Times::measure(arguments.seconds, TOGETHER as u32, || {
        let from = next();
        for row in &rows[from..from + TOGETHER] {
            values[..row.values().len()].copy_from_slice(row.values());
            known[..row.known().len()].copy_from_slice(row.known());
            program.run(row, &NoLists, &mut values, &mut known, &mut truth);
            black_box(truth.holds(program.conditions()[RULES - 1]));
        }
    });
    let ours = ours.tell("100 rules over 50 fields");
    let flat = Times::measure(arguments.seconds, TOGETHER as u32, || {
        let from = next();
        for row in &rows[from..from + TOGETHER] {
            black_box(question.ask(black_box(row.values())));
        }
    });
    let flat = flat.tell("the same 300 comparisons, flat and untyped");
    figures::at_most("100 rules, µs", ours.p50, MICROS_MAX);
    figures::figure("100 rules / flat comparisons, medians", ours.p50 / flat.p50);
}

fn rows(schema: &Schema) -> Vec<Row> {
    let mut transfers = Transfers::new(schema, Choice::Uniform, ROWS);
    let one = |_| {
        let mut row = schema.row();
        transfers.next(&mut row);
        row
    };
    (0..ROWS).map(one).collect()
}

fn compile(schema: &Schema, texts: &[String]) -> Program {
    let mut scope = Scope::new(world::keys());
    for (slot, field) in schema.fields().iter().enumerate() {
        let named = Named { slot: slot as Slot, kind: field.kind, is_personal: false };
        scope.name(&field.spec.name, named);
    }
    let mut compiler = Compiler::new(&scope);
    texts.iter().for_each(|text| compiler.condition(text).expect("the rules are whole"));
    compiler.finish(schema.fields().len() as Slot).expect("there are places enough")
}

/// The three ranges of a rule such as `n.f1 > 5 && (n.f2 <= 7 || amount > yuan(1000))`.
fn ranges(schema: &Schema, text: &str) -> [(Slot, i64, i64); 3] {
    let plain = text.replace(['(', ')'], "").replace("&&", "||");
    let mut parts = plain.split("||").map(str::trim).map(|part| {
        let words: Vec<&str> = part.split(' ').collect();
        let slot = schema.slot(words[0]).expect("the rule names a field");
        assert_ne!(schema.fields()[usize::from(slot)].kind, Kind::Double);
        let number = match words[2].strip_prefix("yuan") {
            Some(yuan) => yuan.parse::<i64>().map(|yuan| yuan * 100),
            None => words[2].parse(),
        }
        .expect("the rule names a number");
        match words[1] {
            ">" => (slot, number + 1, i64::MAX),
            ">=" => (slot, number, i64::MAX),
            "<" => (slot, i64::MIN, number - 1),
            _ => (slot, i64::MIN, number),
        }
    });
    std::array::from_fn(|_| parts.next().expect("a rule has three conditions"))
}

impl Question {
    /// A bit for each rule that holds, without knowing of missing values, types or shared conditions.
    fn ask(&self, values: &[u64]) -> [u64; RULES.div_ceil(64)] {
        let mut found = [0u64; RULES.div_ceil(64)];
        for (number, rule) in self.ranges.chunks_exact(3).enumerate() {
            let is = |(slot, low, high): (Slot, i64, i64)| {
                let value = values[usize::from(slot)].cast_signed();
                (low <= value) & (value <= high)
            };
            let holds = is(rule[0]) & (is(rule[1]) | is(rule[2]));
            found[number / 64] |= u64::from(holds) << (number % 64);
        }
        found
    }
}

/// Both must answer alike, or the comparison says nothing.
fn check(
    program: &Program,
    question: &Question,
    rows: &[Row],
    (values, known): (&mut [u64], &mut [bool]),
    truth: &mut Truth,
) {
    let mut held = 0;
    for row in rows {
        values[..row.values().len()].copy_from_slice(row.values());
        known[..row.known().len()].copy_from_slice(row.known());
        program.run(row, &NoLists, values, known, truth);
        let flat = question.ask(row.values());
        for (number, condition) in program.conditions().iter().enumerate() {
            let holds = flat[number / 64] >> (number % 64) & 1 == 1;
            assert_eq!(truth.holds(*condition), holds, "rule {number}");
            held += usize::from(holds);
        }
    }
    eprintln!("rules: {} of {} hold", held, rows.len() * RULES);
}
