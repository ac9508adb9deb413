//! What this room asks of the law: which clocks start, when they are due, how they may be extended or paused, and which
//! alerts belong to them. The only file of the model that knows how the regulation files are queried.

use std::sync::Arc;

use kernel::{
    Date, Text, Timestamp,
    calendar::{self, WorkCalendar},
};
use regulation::{
    AlertKind, AlertRule, Approval, Axis, ClockActor, ClockRule, Dispute, Keep, MatterKind, Milestone, Moment,
    PauseReason, Regulations, RetentionStart, RuleRef, Situation,
};

use super::{
    clock::{Clock, ClockMove, Pause, Stop},
    refusal::Refusal,
};

/// The rule under which a deadline runs that somebody set who passed a matter on; it is not a row of the files.
const ORIGIN_DEADLINE: &str = "origin.deadline";
/// The same for a task whose deadline the asker set.
const TASK_DEADLINE: &str = "task.deadline";
/// The same for what was agreed in mediation and is to be done by a day.
const PERFORMANCE_DEADLINE: &str = "mediation.performance";
/// The row whose reminders and escalations such deadlines follow.
const TASK_CLOCK: &str = "policy.task";

const HOUR_MICROS: i64 = 3_600_000_000;
/// What the files of orders are in the rows about how long things are kept.
const COMPLAINT_FILE: &str = "complaint_file";

/// The bank's list of root causes.
const CAUSES: &str = "policy.causes";

/// The law in force and the working days known, as one value. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Law {
    /// The regulation files.
    pub rules: Arc<Regulations>,
    /// The working days.
    pub calendar: Arc<WorkCalendar>,
}

/// A clock that the law starts, before it has an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The rule.
    pub rule: RuleRef,
    /// What stops it.
    pub stop: Stop,
    /// When it is due.
    pub due: Timestamp,
    /// The deadline lies beyond the last known year.
    pub provisional: bool,
}

/// A longer time that the law knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongerTime {
    /// The rule that would take over.
    pub rule: RuleRef,
    /// Who must approve.
    pub approval: Approval,
    /// The complainant must be told.
    pub notice: bool,
    /// The new deadline, from the same start.
    pub due: Timestamp,
    /// The deadline lies beyond the last known year.
    pub provisional: bool,
}

/// A reminder or an escalation of one clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The row that asks for it.
    pub rule: RuleRef,
    /// Which of the two.
    pub kind: AlertKind,
    /// When it goes out.
    pub at: Timestamp,
}

impl Law {
    /// The law with its own calendar.
    pub fn new(rules: Arc<Regulations>, calendar: Arc<WorkCalendar>) -> Self {
        Self { rules, calendar }
    }

    /// The bank's root causes in force on a day: their keys and names, in order.
    pub fn causes(&self, on: Date) -> Vec<(&str, &Text)> {
        let list = self.rules.checklist(CAUSES, on);
        list.map(|list| list.body.items.iter().map(|item| (item.key.as_str(), &item.title)).collect())
            .unwrap_or_default()
    }

    /// Whether the bank's list has this cause.
    pub fn has_cause(&self, key: &str, on: Date) -> bool {
        self.causes(on).iter().any(|(known, _)| *known == key)
    }

    /// The name of a cause; of one that is on no list any more, its key.
    pub fn cause_title(&self, key: &str) -> Text {
        let known = self.causes(Date::MAX);
        let found = known.into_iter().find(|(known, _)| *known == key);
        found.map_or_else(|| Text::of(key, key), |(_, title)| title.clone())
    }

    /// A number of the bank's own policy.
    pub fn policy(&self, id: &str, on: Date) -> Option<u32> {
        self.rules.figure(id, on).map(|figure| figure.body.value)
    }

    /// Until when the file of an order that has ended is kept, by the longest of the rows; `None` while that is not known.
    pub fn kept_until(&self, order: &super::Order, now: Timestamp) -> Option<Timestamp> {
        let (super::Stage::Closed { at, .. } | super::Stage::Withdrawn { at }) = order.stage else { return None };
        let rows = self.rules.retention(COMPLAINT_FILE, now.date());
        // Of an order only its end is known: a row that counts from anything else does not let go of it by itself.
        if rows.iter().any(|row| row.body.from != RetentionStart::Closed) {
            return None;
        }
        let ended = at.date();
        match regulation::longest(rows.into_iter().map(|row| (row, ended)), Dispute::Ended(ended)) {
            Some(Keep::Until(last)) => Some(Timestamp::end_of(last)),
            Some(Keep::WhileDisputed) => None,
            None => Some(at),
        }
    }

    /// When the complainant is invited to answer the return visit, by the bank's policy: some hours after the answer was told,
    /// while the visit is still to be made and nobody was invited.
    pub fn invitation_due(&self, order: &super::Order, now: Timestamp) -> Option<Timestamp> {
        let super::Stage::Notified { at, .. } = order.stage else { return None };
        let hours = self.policy(&format!("policy.visit.invite.{}", order.matter.as_str()), now.date())?;
        let waits = hours > 0 && order.special.invited.is_empty() && !order.open_for(&[super::verb::VISIT]).is_empty();
        waits.then(|| at.plus_micros(i64::from(hours) * HOUR_MICROS))
    }

    /// The row of a number of the bank's own policy.
    pub fn policy_rule(&self, id: &str, on: Date) -> Option<RuleRef> {
        self.rules.figure(id, on).map(|figure| figure.reference().clone())
    }

    /// The clocks of the bank that start when such a matter reaches `milestone` at `at`.
    ///
    /// The rules are those in force on `on`: the day the matter came in, because running orders keep their rules.
    pub fn starting(&self, situation: &Situation, milestone: Milestone, at: Timestamp, on: Date) -> Vec<Planned> {
        let rules = self.rules.starting_clocks(situation, milestone, ClockActor::Bank, on);
        rules.into_iter().map(|rule| self.planned(rule, at)).collect()
    }

    /// The clock of a task given at `now` by the bank's own rule; `None` when the bank has none for such matters.
    pub fn task_clock(&self, situation: &Situation, now: Timestamp) -> Option<Planned> {
        self.starting(situation, Milestone::TaskGiven, now, now.date()).into_iter().min_by_key(|plan| plan.due)
    }

    /// The clock of a task whose deadline the asker set.
    pub fn task_deadline(due: Timestamp) -> Option<Planned> {
        let rule = RuleRef::new(TASK_DEADLINE, 1).ok()?;
        Some(Planned { rule, stop: super::verb::TASK, due, provisional: false })
    }

    /// The clock of what was agreed in mediation and is to be done by a day.
    pub fn performance_deadline(due: Timestamp) -> Option<Planned> {
        let rule = RuleRef::new(PERFORMANCE_DEADLINE, 1).ok()?;
        Some(Planned { rule, stop: super::verb::TASK, due, provisional: false })
    }

    /// Why somebody other than who decided must close such an order; `None` where the bank does not ask for it.
    pub fn four_eyes(&self, key: &str, on: Date) -> Option<Text> {
        let list = self.rules.checklist("policy.four_eyes", on)?;
        list.body.items.iter().find(|item| item.key == key).map(|item| item.title.clone())
    }

    /// The clock of a deadline that somebody set who passed the matter on.
    pub fn origin_deadline(due: Timestamp) -> Option<Planned> {
        let rule = RuleRef::new(ORIGIN_DEADLINE, 1).ok()?;
        let stop = Stop::Own(super::clock::OwnStop::ReportedBack);
        Some(Planned { rule, stop, due, provisional: false })
    }

    fn planned(&self, rule: &ClockRule, start: Timestamp) -> Planned {
        let out = self.calendar.run_out(start, rule.body.period, rule.body.roll, &[]);
        Planned {
            rule: rule.reference().clone(),
            stop: Stop::Law(rule.body.stop),
            due: out.due,
            provisional: out.provisional,
        }
    }

    /// The next longer time for a running clock, asked for at `now`.
    pub fn longer_time(&self, clock: &Clock, now: Timestamp) -> Result<LongerTime, Refusal> {
        let step = self.rules.extension_of(&clock.rule, clock.start.date(), now.date()).ok_or(Refusal::NoLongerTime)?;
        let pauses = kernel_pauses(&clock.pauses);
        let out = self.calendar.run_out(clock.start, step.clock.body.period, step.clock.body.roll, &pauses);
        Ok(LongerTime {
            rule: step.clock.reference().clone(),
            approval: step.extension.body.approval,
            notice: step.extension.body.notice,
            due: out.due,
            provisional: out.provisional,
        })
    }

    /// The deadline of a clock by its rule and its pauses as they now are; `None` when its rule is not in the files.
    pub fn moved(&self, clock: &Clock, pauses: &[Pause]) -> Option<ClockMove> {
        let rule = self.rules.clock(&clock.rule)?;
        let out = self.calendar.run_out(clock.start, rule.body.period, rule.body.roll, &kernel_pauses(pauses));
        Some(ClockMove { clock: clock.id, due: out.due, provisional: out.provisional })
    }

    /// Whether a clock may stand still for `reason`, and whether the complainant must be told.
    pub fn pause(&self, clock: &Clock, reason: PauseReason) -> Option<bool> {
        let grounds = self.rules.pause_grounds(clock.rule.id(), clock.start.date());
        grounds.iter().find(|ground| ground.body.reason == reason).map(|ground| ground.body.notice)
    }

    /// Whether `key` is a class of `axis` on `on`.
    pub fn on_axis(&self, axis: Axis, key: &str, on: Date) -> bool {
        self.rules.category(axis, key, on).is_some()
    }

    /// The keys of the remedies that a decision on such a matter names.
    pub fn remedies(&self, kind: MatterKind, on: Date) -> Vec<String> {
        self.rules.remedies(kind, on).into_iter().map(|rule| rule.id().to_owned()).collect()
    }

    /// The reminders and escalations of a clock that have not gone out, in order of time; none for one that ended or
    /// stands still, and no reminder once the deadline itself has passed.
    pub fn alerts(&self, clock: &Clock, now: Timestamp) -> Vec<Alert> {
        let unsent = self.unsent(clock, now).into_iter();
        let mut alerts: Vec<Alert> = unsent
            .map(|rule| Alert {
                rule: rule.reference().clone(),
                kind: rule.body.alert,
                at: rule.instant(clock.due, &self.calendar),
            })
            .filter(|alert| alert.at > clock.start)
            .collect();
        alerts.sort_by(|one, other| (one.at, &one.rule).cmp(&(other.at, &other.rule)));
        alerts
    }

    /// The rows of a clock's reminders and escalations that may still go out, whenever that is.
    fn unsent(&self, clock: &Clock, now: Timestamp) -> Vec<&AlertRule> {
        if !clock.open() || clock.paused() {
            return Vec::new();
        }
        let own = clock.rule.id();
        let id = if matches!(own, TASK_DEADLINE | PERFORMANCE_DEADLINE) { TASK_CLOCK } else { own };
        let mut rules = self.rules.alert_rules(id, clock.start.date(), now.date());
        rules.retain(|rule| {
            !clock.alerted.contains(rule.reference()) && (rule.body.alert == AlertKind::Escalation || now <= clock.due)
        });
        rules
    }

    /// When the first of a clock's alerts goes out, without making and sorting all of them.
    fn next_alert_at(&self, clock: &Clock, now: Timestamp) -> Option<Timestamp> {
        let unsent = self.unsent(clock, now);
        let earliest = |when: Moment| {
            let rules = unsent.iter().filter(|rule| rule.body.when == when);
            rules.map(|rule| rule.instant(clock.due, &self.calendar)).filter(|at| *at > clock.start).min()
        };
        // No row's instant lies on the other side of the deadline, so that the first before it is the first of all.
        earliest(Moment::Before).or_else(|| earliest(Moment::After))
    }

    /// When the next reminder or escalation of the order goes out; in the past when one is due already.
    pub fn next_alarm(&self, order: &super::Order, now: Timestamp) -> Option<Timestamp> {
        order.open_clocks().filter_map(|clock| self.next_alert_at(clock, now)).min()
    }

    /// The keys of the remedies left after a re-examination: all that do not run from the decision itself.
    pub fn remedies_after_review(&self, kind: MatterKind, on: Date) -> Vec<String> {
        let left = |rule: &&regulation::RemedyRule| {
            let clock = rule.body.clock.as_deref().and_then(|id| self.rules.rule(id, on));
            clock.is_none_or(|clock| clock.body.start != Milestone::DecisionNotified)
        };
        self.rules.remedies(kind, on).into_iter().filter(left).map(|rule| rule.id().to_owned()).collect()
    }

    /// The sentences of the remedies that a decision names, with their periods filled in.
    pub fn remedy_sentences(&self, kind: MatterKind, keys: &[String], on: Date) -> Vec<Text> {
        let rows = self.rules.remedies(kind, on);
        let sentences = self.rules.remedy_sentences(kind, on);
        let named = |(row, _): &(&regulation::RemedyRule, Text)| keys.iter().any(|key| key == row.id());
        rows.into_iter().zip(sentences).filter(named).map(|(_, sentence)| sentence).collect()
    }

    /// The name of a clock's rule on screen.
    pub fn title(&self, rule: &RuleRef) -> Text {
        match self.rules.clock(rule) {
            Some(row) => row.row.title.clone(),
            None if rule.id() == TASK_DEADLINE => Text::fixed("协办任务的期限", "Deadline of a task"),
            None if rule.id() == PERFORMANCE_DEADLINE => {
                Text::fixed("调解协议的履行期限", "Deadline to do what mediation agreed")
            }
            None if rule.id() == ORIGIN_DEADLINE => Text::fixed("转办单位要求的反馈期限", "Deadline set by the sender"),
            None => Text::of(rule.to_string(), rule.to_string()),
        }
    }
}

fn kernel_pauses(pauses: &[Pause]) -> Vec<calendar::Pause> {
    pauses.iter().map(|pause| calendar::Pause { from: pause.from, to: pause.to }).collect()
}
