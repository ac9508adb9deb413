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

/// An identity number with most of it hidden: of a resident's number of 15 or 18 characters the first three and the last four are
/// shown, of a shorter one, such as a passport's, at most the first and the last two.
pub fn identity(text: &str) -> String {
    let (head, tail) = match text.trim().chars().count() {
        15.. => (3, 4),
        9.. => (1, 2),
        6.. => (0, 2),
        _ => (0, 0),
    };
    keep(text, head, tail)
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

/// `text` without the given names and without runs of seven or more digits, each replaced by `＊`. Spaces and dashes between
/// digits belong to a run, and so do dots and slashes, unless they make it a date or an amount. A name in letters that have two
/// cases is found in either, and with its words turned round. What remains may be searched and listed.
pub fn redact(text: &str, names: &[&str]) -> String {
    let mut rest = Cow::Borrowed(text);
    for name in names {
        let name = name.trim();
        if name.chars().count() < 2 {
            continue;
        }
        if name.chars().any(|c| c.is_lowercase() || c.is_uppercase()) {
            if let Some(without) = without_cased(&rest, name) {
                rest = Cow::Owned(without);
            }
        } else if rest.contains(name) {
            rest = Cow::Owned(rest.replace(name, "＊"));
        }
    }
    without_numbers(&rest)
}

/// One case of a character, so that texts can be compared place by place.
fn folded(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// What may stand between the words of a name.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '·' | '.' | '-' | '\'' | '’')
}

/// The text without a name in letters of two cases, whichever word of it comes first; `None` when it is not there. A name is only
/// found between letters of other scripts, signs or ends, so that a short one is not taken out of other words.
fn without_cased(text: &str, name: &str) -> Option<String> {
    let words: Vec<Vec<char>> =
        name.split(is_gap).filter(|word| !word.is_empty()).map(|word| word.chars().map(folded).collect()).collect();
    let chars: Vec<char> = text.chars().map(folded).collect();
    let joins = |c: Option<&char>| c.is_some_and(|c| c.is_lowercase());
    let (mut out, mut originals, mut at, mut found) = (String::with_capacity(text.len()), text.chars(), 0, false);
    while at < chars.len() {
        let begins = at == 0 || !joins(chars.get(at - 1));
        let end = (0..words.len())
            .filter(|_| begins)
            .filter_map(|first| end_of(&chars, at, words[first..].iter().chain(&words[..first])))
            .find(|end| !joins(chars.get(*end)));
        match end {
            Some(end) if end > at => {
                out.push('＊');
                originals.by_ref().take(end - at).for_each(drop);
                (at, found) = (end, true);
            }
            Some(_) | None => {
                out.extend(originals.next());
                at += 1;
            }
        }
    }
    found.then_some(out)
}

/// Where these words end that begin at `at`, with gaps between them.
fn end_of<'w>(chars: &[char], at: usize, words: impl Iterator<Item = &'w Vec<char>>) -> Option<usize> {
    let mut end = at;
    for (index, word) in words.enumerate() {
        if index > 0 {
            let gap = chars[end..].iter().take_while(|c| is_gap(**c)).count();
            if gap == 0 {
                return None;
            }
            end += gap;
        }
        if !chars[end..].starts_with(word) {
            return None;
        }
        end += word.len();
    }
    Some(end)
}

/// Whether digits go on behind it whatever follows.
fn is_soft_joint(c: char) -> bool {
    matches!(c, ' ' | '-' | '－' | '\u{a0}')
}

/// Whether digits go on behind it when one follows at once.
fn is_hard_joint(c: char) -> bool {
    matches!(c, '.' | '/' | '．' | '／' | '·')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // What lies before `run` is in `out`; from `run` on there are `digits` digits and what joins them.
    let (mut run, mut digits) = (0, 0);
    let mut chars = text.char_indices().chain(std::iter::once((text.len(), '\n'))).peekable();
    while let Some((at, c)) = chars.next() {
        let digit = is_digit(c) || (digits >= 15 && matches!(c, 'X' | 'x'));
        let goes_on = chars.peek().is_some_and(|(_, next)| is_digit(*next));
        if digit || (digits > 0 && (is_soft_joint(c) || is_hard_joint(c) && goes_on)) {
            if digits == 0 {
                out.push_str(&text[run..at]);
                run = at;
            }
            digits += usize::from(digit);
        } else if digits > 0 {
            let number = text[run..at].trim_end_matches(is_soft_joint);
            if digits >= NUMBER_DIGITS_MIN && !is_date_or_amount(number) {
                out.push('＊');
                // A joint at the end of the run belonged to the sentence.
                out.push_str(&text[run + number.len()..at]);
            } else {
                out.push_str(&text[run..at]);
            }
            (run, digits) = (at, 0);
        }
    }
    out.push_str(&text[run..]);
    out
}

/// Whether dots or slashes make a run of digits a day or an amount, which are no personal data.
fn is_date_or_amount(run: &str) -> bool {
    let sizes: Vec<usize> = run.split(is_hard_joint).map(|group| group.chars().count()).collect();
    let plain = run.chars().all(|c| is_digit(c) || is_hard_joint(c));
    match sizes[..] {
        [year, 1..=2, 1..=2] | [1..=2, 1..=2, year] => plain && year == 4,
        [whole, 1..=2] => plain && whole < NUMBER_DIGITS_MIN,
        _ => false,
    }
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
        assert_eq!(identity("E12345678"), "E******78");
        assert_eq!(identity("AB123456"), "******56");
        assert_eq!(identity("AB12"), "****");
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

    #[test]
    fn names_are_found_in_either_case_and_turned_round() {
        for (text, kept) in [
            ("Maria Ferreira来电", "＊来电"),
            ("客户MARIA FERREIRA称", "客户＊称"),
            ("Ferreira Maria, ferreira, maria; Ferreira·Maria", "＊, ＊; ＊"),
            ("Mariana Ferreira and Maria Ferreiras", "Mariana Ferreira and Maria Ferreiras"),
            ("Maria 与 Ferreira 无关", "Maria 与 Ferreira 无关"),
        ] {
            assert_eq!(redact(text, &["Maria Ferreira"]), kept, "{text}");
        }
        assert_eq!(redact("Li likes Lisbon; LI.", &["Li"]), "＊ likes Lisbon; ＊.");
        assert_eq!(redact("Ana Maria Silva / silva, ana maria", &["Ana Maria Silva"]), "＊ / ＊");
        assert_eq!(
            redact("王小明住在幸福路8号3栋，幸福路9号无人", &["王小明", "幸福路8号3栋"]),
            "＊住在＊，幸福路9号无人"
        );
    }

    #[test]
    fn dots_and_slashes_join_numbers_but_not_days_and_amounts() {
        for (text, kept) in [
            ("电话138.1234.5678。", "电话＊。"),
            ("020/8888.8888转1", "＊转1"),
            ("06.12.34.56.78", "＊"),
            ("１３８．１２３４．５６７８", "＊"),
            ("2026.03.02扣款12345.67元", "2026.03.02扣款12345.67元"),
            ("2/3/2026 and 2026/3/2", "2/3/2026 and 2026/3/2"),
            ("1234567.89元", "＊元"),
            ("卡尾号1234. 另一张5678.", "卡尾号1234. 另一张5678."),
        ] {
            assert_eq!(redact(text, &[]), kept, "{text}");
        }
    }
}
