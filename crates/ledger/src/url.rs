//! Which database: `sqlite:PATH` or `postgres://…`. Must never show a password.

use std::{fmt, path::PathBuf, str::FromStr};

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file, made when it is not there.
    Sqlite(PathBuf),
    /// A PostgreSQL address as libpq reads it.
    Postgres(String),
}

/// The text names no database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a database is named sqlite:PATH or postgres://USER@HOST/NAME")]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// Whether the database is SQLite.
    pub const fn is_sqlite(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(_) => false,
        }
    }

    /// Whether an engine can take the address apart as it was meant: in a name and a password, what separates the parts of an
    /// address is written percent-encoded.
    pub(crate) fn is_well_formed(&self) -> bool {
        let Self::Postgres(url) = self else { return true };
        let (who, rest) = who_and_where(url.split_once("://").map_or(url.as_str(), |(_, rest)| rest));
        let is_plain = |part: &str| !part.contains(['@', ':', '/', '?', '#']);
        let who = who.unwrap_or_default();
        let (name, password) = who.split_once(':').unwrap_or((who, ""));
        is_plain(name) && is_plain(password) && is_encoded(who) && is_encoded(rest)
    }
}

impl DatabaseUrl {
    /// The address with its password, for handing it to another process; never for a message.
    pub fn with_password(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            // `sqlite://data/x.db` and `sqlite:data/x.db` are both in use; three slashes start an absolute path.
            let path = path.strip_prefix("//").unwrap_or(path);
            let good = !path.is_empty() && !path.contains('\0') && !path.starts_with(':') && !path.starts_with("file:");
            return if good { Ok(Self::Sqlite(PathBuf::from(path))) } else { Err(DatabaseUrlError) };
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        match rest {
            Some(rest) if !rest.is_empty() && !text.contains('\0') => Ok(Self::Postgres(text.to_owned())),
            Some(_) | None => Err(DatabaseUrlError),
        }
    }
}

/// Who and where of a libpq address. Everything up to the last `@` counts as who: a password may hold any character that
/// somebody forgot to write percent-encoded.
fn who_and_where(rest: &str) -> (Option<&str>, &str) {
    rest.rsplit_once('@').map_or((None, rest), |(who, place)| (Some(who), place))
}

/// Whether every `%` begins a byte that is written percent-encoded.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|piece| piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// Takes the password out of a libpq address, in both places where one may stand.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (who, rest) = who_and_where(rest);
    let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    let place = match who.map(|who| who.split_once(':').map_or((who, ""), |(name, _)| (name, ":***"))) {
        Some((name, hidden)) => format!("{name}{hidden}@{place}"),
        None => place.to_owned(),
    };
    let Some(query) = query else { return format!("{scheme}://{place}") };
    let parts: Vec<&str> = query
        .split('&')
        .map(|part| if part.to_ascii_lowercase().starts_with("password=") { "password=***" } else { part })
        .collect();
    format!("{scheme}://{place}?{}", parts.join("&"))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_are_read() {
        let check = |text: &str, shown: Option<&str>| {
            assert_eq!(text.parse::<DatabaseUrl>().ok().map(|url| url.to_string()).as_deref(), shown, "{text}");
        };
        check("sqlite:data/bank.db", Some("sqlite:data/bank.db"));
        check("sqlite:///var/lib/bank.db", Some("sqlite:/var/lib/bank.db"));
        check("postgres://bank:s3cr:et@db:5432/bank", Some("postgres://bank:***@db:5432/bank"));
        check("postgresql://bank@db/bank?sslmode=require", Some("postgresql://bank@db/bank?sslmode=require"));
        check("postgres://db/bank?user=b&PASSWORD=p&x=1", Some("postgres://db/bank?user=b&password=***&x=1"));
        check("postgres://u:To@p?Se/cret#9@db/bank", Some("postgres://u:***@db/bank"));
        check("postgres://u:a%zz@db/bank?password=b%zz", Some("postgres://u:***@db/bank?password=***"));
        for bad in ["", "sqlite:", "sqlite::memory:", "sqlite:file:x?mode=ro", "mysql://x", "postgres://", "bank.db"] {
            check(bad, None);
        }
    }

    #[test]
    fn an_address_that_an_engine_would_take_apart_otherwise_is_known() {
        let is_well_formed = |text: &str| text.parse::<DatabaseUrl>().unwrap().is_well_formed();
        for good in
            ["postgres://u:Top%3FSecret@db/x", "postgres://db/x?password=a%25b", "postgres:///x", "sqlite:a%b.db"]
        {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in
            ["u:Top?Secret9@db/x", "u:Top%Secret@db/x", "u:a@b@db/x", "u:a/b@db/x", "u:a:b@db/x", "db/x?password=a%zz"]
        {
            assert!(!is_well_formed(&format!("postgres://{bad}")), "{bad}");
        }
    }
}
