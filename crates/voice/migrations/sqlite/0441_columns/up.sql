-- What is counted of an order, until it has been put into the columns; NULL then. Empty: it is to be made from the events.
ALTER TABLE orders ADD COLUMN facts TEXT;
UPDATE orders SET facts = '';
-- What waits for the columns; figures add it to what they find there.
CREATE INDEX orders_facts ON orders (seq) WHERE facts <> '';
-- What waits to be made.
CREATE INDEX orders_uncounted ON orders (seq) WHERE facts = '';

-- Some thousands of orders in columns, next to each other in time: what figures are counted from. `head` holds what every
-- question reads, `tail` the rest. Nothing in them is about a person.
CREATE TABLE order_blocks (
    first_seq INTEGER NOT NULL PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    held INTEGER NOT NULL,
    received_from INTEGER NOT NULL,
    received_to INTEGER NOT NULL,
    head BLOB NOT NULL,
    tail BLOB NOT NULL
) STRICT;

-- How many customers a unit has, as the bank says it, from a day on. Rows are added and never changed.
CREATE TABLE order_bases (
    id INTEGER NOT NULL PRIMARY KEY,
    unit_path TEXT NOT NULL,
    since TEXT NOT NULL,
    customers INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT;
CREATE INDEX order_bases_unit ON order_bases (unit_path, since, id);
