//! What the person at the console sees: results on standard output, everything else on standard error, in their language.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use kernel::{Text, text::Language};

use crate::fault::{Fault, Outcome};

/// The console and the language of whoever sits before it. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// The language of messages.
    pub language: Language,
    /// Whether standard error is a terminal, so that bars may be drawn.
    pub interactive: bool,
}

impl Console {
    /// The console in `language`.
    pub fn new(language: Language) -> Self {
        Self { language, interactive: io::stderr().is_terminal() }
    }

    /// One of two texts.
    pub fn pick(self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self.language {
            Language::Zh => zh.into(),
            Language::En => en.into(),
        }
    }

    /// Prints a line of the result.
    pub fn print(self, line: impl Display) -> Outcome {
        wrote(writeln!(io::stdout().lock(), "{line}"))
    }

    /// Prints a sentence of the result.
    pub fn say(self, text: &Text) -> Outcome {
        self.print(text.get(self.language))
    }

    /// Prints raw bytes of the result.
    pub fn print_bytes(self, bytes: &[u8]) -> Outcome {
        let mut out = io::stdout().lock();
        wrote(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Tells something beside the result. A closed standard error is nobody's loss.
    pub fn note(self, text: &Text) {
        let _ = writeln!(io::stderr().lock(), "{}", text.get(self.language));
    }
}

/// Whoever closes the pipe early (`| head`) has seen enough: that is an end, not a failure.
fn wrote(result: io::Result<()>) -> Outcome {
    match result {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Fault::enough()),
        Err(error) => {
            let text = Text::fixed("无法写到标准输出。", "Cannot write to standard output.");
            Err(Fault::failed(text).with(error))
        }
    }
}

/// A count with its noun in English: `1 row`, `2 rows`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A table in plain text, its columns aligned by what a terminal shows: a Chinese character takes two places.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| places(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - places(cell) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Places a terminal takes for a text.
pub fn places(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Chinese characters and full-width forms (the blocks W and F of Unicode's annex 11 that our texts use).
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_what_a_terminal_shows() {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let text = table(&[row(&["角色", "number"]), row(&["teller", "S001"]), row(&["长"])]);
        assert_eq!(text, "角色    number\nteller  S001\n长\n");
    }
}
