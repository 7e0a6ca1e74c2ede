-- A key of which somebody was told that it opened nothing stays closed for ever: a request to give
-- money back may be sent again days later, and a clock may be set. The row tells when it was closed.
DROP INDEX closed_until;
ALTER TABLE closed RENAME COLUMN until_ms TO closed_ms;
UPDATE closed SET closed_ms = closed_ms - 86400000;
