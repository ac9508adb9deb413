//! Texts of a matter under the matter's own key: sealed for one place, and opened there only. Every room seals alike, so it is
//! done where people are kept; this must never become a second way.

pub use people::sealing::MatterKey;
