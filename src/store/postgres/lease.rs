//! Claims on open charges, by the database's clock and with fencing numbers that only rise.

use std::collections::{BTreeMap, BTreeSet};

use money::ChargeId;

use super::connect::Wire;
use super::query;
use crate::claim::{Claimed, LEASE};
use crate::fault::StoreFault;

/// Charges that are taken over at once; the rest follows at the next renewal.
const TAKEN_MAX: i64 = 2_000;

/// What a renewal came to.
pub(super) struct Leased {
    pub(super) claimed: Claimed,
    /// The numbers of all that is ours now.
    pub(super) fences: Vec<(ChargeId, i64)>,
}

impl Leased {
    /// Counts as lost what was ours and could not be renewed: another server has ended it.
    pub(super) fn miss(&mut self, held: &[ChargeId]) {
        let ours = self.fences.iter().map(|(charge, _)| *charge);
        let known: BTreeSet<ChargeId> = ours.chain(self.claimed.lost.iter().copied()).collect();
        let missed = held.iter().filter(|charge| !known.contains(*charge));
        self.claimed.lost.extend(missed);
    }
}

/// How long a claim lives, in seconds.
pub(super) fn lease_s() -> f64 {
    LEASE.as_secs_f64()
}

/// Renews what is ours among `live`, names what of it is another's, and takes over what nobody
/// works on, and what is wanted.
pub(super) fn claim(
    wire: &mut Wire,
    owner: &str,
    live: &[ChargeId],
    wanted: &[ChargeId],
) -> Result<Leased, StoreFault> {
    let live: Vec<&str> = live.iter().map(ChargeId::as_str).collect();
    let wanted: Vec<&str> = wanted.iter().map(ChargeId::as_str).collect();
    wire.whole(|wire| {
        // Between commits only: a commit judges by the claims that it has read.
        query::lock_tail(wire)?;
        let renewed = renew(wire, owner, &live)?;
        let lost = lost(wire, owner, &live)?;
        let taken = take_over(wire, owner, &live, &wanted)?;
        let ids: Vec<&str> = taken.iter().map(|(id, _)| id.as_str()).collect();
        let histories: BTreeMap<_, _> = query::histories(wire, &ids)?;
        Ok(Leased {
            claimed: Claimed {
                taken: histories.into_values().collect(),
                lost,
            },
            fences: renewed.into_iter().chain(taken).collect(),
        })
    })
}

fn renew(wire: &mut Wire, owner: &str, live: &[&str]) -> Result<Vec<(ChargeId, i64)>, StoreFault> {
    let sql = "UPDATE claim SET expires = clock_timestamp() + make_interval(secs => $3)
        WHERE owner = $2 AND charge = ANY($1) RETURNING charge, fence";
    fences(&wire.rows(sql, &[&live, &owner, &lease_s()])?)
}

fn lost(wire: &mut Wire, owner: &str, live: &[&str]) -> Result<Vec<ChargeId>, StoreFault> {
    let sql = "SELECT charge FROM claim WHERE charge = ANY($1) AND owner <> $2";
    let rows = wire.rows(sql, &[&live, &owner])?;
    rows.iter().map(|row| query::id(row.try_get(0)?)).collect()
}

/// Ours are now: open charges whose claim is over, those that never had one, and those wanted.
fn take_over(
    wire: &mut Wire,
    owner: &str,
    live: &[&str],
    wanted: &[&str],
) -> Result<Vec<(ChargeId, i64)>, StoreFault> {
    let sql = "INSERT INTO claim (charge, owner, fence, expires)
        SELECT head.charge, $2, nextval('fence'), clock_timestamp() + make_interval(secs => $3)
        FROM head LEFT JOIN claim ON claim.charge = head.charge
        WHERE (head.state NOT IN ('paid', 'refused', 'reversed') OR head.refunding > 0)
          AND head.charge <> ALL($1)
          AND (claim.charge IS NULL OR claim.expires <= clock_timestamp()
               OR (claim.owner <> $2 AND head.charge = ANY($5)))
        ORDER BY head.charge <> ALL($5), head.charge LIMIT $4
        ON CONFLICT (charge) DO UPDATE
        SET owner = excluded.owner, fence = excluded.fence, expires = excluded.expires
        RETURNING charge, fence";
    fences(&wire.rows(sql, &[&live, &owner, &lease_s(), &TAKEN_MAX, &wanted])?)
}

/// Ends all our claims now.
pub(super) fn release(wire: &mut Wire, owner: &str) -> Result<(), StoreFault> {
    let sql = "UPDATE claim SET expires = clock_timestamp() WHERE owner = $1";
    // As a whole, because only a commit's wait for the standby has an end.
    wire.whole(|wire| wire.change(sql, &[&owner]).map(drop))
}

fn fences(rows: &[postgres::Row]) -> Result<Vec<(ChargeId, i64)>, StoreFault> {
    let fence = |row: &postgres::Row| Ok((query::id(row.try_get(0)?)?, row.try_get(1)?));
    rows.iter().map(fence).collect()
}
