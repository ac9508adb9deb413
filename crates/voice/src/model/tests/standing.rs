//! Stories of where an order stands beside the plain procedure: by rule, passed around, urgent, led by a president, examined
//! again by the unit above, opened again by a return visit.

use kernel::id::StaffId;
use regulation::MatterKind;

use super::script::{LAW, START, check, path, told};
use crate::model::{
    ClockMood, LetterKind, Order,
    lead::LeadState,
    parts::Reference,
    routing::{Because, Candidate, Route, choose, pick},
    waits::WaitKind,
};

const CLASSIFIED: &str = "file; register; classify";
const HANDLED: &str = "file; register; classify; assign; accept";
const ANSWERED: &str = "file; register; classify; assign; accept; decide; notify";

fn after(prefix: &str, rest: &str) -> String {
    format!("{prefix}; {rest}")
}

fn waits(story: &str) -> Vec<(WaitKind, String)> {
    let story = told(story);
    story.order().waits().into_iter().map(|wait| (wait.kind, wait.unit.to_string())).collect()
}

#[test]
fn whoever_received_it_first_answers_until_somebody_takes_it() {
    let answerable = |story: &str| told(story).order().answerable.to_string();
    assert_eq!(answerable(CLASSIFIED), "/HO/GZ/GZ001/");
    assert_eq!(answerable(&after(CLASSIFIED, "assign")), "/HO/GZ/GZ001/");
    assert_eq!(answerable(HANDLED), "/HO/GZ/");
    // Passed on from somebody who had it in hand: they answer until the next has taken it.
    assert_eq!(answerable(&after(HANDLED, "officer: give /HO/CARD/")), "/HO/GZ/");
    assert_eq!(answerable(&after(HANDLED, "officer: give /HO/CARD/; handler: accept")), "/HO/CARD/");
}

#[test]
fn more_than_two_transfers_that_nobody_takes_go_to_the_unit_above() {
    let thrice = "officer: give /HO/GZ/; officer: give /HO/CARD/; officer: give /HO/GZ/GZ001/";
    let story = told(&after(CLASSIFIED, thrice));
    assert!(story.order().passed_around.is_none(), "two transfers are allowed");
    let fourth = format!("{thrice}; officer: give /HO/CARD/");
    let story = told(&after(CLASSIFIED, &fourth));
    assert_eq!(story.order().passed_around.as_ref().unwrap().superior.as_str(), "/HO/");
    assert_eq!(waits(&after(CLASSIFIED, &fourth)), [(WaitKind::PassedAround, "/HO/".to_owned())]);
    // Everybody holds the permission at the top in these stories; the system holds it for nobody.
    check(&after(CLASSIFIED, &format!("{fourth}; program: give /HO/GZ/")), "superior-assigns");
    check(&after(CLASSIFIED, &format!("{fourth}; superior: give /HO/GZ/; handler: accept")), "handling");
    let taken = told(&after(CLASSIFIED, &format!("{fourth}; superior: give /HO/GZ/; handler: accept")));
    assert!(taken.order().passed_around.is_none() && taken.order().untaken == 0);
    // Whoever takes it in between starts the count anew.
    let between = "officer: give /HO/GZ/; officer: give /HO/CARD/; handler: accept; officer: give /HO/GZ/; officer: give /HO/CARD/";
    assert!(told(&after(CLASSIFIED, between)).order().passed_around.is_none());
}

#[test]
fn a_rule_sends_an_order_once_and_says_why() {
    for (rest, expect) in [
        ("officer: route", "assigned"),
        ("officer: route; officer: route", "route-here"),
        ("officer: route; handler: accept; officer: route", "route-here"),
        ("officer: route; handler: accept; officer: route /HO/GZ/", "assigned"),
        ("handler: accept", "not-assigned"),
    ] {
        check(&after(CLASSIFIED, rest), expect);
    }
    check("file; officer: route", "not-registered");
    let story = told(&after(CLASSIFIED, "officer: route"));
    assert_eq!(story.order().routed.as_ref().unwrap().because, [Because::Keyword { word: "年费".to_owned() }]);
    let by_hand = told(&after(CLASSIFIED, "officer: route; officer: give /HO/GZ/"));
    assert!(by_hand.order().routed.is_none(), "the rule no longer says why it is there");
}

fn rule(key: &str, rank: u32) -> Route {
    Route {
        key: Reference::parse(key).unwrap(),
        name: key.to_owned(),
        rank,
        matters: Vec::new(),
        channels: Vec::new(),
        businesses: Vec::new(),
        reasons: Vec::new(),
        filed_below: None,
        keywords: Vec::new(),
        urgent_only: false,
        unit: path("/HO/CARD/"),
        skills: Vec::new(),
        balanced: false,
        automatic: false,
    }
}

fn order(story: &str) -> Order {
    told(story).order().clone()
}

#[test]
fn the_first_rule_whose_conditions_all_hold_is_chosen() {
    let order = order(CLASSIFIED);
    let business = order.classification.as_ref().unwrap().business.clone();
    let chosen = |routes: &[Route], text: &str| choose(routes, &order, text).map(|(route, _)| route.name.clone());
    let fees = Route { keywords: vec!["ATM".to_owned(), "年费".to_owned()], ..rule("fees", 10) };
    let branch = Route { filed_below: Some(path("/HO/GZ/")), businesses: vec![business], ..rule("branch", 20) };
    let petitions = Route { matters: vec![MatterKind::Petition], ..rule("petitions", 1) };
    let other = Route { filed_below: Some(path("/HO/SZ/")), ..rule("other", 2) };
    let urgent = Route { urgent_only: true, ..rule("urgent", 0) };
    let all = rule("all", 99);
    let routes = [all.clone(), branch, fees, petitions, other, urgent];
    assert_eq!(chosen(&routes, "多收年费"), Some("fees".to_owned()));
    assert_eq!(chosen(&routes, "the atm kept my card"), Some("fees".to_owned()), "case does not matter");
    assert_eq!(chosen(&routes, "别的"), Some("branch".to_owned()));
    assert_eq!(chosen(&routes[..1], "别的"), Some("all".to_owned()));
    assert_eq!(chosen(&routes[3..], "别的"), None);
    let twins = [Route { name: "b".to_owned(), ..rule("b", 5) }, Route { name: "a".to_owned(), ..rule("a", 5) }];
    assert_eq!(chosen(&twins, ""), Some("a".to_owned()), "of one rank, by key");
}

#[test]
fn whoever_is_filled_least_gets_it() {
    let order = order(&after(HANDLED, "officer: recuse who=9"));
    let one = |person: u128, open: u32, capacity: u32, skills: &[&str]| Candidate {
        person: StaffId::from_bits(person),
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        capacity,
        open,
    };
    let balanced = Route { balanced: true, skills: vec!["card".to_owned()], ..rule("r", 1) };
    let chosen = |people: &[Candidate]| pick(&balanced, &order, people).0.map(StaffId::bits);
    assert_eq!(chosen(&[one(1, 5, 10, &["card"]), one(2, 9, 30, &["card"])]), Some(2), "a third is less than a half");
    assert_eq!(chosen(&[one(1, 5, 10, &["card"]), one(2, 0, 10, &["loan"])]), Some(1), "skills first");
    assert_eq!(chosen(&[one(9, 0, 10, &["card"]), one(1, 9, 10, &["card"])]), Some(1), "the recused get nothing");
    assert_eq!(chosen(&[one(2, 0, 10, &["card"]), one(1, 0, 10, &["card"])]), Some(1), "of equals, always the same");
    assert_eq!(chosen(&[one(1, 10, 10, &["card"]), one(2, 0, 0, &["card"])]), None);
    assert_eq!(pick(&balanced, &order, &[]).1, [Because::NobodyFree]);
    assert_eq!(pick(&rule("queue", 1), &order, &[one(1, 0, 1, &[])]), (None, Vec::new()));
}

#[test]
fn urgent_matters_run_by_the_minute() {
    let clocks = |story: &str| {
        let story = told(story);
        let open = story.order().open_clocks().filter(|clock| clock.rule.id().starts_with("policy.urgent."));
        let mut clocks: Vec<_> =
            open.map(|clock| (clock.rule.id().to_owned(), clock.due.micros_since(clock.start) / 60_000_000)).collect();
        clocks.sort();
        clocks
    };
    let both = [("policy.urgent.contact".to_owned(), 30), ("policy.urgent.take_on".to_owned(), 10)];
    assert_eq!(clocks("file; urgent"), both);
    assert_eq!(clocks(&after(CLASSIFIED, "assign; urgent; accept")), both[..1]);
    assert_eq!(clocks(&after(HANDLED, "urgent")), both[..1], "it is taken on already");
    assert_eq!(clocks(&after(HANDLED, "contact; urgent")), [], "and the customer was reached");
    assert_eq!(clocks("file unreachable; urgent"), both[1..], "nobody can be called who left no number");
    assert_eq!(clocks("file; urgent; officer: calm"), []);
    let late = told(&after(CLASSIFIED, "assign; urgent; +1h; accept"));
    let clock = late.order().clocks.iter().find(|clock| clock.rule.id() == "policy.urgent.take_on").unwrap();
    assert_eq!(clock.mood(late.now), ClockMood::Missed);
    for (rest, expect) in [
        ("urgent; urgent", "urgent-already"),
        ("calm", "not-urgent"),
        ("decide; urgent", "nothing-to-hurry"),
        ("urgent; officer: calm; urgent", "handling"),
        ("customer: urgent", "staff-only"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    let story = told("file; urgent who=7");
    let wait = &story.order().waits()[0];
    assert_eq!((wait.kind, wait.person), (WaitKind::Urgent, Some(StaffId::from_bits(7))));
    assert_eq!(wait.due, Some(START.plus_micros(10 * 60_000_000)));
    assert!(waits(&after(HANDLED, "urgent")).is_empty(), "nobody waits for it any more");
}

#[test]
fn a_president_takes_up_instructs_reads_demands_and_closes() {
    for (rest, expect) in [
        ("ask-lead mute", "lead-ungrounded"),
        ("ask-lead; ask-lead", "lead-already"),
        ("head: decline-lead", "lead-not-proposed"),
        ("ask-lead; head: decline-lead; ask-lead", "lead-already"),
        ("ask-lead; head: decline-lead; president: take-lead", "handling"),
        ("head: take-lead; head: take-lead", "led-already"),
        ("head: take-lead; president: take-lead; head: instruct", "led-by-another"),
        ("head: take-lead; head: instruct; president: take-lead; report; president: close-lead", "handling"),
        ("head: take-lead; head: instruct; officer: recuse who=5; report", "not-led"),
        ("head: take-lead; officer: recuse who=5; head: take-lead", "recused"),
        ("head: take-lead; officer: recuse who=5; president: take-lead; president: close-lead", "handling"),
        ("head: instruct", "not-led"),
        ("head: take-lead; president: instruct", "led-by-another"),
        ("head: take-lead; head: instruct in=0", "instruction-due-past"),
        ("head: take-lead; report", "no-report-awaited"),
        ("head: take-lead; head: instruct; report no=2", "no-report-awaited"),
        ("head: take-lead; head: instruct; head: demand", "no-report-yet"),
        ("head: take-lead; head: instruct; head: close-lead", "reports-open"),
        ("head: take-lead; head: instruct; report; report", "no-report-awaited"),
        ("head: take-lead; head: instruct; report; head: demand; head: close-lead", "reports-open"),
        ("head: take-lead; head: instruct; report; head: demand; report; head: close-lead", "handling"),
        ("head: take-lead; head: close-lead; head: take-lead", "lead-already"),
        ("head: take-lead; decide; notify; visit 5; officer: close", "still-led"),
        ("head: take-lead; head: close-lead; decide; notify; visit 5; officer: close", "closed"),
        ("head: take-lead; head: close-lead; decide; notify; visit 5; handler: close", "four-eyes"),
    ] {
        check(&after(HANDLED, rest), expect);
    }
    let led = told(&after(HANDLED, "head: take-lead; head: instruct; report; head: demand; report"));
    let lead = led.order().led().unwrap();
    let demands: Vec<bool> = lead.instructions[0].replies.iter().map(|reply| reply.is_demand).collect();
    assert_eq!((lead.state, demands), (LeadState::Taken, vec![false, true, false]));
    let waiting = after(HANDLED, "head: take-lead; head: instruct");
    assert_eq!(waits(&waiting), [(WaitKind::Instruction, "/HO/CARD/".to_owned())]);
    assert_eq!(waits(&after(&waiting, "report")), [(WaitKind::Report, "/HO/GZ/".to_owned())]);
    assert_eq!(waits(&after(HANDLED, "ask-lead")), [(WaitKind::Lead, "/HO/GZ/".to_owned())]);
    // The statutory clock runs on, and the instruction has a clock of its own.
    assert!(told(&waiting).order().open_clocks().any(|clock| clock.rule.id() == "cp.nfra.simple"));
    assert!(told(&waiting).order().open_clocks().any(|clock| clock.rule.id() == "task.deadline"));
    // A matter that is opened again stays with the president who has it.
    let again = told(&after(HANDLED, "head: take-lead; decide; notify; reopen"));
    assert_eq!(again.order().led().unwrap().round, 2);
}

#[test]
fn the_rules_name_what_a_president_should_see() {
    let grounds = |story: &str| {
        let story = told(story);
        let grounds = LAW.lead_grounds(story.order(), story.now);
        grounds.into_iter().map(|ground| ground.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(grounds(HANDLED), [] as [&str; 0]);
    assert_eq!(grounds("file nfra"), ["transferred"]);
    assert_eq!(grounds(&after(HANDLED, "propose")), ["difficult"]);
    assert_eq!(grounds(&after(ANSWERED, "reopen; accept; decide; notify; reopen")), ["repeated"]);
    assert_eq!(grounds("file nfra; ask-lead"), [] as [&str; 0], "once in a round");
    assert_eq!(grounds("file nfra; customer: withdraw"), [] as [&str; 0]);
}

#[test]
fn the_unit_above_examines_a_decision_again() {
    let asked = "ask-review numbered";
    for (rest, expect) in [
        ("ask-review", "review-unwritten"),
        ("ask-review numbered; ask-review numbered", "review-open"),
        ("+31d; ask-review numbered", "review-late"),
        ("+31d; ask-review numbered ago=2", "notified"),
        ("+31d; customer: ask-review", "review-late"),
        ("customer: ask-review", "notified"),
        ("superior: take-review", "no-review-open"),
        ("ask-review numbered; superior: find-review", "not-examining"),
        ("ask-review numbered; handler: take-review", "involved"),
        ("ask-review numbered; officer: take-review", "involved"),
        ("ask-review numbered; superior: take-review; superior: take-review", "examining-already"),
        (
            "ask-review numbered; superior: take-review; president: take-review; superior: find-review",
            "examined-by-another",
        ),
        ("ask-review numbered; superior: take-review; president: take-review; president: find-review", "notified"),
        ("ask-review numbered; superior: take-review; superior: recuse who=6; president: find-review", "not-examining"),
        ("ask-review numbered; superior: take-review; president: find-review", "examined-by-another"),
        ("ask-review numbered; visit 5; officer: close", "review-untold"),
        (
            "ask-review numbered; superior: take-review; superior: find-review; notify review; visit 5; officer: close",
            "closed",
        ),
        (
            "visit 5; officer: close; ask-review numbered; superior: take-review; superior: find-review; notify review",
            "closed",
        ),
        ("visit 5; officer: close; ask-review numbered; superior: take-review; notify review", "ended"),
        ("ask-review numbered; superior: take-review; superior: find-review remanded; notify review", "assigned"),
        (
            "ask-review numbered; superior: take-review; superior: find-review; notify review; ask-review numbered",
            "no-review",
        ),
    ] {
        check(&after(ANSWERED, rest), expect);
    }
    check(&after(HANDLED, asked), "nothing-to-review");
    check("file consultation; register; classify; assign; accept; answered; notify; ask-review numbered", "no-review");
    let story = told(&after(ANSWERED, asked));
    let clock = story.order().open_clocks().find(|clock| clock.rule.id() == "cp.nfra.review.decide").unwrap();
    assert_eq!(clock.due.date().to_string(), "2026-04-01");
    assert_eq!(waits(&after(ANSWERED, asked)), [(WaitKind::Review, "/HO/".to_owned())]);
    let found = after(ANSWERED, "ask-review numbered; superior: take-review; superior: find-review");
    assert!(told(&found).order().owed(LetterKind::Review).is_some());
    assert!(
        told(&found).order().open_clocks().any(|clock| clock.rule.id() == "cp.nfra.review.decide"),
        "until it is told"
    );
    let done = told(&after(&found, "notify review"));
    let clock = done.order().clocks.iter().find(|clock| clock.rule.id() == "cp.nfra.review.decide").unwrap();
    assert_eq!(clock.mood(done.now), ClockMood::Met);
}

#[test]
fn a_petition_has_a_review_and_a_last_one_further_up() {
    let answered = "file petition; register; notify acceptance; classify; assign; accept; decide; notify";
    let first = format!("{answered}; ask-review numbered; superior: take-review; superior: find-review; notify review");
    let story = told(&format!("{answered}; ask-review numbered"));
    assert!(story.order().open_clocks().any(|clock| clock.rule.id() == "petition.fucha"));
    // Above the head office there is nobody for a second one.
    check(&format!("{first}; ask-review numbered"), "no-superior");
}

#[test]
fn not_settled_opens_the_order_again_as_often_as_the_policy_says() {
    let story = told(&after(ANSWERED, "visit 1"));
    assert_eq!((story.order().round, story.order().stage.name().as_str()), (2, "assigned"));
    assert!(story.order().open_clocks().any(|clock| clock.rule.id() == "cp.nfra.simple"));
    let again = "accept; decide; notify; visit 1";
    assert_eq!(told(&after(ANSWERED, &format!("visit 1; {again}"))).order().round, 3);
    assert_eq!(told(&after(ANSWERED, &format!("visit 1; {again}; {again}"))).order().round, 3, "twice at most");
    assert_eq!(told(&after(ANSWERED, "visit 5")).order().round, 1);
    let clock = told(ANSWERED);
    let clock = clock.order().open_clocks().find(|clock| clock.rule.id() == "policy.return_visit").unwrap().clone();
    assert_eq!(clock.due.micros_since(clock.start), 48 * 3_600_000_000);
}

#[test]
fn whoever_has_not_answered_is_invited_a_few_times() {
    let answered = "file; register; classify; assign; accept; decide; notify";
    for (rest, expect) in [
        ("invite", "notified"),
        ("invite; invite; invite", "notified"),
        ("invite; invite; invite; invite", "too-many"),
        ("visit 5; invite", "visit-answered"),
        ("visit; invite", "notified"),
        ("customer: invite", "staff-only"),
    ] {
        check(&format!("{answered}; {rest}"), expect);
    }
    check("file; register; classify; assign; accept; invite", "not-decided");
    let story = told(&format!("{answered}; invite; visit 1"));
    assert!(story.order().special.invited.is_empty(), "the next round begins without invitations");
}
