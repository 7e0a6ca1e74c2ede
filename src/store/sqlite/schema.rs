//! Whose file it is, which schema it has, and the steps to ours.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::failpoint::hit;
use crate::fault::OpenFault;

/// Marks the file as ours for SQLite and for `file`: the letters `Till`.
pub(crate) const APPLICATION: i64 = 0x5469_6C6C;

/// The step to schema 1, the step to schema 2, …: only ever added to.
const STEPS: [&str; 7] = [
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
    include_str!("../migrations/0004.sql"),
    include_str!("../migrations/0005.sql"),
    include_str!("../migrations/0006.sql"),
    include_str!("../migrations/0007.sql"),
];

/// The latest schema that this version knows.
pub(crate) const KNOWN: i64 = 7;

/// The schema from which on a key has its bond.
const WITH_BONDS: usize = 3;

const _: () = assert!(STEPS.len() == 7 && KNOWN == 7, "each schema has its step");

/// The schema of the file, 0 for an empty one. Writes nothing.
pub(crate) fn look(connection: &Connection, path: &Path) -> Result<i64, OpenFault> {
    let number = |sql: &str| -> Result<i64, OpenFault> {
        connection
            .query_row(sql, [], |row| row.get(0))
            .map_err(|error| OpenFault::from_sqlite(path, &error))
    };
    let objects = number("SELECT count(*) FROM sqlite_schema")?;
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let is_empty = objects == 0 && application == 0 && version == 0;
    if application != APPLICATION && !is_empty {
        return Err(OpenFault::NotADatabase(path.to_owned()));
    }
    if version > KNOWN {
        return Err(OpenFault::Newer {
            found: version,
            known: KNOWN,
        });
    }
    Ok(version)
}

/// Takes the file from schema `found` to ours, wholly or not at all.
pub(crate) fn migrate(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(found).unwrap_or_default();
    if done == STEPS.len() {
        return Ok(());
    }
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(done) {
        change.execute_batch(step)?;
    }
    if done < WITH_BONDS {
        bind_keys(&change)?;
    }
    hit("migrate-stepped");
    sign(&change)?;
    hit("migrate-signed");
    change.commit()
}

/// Gives every key its bond, and lets none of them change any more.
fn bind_keys(change: &Transaction<'_>) -> rusqlite::Result<()> {
    let sql = "SELECT key.key, key.fingerprint, event.chain FROM key
               JOIN event ON event.charge = key.charge AND event.revision = key.revision";
    let mut statement = change.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (key, fingerprint, chain): (String, [u8; 32], [u8; 32]) = row.try_into()?;
        let bond = ledger::bond(&chain, &key, &fingerprint);
        change.execute("UPDATE key SET bond = ?2 WHERE key = ?1", (key, bond))?;
    }
    change.execute_batch(
        "CREATE TRIGGER key_stays BEFORE UPDATE ON key
         BEGIN SELECT raise(ABORT, 'keys do not change'); END;",
    )
}

fn sign(change: &Transaction<'_>) -> rusqlite::Result<()> {
    change.pragma_update(None, "application_id", APPLICATION)?;
    change.pragma_update(None, "user_version", KNOWN)
}
