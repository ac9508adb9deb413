//! Who is told of what. The secret is sealed under a key of its own and never shown again.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{Page, PageRequest, Pii, Problem, Text, Timestamp, id::WebhookId};
use seal::{Keyring, Sealed, WrappedKey};
use serde::Serialize;

use super::Subscription;
use crate::{Connection, StoreError, Unit, jobs::table::wrong_cursor, on_each, schema::webhooks};

/// Characters of an address.
const URL_CHARS_MAX: usize = 2_000;
/// Patterns of one subscription.
const KINDS_MAX: usize = 100;
/// Active subscriptions of one bank: every append looks through them.
const ACTIVE_MAX: i64 = 100;
/// Bytes of a secret: 24 to 64 is what the Standard Webhooks text asks for.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A subscription to be made.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Where messages go, `http://` or `https://`.
    pub url: String,
    /// Full kinds (`voice.order.closed`), all kinds of a type (`voice.order.*`), or `*`.
    pub kinds: Vec<String>,
    /// The secret that signs messages, 24 to 64 bytes.
    pub secret: Pii<Vec<u8>>,
}

/// What is to change; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    /// Where messages go.
    pub url: Option<String>,
    /// What is wanted.
    pub kinds: Option<Vec<String>>,
    /// Whether messages are sent.
    pub active: Option<bool>,
    /// A new secret.
    pub secret: Option<Pii<Vec<u8>>>,
}

/// A subscription as shown to administrators; without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Where messages go.
    pub url: String,
    /// What is wanted.
    pub kinds: Vec<String>,
    /// Whether messages are sent.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = webhooks)]
struct Row {
    id: String,
    url: String,
    kinds: String,
    active: bool,
    secret: String,
    secret_key: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Webhook {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let kinds = kinds_of(&row.id, &row.kinds)?;
        Ok(Self {
            id: row.id,
            url: row.url,
            kinds,
            active: row.active,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

fn kinds_of(id: &str, json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::corrupt("webhooks", "kinds", id, "not a JSON list"))
}

/// What the secret's ciphertext is bound to.
fn context(id: &str) -> String {
    format!("{id}/secret")
}

/// Makes a subscription; it applies to what is appended from then on.
pub fn create(unit: &mut Unit<'_>, new: &NewWebhook) -> Result<Webhook, Problem> {
    check_url(&new.url)?;
    check_kinds(&new.kinds)?;
    check_secret(&new.secret)?;
    check_room(unit.connection())?;
    let id = WebhookId::new(unit.now(), unit.random()).to_string();
    let (secret, secret_key) = seal_secret(unit, &id, &new.secret);
    let now = unit.now().as_micros();
    let kinds = serde_json::Value::from(new.kinds.clone()).to_string();
    let row =
        Row { id, url: new.url.clone(), kinds, active: true, secret, secret_key, created_at: now, updated_at: now };
    let insert = |c: &mut Connection| on_each!(c, |c| diesel::insert_into(webhooks::table).values(&row).execute(c));
    insert(unit.connection()).map_err(StoreError::from)?;
    unit.webhooks_changed();
    Ok(Webhook::try_from(row)?)
}

/// Changes a subscription; `None` when there is none.
pub fn change(unit: &mut Unit<'_>, id: &str, change: &WebhookChange) -> Result<Option<Webhook>, Problem> {
    let Some(mut row) = row(unit.connection(), id)? else { return Ok(None) };
    if let Some(url) = &change.url {
        check_url(url)?;
        row.url.clone_from(url);
    }
    if let Some(kinds) = &change.kinds {
        check_kinds(kinds)?;
        row.kinds = serde_json::Value::from(kinds.clone()).to_string();
    }
    if let Some(active) = change.active {
        if active && !row.active {
            check_room(unit.connection())?;
        }
        row.active = active;
    }
    if let Some(secret) = &change.secret {
        check_secret(secret)?;
        (row.secret, row.secret_key) = seal_secret(unit, id, secret);
    }
    row.updated_at = unit.now().as_micros();
    let set = (
        webhooks::url.eq(&row.url),
        webhooks::kinds.eq(&row.kinds),
        webhooks::active.eq(row.active),
        webhooks::secret.eq(&row.secret),
        webhooks::secret_key.eq(&row.secret_key),
        webhooks::updated_at.eq(row.updated_at),
    );
    on_each!(unit.connection(), |c| diesel::update(webhooks::table.find(id)).set(set).execute(c))
        .map_err(StoreError::from)?;
    unit.webhooks_changed();
    Ok(Some(Webhook::try_from(row)?))
}

/// Removes a subscription and its deliveries. Returns whether there was one.
pub fn remove(unit: &mut Unit<'_>, id: &str) -> Result<bool, StoreError> {
    let removed = on_each!(unit.connection(), |c| diesel::delete(webhooks::table.find(id)).execute(c))?;
    unit.webhooks_changed();
    Ok(removed > 0)
}

fn row(connection: &mut Connection, id: &str) -> Result<Option<Row>, StoreError> {
    let query = webhooks::table.filter(webhooks::id.eq(id));
    Ok(on_each!(connection, |c| query.select(Row::as_select()).first(c)).optional()?)
}

/// One subscription.
pub fn get(connection: &mut Connection, id: &str) -> Result<Option<Webhook>, StoreError> {
    row(connection, id)?.map(Webhook::try_from).transpose()
}

/// One page of the subscriptions, oldest first.
pub fn list(connection: &mut Connection, request: &PageRequest) -> Result<Page<Webhook>, Problem> {
    let after: Option<String> = match &request.after {
        None => None,
        Some(cursor) => Some(cursor.key().map_err(|_| wrong_cursor())?),
    };
    let query =
        webhooks::table.filter(webhooks::id.gt(after.unwrap_or_default())).order(webhooks::id).limit(request.fetch());
    let rows: Vec<Row> = on_each!(connection, |c| query.select(Row::as_select()).load(c)).map_err(StoreError::from)?;
    let items: Result<Vec<Webhook>, StoreError> = rows.into_iter().map(Webhook::try_from).collect();
    Ok(Page::from_rows(request, items?, |webhook| webhook.id.clone()))
}

/// The active subscriptions, for the writers.
pub(crate) fn active(connection: &mut Connection) -> Result<Vec<Subscription>, StoreError> {
    let query = webhooks::table
        .filter(webhooks::active.eq(true))
        .order(webhooks::id)
        .limit(ACTIVE_MAX)
        .select((webhooks::id, webhooks::kinds));
    let rows: Vec<(String, String)> = on_each!(connection, |c| query.load(c))?;
    rows.into_iter().map(|(id, kinds)| Ok(Subscription { kinds: kinds_of(&id, &kinds)?, id })).collect()
}

/// Where a subscription's messages go, and the secret that signs them.
#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) url: String,
    pub(crate) secret: Pii<Vec<u8>>,
}

/// The destination of a subscription; `None` when it is gone or switched off.
pub(crate) fn target(
    connection: &mut Connection,
    keyring: &Keyring,
    id: &str,
) -> Result<Option<Destination>, StoreError> {
    let Some(row) = row(connection, id)?.filter(|row| row.active) else { return Ok(None) };
    let unreadable = |error| StoreError::corrupt("webhooks", "secret", id, error);
    let key = keyring.unwrap(&WrappedKey::from_stored(row.secret_key)).map_err(unreadable)?;
    let secret = keyring.open_bytes(&key, &context(id), &Sealed::from_stored(row.secret)).map_err(unreadable)?;
    Ok(Some(Destination { url: row.url, secret: Pii::new(secret) }))
}

fn seal_secret(unit: &Unit<'_>, id: &str, secret: &Pii<Vec<u8>>) -> (String, String) {
    let (keyring, random) = (unit.keyring(), unit.random());
    let (key, wrapped) = keyring.new_subject_key(random);
    let sealed = keyring.seal(&key, &context(id), secret.expose(), random);
    (sealed.into_string(), wrapped.into_string())
}

/// The address is http or https, has a host, and carries no user name or password, which would end up in logs.
fn check_url(url: &str) -> Result<(), Problem> {
    let wrong = |zh: &'static str, en: &'static str| Err(Problem::invalid("/url", Text::fixed(zh, en)));
    if url.chars().count() > URL_CHARS_MAX {
        return wrong("地址过长。", "The address is too long.");
    }
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return wrong("地址必须以 http:// 或 https:// 开头。", "The address must start with http:// or https://.");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong("地址中不能带用户名或密码。", "The address must not carry a user name or password.");
    }
    let readable = url.parse::<ureq::http::Uri>().is_ok_and(|uri| {
        let named = uri.host().is_some_and(|host| !host.is_empty());
        // The parser takes any digits behind the colon; a port is one of 1 to 65535.
        let port = uri.authority().and_then(|authority| authority.as_str().rsplit_once(':'));
        let asked = port.filter(|(_, port)| !port.ends_with(']'));
        named && asked.is_none_or(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0))
    });
    if readable { Ok(()) } else { wrong("这不是一个有效的地址。", "This is not a valid address.") }
}

fn check_kinds(kinds: &[String]) -> Result<(), Problem> {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let good = |pattern: &String| {
        let parts: Vec<&str> = pattern.split('.').collect();
        let last = |part: &str| part == "*" || word(part);
        pattern == "*" || (parts.len() == 3 && word(parts[0]) && word(parts[1]) && last(parts[2]))
    };
    if kinds.is_empty() || kinds.len() > KINDS_MAX || !kinds.iter().all(good) {
        let message = Text::fixed(
            "请给出 1 至 100 个事件种类，例如 voice.order.closed、voice.order.* 或 *。",
            "Give 1 to 100 kinds of events, for instance voice.order.closed, voice.order.* or *.",
        );
        return Err(Problem::invalid("/kinds", message));
    }
    Ok(())
}

fn check_secret(secret: &Pii<Vec<u8>>) -> Result<(), Problem> {
    if SECRET_BYTES.contains(&secret.expose().len()) {
        return Ok(());
    }
    let message = Text::fixed("密钥应为 24 至 64 字节。", "The secret has 24 to 64 bytes.");
    Err(Problem::invalid("/secret", message))
}

fn check_room(connection: &mut Connection) -> Result<(), Problem> {
    let count = webhooks::table.filter(webhooks::active.eq(true)).count();
    let count: i64 = on_each!(connection, |c| count.get_result(c)).map_err(StoreError::from)?;
    if count < ACTIVE_MAX {
        return Ok(());
    }
    let message =
        Text::fixed("启用的订阅已达 100 个上限。", "There are 100 active subscriptions already, which is the limit.");
    Err(Problem::new(kernel::ProblemKind::Refused, message))
}
