//! Matters of the past on their way into the voice room: taken, or only looked at.

use kernel::{Clock as _, SystemClock};
use ledger::{Cause, Ledger};
use seal::Hasher;
use voice::{
    model::Law,
    past_list::{
        self, Fates,
        mapping::{Binding, PastMatter},
    },
};

use crate::fault::Outcome;

/// What takes matters in: the voice room, or nobody when a file is only checked.
pub enum Desk {
    /// Every matter becomes an order.
    Open {
        /// Where orders are kept.
        ledger: Ledger,
        /// The run that orders name as their cause.
        cause: Cause,
    },
    /// Matters are looked at and left.
    CheckOnly,
}

impl Desk {
    /// A fresh hasher for telling rows apart. A check without keys needs one only within its file.
    pub fn hasher(&self) -> Hasher {
        match self {
            Self::Open { ledger, .. } => ledger.ports().keyring.hasher(),
            Self::CheckOnly => Hasher::new(seal::SuiteName::Sm),
        }
    }

    /// Takes a batch, in one unit of work.
    pub fn take(&self, batch: &[PastMatter], binding: &Binding, law: &Law) -> Outcome<Fates> {
        match self {
            Self::CheckOnly => Ok(past_list::check(batch, binding, law, SystemClock.now())),
            Self::Open { ledger, cause } => Ok(past_list::take(ledger, cause, batch, binding, law)?),
        }
    }
}
