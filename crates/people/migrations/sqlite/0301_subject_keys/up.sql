-- The data key of each data subject, wrapped under a master key. Deleting a row erases what was sealed with the key.
CREATE TABLE subject_keys (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    wrapped TEXT NOT NULL,
    master_key TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
-- Keys that wait for the rotation of the master key.
CREATE INDEX subject_keys_master ON subject_keys (master_key, id);
