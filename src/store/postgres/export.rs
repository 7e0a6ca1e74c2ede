//! The record in a database written out, as [`crate::export`] does it with a file.

use postgres::IsolationLevel;
use postgres::fallible_iterator::FallibleIterator as _;

use super::address::Address;
use super::connect::Wire;
use super::{DatabaseFault, query, schema};
use crate::export::{Line, Table};
use crate::fault::{OpenFault, StoreFault};

/// Reads every charge in one moment of the record, also while servers write it, and hands each on.
/// Gives their number. The hearer stops it by giving back `false`. Not for a thread that runs a
/// loop of tasks: the connection runs one of its own.
///
/// # Errors
/// [`OpenFault`] when the record cannot be opened or a row in it cannot be read.
pub fn export(address: &Address, hear: &mut dyn FnMut(&Line) -> bool) -> Result<u64, OpenFault> {
    let mut wire = Wire::open(address)?;
    schema::expect(&mut wire)?;
    stream(&mut wire, hear).map_err(|fault| {
        let (place, cause) = (address.to_string(), fault.to_string());
        OpenFault::Database(DatabaseFault::Other { place, cause })
    })
}

fn stream(wire: &mut Wire, hear: &mut dyn FnMut(&Line) -> bool) -> Result<u64, StoreFault> {
    wire.take_time()?;
    let mut moment = wire
        .client()?
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()?;
    let none: [&str; 0] = [];
    let sql = "SELECT seq, charge, revision, at_ms, fact, body, chain FROM event
               ORDER BY charge, revision";
    let mut rows = moment.query_raw(sql, none)?;
    let mut table = Table::told_to(hear);
    while let Some(row) = rows.next()? {
        let recorded = query::read(&row).map_err(|fault| StoreFault::Broken(fault.to_string()))?;
        if !table.take(recorded.event)? {
            return Ok(table.count());
        }
    }
    table.end()
}
