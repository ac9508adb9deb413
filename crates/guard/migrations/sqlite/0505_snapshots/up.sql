-- Snapshots of the windows, which lie in the object store. One without a time was begun and not finished.
CREATE TABLE guard_snapshots (
    seq INTEGER NOT NULL PRIMARY KEY,
    object TEXT NOT NULL,
    decision TEXT NOT NULL,
    definition TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    taken_at INTEGER
) STRICT;
