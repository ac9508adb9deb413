//! Letters to the complainant: which ones an order owes, and when and how each was delivered.
//!
//! The text of a letter is made by `api::letters` from the state; here it is only a sealed value kept with its delivery.

use kernel::{ActorRef, Timestamp, id::LetterId};
use regulation::{MatterKind, PauseReason};
use seal::Sealed;

use super::{
    parts::{Means, Reference},
    words::words,
};

words! {
    /// What a letter tells.
    LetterKind {
        /// The matter is accepted, and until when it will be answered.
        Acceptance = "acceptance", "受理告知书", "notice of acceptance";
        /// The matter is not accepted, and why.
        Declined = "declined", "不予受理告知书", "notice of non-acceptance";
        /// The deadline is extended, and why.
        Extension = "extension", "延期告知书", "notice of extension";
        /// The clock stands still, and why.
        Pause = "pause", "中止计时告知书", "notice that the clock is paused";
        /// The clock starts anew, and why.
        Restart = "restart", "重新计时告知书", "notice that the clock starts anew";
        /// The matter is handled as another kind, and why.
        Retyping = "retyping", "事项类别变更告知书", "notice of re-typing";
        /// What a re-examination found.
        Review = "review", "核查结果告知书", "notice of the re-examination";
        /// The decision, with facts, basis and remedies.
        Decision = "decision", "处理决定告知书", "notice of the decision";
    }
}

/// What a letter tells beside its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterDetail {
    /// The reason in words, with the place it was sealed for.
    pub why: Option<(&'static str, Sealed)>,
    /// The new deadline.
    pub due: Option<Timestamp>,
    /// What kind of matter it was before.
    pub before: Option<MatterKind>,
    /// Why the clock stands still.
    pub ground: Option<PauseReason>,
}

/// A letter the order owes to the complainant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The id.
    pub id: LetterId,
    /// What it tells.
    pub kind: LetterKind,
    /// Since when it is owed.
    pub at: Timestamp,
    /// What kind of matter the order then was.
    pub matter: MatterKind,
    /// What it tells beside that.
    pub detail: LetterDetail,
    /// Its delivery; `None` while it is owed.
    pub delivery: Option<Delivery>,
    /// A later decision took its place before it went out.
    pub replaced: bool,
}

impl Letter {
    /// Whether it still has to go out.
    pub const fn owed(&self) -> bool {
        self.delivery.is_none() && !self.replaced
    }
}

/// How a letter reached the complainant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When it was handed over, posted, sent or dialled.
    pub at: Timestamp,
    /// How.
    pub means: Means,
    /// The tracking number, the message's number or the id of the recording.
    pub reference: Option<Reference>,
    /// What was said, word for word.
    pub text: Option<Sealed>,
    /// Who sent it.
    pub by: ActorRef,
}
