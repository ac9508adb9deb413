//! Runs a closure in a transaction that only reads, so that all it reads is of one moment. Must never commit a write.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use crate::{Connection, StoreError, on_each};

/// Begins with `begin`, runs, and ends; a closure that panics or leaves a transaction open costs the connection, not the pool.
pub(crate) fn run<T, E: From<StoreError>>(
    connection: &mut Connection,
    begin: &str,
    act: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    on_each!(connection, |c| AnsiTransactionManager::begin_transaction_sql(c, begin)).map_err(StoreError::from)?;
    let result = act(connection);
    // Nothing was written: rolling back is the cheaper end, and the right one after an error.
    let ended = on_each!(connection, |c| AnsiTransactionManager::rollback_transaction(c));
    match (result, ended) {
        (Ok(_), Err(error)) => Err(E::from(StoreError::from(error))),
        (result, _) => result,
    }
}
