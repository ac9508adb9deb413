-- The index of slots learns of answers some thousands at a time: one by one, each would change a page of its own. Answers that
-- it does not know yet are the last of the table, not `settled`, and the one writer knows them by heart.
CREATE TABLE settled_idempotency (
    seq INTEGER NOT NULL PRIMARY KEY,
    slot BLOB NOT NULL,
    print BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO settled_idempotency (seq, slot, print, status, location, body, at)
SELECT seq, slot, print, status, location, body, at FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE settled_idempotency RENAME TO idempotency;
CREATE INDEX idempotency_slot ON idempotency (slot) WHERE settled = 1;
