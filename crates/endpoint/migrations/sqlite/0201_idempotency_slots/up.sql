-- Answers kept under idempotency keys, one behind the other: a write adds to the end of the table, and of what lies in the
-- middle it touches the short index of slots alone. `slot` is half of a hash over caller and key, so neither is kept in
-- clear; `body` holds what the caller was already shown. Answers of the days before the change are let go.
DROP TABLE idempotency;
CREATE TABLE idempotency (
    seq INTEGER NOT NULL PRIMARY KEY,
    slot BLOB NOT NULL UNIQUE,
    print BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
