//! The shared list of abnormal complaints: somebody is listed for a time, with a reason, by somebody other than who called their
//! matter abnormal; they may appeal, and somebody other than who listed them decides; it ends by itself.
//!
//! Being listed is known and changes nothing: no matter of a listed person is refused, delayed or handled by other rules. The
//! person is held by sealed numbers, never by name and never in clear.

use kernel::{
    Actor, ActorRef, OrgPath, Permission, Problem, ProblemKind, Text, Timestamp,
    id::{ListingId, OrderId},
};
use ledger::{Event, UpgradeError};
use seal::Sealed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    parts::{Means, PersonalField},
    permission::{self, APPEAL_LISTING, DECIDE_ABNORMAL},
    refusal::{fixed, of, refusals},
    words::words,
};

words! {
    /// How a listing stands.
    ListingState {
        /// It holds.
        Listed = "listed", "在名单上", "listed";
        /// It holds, and an appeal waits for its answer.
        Appealed = "appealed", "申诉中", "appealed";
        /// It was ended before its time.
        Lifted = "lifted", "已移出", "lifted";
        /// Its time is over.
        Expired = "expired", "已到期", "expired";
    }
}

/// A number by which somebody is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedNumber {
    /// Which field of the order it was.
    pub field: PersonalField,
    /// The number, under the listing's own key.
    pub value: Sealed,
}

impl ListedNumber {
    /// Fields that are numbers of a person.
    pub const FIELDS: [PersonalField; 4] = [
        PersonalField::Phone,
        PersonalField::Identity,
        PersonalField::RepresentativePhone,
        PersonalField::RepresentativeIdentity,
    ];

    /// By which kind of number the field is found.
    pub fn domain(field: PersonalField) -> Option<&'static str> {
        match field {
            PersonalField::Phone | PersonalField::RepresentativePhone => Some(people::model::numbers::PHONE),
            PersonalField::Identity | PersonalField::RepresentativeIdentity => Some(people::model::numbers::IDENTITY),
            PersonalField::Name
            | PersonalField::Account
            | PersonalField::Email
            | PersonalField::Address
            | PersonalField::RepresentativeName
            | PersonalField::Narrative => None,
        }
    }
}

/// One thing that happened to a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ListingEvent {
    /// Somebody was listed.
    Listed {
        /// Its id.
        listing: ListingId,
        /// The order that was called abnormal.
        order: OrderId,
        /// The place of the order.
        unit: OrgPath,
        /// By which numbers they are found.
        numbers: Vec<ListedNumber>,
        /// Until when.
        until: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// They appealed.
    Appealed {
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// Somebody answered the appeal.
    AppealDecided {
        /// Whether they stay on the list.
        stays: bool,
        /// Why.
        why: Sealed,
    },
    /// It was ended before its time.
    Lifted {
        /// Why.
        why: Sealed,
    },
}

/// A listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The id.
    pub id: ListingId,
    /// How many events it has.
    pub version: u64,
    /// The order that was called abnormal.
    pub order: OrderId,
    /// The place of the order.
    pub unit: OrgPath,
    /// By which numbers they are found.
    pub numbers: Vec<ListedNumber>,
    /// Until when.
    pub until: Timestamp,
    /// Who listed them.
    pub listed_by: ActorRef,
    /// When.
    pub listed_at: Timestamp,
    /// Why.
    pub why: Sealed,
    /// Whether an appeal waits for its answer.
    pub is_appealed: bool,
    /// Whether it was ended before its time.
    pub is_lifted: bool,
}

refusals! {
    /// Why something may not be done about a listing.
    ListingRefusal [] {
    /// The caller lacks a permission where it belongs.
    Lacks(permission: Permission), "lacks-permission", of(
        format!("您在该机构没有“{}”权限。", permission::title(*permission).zh),
        format!("You may not “{}” for this unit.", permission::title(*permission).en));
    /// Nobody called the order abnormal.
    NotAbnormal, "not-abnormal" at "/order", fixed(
        "工单没有被认定为异常，不能据此列入名单。", "Nobody called the order abnormal; nobody is listed for it.");
    /// Who called the order abnormal lists nobody for it.
    OwnVerdict, "own-verdict", fixed(
        "列入名单须由作出认定以外的人决定。", "Somebody other than who called the order abnormal decides on the listing.");
    /// Nothing to find them by.
    Numberless, "numberless" at "/fields", fixed(
        "请选择工单上登记的电话或证件号码。", "Choose a telephone or identity number that the order holds.");
    /// Longer than the policy lets.
    TooLong(most: u32), "listing-too-long" at "/days", of(
        format!("每次列入最少 1 天、最长 {most} 天。"), format!("Somebody is listed for 1 to {most} days at a time."));
    /// They are on the list.
    ListedAlready, "listed-already", fixed("该号码已在名单上。", "This number is on the list already.");
    /// It ended.
    Over(state: ListingState), "listing-over", of(
        format!("名单条目{}，不能进行此操作。", state.title().zh),
        format!("The listing is {}; this cannot be done now.", state.title().en));
    /// An appeal waits already.
    AppealedAlready, "appealed-already", fixed("已有待处理的申诉。", "An appeal waits already.");
    /// Nobody appealed.
    NotAppealed, "not-appealed", fixed("没有待处理的申诉。", "No appeal waits.");
    /// Who listed them does not answer the appeal.
    OwnListing, "own-listing", fixed(
        "申诉须由列入名单以外的人处理。", "Somebody other than who listed them answers the appeal.");
    }
}

impl From<ListingRefusal> for Problem {
    fn from(refusal: ListingRefusal) -> Self {
        let kind = match (&refusal, refusal.pointer()) {
            (ListingRefusal::Lacks(_), _) => ProblemKind::Forbidden,
            (_, Some(_)) => ProblemKind::Invalid,
            (_, None) => ProblemKind::Refused,
        };
        let problem = Self::new(kind, refusal.text()).because(refusal.slug());
        match refusal.pointer() {
            Some(pointer) => problem.field(pointer, refusal.text()),
            None => problem,
        }
    }
}

words! {
    /// What can be done about a listing.
    ListingVerb {
        /// Record an appeal.
        Appeal = "appeal", "登记申诉", "record an appeal";
        /// Answer it.
        DecideAppeal = "decide_appeal", "处理申诉", "answer the appeal";
        /// End it before its time.
        Lift = "lift", "移出名单", "lift it";
    }
}

impl ListingVerb {
    /// The place for which its reason is sealed.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Appeal => "appeal",
            Self::DecideAppeal => "answer",
            Self::Lift => "lifting",
        }
    }

    /// The permission that it needs.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Appeal => APPEAL_LISTING,
            Self::DecideAppeal | Self::Lift => DECIDE_ABNORMAL,
        }
    }
}

impl Listing {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, (at, by, event): (Timestamp, &ActorRef, &ListingEvent)) -> Option<Self> {
        match (state, event) {
            (None, ListingEvent::Listed { listing, order, unit, numbers, until, why }) => Some(Self {
                id: *listing,
                version: 1,
                order: *order,
                unit: unit.clone(),
                numbers: numbers.clone(),
                until: *until,
                listed_by: by.clone(),
                listed_at: at,
                why: why.clone(),
                is_appealed: false,
                is_lifted: false,
            }),
            (None, _) => None,
            (Some(mut state), event) => {
                state.version += 1;
                match event {
                    // Somebody is listed once in a stream: it begins with that, and a second one cannot be appended.
                    ListingEvent::Listed { .. } => {}
                    ListingEvent::Appealed { .. } => state.is_appealed = true,
                    ListingEvent::AppealDecided { stays, .. } => {
                        state.is_appealed = false;
                        state.is_lifted |= !stays;
                    }
                    ListingEvent::Lifted { .. } => (state.is_appealed, state.is_lifted) = (false, true),
                }
                Some(state)
            }
        }
    }

    /// How it stands: it expires by the time of whoever reads it.
    pub fn state(&self, now: Timestamp) -> ListingState {
        if self.is_lifted {
            ListingState::Lifted
        } else if now >= self.until {
            ListingState::Expired
        } else if self.is_appealed {
            ListingState::Appealed
        } else {
            ListingState::Listed
        }
    }

    /// Whether `actor` may do `verb` about it now.
    ///
    /// # Errors
    /// Why not.
    pub fn gate(&self, verb: ListingVerb, actor: &Actor, now: Timestamp) -> Result<(), ListingRefusal> {
        let permitted = match verb {
            // Whoever is listed appeals wherever they come to.
            ListingVerb::Appeal => actor.holds(APPEAL_LISTING),
            ListingVerb::DecideAppeal | ListingVerb::Lift => actor.may(DECIDE_ABNORMAL, &self.unit),
        };
        if !permitted {
            return Err(ListingRefusal::Lacks(verb.permission()));
        }
        let state = self.state(now);
        match (verb, state) {
            (_, ListingState::Lifted | ListingState::Expired) => Err(ListingRefusal::Over(state)),
            (ListingVerb::Appeal, ListingState::Appealed) => Err(ListingRefusal::AppealedAlready),
            (ListingVerb::DecideAppeal, ListingState::Listed) => Err(ListingRefusal::NotAppealed),
            (ListingVerb::DecideAppeal, ListingState::Appealed) if actor.reference == self.listed_by => {
                Err(ListingRefusal::OwnListing)
            }
            (ListingVerb::Appeal, ListingState::Listed)
            | (ListingVerb::DecideAppeal, ListingState::Appealed)
            | (ListingVerb::Lift, ListingState::Listed | ListingState::Appealed) => Ok(()),
        }
    }
}

impl ListingEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Listed { until, .. } => {
                let day = until.date();
                Text::of(format!("列入名单，至 {day}"), format!("Listed until {day}"))
            }
            Self::Appealed { means, .. } => {
                let means = means.title();
                Text::of(format!("申诉（{}）", means.zh), format!("Appealed {}", means.en))
            }
            Self::AppealDecided { stays: true, .. } => Text::fixed("申诉不成立", "The appeal was not granted"),
            Self::AppealDecided { .. } => Text::fixed("申诉成立，移出名单", "The appeal was granted; lifted"),
            Self::Lifted { .. } => Text::fixed("移出名单", "Lifted"),
        }
    }

    /// The text it brings, with its place.
    pub const fn text(&self) -> (&'static str, &Sealed) {
        match self {
            Self::Listed { why, .. } => ("why", why),
            Self::Appealed { why, .. } => (ListingVerb::Appeal.place(), why),
            Self::AppealDecided { why, .. } => (ListingVerb::DecideAppeal.place(), why),
            Self::Lifted { why } => (ListingVerb::Lift.place(), why),
        }
    }
}

impl Event for ListingEvent {
    const TYPE: &'static str = "voice.listing";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Listed { .. } => "listed",
            Self::Appealed { .. } => "appealed",
            Self::AppealDecided { .. } => "appeal_decided",
            Self::Lifted { .. } => "lifted",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;
    use crate::testing::{path, staff};

    fn sealed() -> Sealed {
        Sealed::from_stored("s1.words")
    }

    fn listed() -> ListingEvent {
        ListingEvent::Listed {
            listing: ListingId::from_bits(1),
            order: OrderId::from_bits(2),
            unit: path("/HO/GZ/"),
            numbers: vec![ListedNumber { field: PersonalField::Phone, value: sealed() }],
            until: Timestamp::from_micros(0).plus_days(30),
            why: sealed(),
        }
    }

    #[test]
    fn a_listing_ends_by_itself_and_somebody_else_answers_the_appeal() {
        let (lister, other) = (staff(1, Role::Officer, "/HO/"), staff(2, Role::Officer, "/HO/"));
        let clerk = staff(3, Role::Handler, "/HO/SZ/");
        let at = Timestamp::from_micros(0);
        let go = |state, by: &Actor, event: &ListingEvent| Listing::evolve(state, (at, &by.reference, event));
        let appealed = ListingEvent::Appealed { means: Means::Phone, at, why: sealed() };
        let listing = go(None, &lister, &listed()).unwrap();
        assert_eq!((listing.state(at), listing.state(at.plus_days(30))), (ListingState::Listed, ListingState::Expired));
        assert_eq!(listing.gate(ListingVerb::DecideAppeal, &other, at), Err(ListingRefusal::NotAppealed));
        assert_eq!(listing.gate(ListingVerb::Appeal, &clerk, at), Ok(()), "wherever they come to");
        assert_eq!(listing.gate(ListingVerb::Lift, &clerk, at), Err(ListingRefusal::Lacks(DECIDE_ABNORMAL)));
        let listing = go(Some(listing), &clerk, &appealed).unwrap();
        assert_eq!(listing.state(at), ListingState::Appealed);
        assert_eq!(listing.gate(ListingVerb::Appeal, &clerk, at), Err(ListingRefusal::AppealedAlready));
        assert_eq!(listing.gate(ListingVerb::DecideAppeal, &lister, at), Err(ListingRefusal::OwnListing));
        assert_eq!(listing.gate(ListingVerb::DecideAppeal, &other, at), Ok(()));
        let stays = go(Some(listing.clone()), &other, &ListingEvent::AppealDecided { stays: true, why: sealed() });
        assert_eq!(stays.unwrap().state(at), ListingState::Listed);
        let gone = go(Some(listing), &other, &ListingEvent::AppealDecided { stays: false, why: sealed() }).unwrap();
        assert_eq!(gone.state(at), ListingState::Lifted);
        let over = ListingRefusal::Over(ListingState::Lifted);
        assert_eq!(gone.gate(ListingVerb::Lift, &other, at), Err(over));
        assert_eq!(gone.version, 3);
        let mut slugs = ListingRefusal::slugs();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), ListingRefusal::slugs().len());
    }

    #[test]
    fn stored_events_keep_their_form() {
        let at = Timestamp::from_micros(0);
        let samples = [
            (
                listed(),
                r#"{"kind":"listed","listing":"ls_00000000000000000000000001","order":"wo_00000000000000000000000002","unit":"/HO/GZ/","numbers":[{"field":"phone","value":"s1.words"}],"until":"1970-01-31T00:00:00Z","why":"s1.words"}"#,
            ),
            (
                ListingEvent::Appealed { means: Means::Phone, at, why: sealed() },
                r#"{"kind":"appealed","means":"phone","at":"1970-01-01T00:00:00Z","why":"s1.words"}"#,
            ),
            (
                ListingEvent::AppealDecided { stays: true, why: sealed() },
                r#"{"kind":"appeal_decided","stays":true,"why":"s1.words"}"#,
            ),
            (ListingEvent::Lifted { why: sealed() }, r#"{"kind":"lifted","why":"s1.words"}"#),
        ];
        for (event, stored) in samples {
            assert_eq!(serde_json::to_string(&event).unwrap(), stored);
            assert_eq!(serde_json::from_str::<ListingEvent>(stored).unwrap(), event);
            assert!(!event.sentence().zh.is_empty() && !event.sentence().en.is_empty());
        }
    }
}
