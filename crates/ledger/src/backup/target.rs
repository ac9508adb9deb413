//! Where a table's rows go: one statement that takes a JSON list of rows and turns each cell into what its column holds.

use std::collections::HashMap;

use super::{
    Engine, TableHead,
    catalog::{Kind, Table},
    quoted,
};

/// What is done with a table's rows.
pub(super) enum Target {
    /// They are inserted by this statement; its one parameter is the list.
    Insert { sql: String },
    /// They are the insides of the other engine's search index.
    LeftOut,
}

impl Target {
    /// Names in the file are only ever compared with those of the catalogue; what is put into the statement is the catalogue's.
    pub(super) fn find(
        tables: &HashMap<String, Table>,
        head: &TableHead,
        from: Engine,
        into_sqlite: bool,
    ) -> Result<Self, &'static str> {
        let same_engine = (from == Engine::Sqlite) == into_sqlite;
        let Some(table) = tables.get(&head.table) else {
            let inside_of_index = head.shadow && !same_engine;
            return if inside_of_index { Ok(Self::LeftOut) } else { Err("this program has no such table") };
        };
        let mut names = Vec::new();
        let mut cells = Vec::new();
        for (index, name) in head.columns.iter().enumerate() {
            match table.columns.iter().find(|column| column.name == *name) {
                Some(column) => {
                    names.push(quoted(&column.name));
                    cells.push(if into_sqlite {
                        sqlite_cell(index, &column.kind)
                    } else {
                        postgres_cell(index, &column.kind)
                    });
                }
                // One engine's column for what it computes from others, such as a search vector.
                None if !same_engine => {}
                None => return Err("this program does not know a column of the table"),
            }
        }
        if names.is_empty() {
            return Err("the table has no column that this program knows");
        }
        let rows = if into_sqlite { "jsonb_each($1)" } else { "jsonb_array_elements($1::jsonb) AS list (v)" };
        let (table, names, cells) = (quoted(&table.name), names.join(", "), cells.join(", "));
        Ok(Self::Insert { sql: format!("INSERT INTO {table} ({names}) SELECT {cells} FROM {rows}") })
    }
}

fn sqlite_cell(index: usize, kind: &Kind) -> String {
    match kind {
        Kind::Bytes | Kind::Any => format!(
            "CASE json_type(value, '$[{index}]') WHEN 'object' THEN unhex(json_extract(value, '$[{index}].x')) \
             ELSE json_extract(value, '$[{index}]') END"
        ),
        // `true` comes out as 1, which is how SQLite keeps it.
        Kind::Integer | Kind::Boolean | Kind::Text | Kind::Real | Kind::Other(_) => {
            format!("json_extract(value, '$[{index}]')")
        }
    }
}

fn postgres_cell(index: usize, kind: &Kind) -> String {
    match kind {
        Kind::Integer => format!("(v ->> {index})::bigint"),
        // PostgreSQL reads `1` and `0`, which is how SQLite keeps them, as it reads `true` and `false`.
        Kind::Boolean => format!("(v ->> {index})::boolean"),
        Kind::Text | Kind::Any => format!("v ->> {index}"),
        Kind::Bytes => format!("decode(v -> {index} ->> 'x', 'hex')"),
        Kind::Real => format!("(v ->> {index})::double precision"),
        Kind::Other(name) => format!("(v ->> {index})::{name}"),
    }
}
