//! The words by which orders are found: text in overlapping pairs of characters, Chinese and Latin alike.
//!
//! Pairs find every run of two or more characters and miss nothing, which segmentation into words does; the hits are then
//! checked against the text itself, because two pairs may stand apart in it.

/// Characters of one query at most; people type a phrase, not a page.
const QUERY_CHARS_MAX: usize = 60;
/// Terms of one query at most.
const TERMS_MAX: usize = 12;

/// A text as it is stored for searching and compared with: lower case, full-width forms made plain.
pub fn plain(text: &str) -> String {
    text.chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// The index terms of a plain text, each once, separated by blanks: the pairs of every run, and its last character alone, so
/// that a single character is found by the beginnings of terms.
pub fn terms(plain: &str) -> String {
    let mut terms: Vec<String> = Vec::new();
    for run in runs(plain) {
        terms.extend(run.windows(2).map(|pair| pair.iter().collect()));
        terms.extend(run.last().map(char::to_string));
    }
    terms.sort_unstable();
    terms.dedup();
    terms.join(" ")
}

/// A place as an index term: one word that holds for everything at and below it.
pub fn place(path: &str) -> String {
    let mut out = String::with_capacity(path.len() * 2 + 2);
    out.push_str("zz");
    for byte in path.bytes() {
        out.push(char::from(b'g' + (byte >> 4)));
        out.push(char::from(b'g' + (byte & 15)));
    }
    out
}

/// The terms of the place and of every place above it.
pub fn places(path: &kernel::OrgPath) -> String {
    let mut out = String::new();
    let mut next = Some(path.clone());
    while let Some(place_path) = next {
        out.push(' ');
        out.push_str(&place(place_path.as_str()));
        next = place_path.parent();
    }
    out
}

/// What somebody typed, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Index terms that must all be there.
    pub terms: Vec<String>,
    /// Beginnings of index terms: characters typed alone.
    pub starts: Vec<String>,
    /// Runs of characters that must stand in the text as they are.
    pub phrases: Vec<String>,
}

impl Query {
    /// Reads what somebody typed; `None` when there is nothing to look for.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed: String = plain(typed).chars().take(QUERY_CHARS_MAX).collect();
        let mut query = Self { terms: Vec::new(), starts: Vec::new(), phrases: Vec::new() };
        for run in runs(&typed) {
            if let [alone] = run[..] {
                query.starts.push(alone.to_string());
            }
            query.terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            query.phrases.push(run.iter().collect());
        }
        query.terms.sort_unstable();
        query.terms.dedup();
        query.terms.truncate(TERMS_MAX);
        query.starts.truncate(TERMS_MAX);
        (!query.phrases.is_empty()).then_some(query)
    }
}

/// Splits a plain text into runs of letters and digits.
fn runs(plain: &str) -> Vec<Vec<char>> {
    let runs = plain.split(|c: char| !is_letter(c)).filter(|run| !run.is_empty());
    runs.map(|run| run.chars().collect()).collect()
}

/// Letters and digits that both databases take as such. Anything else parts runs, so that no term holds what a database's
/// own rules would take apart: FTS5 knows the characters of Unicode 6.1.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c,
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}'
            | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3c9}' | '\u{410}'..='\u{44f}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{3400}'..='\u{4db5}' | '\u{4e00}'..='\u{9fcc}' | '\u{f900}'..='\u{fad9}'
            | '\u{20000}'..='\u{2a6d6}' | '\u{2a700}'..='\u{2b734}' | '\u{2b740}'..='\u{2b81d}')
}

/// The plain form of a full-width character.
fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_becomes_pairs_and_words() {
        assert_eq!(terms(&plain("信用卡，ＡＰＰ 转账3元")), "3元 ap p pp 信用 元 卡 用卡 账3 转账");
        assert_eq!(terms(""), "");
        let query = Query::parse("年费 app").unwrap();
        assert_eq!(query.terms, ["ap", "pp", "年费"]);
        assert_eq!(query.phrases, ["年费", "app"]);
        assert_eq!(Query::parse("卡").unwrap().starts, ["卡"]);
        assert_eq!(Query::parse(" ，。 "), None);
    }

    #[test]
    fn places_hold_what_is_below_them_and_meet_no_word() {
        let path = kernel::OrgPath::parse("/HO/GZ/").unwrap();
        let held = places(&path);
        assert_eq!(held.split_whitespace().count(), 2);
        assert!(held.contains(&place("/HO/")));
        assert!(held.bytes().all(|b| b == b' ' || b.is_ascii_lowercase()));
        assert_ne!(place("/HO/GZ/"), place("/HO/GZ1/"));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_text_is_found(text in "[一-十a-c ,0-3]{0,40}", from in 0usize..40, len in 1usize..6) {
            let stored = plain(&text);
            let piece: String = stored.chars().skip(from).take(len).collect();
            let Some(query) = Query::parse(&piece) else { return Ok(()) };
            let index = terms(&stored);
            let held: Vec<&str> = index.split(' ').collect();
            for term in &query.terms {
                prop_assert!(held.contains(&term.as_str()), "{term} in {index}");
            }
            for start in &query.starts {
                prop_assert!(held.iter().any(|term| term.starts_with(start.as_str())), "{start} in {index}");
            }
            for phrase in &query.phrases {
                prop_assert!(stored.contains(phrase.as_str()));
            }
        }
    }
}
