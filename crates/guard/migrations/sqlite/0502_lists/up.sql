-- Changes of lists: proposed by one person, approved by another. What is on a list is what approved changes put there.
CREATE TABLE guard_list_changes (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    entries INTEGER NOT NULL,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    until_at INTEGER,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    wrapped_key TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX guard_list_changes_list ON guard_list_changes (list, id);

-- The entries of changes. The value is sealed; the hash is the engine's own, and head, stars and tail say what a mask hides.
CREATE TABLE guard_list_entries (
    seq INTEGER PRIMARY KEY,
    change TEXT NOT NULL,
    list TEXT NOT NULL,
    masked TEXT NOT NULL,
    hash INTEGER NOT NULL,
    head INTEGER NOT NULL,
    stars INTEGER NOT NULL,
    tail INTEGER NOT NULL,
    sealed TEXT NOT NULL
) STRICT;
CREATE INDEX guard_list_entries_change ON guard_list_entries (change, seq);
CREATE INDEX guard_list_entries_list ON guard_list_entries (list, seq);
