//! Closed keys in the file.

use money::Stamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::query;
use crate::closing::Closing;
use crate::failpoint::hit;
use crate::fault::StoreFault;

/// Closes a key in an open transaction, unless something came of it before.
pub(super) fn close(tx: &Connection, key: &str, now: Stamp) -> Result<Closing, StoreFault> {
    hit("close-before");
    if let Some((charge, _)) = query::by_key(tx, key)? {
        return Ok(Closing::Bound(charge));
    }
    let sql = "INSERT INTO closed (key, closed_ms) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING";
    tx.prepare(sql)?.execute((key, now.ms()))?;
    assert!(is_closed(tx, key)?, "invariant: a closed key has its row");
    hit("close-after");
    Ok(Closing::Closed)
}

/// Whether nothing is written under the key any more.
pub(super) fn is_closed(tx: &Connection, key: &str) -> Result<bool, StoreFault> {
    let mut statement = tx.prepare("SELECT 1 FROM closed WHERE key = ?1")?;
    let found = statement.query_row([key], |_| Ok(())).optional()?;
    Ok(found.is_some())
}
