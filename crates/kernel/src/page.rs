//! Keyset pages: a list is bounded, and the next page starts behind a key rather than at an offset.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// Rows of a page when the caller does not say.
pub const LIMIT_DEFAULT: usize = 50;
/// Rows of a page at most: one screen of a large display, several times over.
pub const LIMIT_MAX: usize = 200;
/// Characters of a cursor at most; ours are far shorter.
const CURSOR_CHARS_MAX: usize = 1024;

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows wanted, between 1 and [`LIMIT_MAX`].
    limit: usize,
    /// Where the last page ended.
    pub after: Option<Cursor>,
}

/// An opaque place in a list. It carries the sort key of the last row and no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// The text is not a cursor this list gave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one that this list gave out")]
pub struct CursorError;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last.
    pub next: Option<String>,
}

impl PageRequest {
    /// A page of `limit` rows (clamped to 1..=200) behind `after`.
    pub fn new(limit: Option<usize>, after: Option<Cursor>) -> Self {
        Self { limit: limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX), after }
    }

    /// Rows wanted.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Rows to fetch: one more than wanted tells whether there is a next page.
    pub const fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }
}

impl Cursor {
    /// The cursor for a sort key.
    pub fn of<K: Serialize>(key: &K) -> Self {
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).expect("a sort key is plain data")))
    }

    /// A cursor as it came from outside; checked when its key is read.
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The sort key.
    pub fn key<K: DeserializeOwned>(&self) -> Result<K, CursorError> {
        if self.0.len() > CURSOR_CHARS_MAX {
            return Err(CursorError);
        }
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| CursorError)?;
        serde_json::from_slice(&bytes).map_err(|_| CursorError)
    }

    /// The opaque text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T> Page<T> {
    /// A page from up to `request.fetch()` rows; `key` gives a row's sort key.
    pub fn from_rows<K: Serialize>(request: &PageRequest, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Self {
        let more = rows.len() > request.limit;
        rows.truncate(request.limit);
        let next = if more { rows.last().map(|row| Cursor::of(&key(row)).0) } else { None };
        Self { items: rows, next }
    }

    /// The same page with its rows changed.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_whether_another_follows() {
        let request = PageRequest::new(Some(2), None);
        let page = Page::from_rows(&request, vec![3, 2, 1], |row| *row);
        assert_eq!(page.items, [3, 2]);
        let next = Cursor::from_text(page.next.unwrap());
        assert_eq!(next.key::<i32>(), Ok(2));
        assert_eq!(Page::from_rows(&request, vec![3, 2], |row| *row).next, None);
    }

    #[test]
    fn foreign_cursors_are_refused() {
        for bad in ["", "!!", "e30", &"a".repeat(2000)] {
            assert!(Cursor::from_text(bad.to_owned()).key::<(i64, String)>().is_err());
        }
        assert_eq!(PageRequest::new(Some(0), None).limit(), 1);
        assert_eq!(PageRequest::new(Some(usize::MAX), None).limit(), LIMIT_MAX);
    }
}
