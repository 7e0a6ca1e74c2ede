//! The questions, each one statement and so one moment of the record.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{ChainHash, Event};
use money::{ChargeId, Stamp};
use postgres::Row;

use super::connect::Wire;
use super::judge::Tail;
use crate::fault::StoreFault;
use crate::read::{MOVED_MAX, Trace};
use crate::row::{Columns, Recorded, RowFault};

/// Reads a row that begins with the columns of the table `event` in the schema's order.
pub(super) fn read(row: &Row) -> Result<Recorded, RowFault> {
    let columns = || -> Result<Columns<'_>, postgres::Error> {
        Ok(Columns {
            seq: row.try_get(0)?,
            charge: row.try_get(1)?,
            revision: row.try_get(2)?,
            at_ms: row.try_get(3)?,
            fact: row.try_get(4)?,
            body: row.try_get(5)?,
            chain: row.try_get(6)?,
        })
    };
    let columns = columns();
    columns
        .map_err(|error| RowFault::Column(super::fault::words(&error)))?
        .recorded()
}

pub(super) fn id(text: &str) -> Result<ChargeId, StoreFault> {
    ChargeId::parse(text).map_err(|_| StoreFault::Broken(format!("{text:?} is not a charge's id")))
}

/// The end of the chain, held until the transaction ends: nobody else appends meanwhile.
pub(super) fn lock_tail(wire: &mut Wire) -> Result<Tail, StoreFault> {
    let rows = wire.rows("SELECT seq, chain FROM tail FOR UPDATE", &[])?;
    let absent = || StoreFault::Broken("the end of the chain is missing".to_owned());
    let row = rows.first().ok_or_else(absent)?;
    let seq: i64 = row.try_get(0)?;
    Ok(Tail {
        seq: u64::try_from(seq).map_err(|_| StoreFault::Broken(format!("event {seq}")))?,
        chain: link(row.try_get(1)?)?,
    })
}

/// Begins a transaction that holds the end of the chain, as [`lock_tail`].
pub(super) fn begin_at_tail(wire: &mut Wire) -> Result<Tail, StoreFault> {
    let sql = "BEGIN; SELECT seq, encode(chain, 'hex') FROM tail FOR UPDATE";
    let absent = || StoreFault::Broken("the end of the chain is missing".to_owned());
    let row = wire.words(sql)?.ok_or_else(absent)?;
    let (seq, chain) = (row.try_get(0)?, row.try_get(1)?);
    let seq = seq.and_then(|digits| digits.parse().ok());
    Ok(Tail {
        seq: seq.ok_or_else(absent)?,
        chain: chain.and_then(unhex).ok_or_else(absent)?,
    })
}

/// A link in hexadecimal digits.
fn unhex(digits: &str) -> Option<ChainHash> {
    let mut link: ChainHash = [0; 32];
    if digits.len() != 2 * link.len() {
        return None;
    }
    for (place, byte) in link.iter_mut().enumerate() {
        let two = digits.get(2 * place..2 * place + 2)?;
        *byte = u8::from_str_radix(two, 16).ok()?;
    }
    Some(link)
}

/// The link of the event at that place.
pub(super) fn link_at(wire: &mut Wire, seq: u64) -> Result<Option<ChainHash>, StoreFault> {
    let seq = i64::try_from(seq).map_err(|_| StoreFault::Full)?;
    let rows = wire.rows("SELECT chain FROM event WHERE seq = $1", &[&seq])?;
    let found = rows.first().map(|row| link(row.try_get(0)?));
    found.transpose()
}

pub(super) fn link(bytes: &[u8]) -> Result<ChainHash, StoreFault> {
    bytes
        .try_into()
        .map_err(|_| StoreFault::Broken("a link has another length".to_owned()))
}

/// Histories of these charges, as far as they are known.
pub(super) fn histories(
    wire: &mut Wire,
    charges: &[&str],
) -> Result<BTreeMap<ChargeId, Vec<Event>>, StoreFault> {
    let sql = "SELECT seq, charge, revision, at_ms, fact, body, chain FROM event
               WHERE charge = ANY($1) ORDER BY charge, revision";
    let mut histories: BTreeMap<ChargeId, Vec<Event>> = BTreeMap::new();
    for event in events(&wire.rows(sql, &[&charges])?)? {
        histories.entry(event.charge).or_default().push(event);
    }
    Ok(histories)
}

/// Where the last events of these charges stand.
pub(super) fn places(
    wire: &mut Wire,
    charges: &BTreeSet<ChargeId>,
) -> Result<BTreeMap<ChargeId, u64>, StoreFault> {
    let mut places = BTreeMap::new();
    if charges.is_empty() {
        return Ok(places);
    }
    let charges: Vec<&str> = charges.iter().map(ChargeId::as_str).collect();
    let sql = "SELECT charge, max(seq) FROM event WHERE charge = ANY($1) GROUP BY charge";
    for row in &wire.rows(sql, &[&charges])? {
        places.insert(id(row.try_get(0)?)?, place(row.try_get(1)?)?);
    }
    Ok(places)
}

fn place(seq: i64) -> Result<u64, StoreFault> {
    u64::try_from(seq).map_err(|_| StoreFault::Broken(format!("event {seq}")))
}

fn events(rows: &[Row]) -> Result<Vec<Event>, StoreFault> {
    let event = |row: &Row| match read(row) {
        Ok(recorded) => Ok(recorded.event),
        Err(fault) => {
            let charge: &str = row.try_get(1).unwrap_or_default();
            Err(StoreFault::Broken(format!("charge {charge}: {fault}")))
        }
    };
    rows.iter().map(event).collect()
}

/// What these keys opened.
pub(super) fn keys(
    wire: &mut Wire,
    keys: &[&str],
) -> Result<BTreeMap<String, (ChargeId, [u8; 32])>, StoreFault> {
    let sql = "SELECT key, charge, fingerprint FROM key WHERE key = ANY($1)";
    let mut found = BTreeMap::new();
    if keys.is_empty() {
        return Ok(found);
    }
    for row in &wire.rows(sql, &[&keys])? {
        found.insert(
            row.try_get(0)?,
            (id(row.try_get(1)?)?, link(row.try_get(2)?)?),
        );
    }
    Ok(found)
}

pub(super) fn history(wire: &mut Wire, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
    let mut found = histories(wire, &[charge.as_str()])?;
    Ok(found.remove(&charge).unwrap_or_default())
}

pub(super) fn by_key(
    wire: &mut Wire,
    key: &str,
) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
    Ok(keys(wire, &[key])?.remove(key))
}

pub(super) fn list(
    wire: &mut Wire,
    limit: u32,
    before: Option<ChargeId>,
    device: Option<&str>,
) -> Result<Vec<Vec<Event>>, StoreFault> {
    // Sorts behind every id, whose letters end with Z.
    let bound = before.as_ref().map_or("~", ChargeId::as_str);
    let limit = i64::from(limit);
    let rows = match device {
        None => {
            let sql = "SELECT seq, charge, revision, at_ms, fact, body, chain FROM event
                WHERE charge = ANY(ARRAY(SELECT charge FROM head WHERE charge < $1
                                         ORDER BY charge DESC LIMIT $2))
                ORDER BY charge DESC, revision";
            wire.rows(sql, &[&bound, &limit])?
        }
        Some(device) => {
            let sql = "SELECT seq, charge, revision, at_ms, fact, body, chain FROM event
                WHERE charge = ANY(ARRAY(SELECT charge FROM head WHERE device = $3 AND charge < $1
                                         ORDER BY charge DESC LIMIT $2))
                ORDER BY charge DESC, revision";
            wire.rows(sql, &[&bound, &limit, &device])?
        }
    };
    grouped(&rows)
}

pub(super) fn open_charges(wire: &mut Wire) -> Result<Vec<Vec<Event>>, StoreFault> {
    let sql = "SELECT seq, charge, revision, at_ms, fact, body, chain FROM event
        WHERE charge = ANY(ARRAY(SELECT charge FROM head
                                 WHERE state NOT IN ('paid', 'refused', 'reversed')
                                       OR refunding > 0))
        ORDER BY charge, revision";
    grouped(&wire.rows(sql, &[])?)
}

/// Rows of several charges, those of one behind each other, as one history each.
fn grouped(rows: &[Row]) -> Result<Vec<Vec<Event>>, StoreFault> {
    let events = events(rows)?;
    let together = |one: &Event, next: &Event| one.charge == next.charge;
    Ok(events.chunk_by(together).map(<[Event]>::to_vec).collect())
}

pub(super) fn traces(wire: &mut Wire, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault> {
    let behind = i64::try_from(behind).unwrap_or(i64::MAX);
    let sql = "SELECT seq, charge, at_ms, fact FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
    let rows = wire.rows(sql, &[&behind, &i64::from(limit)])?;
    let trace = |row: &Row| {
        let seq: i64 = row.try_get(0)?;
        Ok(Trace {
            seq: u64::try_from(seq).map_err(|_| StoreFault::Broken(format!("event {seq}")))?,
            charge: id(row.try_get(1)?)?,
            at: Stamp::from_ms(row.try_get(2)?),
            fact: row.try_get(3)?,
        })
    };
    rows.iter().map(trace).collect()
}

pub(super) fn moved_since(wire: &mut Wire, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
    let seq = i64::try_from(seq).map_err(|_| StoreFault::Full)?;
    let sql = "SELECT charge, max(seq) FROM event WHERE seq > $1 AND seq <= $2
               GROUP BY charge ORDER BY max(seq)";
    let rows = wire.rows(sql, &[&seq, &(seq + MOVED_MAX)])?;
    let mut last = Vec::with_capacity(rows.len());
    for row in &rows {
        last.push((place(row.try_get(1)?)?, id(row.try_get(0)?)?));
    }
    let charges: Vec<&str> = last.iter().map(|(_, charge)| charge.as_str()).collect();
    let mut histories = histories(wire, &charges)?;
    let moved = last.iter();
    Ok(moved
        .map(|(place, charge)| (*place, histories.remove(charge).unwrap_or_default()))
        .collect())
}

pub(super) fn last_seq(wire: &mut Wire) -> Result<u64, StoreFault> {
    let rows = wire.rows("SELECT seq FROM tail", &[])?;
    let seq: i64 = match rows.first() {
        Some(row) => row.try_get(0)?,
        None => {
            return Err(StoreFault::Broken(
                "the end of the chain is missing".to_owned(),
            ));
        }
    };
    place(seq)
}
