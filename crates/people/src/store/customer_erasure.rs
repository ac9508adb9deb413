//! Proposals to erase a customer's data, the erasure itself, and the renewal of blind indexes when their key is rotated.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::{Problem, Timestamp, id::CustomerId};
use ledger::{Connection, StoreError, on_each};
use seal::{BlindIndex, Keyring};

use super::{
    customer_seal, customers, parse,
    schema::{customer_accounts, customer_tags, customers as table},
    subject_keys,
};
use crate::model::{customer::ErasureProposal, numbers};

const TABLE: &str = "customers";

/// Keeps a proposal. Returns false when the data is erased or another proposal waits.
pub fn propose(conn: &mut Connection, id: CustomerId, proposal: &ErasureProposal) -> Result<bool, StoreError> {
    let there =
        table::table.find(id.to_string()).filter(table::erasure_at.is_null()).filter(table::erased_at.is_null());
    let values = (
        table::erasure_by.eq(&proposal.by),
        table::erasure_at.eq(proposal.at.as_micros()),
        table::erasure_reason.eq(&proposal.reason),
    );
    Ok(on_each!(conn, |c| diesel::update(there).set(values).execute(c))? == 1)
}

/// Takes a proposal away. Returns false when none waits.
pub fn decline(conn: &mut Connection, id: CustomerId) -> Result<bool, StoreError> {
    let there =
        table::table.find(id.to_string()).filter(table::erasure_at.is_not_null()).filter(table::erased_at.is_null());
    let values = (
        table::erasure_by.eq(None::<String>),
        table::erasure_at.eq(None::<i64>),
        table::erasure_reason.eq(None::<String>),
    );
    Ok(on_each!(conn, |c| diesel::update(there).set(values).execute(c))? == 1)
}

/// Empties every column that holds personal data in any form. Returns false when it was done before.
/// The caller destroys the subject's key in the same unit.
pub fn empty(conn: &mut Connection, id: CustomerId, now: Timestamp) -> Result<bool, StoreError> {
    let row = id.to_string();
    let there = table::table.find(&row).filter(table::erased_at.is_null());
    let none = None::<String>;
    let sealed = (
        table::number_sealed.eq(&none),
        table::name_sealed.eq(&none),
        table::phone_sealed.eq(&none),
        table::identity_sealed.eq(&none),
        table::birth_sealed.eq(&none),
        table::address_sealed.eq(&none),
    );
    let indexes = (table::number_index.eq(&none), table::phone_index.eq(&none), table::identity_index.eq(&none));
    let masked = (
        table::number_masked.eq(""),
        table::name_masked.eq(""),
        table::phone_masked.eq(""),
        table::identity_masked.eq(""),
        table::address_masked.eq(""),
        table::identity_kind.eq(&none),
    );
    let rest = (
        table::erased_at.eq(now.as_micros()),
        table::updated_at.eq(now.as_micros()),
        table::revision.eq(table::revision + 1),
    );
    if on_each!(conn, |c| diesel::update(there).set((sealed, indexes, masked, rest)).execute(c))? == 0 {
        return Ok(false);
    }
    let accounts = customer_accounts::table.filter(customer_accounts::customer_id.eq(&row));
    on_each!(conn, |c| diesel::delete(accounts).execute(c))?;
    let tags = customer_tags::table.filter(customer_tags::customer_id.eq(&row));
    on_each!(conn, |c| diesel::delete(tags).execute(c))?;
    Ok(true)
}

/// Up to `limit` customers behind `after` whose data was erased, in the order of their ids.
pub fn erased(conn: &mut Connection, after: &str, limit: usize) -> Result<Vec<CustomerId>, StoreError> {
    let query = table::table
        .filter(table::erased_at.is_not_null())
        .filter(table::id.gt(after))
        .order(table::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(table::id);
    let ids: Vec<String> = on_each!(conn, |c| query.load(c))?;
    ids.into_iter().map(|id| parse(TABLE, "id", &id, &id)).collect()
}

/// Makes the blind indexes of up to `limit` customers with the current index key. Returns how many were made; fewer than
/// `limit` means that the rotation is finished.
pub fn reindex_some(conn: &mut Connection, keyring: &Keyring, limit: i64) -> Result<usize, Problem> {
    // Every index of one key starts with the key's id, so what does not is older.
    let probe = keyring.blind_index(numbers::CUSTOMER, "");
    let current = format!("{}.%", probe.key_id().unwrap_or_default());
    let query = table::table
        .filter(table::erased_at.is_null())
        .filter(table::number_index.is_null().or(diesel::TextExpressionMethods::not_like(table::number_index, current)))
        .order(table::id)
        .limit(limit)
        .select(table::id);
    let ids: Vec<String> = on_each!(conn, |c| query.load(c)).map_err(StoreError::from)?;
    for id in &ids {
        reindex(conn, keyring, parse(TABLE, "id", id, id)?)?;
    }
    Ok(ids.len())
}

fn reindex(conn: &mut Connection, keyring: &Keyring, id: CustomerId) -> Result<(), Problem> {
    let Some(record) = customers::find(conn, id)? else { return Ok(()) };
    let Some(details) = open(conn, keyring, &record)? else { return Ok(()) };
    let index = |domain: &str, text: Option<&str>| text.map(|text| keyring.blind_index(domain, text));
    let number = index(numbers::CUSTOMER, Some(details.number.expose()));
    let phone = index(numbers::PHONE, details.phone.as_ref().map(|phone| phone.expose().as_str()));
    let identity = index(numbers::IDENTITY, details.identity.as_ref().map(|(_, number)| number.expose().as_str()));
    let there = table::table.find(id.to_string());
    let values = (
        table::number_index.eq(number.as_ref().map(BlindIndex::as_str)),
        table::phone_index.eq(phone.as_ref().map(BlindIndex::as_str)),
        table::identity_index.eq(identity.as_ref().map(BlindIndex::as_str)),
    );
    on_each!(conn, |c| diesel::update(there).set(values).execute(c)).map_err(StoreError::from)?;
    for (account, place) in details.accounts.iter().zip(0i32..) {
        let there = customer_accounts::table.find((id.to_string(), place));
        let value = keyring.blind_index(numbers::ACCOUNT, account.expose());
        on_each!(conn, |c| {
            diesel::update(there).set(customer_accounts::account_index.eq(value.as_str())).execute(c)
        })
        .map_err(StoreError::from)?;
    }
    Ok(())
}

/// The details of a stored customer in clear; `None` after the erasure. The caller answers for why they are needed.
pub fn open(
    conn: &mut Connection,
    keyring: &Keyring,
    record: &customers::CustomerRecord,
) -> Result<Option<crate::model::customer::CustomerDetails>, Problem> {
    let customer = &record.customer;
    let Some(sealed) = &record.sealed else { return Ok(None) };
    let Some(key) = subject_keys::fetch(conn, keyring, customer.subject)? else {
        return Err(Problem::internal_error(format!("customer {} has no key and is not erased", customer.id)));
    };
    let accounts: Vec<_> = customers::accounts_of(conn, customer.id)?.into_iter().map(|(sealed, _)| sealed).collect();
    let plain = (customer.tags.iter().copied().collect(), customer.language, customer.edition);
    customer_seal::open(keyring, &key, customer.id, sealed, &accounts, plain).map(Some)
}
