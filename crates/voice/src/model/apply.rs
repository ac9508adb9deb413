//! What events mean: folds one into the state. Total by construction: an event that does not fit changes what it can and
//! no more, because judging was done before it was recorded.

use kernel::{
    ActorRef, OrgPath, Timestamp,
    id::{OrderId, StaffId},
};
use seal::Sealed;

use super::{
    LetterKind, Order, OrderEvent, Stage, StepEvent,
    clock::{Clock, ClockEnd, ClockMove},
    event::Filed,
    grant::Grant,
    group::Group,
    lead::LeadState,
    order::{Fact, Granted, Special},
    parts::{Ending, Past, PersonalField, TaskState},
};

impl Order {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, fact: Fact<'_>) -> Option<Self> {
        match (state, fact.event) {
            (None, OrderEvent::Step(StepEvent::Filed(filed))) => Some(Self::filed(filed, fact)),
            (None, OrderEvent::Step(StepEvent::Imported { filed, past })) => {
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
        let mut order = Self::blank(filed.clone(), fact);
        order.start(&filed.clocks);
        order
    }

    /// The order as it came in, before a clock runs.
    fn blank(filed: Filed, fact: Fact<'_>) -> Self {
        Self {
            id: filed.order,
            version: 1,
            touched: 1,
            receipt: filed.receipt,
            matter: filed.matter,
            origin: filed.origin,
            filed_unit: filed.unit.clone(),
            answerable: filed.unit.clone(),
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
            satisfaction: None,
            visits: Vec::new(),
            links: Vec::new(),
            decided_by: None,
            awards: Vec::new(),
            recusals: Vec::new(),
            untaken: 0,
            routed: None,
            passed_around: None,
            urgent: None,
            leads: Vec::new(),
            reviews: Vec::new(),
            group: Group::default(),
            special: Special::default(),
            abnormal: None,
            hands: Vec::new(),
            reported: false,
            told_sender: Vec::new(),
            past: None,
            cause: None,
            changed_at: fact.at,
        }
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
        self.changed_at = fact.at;
        if !fact.event.is_quiet() {
            self.touched = self.version;
        }
        self.remember_hand(fact);
        fact.event.apply(self, fact.at, fact.by);
    }

    /// Keeps who of the staff had a hand in the matter; re-examining it is no hand in what is re-examined.
    fn remember_hand(&mut self, fact: Fact<'_>) {
        let apart = fact.event.is_quiet() || matches!(fact.event, OrderEvent::Review(_));
        if !apart && fact.by.id().parse::<StaffId>().is_ok() && !self.hands.contains(fact.by) {
            self.hands.push(fact.by.clone());
        }
    }

    /// The complainant knows the decision: what else was to be told has been overtaken.
    pub(super) fn told(&mut self, at: Timestamp) {
        if let Stage::Decided { decision, .. } = &self.stage {
            self.stage = Stage::Notified { at, decision: decision.clone() };
        }
        self.replace_letters(LetterKind::ALL);
    }

    pub(super) fn reopen(&mut self, at: Timestamp) {
        // What was granted stays granted: the limits count it in the rounds that follow.
        let granted = self.stage.decision().map(Grant::of).filter(|grant| *grant != Grant::NOTHING);
        self.special.granted_before.extend(granted);
        self.round += 1;
        self.opened_at = at;
        self.visits.clear();
        self.special.invited.clear();
        self.untaken = 0;
        // A president who has the matter in hand keeps it.
        let round = self.round;
        if let Some(lead) = self.leads.iter_mut().find(|lead| lead.state == LeadState::Taken) {
            lead.round = round;
        }
        self.reported = false;
        self.decided_by = None;
        self.told_sender.clear();
        self.stage = match (&self.classification, self.handler) {
            (None, _) => Stage::Registered,
            (Some(_), Some(_)) => Stage::Assigned { since: at },
            (Some(_), None) => Stage::Classified,
        };
    }

    pub(super) fn grant(&mut self, moved: &ClockMove, rule: regulation::RuleRef, at: Timestamp, by: &ActorRef) {
        let asked = self.proposals.iter().find(|proposal| proposal.clock == moved.clock);
        // Where the rule asks for no approval, whoever asked also took it, in one go.
        let proposed_by = asked.map(|proposal| proposal.by.clone()).filter(|asker| asker != by);
        self.granted.push(Granted { clock: moved.clock, rule: rule.clone(), proposed_by, granted_by: by.clone(), at });
        self.proposals.retain(|proposal| proposal.clock != moved.clock);
        if let Some(clock) = self.clocks.iter_mut().find(|clock| clock.id == moved.clock) {
            clock.rule = rule;
            clock.extensions = clock.extensions.saturating_add(1);
            clock.move_to(moved);
        }
    }

    pub(super) fn move_clocks(&mut self, moved: &[ClockMove]) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.open()) {
            if let Some(moved) = moved.iter().find(|moved| moved.clock == clock.id) {
                clock.move_to(moved);
            }
        }
    }

    pub(super) fn replace_letters(&mut self, kinds: &[LetterKind]) {
        for letter in self.letters.iter_mut().filter(|letter| letter.owed() && kinds.contains(&letter.kind)) {
            letter.replaced = true;
        }
    }

    pub(super) fn task_becomes(&mut self, id: kernel::id::TaskId, state: TaskState) {
        if let Some(task) = self.tasks.iter_mut().find(|task| task.id == id) {
            task.state = state;
        }
    }

    /// Carries every place of the order along when the organisation moved a unit.
    pub(super) fn relocate(&mut self, from: &OrgPath, to: &OrgPath) {
        let moved = |place: &mut OrgPath| {
            let rest = place.as_str().strip_prefix(from.as_str());
            if let Some(Ok(path)) = rest.map(|rest| OrgPath::parse(&format!("{to}{rest}"))) {
                *place = path;
            }
        };
        moved(&mut self.unit);
        moved(&mut self.filed_unit);
        moved(&mut self.answerable);
        self.tasks.iter_mut().for_each(|task| moved(&mut task.unit));
        self.passed_around.iter_mut().for_each(|passed| moved(&mut passed.superior));
        self.reviews.iter_mut().for_each(|review| moved(&mut review.unit));
        self.leads.iter_mut().flat_map(|lead| &mut lead.instructions).for_each(|one| moved(&mut one.unit));
    }

    pub(super) fn unlink(&mut self, other: OrderId) {
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

    /// The same of a member of the group; the complainant's own when no member is named.
    pub fn sealed_of(&self, field: PersonalField, member: Option<u32>) -> Option<&Sealed> {
        let Some(number) = member else { return self.sealed(field) };
        let member = self.group.named(number)?;
        match field {
            PersonalField::RepresentativeName => Some(&member.name),
            PersonalField::RepresentativePhone => member.phone.as_ref(),
            PersonalField::Name
            | PersonalField::Phone
            | PersonalField::Identity
            | PersonalField::Account
            | PersonalField::Email
            | PersonalField::Address
            | PersonalField::RepresentativeIdentity
            | PersonalField::Narrative => None,
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
