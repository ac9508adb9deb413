-- Lists of past complaints that were uploaded: how far each is, what became of its rows, the rows that were not taken, and the
-- mappings that people made for such lists. No column holds a value of a row.
CREATE TABLE past_lists (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    unit_path TEXT COLLATE "C" NOT NULL,
    taken_by TEXT NOT NULL,
    digest TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    bytes_read BIGINT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    already BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    failure_zh TEXT NOT NULL,
    failure_en TEXT NOT NULL
);

CREATE TABLE past_list_errors (
    list TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    line BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    PRIMARY KEY (list, place)
);

CREATE TABLE past_mappings (
    source TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
