//! What happens to each of the demo's matters and when: scripts, laid before anything is done. A script is cut off at the
//! present, so that whatever is still to come leaves a matter in the middle of its way.

use kernel::{Date, Timestamp, timestamp::DAY_MICROS};
use regulation::{MatterKind, MatterSource, PauseReason};

use super::{
    chance::Chance,
    fates::{FATES, Fate, HALTED_PACE, HALTS, KINDS, SOURCES, weighed},
    matters::{self, Subject},
};
use crate::model::{Law, LetterKind};

/// Something that is done to a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Register,
    Classify,
    Assign,
    Accept,
    Contact {
        reached: bool,
    },
    Note,
    Ask,
    AnswerAsk,
    Extend,
    ApproveLonger,
    RefuseLonger,
    Pause(PauseReason),
    Resume,
    Decline,
    Decide {
        is_right: bool,
    },
    Tell(LetterKind),
    Report,
    Visit(Option<u8>),
    Close,
    Withdraw,
    /// Say that it repeats the matter with this number.
    LinkTo(usize),
    Retype(MatterKind),
    Reopen,
    /// Say why it came to it.
    FindCause,
    /// Ask the president to take it up.
    ProposeLead,
    TakeLead,
    Instruct,
    ReportInstruction,
}

/// A matter and its script.
pub(super) struct Plan {
    pub(super) received: Timestamp,
    pub(super) matter: MatterKind,
    pub(super) source: MatterSource,
    pub(super) subject: &'static Subject,
    /// Which of the customers brings it.
    pub(super) customer: usize,
    pub(super) is_anonymous: bool,
    pub(super) has_agent: bool,
    pub(super) steps: Vec<(Timestamp, Step)>,
}

/// Lays `count` scripts. `is_elder` says of each customer whether they are sixty or older.
pub(super) fn lay(count: usize, is_elder: &[bool], now: Timestamp, law: &Law, chance: &mut Chance) -> Vec<Plan> {
    let mut fates: Vec<Fate> = Vec::new();
    while fates.len() < count {
        fates.extend(FATES.iter().flat_map(|(fate, often)| std::iter::repeat_n(*fate, *often)));
    }
    fates.truncate(count);
    let mut plans: Vec<Plan> = Vec::with_capacity(count);
    for fate in fates {
        let before = (fate == Fate::Repeated).then(|| chance.below(plans.len()));
        let pace = if fate == Fate::Halted { HALTED_PACE } else { 1 };
        let mut script = Script { chance, law, at: now, now, pace, number: plans.len(), steps: Vec::new() };
        let mut plan = script.begin(fate, is_elder, before.map(|at| (at, &plans[at])));
        script.at = plan.received;
        script.write(fate, &plan, before);
        plan.steps = script.steps;
        plans.push(plan);
    }
    plans
}

/// One script being written.
struct Script<'a> {
    chance: &'a mut Chance,
    law: &'a Law,
    at: Timestamp,
    now: Timestamp,
    /// How many times faster than usual everything goes.
    pace: i64,
    /// Which of all scripts it is.
    number: usize,
    steps: Vec<(Timestamp, Step)>,
}

impl Script<'_> {
    fn begin(&mut self, fate: Fate, is_elder: &[bool], before: Option<(usize, &Plan)>) -> Plan {
        let any_kind = matches!(fate, Fate::Settled | Fate::Fresh);
        let matter = if any_kind { weighed(&KINDS, self.chance) } else { MatterKind::Complaint };
        let matter = if fate == Fate::Retyped { MatterKind::Petition } else { matter };
        let source = match (fate, matter) {
            (Fate::LongerRefused, _) => MatterSource::Pbc,
            (Fate::Paused, _) => MatterSource::Direct,
            (Fate::LongerAsked, _) if self.chance.percent(50) => MatterSource::Pbc,
            (_, MatterKind::Petition) if self.chance.percent(50) => MatterSource::Government,
            (_, MatterKind::Complaint) if fate != Fate::LongerAsked => weighed(&SOURCES, self.chance),
            _ => MatterSource::Direct,
        };
        let customer = self.chance.below(is_elder.len());
        let is_old = is_elder.get(customer).is_some_and(|elder| *elder);
        let subject =
            if fate == Fate::Surge { matters::surging() } else { matters::choose(matter, is_old, self.chance) };
        let received = self.received(fate, source);
        let is_anonymous = matter == MatterKind::Report && self.chance.percent(35);
        let has_agent = fate == Fate::WithAgent;
        let plan = Plan { received, matter, source, subject, customer, is_anonymous, has_agent, steps: Vec::new() };
        let Some((_, first)) = before else { return plan };
        // The same person brings the same thing again a few days later.
        let days = 1 + i64::try_from(self.chance.below(4)).unwrap_or_default();
        Plan {
            received: first.received.plus_days(days).min(self.now.plus_micros(-DAY_MICROS / 24)),
            matter: first.matter,
            source: MatterSource::Direct,
            subject: first.subject,
            customer: first.customer,
            is_anonymous: first.is_anonymous,
            ..plan
        }
    }

    /// Days before the present on which matters of this fate came in, from and to.
    fn received(&mut self, fate: Fate, source: MatterSource) -> Timestamp {
        let (most, least) = match fate {
            Fate::Settled | Fate::Withdrawn | Fate::Declined | Fate::Retyped | Fate::Repeated => (118, 20),
            Fate::Late => (110, 45),
            Fate::Fresh => (3, 0),
            Fate::Surge => (7, 1),
            Fate::Led => (13, 9),
            Fate::Halted if self.number % (2 * HALTS.len()) < HALTS.len() => (13, 11),
            Fate::Halted => (6, 2),
            Fate::Overdue => (27, 18),
            Fate::DueToday => (15, 15),
            Fate::LongerGranted => (28, 15),
            Fate::LongerAsked if source == MatterSource::Pbc => (14, 13),
            Fate::LongerAsked => (29, 28),
            Fate::LongerRefused => (14, 14),
            Fate::Reopened => (70, 40),
            Fate::Paused => (24, 12),
            Fate::WithAgent => (9, 3),
        };
        let days = least + i64::try_from(self.chance.below((most - least + 1) as usize)).unwrap_or_default();
        if fate == Fate::Fresh {
            let minutes = 20 + self.chance.below(days.max(1) as usize * 24 * 60);
            return self.now.plus_micros(-(minutes as i64) * MINUTE_MICROS);
        }
        let day: Date = self.now.plus_days(-days).date();
        let minutes = 9 * 60 + self.chance.below(9 * 60);
        Timestamp::start_of(day).plus_micros(minutes as i64 * MINUTE_MICROS)
    }

    /// Lets working minutes go by, from and to, and does something then.
    fn after(&mut self, (from, to): (usize, usize), step: Step) {
        let minutes = from + self.chance.below(to - from);
        self.at = self.law.calendar.add_working(self.at, minutes as i64 * MINUTE_MICROS / self.pace).at;
        self.steps.push((self.at, step));
    }

    /// Waits until so many days after the receipt, on the next working hour.
    fn wait_until_day(&mut self, received: Timestamp, day: i64) {
        self.at = self.at.max(received.plus_days(day));
    }

    fn write(&mut self, fate: Fate, plan: &Plan, before: Option<usize>) {
        if fate == Fate::Declined {
            return self.decline();
        }
        if matches!(fate, Fate::Settled | Fate::Fresh) && is_taken_note_of(plan.matter) && self.chance.percent(60) {
            self.after((20, 200), Step::Register);
            self.after((5, 60), Step::Classify);
            return self.after((60, 900), Step::Close);
        }
        self.open(fate);
        match fate {
            Fate::Settled | Fate::Fresh | Fate::Retyped | Fate::Surge => self.settle(plan),
            Fate::Led => self.led(),
            Fate::Halted => {
                self.settle(plan);
                self.halt();
            }
            Fate::Late => {
                self.after((4_500, 9_000), Step::Note);
                self.settle(plan);
            }
            Fate::Overdue | Fate::DueToday | Fate::WithAgent => self.after((200, 900), Step::Note),
            Fate::LongerGranted | Fate::LongerAsked | Fate::LongerRefused => self.longer(fate, plan),
            Fate::Withdrawn => self.after((100, 2_500), Step::Withdraw),
            Fate::Reopened => {
                self.settle(plan);
                self.after((900, 2_500), Step::Reopen);
                self.after((30, 300), Step::Accept);
                self.after((30, 300), Step::Contact { reached: true });
                self.settle(plan);
            }
            Fate::Paused => {
                self.wait_until_day(plan.received, 6);
                self.after((10, 200), Step::Pause(PauseReason::Mediation));
                self.after((10, 60), Step::Tell(LetterKind::Pause));
                if self.chance.percent(50) {
                    self.after((1_800, 3_000), Step::Resume);
                }
            }
            Fate::Repeated => {
                if let Some(first) = before {
                    self.after((10, 100), Step::LinkTo(first));
                }
                if self.chance.percent(60) {
                    self.after((100, 900), Step::Withdraw);
                } else {
                    self.settle(plan);
                }
            }
            Fate::Declined => {}
        }
    }

    /// Forgets what comes after the step at which this matter halts.
    fn halt(&mut self) {
        let halt = HALTS[self.number % HALTS.len()];
        let is_there = |(_, step): &(Timestamp, Step)| match (*step, halt) {
            (Step::Decide { .. }, Step::Decide { .. }) => true,
            (step, halt) => step == halt,
        };
        if let Some(at) = self.steps.iter().position(is_there) {
            self.steps.truncate(at + 1);
        }
    }

    fn decline(&mut self) {
        self.after((20, 300), Step::Register);
        self.after((30, 900), Step::Decline);
        self.after((20, 200), Step::Tell(LetterKind::Declined));
        self.after((10, 100), Step::Report);
        self.after((10, 100), Step::Close);
    }

    /// From the receipt to the first word with the complainant.
    fn open(&mut self, fate: Fate) {
        self.after((15, 180), Step::Register);
        self.after((5, 30), Step::Tell(LetterKind::Acceptance));
        if fate == Fate::Retyped {
            self.after((30, 300), Step::Retype(MatterKind::Complaint));
            self.after((5, 60), Step::Tell(LetterKind::Retyping));
        }
        self.after((5, 60), Step::Classify);
        self.after((10, 120), Step::Assign);
        self.after((10, 150), Step::Accept);
        if self.chance.percent(25) {
            self.after((10, 60), Step::Contact { reached: false });
        }
        self.after((15, 150), Step::Contact { reached: true });
    }

    fn settle(&mut self, plan: &Plan) {
        if self.chance.percent(70) {
            self.after((30, 400), Step::Note);
        }
        if self.chance.percent(45) {
            self.after((30, 200), Step::Ask);
            self.after((150, 1_100), Step::AnswerAsk);
        }
        let is_right = self.chance.percent(55);
        self.after((200, 1_300), Step::Decide { is_right });
        self.after((20, 250), Step::Tell(LetterKind::Decision));
        if plan.matter == MatterKind::Complaint {
            self.after((5, 30), Step::FindCause);
        }
        if plan.source != MatterSource::Direct {
            self.after((20, 200), Step::Report);
        }
        let retyped = (self.steps.iter()).any(|(_, step)| *step == Step::Retype(MatterKind::Complaint));
        if plan.matter == MatterKind::Complaint || retyped {
            self.visit(is_right);
        }
        self.after((5, 60), Step::Close);
    }

    /// Difficult ones: some wait for the president's word, some for the reports of departments, some have them.
    fn led(&mut self) {
        self.after((100, 400), Step::Note);
        self.after((20, 200), Step::ProposeLead);
        if self.chance.percent(40) {
            return;
        }
        self.after((30, 300), Step::TakeLead);
        self.after((10, 60), Step::Instruct);
        if self.chance.percent(50) {
            self.after((200, 900), Step::ReportInstruction);
        }
    }

    fn visit(&mut self, is_right: bool) {
        if self.chance.percent(12) {
            for _ in 0..crate::model::decide::VISIT_TRIES {
                self.after((150, 400), Step::Visit(None));
            }
            return;
        }
        if self.chance.percent(15) {
            self.after((150, 400), Step::Visit(None));
        }
        let answers: &[u8] = if is_right { &[3, 4, 4, 5, 5, 5] } else { &[1, 2, 2, 3, 3, 4] };
        let figure = self.chance.one(answers);
        self.after((150, 900), Step::Visit(Some(figure)));
    }

    fn longer(&mut self, fate: Fate, plan: &Plan) {
        self.wait_until_day(plan.received, 10);
        self.after((10, 100), Step::Extend);
        if plan.source == MatterSource::Pbc {
            // The head of complaint handling must approve.
            if fate == Fate::LongerRefused {
                return self.after((30, 200), Step::RefuseLonger);
            }
            if fate == Fate::LongerAsked {
                return;
            }
            self.after((30, 200), Step::ApproveLonger);
        }
        self.after((10, 60), Step::Tell(LetterKind::Extension));
        if fate == Fate::LongerAsked {
            self.wait_until_day(plan.received, 26);
            self.after((10, 100), Step::Extend);
        } else if self.chance.percent(40) {
            self.after((1_000, 2_500), Step::Note);
            self.settle(plan);
        }
    }
}

/// Microseconds in a minute.
pub(super) const MINUTE_MICROS: i64 = 60_000_000;

/// Matters that may end without an answer.
const fn is_taken_note_of(matter: MatterKind) -> bool {
    matches!(matter, MatterKind::Suggestion | MatterKind::Praise)
}
