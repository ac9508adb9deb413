-- The versions of the score model, and their files in parts. A file without a version was left behind by a stop.
CREATE TABLE guard_score_models (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,
    inputs TEXT NOT NULL,
    trees INTEGER NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    approved_by TEXT,
    live_at INTEGER,
    retired_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX guard_score_models_state ON guard_score_models (state);

CREATE TABLE guard_score_model_parts (
    model TEXT NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (model, part)
) STRICT;
