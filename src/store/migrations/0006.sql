-- What the shop sells, as it stood after each change; only the last ones are kept, so that whoever
-- edits an older one can be told what changed. No part of the history: what was sold stands in the
-- event that opened the charge.
CREATE TABLE catalogue (
    revision INTEGER NOT NULL PRIMARY KEY CHECK (revision > 0),
    body     TEXT    NOT NULL
) STRICT;
