//! What every HTTP endpoint is made of: the call, problem+json, idempotency, pages, live updates, limits, and the `Room`.
//!
//! Rooms build their `api/` from these pieces and `server` puts the rooms together. This crate must never know a room,
//! a role's meaning or a table other than its own.

pub mod abuse;
pub mod blocking_objects;
pub mod call;
pub mod credentials;
pub mod download;
pub mod failure;
pub mod form;
pub mod idempotency;
pub mod input;
pub mod live;
pub mod objects;
pub mod paging;
pub mod puzzle;
pub mod reply;
pub mod request;
pub mod room;
pub mod shared;
pub mod typed;

pub use abuse::{RateLimit, RateLimiter};
pub use blocking_objects::{BlockingObjects, Removal, removal_of};
pub use call::{AccountCall, Call, PublicCall};
pub use credentials::{Authenticated, Authenticator, Credentials, SESSION_COOKIE};
pub use failure::{Failure, ProblemBody};
pub use input::{BodyPrint, Json, Path, Query};
pub use live::Live;
pub use objects::Objects;
pub use paging::{ListQuery, PageBody};
pub use reply::Reply;
pub use room::Room;
pub use shared::{Contact, Settings, Shared};
pub use utoipa_axum::router::OpenApiRouter;
