-- Who outside wants to hear of which events. `kinds` is a JSON list; the secret is sealed under its own wrapped key.
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    active INTEGER NOT NULL,
    secret TEXT NOT NULL,
    secret_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One message for one subscriber, written in the transaction of its event.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    created_at INTEGER NOT NULL,
    delivered_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_webhook ON deliveries (webhook, id);
CREATE INDEX deliveries_state ON deliveries (state, id);
