-- Who took which list out of the house; the events say the same, this is the list of them.
CREATE TABLE exports (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    format TEXT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    by TEXT NOT NULL,
    ground TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    rows BIGINT,
    is_whole INTEGER NOT NULL
);
CREATE INDEX exports_unit ON exports (unit_path, id);
