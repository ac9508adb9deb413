//! One event of every kind beyond the plain procedure, with every field filled, for the stored samples.

use kernel::{Money, id::StaffId};

use super::script::sealed;
use crate::model::{AwardEvent, OrderEvent, RecusalEvent, award::Grant, recusal::RecusalGround};

pub(super) fn every_kind() -> Vec<OrderEvent> {
    let why = || sealed("why");
    vec![
        AwardEvent::AwardProposed {
            number: 1,
            grant: Grant { compensation: Some(Money::fen(90_000)), waiver: Some(Money::fen(5_000)) },
            why: why(),
        }
        .into(),
        AwardEvent::AwardApproved { number: 1 }.into(),
        AwardEvent::AwardRefused { number: 1, why: why() }.into(),
        AwardEvent::AwardRecalled { number: 1 }.into(),
        RecusalEvent::Recused { person: StaffId::from_bits(2), ground: RecusalGround::Related, why: Some(why()) }
            .into(),
    ]
}
