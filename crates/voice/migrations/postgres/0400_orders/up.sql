-- The list row of every order: narrow, so that a filtered queue reads little. `seq` follows the id and is unique; newest
-- first is `seq` downwards. A scope is a range of `unit_path`. No column holds personal data in clear.
CREATE TABLE orders (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    receipt TEXT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    matter TEXT NOT NULL,
    source TEXT NOT NULL,
    origin_number TEXT,
    unit_path TEXT COLLATE "C" NOT NULL,
    filed_unit TEXT COLLATE "C" NOT NULL,
    filed_by TEXT NOT NULL,
    handler TEXT,
    channel TEXT,
    business TEXT,
    reason TEXT,
    outcome TEXT,
    title TEXT NOT NULL,
    name_masked TEXT NOT NULL,
    phone_masked TEXT NOT NULL,
    customer TEXT,
    amount_minor BIGINT,
    currency TEXT,
    received_at BIGINT NOT NULL,
    filed_at BIGINT NOT NULL,
    ended_at BIGINT,
    next_due BIGINT,
    provisional INTEGER NOT NULL,
    alarm_at BIGINT,
    transfers INTEGER NOT NULL,
    round INTEGER NOT NULL,
    satisfaction INTEGER
);
-- A scope with few orders is read whole through this and sorted; see store/list.rs for how that is chosen.
CREATE INDEX orders_unit ON orders (unit_path, seq);
-- One step of the procedure, newest first.
CREATE INDEX orders_stage ON orders (stage, seq);
-- Orders with a running clock, newest first, with the deadline beside it.
CREATE INDEX orders_running ON orders (seq) INCLUDE (next_due) WHERE next_due IS NOT NULL;
-- The orders of one person.
CREATE INDEX orders_handler ON orders (handler, seq) WHERE handler IS NOT NULL;
-- The orders of one customer.
CREATE INDEX orders_customer ON orders (customer, seq) WHERE customer IS NOT NULL;
-- What another body passed on, by its own number.
CREATE INDEX orders_origin ON orders (origin_number) WHERE origin_number IS NOT NULL;
-- The next reminder or escalation.
CREATE INDEX orders_alarm ON orders (alarm_at) WHERE alarm_at IS NOT NULL;

-- What finds an order by its person or its words, and the key that seals it. `pending` marks rows that the look-up tables
-- of 0401 do not hold yet; until then look-ups read them here, so that nothing is ever missed.
CREATE TABLE order_persons (
    seq BIGINT NOT NULL PRIMARY KEY,
    wrapped_key TEXT,
    phone_index TEXT,
    identity_index TEXT,
    account_index TEXT,
    agent_phone_index TEXT,
    words TEXT NOT NULL,
    indexed TEXT,
    pending INTEGER NOT NULL,
    search TSVECTOR
);
CREATE INDEX order_persons_pending ON order_persons (seq) WHERE pending = 1;

-- Every clock of every order, ended ones included; what on-time figures are counted from.
CREATE TABLE order_clocks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    rule TEXT NOT NULL,
    first_rule TEXT NOT NULL,
    stop TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    provisional INTEGER NOT NULL,
    extensions INTEGER NOT NULL,
    ended_at BIGINT,
    answered INTEGER NOT NULL
);
CREATE INDEX order_clocks_seq ON order_clocks (seq);

-- Questions to other departments.
CREATE TABLE order_tasks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    person TEXT,
    state TEXT NOT NULL,
    due BIGINT,
    opened_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX order_tasks_unit ON order_tasks (state, unit_path, id);
CREATE INDEX order_tasks_person ON order_tasks (person, state, id) WHERE person IS NOT NULL;
CREATE INDEX order_tasks_seq ON order_tasks (seq);

-- Files; their bytes lie in the object store under the attachment's id.
CREATE TABLE order_attachments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL
);
CREATE INDEX order_attachments_seq ON order_attachments (seq);

-- How orders relate, as each says it.
CREATE TABLE order_links (
    seq BIGINT NOT NULL,
    other TEXT NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (seq, other)
);
CREATE INDEX order_links_other ON order_links (other);

-- Longer times that wait for an answer.
CREATE TABLE order_approvals (
    clock TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    rule TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL
);
CREATE INDEX order_approvals_unit ON order_approvals (unit_path, clock);

-- Which rows of which lists were imported: an import that runs again takes nothing twice.
CREATE TABLE order_imports (
    source TEXT NOT NULL,
    external TEXT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    print TEXT NOT NULL,
    PRIMARY KEY (source, external)
);
