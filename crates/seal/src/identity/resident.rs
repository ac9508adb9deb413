//! Resident identity numbers: GB 11643-1999, with its check character by ISO 7064 MOD 11-2.

use std::fmt;

use kernel::{Date, Text};

use super::compact::compact;

/// Characters of the number since 1999.
const CHARS: usize = 18;
/// Digits of the number of 1984, which old records still hold.
const OLD_DIGITS: usize = 15;

/// Nobody alive is older. The standard's own example was born in 1880, so the bound leaves it room.
const AGE_YEARS_MAX: i16 = 150;

/// The first two digits of a residence (GB/T 2260): the provinces; 71 and 83 Taiwan, 81 Hong Kong, 82 Macao.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

/// The first digit of a foreigner's permanent-residence number, in use since December 2023; the province follows it.
const FOREIGNER: char = '9';

/// Order codes of the old form that were kept for people of a hundred years and more.
const CENTENARIANS: [&str; 4] = ["996", "997", "998", "999"];

/// A well-formed resident identity number: 18 characters, the last a digit or a capital X.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId {
    number: String,
    birth: Date,
}

/// Why a text is not a resident identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// There is nothing.
    #[error("the identity number is empty")]
    Empty,
    /// It is not 18 characters, nor the 15 of the old form.
    #[error("an identity number has 18 characters (15 in its old form)")]
    Length,
    /// Something other than digits, with an X at most at the end.
    #[error("an identity number has digits only, with a digit or X at the end")]
    Character,
    /// The first two digits are no province.
    #[error("the first digits of the identity number are no province")]
    Region,
    /// The birth date is no date, or too long ago.
    #[error("the birth date in the identity number does not exist")]
    BirthDate,
    /// The birth date is in the future.
    #[error("the birth date in the identity number is in the future")]
    FutureBirth,
    /// The last character is not the one that the others give.
    #[error("the last character does not fit the others: the identity number was mistyped")]
    CheckCharacter,
}

impl ResidentIdError {
    /// The same in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::fixed("请填写身份证号码。", "Enter the identity number."),
            Self::Length => Text::fixed(
                "身份证号码应为18位（旧号15位）。",
                "An identity number has 18 characters (15 in its old form).",
            ),
            Self::Character => Text::fixed(
                "身份证号码只能是数字，最后一位可以是X。",
                "An identity number has digits only, with a digit or X at the end.",
            ),
            Self::Region => Text::fixed(
                "身份证号码开头的地区不存在，请核对。",
                "The first digits of the identity number are no province. Check them.",
            ),
            Self::BirthDate => Text::fixed(
                "身份证号码中的出生日期不存在，请核对。",
                "The birth date in the identity number does not exist. Check it.",
            ),
            Self::FutureBirth => Text::fixed(
                "身份证号码中的出生日期晚于今天，请核对。",
                "The birth date in the identity number is in the future. Check it.",
            ),
            Self::CheckCharacter => Text::fixed(
                "身份证号码的最后一位与前面不符，可能输错了，请核对。",
                "The last character of the identity number does not fit the others. It was probably mistyped.",
            ),
        }
    }
}

impl ResidentId {
    /// Reads a number of either form; `today` bounds the birth date.
    pub fn parse(text: &str, today: Date) -> Result<Self, ResidentIdError> {
        let text = compact(text).ok_or(ResidentIdError::Length)?;
        // The characters come first: 18 letters are not a matter of length.
        let (body, last) = match text.char_indices().next_back() {
            None => return Err(ResidentIdError::Empty),
            Some((at, last)) => (&text[..at], last),
        };
        if !body.bytes().all(|b| b.is_ascii_digit()) || !(last.is_ascii_digit() || last == 'X') {
            return Err(ResidentIdError::Character);
        }
        let number = match text.len() {
            CHARS => text,
            OLD_DIGITS if last == 'X' => return Err(ResidentIdError::Character),
            OLD_DIGITS => upgrade(&text),
            _ => return Err(ResidentIdError::Length),
        };
        check_region(&number)?;
        let birth = birth_date(&number[6..14], today)?;
        if check_character(&number[..CHARS - 1]) != number.as_bytes()[CHARS - 1] {
            return Err(ResidentIdError::CheckCharacter);
        }
        Ok(Self { number, birth })
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The 18 characters, owned.
    pub fn into_string(self) -> String {
        self.number
    }

    /// The date of birth in the number.
    pub const fn birth_date(&self) -> Date {
        self.birth
    }

    /// Full years of age on a date: a year is full on the birthday, one born on 29 February counts it on 1 March of a
    /// common year.
    pub fn age_on(&self, date: Date) -> i16 {
        let before_birthday = (date.month(), date.day()) < (self.birth.month(), self.birth.day());
        date.year() - self.birth.year() - i16::from(before_birthday)
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentId(‹personal›)")
    }
}

/// The 18 characters of a resident identity number.
pub fn normalise_resident_id(text: &str, today: Date) -> Result<String, ResidentIdError> {
    ResidentId::parse(text, today).map(ResidentId::into_string)
}

/// The new form of 15 digits: the century goes in, the check character is added.
fn upgrade(old: &str) -> String {
    let century = if CENTENARIANS.contains(&&old[12..]) { "18" } else { "19" };
    let mut number = format!("{}{century}{}", &old[..6], &old[6..]);
    number.push(char::from(check_character(&number)));
    number
}

fn check_region(number: &str) -> Result<(), ResidentIdError> {
    let province = number.strip_prefix(FOREIGNER).unwrap_or(number);
    let known = province[..2].parse().is_ok_and(|code: u8| PROVINCES.contains(&code));
    if known { Ok(()) } else { Err(ResidentIdError::Region) }
}

fn birth_date(digits: &str, today: Date) -> Result<Date, ResidentIdError> {
    let wrong = |_| ResidentIdError::BirthDate;
    let year: i16 = digits[..4].parse().map_err(wrong)?;
    let month: i8 = digits[4..6].parse().map_err(wrong)?;
    let day: i8 = digits[6..].parse().map_err(wrong)?;
    let birth = Date::new(year, month, day).map_err(|_| ResidentIdError::BirthDate)?;
    if birth > today {
        Err(ResidentIdError::FutureBirth)
    } else if today.year() - year > AGE_YEARS_MAX {
        Err(ResidentIdError::BirthDate)
    } else {
        Ok(birth)
    }
}

/// The check character of ISO 7064 MOD 11-2, by the standard's recursive method: the whole number, taken in base 2
/// with X as 10, is 1 modulo 11.
fn check_character(digits: &str) -> u8 {
    let product = digits.bytes().fold(0, |product, digit| (product + u32::from(digit - b'0')) * 2 % 11);
    b"0123456789X"[((12 - product) % 11) as usize]
}

#[cfg(test)]
mod tests {
    use kernel::Date;

    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 22);

    #[track_caller]
    fn check(text: &str, expect: Result<&str, ResidentIdError>) {
        assert_eq!(normalise_resident_id(text, TODAY).as_deref(), expect.as_ref().copied());
    }

    #[test]
    fn the_examples_of_the_standard_are_good() {
        check("11010519491231002X", Ok("11010519491231002X"));
        check("440524188001010014", Ok("440524188001010014"));
    }

    #[test]
    fn ways_of_writing_come_to_one_form() {
        for text in [
            "11010519491231002x",
            " 110105 19491231 002X ",
            "110105-19491231-002x",
            "１１０１０５１９４９１２３１００２Ｘ",
            "\u{202d}11010519491231002X\u{202c}",
            "110105491231002",
        ] {
            check(text, Ok("11010519491231002X"));
        }
    }

    #[test]
    fn the_old_form_knows_centenarians() {
        let old = ResidentId::parse("440524800101996", TODAY).unwrap();
        assert_eq!(old.birth_date(), Date::constant(1880, 1, 1));
        let young = ResidentId::parse("440524800101995", TODAY).unwrap();
        assert_eq!(young.birth_date(), Date::constant(1980, 1, 1));
    }

    #[test]
    fn residents_from_elsewhere_have_numbers_too() {
        for body in ["81000019900101001", "82000019900101001", "83000019900101001", "93184019900101001"] {
            let number = format!("{body}{}", char::from(check_character(body)));
            check(&number, Ok(&number));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        use ResidentIdError::*;
        check("", Err(Empty));
        check("  ", Err(Empty));
        check("1101051949123100", Err(Length));
        check("11010519491231002X0", Err(Character));
        check("110105194912310021", Err(CheckCharacter));
        check("11010519491231002Y", Err(Character));
        check("1101O519491231002X", Err(Character));
        check("11010549123100X", Err(Character));
        check(&"1".repeat(200), Err(Length));
        check("00010519491231002X", Err(Region));
        check("16010519491231002X", Err(Region));
        check("90010519491231002X", Err(Region));
        check("11010519490229002X", Err(BirthDate));
        check("11010517491231002X", Err(BirthDate));
        check("11010520261123002X", Err(FutureBirth));
        check("张三", Err(Character));
    }

    #[test]
    fn a_child_born_today_is_taken_and_one_of_tomorrow_is_not() {
        let body = "11010520261122002";
        let number = format!("{body}{}", char::from(check_character(body)));
        check(&number, Ok(&number));
        let yesterday = Date::constant(2026, 11, 21);
        assert_eq!(ResidentId::parse(&number, yesterday), Err(ResidentIdError::FutureBirth));
    }

    #[test]
    fn ages_are_full_years() {
        let id = ResidentId::parse("11010519491231002X", TODAY).unwrap();
        assert_eq!(id.age_on(Date::constant(2009, 12, 30)), 59);
        assert_eq!(id.age_on(Date::constant(2009, 12, 31)), 60);
        let body = "11010519640229002";
        let leap = ResidentId::parse(&format!("{body}{}", char::from(check_character(body))), TODAY).unwrap();
        assert_eq!(leap.age_on(Date::constant(2025, 2, 28)), 60);
        assert_eq!(leap.age_on(Date::constant(2025, 3, 1)), 61);
        assert_eq!(leap.age_on(Date::constant(2024, 2, 29)), 60);
    }

    #[test]
    fn debug_shows_nothing() {
        let id = ResidentId::parse("11010519491231002X", TODAY).unwrap();
        assert!(!format!("{id:?}").contains("1949"));
    }
}
