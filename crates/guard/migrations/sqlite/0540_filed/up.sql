-- How much of the journal beside a SQLite database is in it: one row with the number of the last record. The first number is drawn
-- at random, so that the journal of another database is not taken for this one's.
CREATE TABLE guard_filed (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
