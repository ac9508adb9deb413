-- The bank's routing rules as they now are; the stream voice.routing tells how they came to be.
CREATE TABLE order_routes (
    key TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;
-- Who may be given orders by rule: what they can do, how much they take, until when they are away.
CREATE TABLE order_handlers (
    person TEXT NOT NULL PRIMARY KEY,
    unit_path TEXT NOT NULL,
    skills TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    away_until INTEGER
) STRICT;
CREATE INDEX order_handlers_unit ON order_handlers (unit_path, person);
-- Who is on call for a unit and all below it.
CREATE TABLE order_duty (
    unit_path TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    person TEXT NOT NULL,
    to_at INTEGER NOT NULL,
    PRIMARY KEY (unit_path, from_at, person)
) STRICT;
-- How much somebody has in hand.
CREATE INDEX orders_in_hand ON orders (handler) WHERE handler IS NOT NULL AND ended_at IS NULL;
