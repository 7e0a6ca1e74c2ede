//! The questions, each over one connection and one moment of the record.

use std::collections::BTreeMap;

use ledger::{ChainHash, Event};
use money::{ChargeId, Stamp};
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Params};

use crate::fault::StoreFault;
use crate::read::{MOVED_MAX, Trace};
use crate::row::{self, COLUMNS};

/// The last row of the whole record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tail {
    /// Its place; 0 when there is none.
    pub(crate) seq: u64,
    /// Its link; zeros when there is none.
    pub(crate) chain: ChainHash,
}

pub(super) fn tail(connection: &Connection) -> Result<Tail, StoreFault> {
    let sql = "SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1";
    let found: Option<(i64, ChainHash)> = connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, chain) = found.unwrap_or_default();
    let seq = u64::try_from(seq).map_err(|_| StoreFault::Broken(format!("event {seq}")))?;
    Ok(Tail { seq, chain })
}

pub(super) fn history(connection: &Connection, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE charge = ?1 ORDER BY revision");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([charge.as_str()])?;
    let mut events = Vec::new();
    while let Some(found) = rows.next()? {
        let recorded = row::read(found)
            .map_err(|fault| StoreFault::Broken(format!("charge {charge}: {fault}")))?;
        events.push(recorded.event);
    }
    Ok(events)
}

pub(super) fn by_key(
    connection: &Connection,
    key: &str,
) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
    let sql = "SELECT charge, fingerprint FROM key WHERE key = ?1";
    let found: Option<(String, [u8; 32])> = connection
        .query_row(sql, [key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found
        .map(|(charge, fingerprint)| Ok((id(&charge)?, fingerprint)))
        .transpose()
}

/// The charge of a sale that holds money or still may.
pub(super) fn holder_of(
    connection: &Connection,
    sale: &str,
) -> Result<Option<ChargeId>, StoreFault> {
    let sql = "SELECT charge FROM head
               WHERE sale = ?1 AND state NOT IN ('refused', 'reversed')";
    let found: Option<String> = connection
        .query_row(sql, [sale], |row| row.get(0))
        .optional()?;
    found.map(|charge| id(&charge)).transpose()
}

pub(super) fn list(
    connection: &Connection,
    limit: u32,
    before: Option<ChargeId>,
    device: Option<&str>,
) -> Result<Vec<Vec<Event>>, StoreFault> {
    // Sorts behind every id, whose letters end with Z.
    let bound = before.as_ref().map_or("~", ChargeId::as_str);
    let moment = connection.unchecked_transaction()?;
    let ids: Vec<String> = match device {
        None => {
            let sql = "SELECT charge FROM head WHERE charge < ?1 ORDER BY charge DESC LIMIT ?2";
            column(&moment, sql, (bound, limit))?
        }
        Some(device) => {
            let sql = "SELECT charge FROM head WHERE device = ?3 AND charge < ?1
                       ORDER BY charge DESC LIMIT ?2";
            column(&moment, sql, (bound, limit, device))?
        }
    };
    histories(&moment, &ids)
}

pub(super) fn open_charges(connection: &Connection) -> Result<Vec<Vec<Event>>, StoreFault> {
    let sql = "SELECT charge FROM head
               WHERE state NOT IN ('paid', 'refused', 'reversed') OR refunding > 0
               ORDER BY charge";
    let moment = connection.unchecked_transaction()?;
    let ids: Vec<String> = column(&moment, sql, [])?;
    histories(&moment, &ids)
}

pub(super) fn traces(
    connection: &Connection,
    behind: u64,
    limit: u32,
) -> Result<Vec<Trace>, StoreFault> {
    let sql = "SELECT seq, charge, at_ms, fact FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let behind = i64::try_from(behind).unwrap_or(i64::MAX);
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query((behind, limit))?;
    let mut traces = Vec::new();
    while let Some(row) = rows.next()? {
        let (seq, charge): (i64, String) = (row.get(0)?, row.get(1)?);
        let seq = u64::try_from(seq).map_err(|_| StoreFault::Broken(format!("event {seq}")))?;
        traces.push(Trace {
            seq,
            charge: id(&charge)?,
            at: Stamp::from_ms(row.get(2)?),
            fact: row.get(3)?,
        });
    }
    Ok(traces)
}

pub(super) fn moved_since(
    connection: &Connection,
    seq: u64,
) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
    let seq = i64::try_from(seq).map_err(|_| StoreFault::Full)?;
    let sql = "SELECT charge, max(seq) FROM event WHERE seq > ?1 AND seq <= ?2
               GROUP BY charge ORDER BY max(seq)";
    let moment = connection.unchecked_transaction()?;
    let mut statement = moment.prepare(sql)?;
    let last = statement.query_map([seq, seq.saturating_add(MOVED_MAX)], |row| row.try_into())?;
    let last: Vec<(String, i64)> = last.collect::<rusqlite::Result<_>>()?;
    let moved = last.into_iter().map(|(charge, place)| {
        let place = u64::try_from(place);
        let place = place.map_err(|_| StoreFault::Broken(format!("charge {charge}")))?;
        Ok((place, history(&moment, id(&charge)?)?))
    });
    moved.collect()
}

fn histories(connection: &Connection, ids: &[String]) -> Result<Vec<Vec<Event>>, StoreFault> {
    ids.iter()
        .map(|charge| history(connection, id(charge)?))
        .collect()
}

/// The first column of every row.
pub(crate) fn column<T: FromSql>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(params, |row| row.get(0))?;
    rows.collect()
}

/// What the record is tied to, and whether the provider must be asked about any charge.
pub(super) fn ties(connection: &Connection) -> rusqlite::Result<(BTreeMap<String, Vec<u8>>, bool)> {
    let mut statement = connection.prepare("SELECT name, value FROM tie")?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT EXISTS (SELECT 1 FROM head
               WHERE state NOT IN ('paid', 'refused', 'reversed') OR refunding > 0)";
    let has_open = connection.query_row(sql, [], |row| row.get(0))?;
    Ok((found.collect::<rusqlite::Result<_>>()?, has_open))
}

fn id(text: &str) -> Result<ChargeId, StoreFault> {
    ChargeId::parse(text).map_err(|_| StoreFault::Broken(format!("{text:?} is not a charge's id")))
}
