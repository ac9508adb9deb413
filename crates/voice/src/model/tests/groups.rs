//! Groups: members, who speaks for them, and the procedure of a major event.

use super::script::{LAW, START, check, told};
use crate::model::{lead::LeadGround, waits::WaitKind};

/// A story in which `count` members join after registering.
fn joined(count: usize, then: &str) -> String {
    let members = "join; ".repeat(count);
    format!("file; register; {members}{then}")
}

#[test]
fn at_most_as_many_speak_as_the_regulation_says() {
    let most = crate::testing::LAW.rules.representatives_max("2026-03-02".parse().unwrap()).unwrap() as usize;
    let speakers = "join speaks; ".repeat(most);
    check(&format!("file; register; {speakers}classify"), "classified");
    check(&format!("file; register; {speakers}join speaks"), "speakers-full");
    check(&format!("file; register; {speakers}join; speak no={}", most + 1), "speakers-full");
    check(&format!("file; register; {speakers}leave no=1; join speaks"), "registered");
    check(&format!("file; register; {speakers}hush no=1; join speaks; hush no=1"), "speaks-already");
    check("file; register; leave no=1", "no-members");
    check("file; register; join; leave no=1; leave no=1", "no-members");
    check("file; register; join; join; leave no=1; leave no=1", "unknown-member");
    check("file; register; join; speak no=2", "unknown-member");
    let petition = format!("file petition; register; {speakers}join speaks");
    check(&petition, "speakers-full");
}

#[test]
fn a_major_event_has_a_clock_for_its_report_and_is_proposed_to_the_president() {
    let threshold = crate::testing::LAW.rules.group_threshold("2026-03-02".parse().unwrap()).unwrap() as usize;
    let clock = |story: &str| {
        let story = told(&joined(threshold - 1, story));
        let clock =
            story.order().clocks.iter().find(|clock| clock.rule.id() == "policy.major.report").cloned().unwrap();
        (clock.due.as_micros() - START.as_micros(), clock.open())
    };
    assert_eq!(clock("classify"), (24 * 3_600_000_000, true));
    assert_eq!(clock("report-major"), (24 * 3_600_000_000, false));
    let grounds = |count: usize| LAW.lead_grounds(told(&joined(count, "classify")).order(), START);
    assert_eq!(grounds(threshold - 2), []);
    assert_eq!(grounds(threshold - 1), [LeadGround::Group]);
    let waits = |story: &str| {
        let story = told(&joined(threshold - 1, story));
        story.order().waits().iter().filter(|wait| wait.kind == WaitKind::Major).map(|wait| wait.due).next()
    };
    assert_eq!(waits("classify"), Some(Some(START.plus_days(1))));
    assert_eq!(waits("charge; report-major"), None);
}

#[test]
fn a_large_group_begins_the_procedure_of_a_major_event() {
    let date = "2026-03-02".parse().unwrap();
    let threshold = crate::testing::LAW.rules.group_threshold(date).unwrap() as usize;
    check(&joined(threshold - 2, "charge"), "not-major");
    let story = told(&joined(threshold - 1, "classify"));
    assert_eq!(story.order().group.persons(), threshold, "the complainant counts");
    let major = story.order().group.major.clone().unwrap();
    assert_eq!(major.rule.id(), "cp.group.threshold");
    let raised = |story: &super::script::Story| story.order().group.major.clone();
    let more = told(&joined(threshold + 3, "leave no=1"));
    assert_eq!(raised(&more).unwrap().rule, major.rule, "it begins once and stays when some leave");
    check(&joined(threshold - 1, "tick item"), "not-in-plan");
    check(&joined(threshold - 1, "charge; charge"), "in-charge-already");
    check(&joined(threshold - 1, "report-major; report-major"), "major-reported-already");
}

#[test]
fn a_major_event_is_finished_before_the_order_closes() {
    let date = "2026-03-02".parse().unwrap();
    let law = &crate::testing::LAW;
    let threshold = law.rules.group_threshold(date).unwrap() as usize;
    let handled = "notify acceptance; classify; assign; accept; contact; decide; notify decision; visit 5; ";
    let items: Vec<String> =
        super::super::group::plan(law, date).iter().map(|(key, _)| format!("tick {key}; ")).collect();
    assert!(items.len() >= 3, "the plan is a checklist of the regulation files");
    check(&joined(threshold - 1, &format!("{handled}officer: close")), "major-open");
    let most = items[1..].concat();
    check(&joined(threshold - 1, &format!("{handled}charge; report-major; {most}officer: close")), "major-open");
    let all = items.concat();
    check(&joined(threshold - 1, &format!("{handled}charge; report-major; {all}officer: close")), "closed");
    check(&joined(threshold - 1, &format!("{handled}charge; {all}{}", items[0])), "ticked-already");
}
