-- Who took which list out of the house; the events say the same, this is the list of them.
CREATE TABLE exports (
    id TEXT NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    format TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    by TEXT NOT NULL,
    ground TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    rows INTEGER,
    is_whole INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX exports_unit ON exports (unit_path, id);
