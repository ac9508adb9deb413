//! API tokens of the bank's other systems as rows. Only a hash of the secret is kept.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    dsl::sql,
    sql_types::{Bool, Text},
};
use kernel::{
    ActorRef, OrgPath, Page, PageRequest, Problem, Timestamp,
    id::{TokenId, UnitId},
};
use ledger::{Connection, StoreError, on_each};

use super::{
    one_row, parse, parse_path,
    schema::api_tokens,
    scoped::{self, Range},
};

const TABLE: &str = "api_tokens";

/// One API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// Which system it is for.
    pub name: String,
    /// The unit in which it works.
    pub unit: UnitId,
    /// That unit's place.
    pub unit_path: OrgPath,
    /// The permissions it is narrowed to; empty when it has all of the system role.
    pub permissions: Vec<String>,
    /// Who issued it.
    pub created_by: ActorRef,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the quarter of an hour.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl kernel::Scoped for ApiToken {
    fn unit(&self) -> &OrgPath {
        &self.unit_path
    }
}

impl ApiToken {
    /// Whether it lets anybody in at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_tokens)]
struct TokenRow {
    id: String,
    name: String,
    unit_id: String,
    unit_path: String,
    permissions: String,
    created_by: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<TokenRow> for ApiToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let permissions = serde_json::from_str(&row.permissions)
            .map_err(|_| StoreError::corrupt(TABLE, "permissions", &row.id, "not a JSON list of texts"))?;
        Ok(Self {
            id: parse(TABLE, "id", &row.id, &row.id)?,
            unit: parse(TABLE, "unit_id", &row.id, &row.unit_id)?,
            unit_path: parse_path(TABLE, "unit_path", &row.id, &row.unit_path)?,
            permissions,
            name: row.name,
            created_by: ActorRef::from_stored(row.created_by),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            used_at: row.used_at.map(Timestamp::from_micros),
            revoked_at: row.revoked_at.map(Timestamp::from_micros),
        })
    }
}

/// Adds a token.
pub fn insert(conn: &mut Connection, token: &ApiToken, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    let values = (
        api_tokens::id.eq(token.id.to_string()),
        api_tokens::name.eq(&token.name),
        api_tokens::token_hash.eq(token_hash.as_slice()),
        api_tokens::unit_id.eq(token.unit.to_string()),
        api_tokens::unit_path.eq(token.unit_path.as_str()),
        api_tokens::permissions.eq(serde_json::json!(token.permissions).to_string()),
        api_tokens::created_by.eq(token.created_by.as_str()),
        api_tokens::created_at.eq(token.created_at.as_micros()),
        api_tokens::expires_at.eq(token.expires_at.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(api_tokens::table).values(values).execute(c))?;
    Ok(())
}

/// The token of a secret, by its hash, good or not.
pub fn find_by_hash(conn: &mut Connection, token_hash: &[u8; 32]) -> Result<Option<ApiToken>, StoreError> {
    let query = api_tokens::table.filter(api_tokens::token_hash.eq(token_hash.as_slice()));
    on_each!(conn, |c| query.select(TokenRow::as_select()).first(c)).optional()?.map(ApiToken::try_from).transpose()
}

/// One token.
pub fn find(conn: &mut Connection, id: TokenId) -> Result<Option<ApiToken>, StoreError> {
    let query = api_tokens::table.find(id.to_string());
    on_each!(conn, |c| query.select(TokenRow::as_select()).first(c)).optional()?.map(ApiToken::try_from).transpose()
}

/// The tokens that `maker` issued and that still let somebody in at `now`, up to `limit`.
pub fn live_of(
    conn: &mut Connection,
    maker: &ActorRef,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ApiToken>, StoreError> {
    let query = api_tokens::table
        .filter(api_tokens::created_by.eq(maker.as_str()))
        .filter(api_tokens::revoked_at.is_null())
        .filter(api_tokens::expires_at.gt(now.as_micros()))
        .order(api_tokens::id)
        .limit(limit);
    on_each!(conn, |c| query.select(TokenRow::as_select()).load(c))?.into_iter().map(ApiToken::try_from).collect()
}

/// A page of the tokens within the scopes, by place and id.
pub fn page(conn: &mut Connection, scopes: &[OrgPath], request: &PageRequest) -> Result<Page<ApiToken>, Problem> {
    let ranges = scoped::ranges(scopes, None, request.after.as_ref())?;
    let read = |range: &Range, limit| read_range(conn, range, limit).map_err(Problem::from);
    scoped::page(request, &ranges, read, |token| (token.unit_path.as_str().to_owned(), token.id.to_string()))
}

fn read_range(conn: &mut Connection, range: &Range, limit: i64) -> Result<Vec<ApiToken>, StoreError> {
    let query = api_tokens::table
        .filter(
            sql::<Bool>("(api_tokens.unit_path, api_tokens.id) > (")
                .bind::<Text, _>(&range.lower.0)
                .sql(", ")
                .bind::<Text, _>(&range.lower.1)
                .sql(")"),
        )
        .filter(api_tokens::unit_path.lt(&range.end))
        .order((api_tokens::unit_path, api_tokens::id))
        .limit(limit);
    on_each!(conn, |c| query.select(TokenRow::as_select()).load(c))?.into_iter().map(ApiToken::try_from).collect()
}

/// Revokes a token. Returns false when it was revoked before.
pub fn revoke(conn: &mut Connection, id: TokenId, now: Timestamp) -> Result<bool, StoreError> {
    let this = api_tokens::table.find(id.to_string()).filter(api_tokens::revoked_at.is_null());
    Ok(on_each!(conn, |c| diesel::update(this).set(api_tokens::revoked_at.eq(now.as_micros())).execute(c))? == 1)
}

/// Notes that a token was used.
pub fn touch(conn: &mut Connection, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
    let this = api_tokens::table.find(id.to_string());
    let rows = on_each!(conn, |c| diesel::update(this).set(api_tokens::used_at.eq(now.as_micros())).execute(c))?;
    one_row(rows, TABLE, id)
}
