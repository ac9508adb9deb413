-- Lists of past complaints that were uploaded: how far each is, what became of its rows, the rows that were not taken, and the
-- mappings that people made for such lists. No column holds a value of a row.
CREATE TABLE past_lists (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    digest TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    bytes_read INTEGER NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    already INTEGER NOT NULL,
    repeated INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failure_zh TEXT NOT NULL,
    failure_en TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE past_list_errors (
    list TEXT NOT NULL,
    place INTEGER NOT NULL,
    line INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    PRIMARY KEY (list, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE past_mappings (
    source TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
