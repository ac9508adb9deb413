-- Invitations to answer a return visit without signing in. `print` is a keyed hash of the link's token, `slot` of the receipt
-- number, `code` of the short code beside it; none can be read back. A new invitation takes the place of the order's older one.
CREATE TABLE portal_invitations (
    print TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    slot TEXT NOT NULL,
    code TEXT NOT NULL,
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    answered_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_invitations_order ON portal_invitations (order_id);
CREATE INDEX portal_invitations_slot ON portal_invitations (slot);
CREATE INDEX portal_invitations_expires ON portal_invitations (expires_at);
