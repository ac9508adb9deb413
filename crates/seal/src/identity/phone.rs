//! Telephone numbers of the mainland: mobiles, and landlines with their area code and extension.
//!
//! Plan: the numbering plan of the Ministry of Industry and Information Technology (电信网编号计划, 2017 edition). A
//! mobile has 11 digits from 13 to 19; an area code is 010, 02x, or 0 and three digits from 03 to 09; a local number
//! has 7 or 8 digits and starts with 2 to 8.

use std::fmt;

use kernel::Text;

use super::compact::{TEXT_CHARS_MAX, half_width, is_dash, is_joint};

/// Digits of a mobile number.
const MOBILE_DIGITS: usize = 11;
/// Longest extension that office exchanges use.
const EXTENSION_DIGITS_MAX: usize = 6;
/// Digits from which a leading 86 is the country and not a local number: a country with the shortest landline.
const COUNTRY_DIGITS_MIN: usize = 2 + 10;
/// What people write before an extension.
const EXTENSION_MARKS: [&str; 5] = ["转", "分机", "ext", "#", "x"];

/// A telephone number of the mainland.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Phone {
    /// A mobile.
    Mobile(Mobile),
    /// A landline.
    Landline(Landline),
}

/// The 11 digits of a mobile.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile(String);

/// A landline in its parts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Landline {
    area: String,
    number: String,
    extension: Option<String>,
}

/// Why a text is not a telephone number of the mainland.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// There is nothing.
    #[error("the telephone number is empty")]
    Empty,
    /// Something that does not belong into a telephone number, or two numbers at once.
    #[error("the telephone number has characters that do not belong there; enter one number at a time")]
    Character,
    /// The country code is not 86.
    #[error("only telephone numbers of the Chinese mainland (+86) are taken here")]
    Foreign,
    /// It starts like a mobile and does not have 11 digits.
    #[error("a mobile number has 11 digits")]
    MobileLength,
    /// It has 11 digits and starts with 10, 11 or 12.
    #[error("a mobile number starts with 13 to 19")]
    MobileRange,
    /// A landline without its area code, which many towns could share.
    #[error("the area code is missing, for instance 010 or 0755")]
    AreaCodeMissing,
    /// The area code or the local number does not exist.
    #[error("the area code or the local number has the wrong form")]
    Landline,
    /// An extension of more than six digits, none at all, or behind a mobile.
    #[error("the extension has 1 to 6 digits and stands behind a landline")]
    Extension,
    /// Nothing that the numbering plan knows.
    #[error("this is no mobile and no landline number")]
    Shape,
}

impl PhoneError {
    /// The same in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::fixed("请填写电话号码。", "Enter the telephone number."),
            Self::Character => Text::fixed(
                "电话号码中有多余的字符，一次只能填写一个号码。",
                "The telephone number has characters that do not belong there. Enter one number at a time.",
            ),
            Self::Foreign => Text::fixed(
                "这里只能填写中国内地（+86）的电话号码。",
                "Only telephone numbers of the Chinese mainland (+86) are taken here.",
            ),
            Self::MobileLength => Text::fixed("手机号码应为11位。", "A mobile number has 11 digits."),
            Self::MobileRange => Text::fixed("手机号码应以13至19开头。", "A mobile number starts with 13 to 19."),
            Self::AreaCodeMissing => Text::fixed(
                "请在固定电话前加上区号，例如010或0755。",
                "Put the area code before the number, for instance 010 or 0755.",
            ),
            Self::Landline => Text::fixed(
                "区号或固定电话号码不对，请核对。",
                "The area code or the local number has the wrong form. Check it.",
            ),
            Self::Extension => Text::fixed(
                "分机号应为1至6位数字，且只能跟在固定电话之后。",
                "An extension has 1 to 6 digits and stands behind a landline.",
            ),
            Self::Shape => Text::fixed(
                "这不是手机号码，也不是固定电话号码，请核对。",
                "This is no mobile and no landline number. Check it.",
            ),
        }
    }
}

impl Phone {
    /// Reads a telephone number as people write it.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        if text.chars().nth(TEXT_CHARS_MAX).is_some() {
            return Err(PhoneError::Shape);
        }
        let text: String = text.chars().map(|c| half_width(c).to_ascii_lowercase()).collect();
        let (main, extension) = split_extension(&text)?;
        let mut dialled = Dialled::read(main)?;
        dialled.strip_country()?;
        // 0755-26551234-801: a dash says where the extension starts; a space says so only when nothing else fits.
        let written = if extension.is_none() { dialled.written_extension() } else { None };
        let digits = dialled.digits.as_str();
        match (mobile(digits), landline(digits), extension, written) {
            (Some(mobile), _, None, _) => Ok(Self::Mobile(mobile)),
            (Some(_), _, Some(_), _) => Err(PhoneError::Extension),
            (None, whole, None, Some((landline, tail))) if dialled.dashed || whole.is_none() => {
                landline.with_extension(tail)
            }
            (None, Some(landline), None, _) => Ok(Self::Landline(landline)),
            (None, Some(landline), Some(extension), _) => landline.with_extension(&extension),
            (None, None, _, _) => Err(why_not(digits)),
        }
    }

    /// What is indexed: the digits as dialled within the country, without an extension, so that a caller is found
    /// whichever desk was written down.
    pub fn normalised(&self) -> String {
        match self {
            Self::Mobile(Mobile(digits)) => digits.clone(),
            Self::Landline(Landline { area, number, .. }) => format!("{area}{number}"),
        }
    }

    /// What is sealed and shown: `13812345678`, `010-66554433`, `0755-26551234-801`.
    pub fn formatted(&self) -> String {
        match self {
            Self::Mobile(Mobile(digits)) => digits.clone(),
            Self::Landline(Landline { area, number, extension: None }) => format!("{area}-{number}"),
            Self::Landline(Landline { area, number, extension: Some(extension) }) => {
                format!("{area}-{number}-{extension}")
            }
        }
    }

    /// Whether messages can be sent to it.
    pub const fn is_mobile(&self) -> bool {
        match self {
            Self::Mobile(_) => true,
            Self::Landline(_) => false,
        }
    }
}

impl Landline {
    fn with_extension(self, digits: &str) -> Result<Phone, PhoneError> {
        if (1..=EXTENSION_DIGITS_MAX).contains(&digits.len()) {
            Ok(Phone::Landline(Self { extension: Some(digits.to_owned()), ..self }))
        } else {
            Err(PhoneError::Extension)
        }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_mobile() { "Mobile(‹personal›)" } else { "Landline(‹personal›)" })
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(‹personal›)")
    }
}

impl fmt::Debug for Landline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Landline(‹personal›)")
    }
}

/// The digits of a telephone number as it is indexed.
pub fn normalise_phone(text: &str) -> Result<String, PhoneError> {
    Phone::parse(text).map(|phone| phone.normalised())
}

/// Digits with the place where the last written group starts.
struct Dialled {
    digits: String,
    international: bool,
    last_group_at: usize,
    /// Whether a dash stands before the last group.
    dashed: bool,
}

impl Dialled {
    fn read(text: &str) -> Result<Self, PhoneError> {
        let mut dialled = Self { digits: String::new(), international: false, last_group_at: 0, dashed: false };
        let (mut gap, mut dash) = (false, false);
        for c in text.chars() {
            if c.is_ascii_digit() {
                if gap || dash {
                    dialled.last_group_at = dialled.digits.len();
                    dialled.dashed = dash;
                }
                (gap, dash) = (false, false);
                dialled.digits.push(c);
            } else if c == '+' && dialled.digits.is_empty() && !dialled.international {
                dialled.international = true;
            } else if is_dash(c) {
                dash = true;
            } else if c.is_whitespace() || matches!(c, '(' | ')' | '.') {
                gap = true;
            } else if !is_joint(c) {
                return Err(PhoneError::Character);
            }
        }
        if dialled.digits.is_empty() { Err(PhoneError::Empty) } else { Ok(dialled) }
    }

    /// Takes the country code away, and gives a landline its trunk 0 back, which is not dialled behind a country code.
    fn strip_country(&mut self) -> Result<(), PhoneError> {
        let digits = self.digits.as_str();
        let country = if self.international {
            digits.strip_prefix("86").map(|_| 2).ok_or(PhoneError::Foreign)?
        } else if digits.starts_with("00") {
            digits.strip_prefix("0086").map(|_| 4).ok_or(PhoneError::Foreign)?
        } else if digits.starts_with("86") && digits.len() >= COUNTRY_DIGITS_MIN {
            2
        } else {
            return Ok(());
        };
        self.digits.drain(..country);
        self.last_group_at = self.last_group_at.saturating_sub(country);
        if !self.digits.starts_with('0') && mobile(&self.digits).is_none() && !self.digits.is_empty() {
            self.digits.insert(0, '0');
            self.last_group_at += usize::from(self.last_group_at > 0);
        }
        Ok(())
    }

    /// The landline before the last group, when there is one, and the digits of that group.
    fn written_extension(&self) -> Option<(Landline, &str)> {
        let (head, tail) = self.digits.split_at(self.last_group_at);
        landline(head).map(|landline| (landline, tail))
    }
}

/// The text before the first mark of an extension, and the digits behind it.
fn split_extension(text: &str) -> Result<(&str, Option<String>), PhoneError> {
    let Some((at, mark)) = EXTENSION_MARKS.iter().filter_map(|mark| Some((text.find(mark)?, mark))).min() else {
        return Ok((text, None));
    };
    let (main, rest) = (&text[..at], &text[at + mark.len()..]);
    // 转分机801 carries two marks.
    let rest = EXTENSION_MARKS.iter().find_map(|mark| rest.trim_start().strip_prefix(mark)).unwrap_or(rest);
    let mut digits = String::new();
    for c in rest.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !is_joint(c) && !matches!(c, '.' | ':') {
            return Err(PhoneError::Character);
        }
    }
    if digits.is_empty() { Err(PhoneError::Extension) } else { Ok((main, Some(digits))) }
}

/// A mobile, perhaps behind the 0 that was once dialled for one of another town.
fn mobile(digits: &str) -> Option<Mobile> {
    let digits = if digits.len() > MOBILE_DIGITS { digits.strip_prefix('0')? } else { digits };
    let good = digits.len() == MOBILE_DIGITS && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
    good.then(|| Mobile(digits.to_owned()))
}

fn landline(digits: &str) -> Option<Landline> {
    let (area_digits, lengths) = match digits.as_bytes() {
        // Every town with a code of three digits has numbers of eight.
        [b'0', b'1', b'0', ..] | [b'0', b'2', b'0'..=b'9', ..] => (3, 8..=8),
        [b'0', b'3'..=b'9', _, _, ..] => (4, 7..=8),
        _ => return None,
    };
    let (area, number) = digits.split_at(area_digits);
    let good = lengths.contains(&number.len()) && matches!(number.as_bytes(), [b'2'..=b'8', ..]);
    good.then(|| Landline { area: area.to_owned(), number: number.to_owned(), extension: None })
}

/// The reason nearest to what was probably meant.
fn why_not(digits: &str) -> PhoneError {
    match digits.as_bytes() {
        [] => PhoneError::Empty,
        [b'1', ..] if digits.len() == MOBILE_DIGITS => PhoneError::MobileRange,
        [b'1', ..] if digits.len() > 8 => PhoneError::MobileLength,
        [b'0', ..] => PhoneError::Landline,
        [b'2'..=b'8', ..] if (7..=8).contains(&digits.len()) => PhoneError::AreaCodeMissing,
        _ => PhoneError::Shape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<&str, PhoneError>) {
        assert_eq!(Phone::parse(text).map(|phone| phone.formatted()).as_deref().map_err(|e| *e), expect, "{text}");
    }

    #[test]
    fn mobiles_come_to_eleven_digits() {
        for text in [
            "13812345678",
            "+86 138 1234 5678",
            "+8613812345678",
            "0086-138-1234-5678",
            "86 13812345678",
            "013812345678",
            "138-1234-5678",
            "１３８１２３４５６７８",
            "＋８６（１３８）１２３４５６７８",
            "\u{202d}138 1234 5678\u{202c}",
        ] {
            check(text, Ok("13812345678"));
        }
        for head in 13..=19 {
            let number = format!("{head}000000000");
            check(&number, Ok(&number));
        }
    }

    #[test]
    fn landlines_keep_area_and_extension_apart() {
        for text in ["010-66554433", "(010)66554433", "01066554433", "+86 10 6655 4433", "+86 (0)10 66554433"] {
            check(text, Ok("010-66554433"));
        }
        check("0086 21 66554433", Ok("021-66554433"));
        check("86-0571-88886666", Ok("0571-88886666"));
        check("0991-2345678", Ok("0991-2345678"));
        check("0991-2345-6781", Ok("0991-23456781"));
        check("0991-2345678-1", Ok("0991-2345678-1"));
        check("0755-26551234-801", Ok("0755-26551234-801"));
        check("+86-755-26551234-801", Ok("0755-26551234-801"));
        check("0755 26551234 801", Ok("0755-26551234-801"));
        check("0991 2345678 1", Ok("0991-23456781"));
        for text in [
            "010-66554433转801",
            "01066554433 分机：801",
            "010 66554433 ext. 801",
            "010-66554433#801",
            "010-66554433转分机801",
        ] {
            check(text, Ok("010-66554433-801"));
        }
        assert_eq!(normalise_phone("010-66554433转801").as_deref(), Ok("01066554433"));
        assert!(!Phone::parse("010-66554433").unwrap().is_mobile());
    }

    #[test]
    fn what_is_wrong_is_named() {
        use PhoneError::*;
        check("", Err(Empty));
        check(" - ", Err(Empty));
        check("+86", Err(Empty));
        check("无", Err(Character));
        check("13812345678、13912345678", Err(Character));
        check("13812345678/13912345678", Err(Character));
        check("+85221234567", Err(Foreign));
        check("001 650 253 0000", Err(Foreign));
        check("1381234567", Err(MobileLength));
        check("138123456789", Err(MobileLength));
        check("12012345678", Err(MobileRange));
        check("66554433", Err(AreaCodeMissing));
        check("8612345", Err(AreaCodeMissing));
        check("010-6655443", Err(Landline));
        check("010-16554433", Err(Landline));
        check("0000", Err(Foreign));
        check("13812345678转1", Err(Extension));
        check("010-66554433转", Err(Extension));
        check("010-66554433转1234567", Err(Extension));
        check("95588", Err(Shape));
        check(&"1".repeat(5000), Err(Shape));
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", Phone::parse("13812345678"));
        assert!(!shown.contains("138"), "{shown}");
    }
}
