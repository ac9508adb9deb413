-- The list row of every rectification. Titles are without names and numbers; all other texts are sealed in the events.
CREATE TABLE rectifications (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    scope_path TEXT NOT NULL,
    owner TEXT NOT NULL,
    cause TEXT NOT NULL,
    business TEXT,
    reason TEXT,
    title TEXT NOT NULL,
    due INTEGER NOT NULL,
    look_back_at INTEGER,
    opened_by TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    checked_at INTEGER,
    ended_at INTEGER,
    round INTEGER NOT NULL,
    alarm_at INTEGER,
    wrapped_key TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX rectifications_unit ON rectifications (unit_path, id);
CREATE INDEX rectifications_owner ON rectifications (owner, id);
CREATE INDEX rectifications_alarm ON rectifications (alarm_at) WHERE alarm_at IS NOT NULL;
-- Those to which a cause that comes back may belong.
CREATE INDEX rectifications_cause ON rectifications (cause, id);

-- From which orders a rectification came, and which showed its cause again.
CREATE TABLE rectification_orders (
    rectification TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (rectification, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rectification_orders_order ON rectification_orders (order_id);
