-- The versions of scenarios: what each says stands in the events; here stands what the engine and lists need.
CREATE TABLE guard_scenarios (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    spec TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_at BIGINT NOT NULL,
    approved_by TEXT,
    live_at BIGINT,
    retired_at BIGINT,
    UNIQUE (name, number)
);
CREATE INDEX guard_scenarios_state ON guard_scenarios (state, name);
