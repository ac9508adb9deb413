-- Where orders come from beyond the columns of the list. Only orders of which there is something to say have a row.
CREATE TABLE order_origins (
    seq INTEGER NOT NULL PRIMARY KEY,
    entry TEXT NOT NULL,
    hotline TEXT,
    report_due INTEGER,
    report_open INTEGER NOT NULL
) STRICT;
-- What one hotline passed on.
CREATE INDEX order_origins_hotline ON order_origins (hotline, seq) WHERE hotline IS NOT NULL;
-- What somebody waits for a report on, the most urgent first.
CREATE INDEX order_origins_open ON order_origins (report_due, seq) WHERE report_open = 1;
-- Orders that were passed on before this table was there; those that have ended wait for nothing.
INSERT INTO order_origins (seq, entry, hotline, report_due, report_open)
    SELECT seq, 'transfer', NULL, NULL, CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END FROM orders WHERE source <> 'direct';
