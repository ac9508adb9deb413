-- The organisation tree. A path is unique because a code is; a scope is one range of paths.
CREATE TABLE units (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id TEXT COLLATE "C" REFERENCES units (id),
    path TEXT COLLATE "C" NOT NULL UNIQUE,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- The children of one unit, in the order of the tree.
CREATE INDEX units_parent ON units (parent_id, path);
