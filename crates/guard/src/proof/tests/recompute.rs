//! A decision taken again is the same to the bit: after restarts, beside changes of lists that are taken over in the middle, with
//! late events, under other versions than those that are live, and without the time to decide.

use std::sync::Arc;

use decide::Outcome;
use ledger::testkit::each_database;
use serde_json::{Value, json};

use crate::{
    proof::recompute::{Recomputed, WindowsFrom, recompute},
    screen::{Beside, Screen, definition::Definition},
    store::{decisions, marks},
    testing::{RULES, migrations, proof},
};

fn again(screen: &Screen, answer: &Value) -> Recomputed {
    let id = answer["decision"].as_str().unwrap().parse().unwrap();
    let row = screen.ledger().read(|conn| decisions::find(conn, id)).unwrap().unwrap();
    recompute(screen, &row).unwrap()
}

fn differing(found: &Recomputed) -> Vec<String> {
    let unequal = found.values.iter().filter(|one| !one.is_equal());
    unequal.map(|one| format!("{}: {:?} {:?}", one.name, one.recorded, one.recomputed)).collect()
}

#[track_caller]
fn equal(screen: &Screen, answer: &Value) -> Recomputed {
    let found = again(screen, answer);
    assert!(found.is_equal, "{answer}\n{}\n{:?}", found.answer, differing(&found));
    found
}

#[test]
fn every_decision_is_the_same_to_the_bit() {
    each_database(&migrations(), |db| {
        let live = proof::screen(db);
        let mut answers: Vec<Value> =
            (0..40).map(|number| proof::submit(&live, &proof::transfer(db, number))).collect();
        // Late: it counts at its own time for what follows, and not for what was decided before it.
        let mut late = proof::transfer(db, 7);
        late["id"] = json!("late");
        late["time"] = json!(db.now().plus_micros(-3_600_000_000).to_string());
        answers.push(proof::submit(&live, &late));
        answers.extend((50..60).map(|number| proof::submit(&live, &proof::transfer(db, number))));
        let fresh = proof::screen(db);
        for answer in &answers {
            for screen in [&live, &fresh] {
                let found = equal(screen, answer);
                assert_eq!(found.windows, WindowsFrom::Replayed);
                assert!(found.lists_are_marked && found.has_texts && found.has_same_layout);
                assert_eq!(found.decision.outcome.as_str(), answer["outcome"].as_str().unwrap());
            }
        }
        assert!(answers.iter().any(|answer| answer["outcome"] != "allow"), "else nothing is proved");
    });
}

#[test]
fn lists_are_those_of_the_place_in_the_log_and_not_of_the_clock() {
    each_database(&migrations(), |db| {
        let live = proof::screen(db);
        // The payee stands on the list from now on by the clock; the engine takes it over two decisions later.
        proof::listed(db, &live, "watched", "6217000000000001");
        let before: Vec<Value> = [1, 4].map(|number| proof::submit(&live, &proof::transfer(db, number))).into();
        assert_eq!(live.catch_up().unwrap(), 1);
        let behind = proof::submit(&live, &proof::transfer(db, 7));
        assert_ne!(behind["outcome"], before[1]["outcome"], "the list decides: {behind} {before:?}");
        for answer in before.iter().chain([&behind]) {
            assert!(equal(&live, answer).lists_are_marked);
        }
        // A start finds every change in the lists, so that what follows sees it from its first decision.
        proof::listed(db, &live, "watched", "6217000000000002");
        let second = proof::screen(db);
        let after = proof::submit(&second, &proof::transfer(db, 8));
        for answer in before.iter().chain([&behind, &after]) {
            equal(&second, answer);
        }
        let marked = db.ledger.read(marks::all).unwrap();
        let places: Vec<i64> = marked.iter().map(|mark| mark.seq).collect();
        assert_eq!(places, [0, 2, 2, 3]);
        assert_eq!(marks::held(&marked).unwrap().len(), 2);
        // A start that finds what the marks say adds none.
        drop(proof::screen(db));
        assert_eq!(db.ledger.read(marks::all).unwrap().len(), 4);
    });
}

#[test]
fn each_rule_shows_what_its_parts_came_to() {
    each_database(&migrations(), |db| {
        let live = proof::screen(db);
        let mut event = proof::transfer(db, 11);
        event["amount"] = json!(800_000);
        let answer = proof::submit(&live, &event);
        let found = equal(&live, &answer);
        let mut parts = 0;
        for scenario in &found.scenarios {
            for (rule, (holds, explained)) in scenario.spec.rules.iter().zip(&scenario.rules) {
                let whole = explained.first().unwrap();
                assert_eq!((whole.depth, whole.text.as_str()), (0, rule.when.trim()), "{}", rule.name);
                assert_eq!(whole.value == Some(decide::Value::Bool(true)), *holds, "{}", rule.name);
                parts += explained.len();
            }
        }
        assert!(parts > 20, "{parts}");
        let looks =
            found.scenarios.iter().flat_map(|one| one.unless.iter().chain(one.rules.iter().flat_map(|rule| &rule.1)));
        assert!(looks.filter(|part| part.list.is_some()).all(|part| part.value == Some(decide::Value::Bool(false))));
        let share = found.derived.iter().find(|(name, _)| name == "share").unwrap();
        assert_eq!(share.1[0].value, Some(decide::Value::Double(800_000.0 / 900_000.0)));
    });
}

#[test]
fn a_changed_record_is_found() {
    each_database(&migrations(), |db| {
        let live = proof::screen(db);
        let answer = proof::submit(&live, &proof::transfer(db, 11));
        let id = answer["decision"].as_str().unwrap().parse().unwrap();
        let row = db.ledger.read(|conn| decisions::find(conn, id)).unwrap().unwrap();
        let mut changed = row.clone();
        changed.answer = row.answer.replace("\"score\":", "\"score\":1");
        assert!(!recompute(&live, &changed).unwrap().is_equal);
        let mut changed = row.clone();
        let last = changed.seen.len() - 1;
        changed.seen[last] ^= 1;
        assert!(!recompute(&live, &changed).unwrap().is_equal);
        assert!(recompute(&live, &row).unwrap().is_equal);
    });
}

#[test]
fn what_was_not_screened_in_time_is_ended_at_the_same_step() {
    each_database(&migrations(), |db| {
        let definition = Definition { budget_micros: -1, ..Definition::builtin().unwrap() };
        let hurried = Screen::open(&db.ledger, Arc::new(RULES.clone()), definition, Beside::default()).unwrap();
        let answer = proof::submit(&hurried, &proof::transfer(db, 1));
        assert_eq!(answer["screening"], "not_screened");
        let found = equal(&proof::screen(db), &answer);
        assert_eq!(found.decision.outcome, Outcome::Verify);
        assert!(found.scenarios.is_empty());
    });
}

#[test]
fn what_windows_record_rests_on_the_event_alone() {
    // A start records events without their texts and by the lists of today, so that no feature may ask for either.
    for feature in Definition::builtin().unwrap().engine.features {
        let filter = feature.filter.unwrap_or_default();
        for asked in ["lists.", "startsWith", "endsWith", "contains"] {
            assert!(!filter.contains(asked), "{}: {filter}", feature.name);
        }
    }
}
