//! The law, loaded: which row holds for a matter on a date. Immutable; shared behind an `Arc`.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{
    Date, Text,
    calendar::{CalendarError, HolidayYear, WorkCalendar},
};

use crate::{
    Alert, AlertRule, Axis, AxisHead, AxisRule, Category, CategoryRule, Checklist, ChecklistRule, Citation, Clock,
    ClockActor, ClockRule, Extension, ExtensionRule, Figure, FigureRule, Law, MatterKind, Milestone, PauseGround,
    PauseRule, Provision, ProvisionRule, Remedy, RemedyRule, Restart, RestartRule, Retention, RetentionRule, RuleRef,
    Situation, Yearly, YearlyRule, dated::Dated, explain, rule::names,
};

/// All rows of all tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    pub(crate) clocks: Dated<Clock>,
    pub(crate) extensions: Dated<Extension>,
    pub(crate) pauses: Dated<PauseGround>,
    pub(crate) restarts: Dated<Restart>,
    pub(crate) alerts: Dated<Alert>,
    pub(crate) retentions: Dated<Retention>,
    pub(crate) figures: Dated<Figure>,
    pub(crate) remedies: Dated<Remedy>,
    pub(crate) provisions: Dated<Provision>,
    pub(crate) checklists: Dated<Checklist>,
    pub(crate) yearly: Dated<Yearly>,
    pub(crate) axes: Dated<AxisHead>,
    pub(crate) categories: Dated<Category>,
}

/// The law as data, and the calendar it is counted on.
#[derive(Debug, Clone)]
pub struct Regulations {
    pub(crate) laws: BTreeMap<String, Arc<Law>>,
    pub(crate) citations: BTreeMap<String, Citation>,
    pub(crate) tables: Tables,
    pub(crate) calendar: Arc<WorkCalendar>,
}

/// One step by which a running clock can be extended.
#[derive(Debug, Clone, Copy)]
pub struct ExtensionStep<'a> {
    /// Who must approve, and whether the person must be told.
    pub extension: &'a ExtensionRule,
    /// The clock that takes over; its period is the total from the same start.
    pub clock: &'a ClockRule,
}

/// One axis of the complaint classification with the classes in force on a date.
#[derive(Debug, Clone)]
pub struct AxisView<'a> {
    /// The axis.
    pub axis: &'a AxisRule,
    /// Its classes, in order; those below a class name it as their parent.
    pub categories: Vec<&'a CategoryRule>,
}

impl Regulations {
    /// The working-day calendar.
    pub fn calendar(&self) -> &Arc<WorkCalendar> {
        &self.calendar
    }

    /// The same law with the paper of one more year; see [`kernel::calendar::CalendarChange`] for what that moves.
    ///
    /// # Errors
    /// When the paper contradicts that of a neighbouring year.
    pub fn with_holiday_year(&self, year: HolidayYear) -> Result<Self, CalendarError> {
        let calendar = WorkCalendar::clone(&self.calendar).with_year(year)?;
        Ok(Self { calendar: Arc::new(calendar), ..self.clone() })
    }

    /// The clock `id` in force on `on`.
    pub fn rule(&self, id: &str, on: Date) -> Option<&ClockRule> {
        self.tables.clocks.on(id, on)
    }

    /// Exactly the clock that a matter stored.
    pub fn clock(&self, reference: &RuleRef) -> Option<&ClockRule> {
        self.tables.clocks.get(reference)
    }

    /// The clock that governs on `on` a matter that started under `reference`.
    ///
    /// It is the stored one, unless a later version applies to running matters.
    pub fn governing(&self, reference: &RuleRef, on: Date) -> Option<&ClockRule> {
        self.tables.clocks.governing(reference, on)
    }

    /// Every clock in force on `on`, by id.
    pub fn clocks(&self, on: Date) -> impl Iterator<Item = &ClockRule> {
        self.tables.clocks.all_on(on)
    }

    /// The clocks of the bank that start when such a matter is received on `on`.
    pub fn opening_clocks(&self, situation: &Situation, on: Date) -> Vec<&ClockRule> {
        self.starting_clocks(situation, Milestone::Received, ClockActor::Bank, on)
    }

    /// The clocks of `actor` that start when `milestone` is reached on `on`. Clocks that only an extension leads to are
    /// not among them.
    pub fn starting_clocks(
        &self,
        situation: &Situation,
        milestone: Milestone,
        actor: ClockActor,
        on: Date,
    ) -> Vec<&ClockRule> {
        self.clocks(on)
            .filter(|rule| rule.body.start == milestone && rule.body.actor == actor && rule.body.fits(situation))
            .filter(|rule| !self.tables.extensions.all().any(|step| step.body.to == rule.id()))
            .collect()
    }

    /// The next step by which the clock `id` can be extended under the law in force on `on`.
    pub fn extension(&self, id: &str, on: Date) -> Option<ExtensionStep<'_>> {
        let extension = self.tables.extensions.all_on(on).find(|rule| rule.body.from == id)?;
        Some(ExtensionStep { extension, clock: self.rule(&extension.body.to, on)? })
    }

    /// The next step for a clock that started on `started`, asked for on `today`.
    ///
    /// It is the step in force when the clock started, unless a later version applies to running matters.
    pub fn extension_of(&self, running: &RuleRef, started: Date, today: Date) -> Option<ExtensionStep<'_>> {
        let extension =
            self.tables.extensions.for_running(started, today).find(|rule| rule.body.from == running.id())?;
        let clock = self.tables.clocks.for_running(started, today).find(|rule| rule.id() == extension.body.to)?;
        Some(ExtensionStep { extension, clock })
    }

    /// The grounds on which the clock `id` may stand still.
    pub fn pause_grounds(&self, id: &str, on: Date) -> Vec<&PauseRule> {
        self.tables.pauses.all_on(on).filter(|rule| names(&rule.body.clocks, id)).collect()
    }

    /// The grounds on which the clock `id` starts anew.
    pub fn restart_grounds(&self, id: &str, on: Date) -> Vec<&RestartRule> {
        self.tables.restarts.all_on(on).filter(|rule| names(&rule.body.clocks, id)).collect()
    }

    /// The reminders and escalations that hold on `today` around the deadline of a clock `id` that started on `started`.
    pub fn alert_rules(&self, id: &str, started: Date, today: Date) -> Vec<&AlertRule> {
        self.tables.alerts.for_running(started, today).filter(|rule| names(&rule.body.clocks, id)).collect()
    }

    /// Every rule on `on` about how long `what` is kept; when there are several, the longest holds.
    pub fn retention(&self, what: &str, on: Date) -> Vec<&RetentionRule> {
        self.tables.retentions.all_on(on).filter(|rule| rule.body.what == what).collect()
    }

    /// Every retention rule on `on`.
    pub fn retentions(&self, on: Date) -> impl Iterator<Item = &RetentionRule> {
        self.tables.retentions.all_on(on)
    }

    /// The figure `id` on `on`.
    pub fn figure(&self, id: &str, on: Date) -> Option<&FigureRule> {
        self.tables.figures.on(id, on)
    }

    /// The age from which a person counts as elderly.
    pub fn elder_age(&self, on: Date) -> Option<u32> {
        self.figure("elder.age", on).map(|rule| rule.body.value)
    }

    /// How many representatives may speak for a group at most.
    pub fn representatives_max(&self, on: Date) -> Option<u32> {
        self.figure("cp.group.representatives_max", on).map(|rule| rule.body.value)
    }

    /// From how many persons on a joint complaint is a group matter.
    pub fn group_threshold(&self, on: Date) -> Option<u32> {
        self.figure("cp.group.threshold", on).map(|rule| rule.body.value)
    }

    /// The ways open to a person who does not accept the decision of such a matter, in the order of printing.
    pub fn remedies(&self, kind: MatterKind, on: Date) -> Vec<&RemedyRule> {
        let mut remedies: Vec<&RemedyRule> =
            self.tables.remedies.all_on(on).filter(|rule| rule.body.kinds.contains(&kind)).collect();
        remedies.sort_by_key(|rule| rule.body.order);
        remedies
    }

    /// The sentences of those remedies as a decision prints them, with their periods filled in.
    pub fn remedy_sentences(&self, kind: MatterKind, on: Date) -> Vec<Text> {
        self.remedies(kind, on)
            .into_iter()
            .map(|rule| {
                let clock = rule.body.clock.as_deref().and_then(|id| self.rule(id, on));
                explain::with_period(&rule.body.sentence, clock.map(|clock| clock.body.period))
            })
            .collect()
    }

    /// The sentence `id` to cite on `on`.
    pub fn provision(&self, id: &str, on: Date) -> Option<&ProvisionRule> {
        self.tables.provisions.on(id, on)
    }

    /// The checklist `id` on `on`.
    pub fn checklist(&self, id: &str, on: Date) -> Option<&ChecklistRule> {
        self.tables.checklists.on(id, on)
    }

    /// The yearly duty `id` on `on`.
    pub fn yearly(&self, id: &str, on: Date) -> Option<&YearlyRule> {
        self.tables.yearly.on(id, on)
    }

    /// The axes of the complaint classification with the classes in force on `on`.
    pub fn axes(&self, on: Date) -> Vec<AxisView<'_>> {
        let mut axes: Vec<AxisView<'_>> = self
            .tables
            .axes
            .all_on(on)
            .map(|axis| {
                let mut categories: Vec<&CategoryRule> =
                    self.tables.categories.all_on(on).filter(|rule| rule.body.axis == axis.body.axis).collect();
                categories.sort_by_key(|rule| rule.body.order);
                AxisView { axis, categories }
            })
            .collect();
        axes.sort_by_key(|view| view.axis.body.axis);
        axes
    }

    /// The class `key` of `axis` on `on`; classifying needs one in force.
    pub fn category(&self, axis: Axis, key: &str, on: Date) -> Option<&CategoryRule> {
        self.tables.categories.all_on(on).find(|rule| rule.body.axis == axis && rule.body.key == key)
    }

    /// The newest version of the class `key` of `axis`, in force or not; for showing what was classified long ago.
    pub fn category_ever(&self, axis: Axis, key: &str) -> Option<&CategoryRule> {
        self.tables.categories.all().filter(|rule| rule.body.axis == axis && rule.body.key == key).last()
    }

    /// The newest version of every class that `axis` ever had, in order; for lists of the past.
    pub fn categories_ever(&self, axis: Axis) -> impl Iterator<Item = &CategoryRule> {
        let of_axis = self.tables.categories.all().filter(move |rule| rule.body.axis == axis);
        let mut newest: std::collections::BTreeMap<&str, &CategoryRule> = std::collections::BTreeMap::new();
        newest.extend(of_axis.map(|rule| (rule.body.key.as_str(), rule)));
        let mut all: Vec<&CategoryRule> = newest.into_values().collect();
        all.sort_by_key(|rule| rule.body.order);
        all.into_iter()
    }

    /// The law with the key `id`.
    pub fn law(&self, id: &str) -> Option<&Law> {
        self.laws.get(id).map(Arc::as_ref)
    }

    /// Every law that rows name, by key.
    pub fn laws(&self) -> impl Iterator<Item = &Law> {
        self.laws.values().map(Arc::as_ref)
    }

    /// The citation with the key `id`.
    pub fn citation(&self, id: &str) -> Option<&Citation> {
        self.citations.get(id)
    }
}
