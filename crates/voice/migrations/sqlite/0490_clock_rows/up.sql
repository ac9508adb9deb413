-- The clocks of an order lie beside each other under its `seq`: a filing adds them at the end of one tree instead of two.
CREATE TABLE order_clocks_new (
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    rule TEXT NOT NULL,
    first_rule TEXT NOT NULL,
    stop TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    provisional INTEGER NOT NULL,
    extensions INTEGER NOT NULL,
    ended_at INTEGER,
    answered INTEGER NOT NULL,
    PRIMARY KEY (seq, id)
) STRICT, WITHOUT ROWID;
INSERT INTO order_clocks_new (seq, id, rule, first_rule, stop, start_at, due, provisional, extensions, ended_at, answered)
SELECT seq, id, rule, first_rule, stop, start_at, due, provisional, extensions, ended_at, answered FROM order_clocks;
DROP TABLE order_clocks;
ALTER TABLE order_clocks_new RENAME TO order_clocks;
