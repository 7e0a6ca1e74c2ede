-- What the record is tied to: check values of the secret and the account of whoever writes it.
CREATE TABLE tie (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT, WITHOUT ROWID;
