//! One event of every kind beyond the plain procedure, with every field filled, for the stored samples.

use kernel::{Money, id::StaffId};

use super::script::sealed;
use crate::model::{AwardEvent, OrderEvent, RecusalEvent, award::Grant, recusal::RecusalGround};

pub(super) fn every_kind() -> Vec<OrderEvent> {
    let why = || sealed("why");
    let mut events: Vec<OrderEvent> = vec![
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
    ];
    // The later families are held to their stored form: what is read from it is written the same again.
    let own = |line: &&str| !["award_", "recused", "accepted", "visited"].iter().any(|kind| line.starts_with(kind));
    let stored = include_str!("../../../samples/handling-events-1.tsv").lines().filter(own);
    events.extend(stored.map(|line| serde_json::from_str(line.split_once('\t').unwrap().1).unwrap()));
    events
}
