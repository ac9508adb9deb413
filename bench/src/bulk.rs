//! Many believable orders, written as fast as the ledger takes them: each is led through the real model in memory, then its
//! events and rows are written together.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kernel::{
    Actor, ActorKind, ActorRef, Clock, OrgPath, Pii, Problem, Random, SeededRandom, SystemClock, Timestamp,
    id::{NoteId, OrderId},
};
use ledger::Unit;
use regulation::{Axis, MatterKind};
use voice::{
    desk,
    intake::{Intake, OrderKey, Person, Prepared, prepare},
    model::{
        Command, Fact, Law, LetterKind, Order, OrderEvent, decide,
        parts::{
            AxisKey, Classification, Decision, Means, Nature, Origin, Outcome, Principle, Satisfaction, VisitAnswer,
        },
    },
    store::orders,
};

use crate::{house::House, texts};

/// Orders written in one unit of work.
const TOGETHER: usize = 500;
/// Batches made before the first of them is written.
const BATCHES_AHEAD: usize = 2;
/// How often it is told how far the making is.
const TELL_EVERY: usize = 100_000;
/// Over how many days the orders are spread.
const DAYS: i64 = 730;

/// What leads orders through their lives.
pub struct Maker {
    law: Law,
    actor: Actor,
    classes: Vec<Classification>,
    units: Vec<OrgPath>,
    keyring: Arc<seal::Keyring>,
    random: SeededRandom,
    first: Timestamp,
}

/// An order with everything that is written of it.
struct Made {
    prepared: Prepared,
    order: Order,
    events: Vec<OrderEvent>,
    at: Timestamp,
}

impl Maker {
    /// A maker for `house` whose orders belong to `units`.
    pub fn new(house: &House, units: Vec<OrgPath>) -> Result<Self> {
        let rules = house.law.clone();
        let calendar = rules.calendar().clone();
        let now = SystemClock.now();
        let keys = |axis: Axis| -> Vec<AxisKey> {
            let views = rules.axes(now.date());
            let view = views.iter().find(|view| view.axis.body.axis == axis);
            view.map(|view| view.categories.iter().map(|c| AxisKey::new(c.body.key.clone())).collect())
                .unwrap_or_default()
        };
        let (channels, businesses, reasons) = (keys(Axis::Channel), keys(Axis::Business), keys(Axis::Reason));
        let classes = (0..60)
            .map(|i| Classification {
                channel: channels[i % channels.len()].clone(),
                business: businesses[(i / 2) % businesses.len()].clone(),
                reason: reasons[(i / 3) % reasons.len()].clone(),
            })
            .collect();
        let actor = Actor {
            reference: ActorRef::program("bench"),
            kind: ActorKind::Program,
            roles: Arc::new([]),
            posts: Arc::new([]),
            unit: units.first().context("no units")?.clone(),
            grants: Arc::new([]),
        };
        let keyring = house.ledger.ports().keyring.clone();
        let first = now.plus_days(-DAYS);
        Ok(Self { law: Law::new(rules, calendar), actor, classes, units, keyring, random: SeededRandom::new(7), first })
    }

    /// Writes `count` orders, telling how far it is: one thread makes them, the ledger's own stores them. Returns how many
    /// events they have.
    pub fn write(self, house: &House, count: usize) -> Result<u64> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(BATCHES_AHEAD);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for from in (0..count).step_by(TOGETHER) {
                    let numbers = from..(from + TOGETHER).min(count);
                    let made: Result<Vec<Made>> = numbers.map(|n| self.one(n, count)).collect();
                    // Whoever writes has met an error of its own when it no longer listens.
                    if sender.send(made).is_err() {
                        return;
                    }
                }
            });
            let (mut events, mut orders) = (0, 0);
            for made in receiver {
                let made = made?;
                events += made.iter().map(|made| made.events.len() as u64).sum::<u64>();
                orders += made.len();
                house.write(move |unit| made.iter().try_for_each(|made| keep(unit, made)))?;
                if orders.is_multiple_of(TELL_EVERY) {
                    eprintln!("{orders} of {count} orders");
                }
            }
            Ok(events)
        })
    }

    fn one(&self, n: usize, count: usize) -> Result<Made> {
        let span = DAYS * kernel::timestamp::DAY_MICROS;
        let at = self.first.plus_micros(span / count as i64 * n as i64);
        let id = OrderId::new(at, &self.random);
        let prepared = prepare(&self.intake(n, at), id, at, &self.keyring, &self.random);
        let key = self.keyring.unwrap(&prepared.kept.wrapped).context("the key")?;
        let key = OrderKey { keyring: &self.keyring, key: &key, order: id };
        let mut life = Life { maker: self, order: None, events: Vec::new(), at };
        life.does(Command::File(Box::new(prepared.filing.clone())))?;
        self.lead(&mut life, n, count, &key)?;
        let Life { order, events, at, .. } = life;
        Ok(Made { prepared, order: order.context("no order")?, events, at })
    }

    /// The later an order came in, the less far it is; most are closed.
    fn lead(&self, life: &mut Life<'_>, n: usize, count: usize, key: &OrderKey<'_>) -> Result<()> {
        let open = n + count / 20 > count;
        let steps = if open { n % 8 } else { 9 };
        let sealed = |field: &str, text: &str| key.seal(field, text, &self.random);
        for step in 0..steps {
            life.at = life.at.plus_micros(3_600_000_000);
            let order = life.order.clone().context("no order")?;
            let command = match step {
                0 => Command::Register,
                1 => Command::Classify(self.classes[n % self.classes.len()].clone()),
                2 => Command::Assign { unit: order.unit.clone(), person: None, why: None },
                3 => Command::Accept,
                4 => Command::Note {
                    note: NoteId::new(life.at, &self.random),
                    text: sealed("note", "已联系客户，正在调取凭证。"),
                },
                5 => Command::Decide(Box::new(Decision {
                    outcome: if n.is_multiple_of(3) { Outcome::Substantiated } else { Outcome::NotSubstantiated },
                    facts: sealed("facts", "经查，该笔费用按合同收取。"),
                    basis: sealed("basis", "依据领用合约第七条。"),
                    answer: sealed("answer", "已向您说明收费依据。"),
                    remedies: self.law.remedies(order.matter, life.at.date()),
                    compensation: None,
                    waiver: None,
                    principles: vec![Principle::UnreasonableExplained],
                })),
                6 => {
                    let letter = order.owed(LetterKind::Decision).context("no letter is owed")?.id;
                    Command::Notify { letter, means: Means::Online, at: life.at, reference: None, text: None }
                }
                7 => Command::Visit {
                    answer: Some(VisitAnswer {
                        satisfaction: Satisfaction::new(1 + (n % 5) as u8).map_err(|r| anyhow::anyhow!("{r:?}"))?,
                        settled: true,
                        words: None,
                    }),
                    means: Means::Phone,
                    at: life.at,
                },
                _ => Command::Close,
            };
            life.does(command)?;
        }
        Ok(())
    }

    fn intake(&self, n: usize, at: Timestamp) -> Intake {
        let mut chance = [0u8; 4];
        self.random.fill(&mut chance);
        // A fifth of all orders belong to a few busy outlets.
        let busy = chance[0] < 51;
        let pick = u32::from_le_bytes(chance) as usize / 256;
        let unit = if busy { pick % self.units.len().min(10) } else { pick % self.units.len() };
        let (title, narrative) = texts::text(n, &self.random);
        Intake {
            matter: if n.is_multiple_of(17) { MatterKind::Consultation } else { MatterKind::Complaint },
            origin: Origin::DIRECT,
            unit: self.units[unit].clone(),
            received_at: at,
            nature: Nature::Natural,
            customer: None,
            person: Person {
                name: Some(Pii::new("王小明".to_owned())),
                phone: Some(Pii::new(phone(n))),
                ..Person::default()
            },
            representative: None,
            title: Pii::new(title),
            narrative: Pii::new(narrative),
            request: None,
            amount: None,
            occurred_on: None,
            channel: None,
        }
    }
}

/// The telephone of whoever complains in the n-th matter.
pub fn phone(n: usize) -> String {
    format!("138{n:08}")
}

/// One order on its way.
struct Life<'a> {
    maker: &'a Maker,
    order: Option<Order>,
    events: Vec<OrderEvent>,
    at: Timestamp,
}

impl Life<'_> {
    fn does(&mut self, command: Command) -> Result<()> {
        let (law, actor) = (&self.maker.law, &self.maker.actor);
        let events = match decide(self.order.as_ref(), command, actor, self.at, law) {
            Ok(events) => events,
            Err(refusal) => bail!("refused: {}", refusal.text().en),
        };
        for event in &events {
            self.order = Order::evolve(self.order.take(), Fact { at: self.at, by: &actor.reference, event });
        }
        self.events.extend(events);
        Ok(())
    }
}

fn keep(unit: &mut Unit<'_>, made: &Made) -> Result<(), Problem> {
    let actor = ActorRef::program("bench");
    unit.append_at(&desk::stream(made.order.id), 0, &actor, made.at, &made.events)?;
    orders::insert(unit.connection(), &made.order, &made.prepared.kept, None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::unit_row;

    /// Enough for every step at which an order may stand.
    const ORDERS: usize = 200;

    #[test]
    fn the_rules_of_today_take_every_order_of_the_benchmark() {
        let folder = tempfile::tempdir().unwrap();
        let house = House::open(&format!("sqlite:{}", folder.path().join("bench.db").display()), |_| {}).unwrap();
        house.organise(vec![unit_row("HO", "head_office", ""), unit_row("01", "outlet", "HO")]).unwrap();
        let outlets = vec![OrgPath::parse("/HO/01/").unwrap()];
        let events = Maker::new(&house, outlets).unwrap().write(&house, ORDERS).unwrap();
        assert!(events > 8 * ORDERS as u64, "{events}");
    }
}
