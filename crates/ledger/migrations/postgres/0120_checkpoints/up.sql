-- Signed statements about all events up to a position. `trace` holds the first bytes of each event's hash,
-- so that a broken checkpoint can be narrowed down to one event.
CREATE TABLE checkpoints (
    number BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    trace BYTEA NOT NULL
);
