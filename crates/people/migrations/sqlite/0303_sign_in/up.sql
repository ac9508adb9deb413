-- What a member of staff signs in with. Deleted and reset, never shown.
CREATE TABLE staff_credentials (
    staff_id TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    password_hash TEXT,
    password_expires_at INTEGER,
    must_change INTEGER NOT NULL,
    totp_sealed TEXT,
    totp_step INTEGER NOT NULL,
    totp_pending TEXT,
    updated_at INTEGER NOT NULL
) STRICT;

-- Codes that stand in for a lost second factor, once each.
CREATE TABLE recovery_codes (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    code_mac BLOB NOT NULL,
    PRIMARY KEY (staff_id, code_mac)
) STRICT;

-- Tries by the name that was typed, whether or not there is such a person.
CREATE TABLE sign_in_guards (
    name_mac BLOB NOT NULL PRIMARY KEY,
    tries INTEGER NOT NULL,
    since INTEGER NOT NULL,
    locked_until INTEGER
) STRICT;
CREATE INDEX sign_in_guards_since ON sign_in_guards (since);

-- Sessions that are good; revoking one deletes it.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    token_hash BLOB NOT NULL UNIQUE,
    client TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_staff ON sessions (staff_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- How sign-ins ended; append-only, pruned when no law asks for them any more.
CREATE TABLE sign_ins (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ins_staff ON sign_ins (staff_id, at);
CREATE INDEX sign_ins_at ON sign_ins (at);
