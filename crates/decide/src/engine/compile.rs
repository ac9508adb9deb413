//! Puts the parts of an engine together, and tells every fault of them at once.

use std::sync::Arc;

use super::{DerivedSpec, Engine, EngineSpec, MODEL_SCORE, Model, Name, OUTCOME, ParameterSpec, Rule, Scenario};
use crate::{
    HashKeys,
    expression::{self, Compiler, Condition, Named, Program, Scope},
    fault::{Fault, nearest},
    scenario::{Priorities, Reason, RuleSpec, ScenarioSpec},
    schema::{Schema, is_name},
    trees::Forest,
    value::{Kind, Slot},
    window::{LATE_MICROS_DEFAULT, Plan, micros},
};

/// Lists of an engine: far more than a bank keeps.
pub const LISTS_MAX: usize = 256;
/// Scenarios of an engine.
pub const SCENARIOS_MAX: usize = 64;
/// Derived values of an engine.
pub const DERIVED_MAX: usize = 512;

/// Parameters of an engine.
pub const PARAMETERS_MAX: usize = 512;

/// What an engine needs besides its declaration.
#[derive(Debug)]
pub struct EngineOptions {
    /// The secret under which texts are hashed.
    pub keys: HashKeys,
    /// How late an event may come behind the newest, in microseconds.
    pub late_micros_max: i64,
    /// Which outcome is stronger than which.
    pub priorities: Priorities,
    /// The model, if there is one.
    pub forest: Option<Arc<Forest>>,
    /// Whether rules may name the model's score also while there is no model; it is unknown then.
    pub may_name_score: bool,
}

impl EngineOptions {
    /// The usual options without a model.
    pub fn new(keys: HashKeys) -> Self {
        let (late_micros_max, priorities) = (LATE_MICROS_DEFAULT, Priorities::default());
        Self { keys, late_micros_max, priorities, forest: None, may_name_score: false }
    }
}

impl Engine {
    /// Compiles a declaration.
    pub fn compile(spec: &EngineSpec, options: EngineOptions) -> Result<Self, Vec<Fault>> {
        let schema = Schema::compile(&spec.schema, options.keys).map_err(|faults| below(faults, "schema"))?;
        let mut builder = Builder::new(&schema, options.keys);
        let outcome_slot = builder.fresh();
        let first = builder.next;
        let plan = Plan::compile(&spec.features, &schema, first, options.late_micros_max)?;
        builder.next = first + plan.features().len() as Slot;
        builder.lists(&spec.lists);
        builder.parameters(&spec.parameters, options.keys);
        // Conditions of features see the event alone: its fields, and what was decided on it.
        let mut scope = builder.scope.clone();
        scope.name(OUTCOME, Named { slot: outcome_slot, kind: Kind::Int, is_personal: false });
        let filters = builder.filters(&plan, &scope);
        for (number, feature) in plan.features().iter().enumerate() {
            if builder.scope.get_constant(&feature.spec.name).is_some() {
                builder.faults.push(taken(&format!("features[{number}]")));
            }
            builder.name(&feature.spec.name, feature.slot, feature.kind);
        }
        let (derived, derived_places) = builder.derived(&spec.derived);
        let score_slot = builder.fresh();
        let model = options.forest.and_then(|forest| builder.model(forest));
        if model.is_some() || options.may_name_score {
            builder.name(MODEL_SCORE, score_slot, Kind::Double);
        }
        let (rules, scenarios) = builder.scenarios(&spec.scenarios, &schema);
        let (places, names, faults, scope) = (usize::from(builder.next), builder.names, builder.faults, builder.scope);
        let parts = filters.zip(derived).zip(rules);
        match parts {
            Some(((filters, derived), rules)) if faults.is_empty() => Ok(Self {
                plan: Arc::new(plan),
                filters,
                derived,
                derived_places,
                model,
                rules,
                scenarios,
                priorities: options.priorities,
                names,
                scope,
                outcome_slot,
                score_slot,
                places,
                schema,
            }),
            _ => Err(if faults.is_empty() { vec![too_large()] } else { faults }),
        }
    }
}

fn too_large() -> Fault {
    Fault::new("", "字段、特征与表达式合计过多。", "Fields, features and expressions together are too many.")
}

fn taken(path: &str) -> Fault {
    Fault::new(format!("{path}.name"), "名称无效或已被使用。", "The name is no name, or is taken.")
}

fn below(faults: Vec<Fault>, path: &str) -> Vec<Fault> {
    faults.into_iter().map(|fault| fault.below(path)).collect()
}

struct Builder {
    scope: Scope,
    names: Vec<Name>,
    faults: Vec<Fault>,
    next: Slot,
}

impl Builder {
    fn new(schema: &Schema, keys: HashKeys) -> Self {
        let fields = schema.fields();
        let mut this =
            Self { scope: Scope::new(keys), names: Vec::new(), faults: Vec::new(), next: fields.len() as Slot };
        for (slot, field) in fields.iter().enumerate() {
            let (slot, kind, is_personal) = (slot as Slot, field.kind, field.spec.personal);
            this.scope.name(&field.spec.name, Named { slot, kind, is_personal });
            this.names.push(Name { name: field.spec.name.clone(), kind, slot });
        }
        this
    }

    fn fresh(&mut self) -> Slot {
        self.next = self.next.saturating_add(1);
        self.next - 1
    }

    fn name(&mut self, name: &str, slot: Slot, kind: Kind) {
        self.scope.name(name, Named { slot, kind, is_personal: false });
        self.names.push(Name { name: name.to_owned(), kind, slot });
    }

    fn lists(&mut self, lists: &[String]) {
        for (number, name) in lists.iter().enumerate() {
            if !is_name(name) || name.contains('.') || lists[..number].contains(name) || number >= LISTS_MAX {
                let zh = "名单名由小写字母、数字和下划线组成，且不重复。";
                let en = "A list's name has small letters, digits and underscores and stands once.";
                self.faults.push(Fault::new(format!("lists[{number}]"), zh, en));
            }
            self.scope.list(name, number as u16);
        }
    }

    fn parameters(&mut self, specs: &[ParameterSpec], keys: HashKeys) {
        for (number, spec) in specs.iter().enumerate() {
            let path = format!("parameters[{number}]");
            if !is_name(&spec.name) || self.is_taken(&spec.name) || number >= PARAMETERS_MAX {
                self.faults.push(taken(&path));
                continue;
            }
            match expression::constant(&spec.value, keys) {
                Ok((bits, kind)) => self.scope.constant(&spec.name, bits, kind),
                Err(fault) => self.faults.push(fault.below(&format!("{path}.value"))),
            }
        }
    }

    fn is_taken(&self, name: &str) -> bool {
        self.scope.get(name).is_some() || self.scope.get_constant(name).is_some()
    }

    /// Ends a program, whose computed values get the next places.
    fn finish(&mut self, compiler: Compiler<'_>) -> Option<Program> {
        let program = compiler.finish(self.next)?;
        self.next = program.end();
        Some(program)
    }

    fn filters(&mut self, plan: &Plan, scope: &Scope) -> Option<Program> {
        let mut compiler = Compiler::new(scope);
        for filter in plan.filters() {
            if let Err(fault) = compiler.condition(filter) {
                let owner = plan.features().iter().position(|feature| feature.spec.filter.as_ref() == Some(filter));
                let path = format!("features[{}].where", owner.unwrap_or_default());
                self.faults.push(fault.below(&path));
            }
        }
        self.finish(compiler)
    }

    fn derived(&mut self, specs: &[DerivedSpec]) -> (Option<Program>, Vec<Slot>) {
        let scope = self.scope.clone();
        let (mut compiler, mut places) = (Compiler::new(&scope), Vec::new());
        for (number, spec) in specs.iter().enumerate() {
            let path = format!("derived[{number}]");
            if !is_name(&spec.name) || self.is_taken(&spec.name) || number >= DERIVED_MAX {
                self.faults.push(taken(&path));
                continue;
            }
            match compiler.define(&spec.name, &spec.value) {
                Ok(kind) => {
                    let slot = self.fresh();
                    self.name(&spec.name, slot, kind);
                    places.push(slot);
                }
                Err(fault) => self.faults.push(fault.below(&format!("{path}.value"))),
            }
        }
        (self.finish(compiler), places)
    }

    /// Finds the places of a model's inputs.
    fn model(&mut self, forest: Arc<Forest>) -> Option<Model> {
        let mut inputs = Vec::new();
        for name in forest.inputs() {
            match self.scope.get(name) {
                Some(Named { slot, kind: kind @ (Kind::Bool | Kind::Int | Kind::Double | Kind::Duration), .. }) => {
                    inputs.push((slot, kind));
                }
                Some(_) => self.faults.push(Fault::new(
                    format!("model.{name}"),
                    format!("模型输入“{name}”不是数字。"),
                    format!("The model's input `{name}` is no number."),
                )),
                None => {
                    let fault = Fault::new(
                        format!("model.{name}"),
                        format!("没有模型所需的特征“{name}”。"),
                        format!("There is no feature `{name}`, which the model needs."),
                    );
                    let near = nearest(name, self.scope.names().map(|(known, _)| known)).map(str::to_owned);
                    self.faults.push(match near {
                        Some(near) => fault.hint(format!("是否指“{near}”？"), format!("Is it `{near}`?")),
                        None => fault,
                    });
                }
            }
        }
        (inputs.len() == forest.inputs().len()).then_some(Model { forest, inputs })
    }

    fn scenarios(&mut self, specs: &[ScenarioSpec], schema: &Schema) -> (Option<Program>, Vec<Scenario>) {
        let scope = self.scope.clone();
        let mut compiler = Compiler::new(&scope);
        let mut conditions = 0usize;
        let mut drafts = Vec::new();
        if specs.len() > SCENARIOS_MAX {
            self.faults.push(Fault::new(
                "scenarios",
                format!("最多 {SCENARIOS_MAX} 个情景。"),
                format!("At most {SCENARIOS_MAX} scenarios."),
            ));
        }
        for (number, spec) in specs.iter().enumerate().take(SCENARIOS_MAX) {
            let path = format!("scenarios[{number}]");
            let mut faults = spec.faults();
            let mut add = |text: &str, path: String, faults: &mut Vec<Fault>| {
                compiler.condition(text).map_err(|fault| faults.push(fault.below(&path))).ok()?;
                conditions += 1;
                Some(conditions - 1)
            };
            let unless = spec.unless.as_ref().and_then(|text| add(text, "unless".to_owned(), &mut faults));
            let mut rules = Vec::new();
            for (index, rule) in spec.rules.iter().enumerate() {
                let when = add(&rule.when, format!("rules[{index}].when"), &mut faults);
                let reason = Reason::compile(&rule.reason, &scope);
                match (when, reason) {
                    (Some(when), Ok(reason)) => rules.push((when, rule.lasts.as_deref().and_then(micros), reason)),
                    (_, Err(fault)) => faults.push(fault.below(&format!("rules[{index}]"))),
                    (None, Ok(_)) => {}
                }
            }
            let events = schema.event_bits(&spec.events, &mut faults);
            self.faults.extend(below(faults, &path));
            drafts.push((spec, events, unless, rules));
        }
        let Some(program) = self.finish(compiler) else { return (None, Vec::new()) };
        let condition = |number: usize| program.conditions()[number];
        let scenarios = drafts.into_iter().map(|draft| scenario(draft, &condition)).collect();
        (Some(program), scenarios)
    }
}

/// A scenario before it is known where its conditions stand.
type Draft<'s> = (&'s ScenarioSpec, u64, Option<usize>, Vec<(usize, Option<i64>, Reason)>);

fn scenario((spec, events, unless, rules): Draft<'_>, condition: &dyn Fn(usize) -> Condition) -> Scenario {
    let thresholds = spec.thresholds.iter().map(|t| (t.score, t.outcome, t.lasts.as_deref().and_then(micros)));
    let rule = |((when, lasts, _), spec): (&(usize, Option<i64>, Reason), &RuleSpec)| Rule {
        when: condition(*when),
        points: spec.points,
        outcome: spec.outcome,
        lasts: *lasts,
    };
    Scenario {
        spec: spec.clone(),
        events,
        unless: unless.map(condition),
        rules: rules.iter().zip(&spec.rules).map(rule).collect(),
        thresholds: thresholds.collect(),
        reasons: rules.into_iter().map(|(.., reason)| reason).collect(),
    }
}
