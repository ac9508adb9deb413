//! Stories of interceptions, and the stored form of every kind of event.

use kernel::{
    Actor, Role, Text, Timestamp,
    id::{DecisionId, InterceptionId, SubjectId},
};
use ledger::Event as _;
use proptest::prelude::*;
use seal::Sealed;

use super::{
    Command, Fact, Interception, InterceptionEvent as Event, Refusal, Verb, decide,
    event::{Opened, Payee, Payer},
};
use crate::{
    jobs::program,
    model::words::{
        Channel, DelayEnd, DelayGround, Ground, GuardEnding, GuardField, GuardOutcome, PoliceSays, RelativeSays,
        Restriction, Stage, VisitFinding,
    },
    testing::{RULES, path, staff},
};

const START: Timestamp = Timestamp::from_micros(1_772_416_800_000_000);
const HOUR: i64 = 3_600_000_000;
/// Payloads as version 1 stored them, one line each.
const VERSION_1: &str = include_str!("../../../samples/interception-events-1.tsv");

fn sealed() -> Sealed {
    Sealed::from_stored("s1.words")
}

fn opened() -> Opened {
    Opened {
        interception: InterceptionId::from_bits(1),
        unit: path("/HO/GZ/GZ001/"),
        decision: Some(DecisionId::from_bits(2)),
        channel: Channel::Counter,
        payer: Payer {
            subject: SubjectId::from_bits(3),
            customer: None,
            name: Some(sealed()),
            phone: None,
            account: Some(sealed()),
        },
        payee: Payee { name: None, account: Some(sealed()) },
        amount: 5_000_000,
        purpose: Some(sealed()),
        outcome: GuardOutcome::Verify,
        reasons: vec![Text::of("首次向陌生人转账", "A first payment to a stranger")],
        book: RULES.book.version,
        parts: RULES.book.choose(["stranger"]),
    }
}

fn teller() -> Actor {
    staff(5, Role::Teller, "/HO/GZ/GZ001/")
}

fn head() -> Actor {
    staff(6, Role::OutletHead, "/HO/GZ/GZ001/")
}

/// A story as it is told, with its clock.
struct Story {
    state: Option<Interception>,
    now: Timestamp,
}

impl Story {
    fn of(opened: Opened) -> Self {
        let mut story = Self { state: None, now: START };
        story.go(&teller(), Command::Open(Box::new(opened))).unwrap();
        story
    }

    fn begun() -> Self {
        Self::of(opened())
    }

    fn go(&mut self, actor: &Actor, command: Command) -> Result<Event, Refusal> {
        let events = decide(self.state.as_ref(), command, actor, self.now, &RULES)?;
        for event in &events {
            let fact = Fact { at: self.now, by: &actor.reference, event };
            self.state = Interception::evolve(self.state.take(), fact);
        }
        Ok(events[0].clone())
    }

    fn answer(&mut self, part: &str, step: &str, answer: &str) -> GuardOutcome {
        let command = Command::Answer { part: part.into(), step: step.into(), answer: answer.into() };
        self.go(&teller(), command).unwrap();
        self.state().outcome
    }

    /// Every step answered by its most harmless answer.
    fn calmed(mut self) -> Self {
        for part in self.state().parts.clone() {
            for step in &RULES.book.part(&part).unwrap().steps {
                let mildest = step.answers.iter().min_by_key(|answer| answer.points).unwrap();
                self.answer(&part, &step.key, &mildest.key);
            }
        }
        self
    }

    fn state(&self) -> &Interception {
        self.state.as_ref().unwrap()
    }

    fn settle(&mut self, actor: &Actor, ending: GuardEnding, scam: Option<&str>, sent: i64) -> Result<Event, Refusal> {
        self.go(actor, Command::Settle { ending, scam: scam.map(str::to_owned), sent, words: sealed() })
    }
}

#[test]
fn answers_change_the_outcome_at_once() {
    let mut story = Story::begun();
    assert_eq!(story.answer("observe", "company", "alone"), GuardOutcome::Verify);
    assert_eq!(story.answer("stranger", "call_back", "denied"), GuardOutcome::Block);
    // Answered anew, the lift is gone.
    assert_eq!(story.answer("stranger", "call_back", "confirmed"), GuardOutcome::Verify);
    assert_eq!(story.answer("observe", "company", "on_call"), GuardOutcome::Hold);
    let unknown = Command::Answer { part: "mule".into(), step: "whose_money".into(), answer: "unclear".into() };
    assert_eq!(story.go(&teller(), unknown), Err(Refusal::UnknownAnswer));
}

#[test]
fn a_dialogue_that_clears_everything_lowers_the_outcome_and_never_a_block() {
    assert_eq!(Story::begun().calmed().state().outcome, GuardOutcome::Advise);
    let blocked = Story::of(Opened { outcome: GuardOutcome::Block, ..opened() }).calmed();
    assert_eq!(blocked.state().outcome, GuardOutcome::Block);
    let mut advised = Story::of(Opened { outcome: GuardOutcome::Allow, ..opened() }).calmed();
    assert_eq!(advised.state().outcome, GuardOutcome::Allow, "calm never makes it stronger");
    assert_eq!(advised.answer("farewell", "reminder", "insists"), GuardOutcome::Allow);
}

#[test]
fn a_delay_runs_out_or_is_revoked_in_time() {
    let delay = Command::Delay { ground: DelayGround::Risk };
    let mut story = Story::begun();
    story.go(&teller(), delay.clone()).unwrap();
    let until = story.state().waiting().unwrap().until;
    assert_eq!(until, START.plus_micros(24 * HOUR), "the policy's hours");
    assert_eq!(story.state().next_alarm(), Some(until));
    assert_eq!(story.go(&teller(), delay.clone()), Err(Refusal::DelayedAlready));
    assert_eq!(story.go(&program(), Command::RunOut), Err(Refusal::NothingDue));
    story.now = until;
    assert_eq!(story.go(&teller(), Command::Revoke), Err(Refusal::TooLate(until)));
    assert_eq!(story.state().owed(story.now), [Command::RunOut]);
    story.go(&program(), Command::RunOut).unwrap();
    assert_eq!(story.state().delay.as_ref().unwrap().ended, Some((DelayEnd::RanOut, until)));

    let mut story = Story::begun();
    assert_eq!(story.go(&teller(), Command::Revoke), Err(Refusal::NotDelayed));
    story.go(&teller(), delay).unwrap();
    story.now = until.plus_micros(-1);
    story.go(&teller(), Command::Revoke).unwrap();
    assert_eq!((story.state().waiting(), story.state().next_alarm()), (None, None));
}

#[test]
fn the_laws_delay_is_waived_only_under_all_its_conditions() {
    let mut story = Story::begun();
    story.go(&teller(), Command::Delay { ground: DelayGround::Machine }).unwrap();
    assert_eq!(story.state().waiting().unwrap().rule.to_string(), "fraud.atm_delay@2");
    let all: Vec<String> = RULES.law.waived_if(START.date()).into_iter().map(|item| item.key).collect();
    let fewer = Command::Waive { conditions: all[1..].to_vec() };
    assert!(matches!(story.go(&teller(), fewer), Err(Refusal::ConditionsMissing(_))));
    let event = story.go(&teller(), Command::Waive { conditions: all.clone() }).unwrap();
    assert_eq!(event, Event::DelayEnded { how: DelayEnd::Waived, conditions: all.clone(), words: None });

    let mut story = Story::begun();
    story.go(&teller(), Command::Delay { ground: DelayGround::Risk }).unwrap();
    assert_eq!(story.go(&teller(), Command::Waive { conditions: all }), Err(Refusal::NotWaivable));
    let release = || Command::Release { words: sealed() };
    let head_who_asked = staff(5, Role::OutletHead, "/HO/GZ/GZ001/");
    assert_eq!(story.go(&head_who_asked, release()), Err(Refusal::OwnWork));
    story.go(&head(), release()).unwrap();
}

#[test]
fn whoever_is_limited_is_told_everything_the_law_asks_for() {
    let mut story = Story::begun();
    let limit = |told: &[&str]| Command::Limit {
        restriction: Restriction::OffCounter,
        told: told.iter().map(|key| (*key).to_owned()).collect(),
        words: sealed(),
    };
    assert!(matches!(story.go(&head(), limit(&["reason", "remedy"])), Err(Refusal::NotTold(_))));
    story.go(&head(), limit(&["reason", "remedy", "papers"])).unwrap();
    assert_eq!(story.go(&head(), limit(&["reason"])), Err(Refusal::LimitedAlready));
    story.go(&teller(), Command::Appeal { words: sealed() }).unwrap();
    assert!(story.state().limited().unwrap().appealed_at.is_some());
    story.go(&head(), Command::Lift { words: sealed() }).unwrap();
    assert_eq!(story.go(&head(), Command::Lift { words: sealed() }), Err(Refusal::NotLimited));
}

#[test]
fn what_was_saved_follows_the_definition() {
    let mut story = Story::begun();
    assert_eq!(story.settle(&teller(), GuardEnding::Persuaded, None, 0), Err(Refusal::ScamMismatch));
    assert_eq!(story.settle(&teller(), GuardEnding::Persuaded, Some("weather"), 0), Err(Refusal::UnknownScam));
    assert_eq!(story.settle(&teller(), GuardEnding::Persuaded, Some("loan"), 5_000_001), Err(Refusal::BadSent));
    assert_eq!(story.settle(&teller(), GuardEnding::Police, Some("loan"), 0), Err(Refusal::NoPolice));
    story.settle(&teller(), GuardEnding::Persuaded, Some("loan"), 1_000_000).unwrap();
    let state = story.state();
    assert_eq!((state.stage, state.result.as_ref().unwrap().saved), (Stage::Settled, 4_000_000));
    // Later the fraudsters got most of it by another way.
    story.go(&teller(), Command::Report { scam: "loan".into(), lost: 4_500_000, words: sealed() }).unwrap();
    let result = story.state().result.as_ref().unwrap();
    assert_eq!((result.ending, result.saved), (GuardEnding::ReportedLater, 500_000));
    let again = Command::Report { scam: "loan".into(), lost: 0, words: sealed() };
    assert_eq!(story.go(&teller(), again), Err(Refusal::ReportedAlready));
}

#[test]
fn who_insists_is_heard_out_and_signs_first() {
    let mut story = Story::begun();
    let insist = |story: &mut Story| story.settle(&teller(), GuardEnding::Insisted, None, 5_000_000);
    assert_eq!(insist(&mut story), Err(Refusal::StepsLeft(5)));
    story = story.calmed();
    assert_eq!(insist(&mut story), Err(Refusal::NotSigned));
    story.go(&teller(), Command::SignRefusal { paper: "2026-0001".into() }).unwrap();
    story.answer("observe", "company", "led");
    assert_eq!(insist(&mut story), Err(Refusal::Stopped(GuardOutcome::Hold)));
    story.answer("observe", "company", "alone");
    story.go(&teller(), Command::Delay { ground: DelayGround::Risk }).unwrap();
    let until = story.state().waiting().unwrap().until;
    assert_eq!(insist(&mut story), Err(Refusal::StillWaiting(until)));
    story.now = until;
    story.go(&program(), Command::RunOut).unwrap();
    insist(&mut story).unwrap();
    assert_eq!(story.state().result.as_ref().unwrap().saved, 0);
}

#[test]
fn a_false_alarm_on_what_was_held_needs_a_second_person() {
    let mut story = Story::of(Opened { outcome: GuardOutcome::Hold, ..opened() });
    let alarm = |story: &mut Story, actor: &Actor| story.settle(actor, GuardEnding::FalseAlarm, None, 5_000_000);
    assert_eq!(alarm(&mut story, &teller()), Err(Refusal::OwnWork));
    assert_eq!(story.settle(&head(), GuardEnding::FalseAlarm, Some("loan"), 5_000_000), Err(Refusal::ScamMismatch));
    assert_eq!(story.settle(&head(), GuardEnding::FalseAlarm, None, 0), Err(Refusal::SentWhole));
    alarm(&mut story, &head()).unwrap();
    assert_eq!((story.state().stage, story.state().visit_at), (Stage::Closed, None));
}

#[test]
fn the_visit_is_called_for_once_and_ends_it() {
    let mut story = Story::begun();
    story.settle(&teller(), GuardEnding::Persuaded, Some("loan"), 0).unwrap();
    let at = story.state().visit_at.unwrap();
    assert_eq!((at, story.state().next_alarm()), (START.plus_days(3), Some(at)));
    assert_eq!(story.go(&program(), Command::CallVisit), Err(Refusal::NothingDue));
    assert_eq!(story.go(&teller(), Command::CallVisit), Err(Refusal::ProgramOnly));
    story.now = at;
    story.go(&program(), Command::CallVisit).unwrap();
    assert_eq!(story.state().owed(story.now), []);
    story.go(&teller(), Command::Visit { finding: VisitFinding::Fine, words: sealed() }).unwrap();
    assert_eq!(story.state().stage, Stage::Closed);
}

#[test]
fn what_is_offered_is_what_is_allowed() {
    let story = Story::begun();
    let allowed = |actor: &Actor| {
        let actions = story.state().allowed_actions(actor, story.now);
        actions.into_iter().filter(|(_, refusal)| refusal.is_none()).map(|(verb, _)| verb).collect::<Vec<_>>()
    };
    let teller_may =
        [Verb::Answer, Verb::CallRelative, Verb::CallPolice, Verb::SignRefusal, Verb::Delay, Verb::Note, Verb::Settle];
    assert_eq!(allowed(&teller()), teller_may);
    assert_eq!(allowed(&staff(9, Role::Auditor, "/HO/")), []);
    assert_eq!(allowed(&staff(9, Role::Teller, "/HO/SZ/")), []);
    assert!(allowed(&head()).contains(&Verb::Limit));
}

#[test]
fn refusals_are_told_apart() {
    let mut slugs = Refusal::slugs();
    let count = slugs.len();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), count);
}

proptest! {
    /// Whatever is answered in whatever order, the outcome is that of the answers that stand, and at least what they lift to.
    #[test]
    fn the_outcome_depends_on_the_answers_that_stand_alone(picks in prop::collection::vec((0usize..5, 0usize..5), 1..30)) {
        let steps: Vec<(String, String, Vec<String>)> = opened().parts.iter().flat_map(|part| {
            RULES.book.part(part).unwrap().steps.iter().map(|step| {
                (part.clone(), step.key.clone(), step.answers.iter().map(|answer| answer.key.clone()).collect())
            }).collect::<Vec<_>>()
        }).collect();
        let mut story = Story::begun();
        let mut standing = std::collections::BTreeMap::new();
        for (step, answer) in picks {
            let (part, key, answers) = &steps[step % steps.len()];
            let answer = &answers[answer % answers.len()];
            story.answer(part, key, answer);
            standing.insert((part.clone(), key.clone()), answer.clone());
        }
        let mut again = Story::begun();
        for ((part, step), answer) in standing.iter().rev() {
            again.answer(part, step, answer);
        }
        prop_assert_eq!(story.state().outcome, again.state().outcome);
        let raised = story.state().answers.values().filter_map(|given| given.raises).max();
        prop_assert!(raised.is_none_or(|raised| story.state().outcome >= raised));
    }
}

/// One event of every kind with every field filled.
fn every_kind() -> Vec<Event> {
    let words = sealed;
    vec![
        Event::Opened(Box::new(opened())),
        Event::Answered {
            part: "observe".into(),
            step: "company".into(),
            answer: "led".into(),
            points: 40,
            raises: Some(GuardOutcome::Hold),
            outcome: GuardOutcome::Hold,
        },
        Event::RelativeCalled { says: RelativeSays::Doubts, words: words() },
        Event::PoliceCalled { says: PoliceSays::TakesOver, words: words() },
        Event::RefusalSigned { paper: "2026-0001".into() },
        Event::Delayed { ground: DelayGround::Risk, rule: "policy.guard.delay@1".parse().unwrap(), until: START },
        Event::DelayEnded { how: DelayEnd::Waived, conditions: vec!["warned".into()], words: Some(words()) },
        Event::Limited { restriction: Restriction::Payments, told: vec!["reason".into()], words: words() },
        Event::LimitAppealed { words: words() },
        Event::LimitLifted { words: words() },
        Event::Noted { words: words() },
        Event::Settled {
            ending: GuardEnding::Persuaded,
            scam: Some("loan".into()),
            sent: 1,
            saved: 2,
            words: words(),
            visit_at: Some(START),
        },
        Event::Reported { scam: "loan".into(), lost: 1, saved: 2, known_at: START, words: words() },
        Event::VisitDue,
        Event::Visited { finding: VisitFinding::Fine, words: words() },
        Event::Revealed { fields: vec![GuardField::Phone], ground: Ground::Contact },
    ]
}

#[test]
fn stored_events_keep_their_form() {
    let lines: Vec<String> = every_kind()
        .iter()
        .map(|event| format!("{}\t{}", event.kind(), serde_json::to_string(event).unwrap()))
        .collect();
    assert_eq!(VERSION_1.lines().collect::<Vec<_>>(), lines, "a changed form needs a new version and an upgrade");
    for (line, event) in VERSION_1.lines().zip(every_kind()) {
        let (_, payload) = line.split_once('\t').unwrap();
        assert_eq!(serde_json::from_str::<Event>(payload).unwrap(), event);
        let words = event.sentence();
        assert!(!words.zh.is_empty() && !words.en.is_empty());
    }
}
