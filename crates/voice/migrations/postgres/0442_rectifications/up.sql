-- The list row of every rectification. Titles are without names and numbers; all other texts are sealed in the events.
CREATE TABLE rectifications (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    scope_path TEXT COLLATE "C" NOT NULL,
    owner TEXT NOT NULL,
    cause TEXT NOT NULL,
    business TEXT,
    reason TEXT,
    title TEXT NOT NULL,
    due BIGINT NOT NULL,
    look_back_at BIGINT,
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    checked_at BIGINT,
    ended_at BIGINT,
    round INTEGER NOT NULL,
    alarm_at BIGINT,
    wrapped_key TEXT
);
CREATE INDEX rectifications_unit ON rectifications (unit_path, id);
CREATE INDEX rectifications_owner ON rectifications (owner, id);
CREATE INDEX rectifications_alarm ON rectifications (alarm_at) WHERE alarm_at IS NOT NULL;
-- Those to which a cause that comes back may belong.
CREATE INDEX rectifications_cause ON rectifications (cause, id);

-- From which orders a rectification came, and which showed its cause again.
CREATE TABLE rectification_orders (
    rectification TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (rectification, order_id)
);
CREATE INDEX rectification_orders_order ON rectification_orders (order_id);
