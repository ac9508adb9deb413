//! A small language for stories, so that a story is one line and a change of the model touches one place.
//!
//! Steps are separated by `;`. `+3d` and `+2h` move the clock. `who: verb words…` acts; without `who:` the usual person
//! does it. Every step but the last must succeed; the outcome of the last is what `check` compares.

use std::sync::{Arc, LazyLock};

use kernel::{
    Actor, ActorKind, ActorRef, Grant, Money, OrgPath, Role, Timestamp,
    id::{AttachmentId, NoteId, OrderId, StaffId, SubjectId, TaskId},
};
use regulation::{MatterKind, MatterSource, PauseReason, Regulations};
use seal::Sealed;

use crate::model::{
    Command, Fact, Law, LetterKind, Order, OrderEvent, Refusal,
    command::Filing,
    decide,
    parts::PersonalField,
    parts::{
        Attachment, AxisKey, Classification, Decision, DeclineGround, Means, Nature, Origin, Outcome, Party, Principle,
        PublicHotline, Purpose, Reference, Relation, ReopenGround, ReportItem, Representative, RevealGround,
        Satisfaction, Standing, VisitAnswer,
    },
    permission,
};

pub(super) static LAW: LazyLock<Law> = LazyLock::new(|| {
    let rules = Arc::new(Regulations::builtin().expect("the built-in files are good"));
    let calendar = rules.calendar().clone();
    Law::new(rules, calendar)
});

/// Monday 2026-03-02, 10:00 in Shanghai.
pub(super) const START: Timestamp = Timestamp::from_micros(1_772_416_800_000_000);
const HOUR: i64 = 3_600_000_000;

pub(super) fn sealed(text: &str) -> Sealed {
    Sealed::from_stored(format!("s1.{text}"))
}

pub(super) fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

/// The people of the stories: everybody holds every permission, so that only states and standing are tested here.
pub(super) fn person(name: &str) -> Actor {
    let (number, unit, role) = match name {
        "teller" => (1, "/HO/GZ/GZ001/", Role::Teller),
        "handler" => (2, "/HO/GZ/", Role::Handler),
        "other" => (3, "/HO/GZ/", Role::Handler),
        "officer" => (4, "/HO/GZ/", Role::Officer),
        "head" => (5, "/HO/GZ/", Role::BranchPresident),
        "superior" => (6, "/HO/", Role::Officer),
        "president" => (7, "/HO/", Role::BranchPresident),
        "customer" => {
            return Actor {
                reference: ActorRef::new(ActorKind::Customer, SubjectId::from_bits(1)),
                kind: ActorKind::Customer,
                roles: Arc::new([Role::Customer]),
                posts: Arc::new([]),
                unit: path("/HO/"),
                grants: Arc::new([]),
            };
        }
        "program" => {
            return Actor {
                reference: ActorRef::program("clock"),
                kind: ActorKind::Program,
                roles: Arc::new([]),
                posts: Arc::new([]),
                unit: path("/HO/"),
                grants: Arc::new([]),
            };
        }
        other => panic!("nobody is called {other}"),
    };
    let grants = permission::specs().into_iter().map(|spec| Grant { permission: spec.permission, scope: path("/HO/") });
    Actor {
        reference: ActorRef::new(ActorKind::Staff, StaffId::from_bits(number)),
        kind: ActorKind::Staff,
        roles: Arc::new([role]),
        posts: Arc::new([(role, path(unit))]),
        unit: path(unit),
        grants: grants.collect(),
    }
}

pub(super) fn filing(words: &[&str], now: Timestamp) -> Filing {
    let has = |word: &str| words.contains(&word);
    let kind = MatterKind::ALL.into_iter().find(|kind| has(kind.as_str())).unwrap_or(MatterKind::Complaint);
    let source = MatterSource::ALL.into_iter().find(|source| has(source.as_str())).unwrap_or(MatterSource::Direct);
    let nature = if has("anonymous") { Nature::Anonymous } else { Nature::Natural };
    let passed_on = source != MatterSource::Direct;
    let representative = [("agent", Standing::Agent), ("heir", Standing::Heir)].into_iter().find(|(word, _)| has(word));
    Filing {
        id: OrderId::from_bits(0x0198_0000_0000_7000_8000_0000_0000_1000),
        matter: kind,
        origin: Origin {
            source,
            number: (passed_on && !has("unnumbered")).then(|| Reference::parse("NFRA-2026-77").unwrap()),
            deadline: has("deadline").then(|| now.plus_days(5)),
            hotline: PublicHotline::ALL.iter().copied().find(|hotline| has(hotline.as_str())),
            entry: None,
            wanted: ReportItem::ALL.iter().copied().filter(|item| has(item.as_str())).collect(),
            sent_on: None,
        },
        unit: path("/HO/GZ/GZ001/"),
        received_at: match words.iter().find_map(|word| word.strip_prefix("ago=")) {
            Some(days) => now.plus_days(-days.parse::<i64>().unwrap()),
            None => now,
        },
        party: Party {
            nature,
            subject: SubjectId::from_bits(1),
            customer: None,
            name: (nature != Nature::Anonymous && !has("nameless")).then(|| sealed("name")),
            phone: (nature != Nature::Anonymous && !has("unreachable")).then(|| sealed("phone")),
            identity: None,
            account: None,
            email: None,
            address: None,
        },
        representative: representative.map(|(_, standing)| Representative {
            standing,
            name: sealed("agent"),
            phone: Some(sealed("agent phone")),
            identity: None,
        }),
        title: sealed("title"),
        narrative: sealed("narrative"),
        request: None,
        amount: Some(Money::fen(12_300)),
        occurred_on: words
            .iter()
            .find_map(|word| word.strip_prefix("occurred="))
            .map(|days| now.plus_days(-days.parse::<i64>().unwrap()).date()),
        channel: None,
    }
}

/// Where a story has got to.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) order: Option<Order>,
    pub(super) events: Vec<(Timestamp, ActorRef, OrderEvent)>,
    pub(super) now: Timestamp,
}

impl Story {
    pub(super) fn new() -> Self {
        Self { order: None, events: Vec::new(), now: START }
    }

    pub(super) fn order(&self) -> &Order {
        self.order.as_ref().expect("the story has begun")
    }

    pub(super) fn act(&mut self, command: Command, actor: &Actor) -> Result<(), Refusal> {
        let events = decide(self.order.as_ref(), command, actor, self.now, &LAW)?;
        assert!(!events.is_empty(), "an accepted command does something");
        for event in events {
            let fact = Fact { at: self.now, by: &actor.reference, event: &event };
            self.order = Order::evolve(self.order.take(), fact);
            self.events.push((self.now, actor.reference.clone(), event));
        }
        Ok(())
    }

    fn step(&mut self, step: &str) -> Result<(), Refusal> {
        if let Some(time) = step.strip_prefix('+') {
            let (count, unit) = time.split_at(time.len() - 1);
            let count: i64 = count.parse().unwrap();
            self.now = self.now.plus_micros(count * if unit == "d" { 24 * HOUR } else { HOUR });
            return Ok(());
        }
        let (who, rest) = step.split_once(": ").map_or((None, step), |(who, rest)| (Some(who), rest));
        let words: Vec<&str> = rest.split_whitespace().collect();
        let who = who.unwrap_or(match words[0] {
            "file" => "teller",
            "register" | "classify" | "assign" | "retype" | "reopen" | "decline" => "officer",
            "approve" | "refuse" => "superior",
            "alert" | "move" => "program",
            _ => "handler",
        });
        let command = self.command(&words);
        self.act(command, &person(who))
    }

    fn command(&self, words: &[&str]) -> Command {
        let has = |word: &str| words.contains(&word);
        let number = words.iter().find_map(|word| word.parse::<u8>().ok());
        let now = self.now;
        let means = Means::ALL.iter().copied().find(|means| has(means.as_str())).unwrap_or(Means::Sms);
        let task = TaskId::from_bits(u128::from(number.unwrap_or(1)));
        let paper = AttachmentId::from_bits(u128::from(number.unwrap_or(1)));
        match words[0] {
            "file" => Command::File(Box::new(filing(words, now))),
            "register" => Command::Register,
            "decline" => Command::Decline {
                ground: DeclineGround::OutOfScope,
                decision: Box::new(self.decision(Outcome::Declined, words)),
            },
            "classify" => Command::Classify(Classification {
                channel: AxisKey::new(if has("nowhere") { "nowhere" } else { self::key(regulation::Axis::Channel) }),
                business: AxisKey::new(self::key(regulation::Axis::Business)),
                reason: AxisKey::new(self::key(regulation::Axis::Reason)),
            }),
            "assign" => Command::Assign {
                unit: path(if has("outlet") { "/HO/GZ/GZ002/" } else { "/HO/GZ/" }),
                person: has("named").then(|| StaffId::from_bits(2)),
                why: None,
            },
            "accept" => Command::Accept,
            "contact" => Command::Contact { means: Means::Phone, reached: !has("missed"), at: now, words: None },
            "note" => Command::Note { note: NoteId::from_bits(1), text: sealed("note") },
            "ask" => Command::OpenTask {
                task,
                unit: path("/HO/CARD/"),
                person: None,
                ask: sealed("ask"),
                due: hours(words, now),
            },
            "answer" => Command::AnswerTask { task, answer: sealed("answer") },
            "cancel" => Command::CancelTask { task, why: sealed("why") },
            "attach" => Command::Attach(self.attachment(paper, words)),
            "pause" => Command::Pause {
                ground: if has("hearing") { PauseReason::Hearing } else { PauseReason::Mediation },
                from: now,
                why: sealed("why"),
            },
            "resume" => Command::Resume { at: now },
            "propose" => Command::ProposeExtension { clock: self.clock(words), why: sealed("why") },
            "approve" => Command::ApproveExtension { clock: self.clock(words) },
            "refuse" => Command::RefuseExtension { clock: self.clock(words), why: sealed("why") },
            "recall" => Command::RecallExtension { clock: self.clock(words) },
            "decide" => Command::Decide(Box::new(self.decision(Outcome::Substantiated, words))),
            "unfounded" => Command::Decide(Box::new(self.decision(Outcome::NotSubstantiated, words))),
            "answered" => Command::Decide(Box::new(self.decision(Outcome::Answered, words))),
            "notify" => self.notification(words, means),
            "report-back" => Command::ReportBack {
                means,
                at: now,
                reference: None,
                items: ReportItem::ALL.iter().copied().filter(|item| has(item.as_str())).collect(),
            },
            "visit" => Command::Visit { answer: number.map(said), means: Means::Phone, at: now },
            "close" => Command::Close,
            "withdraw" => Command::Withdraw { at: now, means, paper: has("paper").then_some(paper), words: None },
            "retype" => Command::Retype {
                to: MatterKind::ALL.into_iter().find(|kind| has(kind.as_str())).expect("a kind"),
                why: sealed("why"),
            },
            "link" => Command::Link {
                other: if has("self") { self.order().id } else { OrderId::from_bits(9) },
                relation: Relation::DuplicateOf,
            },
            "unlink" => Command::Unlink { other: OrderId::from_bits(9) },
            "reopen" => Command::Reopen { ground: ReopenGround::Dissatisfied, why: sealed("why") },
            "reveal" => Command::Reveal {
                member: None,
                fields: vec![if has("account") { PersonalField::Account } else { PersonalField::Phone }],
                ground: RevealGround::Contact,
            },
            "alert" => Command::Alert { clock: self.clock(words), alert: words[1].parse().unwrap() },
            "move" => Command::MoveClocks,
            _ => super::steps::command(self, words),
        }
    }

    fn clock(&self, words: &[&str]) -> kernel::id::ClockId {
        let prefix = words.iter().find_map(|word| word.strip_prefix("clock=")).unwrap_or("cp.");
        let found = self.order().open_clocks().find(|clock| clock.rule.id().starts_with(prefix));
        found.map_or(kernel::id::ClockId::from_bits(0), |clock| clock.id)
    }

    fn decision(&self, outcome: Outcome, words: &[&str]) -> Decision {
        let remedies = LAW.remedies(self.order().matter, self.now.date());
        let money = |name: &str| super::steps::figure(words, name).map(|minor| super::steps::amount(words, minor));
        Decision {
            outcome,
            facts: sealed("facts"),
            basis: sealed("basis"),
            answer: sealed("answer"),
            remedies: if words.contains(&"bare") { Vec::new() } else { remedies },
            compensation: money("pay"),
            waiver: money("waive"),
            principles: principles(words),
        }
    }

    fn attachment(&self, id: AttachmentId, words: &[&str]) -> Attachment {
        let purpose = Purpose::ALL.iter().copied().find(|purpose| words.contains(&purpose.as_str()));
        Attachment {
            id,
            purpose: purpose.unwrap_or(Purpose::Evidence),
            name: sealed("name.pdf"),
            media: "application/pdf".to_owned(),
            size: 1234,
            digest: format!("{id}"),
            task: None,
            sealed: true,
        }
    }

    fn notification(&self, words: &[&str], means: Means) -> Command {
        let kind = LetterKind::ALL.iter().copied().find(|kind| words.contains(&kind.as_str()));
        let kind = kind.unwrap_or(LetterKind::Decision);
        let order = self.order();
        let letter = order.owed(kind).or_else(|| order.letters.iter().rev().find(|letter| letter.kind == kind));
        Command::Notify {
            letter: letter.map_or(kernel::id::LetterId::from_bits(0), |letter| letter.id),
            means,
            at: self.now,
            reference: words.contains(&"numbered").then(|| Reference::parse("EMS123").unwrap()),
            text: None,
        }
    }
}

/// The principles that a step names; one that fits everything when it names none, and none at all for `mute`.
fn principles(words: &[&str]) -> Vec<Principle> {
    let named: Vec<_> = Principle::ALL.iter().copied().filter(|one| words.contains(&one.as_str())).collect();
    match named[..] {
        [] if words.contains(&"mute") => Vec::new(),
        [] => vec![Principle::ReasonableSettled],
        _ => named,
    }
}

/// The deadline that a step sets with `in=` hours.
fn hours(words: &[&str], now: Timestamp) -> Option<Timestamp> {
    let hours = words.iter().find_map(|word| word.strip_prefix("in="))?;
    Some(now.plus_micros(hours.parse::<i64>().unwrap() * HOUR))
}

fn said(figure: u8) -> VisitAnswer {
    let satisfaction = Satisfaction::new(figure).expect("a figure from 1 to 5");
    VisitAnswer { satisfaction, settled: figure > 2, words: None }
}

/// Some class of an axis.
pub(super) fn key(axis: regulation::Axis) -> &'static str {
    let axes = LAW.rules.axes(START.date());
    let view = axes.into_iter().find(|view| view.axis.body.axis == axis).expect("three axes");
    &view.categories.first().expect("an axis has classes").body.key
}

/// Runs a story; every step but the last must succeed.
#[track_caller]
pub(super) fn run(script: &str) -> (Story, Result<(), Refusal>) {
    let mut story = Story::new();
    let steps: Vec<&str> = script.split(';').map(str::trim).filter(|step| !step.is_empty()).collect();
    let (last, before) = steps.split_last().expect("a story has steps");
    for step in before {
        if let Err(refusal) = story.step(step) {
            panic!("`{step}` in `{script}` was refused: {refusal:?}");
        }
    }
    let outcome = story.step(last);
    (story, outcome)
}

/// Runs a story and compares its end: the stage reached, or the word of the refusal.
#[track_caller]
pub(super) fn check(script: &str, expect: &str) {
    let (story, outcome) = run(script);
    let found = match &outcome {
        Ok(()) => story.order().stage.name().as_str(),
        Err(refusal) => refusal.slug(),
    };
    assert_eq!(found, expect, "{script}");
    if let Err(refusal) = outcome {
        assert!(!refusal.text().zh.is_empty() && !refusal.text().en.is_empty());
    }
}

/// Runs a story that succeeds.
#[track_caller]
pub(super) fn told(script: &str) -> Story {
    let (story, outcome) = run(script);
    assert_eq!(outcome, Ok(()), "{script}");
    story
}
