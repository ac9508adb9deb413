-- Teaching cases. Texts under work are sealed in the events; what stands here was confirmed by a person.
CREATE TABLE teaching_cases (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    edition INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    unit_path TEXT NOT NULL,
    business TEXT,
    reason TEXT,
    cause TEXT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL,
    wrapped_key TEXT,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    published_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX teaching_cases_stage ON teaching_cases (stage, id);
CREATE INDEX teaching_cases_order ON teaching_cases (order_id);
