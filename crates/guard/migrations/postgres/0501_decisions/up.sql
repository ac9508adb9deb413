-- Every decision, in the order in which it was taken. Facts are numbers and keyed hashes, from which windows are rebuilt; the
-- event itself is sealed under the key of its day.
CREATE TABLE guard_decisions (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event_key BYTEA NOT NULL UNIQUE,
    print BYTEA NOT NULL,
    caller TEXT NOT NULL,
    event_type TEXT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    layout BIGINT NOT NULL,
    facts BYTEA NOT NULL,
    seen BYTEA NOT NULL,
    sealed TEXT NOT NULL,
    outcome TEXT,
    screening TEXT,
    score BIGINT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX guard_decisions_unit ON guard_decisions (unit_path, seq);

-- Which name stands in which place of facts and of what was seen.
CREATE TABLE guard_layouts (
    id BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL
);

-- The secret under which texts are hashed, and the key of each day's events; all wrapped.
CREATE TABLE guard_keys (
    name TEXT NOT NULL PRIMARY KEY,
    wrapped_key TEXT NOT NULL,
    sealed TEXT
);
