-- Backtests and shadow runs: a version of a scenario against a stretch of the log, or against what is decided from now on, how far each has come, and what was counted so far.
CREATE TABLE guard_backtests (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    scenario TEXT NOT NULL,
    name TEXT NOT NULL,
    number BIGINT NOT NULL,
    spec TEXT NOT NULL,
    live TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    done_seq BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    labels_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    tally TEXT NOT NULL,
    dropped BIGINT NOT NULL,
    took TEXT NOT NULL,
    fault TEXT,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- The decisions on which a backtest's two sides differ.
CREATE TABLE guard_backtest_differences (
    backtest TEXT NOT NULL,
    seq BIGINT NOT NULL,
    decision TEXT NOT NULL,
    at BIGINT NOT NULL,
    baseline TEXT NOT NULL,
    candidate TEXT NOT NULL,
    baseline_score BIGINT NOT NULL,
    candidate_score BIGINT NOT NULL,
    known TEXT,
    PRIMARY KEY (backtest, seq)
);
