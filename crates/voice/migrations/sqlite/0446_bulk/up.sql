-- Something done to many orders at once: who wants what, with which rights, and how far it has come.
CREATE TABLE bulk_runs (
    id TEXT NOT NULL PRIMARY KEY,
    unit_path TEXT NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    grants TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_runs_by ON bulk_runs (by, id);

CREATE TABLE bulk_items (
    run TEXT NOT NULL,
    place INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    reason_zh TEXT,
    reason_en TEXT,
    version INTEGER,
    before TEXT,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_items_state ON bulk_items (run, state, place);
