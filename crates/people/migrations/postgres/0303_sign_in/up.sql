-- What a member of staff signs in with. Deleted and reset, never shown.
CREATE TABLE staff_credentials (
    staff_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES staff (id),
    password_hash TEXT,
    password_expires_at BIGINT,
    must_change BOOLEAN NOT NULL,
    totp_sealed TEXT,
    totp_step BIGINT NOT NULL,
    totp_pending TEXT,
    updated_at BIGINT NOT NULL
);

-- Codes that stand in for a lost second factor, once each.
CREATE TABLE recovery_codes (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    code_mac BYTEA NOT NULL,
    PRIMARY KEY (staff_id, code_mac)
);

-- Tries by the name that was typed, whether or not there is such a person.
CREATE TABLE sign_in_guards (
    name_mac BYTEA NOT NULL PRIMARY KEY,
    tries INTEGER NOT NULL,
    since BIGINT NOT NULL,
    locked_until BIGINT
);
CREATE INDEX sign_in_guards_since ON sign_in_guards (since);

-- Sessions that are good; revoking one deletes it.
CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    token_hash BYTEA NOT NULL UNIQUE,
    client TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_staff ON sessions (staff_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- How sign-ins ended; append-only, pruned when no law asks for them any more.
CREATE TABLE sign_ins (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C",
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sign_ins_staff ON sign_ins (staff_id, at);
CREATE INDEX sign_ins_at ON sign_ins (at);
