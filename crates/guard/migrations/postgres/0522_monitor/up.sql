-- What is counted of decisions hour by hour, how far the log was counted, and the alarms that were raised.
CREATE TABLE guard_monitor (
    hour BIGINT NOT NULL,
    what TEXT NOT NULL,
    name TEXT NOT NULL,
    part TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (hour, what, name, part)
);

CREATE TABLE guard_followers (
    name TEXT NOT NULL PRIMARY KEY,
    done_seq BIGINT NOT NULL
);

CREATE TABLE guard_alarms (
    id BIGSERIAL PRIMARY KEY,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    value BIGINT NOT NULL,
    above BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    cleared_at BIGINT
);
CREATE INDEX guard_alarms_open ON guard_alarms (id) WHERE cleared_at IS NULL;
