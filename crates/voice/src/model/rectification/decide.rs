//! Whether something may be done to a rectification, and what then happens.

use kernel::{Actor, ActorKind, ActorRef, Timestamp};

use super::{
    Rectification, RectificationAction, RectificationCommand as Command, RectificationEvent as Event,
    RectificationRefusal as Refusal, RectificationStage as Stage, RectificationVerb as Verb, event::Opened,
};
use crate::model::{Law, parts::Attachment};

/// Measures of one rectification at most: more than anybody keeps an eye on.
const MEASURES_MAX: usize = 50;
/// Orders named at the opening, and gathered when the cause comes back, at most.
const ORDERS_MAX: usize = 1_000;
/// Files of evidence at most.
const FILES_MAX: usize = 100;
/// Days within which a rectification is due at most: what takes longer is cut into pieces.
const DUE_DAYS_MAX: i64 = 730;

/// The policy's number of days from the check to the look-back.
const LOOK_BACK: &str = "policy.rectification.look_back";
/// The policy's number of days between two escalations.
const ESCALATE: &str = "policy.rectification.escalate";
/// The policy's number of days before the due date of the reminder.
const REMIND: &str = "policy.rectification.remind";
/// Days to the look-back when the policy has none: a quarter.
const LOOK_BACK_DAYS_DEFAULT: u32 = 90;

/// What may happen, and why not.
///
/// # Errors
/// The first refusal found; nothing has happened then.
pub fn decide(
    state: Option<&Rectification>,
    command: Command,
    actor: &Actor,
    now: Timestamp,
    law: &Law,
) -> Result<Vec<Event>, Refusal> {
    let state = match (state, command) {
        (None, Command::Open(opened)) => return open(*opened, now, law),
        (None, _) | (Some(_), Command::Open(_)) => return Err(Refusal::NotThisOne),
        (Some(state), command) => (state, command),
    };
    let (state, command) = state;
    match command.verb() {
        Some(verb) => gate(state, verb, actor, now)?,
        None if actor.kind != ActorKind::Program => return Err(Refusal::ProgramOnly),
        None => {}
    }
    judge(state, command, now, law).map(|event| vec![event])
}

/// Whether the step and the actor's standing let `verb` happen at all.
///
/// # Errors
/// Why not.
pub fn gate(state: &Rectification, verb: Verb, actor: &Actor, now: Timestamp) -> Result<(), Refusal> {
    let at = |stages: &[Stage]| {
        if stages.contains(&state.stage) { Ok(()) } else { Err(Refusal::WrongStage(state.stage)) }
    };
    let is_owner = actor.reference == ActorRef::new(ActorKind::Staff, state.owner);
    let is_submitter = state.submitted_by.as_ref() == Some(&actor.reference);
    let others = || if is_owner || is_submitter { Err(Refusal::OwnWork) } else { Ok(()) };
    match verb {
        Verb::Measure | Verb::Submit => {
            at(&[Stage::Open])?;
            if !is_owner {
                return Err(Refusal::NotOwner);
            }
            match (verb, state.measures_open()) {
                (Verb::Submit, 0) if state.evidence.is_empty() => Err(Refusal::NoEvidence),
                (Verb::Submit, count) if count > 0 => Err(Refusal::MeasuresOpen(count)),
                (_, _) => Ok(()),
            }
        }
        Verb::AddEvidence => at(&[Stage::Open, Stage::Submitted]),
        Verb::ReadEvidence if state.evidence.is_empty() => Err(Refusal::UnknownFile),
        Verb::ReadEvidence => Ok(()),
        Verb::Check => at(&[Stage::Submitted]).and_then(|()| others()),
        Verb::LookBack => {
            at(&[Stage::Checked])?;
            others()?;
            match state.look_back_at {
                Some(from) if now < from => Err(Refusal::TooEarly(from)),
                Some(_) | None => Ok(()),
            }
        }
        Verb::Supervise | Verb::HandOver | Verb::Cancel => at(&[Stage::Open, Stage::Submitted]),
        Verb::Circulate => at(&[Stage::Open, Stage::Submitted, Stage::Checked, Stage::Closed]),
        Verb::Postpone => at(&[Stage::Open]).and_then(|()| others()),
    }
}

/// Whether `actor` holds what `verb` asks for where the rectification belongs.
///
/// # Errors
/// The permission that is lacking.
pub fn permitted(state: &Rectification, verb: Verb, actor: &Actor) -> Result<(), Refusal> {
    let permission = verb.permission();
    // Whoever oversees the place where the orders arise oversees what is done about them.
    let held = actor.kind == ActorKind::Program
        || actor.may(permission, &state.unit)
        || actor.may(permission, &state.target.scope)
        || verb == Verb::ReadEvidence && kernel::Scoped::concerns(state, actor);
    if held { Ok(()) } else { Err(Refusal::Lacks(permission)) }
}

impl Rectification {
    /// Every verb with its answer for `actor` at `now`.
    pub fn allowed_actions(&self, actor: &Actor, now: Timestamp) -> Vec<RectificationAction> {
        let answer = |verb: &Verb| {
            let refusal = permitted(self, *verb, actor).and_then(|()| gate(self, *verb, actor, now)).err();
            RectificationAction { verb: *verb, refusal }
        };
        Verb::ALL.iter().map(answer).collect()
    }

    /// When the program next has something to say: a reminder, an escalation, the look-back.
    pub fn next_alarm(&self, law: &Law, now: Timestamp) -> Option<Timestamp> {
        match self.stage {
            Stage::Open => {
                let remind = self.reminded.is_none().then(|| self.due.plus_days(-days(law, REMIND, now, 0)));
                remind.into_iter().chain(self.escalation(law, now)).min()
            }
            Stage::Checked if self.reminded.is_none() => self.look_back_at,
            Stage::Submitted | Stage::Checked | Stage::Closed | Stage::Cancelled => None,
        }
    }

    /// When it is next brought before somebody above: when it is overdue, and each so many days.
    fn escalation(&self, law: &Law, now: Timestamp) -> Option<Timestamp> {
        match self.escalated {
            None => Some(self.due),
            Some((last, _)) => match days(law, ESCALATE, now, 0) {
                0 => None,
                days => Some(last.plus_days(days)),
            },
        }
    }

    /// Whether a reminder is due.
    fn is_reminder_due(&self, law: &Law, now: Timestamp) -> bool {
        self.reminded.is_none()
            && match self.stage {
                Stage::Open => self.due.plus_days(-days(law, REMIND, now, 0)) <= now,
                Stage::Checked => self.look_back_at.is_some_and(|at| at <= now),
                Stage::Submitted | Stage::Closed | Stage::Cancelled => false,
            }
    }

    /// The commands that the program owes now.
    pub fn owed(&self, law: &Law, now: Timestamp) -> Vec<Command> {
        let mut owed = Vec::new();
        if self.is_reminder_due(law, now)
            && let Some(rule) =
                law.policy_rule(if self.stage == Stage::Checked { LOOK_BACK } else { REMIND }, now.date())
        {
            owed.push(Command::Remind { rule });
        }
        if self.stage == Stage::Open && self.escalation(law, now).is_some_and(|at| at <= now) {
            owed.push(Command::Escalate);
        }
        owed
    }
}

/// A number of days of the bank's policy.
fn days(law: &Law, id: &str, now: Timestamp, default: u32) -> i64 {
    i64::from(law.policy(id, now.date()).unwrap_or(default))
}

fn due_in_range(due: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let latest = now.plus_days(DUE_DAYS_MAX);
    if due > now && due <= latest { Ok(()) } else { Err(Refusal::DueOutOfRange(latest)) }
}

fn open(opened: Opened, now: Timestamp, law: &Law) -> Result<Vec<Event>, Refusal> {
    let today = now.date();
    if !law.has_cause(opened.target.cause.as_str(), today) {
        return Err(Refusal::UnknownCause);
    }
    let known = |axis: regulation::Axis, key: &Option<crate::model::parts::AxisKey>| {
        key.as_ref().is_none_or(|key| law.on_axis(axis, key.as_str(), today))
    };
    let target = &opened.target;
    if !known(regulation::Axis::Business, &target.business) || !known(regulation::Axis::Reason, &target.reason) {
        return Err(Refusal::UnknownClass);
    }
    match opened.measures.len() {
        0 => return Err(Refusal::NoMeasures),
        count if count > MEASURES_MAX => return Err(Refusal::TooMany(MEASURES_MAX)),
        _ => {}
    }
    if opened.orders.len() > ORDERS_MAX {
        return Err(Refusal::TooMany(ORDERS_MAX));
    }
    due_in_range(opened.due, now)?;
    let day = opened.due.date();
    if opened.measures.iter().any(|measure| measure.due.is_some_and(|due| due > day)) {
        return Err(Refusal::MeasureAfterDue);
    }
    Ok(vec![Event::Opened(Box::new(opened))])
}

fn judge(state: &Rectification, command: Command, now: Timestamp, law: &Law) -> Result<Event, Refusal> {
    match command {
        Command::Open(_) => Err(Refusal::NotThisOne),
        Command::Measure { measure, words } => {
            let found = state.measures.iter().find(|known| known.number == measure);
            match found.ok_or(Refusal::UnknownMeasure)?.done {
                Some(_) => Err(Refusal::MeasureDone),
                None => Ok(Event::MeasureDone { measure, words }),
            }
        }
        Command::AddEvidence(file) => add_evidence(state, file),
        Command::ReadEvidence(attachment) => match state.file(attachment) {
            Some(_) => Ok(Event::EvidenceRead { attachment }),
            None => Err(Refusal::UnknownFile),
        },
        Command::Submit { words } => Ok(Event::Submitted { words }),
        Command::Check { is_done: true, words, .. } => {
            let after = days(law, LOOK_BACK, now, LOOK_BACK_DAYS_DEFAULT);
            Ok(Event::CheckPassed { words, look_back_at: now.plus_days(after) })
        }
        Command::Check { is_done: false, words, due } => {
            let due = due.ok_or(Refusal::NoDue)?;
            due_in_range(due, now)?;
            Ok(Event::CheckFailed { words, due })
        }
        Command::LookBack { is_effective, words, counted, due } => {
            let due = if is_effective { None } else { Some(due.ok_or(Refusal::NoDue)?) };
            due.map_or(Ok(()), |due| due_in_range(due, now))?;
            Ok(Event::LookedBack { is_effective, words, counted, due })
        }
        Command::Supervise { words } => Ok(Event::Supervised { words }),
        Command::Circulate { words } => Ok(Event::Circulated { words }),
        Command::Postpone { due, words } => {
            due_in_range(due, now)?;
            if due > state.due { Ok(Event::Postponed { due, words }) } else { Err(Refusal::NotLater) }
        }
        Command::HandOver { unit, owner, words } => {
            if (&unit, owner) == (&state.unit, state.owner) {
                return Err(Refusal::SameOwner);
            }
            Ok(Event::HandedOver { unit, owner, words })
        }
        Command::Cancel { words } => Ok(Event::Cancelled { words }),
        Command::Recur { orders, received_at } => recur(state, orders, received_at, now, law),
        Command::Remind { rule } if state.is_reminder_due(law, now) => Ok(Event::Reminded { rule }),
        Command::Escalate if state.stage == Stage::Open && state.escalation(law, now).is_some_and(|at| at <= now) => {
            Ok(Event::Escalated { unit: above(state) })
        }
        Command::Remind { .. } | Command::Escalate => Err(Refusal::NothingDue),
        Command::Relocate { from, to } => {
            let there = from.contains(&state.unit) || from.contains(&state.target.scope);
            if there { Ok(Event::Relocated { from, to }) } else { Err(Refusal::NothingDue) }
        }
    }
}

fn add_evidence(state: &Rectification, file: Attachment) -> Result<Event, Refusal> {
    if state.evidence.len() >= FILES_MAX {
        return Err(Refusal::TooMany(FILES_MAX));
    }
    if state.evidence.iter().any(|held| held.id == file.id || held.digest == file.digest) {
        return Err(Refusal::FileTwice);
    }
    Ok(Event::EvidenceAdded { attachment: file })
}

/// The cause came back: as much time as the look-back would have taken is given to put it right.
fn recur(
    state: &Rectification,
    orders: Vec<kernel::id::OrderId>,
    received_at: Timestamp,
    now: Timestamp,
    law: &Law,
) -> Result<Event, Refusal> {
    if !matches!(state.stage, Stage::Checked | Stage::Closed) {
        return Err(Refusal::WrongStage(state.stage));
    }
    let after_check = state.checked_at.is_some_and(|checked| received_at > checked);
    let new: Vec<_> = orders.into_iter().filter(|order| !state.orders.contains(order)).take(ORDERS_MAX).collect();
    if !after_check || new.is_empty() {
        return Err(Refusal::NoRecurrence);
    }
    let due = now.plus_days(days(law, LOOK_BACK, now, LOOK_BACK_DAYS_DEFAULT));
    Ok(Event::Recurred { orders: new, due })
}

/// The unit before which an overdue rectification is brought: one step higher each time, up to the top.
fn above(state: &Rectification) -> kernel::OrgPath {
    let steps = state.escalated.map_or(1, |(_, count)| count + 1);
    let mut unit = state.unit.clone();
    for _ in 0..steps {
        match unit.parent() {
            Some(above) => unit = above,
            None => break,
        }
    }
    unit
}
