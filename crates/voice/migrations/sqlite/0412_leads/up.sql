-- Matters proposed to presidents and taken up by them, a row for each round of an order.
CREATE TABLE order_leads (
    seq INTEGER NOT NULL,
    round INTEGER NOT NULL,
    state TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    president TEXT,
    grounds TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    business TEXT,
    reason TEXT,
    PRIMARY KEY (seq, round)
) STRICT;
-- What is proposed or in hand, longest waiting first.
CREATE INDEX order_leads_state ON order_leads (state, proposed_at, seq);
-- Counts of a year.
CREATE INDEX order_leads_proposed ON order_leads (proposed_at, seq);
