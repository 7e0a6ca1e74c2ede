//! Closed keys in the database.

use std::collections::BTreeSet;

use money::Stamp;

use super::connect::Wire;
use super::query;
use crate::closing::Closing;
use crate::fault::StoreFault;

/// Closes those keys of which nothing came before. Behind the lock on the end of the chain: what is
/// being appended meanwhile is over, one way or the other, and what is appended later sees it.
pub(super) fn close(
    wire: &mut Wire,
    keys: &[String],
    now: Stamp,
) -> Result<Vec<Closing>, StoreFault> {
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    wire.whole(|wire| {
        query::lock_tail(wire)?;
        let bound = query::keys(wire, &asked)?;
        // A key is asked for once, however many ask.
        let free: BTreeSet<&str> = asked.iter().copied().collect();
        let free: Vec<&str> = free
            .into_iter()
            .filter(|key| !bound.contains_key(*key))
            .collect();
        let sql =
            "INSERT INTO closed (key, closed_ms) SELECT key, $2 FROM unnest($1::text[]) AS n (key)
            ON CONFLICT (key) DO NOTHING";
        let count = wire.change(sql, &[&free, &now.ms()])?;
        assert!(
            usize::try_from(count).is_ok_and(|count| count <= free.len()),
            "invariant: one closed key, one row"
        );
        let came_of = |key: &&str| match bound.get(*key) {
            Some((charge, _)) => Closing::Bound(*charge),
            None => Closing::Closed,
        };
        Ok(asked.iter().map(came_of).collect())
    })
}
