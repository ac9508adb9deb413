-- What is counted of decisions hour by hour, how far the log was counted, and the alarms that were raised.
CREATE TABLE guard_monitor (
    hour INTEGER NOT NULL,
    what TEXT NOT NULL,
    name TEXT NOT NULL,
    part TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, what, name, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE guard_followers (
    name TEXT NOT NULL PRIMARY KEY,
    done_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE guard_alarms (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    value INTEGER NOT NULL,
    above INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    cleared_at INTEGER
) STRICT;
CREATE INDEX guard_alarms_open ON guard_alarms (id) WHERE cleared_at IS NULL;
