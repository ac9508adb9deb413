//! The rows of a new order. They are written on the hottest path of the house, so each insert has one text and no more columns
//! than its table.

use diesel::RunQueryDsl;
use kernel::{Money, Timestamp};
use ledger::{Connection, StoreError, on_each};

use super::{
    orders::{StateColumns, TABLE, seq_of},
    parts,
    rows::currency_word,
};
use crate::{intake::Kept, model::Order};

/// How often the next `seq` is tried when two orders of one instant meet; at 20,000 filings a second two meet about once in
/// ten seconds, and three never.
const SEQ_TRIES: i64 = 16;

ledger::insert_row! {
    /// Adds the row of an order, unless its place in time is taken.
    struct InsertOrder<'a> into "orders" else "ON CONFLICT DO NOTHING" {
        seq: i64 => BigInt,
        id: &'a str => Text,
        receipt: &'a str => Text,
        source: &'a str => Text,
        origin_number: Option<&'a str> => Nullable<Text>,
        filed_unit: &'a str => Text,
        filed_by: &'a str => Text,
        title: &'a str => Text,
        amount_minor: Option<i64> => Nullable<BigInt>,
        currency: Option<&'a str> => Nullable<Text>,
        received_at: i64 => BigInt,
        filed_at: i64 => BigInt,
        name_masked: &'a str => Text,
        phone_masked: &'a str => Text,
        customer: Option<String> => Nullable<Text>,
        version: i64 => BigInt,
        stage: &'a str => Text,
        matter: &'a str => Text,
        unit_path: &'a str => Text,
        handler: Option<String> => Nullable<Text>,
        channel: Option<&'a str> => Nullable<Text>,
        business: Option<&'a str> => Nullable<Text>,
        reason: Option<&'a str> => Nullable<Text>,
        outcome: Option<&'a str> => Nullable<Text>,
        ended_at: Option<i64> => Nullable<BigInt>,
        next_due: Option<i64> => Nullable<BigInt>,
        provisional: i32 => Integer,
        alarm_at: Option<i64> => Nullable<BigInt>,
        transfers: i32 => Integer,
        round: i32 => Integer,
        satisfaction: Option<i32> => Nullable<Integer>,
        facts: String => Text,
    }
}

ledger::insert_row! {
    /// Adds what is kept of the person of an order.
    struct InsertPerson<'a> into "order_persons" {
        seq: i64 => BigInt,
        wrapped_key: &'a str => Nullable<Text>,
        phone_index: Option<&'a str> => Nullable<Text>,
        identity_index: Option<&'a str> => Nullable<Text>,
        account_index: Option<&'a str> => Nullable<Text>,
        agent_phone_index: Option<&'a str> => Nullable<Text>,
        words: &'a str => Text,
        pending: i32 => Integer,
    }
}

/// Adds the rows of a new order. Returns its `seq`.
pub fn insert(conn: &mut Connection, order: &Order, kept: &Kept, alarm: Option<Timestamp>) -> Result<i64, StoreError> {
    let id = order.id.to_string();
    let first = seq_of(order.id);
    for seq in first..first + SEQ_TRIES {
        let placed = on_each!(conn, |c| row_of(seq, &id, order, kept, alarm).execute(c))?;
        if placed == 1 {
            insert_person(conn, seq, kept)?;
            parts::sync(conn, seq, None, order)?;
            return Ok(seq);
        }
    }
    Err(StoreError::corrupt(TABLE, "seq", &id, "no free place in time, or its receipt number is taken"))
}

fn row_of<'a>(seq: i64, id: &'a str, order: &'a Order, kept: &'a Kept, alarm: Option<Timestamp>) -> InsertOrder<'a> {
    let state = StateColumns::of(order, alarm);
    InsertOrder {
        seq,
        id,
        receipt: &order.receipt,
        source: order.origin.source.as_str(),
        origin_number: order.origin.number.as_ref().map(crate::model::parts::Reference::as_str),
        filed_unit: order.filed_unit.as_str(),
        filed_by: order.filed_by.as_str(),
        title: &kept.title,
        amount_minor: order.amount.map(Money::minor),
        currency: order.amount.map(|amount| currency_word(amount.currency())),
        received_at: order.received_at.as_micros(),
        filed_at: order.filed_at.as_micros(),
        name_masked: &kept.masks.name,
        phone_masked: &kept.masks.phone,
        customer: order.party.customer.map(|id| id.to_string()),
        version: state.version,
        stage: state.stage,
        matter: state.matter,
        unit_path: state.unit_path,
        handler: state.handler,
        channel: state.channel,
        business: state.business,
        reason: state.reason,
        outcome: state.outcome,
        ended_at: state.ended_at,
        next_due: state.next_due,
        provisional: state.provisional,
        alarm_at: state.alarm_at,
        transfers: state.transfers,
        round: state.round,
        satisfaction: state.satisfaction,
        facts: state.facts,
    }
}

fn insert_person(conn: &mut Connection, seq: i64, kept: &Kept) -> Result<(), StoreError> {
    let numbers = &kept.numbers;
    let row = InsertPerson {
        seq,
        wrapped_key: kept.wrapped.as_str(),
        phone_index: index_text(numbers.phone.as_ref()),
        identity_index: index_text(numbers.identity.as_ref()),
        account_index: index_text(numbers.account.as_ref()),
        agent_phone_index: index_text(numbers.agent_phone.as_ref()),
        words: &kept.words,
        pending: 1,
    };
    on_each!(conn, |c| row.execute(c))?;
    Ok(())
}

fn index_text(index: Option<&seal::BlindIndex>) -> Option<&str> {
    index.map(seal::BlindIndex::as_str)
}
