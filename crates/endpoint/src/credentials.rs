//! What a caller shows to say who they are, and the port behind which it is checked.

use http::{HeaderMap, header};
use kernel::{Actor, Problem, ProblemKind, SessionId, Text};

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "xiaobao_session";

/// Characters of a cookie value or token at most; ours are below 100.
const SECRET_CHARS_MAX: usize = 512;

/// A secret from the request. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// A session cookie of a person in a browser.
    Session(String),
    /// A bearer token of a system.
    Bearer(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "Session(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

/// A caller who is known.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who it is and what they may do.
    pub actor: Actor,
    /// The session, when the caller came with a cookie.
    pub session: Option<Session>,
}

/// What a handler may know of the caller's session.
#[derive(Clone)]
pub struct Session {
    /// The session's id; the secret itself is not kept.
    pub id: SessionId,
    /// The token that unsafe requests must repeat in `X-CSRF-Token`.
    pub csrf_token: String,
    /// What the person must do before anything else, such as changing a temporary password.
    pub duty: Option<Duty>,
}

/// Something that a session asks of its person before it lets them do anything else.
#[derive(Debug, Clone)]
pub struct Duty {
    /// Its stable word.
    pub reason: &'static str,
    /// What to do, in words.
    pub text: Text,
}

impl Duty {
    /// The refusal of whatever else is asked for before.
    pub fn refusal(&self) -> Problem {
        Problem::new(ProblemKind::Forbidden, self.text.clone()).because(self.reason)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.id)
    }
}

/// Resolves credentials to a caller. `people` implements it.
pub trait Authenticator: Send + Sync {
    /// The caller, if these credentials were checked a moment ago; must not touch the database.
    fn recall(&self, credentials: &Credentials) -> Option<Authenticated>;

    /// The caller, checked against the database; may block.
    fn authenticate(&self, credentials: &Credentials) -> Result<Authenticated, Problem>;
}

impl Credentials {
    /// The credentials of a request: a bearer token before a cookie.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok()?.strip_prefix("Bearer ")?.trim();
            return fits(token).then(|| Self::Bearer(token.to_owned()));
        }
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == SESSION_COOKIE && fits(value))
            .map(|(_, value)| Self::Session(value.to_owned()))
    }
}

fn fits(secret: &str) -> bool {
    !secret.is_empty() && secret.len() <= SECRET_CHARS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(header::HeaderName, &str)]) -> Option<Credentials> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        Credentials::from_headers(&headers)
    }

    #[test]
    fn a_token_goes_before_a_cookie() {
        let cookie = (header::COOKIE, "theme=dark; xiaobao_session=abc");
        assert_eq!(of(std::slice::from_ref(&cookie)), Some(Credentials::Session("abc".into())));
        let both = of(&[cookie, (header::AUTHORIZATION, "Bearer xyz")]);
        assert_eq!(both, Some(Credentials::Bearer("xyz".into())));
        assert_eq!(of(&[(header::AUTHORIZATION, "Basic eDp5")]), None);
        assert_eq!(of(&[(header::COOKIE, "xiaobao_session=")]), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", Credentials::Bearer("hush".into())).contains("hush"));
    }
}
