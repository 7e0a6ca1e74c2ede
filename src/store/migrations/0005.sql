-- Keys of which somebody was told that they opened nothing: nothing is written under them. Kept
-- until their time, which is long after any request with them can still be on its way.
CREATE TABLE closed (
    key      TEXT    NOT NULL PRIMARY KEY,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX closed_until ON closed (until_ms);
