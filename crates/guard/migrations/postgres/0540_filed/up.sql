-- How much of the journal beside a SQLite database is in it: one row with the number of the last record. PostgreSQL has no journal
-- and keeps what a backup from SQLite brings.
CREATE TABLE guard_filed (
    id INTEGER PRIMARY KEY,
    number BIGINT NOT NULL
);
