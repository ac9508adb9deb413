-- The versions of the score model, and their files in parts. A file without a version was left behind by a stop.
CREATE TABLE guard_score_models (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    number BIGINT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    inputs TEXT NOT NULL,
    trees BIGINT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    approved_by TEXT,
    live_at BIGINT,
    retired_at BIGINT
);
CREATE INDEX guard_score_models_state ON guard_score_models (state);

CREATE TABLE guard_score_model_parts (
    model TEXT COLLATE "C" NOT NULL,
    part BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (model, part)
);
