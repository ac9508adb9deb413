-- Words in overlapping pairs of characters, with the places above the order, newest first by rowid. Holds no text itself:
-- matches are checked against order_persons.words, so positions need not be kept.
CREATE VIRTUAL TABLE order_search USING fts5 (words, content = '', detail = none, tokenize = 'unicode61 remove_diacritics 0');

-- Telephone, identity and account numbers by blind index.
CREATE TABLE order_numbers (
    blind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (blind, seq)
) STRICT, WITHOUT ROWID;
-- The numbers of one order, to forget them when they change.
CREATE INDEX order_numbers_seq ON order_numbers (seq);
