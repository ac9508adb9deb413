-- Running deadlines that were looked through whole, and how many orders moved; the newest few hundred.
CREATE TABLE order_recomputations (
    began_at INTEGER NOT NULL PRIMARY KEY,
    ended_at INTEGER NOT NULL,
    looked INTEGER NOT NULL,
    moved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
