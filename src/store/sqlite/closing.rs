//! Closed keys in the file.

use money::Stamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::query;
use crate::closing::{CLOSED_MS, Closing};
use crate::failpoint::hit;
use crate::fault::StoreFault;

/// Closes a key in an open transaction, unless something came of it before.
pub(super) fn close(tx: &Connection, key: &str, now: Stamp) -> Result<Closing, StoreFault> {
    hit("close-before");
    if let Some((charge, _)) = query::by_key(tx, key)? {
        return Ok(Closing::Bound(charge));
    }
    let sql = "INSERT INTO closed (key, until_ms) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms)";
    let count = tx
        .prepare(sql)?
        .execute((key, now.plus_ms(CLOSED_MS).ms()))?;
    assert_eq!(count, 1, "invariant: one closed key, one row");
    hit("close-after");
    Ok(Closing::Closed)
}

/// Forgets keys whose time is over.
pub(super) fn sweep(tx: &Connection, now: Stamp) -> Result<(), StoreFault> {
    tx.execute("DELETE FROM closed WHERE until_ms <= ?1", [now.ms()])?;
    Ok(())
}

/// Whether nothing is written under the key any more.
pub(super) fn is_closed(tx: &Connection, key: &str) -> Result<bool, StoreFault> {
    let mut statement = tx.prepare("SELECT 1 FROM closed WHERE key = ?1")?;
    let found = statement.query_row([key], |_| Ok(())).optional()?;
    Ok(found.is_some())
}
