-- Parked jobs that an administrator gave up, each with the reason.
CREATE TABLE dropped_jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT,
    tries INTEGER NOT NULL,
    error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    dropped_by TEXT NOT NULL,
    dropped_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX dropped_jobs_at ON dropped_jobs (dropped_at, id);
