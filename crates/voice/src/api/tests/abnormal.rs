//! Abnormal complaints over HTTP: evidence with its parts, a person's decision, the shared list with expiry and appeal; and
//! that none of it touches how a matter is handled or counted.

use kernel::{Permission, Role};
use ledger::Cause;
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, each_house, matter};
use crate::{
    jobs::{ABNORMAL, INDEX, at_start},
    testing::LAW,
};

const TOP: &str = "officer@/HO/";
const HEAD: &str = "branch_president@/HO/GZ/";
const AUDITOR: &str = "auditor@/HO/";
const TELLER: &str = "teller@/HO/GZ/GZ001/";

/// After this long every job that looks again and again has looked.
const LATER_MICROS: i64 = 120_000_000;

/// What an agency writes for each of its customers.
const TEMPLATE: &str = "本人在贵行办理信用卡期间，贵行未尽到充分告知义务，违规收取高额利息及各项费用，侵害本人知情权与公平交易权。\
    现要求贵行全额退还已收取的全部利息和费用，停止催收并出具书面答复，否则曝光并投诉到底；另须支付精神损失费。";

fn customer(number: usize, narrative: &str) -> Value {
    let mut matter = matter();
    matter["title"] = json!("要求退还利息");
    matter["narrative"] = json!(narrative);
    matter["party"] = json!({ "name": format!("{}某某", ["赵", "钱", "孙", "周", "吴", "郑"][number]), "phone": format!("1370000{number:04}") });
    matter
}

fn file(house: &House<'_>, matter: Value) -> String {
    house.post(TELLER, "/api/voice/orders", matter).is(201)["id"].as_str().unwrap().to_owned()
}

fn evidence(house: &House<'_>, who: &str, id: &str) -> Value {
    house.get(who, &format!("/api/voice/orders/{id}/abnormality")).is(200)
}

fn part<'v>(evidence: &'v Value, name: &str) -> &'v Value {
    evidence["parts"].as_array().unwrap().iter().find(|part| part["part"] == name).unwrap()
}

/// Files the same template for six customers of one agent, and gives the orders.
fn wave(house: &House<'_>) -> Vec<String> {
    let orders = (0..6).map(|number| {
        let mut matter = customer(number, &format!("{TEMPLATE}（{number}）"));
        let agent = json!({ "standing": "agent", "name": "刘代理", "phone": "13599998888" });
        matter["representative"] = agent;
        file(house, matter)
    });
    let orders = orders.collect();
    look(house);
    orders
}

/// Lets the look-up tables and the job that looks for conspicuous orders catch up.
fn look(house: &House<'_>) {
    let now = house.db.now();
    house
        .db
        .ledger
        .write(&Cause::new("test:start"), move |unit| -> Result<(), ledger::StoreError> {
            let mut wanted = at_start(now).into_iter().filter(|job| [INDEX, ABNORMAL].contains(&job.kind));
            wanted.try_for_each(|job| unit.enqueue(job))
        })
        .unwrap();
    house.work();
    house.db.clock.advance_micros(LATER_MICROS);
    house.work();
}

#[test]
fn a_template_behind_one_agent_is_conspicuous_and_each_part_says_why() {
    each_house(|house| {
        let orders = wave(house);
        let plain = file(house, matter());
        look(house);
        let found = evidence(house, OFFICER, &orders[0]);
        let points = |name: &str| part(&found, name)["points"].as_u64().unwrap();
        assert_eq!((points("template"), points("agent"), points("threat")), (30, 25, 15), "{found}");
        assert_eq!((points("repeated"), points("group"), points("listed")), (0, 0, 0));
        assert_eq!(found["score"], 70, "the sum of the parts");
        assert_eq!(part(&found, "template")["count"], 5);
        assert_eq!(part(&found, "template")["orders"].as_array().unwrap().len(), 5);
        assert_eq!(part(&found, "threat")["words"], json!(["曝光", "投诉到底", "精神损失费", "全额退"]));
        assert!(!found.to_string().contains("某某") && !found.to_string().contains("1359999"));
        let other = evidence(house, OFFICER, &plain);
        assert_eq!(other["score"], 0, "{other}");
        let listed = house.get(OFFICER, "/api/voice/abnormal").is(200);
        let seen: Vec<&str> =
            listed["items"].as_array().unwrap().iter().map(|row| row["order"].as_str().unwrap()).collect();
        assert_eq!(seen.len(), 6, "the earlier ones too, once the later ones came: {listed}");
        assert!(!seen.contains(&plain.as_str()));
        let far = "officer@/HO/SZ/";
        assert!(house.get(far, "/api/voice/abnormal").is(200)["items"].as_array().unwrap().is_empty());
        assert_eq!(house.get(far, &format!("/api/voice/orders/{}/abnormality", orders[0])).status.as_u16(), 404);
    });
}

#[test]
fn only_a_person_decides_and_nothing_follows_from_it() {
    each_house(|house| {
        let id = wave(house).remove(0);
        let (before, plain) = (state(house, &id), file(house, matter()));
        assert_eq!(
            before["clocks"].as_array().unwrap().len(),
            state(house, &plain)["clocks"].as_array().unwrap().len()
        );
        let figures = count(house);
        let asked = |verdict: &str| json!({ "verdict": verdict, "why": "赵某某与另外五件同模板" });
        assert_eq!(house.act(HANDLER, &id, "judge_abnormal", asked("abnormal")).reason(403), "lacks-permission");
        assert_eq!(house.get(HANDLER, &format!("/api/voice/orders/{id}/abnormality")).status.as_u16(), 403);
        house.act(OFFICER, &id, "judge_abnormal", asked("abnormal")).is(200);
        assert_eq!(house.act(OFFICER, &id, "judge_abnormal", asked("abnormal")).reason(422), "same-verdict");
        let judged = evidence(house, OFFICER, &id)["judgement"].clone();
        assert_eq!(
            (&judged["verdict"], &judged["score"], &judged["why"]),
            (&json!("abnormal"), &json!(70), &json!("＊与另外五件同模板"))
        );
        let after = state(house, &id);
        for field in ["stage", "clocks", "letters", "next_due"] {
            assert_eq!(before[field], after[field], "{field}");
        }
        assert_eq!(count(house), figures, "figures know nothing of it");
        // It is accepted, handled and answered like any other, by whoever saw it before the decision.
        let saw = before["version"].clone();
        house.post(OFFICER, &format!("/api/voice/orders/{id}/register"), json!({ "version": saw })).is(200);
        let open = house.get(OFFICER, "/api/voice/abnormal").is(200);
        assert!(!open["items"].to_string().contains(&id));
        let all = house.get(OFFICER, "/api/voice/abnormal?all=true").is(200);
        assert!(all["items"].to_string().contains(&id));
        house.act(HEAD, &id, "judge_abnormal", asked("ordinary")).is(200);
        let history = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200)["history"].to_string();
        assert!(history.contains("认定为异常（证据 70 分）") && history.contains("认定为非异常"), "{history}");
    });
}

/// What decides how an order is handled.
fn state(house: &House<'_>, id: &str) -> Value {
    house.get(AUDITOR, &format!("/api/voice/orders/{id}")).is(200)
}

/// The figures of the house.
fn count(house: &House<'_>) -> Value {
    let day = house.db.now().date();
    house.get(OFFICER, &format!("/api/voice/figures?from={day}&to={day}")).is(200)
}

#[test]
fn somebody_is_listed_by_two_people_appeals_and_expires() {
    each_house(|house| {
        let orders = wave(house);
        let id = &orders[0];
        let ask = json!({ "order": id, "fields": ["representative_phone"], "days": 30, "why": "刘代理代六位客户投诉" });
        assert_eq!(house.post(TOP, "/api/voice/listings", ask.clone()).reason(422), "not-abnormal");
        house.act(OFFICER, id, "judge_abnormal", json!({ "verdict": "abnormal", "why": "同模板" })).is(200);
        assert_eq!(house.post(OFFICER, "/api/voice/listings", ask.clone()).reason(409), "own-verdict");
        assert_eq!(house.post(HANDLER, "/api/voice/listings", ask.clone()).reason(403), "lacks-permission");
        for (field, value, reason) in [
            ("days", json!(0), "listing-too-long"),
            ("days", json!(181), "listing-too-long"),
            ("fields", json!([]), "numberless"),
            ("fields", json!(["identity"]), "numberless"),
            ("fields", json!(["narrative"]), "numberless"),
        ] {
            let mut wrong = ask.clone();
            wrong[field] = value;
            assert_eq!(house.post(TOP, "/api/voice/listings", wrong).reason(422), reason);
        }
        let listed = house.post(TOP, "/api/voice/listings", ask.clone()).is(201);
        let address = format!("/api/voice/listings/{}", listed["id"].as_str().unwrap());
        assert_eq!((&listed["state"], &listed["masked"]), (&json!("listed"), &json!(["135****8888"])));
        assert_eq!(house.post(HEAD, "/api/voice/listings", ask).reason(409), "listed-already");
        let points = |id: &str| part(&evidence(house, OFFICER, id), "listed")["points"].as_u64().unwrap();
        assert_eq!(points(&orders[5]), 5, "another order of the same number");
        appeal(house, &address);
        house.pass_days(30);
        assert_eq!(house.get(AUDITOR, &address).is(200)["state"], "expired", "by the time of reading");
        assert_eq!(points(&orders[5]), 0);
        assert!(house.get(AUDITOR, "/api/voice/listings").is(200)["items"].as_array().unwrap().is_empty());
        assert_eq!(house.get(AUDITOR, "/api/voice/listings?all=true").is(200)["items"].as_array().unwrap().len(), 1);
        house.get(HANDLER, "/api/voice/listings").is(403);
    });
}

/// The way of an appeal: recorded by a clerk, answered by somebody other than who listed them, and once more.
fn appeal(house: &House<'_>, address: &str) {
    let at = |version: u64, body: Value| {
        let mut body = body;
        body["version"] = json!(version);
        body
    };
    let said = json!({ "means": "phone", "why": "我只是帮家里人问，手机号13599998888" });
    let decide = format!("{address}/decide_appeal");
    let stays = json!({ "stays": true, "why": "六位客户并非亲属" });
    assert_eq!(house.post(HEAD, &decide, at(1, stays.clone())).reason(409), "not-appealed");
    house.post(HANDLER, &format!("{address}/appeal"), at(1, said.clone())).is(200);
    assert_eq!(house.post(HANDLER, &format!("{address}/appeal"), at(2, said)).reason(409), "appealed-already");
    assert_eq!(house.post(TOP, &decide, at(2, stays.clone())).reason(409), "own-listing");
    assert_eq!(house.post(HEAD, &decide, at(1, stays.clone())).reason(409), "raced");
    assert_eq!(house.post(HEAD, &decide, at(2, stays)).is(200)["state"], "listed");
    let body = house.get(AUDITOR, address).is(200);
    assert_eq!(body["history"].as_array().unwrap().len(), 3);
    assert_eq!(body["reasons"][1]["text"], "我只是帮家里人问，手机号＊");
    assert!(!body.to_string().contains("13599998888") && !body.to_string().contains("刘代理"), "{body}");
}

#[test]
fn whoever_is_lifted_is_found_no_more() {
    each_house(|house| {
        let orders = wave(house);
        house.act(OFFICER, &orders[0], "judge_abnormal", json!({ "verdict": "abnormal", "why": "同模板" })).is(200);
        let ask = json!({ "order": orders[0], "fields": ["phone", "representative_phone"], "why": "同模板" });
        let listed = house.post(TOP, "/api/voice/listings", ask.clone()).is(201);
        let address = format!("/api/voice/listings/{}", listed["id"].as_str().unwrap());
        house.post(HANDLER, &format!("{address}/lift"), json!({ "version": 1, "why": "误列" })).is(403);
        let lifted = house.post(HEAD, &format!("{address}/lift"), json!({ "version": 1, "why": "误列" }));
        assert_eq!(lifted.is(200)["state"], "lifted");
        assert_eq!(part(&evidence(house, OFFICER, &orders[3]), "listed")["points"], 0);
        let again = house.post(HEAD, &format!("{address}/lift"), json!({ "version": 2, "why": "误列" }));
        assert_eq!(again.reason(409), "listing-over");
        house.post(TOP, "/api/voice/listings", ask).is(201);
    });
}

#[test]
fn one_persons_repeated_petitions_are_theirs_and_one_number_under_two_names_is_two_people() {
    each_house(|house| {
        let mut petition = customer(0, "反映网点拆迁补偿问题，要求上级答复。");
        petition["matter"] = json!("petition");
        let first = file(house, petition.clone());
        for _ in 0..3 {
            file(house, petition.clone());
        }
        let mut other = customer(1, "排队时间太长。");
        other["party"]["phone"] = petition["party"]["phone"].clone();
        file(house, other);
        look(house);
        let found = evidence(house, OFFICER, &first);
        assert_eq!((&part(&found, "repeated")["count"], &part(&found, "repeated")["points"]), (&json!(3), &json!(9)));
        assert_eq!((&part(&found, "agent")["count"], &part(&found, "agent")["points"]), (&json!(1), &json!(8)));
        assert_eq!(part(&found, "template")["count"], 0, "one's own words are no template");
    });
}

#[test]
fn who_sees_decides_and_appeals_is_as_the_roles_say() {
    use crate::model::permission::{APPEAL_LISTING, DECIDE_ABNORMAL, SEE_ABNORMAL, specs};
    let roles = |permission: Permission| specs().into_iter().find(|spec| spec.permission == permission).unwrap().roles;
    assert!(!roles(SEE_ABNORMAL).contains(&Role::Handler), "whoever handles a matter is not told a score");
    assert!(!roles(DECIDE_ABNORMAL).contains(&Role::Auditor));
    assert!(roles(APPEAL_LISTING).contains(&Role::Handler));
    let policy = LAW.abnormal("2026-03-02".parse().unwrap()).unwrap();
    assert!(policy.scale.iter().all(|(_, most, full)| *most > 0 && *full > 0));
}
