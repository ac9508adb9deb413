-- What on an order waits for somebody: a row while it waits, none when it is done. One table serves every queue.
CREATE TABLE order_waits (
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    unit_path TEXT NOT NULL,
    person TEXT,
    since INTEGER NOT NULL,
    due INTEGER,
    PRIMARY KEY (seq, kind, number)
) STRICT, WITHOUT ROWID;
-- A queue, longest waiting first.
CREATE INDEX order_waits_queue ON order_waits (kind, since, seq, number);
-- What waits at or below a place, for a unit that moves.
CREATE INDEX order_waits_unit ON order_waits (unit_path, seq);

-- What a decision says beyond the outcome word: the principles it follows, words separated by a space, and what it grants,
-- compensation and waivers together.
CREATE TABLE order_outcomes (
    seq INTEGER NOT NULL PRIMARY KEY,
    principles TEXT NOT NULL,
    granted_minor INTEGER,
    granted_currency TEXT
) STRICT;
