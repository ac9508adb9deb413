//! How words find orders: the terms asked of the search index, and the check of the texts themselves.
//!
//! The index holds pairs of characters, the places above an order and, on PostgreSQL, stretches of time. On SQLite a search
//! walks down in time by itself, for rows of FTS5 are numbered by time. PostgreSQL's index knows no order: it would gather
//! every order with a common word. So a search there begins with a stretch of time just long enough and widens it eightfold
//! until a page is full; the rarest word costs one query for each width.

use diesel::{RunQueryDsl, sql_query, sql_types};
use kernel::OrgPath;
use ledger::{Connection, StoreError, on_each};

use super::{
    filter::{OrderFilter, Value},
    list::Written,
    rows::Stored,
};
use crate::words::{self, Query, Spelling, Wanted};

/// The lengths of stretches, as powers of two of a millisecond: from 70 minutes to four years, each eight times the one
/// before.
const STRETCH_BITS: [u8; 6] = [22, 25, 28, 31, 34, 37];

/// The bits of a place in time below its milliseconds; see [`super::orders::seq_of`].
const FRACTION_BITS: u8 = 21;

/// How many orders the first stretch should hold: a word that one order in twenty has then fills a page at once, and one
/// query more costs less than a millisecond.
const FIRST_STRETCH_ORDERS: i64 = 1_000;

/// The stretches that an order lies in, as index terms.
pub(super) fn stretches_of(seq: i64) -> String {
    let mut out = String::new();
    for (level, bits) in (0u8..).zip(STRETCH_BITS) {
        out.push(' ');
        out.push_str(&words::stretch(level, seq >> (bits + FRACTION_BITS)));
    }
    out
}

#[derive(diesel::QueryableByName)]
struct Place {
    #[diesel(sql_type = sql_types::BigInt)]
    seq: i64,
}

fn place(conn: &mut Connection, before: i64, offset: i64) -> Result<Option<i64>, StoreError> {
    let text = "SELECT seq FROM orders WHERE seq < $1 ORDER BY seq DESC LIMIT 1 OFFSET $2";
    let rows: Vec<Place> = on_each!(conn, |c| {
        sql_query(text).bind::<sql_types::BigInt, _>(before).bind::<sql_types::BigInt, _>(offset).load(c)
    })?;
    Ok(rows.first().map(|row| row.seq))
}

/// Asks for the newest rows before `to` in ever longer stretches of time, until `fetch` of them are there or all was seen.
/// Nothing before `from` is wanted.
pub(super) fn widening(
    conn: &mut Connection,
    (from, to): (i64, i64),
    fetch: i64,
    mut ask: impl FnMut(&mut Connection, &[String]) -> Result<Vec<Stored>, StoreError>,
) -> Result<Vec<Stored>, StoreError> {
    let Some(newest) = place(conn, to, 0)? else { return Ok(Vec::new()) };
    if let Some(first) = place(conn, to, FIRST_STRETCH_ORDERS)? {
        for (level, bits) in (0u8..).zip(STRETCH_BITS) {
            let shift = bits + FRACTION_BITS;
            // This stretch and the one before it reach back by at least the length of one.
            let number = newest >> shift;
            let reach = (number - 1) << shift;
            if reach > first {
                continue;
            }
            let rows = ask(conn, &[words::stretch(level, number), words::stretch(level, number - 1)])?;
            if i64::try_from(rows.len()).is_ok_and(|count| count >= fetch) || reach <= from {
                return Ok(rows);
            }
        }
    }
    ask(conn, &[])
}

/// The search index, which knows the places of its texts: a narrow scope with a common word reads little.
pub(super) fn push_match(
    query: &mut Written,
    sqlite: bool,
    words: &Query,
    scopes: &[OrgPath],
    before: i64,
    stretches: &[String],
) {
    let style = if sqlite { Style { and: " AND ", or: " OR ", quote: '"', start: "*" } } else { POSTGRES };
    let mut all = style.all(&words.wanted);
    // Every order stands below the top, so that its place would only be looked up in vain.
    if scopes.iter().all(|scope| scope.depth() > 1) {
        let places = scopes.iter().map(|scope| style.quoted(&words::place(scope.as_str())));
        all.push(style.any(places.collect()));
    }
    if !stretches.is_empty() {
        all.push(style.any(stretches.iter().map(|stretch| style.quoted(stretch)).collect()));
    }
    let text = Value::Text(all.join(style.and));
    if sqlite {
        query.push(" AND f.rowid < ? AND f.order_search MATCH ?", [Value::Number(before), text]);
    } else {
        query.push(" AND p.search @@ CAST(? AS tsquery)", [text]);
    }
}

/// How an engine writes what it is asked.
struct Style {
    and: &'static str,
    or: &'static str,
    quote: char,
    start: &'static str,
}

const POSTGRES: Style = Style { and: " & ", or: " | ", quote: '\'', start: ":*" };

impl Style {
    /// Terms are letters and digits only, so that quoting them is enough.
    fn quoted(&self, term: &str) -> String {
        format!("{0}{term}{0}", self.quote)
    }

    fn any(&self, of: Vec<String>) -> String {
        format!("({})", of.join(self.or))
    }

    fn spelling(&self, spelling: &Spelling) -> String {
        let start = spelling.start.iter().map(|start| self.quoted(start) + self.start);
        let terms: Vec<String> = spelling.terms.iter().map(|term| self.quoted(term)).chain(start).collect();
        format!("({})", terms.join(self.and))
    }

    /// What all must be there. FTS5 walks down several terms by turns and restarts at the first that is not there: terms of
    /// different words meet seldomer than those of one, so that they stand by turns where no word has other spellings.
    fn all(&self, words: &[Wanted]) -> Vec<String> {
        let plain = |wanted: &Wanted| match wanted.spellings.as_slice() {
            [Spelling { terms, start: None, .. }] => Some(terms.clone()),
            [] | [_, ..] => None,
        };
        let Some(terms) = words.iter().map(plain).collect::<Option<Vec<Vec<String>>>>() else {
            return words.iter().map(|wanted| self.wanted(wanted)).collect();
        };
        let longest = terms.iter().map(Vec::len).max().unwrap_or(0);
        (0..longest)
            .flat_map(|at| terms.iter().filter_map(move |terms| terms.get(at)))
            .map(|t| self.quoted(t))
            .collect()
    }

    fn wanted(&self, wanted: &Wanted) -> String {
        self.any(wanted.spellings.iter().map(|spelling| self.spelling(spelling)).collect())
    }
}

/// Words are looked for in the text itself as well, because pairs may stand apart.
pub(super) fn push_runs(query: &mut Written, filter: &OrderFilter) {
    let Some(words) = &filter.words else { return };
    for wanted in &words.wanted {
        let spellings = wanted.spellings.iter().map(|spelling| {
            let runs = vec!["p.words LIKE ?"; spelling.runs.len()];
            format!("({})", runs.join(" AND "))
        });
        let text = format!(" AND ({})", spellings.collect::<Vec<_>>().join(" OR "));
        let runs = wanted.spellings.iter().flat_map(|spelling| &spelling.runs);
        // Only letters and digits, so that nothing in them means something to LIKE.
        query.push(&text, runs.map(|run| Value::Text(format!("%{run}%"))));
    }
}
