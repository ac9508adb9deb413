-- Words in overlapping pairs of characters, with the places above the order. Matches are checked against
-- order_persons.words. The column is filled with the row and indexed at once.
CREATE INDEX order_persons_search ON order_persons USING GIN (search);

-- Telephone, identity and account numbers by blind index.
CREATE TABLE order_numbers (
    blind TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (blind, seq)
);
-- The numbers of one order, to forget them when they change.
CREATE INDEX order_numbers_seq ON order_numbers (seq);
