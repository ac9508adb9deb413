//! Why orders are not linked: what would go round in a circle. Judged by `desk`, which sees other orders too.

use super::refusal::{fixed, refusals};

refusals! {
    /// Why a link that points to a first may not be.
    LinkRefusal [] {
        /// Links that say the same of each other would go round in a circle.
        LinkCircle, "link-circle" at "/other", fixed(
            "对方工单已直接或间接关联到本工单，再关联会互为重复；请先取消对方的关联。",
            "The other order is linked to this one already, directly or through others; take that link away first.");
        /// Too many links to follow.
        LinksTooFar, "links-too-far" at "/other", fixed(
            "对方工单牵连的关联过多，无法核对；请关联到最初的工单。",
            "Too many orders hang on the other one to check them; link to the first of them.");
    }
}
