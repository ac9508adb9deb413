//! Customers as rows: masked columns for lists, blind indexes for exact look-ups, sealed columns for those who may open them.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
    dsl::{exists, sql},
    sql_types::{Bool, Text},
};
use kernel::{
    OrgPath, Page, PageRequest, Problem, Timestamp,
    id::{CustomerId, SubjectId},
};
use ledger::{Connection, StoreError, on_each};
use seal::{BlindIndex, Sealed};

use super::{
    customer_rows::{CustomerRow, DetailColumns},
    customer_seal::SealedDetails,
    parse,
    schema::{customer_accounts, customer_tags, customers},
    scoped::{self, Range},
};
use crate::model::{customer::CustomerTag, organisation::Unit};

pub use super::customer_rows::CustomerRecord;

/// Customers that an exact look-up gives at most: a telephone number or an account may be shared by a family.
pub const FOUND_MAX: i64 = 20;

/// Adds a customer.
pub fn insert(
    conn: &mut Connection,
    (id, subject): (CustomerId, SubjectId),
    details: &SealedDetails,
    unit: &Unit,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = (
        customers::id.eq(id.to_string()),
        customers::subject_id.eq(subject.to_string()),
        customers::unit_id.eq(unit.id.to_string()),
        customers::unit_path.eq(unit.path.as_str()),
        customers::revision.eq(1),
        customers::created_at.eq(now.as_micros()),
        customers::updated_at.eq(now.as_micros()),
    );
    let columns = DetailColumns::from(details);
    on_each!(conn, |c| diesel::insert_into(customers::table).values((values, columns)).execute(c))?;
    insert_parts(conn, id, details)
}

/// Replaces the details and the home unit, if the record is still at revision `seen`; otherwise somebody else was faster.
pub fn update(
    conn: &mut Connection,
    id: CustomerId,
    seen: i64,
    details: &SealedDetails,
    unit: &Unit,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = customers::table.find(id.to_string()).filter(customers::revision.eq(seen));
    let values = (
        customers::unit_id.eq(unit.id.to_string()),
        customers::unit_path.eq(unit.path.as_str()),
        customers::revision.eq(seen + 1),
        customers::updated_at.eq(now.as_micros()),
    );
    let columns = DetailColumns::from(details);
    let rows = on_each!(conn, |c| diesel::update(there).set((values, columns)).execute(c))?;
    moved_on(rows, id, seen)?;
    delete_parts(conn, id)?;
    insert_parts(conn, id, details)
}

fn moved_on(rows: usize, id: CustomerId, seen: i64) -> Result<(), StoreError> {
    if rows == 1 {
        return Ok(());
    }
    let expected = seen.unsigned_abs();
    Err(StoreError::Conflict { stream: id.to_string(), expected, found: expected + 1 })
}

fn insert_parts(conn: &mut Connection, id: CustomerId, details: &SealedDetails) -> Result<(), StoreError> {
    let id = id.to_string();
    for (account, place) in details.accounts.iter().zip(0i32..) {
        let values = (
            customer_accounts::customer_id.eq(&id),
            customer_accounts::place.eq(place),
            customer_accounts::account_sealed.eq(account.sealed.as_str()),
            customer_accounts::account_masked.eq(&account.masked),
            customer_accounts::account_index.eq(account.index.as_str()),
        );
        on_each!(conn, |c| diesel::insert_into(customer_accounts::table).values(values).execute(c))?;
    }
    for tag in &details.tags {
        let values = (customer_tags::customer_id.eq(&id), customer_tags::tag.eq(tag.as_str()));
        on_each!(conn, |c| diesel::insert_into(customer_tags::table).values(values).execute(c))?;
    }
    Ok(())
}

fn delete_parts(conn: &mut Connection, id: CustomerId) -> Result<(), StoreError> {
    let id = id.to_string();
    let accounts = customer_accounts::table.filter(customer_accounts::customer_id.eq(&id));
    on_each!(conn, |c| diesel::delete(accounts).execute(c))?;
    let tags = customer_tags::table.filter(customer_tags::customer_id.eq(&id));
    on_each!(conn, |c| diesel::delete(tags).execute(c))?;
    Ok(())
}

/// One customer.
pub fn find(conn: &mut Connection, id: CustomerId) -> Result<Option<CustomerRecord>, StoreError> {
    let query = customers::table.find(id.to_string());
    let row = on_each!(conn, |c| query.select(CustomerRow::as_select()).first(c)).optional()?;
    Ok(with_tags(conn, row.into_iter().collect())?.pop())
}

/// The sealed accounts of a customer, in order, with their masked forms.
pub fn accounts_of(conn: &mut Connection, id: CustomerId) -> Result<Vec<(Sealed, String)>, StoreError> {
    let query = customer_accounts::table
        .filter(customer_accounts::customer_id.eq(id.to_string()))
        .order(customer_accounts::place)
        .select((customer_accounts::account_sealed, customer_accounts::account_masked));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(sealed, masked)| (Sealed::from_stored(sealed), masked)).collect())
}

fn with_tags(conn: &mut Connection, rows: Vec<CustomerRow>) -> Result<Vec<CustomerRecord>, StoreError> {
    let mut records: Vec<CustomerRecord> = rows.into_iter().map(CustomerRecord::try_from).collect::<Result<_, _>>()?;
    if records.is_empty() {
        return Ok(records);
    }
    let ids: Vec<String> = records.iter().map(|record| record.customer.id.to_string()).collect();
    let query = customer_tags::table
        .filter(customer_tags::customer_id.eq_any(ids))
        .select((customer_tags::customer_id, customer_tags::tag));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    let mut tags: HashMap<CustomerId, BTreeSet<CustomerTag>> = HashMap::new();
    for (id, tag) in rows {
        let tag = parse("customer_tags", "tag", &id, &tag)?;
        tags.entry(parse("customer_tags", "customer_id", &id, &id)?).or_default().insert(tag);
    }
    for record in &mut records {
        record.customer.tags = tags.remove(&record.customer.id).unwrap_or_default().into_iter().collect();
    }
    Ok(records)
}

/// What an exact look-up compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookUp {
    /// The bank's customer number.
    Number,
    /// The telephone number.
    Phone,
    /// The number of the identity document.
    Identity,
    /// An account or card number.
    Account,
}

/// The customers within the scopes whose number, by any of these indexes, is this; at most [`FOUND_MAX`].
pub fn find_by_index(
    conn: &mut Connection,
    scopes: &[OrgPath],
    what: LookUp,
    indexes: &[BlindIndex],
) -> Result<Vec<CustomerRecord>, StoreError> {
    let indexes: Vec<&str> = indexes.iter().map(BlindIndex::as_str).collect();
    let rows: Vec<CustomerRow> = on_each!(conn, |c| {
        let mut query = customers::table
            .filter(customers::erased_at.is_null())
            .order(customers::id)
            .limit(FOUND_MAX)
            .select(CustomerRow::as_select())
            .into_boxed();
        query = match what {
            LookUp::Number => query.filter(customers::number_index.eq_any(indexes)),
            LookUp::Phone => query.filter(customers::phone_index.eq_any(indexes)),
            LookUp::Identity => query.filter(customers::identity_index.eq_any(indexes)),
            LookUp::Account => query.filter(
                customers::id.eq_any(
                    customer_accounts::table
                        .filter(customer_accounts::account_index.eq_any(indexes))
                        .select(customer_accounts::customer_id),
                ),
            ),
        };
        query.load(c)
    })?;
    let seen = |record: &CustomerRecord| scopes.iter().any(|scope| scope.contains(&record.customer.unit_path));
    Ok(with_tags(conn, rows)?.into_iter().filter(seen).collect())
}

/// Whether any customer has an account by one of these indexes, which are few: one for each key in use.
pub fn holds_account(conn: &mut Connection, indexes: &[BlindIndex]) -> Result<bool, StoreError> {
    for index in indexes {
        let query = customer_accounts::table
            .filter(customer_accounts::account_index.eq(index.as_str()))
            .select(customer_accounts::customer_id);
        let found: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The customer with this number anywhere in the bank; for imports and for refusing a second registration.
pub fn find_by_number(conn: &mut Connection, indexes: &[BlindIndex]) -> Result<Option<CustomerRecord>, StoreError> {
    let indexes: Vec<&str> = indexes.iter().map(BlindIndex::as_str).collect();
    let query = customers::table.filter(customers::number_index.eq_any(indexes));
    let row = on_each!(conn, |c| query.select(CustomerRow::as_select()).first(c)).optional()?;
    Ok(with_tags(conn, row.into_iter().collect())?.pop())
}

/// Which customers a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Only at or below this place.
    pub within: Option<OrgPath>,
    /// Only those with this tag.
    pub tag: Option<CustomerTag>,
    /// Only those whose erasure waits for a decision.
    pub erasure_waiting: bool,
}

/// A page of the customers within the scopes, by place and id.
pub fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &CustomerFilter,
    request: &PageRequest,
) -> Result<Page<CustomerRecord>, Problem> {
    let ranges = scoped::ranges(scopes, filter.within.as_ref(), request.after.as_ref())?;
    let read = |range: &Range, limit| read_range(conn, filter, range, limit).map_err(Problem::from);
    scoped::page(request, &ranges, read, |record| {
        (record.customer.unit_path.as_str().to_owned(), record.customer.id.to_string())
    })
}

/// The query of one range, built on the engine's own types; a test asks each engine how it would run it.
macro_rules! range_query {
    ($filter:expr, $range:expr, $limit:expr) => {{
        let (filter, range): (&CustomerFilter, &Range) = ($filter, $range);
        let mut query = customers::table
            .filter(
                sql::<Bool>("(customers.unit_path, customers.id) > (")
                    .bind::<Text, _>(&range.lower.0)
                    .sql(", ")
                    .bind::<Text, _>(&range.lower.1)
                    .sql(")"),
            )
            .filter(customers::unit_path.lt(&range.end))
            .order((customers::unit_path, customers::id))
            .limit($limit)
            .select(CustomerRow::as_select())
            .into_boxed();
        if let Some(tag) = filter.tag {
            let tagged = customer_tags::table
                .filter(customer_tags::customer_id.eq(customers::id))
                .filter(customer_tags::tag.eq(tag.as_str()));
            query = query.filter(exists(tagged));
        }
        if filter.erasure_waiting {
            query = query.filter(customers::erasure_at.is_not_null()).filter(customers::erased_at.is_null());
        }
        query
    }};
}
#[cfg(test)]
pub(super) use range_query;

fn read_range(
    conn: &mut Connection,
    filter: &CustomerFilter,
    range: &Range,
    limit: i64,
) -> Result<Vec<CustomerRecord>, StoreError> {
    let rows: Vec<CustomerRow> = on_each!(conn, |c| range_query!(filter, range, limit).load(c))?;
    with_tags(conn, rows)
}
