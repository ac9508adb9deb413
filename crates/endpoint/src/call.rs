//! The call: who asks, in which request, and the ways to read and write. No call, no data.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{HeaderMap, Method, Uri, request::Parts};
use kernel::{Actor, Permission, Problem, ProblemKind, RequestId, Scoped, Text, access, text::Language};
use ledger::{Cause, Connection, Unit};

use crate::{
    BodyPrint, Failure, Reply, Shared,
    credentials::{Authenticated, Credentials, Session},
    idempotency,
    input::IDEMPOTENCY_KEY,
    request::RequestInfo,
};

/// The header in which a browser repeats its session's token on unsafe requests.
pub const CSRF_TOKEN: &str = "x-csrf-token";

/// A request by a caller who is known.
pub struct Call {
    /// Who asks.
    pub actor: Actor,
    /// The session, when the caller is a person in a browser.
    pub session: Option<Session>,
    /// What is known of the request itself.
    pub public: PublicCall,
    /// What the caller showed, for what goes on after the answer has begun.
    pub(crate) credentials: Credentials,
}

/// A request by a caller who is known about their own account: open also while they must do something first, for it is how they
/// do it. Whatever else there is takes a [`Call`], which tells them what to do first.
pub struct AccountCall(pub Call);

/// A request by anybody: the portal's and the sign-in's endpoints.
#[derive(Clone)]
pub struct PublicCall {
    /// The state behind all handlers.
    pub shared: Shared,
    /// The request id.
    pub request: RequestId,
    /// The language to answer in.
    pub language: Language,
    /// The caller's network address, for rate limits only: of an IPv6 address its network. It is never stored.
    pub address: IpAddr,
    key: Option<String>,
    target: String,
}

impl FromRequestParts<Shared> for PublicCall {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Failure> {
        let info = parts.extensions.get::<RequestInfo>().copied();
        let info = info.ok_or_else(|| Problem::internal_error("the request layer is missing"))?;
        Ok(Self {
            shared: shared.clone(),
            request: info.id,
            language: info.language,
            address: address(parts, shared.settings().trusted_proxies),
            key: key(&parts.headers)?,
            target: target(&parts.method, &parts.uri),
        })
    }
}

impl FromRequestParts<Shared> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Failure> {
        let AccountCall(call) = AccountCall::from_request_parts(parts, shared).await?;
        match call.session.as_ref().and_then(|session| session.duty.as_ref()) {
            Some(duty) => Err(duty.refusal().into()),
            None => Ok(call),
        }
    }
}

impl FromRequestParts<Shared> for AccountCall {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Failure> {
        let public = PublicCall::from_request_parts(parts, shared).await?;
        let credentials = Credentials::from_headers(&parts.headers).ok_or_else(unauthenticated)?;
        let Authenticated { actor, session } = authenticated(shared, &credentials).await?;
        if let Some(session) = &session
            && !parts.method.is_safe()
            && !same_token(&parts.headers, &session.csrf_token)
        {
            let message = Text::fixed(
                "请求没有带上本次登录的防伪令牌；请刷新页面再试。",
                "The request lacks the token of this session; reload the page and try again.",
            );
            return Err(Problem::new(ProblemKind::CrossSite, message).into());
        }
        Ok(Self(Call { actor, session, public, credentials }))
    }
}

/// The caller behind credentials, as of now: from memory, else from the database.
pub(crate) async fn authenticated(shared: &Shared, credentials: &Credentials) -> Result<Authenticated, Problem> {
    if let Some(known) = shared.authenticator().recall(credentials) {
        return Ok(known);
    }
    let (authenticator, credentials) = (shared.authenticator().clone(), credentials.clone());
    let checked = tokio::task::spawn_blocking(move || authenticator.authenticate(&credentials)).await;
    checked.map_err(Problem::internal_error)?
}

impl std::ops::Deref for Call {
    type Target = PublicCall;

    fn deref(&self) -> &PublicCall {
        &self.public
    }
}

impl Call {
    /// Runs a write in one transaction, once per idempotency key.
    pub async fn write<F>(&self, print: BodyPrint, f: F) -> Result<Reply, Failure>
    where
        F: FnMut(&mut Unit<'_>) -> Result<Reply, Problem> + Send + 'static,
    {
        self.public.write_as(Some(&self.actor), print, f).await
    }

    /// Refuses unless the permission is held somewhere; for things without a place.
    pub fn require(&self, permission: Permission) -> Result<(), Failure> {
        if self.actor.holds(permission) { Ok(()) } else { Err(lacks(permission).into()) }
    }

    /// Refuses unless the permission is held from the top of the tree; for things of the whole bank.
    pub fn require_everywhere(&self, permission: Permission) -> Result<(), Failure> {
        let everywhere = self.actor.scopes(permission).iter().any(|scope| scope.depth() == 1);
        if everywhere { Ok(()) } else { Err(lacks(permission).into()) }
    }

    /// The thing with the proof that the caller may do `act` to it; otherwise 404 or 403 (see [`kernel::authorise`]).
    pub fn authorise<T: Scoped>(
        &self,
        see: Permission,
        act: Permission,
        thing: T,
        nouns: (&str, &str),
    ) -> Result<access::Authorised<T>, Problem> {
        authorise(&self.actor, see, act, thing, nouns)
    }
}

/// The thing with the proof, for use inside a unit of work.
pub fn authorise<T: Scoped>(
    actor: &Actor,
    see: Permission,
    act: Permission,
    thing: T,
    (noun_zh, noun_en): (&str, &str),
) -> Result<access::Authorised<T>, Problem> {
    kernel::authorise(actor, see, act, thing).map_err(|refused| match refused {
        kernel::Refused::Hidden => Problem::not_found(noun_zh, noun_en),
        kernel::Refused::Lacks(permission) => lacks(permission),
    })
}

/// The problem of a caller who may not.
pub fn lacks(permission: Permission) -> Problem {
    let message = Text::of(
        format!("您没有这项权限（{}）；需要时请联系管理员。", permission.0),
        format!("You lack the permission {}; ask your administrator if you need it.", permission.0),
    );
    Problem::new(ProblemKind::Forbidden, message)
}

/// The problem of a caller who is not known.
pub fn unauthenticated() -> Problem {
    Problem::new(ProblemKind::Unauthenticated, Text::fixed("请先登录。", "Sign in first."))
}

impl PublicCall {
    /// What events and jobs name as their cause.
    pub fn cause(&self) -> Cause {
        Cause::request(self.request)
    }

    /// Runs a read on a connection of its own, away from the event loop.
    pub async fn read<T, F>(&self, f: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Problem> + Send + 'static,
    {
        let ledger = self.shared.ledger().clone();
        let done = tokio::task::spawn_blocking(move || ledger.read(f)).await;
        done.map_err(Problem::internal_error)?.map_err(Failure::from)
    }

    /// Runs a write in one transaction for a caller who is known only by address.
    pub async fn write<F>(&self, print: BodyPrint, f: F) -> Result<Reply, Failure>
    where
        F: FnMut(&mut Unit<'_>) -> Result<Reply, Problem> + Send + 'static,
    {
        // Keys of unknown callers share one space; a key is theirs to make unguessable.
        self.write_as(None, print, f).await
    }

    /// Runs a write whose answer is not kept under a key, because it holds a secret.
    pub async fn write_unkept<T, F>(&self, f: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnMut(&mut Unit<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.shared.ledger().write_then(&self.cause(), f, move |result| {
            // The caller may have gone; the write stands all the same.
            let _ = answer.send(result);
        });
        answered.await.map_err(|_| Problem::internal_error("the writer went away"))?.map_err(Failure::from)
    }

    async fn write_as<F>(&self, caller: Option<&Actor>, print: BodyPrint, mut f: F) -> Result<Reply, Failure>
    where
        F: FnMut(&mut Unit<'_>) -> Result<Reply, Problem> + Send + 'static,
    {
        let Some(key) = &self.key else {
            return self.write_unkept(f).await;
        };
        let keyring = &self.shared.ledger().ports().keyring;
        let mut hasher = keyring.hasher();
        hasher.update(self.target.as_bytes());
        hasher.update(&print.0.unwrap_or_default());
        let request = hasher.finish().0;
        let print = idempotency::Print { request, rights: caller.map(|actor| rights(keyring, actor)) };
        let reference = caller.map_or("public", |actor| actor.reference.as_str());
        let this = idempotency::Use::new(&self.shared, reference, key, print);
        self.write_unkept(move |unit| idempotency::once(unit, &this, &mut f)).await
    }
}

/// A hash over what the caller may do where.
fn rights(keyring: &seal::Keyring, actor: &Actor) -> [u8; 32] {
    let mut held: Vec<(&str, &str)> =
        actor.grants.iter().map(|grant| (grant.permission.0, grant.scope.as_str())).collect();
    held.sort_unstable();
    let mut hasher = keyring.hasher();
    for (permission, scope) in held {
        // Neither holds a line end or a space.
        hasher.update(permission.as_bytes());
        hasher.update(b" ");
        hasher.update(scope.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finish().0
}

fn target(method: &Method, uri: &Uri) -> String {
    format!("{method} {uri}\n")
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let good =
        !text.is_empty() && text.len() <= idempotency::KEY_CHARS_MAX && text.bytes().all(|b| b.is_ascii_graphic());
    if good {
        return Ok(Some(text.to_owned()));
    }
    let message = Text::fixed(
        "Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。",
        "Idempotency-Key has 1 to 255 visible ASCII characters.",
    );
    Err(Problem::new(ProblemKind::Malformed, message))
}

fn same_token(headers: &HeaderMap, expected: &str) -> bool {
    let sent = headers.get(CSRF_TOKEN).map(http::HeaderValue::as_bytes).unwrap_or_default();
    // Equal time whatever the first difference; the length is no secret.
    sent.len() == expected.len() && sent.iter().zip(expected.as_bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// The address of the caller: the peer's, or the one that the outermost trusted proxy reports.
///
/// Every hop keeps its place, readable or not: whoever sends the request writes the left end of the line, so that leaving one out
/// would let them choose the hop that counts. In place of an unreadable one the nearest trusted address counts.
fn address(parts: &Parts, trusted_proxies: usize) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let peer = counted(peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    if trusted_proxies == 0 {
        return peer;
    }
    let lines = parts.headers.get_all("x-forwarded-for").iter();
    let hops: Vec<&[u8]> = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
    let Some(own) = hops.len().checked_sub(trusted_proxies) else { return peer };
    hops[own..].iter().find_map(|hop| hop_address(hop)).map_or(peer, counted)
}

/// The address of a hop as proxies write it: alone, with its port, or in brackets.
fn hop_address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip())).or_else(bare)
}

/// The address under which a caller is counted. One customer of an IPv6 network has 2^64 addresses: they count as one.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(forwarded: &str) -> Parts {
        let mut request = http::Request::new(());
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 9], 1))));
        request.into_parts().0
    }

    #[test]
    fn only_trusted_proxies_name_the_caller() {
        let forged = parts("1.1.1.1, 2.2.2.2");
        assert_eq!(address(&forged, 0).to_string(), "10.0.0.9");
        assert_eq!(address(&forged, 1).to_string(), "2.2.2.2");
        assert_eq!(address(&forged, 2).to_string(), "1.1.1.1");
        assert_eq!(address(&forged, 3).to_string(), "10.0.0.9");
        assert_eq!(address(&parts("nonsense"), 1).to_string(), "10.0.0.9");
    }

    #[test]
    fn hops_are_read_as_proxies_write_them_and_keep_their_place() {
        for (forwarded, proxies, expect) in [
            ("1.1.1.1, 2.2.2.2:4711", 1, "2.2.2.2"),
            ("1.1.1.1, [2001:db8:1:2:3:4:5:6]:443", 1, "2001:db8:1:2::"),
            ("1.1.1.1, [2001:db8:1:2:3:4:5:6]", 1, "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::9", 1, "2001:db8:1:2::"),
            ("::ffff:3.3.3.3", 1, "3.3.3.3"),
            // What cannot be read never moves the count to what the caller wrote themselves.
            ("6.6.6.6, unknown", 1, "10.0.0.9"),
            ("6.6.6.6, unknown, 2.2.2.2", 2, "2.2.2.2"),
            ("6.6.6.6,, 2.2.2.2", 2, "2.2.2.2"),
            ("6.6.6.6, 5.5.5.5, 2.2.2.2", 2, "5.5.5.5"),
        ] {
            assert_eq!(address(&parts(forwarded), proxies).to_string(), expect, "{forwarded}");
        }
        let mut odd = parts("6.6.6.6");
        odd.headers.append("x-forwarded-for", http::HeaderValue::from_bytes(b"caf\xe9").unwrap());
        assert_eq!(address(&odd, 1).to_string(), "10.0.0.9");
    }

    #[test]
    fn keys_are_short_and_visible() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IDEMPOTENCY_KEY, text.parse().unwrap());
            key(&headers)
        };
        assert_eq!(of("till-7/0001").unwrap().as_deref(), Some("till-7/0001"));
        for bad in ["", "two words", &"k".repeat(256)] {
            assert!(of(bad).is_err());
        }
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
    }
}
