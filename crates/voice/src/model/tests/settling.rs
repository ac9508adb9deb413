//! Stories of settling with help and by agreement.

use super::script::{check, told};
use crate::model::{ClockMood, LetterKind, mediation::MediationState};

const HANDLED: &str = "file; register; classify; assign; accept";

fn after(rest: &str) -> String {
    format!("{HANDLED}; {rest}")
}

#[test]
fn a_mediator_is_asked_and_the_clock_stands_still_while_they_have_it() {
    for (rest, expect) in [
        ("refer nobody", "unknown-mediator"),
        ("refer; refer", "mediation-open"),
        ("mediator-takes", "not-referred"),
        ("mediated pay=100", "not-in-mediation"),
        ("refer; mediated pay=100", "not-in-mediation"),
        ("refer; mediator-declines; refer", "handling"),
        ("refer; mediator-takes; decide", "still-paused"),
        ("refer; mediator-takes; mediation-fails; decide", "decided"),
        ("refer; mediator-takes; mediated in=0", "performance-early"),
        ("refer; mediator-takes; mediated pay=50001", "above-authority"),
        ("ask-award pay=60000; officer: grant-award; refer; mediator-takes; mediated pay=60000", "handling"),
        // What is granted in parts is added up.
        ("decide pay=40000; refer; mediator-takes; mediated pay=20000", "above-authority"),
        ("decide pay=40000; refer; mediator-takes; mediated pay=10000", "decided"),
        ("refer; mediator-takes; mediated pay=40000; performed; decide pay=20000", "above-authority"),
        (
            "ask-award pay=60000; officer: grant-award; decide pay=60000; refer; mediator-takes; mediated pay=60000",
            "above-authority",
        ),
        ("decide pay=40000; notify; refer; mediator-takes; ask-award pay=20000", "below-granted"),
        ("decide pay=40000; notify; ask-award pay=60000", "already-answered"),
        (
            "decide pay=40000; notify; refer; mediator-takes; ask-award pay=60000; officer: grant-award; mediated pay=20000",
            "notified",
        ),
        ("decide pay=40000; decide pay=50000", "decided"),
        ("refer; mediator-takes; mediated pay=100; performed", "handling"),
        ("performed", "nothing-agreed"),
        ("refer; customer: mediator-takes", "staff-only"),
        ("decide; notify; refer; visit 5; officer: close", "mediation-open"),
    ] {
        check(&after(rest), expect);
    }
    check("file; refer", "not-accepted");
    let paused = told(&after("refer; mediator-takes"));
    assert!(paused.order().paused() && paused.order().owed(LetterKind::Pause).is_some());
    let before = told(HANDLED).order().open_clocks().find(|clock| clock.rule.id() == "cp.nfra.simple").unwrap().due;
    let story = told(&after("refer; +1d; mediator-takes; +6d; mediated pay=100; +1d; performed"));
    let clock = story.order().open_clocks().find(|clock| clock.rule.id() == "cp.nfra.simple").unwrap();
    assert_eq!(clock.due.micros_since(before) / kernel::timestamp::DAY_MICROS, 6);
    let mediation = &story.order().special.mediations[0];
    assert_eq!(mediation.state, MediationState::Performed);
    let performance = story.order().clock(mediation.clock.unwrap()).unwrap();
    assert_eq!(performance.mood(story.now), ClockMood::Met);
}

#[test]
fn a_repayment_is_proposed_answered_and_agreed_once() {
    for (rest, expect) in [
        ("repay total=0", "terms-unfit"),
        ("repay times=0", "terms-unfit"),
        ("repay times=60", "handling"),
        ("repay times=61", "terms-unfit"),
        ("repay waive=0", "terms-unfit"),
        ("repay waive=50001", "above-authority"),
        ("repay customer waive=50001", "handling"),
        ("repay customer waive=50001; agree", "above-authority"),
        ("repay customer waive=50001; officer: agree", "handling"),
        ("repay; repay", "repayment-open"),
        ("agree", "no-repayment-open"),
        ("repay; agree no=2", "no-repayment-open"),
        ("repay; disagree; repay; agree no=2; repay", "repayment-agreed"),
        ("repay; disagree ground", "ground-unfit"),
        ("repay customer; agree ground", "ground-unfit"),
        ("repay customer; disagree", "ground-missing"),
        ("repay customer; disagree ground", "ground-missing"),
        ("repay customer; disagree ground said", "handling"),
        ("repay; decide; notify; visit 5; officer: close", "repayment-open"),
        ("repay; customer: agree", "staff-only"),
    ] {
        check(&after(rest), expect);
    }
    check("file; repay", "not-accepted");
    let story = told(&after("repay customer; disagree ground said; repay times=12; agree no=2"));
    let plan = story.order().repayment_plan().unwrap();
    assert_eq!((plan.number, plan.terms.instalments), (2, 12));
}
