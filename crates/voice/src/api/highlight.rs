//! Where the words that somebody looked for stand in an order: pieces of text, each said to be a hit or not, so that no page
//! has to read marks out of a text or put text into marks.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    search_text::{Section, sections},
    words::{self, Query},
};

/// Characters shown before the first hit of a section.
const BEFORE_CHARS: usize = 20;
/// Characters shown of a section.
const SNIPPET_CHARS_MAX: usize = 90;
/// Sections shown of one order.
const SNIPPETS_MAX: usize = 3;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PieceBody {
    /// The text. It is plain text: a page must show it as such.
    pub text: String,
    /// It is what was looked for.
    pub is_hit: bool,
}

/// A part of an order's texts with what was looked for, without names and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SnippetBody {
    /// In which text.
    pub section: Section,
    /// The text in pieces, in its plain form: lower case, half width.
    pub pieces: Vec<PieceBody>,
}

/// A title in pieces, as it is written.
pub fn title(text: &str, query: &Query) -> Vec<PieceBody> {
    // Each character with its plain form, so that hits found in the one can be shown in the other.
    let chars: Vec<(char, String)> = text.chars().map(|c| (c, words::plain(c.encode_utf8(&mut [0; 4])))).collect();
    let plain: String = chars.iter().map(|(_, plain)| plain.as_str()).collect();
    let hits = hits(&plain, query);
    let mut pieces = Vec::new();
    let mut at = 0;
    for (c, plain) in chars {
        let is_hit = hits.iter().any(|(from, to)| at < *to && at + plain.len() > *from);
        push(&mut pieces, &c.to_string(), is_hit);
        at += plain.len();
    }
    pieces
}

/// Where the words stand in the search text of an order, the title aside.
pub fn snippets(search_text: &str, query: &Query) -> Vec<SnippetBody> {
    let with_hits =
        sections(search_text).filter(|(section, _)| *section != Section::Title).filter_map(|(section, text)| {
            let hits = hits(text, query);
            let first = hits.first()?.0;
            Some(SnippetBody { section, pieces: cut(text, first, &hits) })
        });
    with_hits.take(SNIPPETS_MAX).collect()
}

/// The byte ranges of all that was looked for, in order and apart.
fn hits(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let of_run = |run: &'_ str| text.match_indices(run).map(|(at, found)| (at, at + found.len())).collect::<Vec<_>>();
    let mut found: Vec<(usize, usize)> = query.runs().flat_map(of_run).collect();
    found.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (from, to) in found {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => apart.push((from, to)),
        }
    }
    apart
}

fn cut(text: &str, first: usize, hits: &[(usize, usize)]) -> Vec<PieceBody> {
    let from = text[..first].char_indices().rev().nth(BEFORE_CHARS - 1).map_or(0, |(at, _)| at);
    let to = text[from..].char_indices().nth(SNIPPET_CHARS_MAX).map_or(text.len(), |(at, _)| from + at);
    let mut pieces = Vec::new();
    let mut at = from;
    for (start, end) in hits.iter().filter(|(start, _)| *start < to) {
        push(&mut pieces, &text[at..*start], false);
        at = (*end).min(to);
        push(&mut pieces, &text[*start..at], true);
    }
    push(&mut pieces, &text[at..to], false);
    if from > 0 {
        pieces.insert(0, PieceBody { text: "…".to_owned(), is_hit: false });
    }
    if to < text.len() {
        push(&mut pieces, "…", false);
    }
    pieces
}

/// Adds to the last piece when it is of the same kind.
fn push(pieces: &mut Vec<PieceBody>, text: &str, is_hit: bool) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.is_hit == is_hit => last.text.push_str(text),
        Some(_) | None => pieces.push(PieceBody { text: text.to_owned(), is_hit }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search_text::{Names, section};

    fn marked(pieces: &[PieceBody]) -> String {
        let mark = |piece: &PieceBody| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text.clone() };
        pieces.iter().map(mark).collect()
    }

    #[test]
    fn hits_are_marked_where_they_stand() {
        let check = |text: &str, typed: &str, expect: &str| {
            assert_eq!(marked(&title(text, &Query::parse(typed).unwrap())), expect);
        };
        check("信用卡年费争议", "年费", "信用卡[年费]争议");
        check("ＡＰＰ转账", "app", "[ＡＰＰ]转账");
        check("年费年费", "年费", "[年费年费]");
        check("信用卡年费", "用卡年 卡年费", "信[用卡年费]");
        check("<b>年费</b>", "年费", "<b>[年费]</b>");
        check("无关", "年费", "无关");
    }

    #[test]
    fn snippets_come_from_the_sections_that_hold_the_words() {
        let names = Names::default();
        let long = "前".repeat(50) + "收取年费后" + &"后".repeat(200);
        let text = section(Section::Title, "年费", &names)
            + &section(Section::Narrative, &long, &names)
            + &section(Section::Note, "无关", &names)
            + &section(Section::Letter, "<body><p>退还年费</p>", &names);
        let found = snippets(&text, &Query::parse("年费").unwrap());
        let sections: Vec<_> = found.iter().map(|snippet| snippet.section).collect();
        assert_eq!(sections, [Section::Narrative, Section::Letter]);
        let first = marked(&found[0].pieces);
        assert!(first.starts_with("…前") && first.contains("收取[年费]后") && first.ends_with('…'), "{first}");
        assert!(first.chars().count() <= SNIPPET_CHARS_MAX + 4);
    }

    proptest! {
        #[test]
        fn a_title_in_pieces_is_the_title(text in "\\PC{0,30}", typed in "\\PC{1,6}") {
            if let Some(query) = Query::parse(&typed) {
                let pieces = title(&text, &query);
                prop_assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text.clone());
                let stored = section(Section::Narrative, &text, &Names::default());
                for snippet in snippets(&stored, &query) {
                    prop_assert!(snippet.pieces.iter().any(|piece| piece.is_hit));
                }
            }
        }
    }
}
