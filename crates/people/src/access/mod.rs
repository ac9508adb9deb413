//! How a caller becomes known: passwords, second factors, session and token secrets, and the `Authenticator`.
//!
//! It must never store or log a secret in clear, and must give a stranger the same answer in the same time whether or not
//! the name they typed exists.

pub mod authenticator;
pub mod password;
pub mod second_factor;
pub mod secret;

pub use authenticator::{Access, AccessOptions, RoleTable, changed, declared, present};
