//! The subjects of the demo's matters, by how often banks hear of them. Texts only; how they are put together is told in
//! `matters`.

mod accounts;
mod credit;
mod others;

use super::matters::Subject;

/// Every subject.
pub(super) fn all() -> impl Iterator<Item = &'static Subject> {
    [accounts::SUBJECTS, credit::SUBJECTS, others::SUBJECTS].into_iter().flatten()
}

/// The most usual one of all.
pub(super) fn usual() -> &'static Subject {
    &accounts::SUBJECTS[0]
}
