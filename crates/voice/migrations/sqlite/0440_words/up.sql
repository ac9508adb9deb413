-- The index of words anew: it forgets an order by its number alone, because notes and letters now add to an order's words.
-- It holds no text itself: matches are checked against order_persons.words, so positions need not be kept.
DROP TABLE order_search;
CREATE VIRTUAL TABLE order_search USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');

-- 1: the words are to be made anew from the events, because a name to be taken out of them changed.
ALTER TABLE order_persons ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
UPDATE order_persons SET pending = 1, stale = 1, indexed = NULL;
CREATE INDEX order_persons_stale ON order_persons (seq) WHERE stale = 1;
-- What is longer than the index takes is read where it is.
CREATE INDEX order_persons_too_long ON order_persons (seq) WHERE pending = 2;
