//! The catalogue in the file.

use rusqlite::{Connection, OptionalExtension as _};
use sale::Catalogue;

use crate::fault::StoreFault;
use crate::shelf::{Shelving, catalogue, number, past, stale, unwritten};

/// The catalogue that holds, or an earlier one, if it is still kept.
pub(super) fn look(
    connection: &Connection,
    revision: Option<u64>,
) -> Result<Option<Catalogue>, StoreFault> {
    // Null is no number, so without one this is the last of all.
    let sql = "SELECT revision, body FROM catalogue WHERE revision = ifnull(?1, revision)
               ORDER BY revision DESC LIMIT 1";
    let asked = revision.map(number).transpose()?;
    let found: Option<(i64, String)> = connection
        .prepare(sql)?
        .query_row([asked], |row| row.try_into())
        .optional()?;
    match found {
        Some((revision, body)) => catalogue(revision, &body).map(Some),
        None => Ok(unwritten(asked)),
    }
}

/// Writes the next catalogue in an open transaction, unless it does not follow the one that holds.
pub(super) fn write(tx: &Connection, next: &Catalogue) -> Result<Shelving, StoreFault> {
    let last = "SELECT ifnull(max(revision), 0) FROM catalogue";
    let last: i64 = tx.query_row(last, [], |row| row.get(0))?;
    let revision = number(next.revision())?;
    if let Some(stale) = stale(revision, last) {
        return Ok(stale);
    }
    let sql = "INSERT INTO catalogue (revision, body) VALUES (?1, ?2)";
    let count = tx.execute(sql, (revision, next.to_text()))?;
    assert_eq!(count, 1, "invariant: one catalogue, one row");
    tx.execute("DELETE FROM catalogue WHERE revision <= ?1", [past(next)?])?;
    Ok(Shelving::Written)
}
