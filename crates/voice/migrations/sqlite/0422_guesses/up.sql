-- Models that guess classes from words, each with how it fared on orders that it did not learn from. The newest of an
-- aspect is the one in use. A model holds weights of hashed words, no text.
CREATE TABLE guess_models (
    id TEXT NOT NULL PRIMARY KEY,
    aspect TEXT NOT NULL,
    trained_at INTEGER NOT NULL,
    examples INTEGER NOT NULL,
    held_out INTEGER NOT NULL,
    macro_f1_ppm INTEGER NOT NULL,
    accuracy_ppm INTEGER NOT NULL,
    baseline_f1_ppm INTEGER NOT NULL,
    model BLOB NOT NULL
) STRICT;
CREATE INDEX guess_models_aspect ON guess_models (aspect, id);

-- What people chose beside what was guessed. `place` is that of the choice among the guesses shown, from 1.
CREATE TABLE guess_choices (
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    aspect TEXT NOT NULL,
    at INTEGER NOT NULL,
    unit_path TEXT NOT NULL,
    model TEXT,
    guessed TEXT,
    percent INTEGER NOT NULL,
    place INTEGER,
    chosen TEXT NOT NULL,
    PRIMARY KEY (seq, version, aspect)
) STRICT, WITHOUT ROWID;
-- A report reads a stretch of time.
CREATE INDEX guess_choices_at ON guess_choices (at);
