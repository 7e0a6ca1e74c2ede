-- Keys of which somebody was told that they opened nothing: nothing is written under them. Kept
-- until their time, which is long after any request with them can still be on its way.
CREATE TABLE closed (
    key      text COLLATE "C" NOT NULL PRIMARY KEY,
    until_ms bigint NOT NULL
);
CREATE INDEX closed_until ON closed (until_ms);

-- Every key is written with its bond.
ALTER TABLE key ALTER COLUMN bond DROP DEFAULT;

UPDATE scantill SET version = 3;
