//! What a schema accepts as an event, and that nothing else gets in.

use proptest::prelude::*;

use super::*;

fn field(name: &str, kind: FieldKind) -> FieldSpec {
    FieldSpec::new(name, kind)
}

fn spec() -> SchemaSpec {
    let mut channel = field("channel", FieldKind::Text);
    channel.values = vec!["counter".to_owned(), "app".to_owned()];
    let mut amount = field("amount", FieldKind::Amount);
    amount.min = Some(0);
    let mut age = field("customer.age", FieldKind::Int);
    age.source = FieldSource::House;
    let fields = vec![
        field("payer.account", FieldKind::Text),
        field("payee.account", FieldKind::Text),
        amount,
        channel,
        field("speed", FieldKind::Double),
        field("in_call", FieldKind::Bool),
        field("tags", FieldKind::Texts),
        field("opened", FieldKind::Time),
        age,
    ];
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let transfer = EventSpec {
        name: "transfer".to_owned(),
        title: kernel::Text::fixed("转账", "transfer"),
        required: names(&["payer.account", "payee.account", "amount"]),
        optional: names(&["channel", "speed", "in_call", "tags", "opened", "customer.age"]),
        decided: true,
    };
    let login = EventSpec {
        name: "login".to_owned(),
        title: kernel::Text::fixed("登录", "login"),
        required: names(&["payer.account"]),
        optional: Vec::new(),
        decided: false,
    };
    SchemaSpec { fields, events: vec![transfer, login] }
}

fn schema() -> Schema {
    Schema::compile(&spec(), HashKeys::new([7; 16])).unwrap()
}

#[track_caller]
fn check(members: &str, expect: Result<(), &str>) {
    let schema = schema();
    let mut row = schema.row();
    let json = format!(r#"{{"id":"e1","time":"2026-11-22T09:30:00+08:00",{members}}}"#);
    let read = schema.read(json.as_bytes(), &mut row);
    assert_eq!(read.as_ref().map(|_| ()).map_err(|fault| fault.pointer.as_str()), expect, "{json}");
    if read.is_err() {
        assert_eq!(row, schema.row(), "a refused event leaves nothing behind");
    }
}

const GOOD: &str = r#""type":"transfer","payer":{"account":"A1"},"payee":{"account":"B2"},"amount":5000"#;

#[test]
fn a_transfer_becomes_a_row() {
    let schema = schema();
    let mut row = schema.row();
    let json = format!(r#"{{{GOOD},"id":"e\u0031","time":"2026-11-22T09:30:00+08:00","tags":["b","a"],"speed":-0.0}}"#);
    assert_eq!(schema.read(json.as_bytes(), &mut row).unwrap().id, "e1");
    let slot = |name: &str| schema.slot(name).unwrap();
    assert_eq!(row.get(slot("amount")), Some(5000));
    assert_eq!(row.text(slot("payee.account")), Some("B2"));
    assert_eq!(row.get(slot("payee.account")), Some(schema.keys().text(b"B2")));
    assert_eq!(row.time(), 1_795_311_000_000_000);
    assert_eq!(row.get(slot("speed")), Some(0));
    assert_eq!(row.get(slot("in_call")), None);
    let mut tags = [schema.keys().text(b"a"), schema.keys().text(b"b")];
    tags.sort_unstable();
    assert_eq!(row.texts(row.get(slot("tags")).unwrap()), tags);
    assert!(!format!("{row:?}").contains("B2"));
}

#[test]
fn faults_point_at_the_field() {
    check(GOOD, Ok(()));
    check(&format!(r#"{GOOD},"channel":null,"payer":null"#), Ok(()));
    check(&format!(r#"{GOOD},"channel":"app","in_call":true,"opened":"2020-01-01T00:00:00Z""#), Ok(()));
    check(&format!(r#"{GOOD},"chanel":"app""#), Err("/chanel"));
    check(&format!(r#"{GOOD},"channel":"letter""#), Err("/channel"));
    check(&format!(r#"{GOOD},"amount":1"#), Err("/amount"));
    check(&format!(r#"{GOOD},"id":"again""#), Err("/id"));
    check(&format!(r#"{GOOD},"customer":{{"age":70}}"#), Err("/customer/age"));
    check(&format!(r#"{GOOD},"speed":"fast""#), Err("/speed"));
    check(&format!(r#"{GOOD},"speed":[1]"#), Err("/speed"));
    check(&format!(r#"{GOOD},"tags":["a",1]"#), Err("/tags"));
    check(&format!(r#"{GOOD},"tags":{{"a":1}}"#), Err("/tags"));
    check(&format!(r#"{GOOD},"opened":"soon""#), Err("/opened"));
    check(&format!(r#"{GOOD},"in_call":1"#), Err("/in_call"));
    check(r#""type":"transfer","payer":{"account":"A1"},"amount":5000"#, Err("/payee/account"));
    check(r#""type":"transfer","payer":"A1""#, Err("/payer"));
    check(r#""type":"loan""#, Err("/type"));
    check(r#""payer":{"account":"A1"}"#, Err("/type"));
    check(r#""type":"login","payer":{"account":"A1"},"amount":1"#, Err("/amount"));
    for amount in ["-1", "9223372036854775807", "9223372036854775808", "1e400", "1.5", "\"5\"", "9007199254740993"] {
        check(&GOOD.replace("5000", amount), Err(if amount == "1e400" { "" } else { "/amount" }));
    }
    let long = "x".repeat(257);
    check(&GOOD.replace("A1", &long), Err("/payer/account"));
}

#[test]
fn broken_json_is_refused_with_its_place() {
    let schema = schema();
    let mut row = schema.row();
    for json in ["", "[]", "null", "{", "{\"id\":1}", "{}x", "\u{feff}{}", "{\"id\":\"a b\"}", "{\"id\":\"\"}"] {
        assert!(schema.read(json.as_bytes(), &mut row).is_err(), "{json}");
    }
    let deep = format!("{{\"payer\":{}", "{\"account\":".repeat(10_000));
    assert!(schema.read(deep.as_bytes(), &mut row).is_err());
    let vast = format!("{{\"id\":\"{}\"}}", "x".repeat(1 << 20));
    assert!(schema.read(vast.as_bytes(), &mut row).is_err());
}

#[test]
fn declarations_are_checked() {
    let faults = |change: fn(&mut SchemaSpec)| {
        let mut spec = spec();
        change(&mut spec);
        Schema::compile(&spec, HashKeys::new([7; 16])).err().map(|faults| faults[0].path.clone())
    };
    assert_eq!(faults(|_| ()), None);
    assert_eq!(faults(|s| s.fields.push(FieldSpec::new("amount", FieldKind::Int))).as_deref(), Some("fields.amount"));
    assert_eq!(faults(|s| s.fields.push(FieldSpec::new("time", FieldKind::Time))).as_deref(), Some("fields.time"));
    assert_eq!(
        faults(|s| s.fields.push(FieldSpec::new("payer", FieldKind::Int))).as_deref(),
        Some("fields.payer.account")
    );
    assert_eq!(faults(|s| s.fields.push(FieldSpec::new("Größe", FieldKind::Int))).as_deref(), Some("fields.Größe"));
    assert_eq!(faults(|s| s.fields[0].min = Some(1)).as_deref(), Some("fields.payer.account"));
    assert_eq!(faults(|s| s.fields[2].max = Some(-1)).as_deref(), Some("fields.amount"));
    assert_eq!(faults(|s| s.fields[2].bytes_max = Some(5)).as_deref(), Some("fields.amount"));
    assert_eq!(faults(|s| s.events[0].required.push("amuont".to_owned())).as_deref(), Some("events.transfer"));
    assert_eq!(faults(|s| s.events[0].optional.push("amount".to_owned())).as_deref(), Some("events.transfer"));
    assert_eq!(faults(|s| s.events[1].name = "transfer".to_owned()).as_deref(), Some("events.transfer"));
    assert!(faults(|s| s.fields.extend((0..300).map(|n| FieldSpec::new(&format!("f{n}"), FieldKind::Int)))).is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let schema = schema();
        let mut row = schema.row();
        let _ = schema.read(&bytes, &mut row);
    }

    #[test]
    fn any_damage_is_read_or_refused(at in 0usize..120, byte in any::<u8>(), cut in 0usize..150) {
        let schema = schema();
        let mut row = schema.row();
        let mut json = format!(r#"{{"id":"e1","time":"2026-11-22T09:30:00+08:00",{GOOD}}}"#).into_bytes();
        let at = at % json.len();
        json[at] = byte;
        json.truncate(cut);
        if schema.read(&json, &mut row).is_err() {
            prop_assert_eq!(row, schema.row());
        }
    }
}
