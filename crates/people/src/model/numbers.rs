//! The numbers of people in the one form that is sealed, indexed and compared. The rules are `seal::identity`'s; this
//! turns their refusals into sentences.

use kernel::{Date, Text};
use seal::identity;

/// The domain of the blind index of telephone numbers.
pub const PHONE: &str = "phone";
/// The domain of the blind index of identity numbers.
pub const IDENTITY: &str = "identity";
/// The domain of the blind index of account and card numbers.
pub const ACCOUNT: &str = "account";
/// The domain of the blind index of the bank's customer numbers.
pub const CUSTOMER: &str = "customer";

/// A telephone number in its normal form.
pub fn phone(text: &str) -> Result<String, Text> {
    identity::normalise_phone(text).map_err(identity::PhoneError::text)
}

/// A resident identity number in its normal form, and the birth date it holds.
pub fn resident_id(text: &str, today: Date) -> Result<(String, Date), Text> {
    let id = identity::ResidentId::parse(text, today).map_err(identity::ResidentIdError::text)?;
    let birth = id.birth_date();
    Ok((id.into_string(), birth))
}

/// The number of another document in its normal form.
pub fn document(text: &str) -> Result<String, Text> {
    identity::normalise_account(text).map_err(|_| {
        Text::fixed(
            "证件号码由数字和拉丁字母组成，5至34位。",
            "A document number has 5 to 34 digits and Latin letters.",
        )
    })
}

/// An account or card number in its normal form.
pub fn account(text: &str) -> Result<String, Text> {
    identity::normalise_account(text).map_err(identity::AccountError::text)
}
