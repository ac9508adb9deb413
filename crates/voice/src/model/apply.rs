//! What events mean: folds one into the state. Total by construction: an event that does not fit changes what it can and
//! no more, because judging was done before it was recorded.

use kernel::{
    OrgPath,
    id::{OrderId, StaffId},
};
use seal::Sealed;

use super::{
    LetterKind, Order, OrderEvent, Stage,
    clock::{Clock, ClockEnd, ClockMove, Pause},
    event::Filed,
    letter::{Delivery, LetterDetail},
    order::{Fact, Granted, Proposal},
    parts::{Contact, Ending, Link, Note, Past, PersonalField, Task, TaskState, Visit},
};

impl Order {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, fact: Fact<'_>) -> Option<Self> {
        match (state, fact.event) {
            (None, OrderEvent::Filed(filed)) => Some(Self::filed(filed, fact)),
            (None, OrderEvent::Imported { filed, past }) => {
                let mut order = Self::filed(filed, fact);
                order.take_past(past);
                Some(order)
            }
            (None, _) => None,
            (Some(mut order), _) => {
                order.apply(fact);
                Some(order)
            }
        }
    }

    fn filed(filed: &Filed, fact: Fact<'_>) -> Self {
        let filed = filed.clone();
        let mut order = Self {
            id: filed.order,
            version: 1,
            touched: 1,
            receipt: filed.receipt,
            matter: filed.matter,
            origin: filed.origin,
            filed_unit: filed.unit.clone(),
            unit: filed.unit,
            handler: None,
            transfers: 0,
            filed_by: fact.by.clone(),
            filed_at: fact.at,
            received_at: filed.received_at,
            opened_at: filed.received_at,
            party: filed.party,
            representative: filed.representative,
            title: filed.title,
            narrative: filed.narrative,
            request: filed.request,
            amount: filed.amount,
            occurred_on: filed.occurred_on,
            channel: filed.channel,
            classification: None,
            stage: Stage::Filed,
            round: 1,
            clocks: Vec::new(),
            letters: Vec::new(),
            proposals: Vec::new(),
            granted: Vec::new(),
            contacts: Vec::new(),
            notes: Vec::new(),
            tasks: Vec::new(),
            attachments: Vec::new(),
            visits: Vec::new(),
            links: Vec::new(),
            reported: false,
            past: None,
        };
        order.start(&filed.clocks);
        order
    }

    fn take_past(&mut self, past: &Past) {
        let ended = past.answered_at.unwrap_or(past.closed_at);
        for clock in &mut self.clocks {
            clock.end = Some(match past.answered_at {
                Some(at) => ClockEnd::Answered(at),
                None => ClockEnd::Cancelled(ended),
            });
        }
        self.stage = Stage::Closed { at: past.closed_at, ending: Ending::Historical, decision: None };
        self.past = Some(past.clone());
    }

    /// Folds one event into an order that is there.
    fn apply(&mut self, fact: Fact<'_>) {
        self.version += 1;
        if !fact.event.is_quiet() {
            self.touched = self.version;
        }
        match fact.event {
            // A second filing on one stream cannot be appended: the first needs version 0.
            OrderEvent::Filed(_) | OrderEvent::Imported { .. } => {}
            OrderEvent::AttachmentRead { .. } | OrderEvent::Revealed { .. } => {}
            OrderEvent::Registered { .. }
            | OrderEvent::Declined { .. }
            | OrderEvent::Classified { .. }
            | OrderEvent::Assigned { .. }
            | OrderEvent::Accepted { .. }
            | OrderEvent::RepresentativeNamed { .. }
            | OrderEvent::PartyAmended { .. }
            | OrderEvent::Relocated { .. }
            | OrderEvent::Retyped { .. } => self.apply_step(fact),
            OrderEvent::Contacted { .. }
            | OrderEvent::Noted { .. }
            | OrderEvent::TaskOpened { .. }
            | OrderEvent::TaskAnswered { .. }
            | OrderEvent::TaskCancelled { .. }
            | OrderEvent::Attached { .. }
            | OrderEvent::Linked { .. }
            | OrderEvent::Unlinked { .. } => self.apply_work(fact),
            OrderEvent::Paused { .. }
            | OrderEvent::Resumed { .. }
            | OrderEvent::ExtensionProposed { .. }
            | OrderEvent::ExtensionApproved { .. }
            | OrderEvent::ExtensionRefused { .. }
            | OrderEvent::ExtensionRecalled { .. }
            | OrderEvent::Reminded { .. }
            | OrderEvent::Escalated { .. }
            | OrderEvent::ClocksMoved { .. } => self.apply_clock(fact),
            OrderEvent::Decided { .. }
            | OrderEvent::LetterDelivered { .. }
            | OrderEvent::ReportedBack { .. }
            | OrderEvent::Visited { .. }
            | OrderEvent::Closed { .. }
            | OrderEvent::Withdrawn { .. }
            | OrderEvent::Reopened { .. } => self.apply_ending(fact),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends each event to the one group that folds it")]
    fn apply_step(&mut self, fact: Fact<'_>) {
        match fact.event {
            OrderEvent::Registered { letter, started, answered } => {
                self.stage = Stage::Registered;
                self.owe(*letter, LetterKind::Acceptance, fact.at);
                self.end(answered, ClockEnd::Answered(fact.at));
                self.start(started);
            }
            OrderEvent::Declined { decision, letter, answered, ground: _ } => {
                self.replace_letters(&[]);
                self.stage = Stage::Decided { at: fact.at, decision: Box::new(decision.clone()) };
                self.owe(*letter, LetterKind::Declined, fact.at);
                self.end(answered, ClockEnd::Answered(fact.at));
            }
            OrderEvent::Classified { classification } => {
                self.classification = Some(classification.clone());
                if self.stage == Stage::Registered {
                    self.stage = Stage::Classified;
                }
            }
            OrderEvent::Assigned { unit, person, transfer, why: _ } => {
                self.unit = unit.clone();
                self.handler = *person;
                self.transfers += u32::from(*transfer);
                self.stage = Stage::Assigned { since: fact.at };
            }
            OrderEvent::Accepted { person } => {
                self.handler = person.or(self.handler);
                self.stage = Stage::Handling { since: fact.at };
            }
            OrderEvent::Relocated { from, to } => self.relocate(from, to),
            OrderEvent::RepresentativeNamed { representative } => self.representative = Some(representative.clone()),
            OrderEvent::PartyAmended { party } => self.party = party.clone(),
            OrderEvent::Retyped { from, to, why, cancelled, started, letter } => {
                self.matter = *to;
                self.end(cancelled, ClockEnd::Cancelled(fact.at));
                self.start(started);
                let why = Some(("retyping", why.clone()));
                let detail = LetterDetail { why, before: Some(*from), ..LetterDetail::default() };
                self.owe_about(*letter, LetterKind::Retyping, fact.at, detail);
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends each event to the one group that folds it")]
    fn apply_work(&mut self, fact: Fact<'_>) {
        match fact.event {
            OrderEvent::Contacted { means, reached, at, answered, words: _ } => {
                self.contacts.push(Contact { at: *at, means: *means, reached: *reached, by: fact.by.clone() });
                self.end(answered, ClockEnd::Answered(*at));
            }
            OrderEvent::Noted { note, text } => {
                self.notes.push(Note { id: *note, at: fact.at, by: fact.by.clone(), text: text.clone() });
            }
            OrderEvent::TaskOpened { task, unit, person, ask, due } => self.tasks.push(Task {
                id: *task,
                unit: unit.clone(),
                person: *person,
                ask: ask.clone(),
                due: *due,
                opened_at: fact.at,
                opened_by: fact.by.clone(),
                state: TaskState::Open,
            }),
            OrderEvent::TaskAnswered { task, answer } => {
                let state = TaskState::Answered { at: fact.at, by: fact.by.clone(), answer: answer.clone() };
                self.task_becomes(*task, state);
            }
            OrderEvent::TaskCancelled { task, why: _ } => {
                self.task_becomes(*task, TaskState::Cancelled { at: fact.at });
            }
            OrderEvent::Attached { attachment } => self.attachments.push(attachment.clone()),
            OrderEvent::Linked { other, relation } => self.links.push(Link { other: *other, relation: *relation }),
            OrderEvent::Unlinked { other } => self.unlink(*other),
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends each event to the one group that folds it")]
    fn apply_clock(&mut self, fact: Fact<'_>) {
        match fact.event {
            OrderEvent::Paused { ground, from, why, clocks, letter } => {
                for clock in self.clocks.iter_mut().filter(|clock| clocks.contains(&clock.id)) {
                    clock.pauses.push(Pause { ground: *ground, from: *from, to: None });
                }
                let why = Some(("pause", why.clone()));
                let detail = LetterDetail { why, ground: Some(*ground), ..LetterDetail::default() };
                self.owe_about(*letter, LetterKind::Pause, fact.at, detail);
            }
            OrderEvent::Resumed { at, moved } => {
                for pause in self.clocks.iter_mut().flat_map(|clock| &mut clock.pauses) {
                    pause.to = pause.to.or(Some(*at));
                }
                self.move_clocks(moved);
            }
            OrderEvent::ExtensionProposed { clock, rule, why } => self.proposals.push(Proposal {
                clock: *clock,
                rule: rule.clone(),
                by: fact.by.clone(),
                at: fact.at,
                why: why.clone(),
            }),
            OrderEvent::ExtensionApproved { moved, rule, letter } => {
                let asked = self.proposals.iter().find(|proposal| proposal.clock == moved.clock);
                let why = asked.map(|proposal| ("extension", proposal.why.clone()));
                let detail = LetterDetail { why, due: Some(moved.due), ..LetterDetail::default() };
                self.grant(moved, rule.clone(), fact);
                self.owe_about(*letter, LetterKind::Extension, fact.at, detail);
            }
            OrderEvent::ExtensionRefused { clock, why: _ } | OrderEvent::ExtensionRecalled { clock } => {
                self.proposals.retain(|proposal| proposal.clock != *clock);
            }
            OrderEvent::Reminded { clock, alert } | OrderEvent::Escalated { clock, alert, unit: _ } => {
                if let Some(clock) = self.clocks.iter_mut().find(|held| held.id == *clock) {
                    clock.alerted.push(alert.clone());
                }
            }
            OrderEvent::ClocksMoved { moved } => self.move_clocks(moved),
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`apply` sends each event to the one group that folds it")]
    fn apply_ending(&mut self, fact: Fact<'_>) {
        match fact.event {
            OrderEvent::Decided { decision, letter, answered } => {
                self.replace_letters(&[LetterKind::Decision]);
                self.stage = Stage::Decided { at: fact.at, decision: Box::new(decision.clone()) };
                self.owe(*letter, LetterKind::Decision, fact.at);
                self.end(answered, ClockEnd::Answered(fact.at));
            }
            OrderEvent::LetterDelivered { letter, tells, at, means, reference, text, answered, started } => {
                let delivery = Delivery {
                    at: *at,
                    means: *means,
                    reference: reference.clone(),
                    text: text.clone(),
                    by: fact.by.clone(),
                };
                if let Some(letter) = self.letters.iter_mut().find(|held| held.id == *letter) {
                    letter.delivery = Some(delivery);
                }
                if matches!(tells, LetterKind::Decision | LetterKind::Declined) {
                    self.told(*at);
                }
                self.end(answered, ClockEnd::Answered(*at));
                self.start(started);
            }
            OrderEvent::ReportedBack { at, answered, means: _, reference: _ } => {
                self.reported = true;
                self.end(answered, ClockEnd::Answered(*at));
            }
            OrderEvent::Visited { answer, at, answered } => {
                self.visits.push(Visit { at: *at, by: fact.by.clone(), answer: answer.clone() });
                self.end(answered, ClockEnd::Answered(*at));
            }
            OrderEvent::Closed { ending, cancelled } => {
                self.end(cancelled, ClockEnd::Cancelled(fact.at));
                let decision = self.stage.decision().cloned().map(Box::new);
                self.stage = Stage::Closed { at: fact.at, ending: *ending, decision };
            }
            OrderEvent::Withdrawn { at, cancelled, means: _, paper: _, words: _ } => {
                self.end(cancelled, ClockEnd::Cancelled(*at));
                self.replace_letters(LetterKind::ALL);
                self.stage = Stage::Withdrawn { at: *at };
            }
            OrderEvent::Reopened { started, cancelled, ground: _, why: _ } => {
                self.end(cancelled, ClockEnd::Cancelled(fact.at));
                self.reopen(fact);
                self.start(started);
            }
            _ => {}
        }
    }

    /// The complainant knows the decision: what else was to be told has been overtaken.
    fn told(&mut self, at: kernel::Timestamp) {
        if let Stage::Decided { decision, .. } = &self.stage {
            self.stage = Stage::Notified { at, decision: decision.clone() };
        }
        self.replace_letters(LetterKind::ALL);
    }

    fn reopen(&mut self, fact: Fact<'_>) {
        self.round += 1;
        self.opened_at = fact.at;
        self.visits.clear();
        self.reported = false;
        self.stage = match (&self.classification, self.handler) {
            (None, _) => Stage::Registered,
            (Some(_), Some(_)) => Stage::Assigned { since: fact.at },
            (Some(_), None) => Stage::Classified,
        };
    }

    fn grant(&mut self, moved: &ClockMove, rule: regulation::RuleRef, fact: Fact<'_>) {
        let asked = self.proposals.iter().find(|proposal| proposal.clock == moved.clock);
        // Where the rule asks for no approval, whoever asked also took it, in one go.
        let proposed_by = asked.map(|proposal| proposal.by.clone()).filter(|by| by != fact.by);
        self.granted.push(Granted {
            clock: moved.clock,
            rule: rule.clone(),
            proposed_by,
            granted_by: fact.by.clone(),
            at: fact.at,
        });
        self.proposals.retain(|proposal| proposal.clock != moved.clock);
        if let Some(clock) = self.clocks.iter_mut().find(|clock| clock.id == moved.clock) {
            clock.rule = rule;
            clock.extensions = clock.extensions.saturating_add(1);
            clock.move_to(moved);
        }
    }

    fn move_clocks(&mut self, moved: &[ClockMove]) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.open()) {
            if let Some(moved) = moved.iter().find(|moved| moved.clock == clock.id) {
                clock.move_to(moved);
            }
        }
    }

    fn replace_letters(&mut self, kinds: &[LetterKind]) {
        for letter in self.letters.iter_mut().filter(|letter| letter.owed() && kinds.contains(&letter.kind)) {
            letter.replaced = true;
        }
    }

    fn task_becomes(&mut self, id: kernel::id::TaskId, state: TaskState) {
        if let Some(task) = self.tasks.iter_mut().find(|task| task.id == id) {
            task.state = state;
        }
    }

    /// Carries every place of the order along when the organisation moved a unit.
    fn relocate(&mut self, from: &OrgPath, to: &OrgPath) {
        let moved = |place: &mut OrgPath| {
            let rest = place.as_str().strip_prefix(from.as_str());
            if let Some(Ok(path)) = rest.map(|rest| OrgPath::parse(&format!("{to}{rest}"))) {
                *place = path;
            }
        };
        moved(&mut self.unit);
        moved(&mut self.filed_unit);
        self.tasks.iter_mut().for_each(|task| moved(&mut task.unit));
    }

    fn unlink(&mut self, other: OrderId) {
        self.links.retain(|link| link.other != other);
    }

    /// The sealed value of a personal field, when the order holds it.
    pub fn sealed(&self, field: PersonalField) -> Option<&Sealed> {
        let party = &self.party;
        let representative = self.representative.as_ref();
        match field {
            PersonalField::Name => party.name.as_ref(),
            PersonalField::Phone => party.phone.as_ref(),
            PersonalField::Identity => party.identity.as_ref(),
            PersonalField::Account => party.account.as_ref(),
            PersonalField::Email => party.email.as_ref(),
            PersonalField::Address => party.address.as_ref(),
            PersonalField::RepresentativeName => representative.map(|r| &r.name),
            PersonalField::RepresentativePhone => representative.and_then(|r| r.phone.as_ref()),
            PersonalField::RepresentativeIdentity => representative.and_then(|r| r.identity.as_ref()),
            PersonalField::Narrative => Some(&self.narrative),
        }
    }

    /// The clocks that a clock-by-clock page shows: open ones first, then by their deadline.
    pub fn clocks_in_order(&self) -> Vec<&Clock> {
        let mut clocks: Vec<&Clock> = self.clocks.iter().collect();
        clocks.sort_by_key(|clock| (!clock.open(), clock.due));
        clocks
    }

    /// The person who handles it, when one is named.
    pub const fn handler(&self) -> Option<StaffId> {
        self.handler
    }
}
