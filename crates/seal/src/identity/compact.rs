//! What keyboards, chat programs and spreadsheets do to numbers, undone: full-width forms, spaces, dashes, invisible
//! marks. This file knows no kind of number.

/// Longest text looked at: the longest number with a separator after every digit fits twice.
pub(super) const TEXT_CHARS_MAX: usize = 96;

/// The ASCII form of a full-width letter, digit or sign; any other character is itself.
pub(super) fn half_width(c: char) -> char {
    match c {
        // U+FF01..U+FF5E repeat ASCII from U+0021 in the same order.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Whether a character only stands between digits: a space, a dash, or an invisible mark that copying leaves behind.
pub(super) fn is_joint(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || is_invisible(c)
}

/// Whether a character is any of the dashes that people and programs write.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// Zero-width characters and directional marks (telephones' contact lists wrap numbers in U+202D … U+202C).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text in ASCII capitals without joints; `None` when it is longer than any number.
pub(super) fn compact(text: &str) -> Option<String> {
    if text.chars().nth(TEXT_CHARS_MAX).is_some() {
        return None;
    }
    Some(text.chars().filter(|c| !is_joint(*c)).map(|c| half_width(c).to_ascii_uppercase()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_leaves_behind_goes() {
        assert_eq!(compact(" １３８-１２３４\u{3000}5678\u{202c} ").as_deref(), Some("13812345678"));
        assert_eq!(compact("\u{feff}00ｘ").as_deref(), Some("00X"));
        assert_eq!(compact("").as_deref(), Some(""));
        assert_eq!(compact(&"1".repeat(TEXT_CHARS_MAX)).map(|t| t.len()), Some(TEXT_CHARS_MAX));
        assert_eq!(compact(&"1".repeat(TEXT_CHARS_MAX + 1)), None);
    }
}
