-- A digest over the event that a key was bound with, the key, and what was asked under it: a key
-- that is changed afterwards no longer fits the chain. Filled for the keys that are there; then the
-- trigger stands again.
DROP TRIGGER key_stays;
ALTER TABLE key ADD COLUMN bond BLOB NOT NULL DEFAULT x'';
