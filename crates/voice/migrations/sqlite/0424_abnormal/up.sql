-- A sketch of each order's text, and its bands: texts that share a band are likely written from one template.
ALTER TABLE order_persons ADD COLUMN sketch BLOB;
CREATE TABLE order_sketches (
    band INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (band, seq)
) STRICT, WITHOUT ROWID;
-- Orders with conspicuous evidence, and what somebody decided about an order. Figures know nothing of either.
CREATE TABLE order_abnormal (
    seq INTEGER PRIMARY KEY NOT NULL,
    score INTEGER NOT NULL,
    parts TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    verdict TEXT
) STRICT;
-- Whom the shared list holds, until when. The numbers are keyed hashes and go when the listing ends.
CREATE TABLE listings (
    id TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    masked TEXT NOT NULL,
    listed_by TEXT NOT NULL,
    listed_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    wrapped_key TEXT
) STRICT;
CREATE TABLE listing_numbers (
    listing TEXT NOT NULL,
    place INTEGER NOT NULL,
    blind TEXT NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (listing, place)
) STRICT;
CREATE INDEX listing_numbers_blind ON listing_numbers (blind);
