-- One row for each thing with a life of its own: how many events it has and the hash of the last.
CREATE TABLE streams (
    stream TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened, append-only. hash = H(hash of the event before it in the stream, then every other column but position).
CREATE TABLE events (
    position INTEGER NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    schema INTEGER NOT NULL,
    payload TEXT NOT NULL,
    actor TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX events_stream_version ON events (stream, version);
