-- Customers. Personal data is sealed under the subject's key; lists read the masked columns, exact look-ups the indexes.
CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    subject_id TEXT NOT NULL,
    number_sealed TEXT,
    number_masked TEXT NOT NULL,
    number_index TEXT UNIQUE,
    name_sealed TEXT,
    name_masked TEXT NOT NULL,
    phone_sealed TEXT,
    phone_masked TEXT NOT NULL,
    phone_index TEXT,
    identity_kind TEXT,
    identity_sealed TEXT,
    identity_masked TEXT NOT NULL,
    identity_index TEXT,
    birth_sealed TEXT,
    address_sealed TEXT,
    address_masked TEXT NOT NULL,
    unit_id TEXT NOT NULL REFERENCES units (id),
    unit_path TEXT NOT NULL,
    language TEXT NOT NULL,
    edition TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    erasure_by TEXT,
    erasure_at INTEGER,
    erasure_reason TEXT,
    erased_at INTEGER
) STRICT;
CREATE INDEX customers_place ON customers (unit_path, id);
CREATE INDEX customers_unit ON customers (unit_id);
CREATE INDEX customers_phone ON customers (phone_index);
CREATE INDEX customers_identity ON customers (identity_index);

-- Accounts and cards of a customer.
CREATE TABLE customer_accounts (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    place INTEGER NOT NULL,
    account_sealed TEXT NOT NULL,
    account_masked TEXT NOT NULL,
    account_index TEXT NOT NULL,
    PRIMARY KEY (customer_id, place)
) STRICT;
CREATE INDEX customer_accounts_index ON customer_accounts (account_index);

-- What the bank should keep in mind when it serves the customer.
CREATE TABLE customer_tags (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (customer_id, tag)
) STRICT;
CREATE INDEX customer_tags_tag ON customer_tags (tag, customer_id);
