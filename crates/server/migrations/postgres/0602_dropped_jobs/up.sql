-- Parked jobs that an administrator gave up, each with the reason.
CREATE TABLE dropped_jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT,
    tries BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    dropped_by TEXT NOT NULL,
    dropped_at BIGINT NOT NULL
);
CREATE INDEX dropped_jobs_at ON dropped_jobs (dropped_at, id);
