-- Tokens of the bank's other systems.
CREATE TABLE api_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    unit_id TEXT COLLATE "C" NOT NULL REFERENCES units (id),
    unit_path TEXT COLLATE "C" NOT NULL,
    permissions TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_tokens_place ON api_tokens (unit_path, id);
CREATE INDEX api_tokens_unit ON api_tokens (unit_id);
