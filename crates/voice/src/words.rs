//! The words by which orders are found: text in overlapping pairs of characters, Chinese and Latin alike.
//!
//! Pairs find every run of two or more characters and miss nothing, which segmentation into words does; the hits are then
//! checked against the text itself, because two pairs may stand apart in it.

/// Characters of one query at most; people type a phrase, not a page.
const QUERY_CHARS_MAX: usize = 60;
/// Terms that one spelling asks of the index at most. More would not narrow it further; the text itself is checked anyway.
const TERMS_MAX: usize = 12;
/// Spellings of one word at most: a product has a handful of names.
const SPELLINGS_MAX: usize = 8;

/// What places begin with in the index: a letter that no Chinese or Latin text of a bank begins a pair with by chance, so
/// that a character typed alone does not meet them.
const PLACE_MARK: char = '\u{30fa}';
/// What terms begin with that hold characters a database would not take as letters.
const CODED_MARK: char = '\u{30f9}';
/// What stretches of time begin with in the index.
const STRETCH_MARK: char = '\u{30f8}';

/// A text as it is stored for searching and compared with: lower case, full-width forms made plain.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(narrow) {
        // Nearly every character is one of these, which have no case or an easy one.
        match c {
            '\0'..='\x7f' => out.push(c.to_ascii_lowercase()),
            '\u{3001}'..='\u{a63f}' => out.push(c),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The index terms of a plain text, each once, separated by blanks: the pairs of every run, and its last character alone, so
/// that a single character is found by the beginnings of terms.
pub fn terms(plain: &str) -> String {
    let mut terms: Vec<String> = Vec::new();
    for run in runs(plain) {
        terms.extend(run.windows(2).map(term));
        // A coded pair does not begin with its first character, so that stands by itself as well.
        let before_coded = run.windows(2).filter(|pair| is_plain_letter(pair[0]) && !is_plain_letter(pair[1]));
        terms.extend(before_coded.map(|pair| pair[0].to_string()));
        terms.extend(run.last().map(|last| term(&[*last])));
    }
    terms.sort_unstable();
    terms.dedup();
    terms.join(" ")
}

/// A place as an index term: one word that holds for everything at and below it.
pub fn place(path: &str) -> String {
    coded(PLACE_MARK, path.as_bytes())
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

/// A stretch of time as an index term: the `number`th of its `level`.
pub fn stretch(level: u8, number: i64) -> String {
    let mut bytes = vec![level];
    bytes.extend(number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0));
    coded(STRETCH_MARK, &bytes)
}

/// One way to write what was typed: all of it must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// Runs of characters that must stand in the text as they are.
    pub runs: Vec<String>,
    /// Index terms that must all be there, those first that say most: pairs side by side before the pairs between them.
    pub terms: Vec<String>,
    /// The beginning of an index term, when nothing but single characters was typed.
    pub start: Option<String>,
}

impl Spelling {
    fn of(plain: &str) -> Option<Self> {
        let runs = runs(plain);
        let mut terms: Vec<String> = Vec::new();
        for term in runs.iter().flat_map(|run| side_by_side(run)).chain(runs.iter().flat_map(|run| overlapping(run))) {
            if terms.len() < TERMS_MAX && !terms.contains(&term) {
                terms.push(term);
            }
        }
        let alone = runs.iter().find_map(|run| run.first());
        let start = alone.filter(|_| terms.is_empty()).map(|alone| term(&[*alone]));
        let runs: Vec<String> = runs.into_iter().map(|run| run.into_iter().collect()).collect();
        (!runs.is_empty()).then_some(Self { runs, terms, start })
    }
}

/// A word that somebody typed, in each of its spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What was typed, and other names of the same thing.
    pub spellings: Vec<Spelling>,
}

/// What somebody typed, ready to be looked for: every word must be there, in one of its spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The words.
    pub wanted: Vec<Wanted>,
}

impl Query {
    /// Reads what somebody typed; `None` when there is nothing to look for.
    pub fn parse(typed: &str) -> Option<Self> {
        Self::parse_with(typed, |_| Vec::new())
    }

    /// The same, where `other_names` tells by what other names a word (in its plain form) is known.
    pub fn parse_with(typed: &str, other_names: impl Fn(&str) -> Vec<String>) -> Option<Self> {
        let typed: String = plain(typed).chars().take(QUERY_CHARS_MAX).collect();
        let wanted = |word: &str| {
            let others = other_names(word).into_iter().map(|name| plain(&name));
            let mut spellings: Vec<Spelling> = Vec::new();
            for spelling in std::iter::once(word.to_owned()).chain(others).filter_map(|name| Spelling::of(&name)) {
                if spellings.len() < SPELLINGS_MAX && !spellings.contains(&spelling) {
                    spellings.push(spelling);
                }
            }
            (!spellings.is_empty()).then_some(Wanted { spellings })
        };
        let wanted: Vec<Wanted> = typed.split_whitespace().filter_map(wanted).collect();
        (!wanted.is_empty()).then_some(Self { wanted })
    }

    /// Whether the index alone cannot tell an order that has the words: it knows pairs, and longer runs only by theirs.
    pub fn is_longer_than_pairs(&self) -> bool {
        self.runs().any(|run| run.chars().nth(2).is_some())
    }

    /// Every run of characters that is looked for.
    pub fn runs(&self) -> impl Iterator<Item = &str> {
        let spellings = self.wanted.iter().flat_map(|wanted| &wanted.spellings);
        spellings.flat_map(|spelling| spelling.runs.iter().map(String::as_str))
    }
}

/// The pairs of a run that cover it: each character once, and the last pair of an odd run.
fn side_by_side(run: &[char]) -> impl Iterator<Item = String> {
    let odd = if run.len().is_multiple_of(2) { None } else { run.windows(2).last() };
    run.chunks_exact(2).chain(odd).map(term)
}

/// The pairs of a run that lie across those.
fn overlapping(run: &[char]) -> impl Iterator<Item = String> {
    run.windows(2).skip(1).step_by(2).map(term)
}

/// A term of the index. Databases take it whole: it holds letters only, or a code of them.
fn term(chars: &[char]) -> String {
    let text: String = chars.iter().collect();
    if chars.iter().copied().all(is_plain_letter) { text } else { coded(CODED_MARK, text.as_bytes()) }
}

/// Bytes as one word of letters.
fn coded(mark: char, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2 + 3);
    out.push(mark);
    for byte in bytes {
        out.push(char::from(b'g' + (byte >> 4)));
        out.push(char::from(b'g' + (byte & 15)));
    }
    out
}

/// Splits a plain text into runs of letters and digits.
fn runs(plain: &str) -> Vec<Vec<char>> {
    let runs = plain.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    runs.map(|run| run.chars().collect()).collect()
}

/// Letters and digits that both databases take as such: FTS5 knows the characters of Unicode 6.1. Terms with others are coded,
/// so that no database's own rules take them apart.
fn is_plain_letter(c: char) -> bool {
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

    /// The only spelling of the only word.
    fn spelling(typed: &str) -> Spelling {
        let query = Query::parse(typed).unwrap();
        query.wanted.into_iter().next().unwrap().spellings.into_iter().next().unwrap()
    }

    #[test]
    fn text_becomes_pairs_and_words() {
        assert_eq!(terms(&plain("信用卡，ＡＰＰ 转账3元")), "3元 ap p pp 信用 元 卡 用卡 账3 转账");
        assert_eq!(terms(""), "");
        let query = Query::parse("年费 app").unwrap();
        assert_eq!(query.wanted.len(), 2);
        assert_eq!(query.runs().collect::<Vec<_>>(), ["年费", "app"]);
        assert_eq!(spelling("app").terms, ["ap", "pp"]);
        assert_eq!(spelling("柜台服务费").terms, ["柜台", "服务", "务费", "台服"]);
        assert!(spelling(&"柜台服务费年年涨".repeat(7)).terms.len() <= TERMS_MAX);
        assert_eq!(spelling("卡").start.as_deref(), Some("卡"));
        assert_eq!(spelling("3.5年费").terms, ["5年", "年费"]);
        assert_eq!(Query::parse(" ，。 "), None);
    }

    #[test]
    fn other_names_are_looked_for_as_well() {
        let names = |word: &str| {
            if word == "快贷" { vec!["建行快贷".to_owned(), "快 e 贷".to_owned()] } else { Vec::new() }
        };
        let query = Query::parse_with("快贷 逾期", names).unwrap();
        assert_eq!(query.wanted[0].spellings.len(), 3);
        assert_eq!(query.wanted[0].spellings[2].runs, ["快", "e", "贷"]);
        assert_eq!(query.wanted[1].spellings.len(), 1);
    }

    #[test]
    fn characters_that_databases_do_not_know_are_coded() {
        // A character of extension G, and one that came after Unicode 6.1.
        for text in ["\u{30000}\u{4e00}", "\u{9fd5}\u{9fd6}"] {
            let held = terms(text);
            assert!(held.split(' ').all(|term| term.starts_with(CODED_MARK) || term == "\u{4e00}"), "{held}");
            assert!(held.contains(&spelling(text).terms[0]));
        }
    }

    #[test]
    fn places_hold_what_is_below_them_and_meet_no_word() {
        let path = kernel::OrgPath::parse("/HO/GZ/").unwrap();
        let held = places(&path);
        assert_eq!(held.split_whitespace().count(), 2);
        assert!(held.contains(&place("/HO/")));
        assert!(held.chars().all(|c| c == ' ' || c == PLACE_MARK || c.is_ascii_lowercase()));
        assert_ne!(place("/HO/GZ/"), place("/HO/GZ1/"));
        assert_ne!(stretch(1, 256), stretch(2, 256));
        assert_ne!(stretch(1, 256), stretch(1, 255));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_text_is_found(text in "[一-十a-c ,0-3\u{9fd5}\u{30000}]{0,40}", from in 0usize..40, len in 1usize..6) {
            let stored = plain(&text);
            let piece: String = stored.chars().skip(from).take(len).collect();
            let Some(query) = Query::parse(&piece) else { return Ok(()) };
            let index = terms(&stored);
            let held: Vec<&str> = index.split(' ').collect();
            for spelling in query.wanted.iter().flat_map(|wanted| &wanted.spellings) {
                for term in &spelling.terms {
                    prop_assert!(held.contains(&term.as_str()), "{term} in {index}");
                }
                if let Some(start) = &spelling.start {
                    prop_assert!(held.iter().any(|term| term.starts_with(start.as_str())), "{start} in {index}");
                }
                for run in &spelling.runs {
                    prop_assert!(stored.contains(run.as_str()));
                }
            }
        }
    }
}
