-- Hot issues: a place, what orders are about and why, where there were more of them than its own past explains.
CREATE TABLE hot_issues (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    day TEXT COLLATE "C" NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    seen BIGINT NOT NULL,
    before BIGINT NOT NULL,
    days_seen BIGINT NOT NULL,
    days_before BIGINT NOT NULL,
    chance_ppb BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    hot_since TEXT COLLATE "C" NOT NULL,
    noted_by TEXT,
    noted_at BIGINT,
    note TEXT
);
CREATE UNIQUE INDEX hot_issues_cell ON hot_issues (day, unit_path, subject, reason);

-- In how many orders of a day each word stood; words of one order alone are not kept once there are many.
CREATE TABLE hot_words (
    day TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    orders BIGINT NOT NULL,
    counts TEXT NOT NULL
);

-- The days that were looked at, with the words that rose.
CREATE TABLE hot_days (
    day TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tests BIGINT NOT NULL,
    rising TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
