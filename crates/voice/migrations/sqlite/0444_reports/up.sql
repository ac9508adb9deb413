-- The list of reports that went out of the bank; what each edition says is in its events.
CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    received INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A correction is an edition of the same report, never another report.
CREATE UNIQUE INDEX reports_one ON reports (kind, unit_path, first_day, last_day);
