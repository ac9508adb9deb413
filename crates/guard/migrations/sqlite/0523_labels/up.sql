-- What became known of events that were decided, in the order in which it was said. Nothing is taken back; the newest counts.
CREATE TABLE guard_labels (
    number INTEGER PRIMARY KEY,
    decision TEXT NOT NULL,
    label TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    seq INTEGER
) STRICT;
CREATE INDEX guard_labels_decision ON guard_labels (decision, number);
CREATE INDEX guard_labels_waiting ON guard_labels (number) WHERE state = 'waiting';
