-- Answers kept under idempotency keys. `caller` is an actor reference; `body` holds what the caller was already shown.
CREATE TABLE idempotency (
  caller   TEXT     NOT NULL,
  key      TEXT     NOT NULL,
  print    BYTEA    NOT NULL,
  status   SMALLINT NOT NULL,
  location TEXT,
  body     BYTEA    NOT NULL,
  at       BIGINT   NOT NULL,
  PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_at ON idempotency (at);
