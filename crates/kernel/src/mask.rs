//! Masked forms of personal data for lists (张*, 138****5678), and the taking-out of numbers from free text.

use std::borrow::Cow;

/// A name with all but its first character hidden; a compound surname is not guessed.
pub fn name(text: &str) -> String {
    let mut chars = text.trim().chars();
    match chars.next() {
        None => String::new(),
        Some(first) => {
            let rest = chars.filter(|c| !c.is_whitespace()).count().clamp(1, 3);
            format!("{first}{}", "*".repeat(rest))
        }
    }
}

/// A telephone number with its middle hidden: `138****5678`.
pub fn phone(text: &str) -> String {
    keep(text, 3, 4)
}

/// An identity number with all but three and four characters hidden.
pub fn identity(text: &str) -> String {
    keep(text, 3, 4)
}

/// A card or account number with all but its last four characters hidden.
pub fn account(text: &str) -> String {
    keep(text, 0, 4)
}

/// An e-mail address with all but its first character and its domain hidden.
pub fn email(text: &str) -> String {
    match text.split_once('@') {
        Some((user, domain)) => format!("{}***@{domain}", user.chars().next().unwrap_or('*')),
        None => "***".to_owned(),
    }
}

/// An address with only its first six characters, which name province and city.
pub fn address(text: &str) -> String {
    let head: String = text.chars().take(6).collect();
    if head.chars().count() < text.chars().count() { head + "***" } else { "***".to_owned() }
}

/// Digits in a row that may be a telephone, identity, card or account number.
const NUMBER_DIGITS_MIN: usize = 7;

/// `text` without the given names and without runs of seven or more digits (spaces and dashes between digits included),
/// each replaced by `＊`. What remains may be searched and listed.
pub fn redact(text: &str, names: &[&str]) -> String {
    let mut rest = Cow::Borrowed(text);
    for name in names {
        let name = name.trim();
        if name.chars().count() >= 2 && rest.contains(name) {
            rest = Cow::Owned(rest.replace(name, "＊"));
        }
    }
    let is_joint = |c: char| matches!(c, ' ' | '-' | '－' | '\u{a0}');
    let mut out = String::with_capacity(rest.len());
    // What lies before `run` is in `out`; from `run` on there are `digits` digits and what joins them.
    let (mut run, mut digits) = (0, 0);
    for (at, c) in rest.char_indices().chain(std::iter::once((rest.len(), '\n'))) {
        let digit = c.is_ascii_digit() || ('０'..='９').contains(&c) || (digits >= 15 && matches!(c, 'X' | 'x'));
        if digit || (digits > 0 && is_joint(c)) {
            if digits == 0 {
                out.push_str(&rest[run..at]);
                run = at;
            }
            digits += usize::from(digit);
        } else if digits > 0 {
            let number = &rest[run..at];
            if digits >= NUMBER_DIGITS_MIN {
                out.push('＊');
                // A joint at the end of the run belonged to the sentence.
                out.push_str(&number[number.trim_end_matches(is_joint).len()..]);
            } else {
                out.push_str(number);
            }
            (run, digits) = (at, 0);
        }
    }
    out.push_str(&rest[run..]);
    out
}

fn keep(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.trim().chars().collect();
    if chars.len() <= head + tail {
        return "*".repeat(chars.len());
    }
    let hidden = chars.len() - head - tail;
    let mut out: String = chars[..head].iter().collect();
    out.extend(std::iter::repeat_n('*', hidden));
    out.extend(&chars[chars.len() - tail..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_show_masked_forms() {
        assert_eq!(name("张三"), "张*");
        assert_eq!(name("欧阳修文"), "欧***");
        assert_eq!(phone("13812345678"), "138****5678");
        assert_eq!(identity("11010519491231002X"), "110***********002X");
        assert_eq!(account("6222021234567890123"), "***************0123");
        assert_eq!(phone("123"), "***");
        assert_eq!(email("li@example.cn"), "l***@example.cn");
    }

    #[test]
    fn numbers_and_names_are_taken_out_of_text() {
        let text = "张三丰的卡 6222 0212 3456 7890 于2026年被扣300元，电话13812345678，身份证11010519491231002X。";
        let redacted = redact(text, &["张三丰"]);
        assert_eq!(redacted, "＊的卡 ＊ 于2026年被扣300元，电话＊，身份证＊。");
        assert_eq!(redact("１３８１２３４５６７８", &[]), "＊");
        assert_eq!(redact("", &[]), "");
        assert_eq!(redact("2026 年 138-1234-5678 - 再打 123 ", &[]), "2026 年 ＊ - 再打 123 ");
        assert_eq!(redact("尾号 6222 0212 3456 7890", &["王"]), "尾号 ＊");
    }
}
