//! A transaction that only reads, so that all that is read is of one moment. Must never commit a write.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use crate::{Connection, StoreError};

/// Begins the snapshot.
pub(crate) fn begin(connection: &mut Connection) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        Connection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        }
    }
    Ok(())
}

/// Ends it. Nothing was written, so rolling back is the cheaper end, and the right one after an error.
/// A closure that panicked left it open; the pool gives such a connection up.
pub(crate) fn end(connection: &mut Connection) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c)?,
        Connection::Postgres(c) => AnsiTransactionManager::rollback_transaction(c)?,
    }
    Ok(())
}
