-- How many refunds of the charge are asked for and have no answer yet: while there is one, the
-- provider is asked, also about a charge that is paid.
ALTER TABLE head ADD COLUMN refunding INTEGER NOT NULL DEFAULT 0 CHECK (refunding >= 0);
DROP INDEX head_open;
CREATE INDEX head_open ON head (charge)
    WHERE state NOT IN ('paid', 'refused', 'reversed') OR refunding > 0;

-- A key belongs to the event that it was bound with: the opening of a charge, or a refund of it.
CREATE TABLE bound (
    key         TEXT    NOT NULL PRIMARY KEY,
    charge      TEXT    NOT NULL REFERENCES head (charge),
    revision    INTEGER NOT NULL CHECK (revision > 0),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    UNIQUE (charge, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO bound (key, charge, revision, fingerprint) SELECT key, charge, 1, fingerprint FROM key;
DROP TABLE key;
ALTER TABLE bound RENAME TO key;
CREATE TRIGGER key_stays BEFORE UPDATE ON key
BEGIN SELECT raise(ABORT, 'keys do not change'); END;
CREATE TRIGGER key_is_kept BEFORE DELETE ON key
BEGIN SELECT raise(ABORT, 'keys are kept'); END;
