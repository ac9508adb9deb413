//! Fills the demo's bank with interceptions in every state, brought and handled by the bank's own people through the same
//! commands and rules as real ones.
//!
//! The ledger must have been opened with a [`ManualClock`]. Nobody and nothing in the texts exists. It must never run on a
//! bank's own data: it fills only where there is nothing.

use kernel::{
    Actor, ActorKind, ActorRef, Clock as _, Grant, ManualClock, OrgPath, PageRequest, Pii, Problem, ProblemKind,
    Random, Role, SeededRandom, Text, Timestamp, id::InterceptionId,
};
use ledger::{Cause, Ledger};
use people::{
    demo::{DemoBank, DemoCustomer, DemoStaff},
    sealing::MatterKey,
};

use crate::{
    desk::{self, Act},
    intake::{self, Sides},
    model::{
        interception::{Command, Interception, Rules, event::Opened},
        permission,
        words::{Channel, DelayGround, GuardEnding, GuardOutcome, PoliceSays, RelativeSays, VisitFinding},
    },
    store::interceptions::{self, InterceptionFilter},
};

/// How many interceptions the demo has.
pub const INTERCEPTIONS: usize = 48;
/// Days over which they are spread.
const DAYS: u64 = 90;
const MINUTE_MICROS: i64 = 60_000_000;

/// A kind of story: what was noticed, the part of the dialogue, the answer that told, the scam and how it ended.
struct Tale {
    reason: (&'static str, &'static str),
    part: &'static str,
    step: &'static str,
    answer: &'static str,
    scam: &'static str,
    ending: GuardEnding,
    demanded: GuardOutcome,
}

const TALES: [Tale; 6] = [
    Tale {
        reason: ("要求把定期存款全部转到“安全账户”", "Wants the whole deposit moved to a safe account"),
        part: "purpose",
        step: "what_for",
        answer: "safe_account",
        scam: "authority",
        ending: GuardEnding::Police,
        demanded: GuardOutcome::Hold,
    },
    Tale {
        reason: ("首次向陌生人转账，占积蓄大部分", "A first payment to a stranger, most of the savings"),
        part: "stranger",
        step: "who",
        answer: "online",
        scam: "investment",
        ending: GuardEnding::Persuaded,
        demanded: GuardOutcome::Verify,
    },
    Tale {
        reason: ("为孙子学费转账，收款人为新增", "School fees of a grandchild, to a new payee"),
        part: "stranger",
        step: "call_back",
        answer: "confirmed",
        scam: "",
        ending: GuardEnding::FalseAlarm,
        demanded: GuardOutcome::Advise,
    },
    Tale {
        reason: ("一边接电话一边操作手机", "On a call while working the telephone"),
        part: "screen_sharing",
        step: "sharing",
        answer: "installed",
        scam: "customer_service",
        ending: GuardEnding::Persuaded,
        demanded: GuardOutcome::Hold,
    },
    Tale {
        reason: ("购买高价收藏品，坚持办理", "Buys dear collectibles and insists"),
        part: "purpose",
        step: "what_for",
        answer: "daily",
        scam: "elderly_goods",
        ending: GuardEnding::Insisted,
        demanded: GuardOutcome::Verify,
    },
    Tale {
        reason: ("款项刚到账即要求转出", "Money to leave as soon as it came in"),
        part: "mule",
        step: "whose_money",
        answer: "unclear",
        scam: "mule",
        ending: GuardEnding::Persuaded,
        demanded: GuardOutcome::Verify,
    },
];

/// What to fill the demo with.
#[derive(Debug, Clone, Copy)]
pub struct DemoOptions {
    /// The same seed gives the same interceptions.
    pub seed: u64,
    /// The present; everything happens before it.
    pub now: Timestamp,
}

/// Fills the bank; `None` when it has interceptions already, else how many were put there. `clock` must be the ledger's own; it
/// stands at `now` in the end.
///
/// # Errors
/// When the bank lacks somebody for a part, or the database fails. What was done until then stays.
pub fn seed(
    ledger: &Ledger,
    clock: &ManualClock,
    bank: &DemoBank,
    rules: &Rules,
    options: &DemoOptions,
) -> Result<Option<usize>, Problem> {
    let top = bank.units.iter().find(|unit| unit.parent.is_none());
    let top = top.ok_or_else(|| Problem::internal_error("the demo has no head office"))?;
    let (scopes, nobody) = ([top.path.clone()], ActorRef::program("demo"));
    let first = PageRequest::new(Some(1), None);
    let there =
        ledger.read(|conn| interceptions::page(conn, &scopes, &nobody, &InterceptionFilter::default(), &first))?;
    if !there.items.is_empty() {
        return Ok(None);
    }
    let mut stage = Stage { ledger, clock, bank, rules, random: SeededRandom::new(options.seed), now: options.now };
    for number in 0..INTERCEPTIONS {
        let back = DAYS - DAYS * number as u64 / INTERCEPTIONS as u64;
        stage.play(number, options.now.plus_days(-i64::try_from(back).unwrap_or_default()))?;
    }
    clock.set(options.now);
    Ok(Some(INTERCEPTIONS))
}

struct Stage<'a> {
    ledger: &'a Ledger,
    clock: &'a ManualClock,
    bank: &'a DemoBank,
    rules: &'a Rules,
    random: SeededRandom,
    now: Timestamp,
}

impl Stage<'_> {
    fn below(&self, most: usize) -> usize {
        let mut bytes = [0u8; 8];
        self.random.fill(&mut bytes);
        (u64::from_le_bytes(bytes) % most.max(1) as u64) as usize
    }

    /// One interception from its opening to as far as the present allows.
    fn play(&mut self, number: usize, at: Timestamp) -> Result<(), Problem> {
        let tale = &TALES[self.below(TALES.len())];
        let customer = &self.bank.customers[self.below(self.bank.customers.len())];
        let teller = self.somebody(Role::Teller, &customer.unit_path)?;
        let head = self.somebody(Role::OutletHead, &customer.unit_path)?;
        self.clock.set(at.plus_micros(MINUTE_MICROS * self.below(400) as i64));
        let (state, key) = self.open(tale, number, customer, &teller)?;
        let state = self.talk(state, tale, &teller, &key)?;
        // The last few are still talked about.
        if number + 4 >= INTERCEPTIONS {
            return Ok(());
        }
        self.settle(state, tale, (&teller, &head), &key)
    }

    fn open(
        &self,
        tale: &Tale,
        number: usize,
        customer: &DemoCustomer,
        teller: &Actor,
    ) -> Result<(Interception, Sealing), Problem> {
        let ports = self.ledger.ports();
        let id = InterceptionId::new(self.clock.now(), &*ports.random);
        let pii = |text: &str| Some(Pii::new(text.to_owned()));
        let sides = Sides {
            customer: Some(customer.id),
            name: pii(&customer.form.name),
            phone: people::model::numbers::phone(&customer.form.phone).ok().map(Pii::new),
            account: customer
                .form
                .accounts
                .first()
                .and_then(|text| people::model::numbers::account(text).ok())
                .map(Pii::new),
            payee_name: pii(["陈大文", "周某", "林小姐", "吴经理"][number % 4]),
            payee_account: pii(&format!("62170000{:08}", 1_000_003 * (number as u64 + 1) % 100_000_000)),
            purpose: pii(tale.reason.0),
        };
        let sealed = intake::seal(&sides, id, self.clock.now(), &ports.keyring, &*ports.random);
        let opened = Opened {
            interception: id,
            unit: customer.unit_path.clone(),
            decision: None,
            channel: if number.is_multiple_of(5) { Channel::TellerMachine } else { Channel::Counter },
            payer: sealed.payer,
            payee: sealed.payee,
            amount: 500_000 * (1 + self.below(40) as i64),
            purpose: sealed.purpose,
            outcome: tale.demanded,
            reasons: vec![Text::fixed(tale.reason.0, tale.reason.1)],
            book: self.rules.book.version,
            parts: self.rules.book.choose([tale.part]),
        };
        let (kept, actor, rules) = (sealed.kept.clone(), teller.clone(), self.rules.clone());
        let state = self.ledger.write(&Cause::new("demo:guard"), move |unit| {
            desk::open(unit, Command::Open(Box::new(opened.clone())), &kept, &actor, &rules)
        })?;
        Ok((state, Sealing(sealed.kept.wrapped)))
    }

    /// The dialogue, in which one answer tells.
    fn talk(
        &self,
        mut state: Interception,
        tale: &Tale,
        teller: &Actor,
        key: &Sealing,
    ) -> Result<Interception, Problem> {
        for part in state.parts.clone() {
            let steps = self.rules.book.part(&part).map(|part| part.steps.clone()).unwrap_or_default();
            for step in steps {
                self.clock.advance_micros(MINUTE_MICROS);
                let tells = part == tale.part && step.key == tale.step;
                let mildest = step.answers.iter().min_by_key(|answer| answer.points);
                let answer = if tells { tale.answer } else { mildest.map_or("", |answer| &answer.key) };
                let command = Command::Answer { part: part.clone(), step: step.key.clone(), answer: answer.to_owned() };
                state = self.act(&state, teller, command)?;
            }
        }
        if tale.demanded >= GuardOutcome::Verify {
            let says = if tale.ending == GuardEnding::Insisted { RelativeSays::Confirms } else { RelativeSays::Doubts };
            let words = key.seal(self.ledger, state.id, "relative", "已与家属电话联系。")?;
            state = self.act(&state, teller, Command::CallRelative { says, words })?;
        }
        Ok(state)
    }

    fn settle(
        &self,
        mut state: Interception,
        tale: &Tale,
        (teller, head): (&Actor, &Actor),
        key: &Sealing,
    ) -> Result<(), Problem> {
        if tale.ending == GuardEnding::Police {
            let words = key.seal(self.ledger, state.id, "police", "民警到场。")?;
            state = self.act(&state, teller, Command::CallPolice { says: PoliceSays::TakesOver, words })?;
            state = self.act(&state, teller, Command::Delay { ground: DelayGround::Risk })?;
            state = self.act(&state, teller, Command::Revoke)?;
        }
        if tale.ending == GuardEnding::Insisted {
            let paper = format!("JQ-{}", state.amount);
            state = self.act(&state, teller, Command::SignRefusal { paper })?;
        }
        self.clock.advance_micros(10 * MINUTE_MICROS);
        let words = key.seal(self.ledger, state.id, "settle", "按规定处置。")?;
        let left = matches!(tale.ending, GuardEnding::Insisted | GuardEnding::FalseAlarm);
        let (scam, sent) =
            (Some(tale.scam.to_owned()).filter(|scam| !scam.is_empty()), if left { state.amount } else { 0 });
        state = self.act(&state, head, Command::Settle { ending: tale.ending, scam, sent, words })?;
        let Some(visit_at) = state.visit_at.filter(|at| *at < self.now) else { return Ok(()) };
        self.clock.set(visit_at);
        let words = key.seal(self.ledger, state.id, "visit", "客户表示感谢。")?;
        self.act(&state, teller, Command::Visit { finding: VisitFinding::Fine, words }).map(drop)
    }

    /// Does it; what a rule forbids on the day is left out.
    fn act(&self, state: &Interception, actor: &Actor, command: Command) -> Result<Interception, Problem> {
        let (actor, rules) = (actor.clone(), self.rules.clone());
        let act = Act { id: state.id, version: Some(state.version), command };
        match self.ledger.write(&Cause::new("demo:guard"), move |unit| desk::act(unit, &act, &actor, &rules)) {
            Ok(state) => Ok(state),
            Err(problem) if problem.kind == ProblemKind::Refused => Ok(state.clone()),
            Err(problem) => Err(problem),
        }
    }

    /// Somebody of a role whose scope holds the place.
    fn somebody(&self, role: Role, place: &OrgPath) -> Result<Actor, Problem> {
        let found = self.bank.staff.iter().find(|staff| staff.role == role && staff.scope.contains(place));
        let found = found.or_else(|| {
            self.bank.staff.iter().find(|staff| staff.role == Role::Officer && staff.scope.contains(place))
        });
        found.map(actor).ok_or_else(|| Problem::internal_error(format!("the demo has no {} there", role.as_str())))
    }
}

fn actor(staff: &DemoStaff) -> Actor {
    let grants = permission::specs().into_iter().filter(|spec| spec.roles.contains(&staff.role));
    Actor {
        reference: ActorRef::new(ActorKind::Staff, staff.id),
        kind: ActorKind::Staff,
        roles: [staff.role].into(),
        posts: [(staff.role, staff.scope.clone())].into(),
        unit: staff.unit_path.clone(),
        grants: grants.map(|spec| Grant { permission: spec.permission, scope: staff.scope.clone() }).collect(),
    }
}

/// The key of one interception's texts.
struct Sealing(seal::WrappedKey);

impl Sealing {
    fn seal(&self, ledger: &Ledger, id: InterceptionId, field: &str, text: &str) -> Result<seal::Sealed, Problem> {
        let ports = ledger.ports();
        Ok(MatterKey::kept(&ports.keyring, id, Some(&self.0))?.seal(field, text, &*ports.random))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Pii;
    use ledger::testkit::each_database;

    use super::*;
    use crate::testing::{RULES, migrations};

    #[test]
    fn the_demo_has_every_ending_and_open_ones() {
        each_database(&migrations(), |db| {
            let people = people::demo::DemoOptions { seed: 7, password: Pii::new("Quiet-river-7".to_owned()) };
            let bank = people::demo::furnish(&db.ledger, &people).unwrap().unwrap();
            let options = DemoOptions { seed: 7, now: db.now().plus_days(200) };
            assert_eq!(seed(&db.ledger, &db.clock, &bank, &RULES, &options).unwrap(), Some(INTERCEPTIONS));
            assert_eq!(seed(&db.ledger, &db.clock, &bank, &RULES, &options).unwrap(), None);
            assert_eq!(db.now(), options.now);
            let scope = [OrgPath::parse("/HO/").unwrap()];
            let request = PageRequest::new(Some(200), None);
            let filter = InterceptionFilter::default();
            let me = ActorRef::program("test");
            let page = db.ledger.read(|conn| interceptions::page(conn, &scope, &me, &filter, &request)).unwrap();
            let endings: std::collections::BTreeSet<Option<GuardEnding>> =
                page.items.iter().map(|row| row.ending).collect();
            let all = [
                None,
                Some(GuardEnding::Persuaded),
                Some(GuardEnding::Insisted),
                Some(GuardEnding::Police),
                Some(GuardEnding::FalseAlarm),
            ];
            assert_eq!(endings.into_iter().collect::<Vec<_>>(), all);
            assert!(page.items.iter().any(|row| row.saved > 0));
        });
    }
}
