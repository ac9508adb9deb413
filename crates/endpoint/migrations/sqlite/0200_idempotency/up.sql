-- Answers kept under idempotency keys. `caller` is an actor reference; `body` holds what the caller was already shown.
CREATE TABLE idempotency (
  caller   TEXT    NOT NULL,
  key      TEXT    NOT NULL,
  print    BLOB    NOT NULL,
  status   INTEGER NOT NULL,
  location TEXT,
  body     BLOB    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_at ON idempotency (at);
