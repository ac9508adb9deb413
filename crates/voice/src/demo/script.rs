//! Plays the scripts: each step becomes a command of whoever would give it, judged as the order then stands.

use kernel::{
    Actor, Problem, ProblemKind, Random, Timestamp,
    id::{NoteId, TaskId},
};
use ledger::{Cause, Ledger};
use people::demo::DemoBank;
use regulation::Axis;
use seal::{DataKey, Keyring, Sealed};

use super::{
    Seeded, cast,
    chance::Chance,
    lessons::Source,
    plan::{Plan, Step},
    writing::{self, Deed, Standing},
};
use crate::{
    desk::{self, Act},
    intake::{Kept, OrderKey},
    jobs,
    model::{
        Command, Law, LetterKind, Order, StageName,
        parts::{
            AxisKey, Classification, DeclineGround, Means, Reference, Relation, ReopenGround, Satisfaction, TaskState,
            VisitAnswer,
        },
    },
};

/// What somebody does, or nothing when the step has lost its sense.
type Commands = Result<Vec<(Actor, Command)>, Problem>;

/// A matter that was filed.
pub(super) struct Filed {
    pub(super) order: Order,
    pub(super) key: DataKey,
    pub(super) kept: Kept,
    /// When it rings next.
    pub(super) alarm: Option<Timestamp>,
}

/// Where the scripts are played.
pub(super) struct Stage<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) bank: &'a DemoBank,
    pub(super) law: &'a Law,
    pub(super) chance: Chance,
    pub(super) filed: Vec<Option<Filed>>,
    pub(super) deeds: Vec<Deed>,
    pub(super) done: Seeded,
}

impl<'a> Stage<'a> {
    pub(super) fn new(ledger: &'a Ledger, bank: &'a DemoBank, law: &'a Law, chance: Chance, count: usize) -> Self {
        let filed = (0..count).map(|_| None).collect();
        Self { ledger, bank, law, chance, filed, deeds: Vec::new(), done: Seeded::default() }
    }

    /// The matters whose root cause is known, newest first.
    pub(super) fn sources(&self, plans: &[Plan]) -> Vec<Source> {
        let known = self.filed.iter().zip(plans).filter_map(|(filed, plan)| {
            let order = filed.as_ref().map(|filed| &filed.order).filter(|order| order.cause.is_some())?;
            Some(Source { order: order.clone(), subject: plan.subject })
        });
        let mut sources: Vec<Source> = known.collect();
        sources.sort_by_key(|source| std::cmp::Reverse(source.order.received_at));
        sources
    }

    /// Writes down what was played.
    pub(super) fn done(self) -> Result<Seeded, Problem> {
        let standing = self.filed.into_iter().flatten();
        let standing = standing.map(|filed| Standing { order: filed.order, kept: filed.kept, alarm: filed.alarm });
        writing::write(self.ledger, self.deeds, standing.collect())?;
        Ok(self.done)
    }

    pub(super) fn random(&self) -> &'a dyn Random {
        &*self.ledger.ports().random
    }

    pub(super) fn keyring(&self) -> &'a Keyring {
        &self.ledger.ports().keyring
    }

    /// Does one step, if it still makes sense.
    pub(super) fn act(&mut self, number: usize, plan: &Plan, step: Step, at: Timestamp) -> Result<(), Problem> {
        let Some(filed) = self.filed[number].take() else { return Ok(()) };
        let commands = self.commands(number, plan, &filed, step, at);
        let mut filed = filed;
        let result = commands.and_then(|commands| {
            for (actor, command) in commands {
                self.give(&mut filed, &actor, command, at)?;
            }
            Ok(())
        });
        self.filed[number] = Some(filed);
        result
    }

    /// Lets the reminders and escalations go out that are due.
    pub(super) fn round(&mut self, at: Timestamp) -> Result<(), Problem> {
        let program = jobs::program();
        for number in 0..self.filed.len() {
            let rings = |filed: &mut Filed| filed.alarm.is_some_and(|alarm| alarm <= at);
            let Some(mut filed) = self.filed[number].take_if(rings) else { continue };
            filed.alarm = self.law.next_alarm(&filed.order, at);
            for (clock, alert) in jobs::alerts_due(&filed.order, self.law, at) {
                self.give(&mut filed, &program, Command::Alert { clock, alert }, at)?;
            }
            self.filed[number] = Some(filed);
        }
        Ok(())
    }

    fn give(&mut self, filed: &mut Filed, actor: &Actor, command: Command, at: Timestamp) -> Result<(), Problem> {
        let (id, expected) = (filed.order.id, filed.order.version);
        match desk::act_unwritten(&filed.order, &Act::new(id, None, command), actor, self.law, at) {
            Ok((events, order)) => {
                filed.alarm = self.law.next_alarm(&order, at);
                filed.order = order;
                self.deeds.push(Deed { order: id, expected, by: actor.reference.clone(), at, events });
                self.done.acts += 1;
                Ok(())
            }
            // A rule of the day stood in the way, as it would have; the matter goes on without.
            Err(problem) if problem.kind == ProblemKind::Refused => {
                tracing::debug!(order.id = %id, reason = problem.reason, "the demo was refused a step");
                self.done.forbidden += 1;
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }

    fn commands(&mut self, number: usize, plan: &Plan, filed: &Filed, step: Step, at: Timestamp) -> Commands {
        let order = &filed.order;
        if order.stage.name().ended() && !matches!(step, Step::Reopen | Step::LinkTo(_)) {
            return Ok(Vec::new());
        }
        let bank = self.bank;
        let team = cast::team(bank, &order.unit, number)?;
        // Whoever has the matter goes on with it.
        let own = bank.staff.iter().find(|person| Some(person.id) == order.handler);
        let team = cast::Team { handler: own.unwrap_or(team.handler), ..team };
        match step {
            Step::Register
            | Step::Classify
            | Step::Assign
            | Step::Accept
            | Step::Contact { .. }
            | Step::Note
            | Step::Ask
            | Step::AnswerAsk
            | Step::LinkTo(_)
            | Step::Retype(_) => self.work(number, plan, filed, step, at, &team),
            Step::Extend | Step::ApproveLonger | Step::RefuseLonger | Step::Pause(_) | Step::Resume => {
                Ok(self.clocks(filed, step, at, &team))
            }
            Step::Decline
            | Step::Decide { .. }
            | Step::Tell(_)
            | Step::Report
            | Step::Visit(_)
            | Step::Close
            | Step::Withdraw
            | Step::Reopen => self.ending(plan, filed, step, at, &team),
            Step::FindCause | Step::ProposeLead | Step::TakeLead | Step::Instruct | Step::ReportInstruction => {
                Ok(self.oversee(plan, filed, step, at, &team).into_iter().collect())
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`commands` sends each step to the one group that knows it")]
    fn work(
        &mut self,
        number: usize,
        plan: &Plan,
        filed: &Filed,
        step: Step,
        at: Timestamp,
        team: &cast::Team<'_>,
    ) -> Commands {
        let order = &filed.order;
        let (officer, handler) = (cast::actor(team.officer), cast::actor(team.handler));
        Ok(vec![match step {
            Step::Register => (officer, Command::Register),
            Step::Classify => (officer, Command::Classify(self.classes(plan, order, at))),
            Step::Assign => {
                let (unit, person) = (team.handler.unit_path.clone(), Some(team.handler.id));
                (officer, Command::Assign { unit, person, why: None })
            }
            Step::Accept => (handler, Command::Accept),
            Step::Contact { reached } if order.reachable() => {
                let text = if reached {
                    "已与客户通话，核对了经过和诉求，告知办理时限。"
                } else {
                    "无人接听，改约下午再拨。"
                };
                let words = Some(self.seal(filed, "contact", text));
                (handler, Command::Contact { means: Means::Phone, reached, at, words })
            }
            Step::Note => {
                let text = self.chance.one(NOTES);
                let text = self.seal(filed, "note", text);
                (handler, Command::Note { note: NoteId::new(at, self.random()), text })
            }
            Step::Ask => return Ok(self.ask(filed, handler, number, at)),
            Step::AnswerAsk => return Ok(self.answer(filed)),
            Step::LinkTo(first) => {
                let Some(other) = &self.filed[first] else { return Ok(Vec::new()) };
                (handler, Command::Link { other: other.order.id, relation: Relation::DuplicateOf })
            }
            Step::Retype(to) => {
                let why = self.seal(filed, "retyping", "客户主张民事权益，属于消费投诉，按投诉程序办理。");
                (officer, Command::Retype { to, why })
            }
            _ => return Ok(Vec::new()),
        }])
    }

    fn clocks(&self, filed: &Filed, step: Step, at: Timestamp, team: &cast::Team<'_>) -> Vec<(Actor, Command)> {
        let order = &filed.order;
        let (handler, president) = (cast::actor(team.handler), cast::actor(team.president));
        let asked = order.proposals.first().map(|proposal| proposal.clock);
        vec![match (step, asked) {
            (Step::Extend, _) => return self.extend(filed, handler, at),
            (Step::ApproveLonger, Some(clock)) => (president, Command::ApproveExtension { clock }),
            (Step::RefuseLonger, Some(clock)) => {
                let why = self.seal(filed, "extension_refusal", "事实已基本查清，请在原期限内答复客户。");
                (president, Command::RefuseExtension { clock, why })
            }
            (Step::Pause(ground), _) if order.open_clocks().any(|clock| self.law.pause(clock, ground).is_some()) => {
                let why = self.seal(filed, "pause", "双方同意由金融消费纠纷调解组织调解，调解期间不计入办理时限。");
                (handler, Command::Pause { ground, from: at, why })
            }
            (Step::Resume, _) if order.paused() => (handler, Command::Resume { at }),
            _ => return Vec::new(),
        }]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`commands` sends each step to the one group that knows it")]
    fn ending(&mut self, plan: &Plan, filed: &Filed, step: Step, at: Timestamp, team: &cast::Team<'_>) -> Commands {
        let order = &filed.order;
        let (officer, handler) = (cast::actor(team.officer), cast::actor(team.handler));
        Ok(vec![match step {
            Step::Decline => {
                let decision = Box::new(self.declined(filed, at));
                (officer, Command::Decline { ground: DeclineGround::Settled, decision })
            }
            Step::Decide { is_right } => return Ok(self.decide(plan, filed, is_right, at, team)),
            Step::Tell(kind) => return Ok(self.tell(order, kind, handler, at)),
            Step::Report if order.origin.wants_report() && !order.reported => {
                (handler, Command::ReportBack { means: Means::Online, at, reference: None, items: Vec::new() })
            }
            Step::Visit(figure) if order.stage.name() == StageName::Notified => {
                let answer = figure.map(|figure| self.visit_answer(filed, figure)).transpose()?;
                (handler, Command::Visit { answer, means: Means::Phone, at })
            }
            // Where the policy asks for a second pair of eyes, whoever decided does not close.
            Step::Close if order.decided_by.as_ref() == Some(&officer.reference) => (handler, Command::Close),
            Step::Close => (officer, Command::Close),
            Step::Withdraw => {
                let words = Some(self.seal(filed, "withdrawal", "问题已经解决，申请撤回。"));
                (cast::complainant(order), Command::Withdraw { at, means: Means::Online, paper: None, words })
            }
            Step::Reopen => {
                let why = self.seal(filed, "reopening", "客户来电表示承诺的退款尚未到账。");
                (officer, Command::Reopen { ground: ReopenGround::NotPerformed, why })
            }
            _ => return Ok(Vec::new()),
        }])
    }

    pub(super) fn seal(&self, filed: &Filed, field: &str, text: &str) -> Sealed {
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
        let clock = filed.order.open_clocks().find(|clock| clock.due >= at && self.law.longer_time(clock, at).is_ok());
        let Some(clock) = clock.map(|clock| clock.id) else { return Vec::new() };
        let why = self.seal(filed, "extension", "需调取三年前的业务凭证并向合作机构核实，情况复杂，申请延长办理时限。");
        vec![(actor, Command::ProposeExtension { clock, why })]
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
        Ok(VisitAnswer { satisfaction: Satisfaction::new(figure).map_err(Problem::from)?, settled: true, words })
    }
}

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

pub(super) fn cause() -> Cause {
    Cause::new("demo:voice")
}
