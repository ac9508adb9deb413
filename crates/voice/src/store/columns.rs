//! Orders in columns: how they get there, and how questions read them. What has not got there yet is read where it waits, so
//! that a figure is never behind.

use std::collections::{HashMap, HashSet};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, sql_query, sql_types,
};
use kernel::id::OrderId;
use ledger::{Connection, StoreError, Unit, on_each};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{
    lookups, one_row, parse,
    schema::{order_blocks, orders},
};
use crate::{
    figures::{Block, Facts, block},
    guess::text_of,
    products::Products,
};

const TABLE: &str = "order_blocks";

/// Blocks read at once: some megabytes.
const BLOCKS_TOGETHER: i64 = 32;
/// Orders whose texts are read at once: some hundred kilobytes.
const TEXTS_TOGETHER: usize = 500;

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = order_blocks)]
struct BlockRow {
    first_seq: i64,
    last_seq: i64,
    held: i32,
    received_from: i64,
    received_to: i64,
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// The facts that wait, by place in time; those still to be made aside.
pub fn waiting(conn: &mut Connection, limit: i64) -> Result<Vec<(i64, i64, Facts)>, StoreError> {
    let text = "SELECT seq, version, facts, product FROM orders WHERE facts <> '' ORDER BY seq LIMIT $1";
    let rows: Vec<WaitingRow> = on_each!(conn, |c| sql_query(text).bind::<sql_types::BigInt, _>(limit).load(c))?;
    let read = |row: WaitingRow| {
        let facts = Facts::from_text(&row.facts);
        let facts = facts.ok_or_else(|| StoreError::corrupt("orders", "facts", row.seq, "not facts"))?;
        Ok((row.seq, row.version, Facts { product: row.product, ..facts }))
    };
    rows.into_iter().map(read).collect()
}

#[derive(diesel::QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = sql_types::BigInt)]
    seq: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    version: i64,
    #[diesel(sql_type = sql_types::Text)]
    facts: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    product: Option<String>,
}

/// Orders whose facts are to be made from their events, up to `limit`.
pub fn uncounted(conn: &mut Connection, limit: i64) -> Result<Vec<(i64, OrderId)>, StoreError> {
    let query =
        orders::table.filter(orders::facts.eq("")).order(orders::seq).limit(limit).select((orders::seq, orders::id));
    let rows: Vec<(i64, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(seq, id)| Ok((seq, parse("orders", "id", &id, &id)?))).collect()
}

/// Whether figures lack orders whose facts are still to be made.
pub fn is_whole(conn: &mut Connection) -> Result<bool, StoreError> {
    Ok(uncounted(conn, 1)?.is_empty())
}

/// Keeps the facts of an order that were made from its events.
pub fn put_facts(conn: &mut Connection, seq: i64, facts: &Facts) -> Result<(), StoreError> {
    let there = orders::table.find(seq);
    let rows = on_each!(conn, |c| diesel::update(there).set(orders::facts.eq(facts.to_text())).execute(c))?;
    one_row(rows, "orders", seq)
}

/// Puts up to `limit` waiting orders into the columns, each with the product that its text names. Returns how many there were.
pub fn absorb(unit: &mut Unit<'_>, limit: i64, products: &Products) -> Result<usize, StoreError> {
    // Two nodes must not write one block from two states of it.
    unit.lock("voice.columns")?;
    let conn = unit.connection();
    let mut waiting = waiting(conn, limit)?;
    name_products(conn, &mut waiting, products)?;
    let mut rest = waiting.as_slice();
    while let Some((seq, ..)) = rest.first() {
        let old = block_for(conn, *seq)?;
        let end = match &old {
            Some(old) => next_first(conn, old.first_seq)?,
            None => None,
        };
        let count = rest.iter().take_while(|(seq, ..)| end.is_none_or(|end| *seq < end)).count();
        let (here, behind) = rest.split_at(count);
        write(conn, old, here, end.is_some())?;
        rest = behind;
    }
    forget(conn, &waiting)?;
    Ok(waiting.len())
}

/// Says of which product each order's title and narrative speak, and keeps it with the order: what waits later is not counted
/// without it until the text has been read again.
fn name_products(
    conn: &mut Connection,
    waiting: &mut [(i64, i64, Facts)],
    products: &Products,
) -> Result<(), StoreError> {
    if products.is_empty() && waiting.iter().all(|(.., facts)| facts.product.is_none()) {
        return Ok(());
    }
    for some in waiting.chunks_mut(TEXTS_TOGETHER) {
        let seqs: Vec<i64> = some.iter().map(|(seq, ..)| *seq).collect();
        let texts = lookups::words_of(conn, &seqs)?;
        for (seq, _, facts) in some {
            let text = texts.get(seq).map(|words| text_of(words)).unwrap_or_default();
            let named = products.named_in(&text).map(str::to_owned);
            if facts.product != named {
                keep_product(conn, *seq, named.as_deref())?;
                facts.product = named;
            }
        }
    }
    Ok(())
}

fn keep_product(conn: &mut Connection, seq: i64, product: Option<&str>) -> Result<(), StoreError> {
    // The table has more columns than are typed; this one is written and read here alone.
    let text = "UPDATE orders SET product = $1 WHERE seq = $2";
    let rows = on_each!(conn, |c| sql_query(text)
        .bind::<sql_types::Nullable<sql_types::Text>, _>(product)
        .bind::<sql_types::BigInt, _>(seq)
        .execute(c))?;
    one_row(rows, "orders", seq)
}

/// The block in which an order of this place belongs; the oldest for what is older still.
fn block_for(conn: &mut Connection, seq: i64) -> Result<Option<BlockRow>, StoreError> {
    let query = order_blocks::table.filter(order_blocks::first_seq.le(seq)).order(order_blocks::first_seq.desc());
    let found = on_each!(conn, |c| query.select(BlockRow::as_select()).first(c)).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    let oldest = order_blocks::table.order(order_blocks::first_seq);
    Ok(on_each!(conn, |c| oldest.select(BlockRow::as_select()).first(c)).optional()?)
}

/// Where the block behind this one begins.
fn next_first(conn: &mut Connection, first: i64) -> Result<Option<i64>, StoreError> {
    let query = order_blocks::table.filter(order_blocks::first_seq.gt(first)).order(order_blocks::first_seq);
    Ok(on_each!(conn, |c| query.select(order_blocks::first_seq).first(c)).optional()?)
}

/// Writes a block with what is new in it. One between others is divided in the middle when it is full, so that both halves have
/// room; the last one is filled up.
fn write(
    conn: &mut Connection,
    old: Option<BlockRow>,
    new: &[(i64, i64, Facts)],
    is_between: bool,
) -> Result<(), StoreError> {
    let mut rows: HashMap<i64, Facts> = match &old {
        Some(old) => read(old)?.facts().unwrap_or_default().into_iter().collect(),
        None => HashMap::new(),
    };
    rows.extend(new.iter().map(|(seq, _, facts)| (*seq, facts.clone())));
    let mut rows: Vec<(i64, Facts)> = rows.into_iter().collect();
    rows.sort_unstable_by_key(|(seq, _)| *seq);
    if let Some(old) = &old {
        let there = order_blocks::table.find(old.first_seq);
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    let together = match rows.len() {
        count if is_between && count > block::ROWS_MAX => count.div_ceil(count.div_ceil(block::ROWS_MAX)),
        _ => block::ROWS_MAX,
    };
    for rows in rows.chunks(together) {
        insert(conn, rows)?;
    }
    Ok(())
}

fn insert(conn: &mut Connection, rows: &[(i64, Facts)]) -> Result<(), StoreError> {
    let (head, tail) = Block::of(rows).to_bytes();
    let received = || rows.iter().map(|(_, facts)| facts.received_s);
    let row = BlockRow {
        first_seq: rows.first().map_or(0, |(seq, _)| *seq),
        last_seq: rows.last().map_or(0, |(seq, _)| *seq),
        held: i32::try_from(rows.len()).unwrap_or(i32::MAX),
        received_from: received().min().unwrap_or(0),
        received_to: received().max().unwrap_or(0),
        head,
        tail,
    };
    on_each!(conn, |c| diesel::insert_into(order_blocks::table).values(&row).execute(c))?;
    Ok(())
}

/// What is in the columns waits no more, unless it has changed in between.
fn forget(conn: &mut Connection, done: &[(i64, i64, Facts)]) -> Result<(), StoreError> {
    let seqs: Vec<i64> = done.iter().map(|(seq, ..)| *seq).collect();
    match conn {
        // One writer: nothing changes in between.
        Connection::Sqlite(c) => {
            for seqs in seqs.chunks(block::ROWS_MAX) {
                let there = orders::table.filter(orders::seq.eq_any(seqs));
                diesel::update(there).set(orders::facts.eq(None::<String>)).execute(c)?;
            }
        }
        Connection::Postgres(c) => {
            let versions: Vec<i64> = done.iter().map(|(_, version, _)| *version).collect();
            sql_query(
                "UPDATE orders SET facts = NULL FROM unnest($1, $2) AS done (seq, version) \
                 WHERE orders.seq = done.seq AND orders.version = done.version",
            )
            .bind::<sql_types::Array<sql_types::BigInt>, _>(seqs)
            .bind::<sql_types::Array<sql_types::BigInt>, _>(versions)
            .execute(c)?;
        }
    }
    Ok(())
}

fn read(row: &BlockRow) -> Result<Block, StoreError> {
    let block = Block::from_bytes(&row.head, Some(&row.tail));
    block.map_err(|unreadable| StoreError::corrupt(TABLE, "head", row.first_seq, unreadable))
}

/// What of the blocks a reader needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What questions count.
    Head,
    /// That, and which order each row is.
    Whole,
}

/// Hands every block with orders received between two seconds to `each`, oldest first, with the rows that are to be passed
/// over because a newer state of them waits; the waiting ones come last, as a block of their own.
pub fn scan(
    conn: &mut Connection,
    span: (i64, i64),
    depth: Depth,
    mut each: impl FnMut(&Block, &[bool]),
) -> Result<(), StoreError> {
    let fresh = Fresh::read(conn)?;
    let mut after = i64::MIN;
    loop {
        let kept = fresh.kept(conn, span, depth, &mut after)?;
        if kept.is_empty() {
            break;
        }
        for kept in kept {
            let (block, skip) = fresh.opened(&kept)?;
            each(&block, &skip);
        }
    }
    fresh.blocks().for_each(|block| each(&block, &[]));
    Ok(())
}

/// The same on all processors at once, in no order, while the next blocks are read.
pub fn scan_side_by_side(
    conn: &mut Connection,
    span: (i64, i64),
    depth: Depth,
    each: impl Fn(&Block, &[bool]) + Sync,
) -> Result<(), StoreError> {
    let fresh = Fresh::read(conn)?;
    let mut after = i64::MIN;
    let mut kept = fresh.kept(conn, span, depth, &mut after)?;
    while !kept.is_empty() {
        let count = |kept: &Kept| fresh.opened(kept).map(|(block, skip)| each(&block, &skip));
        let read = || fresh.kept(conn, span, depth, &mut after);
        let (next, counted) = rayon::join(read, || kept.par_iter().try_for_each(count));
        counted?;
        kept = next?;
    }
    fresh.blocks().for_each(|block| each(&block, &[]));
    Ok(())
}

/// What waits to be put into the columns.
struct Fresh {
    rows: Vec<(i64, Facts)>,
    seqs: HashSet<i64>,
}

impl Fresh {
    fn read(conn: &mut Connection) -> Result<Self, StoreError> {
        let rows: Vec<(i64, Facts)> =
            waiting(conn, i64::MAX)?.into_iter().map(|(seq, _, facts)| (seq, facts)).collect();
        let seqs = rows.iter().map(|(seq, _)| *seq).collect();
        Ok(Self { rows, seqs })
    }

    fn blocks(&self) -> impl Iterator<Item = Block> {
        self.rows.chunks(block::ROWS_MAX).map(Block::of)
    }

    /// The next blocks behind `after`, as they lie.
    fn kept(
        &self,
        conn: &mut Connection,
        span: (i64, i64),
        depth: Depth,
        after: &mut i64,
    ) -> Result<Vec<Kept>, StoreError> {
        let heads = heads(conn, span, *after)?;
        if let Some(last) = heads.last() {
            *after = last.first_seq;
        }
        let kept = |head: Head| {
            let behind =
                |bound: i64, with: bool| self.rows.partition_point(|(seq, _)| *seq < bound || (with && *seq == bound));
            // Only where something newer waits must the rows be told apart.
            let overlaps = behind(head.first_seq, false) < behind(head.last_seq, true);
            let wants_tail = overlaps || depth == Depth::Whole;
            let tail = if wants_tail { Some(tail(conn, head.first_seq)?) } else { None };
            Ok(Kept { head, tail, overlaps })
        };
        heads.into_iter().map(kept).collect()
    }

    /// A block, with the rows to be passed over.
    fn opened(&self, kept: &Kept) -> Result<(Block, Vec<bool>), StoreError> {
        let block = Block::from_bytes(&kept.head.head, kept.tail.as_deref());
        let block = block.map_err(|unreadable| StoreError::corrupt(TABLE, "head", kept.head.first_seq, unreadable))?;
        let is_stale = |row: usize| block.seq(row).is_some_and(|seq| self.seqs.contains(&seq));
        let skip = if kept.overlaps { (0..block.len()).map(is_stale).collect() } else { Vec::new() };
        Ok((block, skip))
    }
}

/// A block as it lies.
struct Kept {
    head: Head,
    tail: Option<Vec<u8>>,
    /// A newer state of some of its orders may wait.
    overlaps: bool,
}

#[derive(Queryable)]
struct Head {
    first_seq: i64,
    last_seq: i64,
    head: Vec<u8>,
}

fn heads(conn: &mut Connection, (from, to): (i64, i64), after: i64) -> Result<Vec<Head>, StoreError> {
    let touched = order_blocks::received_to.ge(from).and(order_blocks::received_from.le(to));
    let query = order_blocks::table
        .filter(order_blocks::first_seq.gt(after))
        .filter(touched)
        .order(order_blocks::first_seq)
        .limit(BLOCKS_TOGETHER)
        .select((order_blocks::first_seq, order_blocks::last_seq, order_blocks::head));
    Ok(on_each!(conn, |c| query.load(c))?)
}

fn tail(conn: &mut Connection, first: i64) -> Result<Vec<u8>, StoreError> {
    let query = order_blocks::table.find(first).select(order_blocks::tail);
    Ok(on_each!(conn, |c| query.first(c))?)
}
