-- Checks of the whole ledger that were started from a page: how far each is, and what it found.
CREATE TABLE ledger_checks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    ended_at BIGINT,
    state TEXT NOT NULL,
    cancelled_by TEXT,
    compared BIGINT,
    reached BIGINT NOT NULL,
    until_position BIGINT NOT NULL,
    events BIGINT NOT NULL,
    streams BIGINT NOT NULL,
    checkpoints BIGINT NOT NULL,
    unsigned BIGINT NOT NULL,
    finding TEXT
);

-- Years of public holidays that were imported from a page; they lie over those of the regulation files.
CREATE TABLE holiday_years (
    year BIGINT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);
