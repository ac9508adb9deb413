//! Plays the scripts: each step becomes a command of whoever would give it, as the order then stands.

use kernel::{
    Actor, Date, Money, OrgPath, Pii, Problem, ProblemKind, Random, Timestamp,
    id::{NoteId, OrderId, TaskId},
};
use ledger::{Cause, Ledger};
use people::demo::{DemoBank, DemoCustomer};
use regulation::{Axis, MatterKind, MatterSource};
use seal::{DataKey, Keyring, Sealed};

use super::{
    Seeded, cast,
    chance::Chance,
    matters,
    plan::{Plan, Step},
};
use crate::{
    desk::{self, Act},
    intake::{Faults, Intake, OrderKey, Person, TypedPerson, prepare},
    model::{
        Command, Law, LetterKind, Order, StageName,
        parts::{
            AxisKey, Classification, Decision, DeclineGround, Means, Nature, Origin, Outcome, Reference, Relation,
            ReopenGround, Satisfaction, Standing, TaskState, VisitAnswer,
        },
    },
};

/// The last digits of numbers that other bodies give.
const NUMBERS: usize = 9_000;

/// A matter that was filed.
struct Filed {
    order: Order,
    key: DataKey,
}

/// Where the scripts are played.
pub(super) struct Stage<'a> {
    ledger: &'a Ledger,
    bank: &'a DemoBank,
    law: &'a Law,
    chance: Chance,
    filed: Vec<Option<Filed>>,
    done: Seeded,
}

impl<'a> Stage<'a> {
    pub(super) fn new(ledger: &'a Ledger, bank: &'a DemoBank, law: &'a Law, chance: Chance, count: usize) -> Self {
        let filed = (0..count).map(|_| None).collect();
        Self { ledger, bank, law, chance, filed, done: Seeded::default() }
    }

    pub(super) fn done(self) -> Seeded {
        self.done
    }

    fn random(&self) -> &'a dyn Random {
        &*self.ledger.ports().random
    }

    fn keyring(&self) -> &'a Keyring {
        &self.ledger.ports().keyring
    }

    /// Brings a matter in: at the counter, by telephone, or through whoever passed it on.
    pub(super) fn file(&mut self, number: usize, plan: &Plan, at: Timestamp) -> Result<(), Problem> {
        let customer = &self.bank.customers[plan.customer];
        let place = self.place(plan, customer);
        let receiver = cast::receiver(self.bank, &place, number)?;
        let intake = self.intake(plan, customer, place, at)?;
        let id = OrderId::new(at, self.random());
        let prepared = prepare(&intake, id, at, self.keyring(), self.random());
        let key = self.keyring().unwrap(&prepared.kept.wrapped).map_err(Problem::from)?;
        let (actor, law) = (cast::actor(receiver), self.law.clone());
        let order = self.ledger.write(&cause(), move |unit| {
            let command = Command::File(Box::new(prepared.filing.clone()));
            desk::file(unit, &prepared, command, &actor, &law)
        })?;
        self.filed[number] = Some(Filed { order, key });
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
            origin: Origin { source, number, deadline: None },
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
            MatterSource::OtherBody | MatterSource::Direct => "转办",
        };
        let text = format!("{word}〔{}〕{}", at.date().year(), 1_000 + self.chance.below(NUMBERS));
        Reference::parse(&text).ok_or_else(|| Problem::internal_error("the demo made a number that is none"))
    }

    /// Does one step, if it still makes sense.
    pub(super) fn act(&mut self, number: usize, plan: &Plan, step: Step, at: Timestamp) -> Result<(), Problem> {
        let Some(filed) = self.filed[number].take() else { return Ok(()) };
        let commands = self.commands(number, plan, &filed, step, at);
        let mut filed = filed;
        let result = commands.and_then(|commands| {
            for (actor, command) in commands {
                self.give(&mut filed, actor, command)?;
            }
            Ok(())
        });
        self.filed[number] = Some(filed);
        result
    }

    fn give(&mut self, filed: &mut Filed, actor: Actor, command: Command) -> Result<(), Problem> {
        let (act, law) = (Act::new(filed.order.id, None, command), self.law.clone());
        match self.ledger.write(&cause(), move |unit| desk::act(unit, &act, &actor, &law)) {
            Ok(order) => {
                filed.order = order;
                self.done.acts += 1;
                Ok(())
            }
            // A rule of the day stood in the way, as it would have; the matter goes on without.
            Err(problem) if problem.kind == ProblemKind::Refused => {
                tracing::debug!(order.id = %filed.order.id, reason = problem.reason, "the demo was refused a step");
                self.done.forbidden += 1;
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }

    fn commands(
        &mut self,
        number: usize,
        plan: &Plan,
        filed: &Filed,
        step: Step,
        at: Timestamp,
    ) -> Result<Vec<(Actor, Command)>, Problem> {
        let order = &filed.order;
        let team = cast::team(self.bank, &order.unit, number)?;
        // Whoever has the matter goes on with it.
        let own = self.bank.staff.iter().find(|person| Some(person.id) == order.handler);
        let handler = own.unwrap_or(team.handler);
        let (officer, handler_actor) = (cast::actor(team.officer), cast::actor(handler));
        let ended = order.stage.name().ended();
        let one = |actor: Actor, command: Command| Ok(vec![(actor, command)]);
        if ended && !matches!(step, Step::Reopen | Step::LinkTo(_)) {
            return Ok(Vec::new());
        }
        match step {
            Step::Register => one(officer, Command::Register),
            Step::Classify => one(officer, Command::Classify(self.classes(plan, order, at))),
            Step::Assign => {
                one(officer, Command::Assign { unit: handler.unit_path.clone(), person: Some(handler.id), why: None })
            }
            Step::Accept => one(handler_actor, Command::Accept),
            Step::Contact { .. } if !order.reachable() => Ok(Vec::new()),
            Step::Contact { reached } => {
                let text = if reached {
                    "已与客户通话，核对了经过和诉求，告知办理时限。"
                } else {
                    "无人接听，改约下午再拨。"
                };
                let words = Some(self.seal(filed, "contact", text));
                one(handler_actor, Command::Contact { means: Means::Phone, reached, at, words })
            }
            Step::Note => {
                let text = self.chance.one(NOTES);
                let text = self.seal(filed, "note", text);
                one(handler_actor, Command::Note { note: NoteId::new(at, self.random()), text })
            }
            Step::Ask => Ok(self.ask(filed, handler_actor, number, at)),
            Step::AnswerAsk => Ok(self.answer(filed)),
            Step::Extend => Ok(self.extend(filed, handler_actor, at)),
            Step::ApproveLonger | Step::RefuseLonger => {
                let Some(proposal) = order.proposals.first() else { return Ok(Vec::new()) };
                let clock = proposal.clock;
                let president = cast::actor(team.president);
                if step == Step::ApproveLonger {
                    return one(president, Command::ApproveExtension { clock });
                }
                let why = self.seal(filed, "extension_refusal", "事实已基本查清，请在原期限内答复客户。");
                one(president, Command::RefuseExtension { clock, why })
            }
            Step::Pause(ground) => {
                let why = self.seal(filed, "pause", "双方同意由金融消费纠纷调解组织调解，调解期间不计入办理时限。");
                one(handler_actor, Command::Pause { ground, from: at, why })
            }
            Step::Resume if !order.paused() => Ok(Vec::new()),
            Step::Resume => one(handler_actor, Command::Resume { at }),
            Step::Decline => {
                let decision = Box::new(self.declined(filed, at));
                one(officer, Command::Decline { ground: DeclineGround::Settled, decision })
            }
            Step::Decide { is_right } => {
                let decision = Box::new(self.decision(plan, filed, is_right, at));
                one(handler_actor, Command::Decide(decision))
            }
            Step::Tell(kind) => Ok(self.tell(order, kind, handler_actor, at)),
            Step::Report if !order.origin.wants_report() || order.reported => Ok(Vec::new()),
            Step::Report => one(handler_actor, Command::ReportBack { means: Means::Online, at, reference: None }),
            Step::Visit(_) if order.stage.name() != StageName::Notified => Ok(Vec::new()),
            Step::Visit(figure) => {
                let answer = figure.map(|figure| self.visit_answer(filed, figure)).transpose()?;
                one(handler_actor, Command::Visit { answer, at })
            }
            Step::Close => one(handler_actor, Command::Close),
            Step::Withdraw => {
                let words = Some(self.seal(filed, "withdrawal", "问题已经解决，申请撤回。"));
                let command = Command::Withdraw { at, means: Means::Online, paper: None, words };
                one(cast::complainant(order), command)
            }
            Step::LinkTo(first) => match &self.filed[first] {
                Some(other) => {
                    let command = Command::Link { other: other.order.id, relation: Relation::DuplicateOf };
                    one(handler_actor, command)
                }
                None => Ok(Vec::new()),
            },
            Step::Retype(to) => {
                let why = self.seal(filed, "retyping", "客户主张民事权益，属于消费投诉，按投诉程序办理。");
                one(officer, Command::Retype { to, why })
            }
            Step::Reopen => {
                let why = self.seal(filed, "reopening", "客户来电表示承诺的退款尚未到账。");
                one(officer, Command::Reopen { ground: ReopenGround::NotPerformed, why })
            }
        }
    }

    fn seal(&self, filed: &Filed, field: &str, text: &str) -> Sealed {
        OrderKey { keyring: self.keyring(), key: &filed.key, order: filed.order.id }.seal(field, text, self.random())
    }

    /// The subject's classes; what the files no longer have falls back to the first class of the axis.
    fn classes(&self, plan: &Plan, order: &Order, at: Timestamp) -> Classification {
        let on = at.date();
        let channel = order.channel.as_ref().map_or("front", AxisKey::as_str);
        let key = |axis: Axis, wanted: &str| {
            let axes = self.law.rules.axes(on);
            let view = axes.iter().find(|view| view.axis.body.axis == axis);
            let first = view.and_then(|view| view.categories.first()).map_or("", |class| class.body.key.as_str());
            AxisKey::new(if self.law.on_axis(axis, wanted, on) { wanted } else { first })
        };
        Classification {
            channel: key(Axis::Channel, channel),
            business: key(Axis::Business, plan.subject.business),
            reason: key(Axis::Reason, plan.subject.reason),
        }
    }

    fn ask(&mut self, filed: &Filed, actor: Actor, turn: usize, at: Timestamp) -> Vec<(Actor, Command)> {
        let Some(asked) = cast::asked(self.bank, &actor.unit, turn) else { return Vec::new() };
        let ask = self.chance.one(ASKS);
        let ask = self.seal(filed, "task_ask", ask);
        let task = TaskId::new(at, self.random());
        let command = Command::OpenTask { task, unit: asked.unit_path.clone(), person: Some(asked.id), ask, due: None };
        vec![(actor, command)]
    }

    fn answer(&mut self, filed: &Filed) -> Vec<(Actor, Command)> {
        let open = filed.order.tasks.iter().find(|task| task.state == TaskState::Open);
        let Some(task) = open else { return Vec::new() };
        let person = self.bank.staff.iter().find(|person| Some(person.id) == task.person);
        let Some(person) = person else { return Vec::new() };
        let text = self.chance.one(ANSWERS);
        let answer = self.seal(filed, "task_answer", text);
        vec![(cast::actor(person), Command::AnswerTask { task: task.id, answer })]
    }

    fn extend(&self, filed: &Filed, actor: Actor, at: Timestamp) -> Vec<(Actor, Command)> {
        let clock = filed.order.open_clocks().find(|clock| self.law.longer_time(clock, at).is_ok());
        let Some(clock) = clock.map(|clock| clock.id) else { return Vec::new() };
        let why = self.seal(filed, "extension", "需调取三年前的业务凭证并向合作机构核实，情况复杂，申请延长办理时限。");
        vec![(actor, Command::ProposeExtension { clock, why })]
    }

    fn decision(&mut self, plan: &Plan, filed: &Filed, is_right: bool, at: Timestamp) -> Decision {
        let matter = filed.order.matter;
        let disputed = matches!(matter, MatterKind::Complaint | MatterKind::Report | MatterKind::Petition);
        let outcome = match (disputed, is_right) {
            (false, _) => Outcome::Answered,
            (true, true) if self.chance.percent(30) => Outcome::PartlySubstantiated,
            (true, true) => Outcome::Substantiated,
            (true, false) => Outcome::NotSubstantiated,
        };
        let paid = is_right && matter == MatterKind::Complaint && self.chance.percent(60);
        let compensation = filed.order.amount.filter(|_| paid).and_then(|amount| amount.share(PAID_PER_MILLION).ok());
        let [facts, basis, answer] = matters::decided(plan.subject, is_right);
        Decision {
            outcome,
            facts: self.seal(filed, "facts", facts),
            basis: self.seal(filed, "basis", basis),
            answer: self.seal(filed, "answer", answer),
            remedies: self.law.remedies(matter, at.date()),
            compensation: compensation.filter(|amount| amount.minor() > 0),
        }
    }

    fn declined(&self, filed: &Filed, at: Timestamp) -> Decision {
        Decision {
            outcome: Outcome::Declined,
            facts: self.seal(filed, "facts", "经查，同一事项已于上季度处理完毕并履行，本次未提出新的事实或证据。"),
            basis: self.seal(filed, "basis", "《银行业保险业消费投诉处理管理办法》关于不予受理情形的规定。"),
            answer: self.seal(filed, "answer", "本次不予受理。如有新的事实和证据，欢迎补充后再次提出。"),
            remedies: self.law.remedies(filed.order.matter, at.date()),
            compensation: None,
        }
    }

    fn tell(&mut self, order: &Order, kind: LetterKind, actor: Actor, at: Timestamp) -> Vec<(Actor, Command)> {
        let Some(letter) = order.owed(kind).map(|letter| letter.id) else { return Vec::new() };
        let means = self.chance.one(&[Means::Sms, Means::Sms, Means::Online, Means::Phone, Means::Post]);
        let proof = match means {
            Means::Post => Some("EMS"),
            Means::Phone => Some("REC"),
            Means::InPerson | Means::Sms | Means::Email | Means::Online => None,
        };
        let reference =
            proof.and_then(|word| Reference::parse(&format!("{word}{:09}", self.chance.below(999_999_999))));
        vec![(actor, Command::Notify { letter, means, at, reference, text: None })]
    }

    fn visit_answer(&mut self, filed: &Filed, figure: u8) -> Result<VisitAnswer, Problem> {
        let words = match figure {
            1 | 2 => "对结果不满意，认为处理时间太长。",
            3 => "结果可以接受，希望以后流程能快一些。",
            _ => "问题已经解决，谢谢。",
        };
        let words = self.chance.percent(70).then(|| self.seal(filed, "visit", words));
        Ok(VisitAnswer { satisfaction: Satisfaction::new(figure).map_err(Problem::from)?, settled: figure >= 3, words })
    }
}

/// The part of the amount in question that is paid when something is: four fifths, in parts per million.
const PAID_PER_MILLION: i64 = 800_000;

const NOTES: &[&str] = &[
    "已调取当日监控和业务凭证，正在核对。",
    "与网点负责人沟通，网点承认解释不到位。",
    "客户补充了聊天记录截图，待核实。",
    "客户情绪较激动，建议由负责人回电。",
    "系统流水已导出，与客户所述时间一致。",
    "客户希望周末联系，已备注。",
    "已请合规部门就收费依据出具意见。",
    "录音已下载，时长十一分钟。",
];
const ASKS: &[&str] = &[
    "请提供该笔业务的签约页面截图和系统日志。",
    "请核实当日窗口开放情况和排队数据。",
    "请说明该产品的销售流程并提供录音录像。",
    "请核对挂账明细，确认款项去向。",
    "请就收费标准和减免条件出具书面说明。",
];
const ANSWERS: &[&str] = &[
    "已核实，材料见附件说明，系统日志与客户描述基本一致。",
    "经查询，业务办理符合流程，但告知不够充分。",
    "已与合作机构确认，差错属实，同意更正。",
    "数据已导出，当日情况见说明。",
];

fn cause() -> Cause {
    Cause::new("demo:voice")
}

fn checked(typed: &TypedPerson<'_>, today: Date) -> Result<Person, Problem> {
    let mut faults = Faults::default();
    let person = typed.check("/person", today, &mut faults);
    faults.check()?;
    Ok(person)
}
