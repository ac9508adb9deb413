//! Where orders come from beyond the columns of the list: the way in, the public hotline, and the report that somebody waits
//! for. Only orders of which there is something to say have a row, so that an ordinary filing writes nothing here.

use diesel::{AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{Money, Timestamp, id::OrderId};
use ledger::{Connection, StoreError, on_each};
use regulation::MatterSource;

use super::{
    parse,
    rows::currency_word,
    schema::{order_origins, orders},
};
use crate::model::{
    Order,
    parts::{PublicHotline, Reference},
};

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = order_origins, treat_none_as_null = true, treat_none_as_default_value = false)]
struct OriginRow<'a> {
    seq: i64,
    entry: &'a str,
    hotline: Option<&'a str>,
    report_due: Option<i64>,
    report_open: i32,
}

impl<'a> OriginRow<'a> {
    /// The row, when there is something to say.
    fn of(seq: i64, order: &'a Order) -> Option<Self> {
        let entry = order.origin.entry()?;
        let open = order.origin.wants_report() && !order.reported && order.past.is_none();
        Some(Self {
            seq,
            entry: entry.as_str(),
            hotline: order.origin.hotline.map(PublicHotline::as_str),
            report_due: order.origin.deadline.map(Timestamp::as_micros),
            report_open: i32::from(open && !order.stage.name().ended()),
        })
    }
}

/// Writes what differs between two states of an order; `before` is `None` for a new one.
pub(super) fn sync(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let Some(row) = OriginRow::of(seq, after) else { return Ok(()) };
    let Some(before) = before else {
        on_each!(conn, |c| diesel::insert_into(order_origins::table).values(row).execute(c))?;
        return Ok(());
    };
    if before.origin.number != after.origin.number || before.amount != after.amount {
        let changed = (
            orders::origin_number.eq(after.origin.number.as_ref().map(Reference::as_str)),
            orders::amount_minor.eq(after.amount.map(Money::minor)),
            orders::currency.eq(after.amount.map(|amount| currency_word(amount.currency()))),
        );
        on_each!(conn, |c| diesel::update(orders::table.find(seq)).set(changed).execute(c))?;
    }
    let same = before.origin == after.origin
        && before.reported == after.reported
        && before.stage.name().ended() == after.stage.name().ended();
    if !same {
        on_each!(conn, |c| diesel::update(order_origins::table.find(seq)).set(row).execute(c))?;
    }
    Ok(())
}

/// The order that a body passed on under this number.
pub fn by_number(conn: &mut Connection, source: MatterSource, number: &str) -> Result<Option<OrderId>, StoreError> {
    let query = orders::table
        .filter(orders::origin_number.eq(number))
        .filter(orders::source.eq(source.as_str()))
        .order(orders::seq)
        .select(orders::id);
    let id: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
    id.map(|id| parse("orders", "id", &id, &id)).transpose()
}
