-- Work to be done at or after a time. A finished job's row is gone; a job that failed its last try is parked.
-- `slot` is the key while the job waits and NULL otherwise: one waiting job for each key.
CREATE TABLE jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C",
    slot TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL,
    due BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    payload TEXT NOT NULL,
    error TEXT,
    created_at BIGINT NOT NULL
);

CREATE INDEX jobs_state_due ON jobs (state, due, id);
CREATE UNIQUE INDEX jobs_kind_slot ON jobs (kind, slot);
