//! Stories of rectifications, and the stored form of every kind of event.

use kernel::{
    Actor, ActorKind, Date, Timestamp,
    id::{AttachmentId, OrderId, RectificationId, StaffId},
};
use ledger::Event as _;
use seal::Sealed;

use super::{
    Counted, Rectification, RectificationCommand as Command, RectificationEvent as Event, RectificationFact,
    RectificationRefusal as Refusal, RectificationStage as Stage, RectificationVerb as Verb, decide,
    event::{Opened, PlannedMeasure, Target},
};
use crate::{
    model::parts::{Attachment, AxisKey, Purpose},
    testing::{LAW, path, staff},
};

const START: Timestamp = Timestamp::from_micros(1_772_416_800_000_000);
/// Payloads as version 1 stored them, one line each.
const VERSION_1: &str = include_str!("../../../samples/rectification-events-1.tsv");

fn sealed() -> Sealed {
    Sealed::from_stored("s1.words")
}

fn opened() -> Opened {
    Opened {
        rectification: RectificationId::from_bits(1),
        target: Target { scope: path("/HO/GZ/"), cause: AxisKey::new("charges"), business: None, reason: None },
        unit: path("/HO/GZ/GZ001/"),
        owner: StaffId::from_bits(7),
        title: sealed(),
        finding: sealed(),
        measures: vec![
            PlannedMeasure { text: sealed(), due: None },
            PlannedMeasure { text: sealed(), due: Some("2026-03-10".parse().unwrap()) },
        ],
        due: START.plus_days(20),
        orders: vec![OrderId::from_bits(9)],
    }
}

fn file(number: u128) -> Attachment {
    Attachment {
        id: AttachmentId::from_bits(number),
        purpose: Purpose::Evidence,
        name: sealed(),
        media: "image/png".to_owned(),
        size: 10,
        digest: format!("{number:064x}"),
        task: None,
        sealed: true,
    }
}

fn owner() -> Actor {
    Actor { reference: kernel::ActorRef::new(ActorKind::Staff, StaffId::from_bits(7)), ..officer() }
}

fn officer() -> Actor {
    staff(5, kernel::Role::Officer, "/HO/GZ/")
}

/// A story as it is told, with its clock.
struct Story {
    state: Option<Rectification>,
    now: Timestamp,
}

impl Story {
    fn begun() -> Self {
        let mut story = Self { state: None, now: START };
        story.go(&officer(), Command::Open(Box::new(opened()))).unwrap();
        story
    }

    fn go(&mut self, actor: &Actor, command: Command) -> Result<Event, Refusal> {
        let events = decide(self.state.as_ref(), command, actor, self.now, &LAW)?;
        for event in &events {
            let fact = RectificationFact { at: self.now, by: &actor.reference, event };
            self.state = Rectification::evolve(self.state.take(), fact);
        }
        Ok(events[0].clone())
    }

    fn days(&mut self, days: i64) {
        self.now = self.now.plus_days(days);
    }

    fn state(&self) -> &Rectification {
        self.state.as_ref().unwrap()
    }

    fn submitted() -> Self {
        let mut story = Self::begun();
        for measure in [1, 2] {
            story.go(&owner(), Command::Measure { measure, words: None }).unwrap();
        }
        story.go(&owner(), Command::AddEvidence(file(3))).unwrap();
        story.go(&owner(), Command::Submit { words: sealed() }).unwrap();
        story
    }

    fn checked() -> Self {
        let mut story = Self::submitted();
        story.go(&officer(), Command::Check { is_done: true, words: sealed(), due: None }).unwrap();
        story
    }
}

const COUNTED: Counted = Counted { days: 90, before: 12, after: 1 };

fn look_back(is_effective: bool, due: Option<Timestamp>) -> Command {
    Command::LookBack { is_effective, words: sealed(), counted: COUNTED, due }
}

#[test]
fn a_rectification_goes_from_its_opening_to_its_closing() {
    let mut story = Story::checked();
    assert_eq!(story.state().stage, Stage::Checked);
    assert_eq!(story.go(&officer(), look_back(true, None)), Err(Refusal::TooEarly(story.now.plus_days(90))));
    story.days(90);
    story.go(&officer(), look_back(true, None)).unwrap();
    assert_eq!((story.state().stage, story.state().look_backs[0].counted), (Stage::Closed, COUNTED));
    assert_eq!(story.state().next_alarm(&LAW, story.now), None);
}

#[test]
fn nobody_checks_their_own_work() {
    let mut story = Story::submitted();
    let check = || Command::Check { is_done: true, words: sealed(), due: None };
    assert_eq!(story.go(&owner(), check()), Err(Refusal::OwnWork));
    story.go(&officer(), check()).unwrap();
    story.days(90);
    assert_eq!(story.go(&owner(), look_back(true, None)), Err(Refusal::OwnWork));
    // Handing over does not make one's own work somebody else's.
    let mut story = Story::submitted();
    let to = Command::HandOver { unit: path("/HO/GZ/GZ001/"), owner: StaffId::from_bits(8), words: sealed() };
    story.go(&officer(), to).unwrap();
    assert_eq!(story.go(&owner(), check()), Err(Refusal::OwnWork));
}

#[test]
fn what_is_missing_is_named() {
    let mut story = Story::begun();
    assert_eq!(story.go(&officer(), Command::Measure { measure: 1, words: None }), Err(Refusal::NotOwner));
    assert_eq!(story.go(&owner(), Command::Submit { words: sealed() }), Err(Refusal::MeasuresOpen(2)));
    assert_eq!(story.go(&owner(), Command::Measure { measure: 3, words: None }), Err(Refusal::UnknownMeasure));
    story.go(&owner(), Command::Measure { measure: 1, words: None }).unwrap();
    assert_eq!(story.go(&owner(), Command::Measure { measure: 1, words: None }), Err(Refusal::MeasureDone));
    story.go(&owner(), Command::Measure { measure: 2, words: Some(sealed()) }).unwrap();
    assert_eq!(story.go(&owner(), Command::Submit { words: sealed() }), Err(Refusal::NoEvidence));
    story.go(&owner(), Command::AddEvidence(file(3))).unwrap();
    assert_eq!(story.go(&owner(), Command::AddEvidence(file(3))), Err(Refusal::FileTwice));
    let check = Command::Check { is_done: false, words: sealed(), due: None };
    assert_eq!(story.go(&officer(), check.clone()), Err(Refusal::WrongStage(Stage::Open)));
    story.go(&owner(), Command::Submit { words: sealed() }).unwrap();
    assert_eq!(story.go(&officer(), check), Err(Refusal::NoDue));
    let past = Command::Check { is_done: false, words: sealed(), due: Some(story.now) };
    assert!(matches!(story.go(&officer(), past), Err(Refusal::DueOutOfRange(_))));
    let again = Command::Check { is_done: false, words: sealed(), due: Some(story.now.plus_days(5)) };
    story.go(&officer(), again).unwrap();
    assert_eq!((story.state().stage, story.state().round), (Stage::Open, 2));
}

#[test]
fn openings_that_make_no_sense_are_refused() {
    let open = |change: &dyn Fn(&mut Opened)| {
        let mut opened = opened();
        change(&mut opened);
        decide(None, Command::Open(Box::new(opened)), &officer(), START, &LAW).map(|_| ())
    };
    assert_eq!(open(&|_| {}), Ok(()));
    assert_eq!(open(&|it| it.target.cause = AxisKey::new("weather")), Err(Refusal::UnknownCause));
    assert_eq!(open(&|it| it.target.reason = Some(AxisKey::new("weather"))), Err(Refusal::UnknownClass));
    assert_eq!(open(&|it| it.measures.clear()), Err(Refusal::NoMeasures));
    assert!(matches!(open(&|it| it.due = START), Err(Refusal::DueOutOfRange(_))));
    assert!(matches!(open(&|it| it.due = START.plus_days(1_000)), Err(Refusal::DueOutOfRange(_))));
    let late: Date = "2027-01-01".parse().unwrap();
    assert_eq!(open(&|it| it.measures[0].due = Some(late)), Err(Refusal::MeasureAfterDue));
}

#[test]
fn a_cause_that_comes_back_opens_it_again() {
    let mut story = Story::checked();
    let checked = story.now;
    let program = crate::jobs::program();
    let recur = |at| Command::Recur { orders: vec![OrderId::from_bits(10)], received_at: at };
    assert_eq!(story.go(&officer(), recur(checked.plus_days(1))), Err(Refusal::ProgramOnly));
    assert_eq!(story.go(&program, recur(checked.plus_days(-1))), Err(Refusal::NoRecurrence));
    story.days(10);
    story.go(&program, recur(checked.plus_days(1))).unwrap();
    let state = story.state();
    assert_eq!((state.stage, state.round, state.orders.len()), (Stage::Open, 2, 2));
    assert!(state.due > story.now);
    assert_eq!(story.go(&program, recur(checked.plus_days(1))), Err(Refusal::WrongStage(Stage::Open)));
    // A closed one opens too.
    let mut story = Story::checked();
    story.days(100);
    story.go(&officer(), look_back(true, None)).unwrap();
    story.go(&program, recur(story.now)).unwrap();
    assert_eq!(story.state().stage, Stage::Open);
}

#[test]
fn what_is_overdue_goes_higher_each_time() {
    let mut story = Story::begun();
    let program = crate::jobs::program();
    assert_eq!(story.state().owed(&LAW, story.now), []);
    assert_eq!(story.go(&program, Command::Escalate), Err(Refusal::NothingDue));
    let mut told = Vec::new();
    for _ in 0..40 {
        story.days(1);
        for command in story.state().owed(&LAW, story.now) {
            let event = story.go(&program, command).unwrap();
            let to = if let Event::Escalated { unit } = &event { unit.as_str() } else { event.kind() };
            told.push(to.to_owned());
        }
    }
    // Three days before the twentieth the owner; then the unit above, and every seven days one higher, up to the top.
    assert_eq!(told, ["reminded", "/HO/GZ/", "/HO/", "/HO/"]);
    let due = story.now.plus_days(30);
    story.go(&officer(), Command::Postpone { due, words: sealed() }).unwrap();
    assert_eq!(story.state().owed(&LAW, story.now), []);
    assert_eq!(story.go(&officer(), Command::Postpone { due, words: sealed() }), Err(Refusal::NotLater));
    assert_eq!(story.go(&owner(), Command::Postpone { due: due.plus_days(1), words: sealed() }), Err(Refusal::OwnWork));
}

#[test]
fn what_is_offered_is_what_is_allowed() {
    let story = Story::submitted();
    let allowed = |actor: &Actor| {
        let actions = story.state().allowed_actions(actor, story.now);
        actions.into_iter().filter(|action| action.refusal.is_none()).map(|action| action.verb).collect::<Vec<_>>()
    };
    let all = [
        Verb::AddEvidence,
        Verb::ReadEvidence,
        Verb::Check,
        Verb::Supervise,
        Verb::Circulate,
        Verb::HandOver,
        Verb::Cancel,
    ];
    assert_eq!(allowed(&officer()), all);
    assert_eq!(allowed(&staff(6, kernel::Role::Officer, "/HO/SZ/")), []);
    assert_eq!(allowed(&staff(6, kernel::Role::Auditor, "/HO/")), [Verb::ReadEvidence]);
}

#[test]
fn refusals_are_told_apart() {
    let mut slugs = Refusal::slugs();
    let count = slugs.len();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), count);
}

/// One event of every kind with every field filled.
fn every_kind() -> Vec<Event> {
    let mut full = opened();
    full.target.business = Some(AxisKey::new("b"));
    full.target.reason = Some(AxisKey::new("r"));
    let (words, due) = (sealed(), START);
    vec![
        Event::Opened(Box::new(full)),
        Event::MeasureDone { measure: 1, words: Some(sealed()) },
        // As it was before objects were sealed, and as it is now.
        Event::EvidenceAdded { attachment: Attachment { sealed: false, ..file(3) } },
        Event::EvidenceAdded { attachment: file(3) },
        Event::EvidenceRead { attachment: AttachmentId::from_bits(3) },
        Event::Submitted { words: words.clone() },
        Event::CheckPassed { words: words.clone(), look_back_at: due },
        Event::CheckFailed { words: words.clone(), due },
        Event::LookedBack { is_effective: false, words: words.clone(), counted: COUNTED, due: Some(due) },
        Event::Recurred { orders: vec![OrderId::from_bits(10)], due },
        Event::Supervised { words: words.clone() },
        Event::Circulated { words: words.clone() },
        Event::Postponed { due, words: words.clone() },
        Event::HandedOver { unit: path("/HO/GZ/"), owner: StaffId::from_bits(8), words: words.clone() },
        Event::Cancelled { words },
        Event::Reminded { rule: "policy.rectification.remind@1".parse().unwrap() },
        Event::Escalated { unit: path("/HO/") },
        Event::Relocated { from: path("/HO/GZ/"), to: path("/HO/SZ/GZ/") },
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
