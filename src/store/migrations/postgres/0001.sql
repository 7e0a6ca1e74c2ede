-- The same record as in SQLite, in PostgreSQL's types. Ids, keys and names compare by their bytes.

-- Where each charge stands: what its history folds to, kept for finding it.
CREATE TABLE head (
    charge    text COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(charge) = 26),
    sale      text COLLATE "C" NOT NULL,
    device    text COLLATE "C" NOT NULL,
    state     text COLLATE "C" NOT NULL,
    revision  bigint NOT NULL CHECK (revision > 0),
    opened_ms bigint NOT NULL,
    -- How many refunds are asked for and have no answer yet: while there is one, the provider is
    -- asked, also about a charge that is paid.
    refunding bigint NOT NULL CHECK (refunding >= 0)
);

-- A sale has at most one charge that holds money or still may.
CREATE UNIQUE INDEX head_one_per_sale ON head (sale) WHERE state NOT IN ('refused', 'reversed');
CREATE INDEX head_open ON head (charge)
    WHERE state NOT IN ('paid', 'refused', 'reversed') OR refunding > 0;
CREATE INDEX head_of_device ON head (device, charge);

-- The history. Rows are only ever appended; `chain` covers this row and, through the row before
-- it, all earlier ones.
CREATE TABLE event (
    seq      bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    charge   text COLLATE "C" NOT NULL REFERENCES head (charge),
    revision bigint NOT NULL CHECK (revision > 0),
    at_ms    bigint NOT NULL,
    fact     text COLLATE "C" NOT NULL,
    body     text COLLATE "C" NOT NULL,
    chain    bytea NOT NULL CHECK (octet_length(chain) = 32),
    UNIQUE (charge, revision)
);

-- Keys never expire and never change. A key belongs to the event that it was bound with: the
-- opening of a charge, or a refund of it.
CREATE TABLE key (
    key         text COLLATE "C" NOT NULL PRIMARY KEY,
    charge      text COLLATE "C" NOT NULL REFERENCES head (charge),
    revision    bigint NOT NULL CHECK (revision > 0),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    UNIQUE (charge, revision)
);

-- The end of the chain. Whoever appends holds this row, so that there is one order of writing,
-- however many servers write.
CREATE TABLE tail (
    is_here boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (is_here),
    seq     bigint NOT NULL CHECK (seq >= 0),
    chain   bytea NOT NULL CHECK (octet_length(chain) = 32)
) WITH (fillfactor = 10);
INSERT INTO tail (seq, chain) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Which server works on an open charge, until when by this database's clock, and under which
-- number: a later owner has a higher one, and a write under a lower one is refused.
CREATE TABLE claim (
    charge  text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES head (charge),
    owner   text COLLATE "C" NOT NULL,
    fence   bigint NOT NULL CHECK (fence > 0),
    expires timestamptz NOT NULL
);
CREATE SEQUENCE fence AS bigint;

CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', tg_argv[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE TRIGGER event_stays BEFORE UPDATE ON event
    FOR EACH ROW EXECUTE FUNCTION stay('events do not change');
CREATE TRIGGER event_is_kept BEFORE DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION stay('events are kept');
CREATE TRIGGER key_stays BEFORE UPDATE ON key
    FOR EACH ROW EXECUTE FUNCTION stay('keys do not change');
CREATE TRIGGER key_is_kept BEFORE DELETE OR TRUNCATE ON key
    FOR EACH STATEMENT EXECUTE FUNCTION stay('keys are kept');
CREATE TRIGGER head_is_kept BEFORE DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION stay('charges are kept');
CREATE TRIGGER head_keeps_its_name BEFORE UPDATE OF charge, sale, device, opened_ms ON head
    FOR EACH ROW EXECUTE FUNCTION stay('only the state of a charge moves');
CREATE TRIGGER tail_is_kept BEFORE DELETE OR TRUNCATE ON tail
    FOR EACH STATEMENT EXECUTE FUNCTION stay('the end of the chain is kept');

-- Which schema this is; raised by each later step.
CREATE TABLE scantill (
    is_here boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (is_here),
    version bigint NOT NULL CHECK (version > 0)
);
INSERT INTO scantill (version) VALUES (1);
