-- What the record is tied to: check values of the secret and the account of whoever writes it.
CREATE TABLE tie (
    name  text COLLATE "C" NOT NULL PRIMARY KEY,
    value bytea NOT NULL CHECK (octet_length(value) = 32)
);

-- A digest over the event that a key was bound with, the key, and what was asked under it: a key
-- that is changed afterwards no longer fits the chain. Filled for the keys that are there; then the
-- trigger stands again.
DROP TRIGGER key_stays ON key;
ALTER TABLE key ADD COLUMN bond bytea NOT NULL DEFAULT '';
UPDATE key SET bond = sha256('key'::bytea || event.chain || key.fingerprint
                             || convert_to(key.key, 'UTF8'))
FROM event WHERE event.charge = key.charge AND event.revision = key.revision;
CREATE TRIGGER key_stays BEFORE UPDATE ON key
    FOR EACH ROW EXECUTE FUNCTION stay('keys do not change');

UPDATE scantill SET version = 2;
