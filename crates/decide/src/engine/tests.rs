//! An engine as a whole: from JSON to a decision with its sentences.

use super::*;
use crate::{
    HashKeys,
    engine::compile::EngineOptions,
    list::{List, ListSet, NO_END, Pattern},
    window::WindowLimits,
};

const KEYS: [u8; 16] = [1; 16];

/// A small engine for transfers, as a bank would write it.
fn spec() -> EngineSpec {
    serde_json::from_str(
        r#"{
        "schema": {
            "fields": [
                {"name":"payer.account","kind":"text","title":{"zh":"付款账户","en":"payer"},"personal":true},
                {"name":"payee.account","kind":"text","title":{"zh":"收款账户","en":"payee"},"personal":true},
                {"name":"amount","kind":"amount","title":{"zh":"金额","en":"amount"},"min":0},
                {"name":"balance","kind":"amount","title":{"zh":"余额","en":"balance"}},
                {"name":"customer.age","kind":"int","title":{"zh":"年龄","en":"age"}}
            ],
            "events": [
                {"name":"transfer","title":{"zh":"转账","en":"transfer"},
                 "required":["payer.account","payee.account","amount"],"optional":["balance","customer.age"]}
            ]
        },
        "features": [
            {"name":"payee.payers_7d","title":{"zh":"收款方付款人数","en":"payers"},"by":["payee.account"],"what":"distinct","of":"payer.account","window":"7d"},
            {"name":"pair.new","title":{"zh":"首次","en":"new"},"by":["payer.account","payee.account"],"what":"new"},
            {"name":"payer.refused_1d","title":{"zh":"被拒次数","en":"refused"},"by":["payer.account"],"what":"count","window":"1d","where":"outcome >= 4"}
        ],
        "derived": [
            {"name":"share","title":{"zh":"占比","en":"share"},"value":"double(amount) / double(balance)"},
            {"name":"large","title":{"zh":"大额","en":"large"},"value":"share > 0.5"}
        ],
        "lists": ["police","trusted"],
        "scenarios": [
            {"name":"elder","title":{"zh":"老年保护","en":"Elder protection"},
             "unless":"[payer.account, payee.account] in lists.trusted",
             "rules":[
                {"name":"stranger","when":"pair.new && large && customer.age >= 60","points":300,
                 "reason":{"zh":"{customer.age} 岁客户首次向该账户转账 {amount:yuan} 元","en":"first transfer of {amount:yuan} yuan at age {customer.age}"}},
                {"name":"many_victims","when":"payee.payers_7d >= 3","points":250,"outcome":"verify",
                 "reason":{"zh":"七天内 {payee.payers_7d} 人转入","en":"{payee.payers_7d} payers in seven days"}},
                {"name":"police","when":"payee.account in lists.police","outcome":"block","reason":{"zh":"收款账户涉案","en":"the payee is on a police list"}},
                {"name":"again","when":"payer.refused_1d > 0","outcome":"hold","lasts":"2h","reason":{"zh":"当日曾被拦截","en":"refused earlier today"}}
             ],
             "thresholds":[{"score":300,"outcome":"delay","lasts":"24h"}]}
        ]}"#,
    )
    .unwrap()
}

struct Bank {
    engine: Engine,
    windows: Windows,
    lists: ListSet,
    memory: Memory,
    number: usize,
}

impl Bank {
    fn new() -> Self {
        let keys = HashKeys::new(KEYS);
        let engine = Engine::compile(&spec(), EngineOptions::new(keys)).unwrap();
        let windows = Windows::new(engine.plan().clone(), WindowLimits::default());
        let (mut police, mut trusted) = (List::default(), List::default());
        police.add(Pattern::of("6222****9999", &keys).unwrap(), 0, NO_END).unwrap();
        trusted.add(Pattern::of_several(&["granny", "grandchild"], &keys), 0, NO_END).unwrap();
        let memory = engine.memory();
        Self { engine, windows, lists: ListSet { keys, lists: vec![police, trusted] }, memory, number: 0 }
    }

    /// Decides and records one transfer, minutes apart from the one before.
    fn transfer(&mut self, payer: &str, payee: &str, amount: i64, age: i64) -> (Decision, Vec<Text>) {
        self.number += 1;
        let time = format!("2026-11-22T{:02}:{:02}:00Z", self.number / 60, self.number % 60);
        let json = serde_json::json!({ "id": format!("e{}", self.number), "type": "transfer", "time": time,
            "payer": {"account": payer}, "payee": {"account": payee}, "amount": amount, "balance": 100_000,
            "customer": {"age": age} });
        let mut row = self.engine.schema().row();
        self.engine.schema().read(json.to_string().as_bytes(), &mut row).unwrap();
        let decision = self.engine.decide(&row, &self.windows, &self.lists, &mut self.memory, &mut || true);
        let reasons = self.engine.reasons(&decision, &self.memory);
        self.engine.record(&row, Some(decision.outcome), &mut self.windows, &self.lists, &mut self.memory);
        (decision, reasons)
    }
}

#[test]
fn the_strongest_outcome_wins_and_says_why() {
    let mut bank = Bank::new();
    assert_eq!(bank.transfer("granny", "shop", 100, 72).0.outcome, Outcome::Allow);
    let (decision, reasons) = bank.transfer("granny", "stranger", 60_000, 72);
    assert_eq!((decision.outcome, decision.score), (Outcome::Delay, 300));
    assert_eq!(decision.until, Some(1_795_305_720_000_000 + 86_400_000_000));
    assert_eq!(reasons[0].zh, "72 岁客户首次向该账户转账 600.00 元");
    assert_eq!(reasons[0].en, "first transfer of 600.00 yuan at age 72");
    // The same amount by a younger customer, and to someone known: nothing speaks against it.
    assert_eq!(bank.transfer("young", "other", 60_000, 30).0.outcome, Outcome::Allow);
    assert_eq!(bank.transfer("granny", "shop", 60_000, 72).0.outcome, Outcome::Allow);
    assert_eq!(bank.transfer("granny", "grandchild", 90_000, 72).0.scores, [None]);
    let (decision, _) = bank.transfer("granny", "622288889999", 1, 72);
    assert_eq!((decision.outcome, decision.parts.len()), (Outcome::Block, 1));
    // What was decided becomes history.
    let (decision, reasons) = bank.transfer("granny", "shop", 1, 72);
    assert_eq!((decision.outcome, &*reasons[0].en), (Outcome::Hold, "refused earlier today"));
}

#[test]
fn many_victims_are_seen() {
    let mut bank = Bank::new();
    let outcomes: Vec<Outcome> =
        ["a", "b", "b", "c"].iter().map(|payer| bank.transfer(payer, "mule", 1, 30).0.outcome).collect();
    assert_eq!(outcomes, [Outcome::Allow, Outcome::Allow, Outcome::Allow, Outcome::Verify]);
}

#[test]
fn without_time_an_event_is_not_screened() {
    let bank = &mut Bank::new();
    let mut row = bank.engine.schema().row();
    let json = br#"{"id":"1","type":"transfer","time":"2026-11-22T00:00:00Z","payer":{"account":"a"},"payee":{"account":"622200009999"},"amount":1}"#;
    bank.engine.schema().read(json, &mut row).unwrap();
    for steps in 0..2 {
        let mut left = steps;
        let mut has_time = || {
            left -= 1;
            left >= 0
        };
        let decision = bank.engine.decide(&row, &bank.windows, &bank.lists, &mut bank.memory, &mut has_time);
        assert_eq!((decision.screening, decision.outcome), (Screening::NotScreened, Outcome::Allow));
    }
    let decision = bank.engine.decide(&row, &bank.windows, &bank.lists, &mut bank.memory, &mut || true);
    assert_eq!((decision.screening, decision.outcome), (Screening::Screened, Outcome::Block));
}

#[test]
fn the_same_events_give_the_same_decisions() {
    let run = || {
        let mut bank = Bank::new();
        let names = ["a", "b", "granny", "grandchild", "622211119999"];
        (0..200)
            .map(|n| bank.transfer(names[n % 5], names[n * 7 % 5], (n as i64 * 977) % 90_000, 55 + n as i64 % 20).0)
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

#[test]
fn faults_say_where_in_the_declaration() {
    let compile = |change: fn(&mut EngineSpec)| {
        let mut spec = spec();
        change(&mut spec);
        Engine::compile(&spec, EngineOptions::new(HashKeys::new(KEYS))).err().map(|faults| faults[0].path.clone())
    };
    assert_eq!(compile(|_| ()), None);
    let path = |change| compile(change).unwrap_or_default();
    assert_eq!(path(|s| s.scenarios[0].rules[1].when = "payee.payers > 3".to_owned()), "scenarios[0].rules[1].when");
    assert_eq!(path(|s| s.scenarios[0].unless = Some("amount".to_owned())), "scenarios[0].unless");
    assert_eq!(path(|s| s.scenarios[0].rules[0].reason = Text::fixed("{amuont}", "x")), "scenarios[0].rules[0].reason");
    assert_eq!(
        path(|s| s.scenarios[0].rules[0].reason = Text::fixed("{payee.account}", "x")),
        "scenarios[0].rules[0].reason"
    );
    assert_eq!(path(|s| s.scenarios[0].rules[0].points = 5000), "scenarios[0].rules[0].points");
    assert_eq!(path(|s| s.scenarios[0].rules[3].lasts = Some("31d".to_owned())), "scenarios[0].rules[3].lasts");
    assert_eq!(path(|s| s.scenarios[0].events = vec!["loan".to_owned()]), "scenarios[0].events");
    assert_eq!(path(|s| s.derived[0].value = "amount / 0".to_owned()), "derived[0].value");
    assert_eq!(path(|s| s.derived[1].name = "amount".to_owned()), "derived[1].name");
    assert_eq!(path(|s| s.derived.swap(0, 1)), "derived[0].value");
    assert_eq!(path(|s| s.features[2].filter = Some("share > 1.0".to_owned())), "features[2].where");
    assert_eq!(path(|s| s.lists[1] = "police".to_owned()), "lists[1]");
    assert_eq!(path(|s| s.schema.fields[0].name = "P".to_owned()), "schema.fields.P");
}

#[test]
fn priorities_are_data() {
    use Outcome::{Advise, Allow, Block, Delay, Hold, Verify};
    let keys = HashKeys::new(KEYS);
    assert!(Priorities::new(&[Allow, Advise, Verify, Delay, Hold]).is_none());
    assert!(Priorities::new(&[Allow, Allow, Verify, Delay, Hold, Block]).is_none());
    let mut options = EngineOptions::new(keys);
    options.priorities = Priorities::new(&[Allow, Advise, Delay, Verify, Hold, Block]).unwrap();
    let mut bank = Bank::new();
    bank.engine = Engine::compile(&spec(), options).unwrap();
    for payer in ["a", "b"] {
        bank.transfer(payer, "mule", 1, 30);
    }
    // Verify is stronger than delay here.
    assert_eq!(bank.transfer("granny", "mule", 60_000, 72).0.outcome, Verify);
}
