//! The stored form of every kind of event: a sample each, kept as text. A changed shape breaks a sample, and then needs a new
//! payload version with an upgrade; the old sample stays and must still be read.

use std::collections::BTreeMap;

use kernel::{
    ActorRef, Timestamp,
    id::{AttachmentId, ClockId, LetterId, NoteId, OrderId, RegulatorListId, StaffId, TaskId},
};
use ledger::Event;
use regulation::{Axis, MatterKind, MatterSource, PauseReason};

use super::{
    families,
    script::{filing, key, path, sealed, told},
};
use crate::model::{
    CauseEvent, ClockEvent, EndingEvent, Fact, LetterKind, Order, OrderEvent, OriginEvent, StepEvent, WorkEvent,
    clock::ClockMove,
    correction::{CorrectedField, ListRow},
    parts::{
        Attachment, AxisKey, Classification, Decision, DeclineGround, Ending, Entry, Means, Origin, Outcome, Past,
        PersonalField, Principle, PublicHotline, Purpose, Reference, Relation, ReopenGround, ReportItem,
        Representative, RevealGround, Satisfaction, Standing, VisitAnswer,
    },
};

/// Payloads as version 1 stored them, one line each: `kind<TAB>payload`.
const VERSION_1: &str = crate::testing::SAMPLES;

fn decision() -> Decision {
    Decision {
        outcome: Outcome::PartlySubstantiated,
        facts: sealed("facts"),
        basis: sealed("basis"),
        answer: sealed("answer"),
        remedies: vec!["cp.remedy.review".to_owned()],
        compensation: Some(kernel::Money::fen(5_000)),
        waiver: Some(kernel::Money::fen(1_000)),
        principles: vec![Principle::ReasonableSettled, Principle::ViolationsCorrected],
    }
}

fn now() -> Timestamp {
    Timestamp::from_micros(1_772_416_800_000_000)
}

/// One event of every kind with every field filled.
fn every_kind() -> Vec<OrderEvent> {
    let clock = ClockId::from_bits(5);
    let letter = Some(LetterId::from_bits(6));
    let moved = ClockMove { clock, due: now().plus_days(30), provisional: true };
    let rule: regulation::RuleRef = "cp.nfra.complex@1".parse().unwrap();
    let alert: regulation::RuleRef = "policy.escalate.overdue@1".parse().unwrap();
    let order = told("file agent nfra deadline");
    let Some((.., OrderEvent::Step(StepEvent::Filed(filed)))) = order.events.first() else { panic!("filed first") };
    let started = filed.clocks[..1].to_vec();
    let answered = vec![clock];
    let staff = Some(StaffId::from_bits(2));
    let reference = Reference::parse("EMS123");
    let paper = Some(AttachmentId::from_bits(8));
    let task = TaskId::from_bits(7);
    let other = OrderId::from_bits(9);
    let why = || sealed("why");
    let attachment = Attachment {
        id: AttachmentId::from_bits(8),
        purpose: Purpose::Authorisation,
        name: sealed("name"),
        media: "application/pdf".to_owned(),
        size: 1234,
        digest: "ab".repeat(32),
        task: Some(task),
        sealed: false,
    };
    let past = Past {
        source: Reference::parse("cfpb").unwrap(),
        external: Reference::parse("3184201").unwrap(),
        clock_start: Some(now()),
        answered_at: Some(now()),
        closed_at: now(),
        outcome: Some(Outcome::Answered),
        labels: vec![("product".to_owned(), "Mortgage".to_owned())],
    };
    let representative = Representative {
        standing: Standing::Heir,
        name: sealed("heir"),
        phone: Some(sealed("phone")),
        identity: Some(sealed("identity")),
    };
    let said = VisitAnswer { satisfaction: Satisfaction::new(4).unwrap(), settled: true, words: Some(sealed("words")) };
    vec![
        OrderEvent::Cause(CauseEvent::CauseFound { cause: AxisKey::new("disclosure"), detail: Some(sealed("detail")) }),
        OrderEvent::Step(StepEvent::Filed(filed.clone())),
        OrderEvent::Step(StepEvent::Imported { filed: filed.clone(), past }),
        OrderEvent::Step(StepEvent::Registered { letter, started: started.clone(), answered: answered.clone() }),
        OrderEvent::Step(StepEvent::Declined {
            ground: DeclineGround::OutOfScope,
            decision: decision(),
            letter,
            answered: answered.clone(),
        }),
        OrderEvent::Step(StepEvent::Classified {
            classification: Classification {
                channel: AxisKey::new(key(Axis::Channel)),
                business: AxisKey::new(key(Axis::Business)),
                reason: AxisKey::new(key(Axis::Reason)),
            },
        }),
        OrderEvent::Step(StepEvent::Assigned {
            unit: path("/HO/GZ/"),
            person: staff,
            transfer: true,
            why: Some(why()),
        }),
        OrderEvent::Step(StepEvent::Accepted { person: staff, answered: answered.clone() }),
        OrderEvent::Origin(OriginEvent::OriginCorrected {
            origin: Origin {
                deadline: Some(now()),
                hotline: Some(PublicHotline::Nfra12378),
                entry: Some(Entry::Transfer),
                wanted: ReportItem::ALL.to_vec(),
                sent_on: Some(now().date()),
                ..Origin::passed_on(MatterSource::Nfra, Reference::parse("NFRA-2026-78"))
            },
            title: Some(sealed("title")),
            narrative: Some(sealed("narrative")),
            request: Some(sealed("request")),
            party: Some(Box::new(filing(&[], now()).party)),
            amount: Some(kernel::Money::fen(5_000)),
            occurred_on: Some(now().date()),
            fields: CorrectedField::ALL.to_vec(),
            row: Some(ListRow { list: RegulatorListId::from_bits(3), line: 7 }),
            why: Some(why()),
            moved: vec![moved.clone()],
            started: started.clone(),
            cancelled: answered.clone(),
        }),
        OrderEvent::Work(WorkEvent::Contacted {
            means: Means::Phone,
            reached: true,
            at: now(),
            words: Some(sealed("words")),
            answered: answered.clone(),
        }),
        OrderEvent::Work(WorkEvent::Noted { note: NoteId::from_bits(4), text: sealed("text") }),
        OrderEvent::Work(WorkEvent::TaskOpened {
            task,
            unit: path("/HO/CARD/"),
            person: staff,
            ask: sealed("ask"),
            due: Some(now()),
            started: started.clone(),
        }),
        OrderEvent::Work(WorkEvent::TaskAnswered { task, answer: sealed("answer"), answered: answered.clone() }),
        OrderEvent::Work(WorkEvent::TaskCancelled { task, why: why(), cancelled: answered.clone() }),
        OrderEvent::Work(WorkEvent::Attached { attachment }),
        OrderEvent::Work(WorkEvent::AttachmentRead {
            attachment: AttachmentId::from_bits(8),
            purpose: Purpose::Authorisation,
        }),
        OrderEvent::Step(StepEvent::RepresentativeNamed { representative }),
        OrderEvent::Step(StepEvent::Relocated { from: path("/HO/GZ/"), to: path("/HO/SZ/GZ/") }),
        OrderEvent::Step(StepEvent::PartyAmended { party: filing(&[], now()).party }),
        OrderEvent::Clock(ClockEvent::Paused {
            ground: PauseReason::Mediation,
            from: now(),
            why: why(),
            clocks: answered.clone(),
            letter,
        }),
        OrderEvent::Clock(ClockEvent::Resumed { at: now(), moved: vec![moved.clone()] }),
        OrderEvent::Clock(ClockEvent::ExtensionProposed { clock, rule: rule.clone(), why: why() }),
        OrderEvent::Clock(ClockEvent::ExtensionApproved { moved: moved.clone(), rule, letter }),
        OrderEvent::Clock(ClockEvent::ExtensionRefused { clock, why: why() }),
        OrderEvent::Clock(ClockEvent::ExtensionRecalled { clock }),
        OrderEvent::Ending(EndingEvent::Decided { decision: decision(), letter, answered: answered.clone() }),
        OrderEvent::Ending(EndingEvent::LetterDelivered {
            letter: LetterId::from_bits(6),
            tells: LetterKind::Decision,
            means: Means::Post,
            at: now(),
            reference: reference.clone(),
            text: Some(sealed("letter")),
            answered: answered.clone(),
            started: started.clone(),
        }),
        OrderEvent::Ending(EndingEvent::ReportedBack {
            means: Means::Online,
            at: now(),
            reference,
            items: Vec::new(),
            answered: answered.clone(),
        }),
        OrderEvent::Ending(EndingEvent::Visited {
            answer: Some(said),
            means: Some(Means::Online),
            at: now(),
            answered: answered.clone(),
        }),
        OrderEvent::Ending(EndingEvent::Closed { ending: Ending::Answered, cancelled: answered.clone() }),
        OrderEvent::Ending(EndingEvent::Withdrawn {
            at: now(),
            means: Means::Post,
            paper,
            words: Some(sealed("words")),
            cancelled: answered.clone(),
        }),
        OrderEvent::Step(StepEvent::Retyped {
            from: MatterKind::Complaint,
            to: MatterKind::Report,
            why: why(),
            cancelled: answered.clone(),
            started: started.clone(),
            letter,
        }),
        OrderEvent::Work(WorkEvent::Linked { other, relation: Relation::DuplicateOf }),
        OrderEvent::Work(WorkEvent::Unlinked { other }),
        OrderEvent::Ending(EndingEvent::Reopened {
            ground: ReopenGround::Dissatisfied,
            why: Some(why()),
            started,
            cancelled: answered,
        }),
        OrderEvent::Work(WorkEvent::Revealed {
            fields: vec![PersonalField::Phone],
            member: None,
            ground: RevealGround::Contact,
        }),
        OrderEvent::Clock(ClockEvent::Reminded { clock, alert: alert.clone() }),
        OrderEvent::Clock(ClockEvent::Escalated { clock, alert, unit: path("/HO/") }),
        OrderEvent::Clock(ClockEvent::ClocksMoved { moved: vec![moved] }),
    ]
}

#[test]
fn every_kind_of_event_has_a_sample_that_is_still_written_the_same() {
    let samples: BTreeMap<&str, &str> = VERSION_1.lines().map(|line| line.split_once('\t').unwrap()).collect();
    let mut fresh = BTreeMap::new();
    for event in every_kind().into_iter().chain(families::every_kind()) {
        let value = serde_json::to_value(&event).unwrap();
        assert_eq!(value["kind"], event.kind(), "the tag and the name agree");
        fresh.insert(event.kind(), serde_json::to_string(&event).unwrap());
    }
    let missing: Vec<_> = fresh
        .iter()
        .filter(|(kind, text)| samples.get(*kind) != Some(&text.as_str()))
        .map(|(kind, text)| format!("{kind}\t{text}"))
        .collect();
    assert!(missing.is_empty(), "the samples lack or contradict:\n{}", missing.join("\n"));
    assert_eq!(samples.len(), fresh.len(), "a sample whose kind is gone");
}

#[test]
fn samples_are_read_and_folded() {
    assert_eq!(OrderEvent::VERSION, 1, "a new version upgrades the samples of the old one here");
    let by = ActorRef::program("test");
    let mut order: Option<Order> = None;
    for line in VERSION_1.lines() {
        let (kind, payload) = line.split_once('\t').unwrap();
        let event: OrderEvent = serde_json::from_str(payload).unwrap();
        assert_eq!(event.kind(), kind);
        order = Order::evolve(order, Fact { at: now(), by: &by, event: &event });
    }
    assert_eq!(order.unwrap().version, VERSION_1.lines().count() as u64);
    assert!(OrderEvent::upgrade("filed", 0, serde_json::Value::Null).is_err());
}

#[test]
fn no_sample_holds_a_plain_text_about_people() {
    for field in ["name", "phone", "title", "narrative", "words", "why", "facts", "basis", "answer", "ask", "text"] {
        for line in VERSION_1.lines() {
            let (_, payload) = line.split_once('\t').unwrap();
            for (at, _) in payload.match_indices(&format!("\"{field}\":\"")) {
                let value = &payload[at + field.len() + 4..];
                assert!(value.starts_with("s1."), "{field} in {line}");
            }
        }
    }
}
