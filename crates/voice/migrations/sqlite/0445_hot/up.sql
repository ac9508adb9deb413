-- Hot issues: a place, what orders are about and why, where there were more of them than its own past explains.
CREATE TABLE hot_issues (
    id TEXT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    seen INTEGER NOT NULL,
    before INTEGER NOT NULL,
    days_seen INTEGER NOT NULL,
    days_before INTEGER NOT NULL,
    chance_ppb INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    hot_since TEXT NOT NULL,
    noted_by TEXT,
    noted_at INTEGER,
    note TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX hot_issues_cell ON hot_issues (day, unit_path, subject, reason);

-- In how many orders of a day each word stood; words of one order alone are not kept once there are many.
CREATE TABLE hot_words (
    day TEXT NOT NULL PRIMARY KEY,
    orders INTEGER NOT NULL,
    counts TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The days that were looked at, with the words that rose.
CREATE TABLE hot_days (
    day TEXT NOT NULL PRIMARY KEY,
    tests INTEGER NOT NULL,
    rising TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
