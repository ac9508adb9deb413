//! Statements whose text never changes. Diesel writes the text of an insert or an update anew each time, only to find the
//! prepared statement by it; a fixed statement is found by its name. Must never wrap a statement whose text depends on its
//! values, such as a list of unknown length or a condition that is sometimes left out.

use std::marker::PhantomData;

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// A statement with a name under which each connection keeps it prepared.
#[derive(Debug, Clone, Copy)]
pub struct Fixed<Name, Q> {
    statement: Q,
    name: PhantomData<Name>,
}

/// Names a statement. `Name` is a type of its own for each text, for instance `enum InsertClock {}`; under one name every
/// text must be the same.
///
/// ```text
/// enum InsertClock {}
/// on_each!(conn, |c| ledger::fixed::<InsertClock, _>(diesel::insert_into(t::table).values(row)).execute(c))?;
/// ```
pub const fn fixed<Name: 'static, Q>(statement: Q) -> Fixed<Name, Q> {
    Fixed { statement, name: PhantomData }
}

impl<Name: 'static, Q> QueryId for Fixed<Name, Q> {
    type QueryId = Fixed<Name, ()>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Backend, Name, Q: QueryFragment<DB>> QueryFragment<DB> for Fixed<Name, Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }

    /// Diesel keeps no update prepared, because most have a text for each combination of columns; a fixed one has not.
    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Name, Q, C> RunQueryDsl<C> for Fixed<Name, Q> {}
