-- Work to be done at or after a time. A finished job's row is gone; a job that failed its last try is parked.
-- `slot` is the key while the job waits and NULL otherwise: one waiting job for each key.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT,
    slot TEXT,
    state TEXT NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    payload TEXT NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_state_due ON jobs (state, due, id);
CREATE UNIQUE INDEX jobs_kind_slot ON jobs (kind, slot);
