//! The words of an expression with their places.

use super::{LENGTH_MAX, fault};
use crate::fault::{Fault, Place};

/// One word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    /// A whole number without a sign; one more than the largest is good behind a minus only.
    Int(u64),
    Double(f64),
    Text(String),
    /// An operator, a bracket, a comma or a dot.
    Sign(&'static str),
}

/// Longer ones first, so that `<=` is not read as `<`.
const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "(", ")", "[", "]", ",", ".", "?", ":",
    "{", "}",
];

/// Takes a text apart.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Place)>, Fault> {
    if text.len() > LENGTH_MAX {
        let zh = format!("表达式超过 {LENGTH_MAX} 字节。");
        return Err(fault(
            Place { start: 0, end: 0 },
            zh,
            format!("The expression is longer than {LENGTH_MAX} bytes."),
        ));
    }
    let mut reader = Reader { chars: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = reader.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn place(&self, start: usize) -> Place {
        Place { start: start as u32, end: self.at as u32 }
    }

    fn next(&mut self) -> Result<Option<(Token, Place)>, Fault> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        if self.peek(0) == Some('/') && self.peek(1) == Some('/') {
            while self.peek(0).is_some_and(|c| c != '\n') {
                self.at += 1;
            }
            return self.next();
        }
        let start = self.at;
        let Some(first) = self.peek(0) else { return Ok(None) };
        let token = if first.is_ascii_digit() || (first == '.' && self.peek(1).is_some_and(|c| c.is_ascii_digit())) {
            self.number(start)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            while self.peek(0).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                self.at += 1;
            }
            Token::Name(self.chars[start..self.at].iter().collect())
        } else if first == '"' || first == '\'' {
            Token::Text(self.text(start, first)?)
        } else {
            self.sign(start)?
        };
        Ok(Some((token, self.place(start))))
    }

    fn sign(&mut self, start: usize) -> Result<Token, Fault> {
        let found = SIGNS.iter().find(|sign| sign.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c)));
        let Some(sign) = found else {
            self.at += 1;
            let fault =
                fault(self.place(start), "无法识别的字符。", "This character does not belong in an expression.");
            return Err(fault
                .hint("请使用英文半角符号，“并且”写作 &&，“等于”写作 ==。", "`and` is written &&, `equals` is ==."));
        };
        self.at += sign.len();
        Ok(Token::Sign(sign))
    }

    fn number(&mut self, start: usize) -> Result<Token, Fault> {
        if self.peek(0) == Some('0') && self.peek(1).is_some_and(|c| c == 'x') {
            self.at += 2;
            while self.peek(0).is_some_and(|c| c.is_ascii_hexdigit()) {
                self.at += 1;
            }
            let digits: String = self.chars[start + 2..self.at].iter().collect();
            let number = u64::from_str_radix(&digits, 16).ok().filter(|number| *number <= i64::MAX.unsigned_abs());
            return number.map(Token::Int).ok_or_else(|| self.wrong_number(start));
        }
        let mut is_double = false;
        while let Some(c) = self.peek(0) {
            let sign_of_exponent = matches!(c, '+' | '-') && self.chars[start..self.at].ends_with(&['e']);
            is_double |= matches!(c, '.' | 'e' | 'E');
            if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || sign_of_exponent) {
                break;
            }
            self.at += 1;
        }
        let digits: String = self.chars[start..self.at].iter().collect();
        let fault = || self.wrong_number(start);
        if is_double {
            let number: f64 = digits.parse().map_err(|_| fault())?;
            return if number.is_finite() { Ok(Token::Double(number)) } else { Err(fault()) };
        }
        let number = digits.parse().ok().filter(|number| *number <= i64::MIN.unsigned_abs());
        number.map(Token::Int).ok_or_else(fault)
    }

    fn wrong_number(&self, start: usize) -> Fault {
        fault(self.place(start), "不是有效的数字，或超出 64 位范围。", "This is not a number, or does not fit 64 bits.")
    }

    fn text(&mut self, start: usize, quote: char) -> Result<String, Fault> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(c) = self.peek(0) else {
                return Err(fault(
                    self.place(start),
                    "文本缺少结尾引号。",
                    "The closing quote of this text is missing.",
                ));
            };
            self.at += 1;
            match c {
                c if c == quote => return Ok(text),
                '\n' => return Err(fault(self.place(start), "文本不能跨行。", "A text ends on its line.")),
                '\\' => text.push(self.escape(start)?),
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<char, Fault> {
        let escaped = self.peek(0);
        self.at += 1;
        let found = match escaped {
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some(c @ ('\\' | '"' | '\'')) => Some(c),
            Some('u') => {
                let digits: String = self.chars.iter().skip(self.at).take(4).collect();
                self.at += 4;
                u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4).and_then(char::from_u32)
            }
            _ => None,
        };
        found.ok_or_else(|| {
            fault(self.place(start), "无效的转义。", "This escape is not known; use \\n, \\t, \\\\, \\\" or \\u0000.")
        })
    }
}
