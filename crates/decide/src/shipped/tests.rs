//! Each shipped rule against a story that it is for, and against a neighbouring one that it must leave alone.

use kernel::Text;

use super::*;
use crate::{
    Decision, Engine, EngineOptions, HashKeys, Memory, Outcome, Row,
    list::{List, ListSet, NO_END, Pattern},
    value::Kind,
    window::{WindowLimits, Windows},
};

const KEYS: [u8; 16] = [4; 16];
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1440 * MINUTE;
/// Ten in the morning in Shanghai on 20 November 2026.
const MORNING: i64 = 1_795_140_000_000_000;

/// A bank with the shipped scenarios.
struct Bank {
    engine: Engine,
    windows: Windows,
    lists: ListSet,
    memory: Memory,
    row: Row,
}

/// What a test says of an event: names with values.
type Fields<'f> = &'f [(&'f str, &'f str)];

impl Bank {
    fn new() -> Self {
        let keys = HashKeys::new(KEYS);
        let engine = Engine::compile(&elder().unwrap(), EngineOptions::new(keys)).unwrap();
        let mut lists: Vec<List> = (0..3).map(|_| List::default()).collect();
        lists[0].add(Pattern::of("6222****0001", &keys).unwrap(), 0, NO_END).unwrap();
        lists[1].add(Pattern::of("watched", &keys).unwrap(), 0, NO_END).unwrap();
        lists[2].add(Pattern::of_several(&["granny", "grandchild"], &keys), 0, NO_END).unwrap();
        let windows = Windows::new(engine.plan().clone(), WindowLimits::default());
        let (memory, row) = (engine.memory(), engine.schema().row());
        Self { engine, windows, lists: ListSet { keys, lists }, memory, row }
    }

    /// One event, decided on as any other, recorded, with the names of the rules that held and their sentences.
    fn event(&mut self, kind: &str, time: i64, fields: Fields<'_>) -> (Decision, Vec<String>, Vec<Text>) {
        let schema = self.engine.schema();
        let number = schema.event_type(kind).unwrap();
        self.row.clear();
        self.row.begin(number, schema.types()[usize::from(number)].hash, time);
        for (name, value) in fields {
            let slot = schema.slot(name).unwrap();
            match schema.fields()[usize::from(slot)].kind {
                Kind::Text => self.row.set_text(slot, value, schema.keys()),
                Kind::Bool => self.row.set(slot, u64::from(*value == "true")),
                Kind::Int | Kind::Double | Kind::Time | Kind::Duration | Kind::Texts => {
                    self.row.set(slot, value.parse::<i64>().unwrap().cast_unsigned())
                }
            }
        }
        let decision = self.engine.decide(&self.row, &self.windows, &self.lists, &mut self.memory, &mut || true);
        let reasons = self.engine.reasons(&decision, &self.memory);
        let scenarios: Vec<_> = self.engine.scenarios().collect();
        let held = decision.parts.iter().filter_map(|part| {
            let rule = scenarios[usize::from(part.scenario)].rules.get(usize::from(part.rule?))?;
            Some(rule.name.clone())
        });
        let held = held.collect();
        self.engine.record(&self.row, Some(decision.outcome), &mut self.windows, &self.lists, &mut self.memory);
        (decision, held, reasons)
    }

    /// A transfer by an elderly customer at the counter.
    fn transfer(&mut self, time: i64, payer: &str, payee: &str, yuan: i64, more: Fields<'_>) -> (Outcome, Vec<String>) {
        let amount = (yuan * 100).to_string();
        let usual = [
            ("payer.account", payer),
            ("payee.account", payee),
            ("amount", &*amount),
            ("channel", "counter"),
            ("balance", "20000000"),
            ("outlet", "north"),
            ("customer.is_elderly", "true"),
        ];
        let fields: Vec<_> = usual
            .into_iter()
            .filter(|(name, _)| more.iter().all(|(other, _)| other != name))
            .chain(more.iter().copied())
            .collect();
        let (decision, held, reasons) = self.event("transfer", time, &fields);
        assert_eq!(held.len(), reasons.len());
        assert!(reasons.iter().all(|reason| !reason.zh.contains(['{', '}']) && !reason.en.contains(['{', '}'])));
        (decision.outcome, held)
    }
}

#[test]
fn every_rule_has_sentences_and_a_dialogue() {
    let spec = elder().unwrap();
    let rules: Vec<_> = spec.scenarios.iter().flat_map(|scenario| &scenario.rules).collect();
    assert_eq!(rules.len(), 12);
    for rule in &rules {
        assert!(!rule.dialogue.is_empty() && !rule.reason.zh.is_empty() && !rule.reason.en.is_empty(), "{}", rule.name);
        // How long a delay lasts is the regulation's to say.
        assert_eq!(rule.lasts, None, "{}", rule.name);
    }
    let bank = Bank::new();
    assert!(bank.engine.plan().features().len() >= 13);
}

#[test]
fn first_payment_to_a_stranger_with_a_large_share() {
    let mut bank = Bank::new();
    let (outcome, held) = bank.transfer(MORNING, "granny", "stranger", 120_000, &[]);
    assert_eq!((outcome, held), (Outcome::Verify, vec!["stranger_large".to_owned()]));
    // To the same payee again it is no stranger; a small amount, a trusted pair and a younger customer are left alone.
    assert_eq!(bank.transfer(MORNING + DAY, "granny", "stranger", 120_000, &[]).1, [""; 0]);
    assert_eq!(bank.transfer(MORNING + DAY, "granny", "shop", 500, &[]).1, [""; 0]);
    assert_eq!(bank.transfer(MORNING + DAY, "granny", "grandchild", 150_000, &[]), (Outcome::Allow, vec![]));
    let young = [("customer.is_elderly", "false")];
    assert_eq!(bank.transfer(MORNING + DAY, "uncle", "stranger", 150_000, &young).0, Outcome::Allow);
}

#[test]
fn an_unusual_hour() {
    let mut bank = Bank::new();
    for day in 0..6 {
        bank.transfer(MORNING + day * DAY, "granny", "shop", 100, &[]);
    }
    let night = MORNING + 6 * DAY + 16 * 60 * MINUTE;
    assert_eq!(bank.transfer(night, "granny", "shop", 100, &[]).1, ["unusual_hour"]);
    // Who has been up at night before is used to it.
    assert_eq!(bank.transfer(night + DAY, "granny", "shop", 100, &[]).1, [""; 0]);
    // Without a habit there is nothing unusual.
    assert_eq!(bank.transfer(night, "newcomer", "shop", 100, &[]).1, [""; 0]);
}

#[test]
fn money_in_and_out_at_once() {
    let mut bank = Bank::new();
    for (minute, sender) in ["a", "b", "c"].iter().enumerate() {
        let fields = [("payer.account", "mule"), ("payee.account", *sender), ("amount", "1000000")];
        bank.event("credit", MORNING + minute as i64 * MINUTE, &fields);
    }
    let (outcome, held) = bank.transfer(MORNING + 10 * MINUTE, "mule", "boss", 25_000, &[]);
    assert_eq!((outcome, held), (Outcome::Verify, vec!["rapid_in_and_out".to_owned()]));
    assert_eq!(bank.transfer(MORNING + 11 * MINUTE, "mule", "shop", 100, &[]).1, [""; 0]);
    assert_eq!(bank.transfer(MORNING + 3 * DAY, "mule", "boss", 25_000, &[]).1, [""; 0]);
}

#[test]
fn many_elderly_payers_of_one_payee() {
    let mut bank = Bank::new();
    let held: Vec<Vec<String>> = ["a", "b", "c", "d"]
        .iter()
        .enumerate()
        .map(|(hour, payer)| bank.transfer(MORNING + hour as i64 * 60 * MINUTE, payer, "collector", 800, &[]).1)
        .collect();
    assert_eq!(held, [vec![], vec![], vec!["many_victims".to_owned()], vec!["many_victims".to_owned()]]);
    assert_eq!(bank.transfer(MORNING + 20 * DAY, "e", "collector", 800, &[]).1, [""; 0]);
}

#[test]
fn a_dormant_account_wakes() {
    let mut bank = Bank::new();
    bank.transfer(MORNING, "granny", "shop", 100, &[]);
    let (outcome, held) = bank.transfer(MORNING + 200 * DAY, "granny", "shop", 30_000, &[]);
    assert_eq!((outcome, held), (Outcome::Advise, vec!["dormant_account".to_owned()]));
    assert_eq!(bank.transfer(MORNING + 201 * DAY, "granny", "shop", 30_000, &[]).1, [""; 0]);
}

#[test]
fn somebody_guides_by_screen_or_call() {
    let mut bank = Bank::new();
    let shared = [("app.screen_shared", "true"), ("channel", "app")];
    assert_eq!(
        bank.transfer(MORNING, "granny", "shop", 100, &shared),
        (Outcome::Verify, vec!["remote_guidance".to_owned()])
    );
    let call = [("app.in_call", "true"), ("channel", "app")];
    // Together with a stranger and a large share the money waits.
    let (outcome, held) = bank.transfer(MORNING + MINUTE, "granny", "stranger", 120_000, &call);
    assert_eq!((outcome, held.len()), (Outcome::Delay, 2));
    let quiet = [("app.in_call", "false"), ("app.screen_shared", "false"), ("channel", "app")];
    assert_eq!(bank.transfer(MORNING + MINUTE, "granny", "shop", 100, &quiet).1, [""; 0]);
}

#[test]
fn amounts_split_under_the_limit() {
    let mut bank = Bank::new();
    assert_eq!(bank.transfer(MORNING, "granny", "agent", 45_000, &[]).1, [""; 0]);
    let (_, held) = bank.transfer(MORNING + 30 * MINUTE, "granny", "agent", 46_000, &[]);
    assert_eq!(held, ["split_amounts"]);
    // Two amounts that are near to no limit are two amounts.
    bank.transfer(MORNING, "uncle", "agent", 20_000, &[]);
    assert_eq!(bank.transfer(MORNING + MINUTE, "uncle", "agent", 32_000, &[]).1, [""; 0]);
}

#[test]
fn payees_on_lists_for_every_age() {
    let mut bank = Bank::new();
    let young = [("customer.is_elderly", "false")];
    assert_eq!(
        bank.transfer(MORNING, "uncle", "622299990001", 1, &young),
        (Outcome::Block, vec!["police_list".to_owned()])
    );
    assert_eq!(bank.transfer(MORNING, "uncle", "watched", 1, &young), (Outcome::Hold, vec!["watch_list".to_owned()]));
    assert_eq!(bank.transfer(MORNING, "uncle", "shop", 1, &young), (Outcome::Allow, vec![]));
}

#[test]
fn a_fraud_counts_from_when_it_became_known() {
    let mut bank = Bank::new();
    bank.transfer(MORNING, "granny", "crook", 900, &[]);
    // The label comes five days later; before that nothing is known.
    assert_eq!(bank.transfer(MORNING + 4 * DAY, "uncle", "crook", 900, &[]).1, [""; 0]);
    bank.event("fraud", MORNING + 5 * DAY, &[("payee.account", "crook")]);
    let (outcome, held) = bank.transfer(MORNING + 5 * DAY + MINUTE, "aunt", "crook", 900, &[]);
    assert_eq!((outcome, held.contains(&"known_frauds".to_owned())), (Outcome::Hold, true));
    // An event of before that arrives late is judged by what was known then.
    let late = bank.transfer(MORNING + 5 * DAY - MINUTE, "father", "crook", 900, &[]);
    assert!(!late.1.contains(&"known_frauds".to_owned()));
}

#[test]
fn a_fixed_deposit_just_released() {
    let mut bank = Bank::new();
    bank.event("deposit_release", MORNING, &[("payer.account", "granny"), ("amount", "8000000")]);
    let (outcome, held) = bank.transfer(MORNING + 60 * MINUTE, "granny", "stranger", 60_000, &[]);
    assert_eq!((outcome, held), (Outcome::Verify, vec!["released_deposit".to_owned()]));
    assert_eq!(bank.transfer(MORNING + 61 * MINUTE, "granny", "shop", 1_000, &[]).1, [""; 0]);
}

#[test]
fn another_attempt_after_a_refusal_elsewhere() {
    let mut bank = Bank::new();
    bank.event("refusal", MORNING, &[("payer.account", "granny"), ("outlet", "south")]);
    let (outcome, held) = bank.transfer(MORNING + 120 * MINUTE, "granny", "stranger", 5_000, &[]);
    assert_eq!((outcome, held), (Outcome::Delay, vec!["refused_elsewhere".to_owned()]));
    // At the outlet that refused it is known to those who refused it.
    let here = [("outlet", "south")];
    assert_eq!(bank.transfer(MORNING + 121 * MINUTE, "granny", "stranger", 5_000, &here).1, [""; 0]);
    assert_eq!(bank.transfer(MORNING + 4 * DAY, "granny", "stranger", 5_000, &[]).1, [""; 0]);
}

#[test]
fn thresholds_are_data() {
    let mut spec = elder().unwrap();
    let share = spec.parameters.iter_mut().find(|parameter| parameter.name == "elder.large_share").unwrap();
    share.value = "0.9".to_owned();
    let mut bank = Bank::new();
    bank.engine = Engine::compile(&spec, EngineOptions::new(HashKeys::new(KEYS))).unwrap();
    assert_eq!(bank.transfer(MORNING, "granny", "stranger", 120_000, &[]).1, [""; 0]);
    spec.parameters[0].value = "amount".to_owned();
    let faults = Engine::compile(&spec, EngineOptions::new(HashKeys::new(KEYS))).unwrap_err();
    assert_eq!(faults[0].path, "parameters[0].value");
}
