//! The catalogue in the database.

use sale::Catalogue;

use super::connect::Wire;
use crate::fault::StoreFault;
use crate::shelf::{Shelving, catalogue, number, past, stale, unwritten};

/// The catalogue that holds, or an earlier one, if it is still kept.
pub(super) fn look(
    wire: &mut Wire,
    revision: Option<u64>,
) -> Result<Option<Catalogue>, StoreFault> {
    let sql = "SELECT revision, body FROM catalogue WHERE revision = coalesce($1, revision)
               ORDER BY revision DESC LIMIT 1";
    let asked = revision.map(number).transpose()?;
    match wire.rows(sql, &[&asked])?.first() {
        Some(row) => catalogue(row.try_get(0)?, row.try_get(1)?).map(Some),
        None => Ok(unwritten(asked)),
    }
}

/// Writes the next catalogue, unless it does not follow the one that holds.
pub(super) fn write(wire: &mut Wire, next: &Catalogue) -> Result<Shelving, StoreFault> {
    let revision = number(next.revision())?;
    let (body, old) = (next.to_text(), past(next)?);
    wire.whole(|wire| {
        // Two who write at once: the later one sees what the earlier one wrote.
        wire.say("LOCK TABLE catalogue IN EXCLUSIVE MODE")?;
        let mut last: i64 = 0;
        let sql = "SELECT coalesce(max(revision), 0) FROM catalogue";
        if let Some(row) = wire.rows(sql, &[])?.first() {
            last = row.try_get(0)?;
        }
        if let Some(stale) = stale(revision, last) {
            return Ok(stale);
        }
        let sql = "INSERT INTO catalogue (revision, body) VALUES ($1, $2)";
        let count = wire.change(sql, &[&revision, &body])?;
        assert_eq!(count, 1, "invariant: one catalogue, one row");
        wire.change("DELETE FROM catalogue WHERE revision <= $1", &[&old])?;
        Ok(Shelving::Written)
    })
}
