//! Proofs on both databases.

mod recompute;
