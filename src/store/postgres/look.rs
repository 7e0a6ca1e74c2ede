//! All that a group of batches is about, asked at once: a commit's time is mostly its way to the
//! database and back, so a group asks as few questions as it can.

use std::collections::{BTreeMap, BTreeSet};

use ledger::Fact;
use money::ChargeId;
use postgres::Row;

use super::connect::Wire;
use super::judge::{Claim, Hands, Sight, Tail};
use super::query;
use crate::batch::Batch;
use crate::fault::StoreFault;
use crate::row::Columns;

/// Five questions as one. Rows of each have the same columns and begin with its letter.
const ALL: &str = "
    SELECT 'e', seq, charge, revision, at_ms, fact, body, chain FROM event WHERE charge = ANY($1)
    UNION ALL
    SELECT 'c', fence, charge, (owner = $2)::int, (expires <= clock_timestamp())::int, '', '', ''
    FROM claim WHERE charge = ANY($1)
    UNION ALL
    SELECT 'k', 0, charge, 0, 0, key, '', fingerprint FROM key WHERE key = ANY($3)
    UNION ALL
    SELECT 'x', 0, '', 0, 0, key, '', '' FROM closed WHERE key = ANY($3)
    UNION ALL
    SELECT 's', 0, charge, 0, 0, sale, '', '' FROM head
    WHERE sale = ANY($4) AND state NOT IN ('refused', 'reversed')";

/// Reads all that the batches are about.
pub(super) fn look(
    wire: &mut Wire,
    owner: &str,
    tail: Tail,
    hands: &Hands,
    batches: &[Batch],
) -> Result<Sight, StoreFault> {
    let ids: BTreeSet<ChargeId> = batches.iter().map(Batch::charge).collect();
    let charges: Vec<&str> = ids.iter().map(ChargeId::as_str).collect();
    let (mut keys, mut sales): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for batch in batches {
        keys.extend(batch.key.as_ref().map(|binding| binding.key.as_str()));
        if let Fact::Opened(opened) = &batch.first().fact {
            sales.push(&opened.sale);
        }
    }
    let mut sight = Sight {
        tail,
        histories: BTreeMap::new(),
        places: query::places(wire, &hands.doubted)?,
        keys: BTreeMap::new(),
        closed: BTreeSet::new(),
        holders: BTreeMap::new(),
        claims: BTreeMap::new(),
    };
    for row in &wire.rows(ALL, &[&charges, &owner, &keys, &sales])? {
        note(&mut sight, row)?;
    }
    for history in sight.histories.values_mut() {
        history.sort_by_key(|event| event.revision);
    }
    Ok(sight)
}

/// Puts a row where it belongs.
fn note(sight: &mut Sight, row: &Row) -> Result<(), StoreFault> {
    let (letter, name): (&str, &str) = (row.try_get(0)?, row.try_get(5)?);
    match letter {
        "e" => {
            let event = event(row)?;
            sight.histories.entry(event.charge).or_default().push(event);
        }
        "c" => {
            let (is_ours, is_over): (i64, i64) = (row.try_get(3)?, row.try_get(4)?);
            let claim = Claim {
                is_ours: is_ours == 1,
                fence: row.try_get(1)?,
                is_over: is_over == 1,
            };
            sight.claims.insert(query::id(row.try_get(2)?)?, claim);
        }
        "k" => {
            let bound = (query::id(row.try_get(2)?)?, query::link(row.try_get(7)?)?);
            sight.keys.insert(name.to_owned(), bound);
        }
        "x" => drop(sight.closed.insert(name.to_owned())),
        "s" => drop(
            sight
                .holders
                .insert(name.to_owned(), query::id(row.try_get(2)?)?),
        ),
        other => return Err(StoreFault::Broken(format!("a row of the kind {other:?}"))),
    }
    Ok(())
}

fn event(row: &Row) -> Result<ledger::Event, StoreFault> {
    let columns = Columns {
        seq: row.try_get(1)?,
        charge: row.try_get(2)?,
        revision: row.try_get(3)?,
        at_ms: row.try_get(4)?,
        fact: row.try_get(5)?,
        body: row.try_get(6)?,
        chain: row.try_get(7)?,
    };
    let charge = columns.charge;
    match columns.recorded() {
        Ok(recorded) => Ok(recorded.event),
        Err(fault) => Err(StoreFault::Broken(format!("charge {charge}: {fault}"))),
    }
}
