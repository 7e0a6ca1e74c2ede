//! Recomputes a whole record in PostgreSQL and names the first thing that does not add up.

use ledger::{Books, Event};
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::{IsolationLevel, Row, RowIter, Transaction};

use super::address::Address;
use super::connect::Wire;
use super::line::Line;
use super::{query, schema};
use crate::check::{CheckReport, Flaw, Flawed, Head, check_head, check_link};
use crate::fault::{OpenFault, StoreFault};

/// Checks the record in a database, also while servers write it: one moment of it.
///
/// # Errors
/// [`OpenFault`] when it cannot be opened at all.
pub fn check(address: &Address) -> Result<CheckReport, OpenFault> {
    let line = Line::open(address, schema::expect)?;
    let checked = line.ask_once(|wire| {
        let mut report = CheckReport {
            charges: 0,
            events: 0,
            books: Books::default(),
            chain: [0; 32],
            broken: None,
        };
        report.broken = look(wire, &mut report)?.err();
        Ok(report)
    });
    checked.map_err(|fault| {
        let (place, cause) = (address.to_string(), fault.to_string());
        OpenFault::Database(super::DatabaseFault::Other { place, cause })
    })
}

fn look(wire: &mut Wire, report: &mut CheckReport) -> Result<Result<(), Flawed>, StoreFault> {
    wire.take_time()?;
    let mut moment = wire
        .client()?
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()?;
    Ok(look_at(&mut moment, report))
}

fn look_at(moment: &mut Transaction<'_>, report: &mut CheckReport) -> Result<(), Flawed> {
    check_chain(moment, report)?;
    check_tail(moment, report)?;
    check_charges(moment, report)?;
    check_sales(moment)?;
    check_keys(moment)
}

fn stream<'a>(moment: &'a mut Transaction<'_>, sql: &str) -> Result<RowIter<'a>, Flawed> {
    let none: [&str; 0] = [];
    Ok(moment.query_raw(sql, none)?)
}

/// Every row, its place and its link, in the order of writing.
fn check_chain(moment: &mut Transaction<'_>, report: &mut CheckReport) -> Result<(), Flawed> {
    let sql = "SELECT seq, charge, revision, at_ms, fact, body, chain FROM event ORDER BY seq";
    let mut rows = stream(moment, sql)?;
    while let Some(row) = rows.next()? {
        let charge = row.try_get(1).ok();
        check_link(report, row.try_get(0)?, charge, || query::read(&row))?;
    }
    Ok(())
}

/// The row that appending goes on from is the end of the chain.
fn check_tail(moment: &mut Transaction<'_>, report: &CheckReport) -> Result<(), Flawed> {
    let row = moment.query_opt("SELECT seq, chain FROM tail", &[])?;
    let tail: Option<(i64, Vec<u8>)> = match row {
        Some(row) => Some((row.try_get(0)?, row.try_get(1)?)),
        None => None,
    };
    let fits = tail.is_some_and(|(seq, chain)| {
        u64::try_from(seq) == Ok(report.events) && chain == report.chain
    });
    if fits {
        return Ok(());
    }
    let place = report.events + 1;
    Err(Flawed {
        seq: Some(place),
        charge: None,
        flaw: Flaw::Missing(place),
    })
}

/// Every history folds, and folds to what the charge's row says.
fn check_charges(moment: &mut Transaction<'_>, report: &mut CheckReport) -> Result<(), Flawed> {
    let sql = "SELECT e.seq, e.charge, e.revision, e.at_ms, e.fact, e.body, e.chain,
                      h.sale, h.device, h.state, h.revision, h.opened_ms, h.refunding
               FROM event e LEFT JOIN head h USING (charge) ORDER BY e.charge, e.revision";
    let mut rows = stream(moment, sql)?;
    let mut history: Vec<Event> = Vec::new();
    let mut head = None;
    while let Some(row) = rows.next()? {
        let event = query::read(&row).map_err(|fault| flawed(None, Flaw::Row(fault)))?;
        let event = event.event;
        if history
            .last()
            .is_some_and(|last| last.charge != event.charge)
        {
            report.count(check_head(&history, head.as_ref())?);
            history.clear();
        }
        if history.is_empty() {
            head = head_of(&row)?;
        }
        history.push(event);
    }
    drop(rows);
    if !history.is_empty() {
        report.count(check_head(&history, head.as_ref())?);
    }
    let sql = "SELECT charge FROM head h
               WHERE NOT EXISTS (SELECT FROM event e WHERE e.charge = h.charge) LIMIT 1";
    none(moment, sql, Flaw::Head)
}

fn head_of(row: &Row) -> Result<Option<Head>, Flawed> {
    let sale: Option<String> = row.try_get(7)?;
    let Some(sale) = sale else {
        return Ok(None);
    };
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Some((
        sale,
        row.try_get(8)?,
        row.try_get(9)?,
        small(row.try_get(10)?),
        row.try_get(11)?,
        small(row.try_get(12)?),
    )))
}

fn check_sales(moment: &mut Transaction<'_>) -> Result<(), Flawed> {
    let sql = "SELECT sale FROM head WHERE state NOT IN ('refused', 'reversed')
               GROUP BY sale HAVING count(*) > 1 LIMIT 1";
    match moment.query_opt(sql, &[])? {
        Some(row) => Err(flawed(None, Flaw::Sale(row.try_get(0)?))),
        None => Ok(()),
    }
}

fn check_keys(moment: &mut Transaction<'_>) -> Result<(), Flawed> {
    let sql = "SELECT e.charge FROM event e LEFT JOIN key k
               ON k.charge = e.charge AND k.revision = e.revision
               WHERE e.fact IN ('opened', 'refund-asked') AND k.key IS NULL LIMIT 1";
    none(moment, sql, Flaw::Key)?;
    let sql = "SELECT k.charge FROM key k LEFT JOIN event e
               ON e.charge = k.charge AND e.revision = k.revision
               AND e.fact IN ('opened', 'refund-asked')
               WHERE e.seq IS NULL LIMIT 1";
    none(moment, sql, Flaw::Key)?;
    check_bonds(moment)
}

/// Every key is the one that its event was bound with, and so is what was asked under it.
fn check_bonds(moment: &mut Transaction<'_>) -> Result<(), Flawed> {
    let sql = "SELECT k.key, k.charge, k.fingerprint, k.bond, e.chain FROM key k
               JOIN event e ON e.charge = k.charge AND e.revision = k.revision ORDER BY e.seq";
    let mut rows = stream(moment, sql)?;
    while let Some(row) = rows.next()? {
        let key: String = row.try_get(0)?;
        let (print, bond, link): (&[u8], &[u8], &[u8]) =
            (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
        let told = match (link.try_into(), print.try_into()) {
            (Ok(link), Ok(print)) => Some(ledger::bond(link, &key, print)),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => None,
        };
        if told.is_none_or(|told| bond != told) {
            return Err(flawed(Some(row.try_get(1)?), Flaw::Bond(key)));
        }
    }
    Ok(())
}

/// The flaw, when the question finds a charge.
fn none(moment: &mut Transaction<'_>, sql: &str, flaw: Flaw) -> Result<(), Flawed> {
    match moment.query_opt(sql, &[])? {
        Some(row) => Err(flawed(Some(row.try_get(0)?), flaw)),
        None => Ok(()),
    }
}

const fn flawed(charge: Option<String>, flaw: Flaw) -> Flawed {
    Flawed {
        seq: None,
        charge,
        flaw,
    }
}

impl From<postgres::Error> for Flawed {
    fn from(error: postgres::Error) -> Self {
        flawed(None, Flaw::File(super::fault::words(&error)))
    }
}
