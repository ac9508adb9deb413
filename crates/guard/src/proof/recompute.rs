//! One decision taken again: the same event, the versions that decided, the lists and windows of its place in the log; each value
//! beside the recorded one, and each rule with what its parts came to. Nothing is kept.

use std::time::{Duration, Instant};

use decide::{
    Decision, Engine, Kind, Memory, Row, Screening, Value, engine::Explained, expression::Lists, scenario::ScenarioSpec,
};
use kernel::{Problem, ProblemKind, Text};

use super::{
    versions::{self, Named, Versions},
    world::World,
};
use crate::{
    screen::{
        Screen, answer,
        facts::{self, Layout},
        score_model::Used,
    },
    store::decisions::{self, DecisionRow},
};

/// How long events before a decision are recorded anew; past it features are taken as they were recorded. Somebody waits for it.
const REPLAY_TIME_MAX: Duration = Duration::from_secs(20);
/// Events before a decision that are recorded anew at most, some seconds' worth.
pub const REPLAY_EVENTS_MAX: i64 = 500_000;
/// Steps after which a decision may have been ended for want of time.
const STEPS: [u32; 2] = [1, 2];

kernel::words! {
    /// Where a proof took the windows from.
    WindowsFrom {
        /// Every event before was recorded anew.
        Replayed = "replayed", "重放日志", "replayed from the log";
        /// The features are those that the decision recorded, since too many events lie before it.
        AsRecorded = "as_recorded", "取自记录", "taken as recorded";
    }
}

/// A value beside the recorded one.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The field, feature or derived value.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// What the decision saw; none where it was unknown.
    pub recorded: Option<Value>,
    /// What it is now.
    pub recomputed: Option<Value>,
}

impl Compared {
    /// Whether both are the same to the bit.
    pub fn is_equal(&self) -> bool {
        let bits = |value: &Option<Value>| value.as_ref().map(Value::bits);
        bits(&self.recorded) == bits(&self.recomputed)
    }
}

/// A scenario with what its parts came to.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What it says.
    pub spec: ScenarioSpec,
    /// Which version of its name it is.
    pub version: u32,
    /// Its score; none if it did not apply.
    pub score: Option<i32>,
    /// Points of the model.
    pub model_points: Option<i32>,
    /// The parts of when it does not apply.
    pub unless: Vec<Explained>,
    /// For each rule whether it held, and the parts of its condition.
    pub rules: Vec<(bool, Vec<Explained>)>,
}

/// A decision taken again.
#[derive(Debug)]
pub struct Recomputed {
    /// Whether everything is as recorded, to the bit: each value, the answer word for word.
    pub is_equal: bool,
    /// Where the windows are from.
    pub windows: WindowsFrom,
    /// Whether lists are those of its place in the log; before marks were kept they are what approvals say.
    pub lists_are_marked: bool,
    /// Whether the event's texts could be read; else masks and parts of texts match nothing.
    pub has_texts: bool,
    /// Whether names and places are those of then.
    pub has_same_layout: bool,
    /// What was decided.
    pub decision: Decision,
    /// The answer as it would be given.
    pub answer: String,
    /// Each value.
    pub values: Vec<Compared>,
    /// The parts of each derived value, by its name.
    pub derived: Vec<(String, Vec<Explained>)>,
    /// Each scenario.
    pub scenarios: Vec<Judged>,
}

fn refused(zh: &'static str, en: &'static str, because: &'static str) -> Problem {
    Problem::new(ProblemKind::Refused, Text::fixed(zh, en)).because(because)
}

fn recorded_only() -> Problem {
    refused(
        "该事件仅作登记，没有决策可重算。",
        "The event was only recorded; there is no decision to take again.",
        "recorded-only",
    )
}

/// Takes a decision again.
///
/// # Errors
/// When nothing was decided on the event, what decided is not there any more, or the database fails.
pub fn recompute(screen: &Screen, row: &DecisionRow) -> Result<Recomputed, Problem> {
    if row.outcome.is_none() {
        return Err(recorded_only());
    }
    let versions = versions::named(&row.answer)?;
    let model = screen.model_of(&row.answer)?;
    let engine = Versions::default().engine(screen, &versions, &model)?.ok_or_else(|| {
        refused("当时的情景版本已不存在。", "A version that decided is not there any more.", "no-version")
    })?;
    let facts = screen.ledger().read(|conn| decisions::facts_of(conn, row.seq))?.unwrap_or_default();
    let mut world = World::new(screen)?;
    let started = Instant::now();
    let in_reach = row.seq <= REPLAY_EVENTS_MAX;
    let is_over = || started.elapsed() > REPLAY_TIME_MAX;
    let is_replayed = in_reach && world.go(screen, row.seq - 1, &is_over)? && world.is_whole();
    world.lists.advance(row.seq)?;
    let event = world.row(screen, (row.layout, &facts), (row.decided_at, row.id, &row.sealed))?;
    let (event, has_texts) = event
        .ok_or_else(|| refused("该事件类型已不存在。", "The type of the event is not there any more.", "no-type"))?;
    let recorded = screen.layout(row.layout)?.ok_or_else(|| corrupt(row))?;
    let seen = facts::seen(&row.seen, &recorded).ok_or_else(|| corrupt(row))?;
    let again = Again {
        screen,
        engine: &engine,
        world: &world,
        event: &event,
        seen: &seen,
        versions: &versions,
        model: &model,
    };
    let windows = if is_replayed { WindowsFrom::Replayed } else { WindowsFrom::AsRecorded };
    // Where a decision was ended for want of time is not kept: it is the step that gives the same.
    let tries: &[Option<u32>] = if row.is_screened { &[None] } else { &[Some(STEPS[0]), Some(STEPS[1])] };
    let mut found = None;
    for steps in tries {
        let mut memory = engine.memory();
        let (decision, answer) = again.decide(row, *steps, windows, &mut memory)?;
        let has_same_layout = recorded == Layout::of(&engine);
        let values = again.compare(&memory);
        let is_equal = answer == row.answer && values.iter().all(Compared::is_equal);
        let (scenarios, derived) = (again.judged(&decision, &memory), again.derived(&memory));
        let one = Recomputed {
            is_equal,
            windows,
            lists_are_marked: world.lists.is_marked,
            has_texts,
            has_same_layout,
            decision,
            answer,
            values,
            derived,
            scenarios,
        };
        if one.is_equal {
            return Ok(one);
        }
        found = found.or(Some(one));
    }
    found.ok_or_else(|| corrupt(row))
}

fn corrupt(row: &DecisionRow) -> Problem {
    Problem::internal_error(format!("decision {} cannot be read", row.seq))
}

/// What a decision saw, by name.
type Seen = [(String, Kind, Option<Value>)];

/// Everything that a decision is taken again on.
struct Again<'a> {
    screen: &'a Screen,
    engine: &'a Engine,
    world: &'a World,
    event: &'a Row,
    seen: &'a Seen,
    versions: &'a [Named],
    /// The score model that scored.
    model: &'a Used,
}

impl Again<'_> {
    fn lists(&self) -> &dyn Lists {
        &self.world.lists.lists
    }

    /// Decides, with an end after so many steps where one is named.
    fn decide(
        &self,
        row: &DecisionRow,
        steps: Option<u32>,
        windows: WindowsFrom,
        memory: &mut Memory,
    ) -> Result<(Decision, String), Problem> {
        let (engine, event) = (self.engine, self.event);
        let mut taken = 0;
        let mut has_time = || {
            taken += 1;
            steps.is_none_or(|steps| taken < steps)
        };
        let mut decision = match windows {
            WindowsFrom::Replayed => engine.decide(event, &self.world.windows, self.lists(), memory, &mut has_time),
            WindowsFrom::AsRecorded => {
                let features = engine.plan().features();
                let place = |(name, _, value): &(String, Kind, Option<Value>)| {
                    let feature = features.iter().find(|feature| feature.spec.name == *name)?;
                    Some((feature.slot, value.as_ref()?.bits()))
                };
                let seen: Vec<_> = self.seen.iter().filter_map(place).collect();
                engine.decide_as_seen(event, &seen, self.lists(), memory, &mut has_time)
            }
        };
        self.screen.definition().complete(&mut decision, &self.screen.law()?, event.time());
        let numbers: Vec<u32> = self.versions.iter().map(|one| one.version).collect();
        let answer = answer::answer((engine, &numbers, self.model), &decision, memory, (Some(row.id), row.decided_at));
        Ok((decision, answer))
    }

    /// Each value by name beside the recorded one, those that are not there any more too.
    fn compare(&self, memory: &Memory) -> Vec<Compared> {
        let names = self.engine.names();
        let now = |name: &str| {
            let found = names.iter().find(|known| known.name == *name && known.kind != Kind::Texts)?;
            let at = usize::from(found.slot);
            memory.known()[at].then(|| Value::from_bits(found.kind, memory.values()[at])).flatten()
        };
        let mut values: Vec<Compared> = self
            .seen
            .iter()
            .map(|(name, kind, recorded)| Compared {
                name: name.clone(),
                kind: *kind,
                recorded: recorded.clone(),
                recomputed: now(name),
            })
            .collect();
        for one in names.iter().filter(|one| !self.seen.iter().any(|(name, ..)| *name == one.name)) {
            let recomputed = now(&one.name);
            values.push(Compared { name: one.name.clone(), kind: one.kind, recorded: None, recomputed });
        }
        values
    }

    fn judged(&self, decision: &Decision, memory: &Memory) -> Vec<Judged> {
        if decision.screening == Screening::NotScreened {
            return Vec::new();
        }
        let specs: Vec<&ScenarioSpec> = self.engine.scenarios().collect();
        let texts = specs.iter().flat_map(|spec| {
            spec.unless.iter().map(String::as_str).chain(spec.rules.iter().map(|rule| rule.when.as_str()))
        });
        let texts: Vec<&str> = texts.collect();
        let mut explained = self.engine.explain(&texts, self.event, self.lists(), memory).into_iter();
        let mut judged = Vec::with_capacity(specs.len());
        for (number, spec) in specs.into_iter().enumerate() {
            let unless = spec.unless.as_ref().and_then(|_| explained.next()).unwrap_or_default();
            let held = |rule: usize| {
                decision
                    .parts
                    .iter()
                    .any(|part| usize::from(part.scenario) == number && part.rule.map(usize::from) == Some(rule))
            };
            let rules = (0..spec.rules.len()).map(|rule| (held(rule), explained.next().unwrap_or_default())).collect();
            let of_model = |part: &&decide::scenario::Part| usize::from(part.scenario) == number && part.rule.is_none();
            judged.push(Judged {
                version: self.versions.get(number).map_or(0, |one| one.version),
                score: decision.scores.get(number).copied().flatten(),
                model_points: decision.parts.iter().find(of_model).map(|part| part.points),
                unless,
                rules,
                spec: spec.clone(),
            });
        }
        judged
    }

    fn derived(&self, memory: &Memory) -> Vec<(String, Vec<Explained>)> {
        let specs = &self.screen.definition().engine.derived;
        let texts: Vec<&str> = specs.iter().map(|spec| spec.value.as_str()).collect();
        let explained = self.engine.explain(&texts, self.event, self.lists(), memory);
        specs.iter().map(|spec| spec.name.clone()).zip(explained).collect()
    }
}
