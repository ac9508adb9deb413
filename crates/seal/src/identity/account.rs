//! Bank cards (ISO/IEC 7812 with its Luhn digit) and account numbers, which have no check of their own.

use std::fmt;

use kernel::Text;

use super::compact::compact;

/// Shortest and longest card number: ISO/IEC 7812-1 ends at 19 digits; domestic cards start at 12.
const CARD_DIGITS_MIN: usize = 12;
const CARD_DIGITS_MAX: usize = 19;

/// Shortest and longest account number: passbooks of old co-operatives have few digits; an IBAN has 34 characters.
const ACCOUNT_CHARS_MIN: usize = 5;
const ACCOUNT_CHARS_MAX: usize = 34;

/// A well-formed bank card number: 12 to 19 digits, the last by Luhn.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BankCard(String);

/// Why a text is not a bank card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BankCardError {
    /// There is nothing.
    #[error("the card number is empty")]
    Empty,
    /// Something other than digits.
    #[error("a card number has digits only")]
    Character,
    /// It is not 12 to 19 digits.
    #[error("a card number has 12 to 19 digits")]
    Length,
    /// Every digit is the same: nobody's card.
    #[error("a card number of one repeated digit is a placeholder")]
    Placeholder,
    /// The last digit is not the one that the others give.
    #[error("the last digit does not fit the others: the card number was mistyped")]
    CheckDigit,
}

impl BankCardError {
    /// The same in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::fixed("请填写银行卡号。", "Enter the card number."),
            Self::Character => Text::fixed("银行卡号只能是数字。", "A card number has digits only."),
            Self::Length => Text::fixed("银行卡号应为12至19位数字。", "A card number has 12 to 19 digits."),
            Self::Placeholder => Text::fixed(
                "这不是真实的银行卡号，请填写卡面上的号码。",
                "This is a placeholder. Enter the number on the card.",
            ),
            Self::CheckDigit => Text::fixed(
                "银行卡号的最后一位与前面不符，可能输错了，请核对。",
                "The last digit of the card number does not fit the others. It was probably mistyped.",
            ),
        }
    }
}

impl BankCard {
    /// Reads a card number.
    pub fn parse(text: &str) -> Result<Self, BankCardError> {
        let digits = compact(text).ok_or(BankCardError::Length)?;
        if digits.is_empty() {
            return Err(BankCardError::Empty);
        }
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BankCardError::Character);
        }
        if !(CARD_DIGITS_MIN..=CARD_DIGITS_MAX).contains(&digits.len()) {
            return Err(BankCardError::Length);
        }
        let first = digits.as_bytes()[0];
        if digits.bytes().all(|b| b == first) {
            return Err(BankCardError::Placeholder);
        }
        if !luhn(&digits) {
            return Err(BankCardError::CheckDigit);
        }
        Ok(Self(digits))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for BankCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BankCard(‹personal›)")
    }
}

/// The digits of a bank card number.
pub fn normalise_bank_card(text: &str) -> Result<String, BankCardError> {
    BankCard::parse(text).map(BankCard::into_string)
}

/// ISO/IEC 7812-1 annex B: from the right, every second digit is doubled and its digits added; the sum ends in 0.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|b| u32::from(b - b'0'))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}

/// Why a text is not an account number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// There is nothing.
    #[error("the account number is empty")]
    Empty,
    /// Something other than Latin letters and digits, or no digit at all.
    #[error("an account number has digits and Latin letters only, and at least one digit")]
    Character,
    /// It is not 5 to 34 characters.
    #[error("an account number has 5 to 34 characters")]
    Length,
}

impl AccountError {
    /// The same in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::fixed("请填写账号。", "Enter the account number."),
            Self::Character => Text::fixed(
                "账号只能由数字和拉丁字母组成，且至少有一位数字。",
                "An account number has digits and Latin letters only, and at least one digit.",
            ),
            Self::Length => Text::fixed("账号应为5至34位。", "An account number has 5 to 34 characters."),
        }
    }
}

/// The capitals and digits of an account number, a passport or another paper whose number has no check of its own.
pub fn normalise_account(text: &str) -> Result<String, AccountError> {
    let number = compact(text).ok_or(AccountError::Length)?;
    if number.is_empty() {
        return Err(AccountError::Empty);
    }
    let letters_and_digits = number.bytes().all(|b| b.is_ascii_alphanumeric());
    if !letters_and_digits || !number.bytes().any(|b| b.is_ascii_digit()) {
        return Err(AccountError::Character);
    }
    if !(ACCOUNT_CHARS_MIN..=ACCOUNT_CHARS_MAX).contains(&number.len()) {
        return Err(AccountError::Length);
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<&str, BankCardError>) {
        assert_eq!(normalise_bank_card(text).as_deref().map_err(|e| *e), expect);
    }

    #[test]
    fn cards_of_every_length_are_read() {
        // The examples of ISO/IEC 7812-1 and of the card schemes' public test numbers.
        check("4111 1111 1111 1111", Ok("4111111111111111"));
        check("５５５５-５５５５-５５５５-４４４４", Ok("5555555555554444"));
        check("378282246310005", Ok("378282246310005"));
        check("6200000000000005", Ok("6200000000000005"));
        check("6222020000000000004", Err(BankCardError::CheckDigit));
        check("7992739871300", Ok("7992739871300"));
        check("7992739871310", Err(BankCardError::CheckDigit));
    }

    #[test]
    fn the_ends_of_the_range_hold() {
        for digits in CARD_DIGITS_MIN..=CARD_DIGITS_MAX {
            let body = format!("62{}", "3".repeat(digits - 3));
            let good = ('0'..='9').filter(|last| BankCard::parse(&format!("{body}{last}")).is_ok()).count();
            assert_eq!(good, 1, "{digits} digits");
        }
        check("00000000018", Err(BankCardError::Length));
        check("62220200000000000041", Err(BankCardError::Length));
    }

    #[test]
    fn what_is_wrong_is_named() {
        check("", Err(BankCardError::Empty));
        check("4111 1111 1111 111l", Err(BankCardError::Character));
        check("4111111111111112", Err(BankCardError::CheckDigit));
        check("0000000000000000", Err(BankCardError::Placeholder));
        check(&"4".repeat(1000), Err(BankCardError::Length));
    }

    #[test]
    fn accounts_keep_letters() {
        assert_eq!(normalise_account("  gb29 nwbk 6016 1331 9268 19 ").as_deref(), Ok("GB29NWBK60161331926819"));
        assert_eq!(normalise_account("３１０-１２３４５").as_deref(), Ok("31012345"));
        assert_eq!(normalise_account("ABCDEF"), Err(AccountError::Character));
        assert_eq!(normalise_account("账号12345"), Err(AccountError::Character));
        assert_eq!(normalise_account("1234"), Err(AccountError::Length));
        assert_eq!(normalise_account(&"1".repeat(35)), Err(AccountError::Length));
        assert_eq!(normalise_account("-"), Err(AccountError::Empty));
    }
}
