-- The versions of scenarios: what each says stands in the events; here stands what the engine and lists need.
CREATE TABLE guard_scenarios (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    spec TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_at INTEGER NOT NULL,
    approved_by TEXT,
    live_at INTEGER,
    retired_at INTEGER,
    UNIQUE (name, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX guard_scenarios_state ON guard_scenarios (state, name);
