-- The list of reports that went out of the bank; what each edition says is in its events.
CREATE TABLE reports (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    as_of BIGINT NOT NULL,
    received BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
-- A correction is an edition of the same report, never another report.
CREATE UNIQUE INDEX reports_one ON reports (kind, unit_path, first_day, last_day);
