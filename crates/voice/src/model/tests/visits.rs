//! Which answered orders are visited: the policy's share of them, drawn by nobody.

use std::sync::Arc;

use kernel::{SeededRandom, id::OrderId};
use regulation::Regulations;

use super::script::{Story, person, told};
use crate::model::{Command, EndingEvent, Law, LetterKind, OrderEvent, decide, parts::Means, verb::VISIT};

/// Orders that are drawn from.
const ORDERS: u32 = 2_000;

/// The law of a bank that visits this share of its complaints.
fn visiting(percent: u32) -> Law {
    let own = format!(
        "[[figure]]\nid = \"policy.visit.share.complaint\"\nversion = 2\ntitle = {{ zh = \"投诉回访比例\", en = \"Share of complaints with a return visit\" }}\n\
         kind = \"policy\"\nlaw = \"bank.policy\"\nverified = false\neffective_from = \"2020-01-01\"\nvalue = {percent}\nunit = \"percent\"\n"
    );
    let rules = Arc::new(Regulations::with_overrides(&[("own.toml", &own)]).unwrap());
    let calendar = rules.calendar().clone();
    Law::new(rules, calendar)
}

/// Whether telling the decision of the order `id` starts the clock of a return visit.
#[expect(clippy::wildcard_enum_match_arm, reason = "the test looks for one kind of event among all")]
fn is_visited(story: &Story, id: OrderId, law: &Law) -> bool {
    let mut order = story.order().clone();
    order.id = id;
    let letter = order.owed(LetterKind::Decision).unwrap().id;
    let told = Command::Notify { letter, means: Means::Sms, at: story.now, reference: None, text: None };
    let events = decide(Some(&order), told, &person("handler"), story.now, law).unwrap();
    let started = events.into_iter().find_map(|event| match event {
        OrderEvent::Ending(EndingEvent::LetterDelivered { started, .. }) => Some(started),
        _ => None,
    });
    started.unwrap().iter().any(|clock| clock.stop == VISIT)
}

#[test]
fn the_policys_share_is_visited_and_an_order_is_drawn_the_same_way_every_time() {
    let story = told("file; register; classify; assign; accept; decide");
    let random = SeededRandom::new(11);
    let orders: Vec<OrderId> = (0..ORDERS).map(|_| OrderId::new(story.now, &random)).collect();
    let visited = |percent: u32| {
        let law = visiting(percent);
        orders.iter().filter(|id| is_visited(&story, **id, &law)).copied().collect::<Vec<_>>()
    };
    assert_eq!(visited(0), []);
    assert_eq!(visited(100).len(), orders.len());
    let third = visited(30);
    // Four standard deviations of 2,000 draws at 30 in a hundred are 82.
    assert!(third.len().abs_diff(600) <= 82, "{}", third.len());
    assert_eq!(third, visited(30));
    let half = visited(50);
    assert!(third.iter().all(|id| half.contains(id)), "a larger share leaves nobody out who was drawn before");
}
