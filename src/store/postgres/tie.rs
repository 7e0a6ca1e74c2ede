//! The ties of a record in PostgreSQL: read, judged and written while nobody else does.

use std::collections::BTreeMap;

use super::connect::Wire;
use crate::fault::StoreFault;
use crate::tie::{Tie, TieFault, judge};

/// Ties the record, or says why this server may not write it.
pub(super) fn bind(
    wire: &mut Wire,
    ties: &[Tie],
    is_adopting: bool,
) -> Result<Result<(), TieFault>, StoreFault> {
    wire.whole(|wire| {
        // Two first starts at once: the later one sees what the earlier one wrote.
        wire.say("LOCK TABLE tie IN EXCLUSIVE MODE")?;
        let mut found = BTreeMap::new();
        for row in &wire.rows("SELECT name, value FROM tie", &[])? {
            found.insert(row.try_get(0)?, row.try_get(1)?);
        }
        let judged = judge(&found, ties, is_adopting, has_open(wire)?);
        if judged.is_err() {
            return Ok(judged);
        }
        for tie in ties {
            let sql = "INSERT INTO tie (name, value) VALUES ($1, $2)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            wire.change(sql, &[&tie.name.as_str(), &tie.value.as_slice()])?;
        }
        Ok(Ok(()))
    })
}

fn has_open(wire: &mut Wire) -> Result<bool, StoreFault> {
    let sql = "SELECT EXISTS (SELECT FROM head WHERE state NOT IN ('paid', 'refused', 'reversed')
                                                     OR refunding > 0)";
    match wire.rows(sql, &[])?.first() {
        Some(row) => Ok(row.try_get(0)?),
        None => Ok(false),
    }
}
