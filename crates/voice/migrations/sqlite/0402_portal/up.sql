-- One-time codes of the portal. `slot` is a keyed hash of the telephone number or the receipt number, `code` one of the
-- code; neither can be read back. A slot has one code; unknown receipt numbers get one as well, which nobody is sent.
CREATE TABLE portal_codes (
    slot TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_codes_expires ON portal_codes (expires_at);

-- Messages for the bank's own gateway to fetch and send. Sealed under a key of their own, which goes with the row.
CREATE TABLE order_messages (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    wrapped_key TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    taken_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX order_messages_waiting ON order_messages (id) WHERE taken_at IS NULL;
CREATE INDEX order_messages_expires ON order_messages (expires_at);
