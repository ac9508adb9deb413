//! The score model: files that are refused and change nothing, approval by somebody else, scores and what moved them, going back,
//! and a file that was damaged where it is kept.

use kernel::id::ScoreModelId;
use serde_json::{Value, json};

use super::house::{Answer, House, each_house};
use crate::{
    proof::recompute::recompute,
    screen::Screen,
    store::{decisions, score_models},
};

const ONE: &str = "officer@/HO/";
const OTHER: &str = "branch_president@/HO/";
const TILL: &str = "system@/HO/";
const AT: &str = "/api/guard/models";

/// A model as LightGBM writes one: a tree that looks at `input` alone, with nine rows in ten below the threshold.
fn model(input: &str, threshold: f64, (low, high): (f64, f64)) -> String {
    format!(
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\n\
         objective=binary sigmoid:1\nfeature_names={input} pair.new\nfeature_infos=[1:9] [0:1]\n\nTree=0\nnum_leaves=2\n\
         num_cat=0\nsplit_feature=0\nsplit_gain=1\nthreshold={threshold}\ndecision_type=8\nleft_child=-1\n\
         right_child=-2\nleaf_value={low} {high}\nleaf_weight=90 10\nleaf_count=90 10\ninternal_value=0\n\
         internal_weight=0\ninternal_count=100\nis_linear=0\nshrinkage=1\n\n\nend of trees\n\nfeature_importances:\n"
    )
}

fn upload(house: &House<'_>, token: &str, reason: &str, file: &[u8]) -> Answer {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"reason\"\r\n\r\n{reason}\r\n--b\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"m.txt\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let media = "multipart/form-data; boundary=b";
    house.send_raw(token, http::Method::POST, AT, (media, body), None)
}

fn event(house: &House<'_>, id: &str, amount: i64) -> Value {
    json!({
        "id": id, "type": "transfer", "time": house.db.now().to_string(), "channel": "app", "amount": amount,
        "payer": { "account": format!("62220202{id}") }, "payee": { "account": "6217000000000001" },
    })
}

fn decide(house: &House<'_>, id: &str, amount: i64) -> Value {
    house.post(TILL, "/api/guard/decisions", event(house, id, amount)).is(200)
}

fn catch_up(house: &House<'_>) {
    house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
}

/// Has somebody else approve a version, as of its version of the row.
fn approve(house: &House<'_>, who: &str, at: &str, version: u64) {
    house.post(who, &format!("{at}/approve"), json!({ "version": version })).is(200);
    catch_up(house);
}

/// A model that somebody proposed.
pub fn proposed_model(house: &House<'_>) -> Value {
    upload(house, ONE, "六月的付款", model("amount", 5e6, (-2.0, 3.0)).as_bytes()).is(201)
}

fn proposed(house: &House<'_>, file: &str) -> String {
    let body = upload(house, ONE, "六月的付款", file.as_bytes()).is(201);
    format!("{AT}/{}", body["id"].as_str().unwrap())
}

#[test]
fn files_that_are_no_good_are_refused_and_nothing_changes() {
    each_house(|house| {
        let good = model("amount", 5e6, (-2.0, 3.0));
        let check = |file: &[u8], expect: &str| {
            let body = upload(house, ONE, "试", file).is(422);
            assert_eq!(body["errors"][0]["pointer"], "/file", "{body}");
            assert!(body.to_string().contains(expect), "{expect} in {body}");
        };
        check(b"", "文件是空的");
        check(b"hello", "损坏");
        check(&[0xff, 0xfe, 0x00, 0x31], "LightGBM");
        check(b"{\"learner\":", "损坏");
        check(good.replace("binary sigmoid:1", "regression").as_bytes(), "binary");
        check(good.replace("left_child=-1", "left_child=0").as_bytes(), "损坏");
        for cut in [10, good.len() / 4, good.len() / 2, good.find("end of trees").unwrap()] {
            check(&good.as_bytes()[..cut], "损坏");
        }
        // What it looks at in vain is told, with what may have been meant; texts are no input.
        check(model("amuont", 1.0, (0.0, 1.0)).as_bytes(), "amount");
        check(model("payee.account", 1.0, (0.0, 1.0)).as_bytes(), "payee.account");
        check(model(&"x".repeat(100_000), 1.0, (0.0, 1.0)).as_bytes(), "128");
        check(chain(1_500).as_bytes(), "解释");
        upload(house, ONE, "", good.as_bytes()).is(422);
        assert_eq!(upload(house, ONE, "大", &vec![b'x'; 17 << 20]).status, 413);
        house.post(ONE, AT, json!({})).is(400);
        for nobody in ["auditor@/HO/", "officer@/HO/GZ/", "teller@/HO/"] {
            upload(house, nobody, "试", good.as_bytes()).is(403);
        }
        assert_eq!(house.get(ONE, AT).is(200)["items"], json!([]));
        assert_eq!(house.db.ledger.read(score_models::parts_kept).unwrap(), 0);
        assert!(decide(house, "0001", 100)["model"].is_null());
    });
}

/// A tree in which every split has a leaf and the next split: quick to ask, and very long to explain.
fn chain(splits: usize) -> String {
    let list = |value: &dyn Fn(usize) -> String, count: usize| (0..count).map(value).collect::<Vec<_>>().join(" ");
    let right = |at: usize| if at + 1 < splits { (at + 1).to_string() } else { format!("-{}", splits + 1) };
    let ones = |count: usize| list(&|_| "1".to_owned(), count);
    format!(
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nobjective=binary sigmoid:1\n\
         feature_names=amount\n\nTree=0\nnum_leaves={}\nnum_cat=0\nsplit_feature={}\nthreshold={}\ndecision_type={}\n\
         left_child={}\nright_child={}\nleaf_value={}\nleaf_count={}\ninternal_count={}\n\nend of trees\n",
        splits + 1,
        list(&|_| "0".to_owned(), splits),
        list(&|at| at.to_string(), splits),
        list(&|_| "8".to_owned(), splits),
        list(&|at| format!("-{}", at + 1), splits),
        list(&right, splits),
        ones(splits + 1),
        ones(splits + 1),
        ones(splits),
    )
}

#[test]
fn a_model_scores_once_somebody_else_approved_it_and_rules_use_the_score() {
    each_house(|house| {
        house.start();
        // A rule may name the score before there is one; it does not hold then.
        let spec = json!({
            "name": "scored", "title": { "zh": "评分", "en": "Scored" }, "events": ["transfer"],
            "rules": [{ "name": "high", "when": "model.score >= 0.9", "outcome": "hold", "lasts": "2h",
                "reason": { "zh": "评分高", "en": "The score is high" } }],
        });
        let drafted = house.post(ONE, "/api/guard/scenarios", json!({ "spec": spec })).is(201);
        let scenario = format!("/api/guard/scenarios/{}", drafted["id"].as_str().unwrap());
        approve_scenario(house, &scenario);
        assert_eq!(decide(house, "0001", 6_000_000)["outcome"], "allow");

        let first = proposed(house, &model("amount", 5e6, (-2.0, 3.0)));
        assert_eq!(house.post(ONE, &format!("{first}/approve"), json!({ "version": 1 })).reason(409), "own-work");
        catch_up(house);
        assert!(decide(house, "0002", 6_000_000)["model"].is_null(), "nobody has approved it");
        house.post("officer@/HO/GZ/", &format!("{first}/approve"), json!({ "version": 1 })).is(403);
        assert_eq!(house.post(OTHER, &format!("{first}/approve"), json!({ "version": 7 })).reason(409), "raced");
        approve(house, OTHER, &first, 1);

        // 1 / (1 + e⁻³) and 1 / (1 + e²); on average the tree gives −1.5.
        let high = decide(house, "0003", 6_000_000);
        let id = first.rsplit('/').next().unwrap();
        assert_eq!((&high["outcome"], &high["model"]["score_ppm"]), (&json!("hold"), &json!(952_574)), "{high}");
        assert_eq!((&high["model"]["number"], &high["model"]["id"]), (&json!(1), &json!(id)));
        let moved = json!([{ "name": "amount", "title": { "zh": "金额", "en": "Amount" }, "value": 6_000_000, "effect_milli": 4500 }]);
        assert_eq!(high["model"]["moved"], moved);
        assert_eq!(decide(house, "0003", 6_000_000), high, "sent again it is the same");
        let low = decide(house, "0004", 100);
        assert_eq!((&low["outcome"], &low["model"]["score_ppm"]), (&json!("allow"), &json!(119_203)));
        assert!(low["model"]["moved"].is_null());
        let asked = house.post(TILL, "/api/guard/decisions?explain=true", event(house, "0005", 100)).is(200);
        assert_eq!(asked["model"]["moved"][0]["effect_milli"], -500);
        let page = house.get(ONE, &format!("/api/guard/decisions/{}", low["decision"].as_str().unwrap())).is(200);
        assert_eq!(page["moved"][0]["effect_milli"], -500);
        let seen = page["seen"].as_array().unwrap().iter().find(|seen| seen["name"] == "model.score").unwrap();
        assert!((seen["value"].as_f64().unwrap() - 0.119_202_922).abs() < 1e-8, "{seen}");

        // A start scores by the same, and a file of events is explained too.
        let fresh = House::on(house.db);
        let batch = json!({ "events": [event(&fresh, "0006", 6_000_000)] });
        let body = fresh.post(TILL, "/api/guard/decisions:batch", batch).is(200);
        assert_eq!(body["items"][0]["decision"]["model"]["moved"], moved);
        assert_eq!(fresh.get(ONE, "/api/guard/engine").is(200)["model"], json!({ "id": id, "number": 1 }));
    });
}

fn approve_scenario(house: &House<'_>, at: &str) {
    house.post(OTHER, &format!("{at}/approve"), json!({ "version": 1 })).is(200);
    if house.shared.known_part::<Screen>().is_some() {
        catch_up(house);
    }
}

#[test]
fn the_bank_goes_on_to_a_newer_version_and_back_again() {
    each_house(|house| {
        house.start();
        let score = |id: &str| {
            let answer = decide(house, id, 6_000_000);
            (answer["model"]["number"].clone(), answer["model"]["score_ppm"].clone())
        };
        let first = proposed(house, &model("amount", 5e6, (-2.0, 3.0)));
        approve(house, OTHER, &first, 1);
        assert_eq!(score("0001"), (json!(1), json!(952_574)));
        let second = proposed(house, &model("amount", 5e6, (-2.0, 0.0)));
        assert_eq!(score("0002").0, json!(1));
        approve(house, OTHER, &second, 1);
        assert_eq!(score("0003"), (json!(2), json!(500_000)));
        assert_eq!(house.get(ONE, &first).is(200)["state"], "retired");
        // Back to the first: proposed by one, approved by another than whoever proposed it.
        let propose = json!({ "version": 3, "reason": "新版误报过多" });
        assert_eq!(house.post(ONE, &format!("{second}/propose"), propose.clone()).reason(409), "raced");
        let back = house.post(ONE, &format!("{first}/propose"), propose).is(200);
        assert_eq!((&back["state"], &back["version"]), (&json!("proposed"), &json!(4)));
        assert_eq!(house.post(ONE, &format!("{first}/approve"), json!({ "version": 4 })).reason(409), "own-work");
        approve(house, OTHER, &first, 4);
        assert_eq!(score("0004"), (json!(1), json!(952_574)));
        assert_eq!(house.get(ONE, &format!("{AT}?state=live")).is(200)["items"][0]["number"], 1);
        // A decision is explained by the version that made it, live or not.
        let decisions = house.get(ONE, "/api/guard/decisions").is(200);
        let third = decisions["items"].as_array().unwrap().iter().find(|row| row["seq"] == 3).unwrap();
        let page = house.get(ONE, &format!("/api/guard/decisions/{}", third["id"].as_str().unwrap())).is(200);
        assert_eq!((&page["answer"]["model"]["number"], &page["moved"][0]["effect_milli"]), (&json!(2), &json!(1800)));
        let retire = json!({ "version": 5, "reason": "暂停评分" });
        house.post("teller@/HO/", &format!("{first}/retire"), retire.clone()).is(403);
        house.post(OTHER, &format!("{first}/retire"), retire).is(200);
        catch_up(house);
        assert_eq!(score("0005"), (Value::Null, Value::Null));
    });
}

#[test]
fn a_decision_is_taken_again_by_the_model_that_its_answer_names() {
    each_house(|house| {
        house.start();
        let mut answers = vec![decide(house, "0001", 6_000_000)];
        for (number, high) in [(1, 3.0), (2, 0.0)] {
            let at = proposed(house, &model("amount", 5e6, (-2.0, high)));
            approve(house, OTHER, &at, 1);
            answers.push(decide(house, &format!("1{number}"), 6_000_000));
            answers.push(decide(house, &format!("2{number}"), 100));
        }
        let numbers = answers.iter().map(|answer| answer["model"]["number"].as_u64());
        assert_eq!(numbers.collect::<Vec<_>>(), [None, Some(1), Some(1), Some(2), Some(2)]);
        let row = |answer: &Value| {
            let id = answer["decision"].as_str().unwrap().parse().unwrap();
            house.db.ledger.read(|conn| decisions::find(conn, id)).unwrap().unwrap()
        };
        // One engine has scored by both models, the other starts when the second is live.
        let fresh = House::on(house.db);
        fresh.get(ONE, "/api/guard/engine").is(200);
        for screen in [house, &fresh].map(|house| house.shared.known_part::<Screen>().unwrap()) {
            for answer in &answers {
                let found = recompute(&screen, &row(answer)).unwrap();
                assert!(found.is_equal, "{answer} {}", found.answer);
                let again: Value = serde_json::from_str(&found.answer).unwrap();
                assert_eq!(again["model"]["score_ppm"], answer["model"]["score_ppm"]);
            }
            // An answer that is said to be the other model's is found out.
            let mut swapped = row(&answers[1]);
            let [first, second] = [1, 3].map(|at: usize| answers[at]["model"]["id"].as_str().unwrap());
            swapped.answer = swapped.answer.replace(first, second);
            assert!(!recompute(&screen, &swapped).unwrap().is_equal);
        }
    });
}

#[test]
fn a_file_that_was_damaged_where_it_is_kept_leaves_the_rules_to_decide() {
    each_house(|house| {
        house.start();
        let at = proposed(house, &model("amount", 5e6, (-2.0, 3.0)));
        approve(house, OTHER, &at, 1);
        let id: ScoreModelId = at.rsplit('/').next().unwrap().parse().unwrap();
        let spoil = move |unit: &mut ledger::Unit<'_>| score_models::spoil(unit.connection(), id);
        house.db.ledger.write(&ledger::Cause::new("test"), spoil).unwrap();
        let fresh = House::on(house.db);
        let mut held = event(&fresh, "0001", 6_000_000);
        held["app"] = json!({ "in_call": true });
        let answer = fresh.post(TILL, "/api/guard/decisions", held).is(200);
        assert!(answer["model"].is_null() && answer["outcome"] != "allow", "{answer}");
        let engine = fresh.get(ONE, "/api/guard/engine").is(200);
        assert!(engine["model"]["fault"]["zh"].as_str().unwrap().contains("不一致"), "{engine}");
    });
}

#[test]
fn a_backtest_scores_by_the_model_that_it_names_and_says_so() {
    each_house(|house| {
        house.start();
        let when = |high: f64| model("amount", 5e6, (-3.0, high));
        let (first, second) = (proposed(house, &when(3.0)), proposed(house, &when(-3.0)));
        let id = |at: &str| json!(at.rsplit('/').next().unwrap());
        approve(house, OTHER, &first, 1);
        for (name, amount) in [("0001", 100), ("0002", 9_000_000), ("0003", 9_000_001)] {
            decide(house, name, amount);
        }
        let spec = json!({ "name": "scored", "title": { "zh": "评分", "en": "Scored" }, "events": ["transfer"],
            "rules": [{ "name": "scored", "when": "model.score > 0.5", "points": 1, "outcome": "hold",
                "reason": { "zh": "评分", "en": "scored" } }] });
        let drafted = house.post(ONE, "/api/guard/scenarios", json!({ "spec": spec })).is(201);
        let (from, to) = (house.db.now().plus_days(-1).to_string(), house.db.now().plus_days(1).to_string());
        let start = |model: Value| {
            let mut body = json!({ "scenario": drafted["id"], "from": from, "to": to });
            if !model.is_null() {
                body["model"] = model;
            }
            house.post(ONE, "/api/guard/backtests", body)
        };
        let ended = |run: Value| -> (Value, Value) {
            for _ in 0..3 {
                house.db.clock.advance_micros(1_000_000);
                house.db.ledger.run_due_jobs(crate::jobs::outside(&house.shared), house.db.now()).unwrap();
            }
            let run = house.get(ONE, &format!("/api/guard/backtests/{}", run["id"].as_str().unwrap())).is(200);
            assert_eq!(run["state"], "done", "{run}");
            // A rule that never held is not named.
            (run["model"].clone(), run["result"]["rules"][0]["held"].clone())
        };
        // The one that is live when it begins, also when another goes live before it has come to anything.
        let run = start(Value::Null).is(202);
        approve(house, OTHER, &second, 1);
        assert_eq!(ended(run), (json!({ "id": id(&first), "number": 1 }), json!(2)));
        assert_eq!(ended(start(Value::Null).is(202)), (json!({ "id": id(&second), "number": 2 }), Value::Null));
        // One that was live before, by its name; one that is not there is not found.
        assert_eq!(ended(start(id(&first)).is(202)), (json!({ "id": id(&first), "number": 1 }), json!(2)));
        start(json!("sm_00000000000000000000000001")).is(404);
    });
}
