-- 1: the words are to be made anew from the events: notes and letters now add to an order's words, and a name to be taken
-- out of them may change.
ALTER TABLE order_persons ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
UPDATE order_persons SET pending = 1, stale = 1;
CREATE INDEX order_persons_stale ON order_persons (seq) WHERE stale = 1;
-- What is longer than the index takes is read where it is.
CREATE INDEX order_persons_too_long ON order_persons (seq) WHERE pending = 2;
-- What waits to be merged into the index is read whole by every search: 256 KiB are about a millisecond.
ALTER INDEX order_persons_search SET (gin_pending_list_limit = 256);
