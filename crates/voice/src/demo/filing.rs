//! How the demo's matters come in: whose they are, where they arrive, and what they say.

use kernel::{Date, Money, OrgPath, Pii, Problem, Timestamp, id::OrderId};
use people::demo::DemoCustomer;
use regulation::MatterSource;

use super::{
    cast, matters,
    plan::Plan,
    script::{Filed, Stage},
    writing::Deed,
};
use crate::{
    desk,
    intake::{Faults, Intake, Person, Prepared, TypedPerson, prepare},
    model::{
        Command,
        parts::{AxisKey, Nature, Origin, Reference, Standing},
    },
};

/// The last digits of numbers that other bodies give.
const NUMBERS: usize = 9_000;

impl Stage<'_> {
    /// Brings a matter in: at the counter, by telephone, or through whoever passed it on.
    pub(super) fn file(&mut self, number: usize, plan: &Plan, at: Timestamp) -> Result<(), Problem> {
        let customer = &self.bank.customers[plan.customer];
        let place = self.place(plan, customer);
        let receiver = cast::receiver(self.bank, &place, number)?;
        let intake = self.intake(plan, customer, place, at)?;
        let id = OrderId::new(at, self.random());
        let Prepared { filing, kept } = prepare(&intake, id, at, self.keyring(), self.random());
        let key = self.keyring().unwrap(&kept.wrapped).map_err(Problem::from)?;
        let actor = cast::actor(receiver);
        let (events, order) = desk::file_unwritten(Command::File(Box::new(filing)), &actor, self.law, at)?;
        self.deeds.push(Deed { order: id, expected: 0, by: actor.reference, at, events });
        let alarm = self.law.next_alarm(&order, at);
        self.filed[number] = Some(Filed { order, key, kept, alarm });
        self.done.matters += 1;
        Ok(())
    }

    /// Matters from outside come to the department of the head office; a third of the others by telephone.
    fn place(&mut self, plan: &Plan, customer: &DemoCustomer) -> OrgPath {
        let department =
            |code: &str| self.bank.units.iter().find(|unit| unit.code == code).map(|unit| unit.path.clone());
        let central = if plan.source == MatterSource::Direct { "HO-CC" } else { "HO-CP" };
        let by_phone = plan.source == MatterSource::Direct && !self.chance.percent(30);
        if by_phone { None } else { department(central) }.unwrap_or_else(|| customer.unit_path.clone())
    }

    fn intake(
        &mut self,
        plan: &Plan,
        customer: &DemoCustomer,
        unit: OrgPath,
        at: Timestamp,
    ) -> Result<Intake, Problem> {
        let outlet =
            self.bank.units.iter().find(|unit| unit.id == customer.unit).map_or("网点", |unit| unit.name.as_str());
        let back = i64::try_from(self.chance.below(12)).unwrap_or_default();
        let occurred: Date = at.plus_days(-back).date();
        let day = format!("{}月{}日", occurred.month(), occurred.day());
        let worded = matters::put(plan.subject, outlet, &day, &mut self.chance);
        let channel = AxisKey::new(self.chance.one(plan.subject.channels));
        let person = if plan.is_anonymous { Person::default() } else { self.person(customer, at.date())? };
        let representative = if plan.has_agent { Some((Standing::Agent, self.agent(plan, at.date())?)) } else { None };
        let source = plan.source;
        let number = (source != MatterSource::Direct).then(|| self.number(source, at)).transpose()?;
        Ok(Intake {
            matter: plan.matter,
            origin: Origin::passed_on(source, number),
            unit,
            received_at: at,
            nature: if plan.is_anonymous { Nature::Anonymous } else { Nature::Natural },
            customer: (!plan.is_anonymous).then_some(customer.id),
            person,
            representative,
            title: Pii::new(worded.title),
            narrative: Pii::new(worded.narrative),
            request: Some(Pii::new(worded.request)),
            amount: worded.yuan.map(|yuan| Money::fen(yuan.saturating_mul(100))),
            occurred_on: Some(occurred),
            channel: Some(channel),
        })
    }

    fn person(&mut self, customer: &DemoCustomer, today: Date) -> Result<Person, Problem> {
        let form = &customer.form;
        let account = form.accounts.first().filter(|_| self.chance.percent(60));
        let typed = TypedPerson {
            name: Some(&form.name),
            phone: Some(&form.phone),
            identity: Some(&form.identity).filter(|_| self.chance.percent(70)).map(String::as_str),
            account: account.map(String::as_str),
            email: None,
            address: Some(&form.address).filter(|_| self.chance.percent(40)).map(String::as_str),
        };
        checked(&typed, today)
    }

    /// Another customer speaks for the complainant.
    fn agent(&self, plan: &Plan, today: Date) -> Result<Person, Problem> {
        let other = &self.bank.customers[(plan.customer + 1) % self.bank.customers.len()].form;
        checked(&TypedPerson { name: Some(&other.name), phone: Some(&other.phone), ..TypedPerson::default() }, today)
    }

    fn number(&mut self, source: MatterSource, at: Timestamp) -> Result<Reference, Problem> {
        let word = match source {
            MatterSource::Nfra => "金消转",
            MatterSource::Pbc => "银消转",
            MatterSource::Government => "12345",
            MatterSource::MarketSupervision => "12315",
            MatterSource::ConsumerAssociation => "消协",
            MatterSource::OtherBody | MatterSource::Media | MatterSource::Direct => "转办",
        };
        let text = format!("{word}〔{}〕{}", at.date().year(), 1_000 + self.chance.below(NUMBERS));
        Reference::parse(&text).ok_or_else(|| Problem::internal_error("the demo made a number that is none"))
    }
}

fn checked(typed: &TypedPerson<'_>, today: Date) -> Result<Person, Problem> {
    let mut faults = Faults::default();
    let person = typed.check("/person", today, &mut faults);
    faults.check()?;
    Ok(person)
}
