//! Reads Rust just far enough for the rules: what is code, what is comment, what is test, where functions begin and end.
//!
//! Must never be taken for a parser: a rule that needs types or names resolved belongs to clippy.

use std::ops::Range;

/// A Rust file, taken apart. `code` and `comments` have the text's length and line ends; the rest is blank in each.
pub struct Source {
    /// The text without comments and without what stands inside literals.
    pub code: String,
    /// The comments alone.
    pub comments: String,
    /// Byte ranges of items that exist only for tests.
    tests: Vec<Range<usize>>,
    line_starts: Vec<usize>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Where the word `fn` stands.
    pub at: usize,
    /// The line of the word `fn`.
    pub line: usize,
    /// How many lines it takes, from there to its closing brace.
    pub lines: usize,
}

impl Source {
    /// Takes a file apart.
    pub fn read(text: &str) -> Self {
        let (code, comments) = separate(text);
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1))
            .collect();
        let tests = test_items(&code);
        Self { code, comments, tests, line_starts }
    }

    /// The line of a place, counted from one.
    pub fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// Whether a place belongs to an item that exists only for tests.
    pub fn in_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    /// Where a word stands in the code, as a whole word.
    pub fn words(&self, word: &str) -> Vec<usize> {
        words_in(&self.code, word)
    }

    /// How many lines are not only for tests.
    pub fn shipped_lines(&self) -> usize {
        let last = self.code.len().saturating_sub(1);
        let lines = if self.code.is_empty() { 0 } else { self.line(last) };
        let for_tests: usize = self.tests.iter().map(|r| self.line(r.end - 1) - self.line(r.start) + 1).sum();
        lines.saturating_sub(for_tests)
    }

    /// Every function that has a body.
    pub fn functions(&self) -> Vec<Function> {
        self.words("fn").into_iter().filter_map(|at| self.function(at)).collect()
    }

    fn function(&self, at: usize) -> Option<Function> {
        let behind = self.code[at + 2..].trim_start();
        let name: String = behind.chars().take_while(|c| is_word(*c)).collect();
        let body = body_start(&self.code, at)?;
        let end = closing(&self.code, body)?;
        let lines = self.line(end) - self.line(at) + 1;
        (!name.is_empty()).then(|| Function { name, at, line: self.line(at), lines })
    }
}

/// Where a word stands in a text, as a whole word.
pub fn words_in(text: &str, word: &str) -> Vec<usize> {
    let whole = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !behind.is_some_and(is_word)
    };
    text.match_indices(word).map(|(at, _)| at).filter(whole).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The brace that opens the body of the item at `at`; `None` if a semicolon ends it first.
fn body_start(code: &str, at: usize) -> Option<usize> {
    let mut nested = 0usize;
    for (offset, byte) in code.as_bytes()[at..].iter().enumerate() {
        match byte {
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.saturating_sub(1),
            b'{' if nested == 0 => return Some(at + offset),
            b';' if nested == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The brace that closes the one at `open`.
fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in code.as_bytes()[open..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// The items behind an attribute that says `cfg(test)`, alone or as one of several conditions.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, _) in code.match_indices("#[cfg(") {
        let Some(length) = code[at..].find(']') else { continue };
        let condition = &code[at..at + length];
        let only_tests = !words_in(condition, "test").is_empty() && words_in(condition, "not").is_empty();
        if !only_tests || ranges.last().is_some_and(|last| last.contains(&at)) {
            continue;
        }
        let behind = at + length + 1;
        let end = match body_start(code, behind).and_then(|body| closing(code, body)) {
            Some(end) => end,
            None => code[behind..].find(';').map_or(code.len() - 1, |offset| behind + offset),
        };
        ranges.push(at..end + 1);
    }
    ranges
}

/// Copies a text into two of the same length: code without comments and literals, and comments alone.
fn separate(text: &str) -> (String, String) {
    let bytes = text.as_bytes();
    let blank = |b: &u8| if *b == b'\n' { b'\n' } else { b' ' };
    let mut code: Vec<u8> = bytes.to_vec();
    let mut comments: Vec<u8> = bytes.iter().map(blank).collect();
    let mut at = 0;
    while at < bytes.len() {
        let (length, what) = piece(text, at);
        let range = at..at + length;
        match what {
            Piece::Code => {}
            Piece::Comment => {
                comments[range.clone()].copy_from_slice(&bytes[range.clone()]);
                code[range.clone()].iter_mut().for_each(|b| *b = blank(b));
            }
            // The quotes stay, so that an attribute with a reason still shows that it has one.
            Piece::Literal => {
                let unclosed = length < 2 || !bytes[range.end - 1].is_ascii();
                let end = if unclosed { range.end } else { range.end - 1 };
                code[range.start + 1..end].iter_mut().for_each(|b| *b = blank(b));
            }
        }
        at += length;
    }
    let text = |bytes| String::from_utf8(bytes).expect("whole characters were blanked or kept");
    (text(code), text(comments))
}

enum Piece {
    Code,
    Comment,
    Literal,
}

/// The comment, literal or single character that begins at `at`, and how many bytes it takes.
fn piece(text: &str, at: usize) -> (usize, Piece) {
    let rest = &text[at..];
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Piece::Comment);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Piece::Comment);
    }
    if rest.starts_with('"') {
        return (quoted(rest, '"'), Piece::Literal);
    }
    if rest.starts_with('\'') {
        return character(rest).map_or((1, Piece::Code), |length| (length, Piece::Literal));
    }
    let begins_word = !text[..at].chars().next_back().is_some_and(is_word);
    if begins_word && let Some(length) = raw_string(rest) {
        return (length, Piece::Literal);
    }
    (first, Piece::Code)
}

fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0, 0);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; `None` for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    match chars.next()?.1 {
        '\\' => Some(quoted(rest, '\'')),
        _ => {
            let (at, c) = chars.next()?;
            (c == '\'').then_some(at + 1)
        }
    }
}

/// The length of a raw string such as `br##"…"##`; `None` if none begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let behind = ["r", "br", "cr"].iter().find_map(|prefix| {
        let behind = rest.strip_prefix(prefix)?;
        behind.starts_with(['"', '#']).then_some(behind)
    })?;
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    let inside = behind[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let begun = rest.len() - inside.len();
    Some(inside.find(&end).map_or(rest.len(), |at| begun + at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_not_code() {
        let text = "let a = \"axum // no\"; // diesel\nlet b = r#\"x \" y\"#; /* f64 /* deep */ f32 */ let c = '\\''; let d: &'a u8 = b\"q\"; 'x'";
        let source = Source::read(text);
        for hidden in ["axum", "diesel", "f64", "f32", "x \" y", "q"] {
            assert!(source.words(hidden).is_empty(), "{hidden} in {}", source.code);
        }
        for seen in ["a", "b", "c", "d", "u8"] {
            assert!(!source.words(seen).is_empty(), "{seen} in {}", source.code);
        }
        assert_eq!(source.code.len(), text.len());
        assert!(source.comments.contains("// diesel") && source.comments.contains("/* f64 /* deep */ f32 */"));
        assert!(!source.comments.contains("let"));
    }

    #[test]
    fn chinese_text_keeps_its_places() {
        let source = Source::read("/// 投诉\nlet a = \"八项权利\"; let 名 = '字';\nfn last() {}\n");
        assert_eq!(source.functions()[0].line, 3);
        assert_eq!(source.words("名").len(), 1);
        assert!(source.words("投诉").is_empty() && source.words("字").is_empty());
    }

    #[test]
    fn functions_are_measured_from_fn_to_their_brace() {
        let text = "pub fn one(a: [u8; 3]) -> u8\nwhere\n    u8: Copy,\n{\n    let b = \"}\";\n    a[0]\n}\ntrait T { fn none(&self); }\ntype F = fn(u8) -> u8;\n";
        let functions = Source::read(text).functions();
        assert_eq!(functions, [Function { name: "one".to_owned(), at: 4, line: 1, lines: 7 }]);
    }

    #[test]
    fn what_is_only_for_tests_is_known() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n#[cfg(not(test))]\nfn c() {}\n#[cfg(any(test, feature = \"testkit\"))]\npub mod kit;\nfn d() {}\n";
        let source = Source::read(text);
        let in_test = |name: &str| source.in_test(source.words(name)[0]);
        assert!(in_test("b") && in_test("kit"));
        assert!(!in_test("a") && !in_test("c") && !in_test("d"));
        assert_eq!(source.shipped_lines(), 4);
    }

    #[test]
    fn no_text_makes_it_fall_over() {
        for text in [
            "",
            "\"",
            "'",
            "r#\"",
            "/*",
            "/* /*",
            "fn",
            "#[cfg(test)]",
            "#[cfg(test)",
            "fn f(",
            "}}}",
            "'\\",
            "r#type",
            "字",
            "\"字",
            "r\"字",
            "'\\字",
        ] {
            let source = Source::read(text);
            assert_eq!((source.code.len(), source.comments.len()), (text.len(), text.len()), "{text}");
            source.functions();
            source.shipped_lines();
        }
    }
}
