//! Statements whose text never changes, for the paths where each of them counts. Diesel's typed inserts and updates write their
//! text anew each time, ask every column three times whether it is there, and updates are prepared for each run; a statement of
//! this kind has one text, is found by its type, stays prepared, and hands over its values. Must never be used where a part is
//! sometimes left out.

/// Declares a statement as a struct with a field for each parameter, which runs on both engines. Each parameter follows the text
/// before it, and names its Rust type and its SQL type.
///
/// ```text
/// ledger::statement! {
///     /// Ends a clock.
///     struct EndClock<'a> {
///         "UPDATE order_clocks SET ended_at = " ended_at: i64 => BigInt,
///         " WHERE id = " id: &'a str => Text,
///     }
/// }
/// on_each!(connection, |c| EndClock { ended_at: 1, id: "ck_1" }.execute(c))?;
/// ```
#[macro_export]
macro_rules! statement {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident<$life:lifetime> {
            $($before:expr, $column:ident: $type:ty => $sql:ty;)+ @$after:expr
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        $vis struct $name<$life> {
            $($vis $column: $type,)+
        }

        $crate::statement!(@engine ::diesel::sqlite::Sqlite, $name, $($before, $column => $sql;)+ @$after);
        $crate::statement!(@engine ::diesel::pg::Pg, $name, $($before, $column => $sql;)+ @$after);

        impl ::diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl<C> ::diesel::RunQueryDsl<C> for $name<'_> {}
    };
    (@engine $engine:ty, $name:ident, $($before:expr, $column:ident => $sql:ty;)+ @$after:expr) => {
        impl ::diesel::query_builder::QueryFragment<$engine> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: ::diesel::query_builder::AstPass<'_, 'b, $engine>,
            ) -> ::diesel::QueryResult<()> {
                use ::diesel::sql_types::*;
                $(
                    out.push_sql($before);
                    out.push_bind_param::<$sql, _>(&self.$column)?;
                )+
                out.push_sql($after);
                Ok(())
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident<$life:lifetime> {
            $($before:literal $column:ident: $type:ty => $sql:ty),+ $(,)?
        }
    ) => {
        $crate::statement! {
            $(#[$meta])* $vis struct $name<$life> { $($before, $column: $type => $sql;)+ @"" }
        }
    };
}

/// Declares the insert of one row as a [`statement!`] with a field for each column; `else` gives what follows the values, for
/// instance `ON CONFLICT DO NOTHING`.
///
/// ```text
/// ledger::insert_row! {
///     /// Adds a clock.
///     struct InsertClock<'a> into "order_clocks" {
///         id: &'a str => Text,
///         ended_at: Option<i64> => Nullable<BigInt>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! insert_row {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident<$life:lifetime> into $table:literal $(else $tail:literal)? {
            $first:ident: $first_type:ty => $first_sql:ty
            $(, $column:ident: $type:ty => $sql:ty)* $(,)?
        }
    ) => {
        $crate::statement! {
            $(#[$meta])*
            $vis struct $name<$life> {
                concat!("INSERT INTO ", $table, " (", stringify!($first) $(, ", ", stringify!($column))*, ") VALUES ("),
                $first: $first_type => $first_sql;
                $(", ", $column: $type => $sql;)*
                @concat!(")" $(, " ", $tail)?)
            }
        }
    };
}
