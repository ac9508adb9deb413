-- The list row of every interception. Who, to whom and why are sealed in the events; here stand masks and keyed hashes.
CREATE TABLE guard_interceptions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    decision TEXT,
    channel TEXT NOT NULL,
    name_masked TEXT NOT NULL,
    payee_masked TEXT NOT NULL,
    amount BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    result TEXT,
    scam TEXT,
    saved BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    settled_at BIGINT,
    delay_until BIGINT,
    visit_at BIGINT,
    payer_index TEXT,
    payee_index TEXT,
    wrapped_key TEXT
);
CREATE INDEX guard_interceptions_unit ON guard_interceptions (unit_path, id);
CREATE INDEX guard_interceptions_settled ON guard_interceptions (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX guard_interceptions_decision ON guard_interceptions (decision) WHERE decision IS NOT NULL;
CREATE INDEX guard_interceptions_payee ON guard_interceptions (payee_index) WHERE payee_index IS NOT NULL;
