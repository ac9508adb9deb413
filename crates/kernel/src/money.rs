//! Amounts of money as whole minor units. No floating point, no unchecked arithmetic.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The currencies a complaint or a transfer may name (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Renminbi; the minor unit is the fen.
    Cny,
    /// Hong Kong dollar.
    Hkd,
    /// United States dollar.
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Japanese yen; it has no minor unit in use.
    Jpy,
}

impl Currency {
    /// Decimal places of the minor unit.
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Cny | Self::Hkd | Self::Usd | Self::Eur | Self::Gbp => 2,
            Self::Jpy => 0,
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Cny => "¥",
            Self::Hkd => "HK$",
            Self::Usd => "US$",
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Jpy => "JP¥",
        }
    }
}

/// An amount in minor units (fen for renminbi) of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units; negative for an amount owed the other way.
    minor: i64,
    currency: Currency,
}

/// Why two amounts cannot be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The sum does not fit 64 bits of minor units.
    #[error("the amount is too large")]
    Overflow,
    /// The currencies differ.
    #[error("{0:?} and {1:?} cannot be combined")]
    Currencies(Currency, Currency),
    /// The text is not a plain decimal amount with at most the currency's places.
    #[error("not an amount of {0:?}")]
    Text(Currency),
}

impl Money {
    /// An amount of renminbi in fen.
    pub const fn fen(fen: i64) -> Self {
        Self { minor: fen, currency: Currency::Cny }
    }

    /// An amount in minor units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, if both have one currency and it fits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference, if both have one currency and it fits.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// `parts_per_million` of this amount, rounded half away from zero.
    pub fn share(self, parts_per_million: i64) -> Result<Self, MoneyError> {
        let product = i128::from(self.minor) * i128::from(parts_per_million);
        let half = if product < 0 { -500_000 } else { 500_000 };
        let minor = i64::try_from((product + half) / 1_000_000).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Reads a decimal amount such as `1,234.5` in `currency`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = MoneyError::Text(currency);
        let (negative, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = currency.decimals() as usize;
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let whole = whole.replace(',', "");
        if whole.is_empty() || !plain(&whole) || !plain(fraction) || fraction.len() > places || digits.ends_with('.') {
            return Err(wrong);
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }

    fn combine(self, other: Self, op: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = op(self.minor, other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    /// The amount as people write it: `¥12,345.60`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10u64.pow(self.currency.decimals());
        let size = self.minor.unsigned_abs();
        let whole = (size / unit).to_string();
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.minor < 0 { "-" } else { "" };
        write!(f, "{sign}{}{grouped}", self.currency.sign())?;
        match self.currency.decimals() {
            0 => Ok(()),
            places => write!(f, ".{:0width$}", size % unit, width = places as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_print_as_people_write_them() {
        for (money, text) in [
            (Money::fen(0), "¥0.00"),
            (Money::fen(-1_234_567), "-¥12,345.67"),
            (Money::fen(100_000_000), "¥1,000,000.00"),
            (Money::new(1234, Currency::Jpy), "JP¥1,234"),
            (Money::fen(i64::MIN), "-¥92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money.to_string(), text);
        }
    }

    #[test]
    fn amounts_are_read_strictly() {
        assert_eq!(Money::parse("1,234.5", Currency::Cny), Ok(Money::fen(123_450)));
        assert_eq!(Money::parse("-0.01", Currency::Cny), Ok(Money::fen(-1)));
        for bad in ["", "1.234", "1e3", "NaN", "1.", ".5", "１２", "--1", "99999999999999999999"] {
            assert!(Money::parse(bad, Currency::Cny).is_err(), "{bad}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        assert!(Money::fen(1).checked_add(Money::new(1, Currency::Usd)).is_err());
        assert_eq!(Money::fen(i64::MAX).checked_add(Money::fen(1)), Err(MoneyError::Overflow));
        assert_eq!(Money::fen(1005).share(500_000), Ok(Money::fen(503)));
    }

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(a in any::<i64>(), b in any::<i64>()) {
            if let Ok(sum) = Money::fen(a).checked_add(Money::fen(b)) {
                prop_assert_eq!(sum.checked_sub(Money::fen(b)), Ok(Money::fen(a)));
            }
        }
    }
}
