-- The column says on SQLite which answers the index of slots knows; here it knows all, and the column keeps backups alike.
ALTER TABLE idempotency ADD COLUMN settled SMALLINT NOT NULL DEFAULT 1;
