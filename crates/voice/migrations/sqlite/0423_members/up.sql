-- By what the members of a group are found: a keyed hash of the telephone number, never the number.
CREATE TABLE order_members (
    seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    phone_index TEXT,
    PRIMARY KEY (seq, number)
) STRICT;
