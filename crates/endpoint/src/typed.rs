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

/// A text that people typed: trimmed, not empty, not too long, without control characters but line ends and tabs.
pub fn prose(text: &str, chars_max: usize) -> Result<String, Text> {
    let text = text.trim();
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
