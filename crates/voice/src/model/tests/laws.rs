//! Laws that hold after every step of every story, however odd.

use kernel::{
    ActorRef, Timestamp,
    id::{AttachmentId, ClockId, LetterId, NoteId, OrderId, TaskId},
};
use proptest::prelude::*;
use regulation::{AlertKind, MatterKind, MatterSource, Milestone, PauseReason};

use super::script::{LAW, Story, filing, key, path, person, sealed};
use crate::model::{
    ClockEvent, Command, EndingEvent, Fact, Order, OrderEvent, Stage, Verb, WorkEvent, allowed_actions,
    clock::Stop,
    group::{GroupCommand, speakers_max},
    parts::{
        Attachment, AxisKey, Classification, Decision, DeclineGround, Means, Outcome, PersonalField, Principle,
        Purpose, Relation, ReopenGround, Representative, RevealGround, Satisfaction, Standing, VisitAnswer,
    },
    refusal::Refusal,
};

const PEOPLE: [&str; 9] =
    ["teller", "handler", "other", "officer", "head", "superior", "president", "customer", "program"];
/// Steps of one story: enough to close, reopen and close again.
const STEPS_MAX: usize = 60;

/// One random step: what, who, how far the clock moves, and a number that picks among whatever there is to pick from.
#[derive(Debug, Clone, Copy)]
struct Step {
    what: u8,
    who: usize,
    hours: i64,
    pick: usize,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let hours = prop_oneof![4 => 0..8i64, 2 => 0..72i64, 1 => 0..900i64];
    let step = (0..37u8, 0..PEOPLE.len(), hours, any::<u16>());
    let step = step.prop_map(|(what, who, hours, pick)| Step { what, who, hours, pick: usize::from(pick) });
    prop::collection::vec(step, 1..STEPS_MAX)
}

fn pick<T: Copy>(from: &[T], at: usize) -> Option<T> {
    if from.is_empty() { None } else { Some(from[at % from.len()]) }
}

fn decision(order: &Order, at: usize) -> Decision {
    let outcomes = [Outcome::Substantiated, Outcome::NotSubstantiated, Outcome::Answered, Outcome::Declined];
    Decision {
        outcome: outcomes[at % outcomes.len()],
        facts: sealed("f"),
        basis: sealed("b"),
        answer: sealed("a"),
        remedies: LAW.remedies(order.matter, order.opened_at.date()),
        compensation: None,
        waiver: None,
        principles: vec![Principle::UnreasonableExplained],
    }
}

/// A command that has a fair chance of making sense.
fn command(story: &Story, step: Step) -> Command {
    let Some(order) = &story.order else {
        let kinds: Vec<&str> = MatterKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let sources: Vec<&str> = MatterSource::ALL.iter().map(|source| source.as_str()).collect();
        let words = [
            kinds[step.pick % kinds.len()],
            sources[step.pick / 7 % sources.len()],
            if step.pick.is_multiple_of(5) { "anonymous" } else { "" },
            if step.pick.is_multiple_of(3) { "deadline" } else { "" },
        ];
        return Command::File(Box::new(filing(&words, story.now)));
    };
    let at = story.now.plus_micros([0, 0, 0, -3_600_000_000, 1][step.pick % 5]);
    let clocks: Vec<ClockId> = order.clocks.iter().map(|clock| clock.id).collect();
    let clock = pick(&clocks, step.pick).unwrap_or(ClockId::from_bits(0));
    let letters: Vec<LetterId> = order.letters.iter().map(|letter| letter.id).collect();
    let tasks: Vec<TaskId> = order.tasks.iter().map(|task| task.id).collect();
    let task = pick(&tasks, step.pick).unwrap_or(TaskId::from_bits(7));
    let means = Means::ALL[step.pick % Means::ALL.len()];
    let why = || sealed("why");
    match step.what {
        0 | 1 => Command::Register,
        2 => Command::Decline { ground: DeclineGround::Settled, decision: Box::new(decision(order, 3)) },
        3 | 4 => Command::Classify(Classification {
            channel: AxisKey::new(key(regulation::Axis::Channel)),
            business: AxisKey::new(key(regulation::Axis::Business)),
            reason: AxisKey::new(key(regulation::Axis::Reason)),
        }),
        5 | 6 => {
            Command::Assign { unit: path(["/HO/GZ/", "/HO/GZ/GZ002/", "/HO/"][step.pick % 3]), person: None, why: None }
        }
        7 | 8 => Command::Accept,
        9 => Command::Contact { means, reached: step.pick.is_multiple_of(2), at, words: None },
        10 => Command::Note { note: NoteId::from_bits(step.pick as u128), text: why() },
        11 => Command::OpenTask {
            task: TaskId::from_bits(step.pick as u128),
            unit: path("/HO/CARD/"),
            person: None,
            ask: why(),
            due: None,
        },
        12 => Command::AnswerTask { task, answer: why() },
        13 => Command::CancelTask { task, why: why() },
        14 => Command::Attach(Attachment {
            id: AttachmentId::from_bits(step.pick as u128),
            purpose: Purpose::ALL[step.pick % Purpose::ALL.len()],
            name: why(),
            media: "image/png".to_owned(),
            size: 1,
            digest: step.pick.to_string(),
            task: None,
            sealed: true,
        }),
        15 => Command::NameRepresentative(Representative {
            standing: if step.pick.is_multiple_of(2) { Standing::Agent } else { Standing::Heir },
            name: why(),
            phone: None,
            identity: None,
        }),
        16 => Command::Pause { ground: PauseReason::ALL[step.pick % 3], from: at, why: why() },
        17 => Command::Resume { at },
        18 => Command::ProposeExtension { clock, why: why() },
        19 => Command::ApproveExtension { clock },
        20 => Command::RefuseExtension { clock, why: why() },
        21 => Command::RecallExtension { clock },
        22 | 23 => Command::Decide(Box::new(decision(order, step.pick))),
        24 | 25 => Command::Notify {
            letter: pick(&letters, step.pick).unwrap_or(LetterId::from_bits(0)),
            means: Means::Sms,
            at,
            reference: None,
            text: None,
        },
        26 => Command::ReportBack { means, at, reference: None, items: Vec::new() },
        27 => Command::Visit {
            means: Means::Phone,
            answer: Satisfaction::new((step.pick % 6) as u8).ok().map(|satisfaction| VisitAnswer {
                satisfaction,
                settled: true,
                words: None,
            }),
            at,
        },
        28 | 29 => Command::Close,
        30 => Command::Withdraw { at, means, paper: None, words: None },
        31 => Command::Retype { to: MatterKind::ALL[step.pick % MatterKind::ALL.len()], why: why() },
        32 => match step.pick % 3 {
            0 => Command::Link { other: OrderId::from_bits(step.pick as u128), relation: Relation::RelatedTo },
            1 => Command::MoveClocks,
            _ => Command::Reveal { fields: vec![PersonalField::Name], member: None, ground: RevealGround::Audit },
        },
        33 | 34 => Command::Group(GroupCommand::Join { name: why(), phone: None, speaks: step.pick.is_multiple_of(3) }),
        35 => Command::Group(match step.pick % 3 {
            0 => GroupCommand::Leave { number: (step.pick % 5) as u32 },
            1 => GroupCommand::Speak { number: (step.pick % 5) as u32, speaks: step.pick.is_multiple_of(2) },
            _ => GroupCommand::Report { means, at, reference: None },
        }),
        _ => Command::Reopen { ground: ReopenGround::NewFacts, why: why() },
    }
}

fn ended_takes(event: &OrderEvent) -> bool {
    matches!(
        event,
        OrderEvent::Work(WorkEvent::Linked { .. })
            | OrderEvent::Work(WorkEvent::Unlinked { .. })
            | OrderEvent::Work(WorkEvent::Revealed { .. })
            | OrderEvent::Work(WorkEvent::AttachmentRead { .. })
            | OrderEvent::Ending(EndingEvent::Reopened { .. })
    )
}

/// What holds of every order at every moment.
fn check_order(order: &Order, events: usize) {
    assert_eq!(order.version, events as u64, "the version counts the events");
    for clock in &order.clocks {
        assert!(clock.due >= clock.start, "{:?}", clock.rule);
        let open_pauses = clock.pauses.iter().filter(|pause| pause.to.is_none()).count();
        assert!(open_pauses <= 1);
        assert!(clock.pauses.iter().all(|pause| pause.to.is_none_or(|to| to >= pause.from)));
    }
    for granted in &order.granted {
        assert_ne!(granted.proposed_by.as_ref(), Some(&granted.granted_by), "four eyes");
    }
    for proposal in &order.proposals {
        assert!(order.clock(proposal.clock).is_some_and(crate::model::Clock::open), "nothing hangs on an ended clock");
    }
    // A petition that became a complaint keeps the speakers it had: both rows allow as many.
    let most = speakers_max(&LAW, order.matter, order.opened_at.date());
    assert!(most.is_none_or(|most| order.group.speakers() <= most as usize), "no more speak than may");
    let ended = order.stage.name().ended();
    assert!(!ended || order.open_clocks().next().is_none(), "an ended order has no clock");
    assert!(!ended || !order.letters.iter().any(crate::model::Letter::owed), "an ended order owes no letter");
    if let Stage::Notified { .. } = order.stage {
        assert!(order.open_for(&[Stop::Law(Milestone::DecisionNotified)]).is_empty(), "told means answered");
    }
}

/// The next alarm is the first of all alerts of all clocks, at this moment and around every deadline.
fn check_alarm(order: &Order, now: Timestamp) {
    let around = order.open_clocks().flat_map(|clock| [clock.due, clock.due.plus_micros(1), clock.due.plus_days(3)]);
    for at in around.chain([now]) {
        let alerts = order.open_clocks().flat_map(|clock| LAW.alerts(clock, at));
        assert_eq!(LAW.next_alarm(order, at), alerts.map(|alert| alert.at).min());
    }
}

/// The state follows from the stored events alone, after they went through their stored form.
fn check_replay(story: &Story) {
    let mut again: Option<Order> = None;
    for (at, by, event) in &story.events {
        let stored = serde_json::to_string(event).unwrap();
        let event: OrderEvent = serde_json::from_str(&stored).unwrap();
        again = Order::evolve(again, Fact { at: *at, by, event: &event });
    }
    assert_eq!(again, story.order);
}

/// Rings everything that is due; an alert that is listed as due is never refused.
fn ring(story: &mut Story) {
    let Some(order) = &story.order else { return };
    for id in order.clocks.iter().map(|clock| clock.id).collect::<Vec<_>>() {
        let now = story.now;
        let alerts = LAW.alerts(story.order().clock(id).unwrap(), now);
        for alert in alerts.into_iter().filter(|alert| alert.at <= now) {
            let reminder = alert.kind == AlertKind::Reminder;
            assert!(!reminder || story.now <= story.order().clock(id).unwrap().due);
            let command = Command::Alert { clock: id, alert: alert.rule };
            assert_eq!(story.act(command, &person("program")), Ok(()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_story_keeps_the_laws(steps in steps()) {
        let mut story = Story::new();
        for step in steps {
            story.now = story.now.plus_micros(step.hours * 3_600_000_000);
            let actor = person(PEOPLE[step.who]);
            let command = command(&story, step);
            let before = story.order.clone();
            let verb = command.verb();
            let count = story.events.len();
            match story.act(command, &actor) {
                Ok(()) => {
                    let new = &story.events[count..];
                    if let Some(before) = &before {
                        let ended = before.stage.name().ended();
                        prop_assert!(!ended || new.iter().all(|(.., event)| ended_takes(event)));
                        allowed(before, verb, &actor, story.now);
                    }
                }
                Err(refusal) => {
                    prop_assert_eq!(&before, &story.order, "a refusal changes nothing");
                    prop_assert!(!refusal.text().zh.is_empty() && !refusal.text().en.is_empty());
                }
            }
            if step.pick % 4 == 0 {
                ring(&mut story);
            }
            if let Some(order) = &story.order {
                check_order(order, story.events.len());
                check_alarm(order, story.now);
            }
        }
        check_replay(&story);
    }

    #[test]
    fn a_first_event_other_than_filing_makes_nothing(at in any::<i64>()) {
        let by = ActorRef::program("test");
        let event = OrderEvent::Clock(ClockEvent::ExtensionRecalled { clock: ClockId::from_bits(1) });
        prop_assert_eq!(Order::evolve(None, Fact { at: Timestamp::from_micros(at), by: &by, event: &event }), None);
    }
}

/// What was done was allowed: the list of actions may only refuse it for want of a permission.
fn allowed(before: &Order, verb: Option<Verb>, actor: &kernel::Actor, now: Timestamp) {
    let Some(verb) = verb else { return };
    let actions = allowed_actions(before, actor, now, &LAW);
    let refusal = actions.into_iter().find(|action| action.verb == verb).and_then(|action| action.refusal);
    assert!(matches!(refusal, None | Some(Refusal::Lacks(_))), "{verb:?}: {refusal:?}");
}
