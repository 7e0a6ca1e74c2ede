-- The history. Rows are only ever appended; `chain` covers this row and, through the row before
-- it, all earlier ones.
CREATE TABLE event (
    seq      INTEGER PRIMARY KEY,
    charge   TEXT    NOT NULL REFERENCES head (charge),
    revision INTEGER NOT NULL CHECK (revision > 0),
    at_ms    INTEGER NOT NULL,
    fact     TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    chain    BLOB    NOT NULL CHECK (length(chain) = 32),
    UNIQUE (charge, revision)
) STRICT;

-- Where each charge stands: what its history folds to, kept for finding it.
CREATE TABLE head (
    charge    TEXT    NOT NULL PRIMARY KEY CHECK (length(charge) = 26),
    sale      TEXT    NOT NULL,
    device    TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    revision  INTEGER NOT NULL CHECK (revision > 0),
    opened_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A sale has at most one charge that holds money or still may.
CREATE UNIQUE INDEX head_one_per_sale ON head (sale) WHERE state NOT IN ('refused', 'reversed');
CREATE INDEX head_open ON head (charge) WHERE state NOT IN ('paid', 'refused', 'reversed');
CREATE INDEX head_of_device ON head (device, charge);

-- Keys never expire and never change.
CREATE TABLE key (
    key         TEXT NOT NULL PRIMARY KEY,
    charge      TEXT NOT NULL UNIQUE REFERENCES head (charge),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_stays BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'events do not change'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'events are kept'); END;
CREATE TRIGGER key_stays BEFORE UPDATE ON key
BEGIN SELECT raise(ABORT, 'keys do not change'); END;
CREATE TRIGGER key_is_kept BEFORE DELETE ON key
BEGIN SELECT raise(ABORT, 'keys are kept'); END;
CREATE TRIGGER head_is_kept BEFORE DELETE ON head
BEGIN SELECT raise(ABORT, 'charges are kept'); END;
CREATE TRIGGER head_keeps_its_name BEFORE UPDATE OF charge, sale, device, opened_ms ON head
BEGIN SELECT raise(ABORT, 'only the state of a charge moves'); END;
