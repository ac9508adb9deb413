//! Inviting the complainant to answer the return visit by link or code: whether it may be, and until when it holds.

use super::{
    EndingEvent, Order, OrderEvent, Refusal,
    decide::{Bench, INVITATIONS_MAX, room},
    gate,
    parts::PersonalField,
    refusal::{Bounded, fixed, refusals},
};

/// The row that says for how many days an invitation holds.
const LINK_DAYS: &str = "policy.visit.link_days";

refusals! {
    /// Why nobody is invited.
    InvitationRefusal [] {
        /// There is no telephone to send a message to.
        NoPhone, "no-phone",
            fixed("没有可发送短信的手机号，请用其他方式回访。", "There is no telephone number to send to; visit by another way.");
        /// The complainant has answered the return visit.
        VisitAnswered, "visit-answered", fixed("投诉人已评价。", "The complainant has answered the return visit.");
    }
}

/// Whether the complainant may be invited.
pub(super) fn invitable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    gate::visitable(order, bench)?;
    if order.visit_answer().is_some() {
        return Err(InvitationRefusal::VisitAnswered.into());
    }
    if order.sealed(PersonalField::Phone).or(order.sealed(PersonalField::RepresentativePhone)).is_none() {
        return Err(InvitationRefusal::NoPhone.into());
    }
    room(Bounded::Invitations, order.special.invited.len(), 1, INVITATIONS_MAX)
}

pub(super) fn invite(bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let days = bench.law.policy(LINK_DAYS, bench.now.date());
    let days = days.ok_or_else(|| Refusal::RuleMissing(LINK_DAYS.to_owned()))?;
    Ok(vec![OrderEvent::Ending(EndingEvent::VisitInvited { until: bench.now.plus_days(i64::from(days)) })])
}
