//! Lists within scopes: which index ranges of (place, id) a caller may see, from where a page goes on.
//!
//! A list is ordered by place and then by id, so each scope is one range of one index, and a page costs the same for the
//! head office and for an outlet.

use kernel::{Cursor, OrgPath, Page, PageRequest, Problem};
use serde::Serialize;

/// One index range: places and ids above `lower`, places below `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The place and id above which the range begins.
    pub lower: (String, String),
    /// The place below which it ends.
    pub end: String,
}

/// The ranges to read for a page, in order. `scopes` are sorted and do not overlap, as `Actor::scopes` gives them;
/// `within` narrows them to one unit and what is below it.
pub fn ranges(scopes: &[OrgPath], within: Option<&OrgPath>, after: Option<&Cursor>) -> Result<Vec<Range>, Problem> {
    let after: Option<(String, String)> = after.map(Cursor::key).transpose().map_err(crate::wrong_cursor)?;
    let mut ranges = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let narrowed = match within {
            None => scope,
            Some(within) if scope.contains(within) => within,
            Some(within) if within.contains(scope) => scope,
            Some(_) => continue,
        };
        let (from, end) = narrowed.range();
        // No id is empty, so this is below the first row of the range.
        let mut lower = (from, String::new());
        if let Some(after) = &after {
            lower = lower.max(after.clone());
        }
        if lower.0 < end {
            ranges.push(Range { lower, end });
        }
    }
    Ok(ranges)
}

/// Reads ranges one after the other until the page is full.
pub fn page<T, E: From<Problem>, K: Serialize>(
    request: &PageRequest,
    ranges: &[Range],
    mut read: impl FnMut(&Range, i64) -> Result<Vec<T>, E>,
    key: impl Fn(&T) -> K,
) -> Result<Page<T>, E> {
    let mut rows = Vec::new();
    for range in ranges {
        let wanted = request.fetch() - rows.len() as i64;
        if wanted <= 0 {
            break;
        }
        rows.extend(read(range, wanted)?);
    }
    Ok(Page::from_rows(request, rows, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    #[track_caller]
    fn check(scopes: &[&str], within: Option<&str>, after: Option<(&str, &str)>, expect: &[(&str, &str, &str)]) {
        let scopes: Vec<OrgPath> = scopes.iter().map(|scope| path(scope)).collect();
        let after = after.map(|key| Cursor::of(&key));
        let found = ranges(&scopes, within.map(path).as_ref(), after.as_ref()).unwrap();
        let found: Vec<_> = found.iter().map(|r| (r.lower.0.as_str(), r.lower.1.as_str(), r.end.as_str())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_scope_is_one_range_and_a_cursor_shortens_it() {
        check(&["/HO/"], None, None, &[("/HO/", "", "/HO0")]);
        check(&["/HO/A/", "/HO/B/"], None, None, &[("/HO/A/", "", "/HO/A0"), ("/HO/B/", "", "/HO/B0")]);
        check(&["/HO/A/", "/HO/B/"], None, Some(("/HO/B/", "st_1")), &[("/HO/B/", "st_1", "/HO/B0")]);
        check(
            &["/HO/A/", "/HO/B/"],
            None,
            Some(("/HO/A/1/", "st_1")),
            &[("/HO/A/1/", "st_1", "/HO/A0"), ("/HO/B/", "", "/HO/B0")],
        );
        check(&["/HO/"], Some("/HO/A/"), None, &[("/HO/A/", "", "/HO/A0")]);
        check(&["/HO/A/1/", "/HO/B/"], Some("/HO/A/"), None, &[("/HO/A/1/", "", "/HO/A/10")]);
        check(&["/HO/B/"], Some("/HO/A/"), None, &[]);
        check(&[], None, None, &[]);
    }

    #[test]
    fn a_forged_cursor_shows_nothing_outside_the_scopes() {
        // A place before the scope does not widen the range, and one behind it ends it.
        check(&["/HO/B/"], None, Some(("/HO/A/", "")), &[("/HO/B/", "", "/HO/B0")]);
        check(&["/HO/B/"], None, Some(("/HO/C/", "")), &[]);
        assert!(ranges(&[path("/HO/")], None, Some(&Cursor::from_text("!".to_owned()))).is_err());
    }
}
