//! What people typed: checked field by field, so that everything that is wrong is told at once. A fault must never repeat the
//! value.

use kernel::{Problem, Text};

/// Collects what is wrong with the fields of one request, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<(String, Text)>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, pointer: impl Into<String>, text: Text) {
        self.0.push((pointer.into(), text));
    }

    /// The value when nothing was wrong with it, else its fault noted.
    pub fn take<T>(&mut self, pointer: &str, value: Result<T, Text>) -> Option<T> {
        value.map_err(|text| self.add(pointer, text)).ok()
    }

    /// Nothing, or the problem that lists every fault.
    pub fn check(self) -> Result<(), Problem> {
        let mut faults = self.0.into_iter();
        let Some((pointer, text)) = faults.next() else { return Ok(()) };
        Err(faults.fold(Problem::invalid(pointer, text), |problem, (pointer, text)| problem.field(pointer, text)))
    }
}

/// Characters that take no room on the screen, and those that turn the direction of the text around them: a pasted number may
/// be full of them, and a name with one in it reads otherwise than it is (`fdp.bat` as `tab.pdf`).
pub const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The joiner that many emoji are made with; the one unseen character with a use in what people write here.
const JOINER: char = '\u{200d}';

/// A text of one line: [`prose`] whose line ends and tabs, often pasted with it, are blanks.
pub fn one_line(text: &str, chars_max: usize) -> Result<String, Text> {
    let text = prose(text, chars_max)?;
    Ok(if text.contains(['\n', '\r', '\t']) { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text })
}

/// A text that people typed: trimmed, not empty, not too long, without control characters but line ends and tabs. Unseen
/// characters are left out.
pub fn prose(text: &str, chars_max: usize) -> Result<String, Text> {
    let seen: String = text.chars().filter(|c| !is_unseen(*c) || *c == JOINER).collect();
    let text = seen.trim();
    if text.is_empty() {
        return Err(Text::fixed("请填写。", "This is missing."));
    }
    if text.chars().count() > chars_max {
        return Err(Text::of(format!("最多 {chars_max} 个字。"), format!("At most {chars_max} characters.")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Text::fixed(
            "含有不能显示的字符，请删除。",
            "It holds characters that cannot be shown; remove them.",
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_left_out_and_a_line_stays_a_line() {
        assert_eq!(prose("\u{202d}138 1234\u{202c}\n第二行 ", 20).as_deref(), Ok("138 1234\n第二行"));
        assert_eq!(prose("一家\u{1f468}\u{200d}\u{1f469}", 5).as_deref(), Ok("一家\u{1f468}\u{200d}\u{1f469}"));
        assert_eq!(one_line("李\u{202e}明\r\n\t王  五", 10).as_deref(), Ok("李明 王 五"));
        for bad in ["", " \u{200b}\u{feff}", "a\u{0}b", "长长长长长长长长长长长"] {
            assert!(one_line(bad, 10).is_err(), "{bad:?}");
        }
    }
}
