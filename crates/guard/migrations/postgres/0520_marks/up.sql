-- When lists changed, told by the place in the order of decisions behind which the change counted: a piece of a change was taken
-- over, a change was taken over whole, or memory was made anew with all changes in an order.
CREATE TABLE guard_marks (
    id BIGSERIAL PRIMARY KEY,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    change TEXT,
    upto BIGINT,
    changes TEXT
);
CREATE INDEX guard_marks_seq ON guard_marks (seq, id);
