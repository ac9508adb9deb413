//! What can go wrong, without a transport: a closed list of kinds, a sentence for the person, and a sentence for the log.

use std::{fmt, num::NonZeroU32};

use crate::Text;

/// The closed list of problem types. `endpoint` gives each its HTTP status and its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The request cannot be read: malformed JSON, wrong encoding.
    Malformed,
    /// Fields are missing, unknown or out of range; the fields say which.
    Invalid,
    /// Nobody is signed in, or the session or token is no longer good.
    Unauthenticated,
    /// The caller may see the thing and may not do this to it.
    Forbidden,
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// The state of the thing forbids it; the message says why.
    Refused,
    /// Somebody else changed the thing first; load it again.
    Conflict,
    /// The idempotency key was used with another body.
    IdempotencyMismatch,
    /// The body, file or list is larger than the limit.
    TooLarge,
    /// The content type is not one this endpoint reads.
    UnsupportedType,
    /// Too many tries; wait.
    TooMany,
    /// A cross-site request without its token.
    CrossSite,
    /// The method is not one this address answers.
    MethodNotAllowed,
    /// The request took longer than the limit.
    Timeout,
    /// A part the server needs does not answer; try later.
    Unavailable,
    /// A defect of the program; the request id leads to the log.
    Internal,
}

impl ProblemKind {
    /// Every kind, in order.
    pub const ALL: [Self; 16] = [
        Self::Malformed,
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Refused,
        Self::Conflict,
        Self::IdempotencyMismatch,
        Self::TooLarge,
        Self::UnsupportedType,
        Self::TooMany,
        Self::CrossSite,
        Self::MethodNotAllowed,
        Self::Timeout,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The last part of the type's address, in kebab case.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::IdempotencyMismatch => "idempotency-mismatch",
            Self::TooLarge => "too-large",
            Self::UnsupportedType => "unsupported-type",
            Self::TooMany => "too-many",
            Self::CrossSite => "cross-site",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The same request may succeed later without a change.
    pub const fn retryable(self) -> bool {
        match self {
            Self::TooMany | Self::Timeout | Self::Unavailable => true,
            Self::Malformed
            | Self::Invalid
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Refused
            | Self::Conflict
            | Self::IdempotencyMismatch
            | Self::TooLarge
            | Self::UnsupportedType
            | Self::CrossSite
            | Self::MethodNotAllowed
            | Self::Internal => false,
        }
    }
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The JSON pointer of the field, for instance `/complainant/phone`.
    pub pointer: String,
    /// What is wrong with it, without repeating its value.
    pub message: Text,
}

/// A problem on its way to the person who can act on it.
///
/// There is no `Display`: the public message and the internal context must each be asked for by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which of the closed list it is.
    pub kind: ProblemKind,
    /// What the person is told; never personal data.
    pub message: Text,
    /// The fields that are wrong.
    pub fields: Vec<FieldProblem>,
    /// A stable word for the reason within the kind, for instance `extension-needs-approval`.
    pub reason: Option<&'static str>,
    // As small as it can be: a problem travels in every result.
    wait_seconds: Option<NonZeroU32>,
    internal: Option<String>,
}

impl Problem {
    /// A problem of `kind` with its public message.
    pub fn new(kind: ProblemKind, message: Text) -> Self {
        Self { kind, message, fields: Vec::new(), reason: None, wait_seconds: None, internal: None }
    }

    /// Adds a field that is wrong.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, message: Text) -> Self {
        self.fields.push(FieldProblem { pointer: pointer.into(), message });
        self
    }

    /// Adds a stable word for the reason.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Adds how long to wait before the same request may succeed.
    #[must_use]
    pub fn after_seconds(mut self, seconds: u32) -> Self {
        self.wait_seconds = NonZeroU32::new(seconds);
        self
    }

    /// How long to wait before the same request may succeed; `None` when a new try costs little.
    pub fn wait_seconds(&self) -> Option<u32> {
        self.wait_seconds.map(NonZeroU32::get)
    }

    /// Adds context for the log; it never leaves the process.
    #[must_use]
    pub fn internally(mut self, context: impl fmt::Display) -> Self {
        self.internal = Some(context.to_string());
        self
    }

    /// The context for the log.
    pub fn internal(&self) -> Option<&str> {
        self.internal.as_deref()
    }

    /// Nothing of this kind, or nothing you may know of.
    pub fn not_found(noun_zh: &str, noun_en: &str) -> Self {
        let message = Text::of(
            format!("没有找到这个{noun_zh}，或您无权查看。"),
            format!("There is no such {noun_en}, or you may not see it."),
        );
        Self::new(ProblemKind::NotFound, message)
    }

    /// A field is missing or out of range.
    pub fn invalid(pointer: impl Into<String>, message: Text) -> Self {
        let public = Text::fixed("有内容需要更正，见下列字段。", "Some fields need correction; see the list.");
        Self::new(ProblemKind::Invalid, public).field(pointer, message)
    }

    /// A defect of the program; `context` goes to the log only.
    pub fn internal_error(context: impl fmt::Display) -> Self {
        let message = Text::fixed(
            "系统出了问题，请稍后再试，或把请求编号告诉管理员。",
            "Something broke on our side. Try again, or give the request id to your administrator.",
        );
        Self::new(ProblemKind::Internal, message).internally(context)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("kind", &self.kind)
            .field("en", &self.message.en)
            .field("reason", &self.reason)
            .field("fields", &self.fields)
            .field("internal", &self.internal)
            .finish()
    }
}
