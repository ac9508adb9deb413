//! Whether something may be done to an interception, and what then happens.

use kernel::{Actor, ActorKind, Timestamp};

use super::{Command, Interception, InterceptionEvent as Event, Refusal, Verb, event::Opened};
use crate::model::{
    dialogue::{Book, Scam},
    law::Law,
    words::{DelayEnd, DelayGround, GuardEnding, GuardOutcome, PoliceSays, Stage},
};

/// Calls, notes and the like of one interception at most.
const REMARKS_MAX: usize = 200;
/// Reasons of one interception at most.
const REASONS_MAX: usize = 50;

/// What decisions rest on beside the state: the law, the dialogues, the kinds of scam.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The law in force.
    pub law: Law,
    /// The dialogues.
    pub book: std::sync::Arc<Book>,
    /// The kinds of scam.
    pub scams: std::sync::Arc<[Scam]>,
}

/// What may happen, and why not.
///
/// # Errors
/// The first refusal found; nothing has happened then.
pub fn decide(
    state: Option<&Interception>,
    command: Command,
    actor: &Actor,
    now: Timestamp,
    rules: &Rules,
) -> Result<Vec<Event>, Refusal> {
    let (state, command) = match (state, command) {
        (None, Command::Open(opened)) => return open(*opened),
        (None, _) | (Some(_), Command::Open(_)) => return Err(Refusal::NotThisOne),
        (Some(state), command) => (state, command),
    };
    match command.verb() {
        Some(verb) => gate(state, verb, actor, now)?,
        None if actor.kind != ActorKind::Program => return Err(Refusal::ProgramOnly),
        None => {}
    }
    judge(state, command, actor, now, rules).map(|event| vec![event])
}

/// Whether the step and the actor's standing let `verb` happen at all.
///
/// # Errors
/// Why not.
pub fn gate(state: &Interception, verb: Verb, actor: &Actor, now: Timestamp) -> Result<(), Refusal> {
    let at = |stage: Stage| if state.stage == stage { Ok(()) } else { Err(Refusal::WrongStage(state.stage)) };
    let waiting = || state.waiting().ok_or(Refusal::NotDelayed);
    match verb {
        Verb::Answer | Verb::Settle => at(Stage::Open),
        Verb::CallRelative | Verb::CallPolice | Verb::Note if state.remarks.len() >= REMARKS_MAX => {
            Err(Refusal::TooMany(REMARKS_MAX))
        }
        Verb::CallRelative | Verb::CallPolice => at(Stage::Open),
        Verb::Note => Ok(()),
        Verb::SignRefusal => match &state.refusal_paper {
            Some(_) => Err(Refusal::SignedAlready),
            None => at(Stage::Open),
        },
        Verb::Delay => match &state.delay {
            Some(_) => Err(Refusal::DelayedAlready),
            None => at(Stage::Open),
        },
        Verb::Revoke => match waiting()?.until {
            until if now >= until => Err(Refusal::TooLate(until)),
            _ => Ok(()),
        },
        Verb::Waive if waiting()?.ground != DelayGround::Machine => Err(Refusal::NotWaivable),
        Verb::Waive => not_stopped(state),
        Verb::Release => {
            waiting()?;
            others(state, actor)?;
            not_stopped(state)
        }
        Verb::Limit => match state.limited() {
            Some(_) => Err(Refusal::LimitedAlready),
            None => Ok(()),
        },
        Verb::Appeal | Verb::Lift => state.limited().map(drop).ok_or(Refusal::NotLimited),
        Verb::Report => match &state.result {
            None => Err(Refusal::WrongStage(state.stage)),
            Some(result) if result.ending == GuardEnding::ReportedLater => Err(Refusal::ReportedAlready),
            Some(_) => Ok(()),
        },
        Verb::Visit => at(Stage::Settled),
        Verb::Reveal => Ok(()),
    }
}

/// Whether `actor` holds what `verb` asks for where the interception belongs.
///
/// # Errors
/// The permission that is lacking.
pub fn permitted(state: &Interception, verb: Verb, actor: &Actor) -> Result<(), Refusal> {
    let permission = verb.permission();
    let held = actor.kind == ActorKind::Program || actor.may(permission, &state.unit);
    if held { Ok(()) } else { Err(Refusal::Lacks(permission)) }
}

impl Interception {
    /// Every verb with why it is not allowed for `actor` at `now`, if it is not.
    pub fn allowed_actions(&self, actor: &Actor, now: Timestamp) -> Vec<(Verb, Option<Refusal>)> {
        let answer =
            |verb: &Verb| (*verb, permitted(self, *verb, actor).and_then(|()| gate(self, *verb, actor, now)).err());
        Verb::ALL.iter().map(answer).collect()
    }

    /// The commands that the program owes now.
    pub fn owed(&self, now: Timestamp) -> Vec<Command> {
        let over = self.waiting().is_some_and(|delay| delay.until <= now).then_some(Command::RunOut);
        let visit = self.visit_at.is_some_and(|at| at <= now) && !self.visit_called && self.stage == Stage::Settled;
        over.into_iter().chain(visit.then_some(Command::CallVisit)).collect()
    }
}

/// Refuses whoever opened it, answered for it or put the delay there: somebody else has to look.
fn others(state: &Interception, actor: &Actor) -> Result<(), Refusal> {
    let own = state.opened_by == actor.reference
        || state.answers.values().any(|given| given.by == actor.reference)
        || state.delay.as_ref().is_some_and(|delay| delay.by == actor.reference);
    if own { Err(Refusal::OwnWork) } else { Ok(()) }
}

/// Refuses while what is demanded stops the money.
fn not_stopped(state: &Interception) -> Result<(), Refusal> {
    match state.outcome {
        GuardOutcome::Hold | GuardOutcome::Block => Err(Refusal::Stopped(state.outcome)),
        GuardOutcome::Allow | GuardOutcome::Advise | GuardOutcome::Verify | GuardOutcome::Delay => Ok(()),
    }
}

fn open(opened: Opened) -> Result<Vec<Event>, Refusal> {
    if opened.amount <= 0 {
        return Err(Refusal::BadAmount);
    }
    if opened.reasons.len() > REASONS_MAX {
        return Err(Refusal::TooMany(REASONS_MAX));
    }
    Ok(vec![Event::Opened(Box::new(opened))])
}

fn judge(
    state: &Interception,
    command: Command,
    actor: &Actor,
    now: Timestamp,
    rules: &Rules,
) -> Result<Event, Refusal> {
    match command {
        Command::Open(_) => Err(Refusal::NotThisOne),
        Command::Answer { part, step, answer } => answered(state, (part, step, answer), &rules.book),
        Command::CallRelative { says, words } => Ok(Event::RelativeCalled { says, words }),
        Command::CallPolice { says, words } => Ok(Event::PoliceCalled { says, words }),
        Command::SignRefusal { paper } => Ok(Event::RefusalSigned { paper }),
        Command::Delay { ground } => {
            let (rule, until) = rules.law.delay(ground, now).ok_or(Refusal::NoDelayRule)?;
            Ok(Event::Delayed { ground, rule, until })
        }
        Command::Revoke => Ok(ended(DelayEnd::Revoked)),
        Command::Waive { conditions } => waived(conditions, now, rules),
        Command::Release { words } => {
            Ok(Event::DelayEnded { how: DelayEnd::Released, conditions: Vec::new(), words: Some(words) })
        }
        Command::Limit { restriction, told, words } => {
            match rules.law.limit_told(now.date()).into_iter().find(|item| !told.contains(&item.key)) {
                Some(item) => Err(Refusal::NotTold(item.title)),
                None => Ok(Event::Limited { restriction, told, words }),
            }
        }
        Command::Appeal { words } => Ok(Event::LimitAppealed { words }),
        Command::Lift { words } => Ok(Event::LimitLifted { words }),
        Command::Note { words } => Ok(Event::Noted { words }),
        Command::Settle { ending, scam, sent, words } => {
            settlement(state, (ending, scam.as_deref(), sent), actor, rules)?;
            let is_saved = matches!(ending, GuardEnding::Persuaded | GuardEnding::Police);
            let visit_at = if ending == GuardEnding::FalseAlarm { None } else { rules.law.visit_at(now) };
            let saved = if is_saved { state.amount - sent } else { 0 };
            Ok(Event::Settled { ending, scam, sent, saved, words, visit_at })
        }
        Command::Report { scam, lost, words } => report(state, scam, lost, words, now, rules),
        Command::Visit { finding, words } => Ok(Event::Visited { finding, words }),
        Command::Reveal { fields, ground } => {
            if fields.is_empty() || fields.iter().any(|field| state.sealed_of(*field).is_none()) {
                return Err(Refusal::NothingHeld);
            }
            Ok(Event::Revealed { fields, ground })
        }
        Command::RunOut => match state.waiting() {
            Some(delay) if delay.until <= now => Ok(ended(DelayEnd::RanOut)),
            Some(_) | None => Err(Refusal::NothingDue),
        },
        Command::CallVisit if state.owed(now).contains(&Command::CallVisit) => Ok(Event::VisitDue),
        Command::CallVisit => Err(Refusal::NothingDue),
    }
}

/// A delay that is waived: every condition of the law is met.
fn waived(conditions: Vec<String>, now: Timestamp, rules: &Rules) -> Result<Event, Refusal> {
    let needed = rules.law.waived_if(now.date());
    if needed.is_empty() {
        return Err(Refusal::NotWaivable);
    }
    match needed.into_iter().find(|item| !conditions.contains(&item.key)) {
        Some(item) => Err(Refusal::ConditionsMissing(item.title)),
        None => Ok(Event::DelayEnded { how: DelayEnd::Waived, conditions, words: None }),
    }
}

const fn ended(how: DelayEnd) -> Event {
    Event::DelayEnded { how, conditions: Vec::new(), words: None }
}

/// An answer and what is demanded after it: at least what any answer lifts to; less than at the opening only once every step is
/// answered, nothing was lifted and the points are low. What was blocked at the opening stays blocked.
fn answered(state: &Interception, names: (String, String, String), book: &Book) -> Result<Event, Refusal> {
    if book.version != state.book {
        return Err(Refusal::OtherBook);
    }
    let (part, step, answer) = names;
    if !state.parts.contains(&part) {
        return Err(Refusal::UnknownAnswer);
    }
    let found = book.answer(&part, &step, &answer).ok_or(Refusal::UnknownAnswer)?;
    let key = (part, step);
    let rest = state.answers.iter().filter(|(known, _)| **known != key).map(|(_, given)| given);
    let (mut points, mut raised, mut count) = (found.points, found.raises, 1);
    for given in rest {
        points += given.points;
        raised = raised.max(given.raises);
        count += 1;
    }
    let is_calm = count == book.steps_of(&state.parts)
        && raised.is_none()
        && points <= book.calm.points
        && state.demanded != GuardOutcome::Block;
    let base = if is_calm { state.demanded.min(book.calm.outcome) } else { state.demanded };
    let outcome = raised.map_or(base, |raised| raised.max(base));
    let (part, step) = key;
    Ok(Event::Answered { part, step, answer, points: found.points, raises: found.raises, outcome })
}

/// Whether an interception may be settled so.
fn settlement(
    state: &Interception,
    (ending, scam, sent): (GuardEnding, Option<&str>, i64),
    actor: &Actor,
    rules: &Rules,
) -> Result<(), Refusal> {
    if !(0..=state.amount).contains(&sent) {
        return Err(Refusal::BadSent);
    }
    known_scam(scam, rules)?;
    let left = rules.book.steps_of(&state.parts).saturating_sub(state.answers.len());
    match ending {
        GuardEnding::ReportedLater => Err(Refusal::NotAnEnding),
        GuardEnding::Persuaded | GuardEnding::Police if scam.is_none() => Err(Refusal::ScamMismatch),
        GuardEnding::Police if !state.police.contains(&PoliceSays::TakesOver) => Err(Refusal::NoPolice),
        GuardEnding::Persuaded | GuardEnding::Police => Ok(()),
        GuardEnding::Insisted | GuardEnding::FalseAlarm if sent != state.amount => Err(Refusal::SentWhole),
        GuardEnding::FalseAlarm if scam.is_some() => Err(Refusal::ScamMismatch),
        GuardEnding::FalseAlarm if state.demanded >= GuardOutcome::Hold => others(state, actor),
        GuardEnding::FalseAlarm => Ok(()),
        GuardEnding::Insisted if left > 0 => Err(Refusal::StepsLeft(left)),
        GuardEnding::Insisted if state.refusal_paper.is_none() => Err(Refusal::NotSigned),
        GuardEnding::Insisted => {
            not_stopped(state)?;
            state.waiting().map_or(Ok(()), |delay| Err(Refusal::StillWaiting(delay.until)))
        }
    }
}

fn known_scam(scam: Option<&str>, rules: &Rules) -> Result<(), Refusal> {
    let known = scam.is_none_or(|scam| rules.scams.iter().any(|known| known.key == scam));
    if known { Ok(()) } else { Err(Refusal::UnknownScam) }
}

fn report(
    state: &Interception,
    scam: String,
    lost: i64,
    words: seal::Sealed,
    now: Timestamp,
    rules: &Rules,
) -> Result<Event, Refusal> {
    known_scam(Some(&scam), rules)?;
    let Some(result) = &state.result else { return Err(Refusal::WrongStage(state.stage)) };
    if !(0..=state.amount).contains(&lost) {
        return Err(Refusal::BadSent);
    }
    // What was saved is what did not reach them, and never more than was said before.
    let saved = result.saved.min(state.amount - lost);
    Ok(Event::Reported { scam, lost, saved, known_at: now, words })
}
