//! What is done with orders, each as one unit of work: load, prove that the caller may, judge, append, bring the rows up to
//! date, tell whoever listens. It must never seal or open a text: that is done before and after.

use kernel::{
    Actor, ActorKind, ActorRef, Authorised, Permission, Problem, ProblemKind, Text, Timestamp,
    id::{CustomerId, OrderId},
};
use ledger::{Announcement, Cause, NewJob, NewStream, StoreError, Stream, Unit};
use seal::{BlindIndex, Keyring};

use crate::{
    intake::{Kept, Masks, Numbers, Prepared},
    jobs,
    model::{
        Command, Fact, Law, Order, OrderEvent, StepEvent, actions::permitted, decide, linking::LinkRefusal,
        parts::Relation, permission, refusal::Refusal,
    },
    portal::Holder,
    store::{
        links::{self, Reach},
        lookups, members, orders, portal as codes,
    },
};

/// How people call the thing.
pub const NOUNS: (&str, &str) = ("工单", "work order");

/// The topic under which changes to orders are announced.
pub const TOPIC: &str = "voice.order";

/// What the rows hold beside the events, when a command changes it.
#[derive(Debug, Clone, Default)]
pub enum Beside {
    /// Nothing.
    #[default]
    Nothing,
    /// What lists show of the complainant, and by what they are found.
    Person(Masks, Option<CustomerId>, Numbers),
    /// By what the representative is found.
    Agent(Option<BlindIndex>),
    /// By what a new member of a group is found.
    Member(Option<BlindIndex>),
    /// What a correction changes of the title and the complainant.
    Corrected(Box<CorrectedRows>),
}

/// What a correction changes in the rows; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct CorrectedRows {
    /// The title without names and numbers.
    pub title: Option<String>,
    /// What lists show of the complainant, and by what they are found.
    pub person: Option<(Masks, Option<CustomerId>, Numbers)>,
}

/// What somebody wants to do to an order that is there.
#[derive(Debug, Clone)]
pub struct Act {
    /// The order.
    pub id: OrderId,
    /// The version the caller saw; `None` for the program's own acts.
    pub version: Option<u64>,
    /// What.
    pub command: Command,
    /// What it changes in the rows beside the events.
    pub beside: Beside,
    /// What it adds to the text that searches look through, names and numbers taken out; see [`crate::search_text`].
    pub words: String,
}

impl Act {
    /// An act that changes nothing beside the events.
    pub const fn new(id: OrderId, version: Option<u64>, command: Command) -> Self {
        Self { id, version, command, beside: Beside::Nothing, words: String::new() }
    }

    /// The same act, whose texts are to be found by `words`.
    #[must_use]
    pub fn with_words(self, words: String) -> Self {
        Self { words, ..self }
    }
}

/// Files a matter, or takes over one of the past.
pub fn file(
    unit: &mut Unit<'_>,
    prepared: &Prepared,
    command: Command,
    actor: &Actor,
    law: &Law,
) -> Result<Order, Problem> {
    let ready = judge_filing(command, actor, law, (unit.now(), unit.cause(), unit.keyring()))?;
    place(unit, &prepared.kept, &ready)?;
    Ok(ready.order)
}

/// A matter that was judged and waits to be written.
pub struct Ready {
    /// The order as it will stand.
    pub order: Order,
    stream: NewStream,
    alarm: Option<Timestamp>,
    to_propose: bool,
}

/// Judges a matter on its way in and makes its events ready, without a database: a write that comes after only stores.
/// `keyring` is the ledger's, `cause` that of the unit of work that will store.
pub fn judge_filing(
    command: Command,
    actor: &Actor,
    law: &Law,
    (now, cause, keyring): (Timestamp, &Cause, &Keyring),
) -> Result<Ready, Problem> {
    let (events, order) = file_unwritten(command, actor, law, now)?;
    let at = past_of(&events).unwrap_or(now);
    let stream = NewStream::ready(keyring, cause, &stream(order.id), &actor.reference, at, &events)?;
    let alarm = law.next_alarm(&order, now);
    let to_propose = !law.lead_grounds(&order, now).is_empty();
    Ok(Ready { order, stream, alarm, to_propose })
}

/// What filing a matter amounts to: its events, and the order as they tell it.
pub fn file_unwritten(
    command: Command,
    actor: &Actor,
    law: &Law,
    now: Timestamp,
) -> Result<(Vec<OrderEvent>, Order), Problem> {
    let events = decide(None, command, actor, now, law)?;
    let order = fold(None, &events, past_of(&events).unwrap_or(now), &actor.reference);
    let order = order.ok_or_else(|| Problem::internal_error("filing gave no order"))?;
    Ok((events, order))
}

/// Stores a matter that was judged, with what is kept beside its events.
pub fn place(unit: &mut Unit<'_>, kept: &Kept, ready: &Ready) -> Result<(), Problem> {
    unit.open(&ready.stream)?;
    orders::insert(unit.connection(), &ready.order, kept, ready.alarm)?;
    propose_lead(unit, &ready.order, None, ready.to_propose)?;
    announce(unit, &ready.order, "filed");
    Ok(())
}

/// What happened elsewhere is recorded as of when it ended.
fn past_of(events: &[OrderEvent]) -> Option<Timestamp> {
    events.iter().find_map(|event| {
        if let OrderEvent::Step(StepEvent::Imported { past, .. }) = event { Some(past.closed_at) } else { None }
    })
}

/// Does something to an order.
///
/// # Errors
/// What may not be seen does not exist; what may not be done is forbidden; a version that is no longer the order's is a
/// conflict that tells the present one; everything else is refused in words.
pub fn act(unit: &mut Unit<'_>, act: &Act, actor: &Actor, law: &Law) -> Result<Order, Problem> {
    let before = seen(unit, act.id, actor)?;
    act_on(unit, before, act, actor, law)
}

/// The same to an order that [`seen`] gave in this unit of work.
///
/// # Errors
/// As [`act`].
pub fn act_on(
    unit: &mut Unit<'_>,
    before: Authorised<Order>,
    act: &Act,
    actor: &Actor,
    law: &Law,
) -> Result<Order, Problem> {
    let before = before.into_inner();
    if before.id != act.id {
        return Err(Problem::internal_error("an act on one order was given another"));
    }
    let (events, after) = act_unwritten(&before, act, actor, law, unit.now())?;
    refuse_circle(unit, act)?;
    unit.append(&stream(act.id), before.version, &actor.reference, &events)?;
    let place = orders::place(unit.connection(), act.id)?;
    let place = place.ok_or_else(|| StoreError::corrupt("orders", "id", act.id, "the row is missing"))?;
    let alarm = law.next_alarm(&after, unit.now());
    orders::update(unit.connection(), place.seq, &before, &after, alarm)?;
    write_beside(unit, act, place.seq, &after)?;
    if !act.words.is_empty() {
        lookups::add_words(unit.connection(), place.seq, &act.words)?;
    } else if events.iter().any(|event| !event.texts().is_empty()) {
        // Whoever acted did not say what the sealed texts say; they are read a moment later.
        orders::mark_stale(unit.connection(), place.seq)?;
    }
    let to_propose = !law.lead_grounds(&after, unit.now()).is_empty();
    propose_lead(unit, &after, Some(&before), to_propose)?;
    let kind = events.last().map_or("changed", ledger::Event::kind);
    announce(unit, &after, kind);
    if before.unit != after.unit {
        announce(unit, &before, kind);
    }
    Ok(after)
}

/// Writes what the rows hold beside the events.
fn write_beside(unit: &mut Unit<'_>, act: &Act, seq: i64, after: &Order) -> Result<(), Problem> {
    match &act.beside {
        Beside::Nothing => {}
        Beside::Person(masks, customer, numbers) => {
            orders::update_person(unit.connection(), seq, masks, *customer, numbers)?;
            forget_code(unit, after)?;
        }
        Beside::Corrected(rows) => {
            if let Some(title) = &rows.title {
                orders::update_title(unit.connection(), seq, title)?;
            }
            if let Some((masks, customer, numbers)) = &rows.person {
                orders::update_person(unit.connection(), seq, masks, *customer, numbers)?;
                forget_code(unit, after)?;
            }
        }
        Beside::Agent(phone) => orders::name_agent(unit.connection(), seq, phone.as_ref())?,
        Beside::Member(phone) => {
            if let Some(member) = after.group.members.last() {
                members::insert(unit.connection(), (seq, member.number), phone.as_ref())?;
            }
            // Texts written before may hold the new name.
            orders::mark_stale(unit.connection(), seq)?;
        }
    }
    Ok(())
}

/// A code that waits went to the telephone of whoever was the complainant before.
fn forget_code(unit: &mut Unit<'_>, order: &Order) -> Result<(), Problem> {
    let slot = Holder::Receipt(&order.receipt).slot(unit.keyring());
    Ok(codes::forget(unit.connection(), &slot)?)
}

/// Refuses a link that would make orders duplicates, or follow-ups, of each other: neither would count as the first.
fn refuse_circle(unit: &mut Unit<'_>, act: &Act) -> Result<(), Problem> {
    let Command::Link { other, relation } = act.command else { return Ok(()) };
    match relation {
        Relation::RelatedTo => return Ok(()),
        Relation::DuplicateOf | Relation::FollowUpOf => {}
    }
    // Two links that together close a circle must not pass beside each other.
    unit.lock("voice.links")?;
    match links::reach(unit.connection(), relation, other, act.id)? {
        Reach::Apart => Ok(()),
        Reach::There => Err(refused(LinkRefusal::LinkCircle.into())),
        Reach::TooFar => Err(refused(LinkRefusal::LinksTooFar.into())),
    }
}

/// What an act on an order amounts to, for somebody who may know of the order: its events, and the order after them.
pub fn act_unwritten(
    order: &Order,
    act: &Act,
    actor: &Actor,
    law: &Law,
    now: Timestamp,
) -> Result<(Vec<OrderEvent>, Order), Problem> {
    if let Some(verb) = act.command.verb() {
        permitted(order, verb, actor)?;
    }
    if let Some(version) = act.version
        && !(order.touched..=order.version).contains(&version)
    {
        return Err(raced(order));
    }
    let events = decide(Some(order), act.command.clone(), actor, now, law)?;
    let after = fold(Some(order.clone()), &events, now, &actor.reference);
    let after = after.ok_or_else(|| Problem::internal_error("an order went missing while it was changed"))?;
    Ok((events, after))
}

/// Lets the program propose the order to the president a moment later, when the rules name it.
fn propose_lead(unit: &mut Unit<'_>, order: &Order, before: Option<&Order>, named: bool) -> Result<(), Problem> {
    // A historical order has ended, and what was not touched was judged before.
    if !named || before.is_some_and(|before| before.touched == order.touched) {
        return Ok(());
    }
    let key = Some(order.id.to_string());
    unit.enqueue(NewJob { kind: jobs::LEAD, key, due: unit.now(), payload: jobs::routing::proposal(order.id) })?;
    Ok(())
}

/// The order as its events tell it.
pub fn load(unit: &mut Unit<'_>, id: OrderId) -> Result<Order, Problem> {
    let stream: Stream<OrderEvent> = unit.load(&stream(id))?;
    let facts =
        stream.events.iter().map(|recorded| Fact { at: recorded.at, by: &recorded.actor, event: &recorded.event });
    facts.fold(None, Order::evolve).ok_or_else(unknown)
}

/// An order that the caller may know of; any other is not there.
pub fn seen(unit: &mut Unit<'_>, id: OrderId, actor: &Actor) -> Result<Authorised<Order>, Problem> {
    authorised(load(unit, id)?, actor)
}

/// The order with the proof that the caller may know of it.
pub fn authorised(order: Order, actor: &Actor) -> Result<Authorised<Order>, Problem> {
    let see = see_permission(actor);
    kernel::authorise(actor, see, see, order).map_err(|_| unknown())
}

/// What lets somebody know of an order: staff by their permission, the complainant because it is theirs.
const fn see_permission(actor: &Actor) -> Permission {
    match actor.kind {
        ActorKind::Customer => permission::OWN,
        ActorKind::Staff | ActorKind::System | ActorKind::Program => permission::SEE,
    }
}

/// The stream of an order.
pub fn stream(id: OrderId) -> String {
    id.to_string()
}

/// The problem of an order that is not there, or that the caller may not know of.
pub fn unknown() -> Problem {
    Problem::not_found(NOUNS.0, NOUNS.1)
}

fn fold(start: Option<Order>, events: &[OrderEvent], at: Timestamp, by: &ActorRef) -> Option<Order> {
    events.iter().fold(start, |order, event| Order::evolve(order, Fact { at, by, event }))
}

/// Somebody was faster. Tells how the order stands now, so that the caller can go on from there.
pub fn raced(order: &Order) -> Problem {
    let (stage, version) = (order.stage.name().title(), order.version);
    let message = Text::of(
        format!("工单已被他人办理，现为第 {version} 版，状态“{}”；请刷新后再办理。", stage.zh),
        format!("Somebody else has changed the order; it is at version {version}, {}. Load it again.", stage.en),
    );
    let now = Text::of(version.to_string(), version.to_string());
    let stage = Text::of(order.stage.name().as_str(), order.stage.name().as_str());
    Problem::new(ProblemKind::Conflict, message).because("raced").field("/version", now).field("/stage", stage)
}

fn announce(unit: &mut Unit<'_>, order: &Order, kind: &str) {
    unit.announce(Announcement {
        topic: TOPIC,
        id: order.id.to_string(),
        unit: order.unit.clone(),
        kind: kind.to_owned(),
    });
}

/// A refusal as the problem of a caller.
pub fn refused(refusal: Refusal) -> Problem {
    refusal.into()
}
