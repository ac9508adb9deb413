-- Something done to many orders at once: who wants what, with which rights, and how far it has come.
CREATE TABLE bulk_runs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    unit_path TEXT COLLATE "C" NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    grants TEXT NOT NULL,
    state TEXT NOT NULL,
    total BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX bulk_runs_by ON bulk_runs (by, id);

CREATE TABLE bulk_items (
    run TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    order_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    reason_zh TEXT,
    reason_en TEXT,
    version BIGINT,
    before TEXT,
    PRIMARY KEY (run, place)
);
CREATE INDEX bulk_items_state ON bulk_items (run, state, place);
