-- Backtests and shadow runs: a version of a scenario against a stretch of the log, or against what is decided from now on, how far each has come, and what was counted so far.
CREATE TABLE guard_backtests (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    scenario TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    spec TEXT NOT NULL,
    live TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    done_seq INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    labels_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    tally TEXT NOT NULL,
    dropped INTEGER NOT NULL,
    took TEXT NOT NULL,
    fault TEXT,
    started_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;

-- The decisions on which a backtest's two sides differ.
CREATE TABLE guard_backtest_differences (
    backtest TEXT NOT NULL,
    seq INTEGER NOT NULL,
    decision TEXT NOT NULL,
    at INTEGER NOT NULL,
    baseline TEXT NOT NULL,
    candidate TEXT NOT NULL,
    baseline_score INTEGER NOT NULL,
    candidate_score INTEGER NOT NULL,
    known TEXT,
    PRIMARY KEY (backtest, seq)
) STRICT, WITHOUT ROWID;
