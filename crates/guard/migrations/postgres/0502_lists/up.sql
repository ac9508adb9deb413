-- Changes of lists: proposed by one person, approved by another. What is on a list is what approved changes put there.
CREATE TABLE guard_list_changes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    entries BIGINT NOT NULL,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    until_at BIGINT,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    wrapped_key TEXT
);
CREATE INDEX guard_list_changes_list ON guard_list_changes (list, id);

-- The entries of changes. The value is sealed; the hash is the engine's own, and head, stars and tail say what a mask hides.
CREATE TABLE guard_list_entries (
    seq BIGSERIAL PRIMARY KEY,
    change TEXT NOT NULL,
    list TEXT NOT NULL,
    masked TEXT NOT NULL,
    hash BIGINT NOT NULL,
    head BIGINT NOT NULL,
    stars BIGINT NOT NULL,
    tail BIGINT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX guard_list_entries_change ON guard_list_entries (change, seq);
CREATE INDEX guard_list_entries_list ON guard_list_entries (list, seq);
