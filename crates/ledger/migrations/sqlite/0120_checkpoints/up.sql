-- Signed statements about all events up to a position. `trace` holds the first bytes of each event's hash,
-- so that a broken checkpoint can be narrowed down to one event.
CREATE TABLE checkpoints (
    number INTEGER NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    trace BLOB NOT NULL
) STRICT;
