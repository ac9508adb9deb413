-- The tables that filing one complaint writes to, cut down to the columns that cost something.
CREATE TABLE streams (
    stream TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE TABLE events (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    at BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    UNIQUE (stream, version)
);
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    unit TEXT COLLATE "C" NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    title TEXT NOT NULL
);
CREATE INDEX orders_by_unit ON orders (unit, state, id);
CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX jobs_by_due ON jobs (due_at);
CREATE TABLE requests (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (caller, key)
);
