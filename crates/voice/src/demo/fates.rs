//! How the demo's matters fare, and how often each kind, source and fate comes up. Tables only; `plan` makes scripts of them.

use regulation::{MatterKind, MatterSource};

use super::{chance::Chance, plan::Step};
use crate::model::LetterKind;

/// How a matter fares, and how many of a hundred and sixty do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Settled,
    Late,
    Fresh,
    /// Reached one step and no further yet, each step in turn.
    Halted,
    Overdue,
    DueToday,
    LongerGranted,
    LongerAsked,
    LongerRefused,
    Withdrawn,
    Declined,
    Retyped,
    Reopened,
    Paused,
    WithAgent,
    Repeated,
    /// The same trouble for many in the same week.
    Surge,
    /// In the president's hands, or on the way there.
    Led,
}

pub(super) const FATES: [(Fate, usize); 18] = [
    (Fate::Settled, 60),
    (Fate::Late, 10),
    (Fate::Fresh, 14),
    (Fate::Halted, 12),
    (Fate::Overdue, 7),
    (Fate::DueToday, 5),
    (Fate::LongerGranted, 6),
    (Fate::LongerAsked, 4),
    (Fate::LongerRefused, 3),
    (Fate::Withdrawn, 7),
    (Fate::Declined, 5),
    (Fate::Retyped, 3),
    (Fate::Reopened, 4),
    (Fate::Paused, 3),
    (Fate::WithAgent, 2),
    (Fate::Repeated, 5),
    (Fate::Surge, 6),
    (Fate::Led, 4),
];

/// The kinds of matter, and how many of a hundred are of each.
pub(super) const KINDS: [(MatterKind, usize); 7] = [
    (MatterKind::Complaint, 62),
    (MatterKind::Consultation, 12),
    (MatterKind::Suggestion, 6),
    (MatterKind::Praise, 6),
    (MatterKind::HelpRequest, 6),
    (MatterKind::Report, 4),
    (MatterKind::Petition, 4),
];
/// The steps at which matters halt.
pub(super) const HALTS: [Step; 6] = [
    Step::Register,
    Step::Classify,
    Step::Assign,
    Step::Accept,
    Step::Decide { is_right: true },
    Step::Tell(LetterKind::Decision),
];
/// How many times faster than others they came there, so that even a long holiday leaves them the time.
pub(super) const HALTED_PACE: i64 = 4;
/// Who passes complaints on, and how many of a hundred come from each.
pub(super) const SOURCES: [(MatterSource, usize); 6] = [
    (MatterSource::Direct, 80),
    (MatterSource::Nfra, 8),
    (MatterSource::Pbc, 5),
    (MatterSource::Government, 4),
    (MatterSource::MarketSupervision, 2),
    (MatterSource::ConsumerAssociation, 1),
];

/// One of a list, each as often as its figure says.
pub(super) fn weighed<T: Copy>(list: &[(T, usize)], chance: &mut Chance) -> T {
    let mut left = chance.below(list.iter().map(|(_, often)| often).sum());
    let found = list.iter().find(|(_, often)| {
        let is_here = left < *often;
        left = left.saturating_sub(*often);
        is_here
    });
    found.unwrap_or(&list[0]).0
}
