-- Every decision, in the order in which it was taken. Facts are numbers and keyed hashes, from which windows are rebuilt; the
-- event itself is sealed under the key of its day.
CREATE TABLE guard_decisions (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event_key BLOB NOT NULL UNIQUE,
    print BLOB NOT NULL,
    caller TEXT NOT NULL,
    event_type TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    layout INTEGER NOT NULL,
    facts BLOB NOT NULL,
    seen BLOB NOT NULL,
    sealed TEXT NOT NULL,
    outcome TEXT,
    screening TEXT,
    score INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX guard_decisions_unit ON guard_decisions (unit_path, seq);

-- Which name stands in which place of facts and of what was seen.
CREATE TABLE guard_layouts (
    id INTEGER NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL
) STRICT;

-- The secret under which texts are hashed, and the key of each day's events; all wrapped.
CREATE TABLE guard_keys (
    name TEXT NOT NULL PRIMARY KEY,
    wrapped_key TEXT NOT NULL,
    sealed TEXT
) STRICT, WITHOUT ROWID;
