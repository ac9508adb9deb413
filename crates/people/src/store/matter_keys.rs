//! Keys of matters over a rotation of the master key, for every room that keeps such keys beside its rows. It rewraps and never
//! opens what a key seals.

use diesel::{RunQueryDsl, sql_query, sql_types};
use kernel::Random;
use ledger::{Connection, StoreError, on_each};
use seal::{Keyring, WrappedKey};

#[derive(diesel::QueryableByName)]
struct Keyed {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    wrapped_key: String,
}

/// Puts up to `limit` keys of each of these tables under the current master key. A table has its keys in `wrapped_key`, and
/// stands here with the column that names its rows. Returns how many there were.
///
/// # Errors
/// When the database fails, or a key is of no key of this house.
pub fn renew(
    conn: &mut Connection,
    keyring: &Keyring,
    random: &dyn Random,
    tables: &[(&'static str, &str)],
    limit: i64,
) -> Result<usize, StoreError> {
    // The id of the current master key is known from any key wrapped now.
    let (_, probe) = keyring.new_subject_key(random);
    let current = format!("w1.{}.%", probe.key_id().unwrap_or_default());
    let mut count = 0;
    for (table, named_by) in tables {
        let find = format!(
            "SELECT {named_by} AS name, wrapped_key FROM {table} WHERE wrapped_key NOT LIKE $1 ORDER BY {named_by} LIMIT $2"
        );
        let old: Vec<Keyed> = on_each!(conn, |c| {
            sql_query(&find).bind::<sql_types::Text, _>(&current).bind::<sql_types::BigInt, _>(limit).load(c)
        })?;
        count += old.len();
        let put = format!("UPDATE {table} SET wrapped_key = $1 WHERE {named_by} = $2");
        for row in old {
            let renewed = keyring.rewrap(&WrappedKey::from_stored(row.wrapped_key), random);
            let wrong = |_| StoreError::corrupt(table, "wrapped_key", &row.name, "of no key of this house");
            if let Some(renewed) = renewed.map_err(wrong)? {
                on_each!(conn, |c| {
                    let put = sql_query(&put).bind::<sql_types::Text, _>(renewed.as_str());
                    put.bind::<sql_types::Text, _>(&row.name).execute(c)
                })?;
            }
        }
    }
    Ok(count)
}
