-- Checks of the whole ledger that were started from a page: how far each is, and what it found.
CREATE TABLE ledger_checks (
    id TEXT NOT NULL PRIMARY KEY,
    started_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    ended_at INTEGER,
    state TEXT NOT NULL,
    cancelled_by TEXT,
    compared INTEGER,
    reached INTEGER NOT NULL,
    until_position INTEGER NOT NULL,
    events INTEGER NOT NULL,
    streams INTEGER NOT NULL,
    checkpoints INTEGER NOT NULL,
    unsigned INTEGER NOT NULL,
    finding TEXT
) STRICT, WITHOUT ROWID;

-- Years of public holidays that were imported from a page; they lie over those of the regulation files.
CREATE TABLE holiday_years (
    year INTEGER NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
