-- Lists that supervisors and hotlines passed on, and what became of each of their rows. No column says anything about a
-- person: rows are known by the sender's number and the order's id.
CREATE TABLE regulator_lists (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    digest TEXT NOT NULL,
    counts TEXT NOT NULL,
    unknown_columns TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE regulator_list_rows (
    list TEXT NOT NULL,
    line INTEGER NOT NULL,
    number TEXT,
    outcome TEXT NOT NULL,
    order_id TEXT,
    fields TEXT NOT NULL,
    notes TEXT NOT NULL,
    PRIMARY KEY (list, line)
) STRICT, WITHOUT ROWID;
