//! Expressions against an oracle that walks the tree, and the parser against whatever a person or an attacker may type.

use proptest::prelude::*;

use super::{code::Compiler, run::Truth, *};
use crate::schema::{EventSpec, FieldKind, FieldSpec, Row, Schema, SchemaSpec};

const FIELDS: [(&str, FieldKind); 8] = [
    ("a", FieldKind::Int),
    ("b", FieldKind::Int),
    ("x", FieldKind::Double),
    ("y", FieldKind::Double),
    ("flag", FieldKind::Bool),
    ("channel", FieldKind::Text),
    ("payee.account", FieldKind::Text),
    ("tags", FieldKind::Texts),
];

fn schema() -> Schema {
    let fields = FIELDS.iter().map(|(name, kind)| FieldSpec::new(name, *kind)).collect();
    let names = FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let title = kernel::Text::fixed("转账", "transfer");
    let event = EventSpec { name: "transfer".to_owned(), title, required: Vec::new(), optional: names, decided: true };
    Schema::compile(&SchemaSpec { fields, events: vec![event] }, HashKeys::new([9; 16])).unwrap()
}

fn scope(schema: &Schema) -> Scope {
    let mut scope = Scope::new(*schema.keys());
    for (slot, field) in schema.fields().iter().enumerate() {
        let is_personal = field.spec.name == "payee.account";
        scope.name(&field.spec.name, Named { slot: slot as u16, kind: field.kind, is_personal });
    }
    scope.list("police", 0);
    scope.list("pairs", 1);
    scope
}

/// Lists of a test: the first has one account, the second one pair.
struct TestLists(u64, u64);

impl Lists for TestLists {
    fn holds(&self, list: u16, hash: u64, _: Option<&str>, _: i64) -> bool {
        hash == if list == 0 { self.0 } else { self.1 }
    }
}

fn row(schema: &Schema) -> Row {
    let mut row = schema.row();
    let json = r#"{"id":"1","type":"transfer","time":"2026-11-22T01:30:00+08:00","a":7,"x":2.5,"flag":true,
        "channel":"mobile app","payee":{"account":"6222"},"tags":["新市民","vip"]}"#;
    schema.read(json.as_bytes(), &mut row).unwrap();
    row
}

/// Runs one condition on a row; `b` and `y` are not known in the usual one.
fn truth(text: &str, row: &Row, schema: &Schema) -> Result<Option<bool>, Fault> {
    let scope = scope(schema);
    let mut compiler = Compiler::new(&scope);
    compiler.condition(text)?;
    let program = compiler.finish(100).unwrap();
    let (mut values, mut known) = (vec![0; 4096], vec![false; 4096]);
    values[..row.values().len()].copy_from_slice(row.values());
    known[..row.known().len()].copy_from_slice(row.known());
    let keys = schema.keys();
    let lists = TestLists(keys.text(b"6222"), keys.combine([keys.text(b"6222"), keys.text(b"mobile app")]));
    let mut truth = Truth::default();
    program.run(row, &lists, &mut values, &mut known, &mut truth);
    Ok(program.answer(&truth, program.conditions()[0]))
}

#[track_caller]
fn check(text: &str, expect: Option<bool>) {
    let schema = schema();
    assert_eq!(truth(text, &row(&schema), &schema), Ok(expect), "{text}");
}

#[test]
fn conditions_say_what_they_mean() {
    for text in [
        "a == 7",
        "a != 8",
        "a > 6 && a < 8",
        "a >= 7 && a <= 7",
        "!(a > 7)",
        "-a == -7",
        "a + 1 == 8",
        "a * 2 - 4 == 10",
        "a / 2 == 3",
        "a % 4 == 3",
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "x > 2",
        "x < a",
        "a > 2.5",
        "x * 2.0 == 5.0",
        "double(a) / 2.0 > 3.4",
        "int(x) == 2",
        "flag",
        "flag == true",
        "channel == \"mobile app\"",
        "channel != 'atm'",
        "channel in [\"atm\", \"mobile app\"]",
        "a in [1, 7]",
        "channel.startsWith(\"mobile\")",
        "channel.endsWith(\"app\")",
        "channel.contains(\"e a\")",
        "\"vip\" in tags",
        "!(\"poor\" in tags)",
        "size(tags) == 2",
        "has(a) && !has(b)",
        "payee.account in lists.police",
        "!(channel in lists.police)",
        "[payee.account, channel] in lists.pairs",
        "time.getHours() == 1",
        "time.getHours(\"UTC\") == 17",
        "time.getMinutes() == 30",
        "time.getDayOfWeek() == 0",
        "time > timestamp(\"2026-01-01T00:00:00Z\")",
        "time - timestamp(\"2026-11-21T16:30:00Z\") == duration(\"1h\")",
        "duration(\"1d\") == duration(\"24h\")",
        "yuan(500) == 50000",
        "yuan(0.07) == 7",
        "a == (flag ? 7 : 8)",
        "(a > 100 ? 1 : 2) == 2",
        "math.greatest(a, 9) == 9",
        "math.least(x, 1.0) == 1.0",
        "math.abs(-a) == 7",
        "0x10 == 16",
        "true || b == 1",
        "b == 1 || true",
        "a == 7 // a remark",
        "a > -9223372036854775808",
        "x > -1e300",
        "!(a != 7)",
        "!(a > 7 || x > 9.0)",
        "(a == 7 || b == 1) && (flag || b == 2)",
        "a > 1 ? flag : b == 1",
    ] {
        check(text, Some(true));
    }
    for text in [
        "false && b == 1",
        "b == 1 && false",
        "a == 8",
        "payee.account == \"6223\"",
        "!has(a)",
        "a < -9223372036854775808",
    ] {
        check(text, Some(false));
    }
}

#[test]
fn what_is_not_known_stays_unknown() {
    for text in [
        "b == 1",
        "b != 1",
        "!(b == 1)",
        "b == 1 || false",
        "b == 1 && true",
        "b + a > 0",
        "a / (a - 7) == 1",
        "a % (a - 7) == 1",
        "x / (x - 2.5) > 0.0",
        "a + 9223372036854775807 > 0",
        "y < 1.0",
        "b > 1 ? true : true",
        "-(a - 9223372036854775807 - 9) > 0",
        "int(x * 1e300) > 0",
    ] {
        check(text, None);
    }
}

#[track_caller]
fn refused(text: &str, at: (u32, u32), message: &str) {
    let schema = schema();
    let fault = truth(text, &row(&schema), &schema).unwrap_err();
    assert_eq!(fault.place.map(|place| (place.start, place.end)), Some(at), "{text}: {fault:?}");
    let said = format!("{} {}", fault.message.en, fault.hint.map(|hint| hint.en.into_owned()).unwrap_or_default());
    assert!(said.contains(message), "{text}: {said}");
}

#[test]
fn faults_say_where_and_what_to_do() {
    refused("amout > 1", (0, 5), "no field or feature");
    refused("a > 1 && chanel == 'x'", (9, 15), "Did you mean `channel`");
    refused("a > 'x'", (0, 7), "differ: int and string");
    refused("a + x > 1.0", (0, 5), "double(x)");
    refused("a", (0, 1), "Compare it");
    refused("a >", (3, 3), "ends too early");
    refused("a > 1 b", (6, 7), "too much");
    refused("1 < a < 3", (6, 7), "a < b && b < c");
    refused("a > 1 and flag", (6, 9), "too much");
    refused("a＞1", (1, 2), "does not belong");
    refused("channel == \"x", (11, 13), "closing quote");
    refused("payee.account.contains(\"22\")", (0, 13), "personal");
    refused("a in lists.polce", (5, 16), "Did you mean `police`");
    refused("lists.police == channel", (0, 12), "right of `in`");
    refused("[1, 2] == [1]", (0, 6), "beside `in`");
    refused("a / 0 == 1", (0, 5), "always fails");
    refused("flag < true", (0, 11), "does not fit");
    refused("99999999999999999999 > a", (0, 20), "64 bits");
    refused("startWith(channel)", (0, 18), "Did you mean `startsWith`");
    refused("has(1)", (4, 5), "name of a field");
    refused("duration('1 week') > duration('1d')", (9, 17), "90s");
    refused("", (0, 0), "ends too early");
}

#[test]
fn size_and_depth_are_bounded() {
    let schema = schema();
    let row = row(&schema);
    let mut bad = vec![
        "(".repeat(10_000) + "a" + &")".repeat(10_000),
        "!".repeat(10_000) + "flag",
        "-".repeat(10_000) + "a > 0",
        "a".repeat(1 << 20),
        vec!["a > 1"; 5_000].join(" && "),
        "a ".to_owned() + &"+ a ".repeat(3_000) + "> 0",
        "flag ? ".repeat(3_000) + "flag",
        "[".repeat(5_000),
        "a in [".to_owned() + &"[".repeat(3_000),
        "has(".repeat(3_000),
        "a.".repeat(8_000),
    ];
    bad.push("x".repeat(LENGTH_MAX + 1));
    for text in &bad {
        assert!(truth(text, &row, &schema).is_err(), "{}", &text[..20]);
    }
    let wide = vec!["a > 1"; 300].join(" && ");
    assert_eq!(truth(&wide, &row, &schema), Ok(Some(true)));
}

#[test]
fn equal_parts_are_computed_once() {
    let schema = schema();
    let scope = scope(&schema);
    let mut compiler = Compiler::new(&scope);
    for _ in 0..50 {
        compiler.condition("a + b > 3 && payee.account in lists.police && x > 1.0").unwrap();
    }
    let program = compiler.finish(100).unwrap();
    let comparisons: u32 = program.segments.iter().map(|segment| segment.mask.count_ones()).sum();
    assert_eq!((program.code.len(), program.segments.len(), comparisons, program.groups.len()), (2, 3, 3, 1));
}

/// A tree, its text, and what it gives by walking it.
#[derive(Debug, Clone)]
enum Tree {
    Compare(usize, &'static str, i64),
    Fields(usize, &'static str, usize),
    Flag,
    Has(usize),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    If(Box<Tree>, Box<Tree>, Box<Tree>),
}

const NUMBERS: [&str; 4] = ["a", "b", "x", "y"];

impl Tree {
    fn text(&self) -> String {
        let join =
            |parts: &[Tree], sign: &str| parts.iter().map(|p| format!("({})", p.text())).collect::<Vec<_>>().join(sign);
        match self {
            Self::Compare(field, sign, number) => format!("{} {sign} {number}", NUMBERS[*field]),
            Self::Fields(a, sign, b) => format!("{} {sign} {}", NUMBERS[*a], NUMBERS[*b]),
            Self::Flag => "flag".to_owned(),
            Self::Has(field) => format!("has({})", NUMBERS[*field]),
            Self::Not(inner) => format!("!({})", inner.text()),
            Self::All(parts) => join(parts, " && "),
            Self::Any(parts) => join(parts, " || "),
            Self::If(a, b, c) => format!("(({}) ? ({}) : ({}))", a.text(), b.text(), c.text()),
        }
    }

    fn walk(&self, numbers: &[Option<f64>; 4], flag: Option<bool>) -> Option<bool> {
        let compare = |a: f64, sign: &str, b: f64| match sign {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            ">=" => a >= b,
            "==" => a == b,
            _ => a != b,
        };
        match self {
            Self::Compare(field, sign, number) => numbers[*field].map(|value| compare(value, sign, *number as f64)),
            Self::Fields(a, sign, b) => Some(compare(numbers[*a]?, sign, numbers[*b]?)),
            Self::Flag => flag,
            Self::Has(field) => Some(numbers[*field].is_some()),
            Self::Not(inner) => inner.walk(numbers, flag).map(|truth| !truth),
            Self::All(parts) => {
                let found: Vec<_> = parts.iter().map(|part| part.walk(numbers, flag)).collect();
                if found.contains(&Some(false)) { Some(false) } else { (!found.contains(&None)).then_some(true) }
            }
            Self::Any(parts) => {
                let found: Vec<_> = parts.iter().map(|part| part.walk(numbers, flag)).collect();
                if found.contains(&Some(true)) { Some(true) } else { (!found.contains(&None)).then_some(false) }
            }
            Self::If(a, b, c) => {
                if a.walk(numbers, flag)? {
                    b.walk(numbers, flag)
                } else {
                    c.walk(numbers, flag)
                }
            }
        }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let sign = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let leaf = prop_oneof![
        4 => (0usize..4, sign.clone(), -3i64..4).prop_map(|(field, sign, number)| Tree::Compare(field, sign, number)),
        2 => (0usize..4, sign, 0usize..4).prop_map(|(a, sign, b)| Tree::Fields(a, sign, b)),
        1 => Just(Tree::Flag),
        1 => (0usize..4).prop_map(Tree::Has),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            prop::collection::vec(inner.clone(), 2..5).prop_map(Tree::All),
            prop::collection::vec(inner.clone(), 2..5).prop_map(Tree::Any),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| Tree::If(Box::new(a), Box::new(b), Box::new(c))),
        ]
    })
}

proptest! {
    #[test]
    fn compiled_code_agrees_with_walking_the_tree(
        trees in prop::collection::vec(tree(), 1..6),
        a in prop::option::of(-3i64..4), b in prop::option::of(-3i64..4),
        x in prop::option::of(-3i64..4), y in prop::option::of(-3i64..4), flag in prop::option::of(any::<bool>()),
    ) {
        let schema = schema();
        let mut row = schema.row();
        row.begin(0, schema.types()[0].hash, 0);
        let numbers = [a.map(|n| n as f64), b.map(|n| n as f64), x.map(|n| n as f64 / 2.0), y.map(|n| n as f64 / 2.0)];
        for (name, value) in [("a", a), ("b", b)] {
            if let Some(value) = value { row.set(schema.slot(name).unwrap(), value.cast_unsigned()); }
        }
        for (name, value) in [("x", numbers[2]), ("y", numbers[3])] {
            if let Some(value) = value { row.set(schema.slot(name).unwrap(), (value + 0.0).to_bits()); }
        }
        if let Some(flag) = flag { row.set(schema.slot("flag").unwrap(), u64::from(flag)); }
        let scope = scope(&schema);
        let mut compiler = Compiler::new(&scope);
        for tree in &trees {
            compiler.condition(&tree.text()).unwrap();
        }
        let program = compiler.finish(100).unwrap();
        let (mut values, mut known) = (vec![0; 4096], vec![false; 4096]);
        values[..row.values().len()].copy_from_slice(row.values());
        known[..row.known().len()].copy_from_slice(row.known());
        let mut truth = Truth::default();
        program.run(&row, &NoLists, &mut values, &mut known, &mut truth);
        for (tree, condition) in trees.iter().zip(program.conditions()) {
            let expect = tree.walk(&numbers, flag);
            prop_assert_eq!(program.answer(&truth, *condition), expect, "{}", tree.text());
            prop_assert_eq!(truth.holds(*condition), expect == Some(true));
        }
    }

    #[test]
    fn any_text_is_compiled_or_refused(text in "[ -~。“”a-z&|!()\\[\\]<>=0-9.\"']{0,60}") {
        let schema = schema();
        let _ = truth(&text, &row(&schema), &schema);
    }

    #[test]
    fn any_damage_is_compiled_or_refused(at in 0usize..80, put in any::<char>(), cut in 0usize..90) {
        let text = "a + 3 > 1 && (channel in [\"x\", 'y'] || !has(b)) ? x * 2.0 < 1.5e3 : tags == tags";
        let mut chars: Vec<char> = text.chars().collect();
        let at = at % chars.len();
        chars[at] = put;
        chars.truncate(cut);
        let schema = schema();
        let _ = truth(&chars.into_iter().collect::<String>(), &row(&schema), &schema);
    }
}
