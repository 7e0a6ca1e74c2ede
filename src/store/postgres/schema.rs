//! Whose database it is, which schema it has, and the steps to ours.

use postgres::{Client, Transaction};

use super::address::Address;
use super::connect::Wire;
use super::fault::DatabaseFault;
use crate::fault::StoreFault;

/// The step to schema 1, the step to schema 2, …: only ever added to.
const STEPS: [&str; 5] = [
    include_str!("../migrations/postgres/0001.sql"),
    include_str!("../migrations/postgres/0002.sql"),
    include_str!("../migrations/postgres/0003.sql"),
    include_str!("../migrations/postgres/0004.sql"),
    include_str!("../migrations/postgres/0005.sql"),
];

/// The latest schema that this version knows.
pub(super) const KNOWN: i64 = 5;

const _: () = assert!(STEPS.len() == 5 && KNOWN == 5, "each schema has its step");

/// One server at a time takes the steps: the letters `Till`.
const LOCK: i64 = 0x5469_6C6C;

/// Takes the database to our schema, wholly or not at all.
pub(super) fn migrate(wire: &mut Wire) -> Result<(), DatabaseFault> {
    let place = wire.address().clone();
    let fault = |error: postgres::Error| DatabaseFault::of(&place, &error);
    let lost = |fault: StoreFault| DatabaseFault::Other {
        place: place.to_string(),
        cause: fault.to_string(),
    };
    let client = wire.client().map_err(lost)?;
    let mut change = client.transaction().map_err(fault)?;
    step(&mut change, &place)?;
    change.commit().map_err(fault)
}

/// The same within a transaction.
pub(super) fn step(change: &mut Transaction<'_>, place: &Address) -> Result<(), DatabaseFault> {
    let fault = |error: postgres::Error| DatabaseFault::of(place, &error);
    // Ends with the transaction.
    change
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .map_err(fault)?;
    let found = look(change).map_err(fault)?;
    let found = judge(found, &place.to_string())?;
    let done = usize::try_from(found).unwrap_or_default();
    for step in STEPS.iter().skip(done) {
        change.batch_execute(step).map_err(fault)?;
    }
    Ok(())
}

/// Sees that the database has our schema; writes nothing.
pub(super) fn expect(wire: &mut Wire) -> Result<(), DatabaseFault> {
    let place = wire.address().clone();
    let lost = |fault: StoreFault| DatabaseFault::Other {
        place: place.to_string(),
        cause: fault.to_string(),
    };
    let client: &mut Client = wire.client().map_err(lost)?;
    let found = look(client).map_err(|error| DatabaseFault::of(&place, &error))?;
    match judge(found, &place.to_string())? {
        KNOWN => Ok(()),
        _ => Err(DatabaseFault::Empty {
            place: place.to_string(),
        }),
    }
}

/// The schema, 0 for none; `None` where another program's tables have our names.
fn look(client: &mut impl postgres::GenericClient) -> Result<Option<i64>, postgres::Error> {
    let sql = "SELECT to_regclass('scantill') IS NOT NULL,
                      to_regclass('event') IS NOT NULL OR to_regclass('head') IS NOT NULL";
    let row = client.query_one(sql, &[])?;
    let (is_ours, is_taken): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
    if !is_ours {
        return Ok((!is_taken).then_some(0));
    }
    let row = client.query_one("SELECT version FROM scantill", &[])?;
    Ok(Some(row.try_get(0)?))
}

fn judge(found: Option<i64>, place: &str) -> Result<i64, DatabaseFault> {
    let place = place.to_owned();
    match found {
        None => Err(DatabaseFault::Foreign { place }),
        Some(found) if found > KNOWN => Err(DatabaseFault::Newer {
            place,
            found,
            known: KNOWN,
        }),
        Some(found) => Ok(found),
    }
}
