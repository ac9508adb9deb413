//! The numbers that identify people: resident ids, telephones, bank cards, accounts.
//!
//! Each parser takes what a person typed or a file holds, and gives the one normalised form that is sealed and indexed,
//! or a reason that names what is wrong. A well-formed number is not proof that it was issued: nothing here asks a
//! registry. No error repeats the number, and `Debug` of a parsed one shows nothing.

mod account;
mod compact;
mod phone;
mod resident;

pub use account::{AccountError, BankCard, BankCardError, normalise_account, normalise_bank_card};
pub use phone::{Phone, PhoneError, normalise_phone};
pub use resident::{ResidentId, ResidentIdError, normalise_resident_id};
