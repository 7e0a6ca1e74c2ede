//! A record in a database as one file, and a file as a record in a database: rows change their
//! house and nothing else. So a backup of either kind can be put back into the other.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::{IsolationLevel, Row, Transaction};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::address::Address;
use super::connect::Wire;
use super::fault::{DatabaseFault, words};
use super::schema;
use crate::fault::OpenFault;
use crate::sqlite::reader::connect;
use crate::sqlite::{create, pragma, schema as file_schema};

/// What a column holds, in either house.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Text,
    Bytes,
}

/// A table that both houses have, with its columns in the order of the file's schema. Rows are read
/// in the order of the first one, which is their key.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
}

/// All of the record: what is referred to comes first. Claims stay behind, they are of servers that
/// run.
const TABLES: [Table; 6] = [
    Table {
        name: "head",
        columns: &[
            ("charge", Kind::Text),
            ("sale", Kind::Text),
            ("device", Kind::Text),
            ("state", Kind::Text),
            ("revision", Kind::Number),
            ("opened_ms", Kind::Number),
            ("refunding", Kind::Number),
        ],
    },
    Table {
        name: "event",
        columns: &[
            ("seq", Kind::Number),
            ("charge", Kind::Text),
            ("revision", Kind::Number),
            ("at_ms", Kind::Number),
            ("fact", Kind::Text),
            ("body", Kind::Text),
            ("chain", Kind::Bytes),
        ],
    },
    Table {
        name: "key",
        columns: &[
            ("key", Kind::Text),
            ("charge", Kind::Text),
            ("revision", Kind::Number),
            ("fingerprint", Kind::Bytes),
            ("bond", Kind::Bytes),
        ],
    },
    Table {
        name: "closed",
        columns: &[("key", Kind::Text), ("closed_ms", Kind::Number)],
    },
    Table {
        name: "tie",
        columns: &[("name", Kind::Text), ("value", Kind::Bytes)],
    },
    Table {
        name: "catalogue",
        columns: &[("revision", Kind::Number), ("body", Kind::Text)],
    },
];

/// The end of the chain as a file tells it.
const LAST: &str = "SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1";

impl Table {
    fn names(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY 1", self.names(), self.name)
    }

    /// A row of the database.
    fn row(&self, row: &Row) -> Result<Vec<Value>, postgres::Error> {
        let columns = self.columns.iter().enumerate();
        let value = |(place, (_, kind)): (usize, &(&str, Kind))| {
            Ok(match kind {
                Kind::Number => Value::Integer(row.try_get(place)?),
                Kind::Text => Value::Text(row.try_get(place)?),
                Kind::Bytes => Value::Blob(row.try_get(place)?),
            })
        };
        columns.map(value).collect()
    }

    /// A row of the file.
    fn row_of_file(&self, row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
        (0..self.columns.len())
            .map(|place| row.get(place))
            .collect()
    }
}

/// What stopped a carrier.
enum Stop {
    Database(postgres::Error),
    File(rusqlite::Error),
    Pipe(io::Error),
    Fault(OpenFault),
}

impl From<postgres::Error> for Stop {
    fn from(error: postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::File(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Pipe(error)
    }
}

impl Stop {
    fn told(self, address: &Address, path: &Path) -> OpenFault {
        let other = |cause: String| {
            let place = address.to_string();
            OpenFault::Database(DatabaseFault::Other { place, cause })
        };
        match self {
            Self::Database(error) => other(words(&error)),
            Self::Pipe(error) => other(error.to_string()),
            Self::File(error) => OpenFault::from_sqlite(path, &error),
            Self::Fault(fault) => fault,
        }
    }
}

/// Copies one moment of the record in a database into the new file `to`, for its owner only, while
/// servers write on. The copy is a whole record, on the disk when this returns. Not for a thread
/// that runs a loop of tasks.
///
/// # Errors
/// [`OpenFault`] when the record cannot be read, or does not end where its chain ends, or the copy
/// cannot be written; the place of `to` may then hold a part.
pub fn take(address: &Address, to: &Path) -> Result<(), OpenFault> {
    let mut wire = Wire::open(address)?;
    schema::expect(&mut wire)?;
    let taken = take_all(&mut wire, address, to);
    taken.map_err(|stop| stop.told(address, to))
}

fn take_all(wire: &mut Wire, address: &Address, to: &Path) -> Result<(), Stop> {
    wire.take_time().map_err(|fault| lost(address, &fault))?;
    let client = wire.client().map_err(|fault| lost(address, &fault))?;
    let mut moment = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()?;
    create(to).map_err(Stop::Fault)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut file = Connection::open_with_flags(to, flags)?;
    pragma::first(&file)?;
    // Whoever is cut off begins anew: only the whole is made durable.
    file.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
    file_schema::migrate(&mut file, 0)?;
    let change = file.transaction()?;
    for table in &TABLES {
        take_table(&mut moment, &change, table)?;
    }
    let last = change.query_row(LAST, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let last: (i64, Vec<u8>) = match last {
        Err(rusqlite::Error::QueryReturnedNoRows) => (0, vec![0; 32]),
        last => last?,
    };
    let tail = moment.query_one("SELECT seq, chain FROM tail", &[])?;
    if last != (tail.try_get(0)?, tail.try_get(1)?) {
        let place = address.to_string();
        let cause = "the record does not end where its chain ends: run `scantill verify`";
        let cause = cause.to_owned();
        return Err(Stop::Fault(DatabaseFault::Other { place, cause }.into()));
    }
    change.commit()?;
    drop(file);
    let synced = File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|error| Stop::Fault(OpenFault::from_io(to, &error)))
}

fn take_table(
    moment: &mut Transaction<'_>,
    change: &Connection,
    table: &Table,
) -> Result<(), Stop> {
    let places = vec!["?"; table.columns.len()].join(", ");
    let (name, names) = (table.name, table.names());
    let sql = format!("INSERT INTO {name} ({names}) VALUES ({places})");
    let mut insert = change.prepare(&sql)?;
    let none: [&str; 0] = [];
    let mut rows = moment.query_raw(&table.select(), none)?;
    while let Some(row) = rows.next()? {
        insert.execute(params_from_iter(table.row(&row)?))?;
    }
    Ok(())
}

/// Puts the record in the file `from`, which has the schema of this version, into a database that
/// holds none, and compares every row before it counts: all of it or nothing. False when a row
/// came out other than it went in; then nothing was written. Not for a thread that runs a loop of
/// tasks.
///
/// # Errors
/// [`OpenFault`]: then nothing was written.
pub fn put(address: &Address, from: &Path) -> Result<bool, OpenFault> {
    let file = connect(from)?;
    let mut wire = Wire::open(address)?;
    let put = put_all(&mut wire, address, &file);
    put.map_err(|stop| stop.told(address, from))
}

fn put_all(wire: &mut Wire, address: &Address, file: &Connection) -> Result<bool, Stop> {
    wire.take_time().map_err(|fault| lost(address, &fault))?;
    let client = wire.client().map_err(|fault| lost(address, &fault))?;
    let mut change = client.transaction()?;
    schema::step(&mut change, address).map_err(|fault| Stop::Fault(fault.into()))?;
    // A server that starts meanwhile waits, and then finds the record.
    change.batch_execute("LOCK TABLE tail, tie, claim IN ACCESS EXCLUSIVE MODE")?;
    for table in TABLES.iter().map(|table| table.name).chain(["claim"]) {
        let sql = format!("SELECT EXISTS (SELECT FROM {table})");
        if change.query_one(&sql, &[])?.try_get(0)? {
            let place = address.to_string();
            return Err(Stop::Fault(DatabaseFault::Taken { place }.into()));
        }
    }
    for table in &TABLES {
        put_table(&mut change, file, table)?;
    }
    let last = file.query_row(LAST, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (seq, chain): (i64, Vec<u8>) = match last {
        Err(rusqlite::Error::QueryReturnedNoRows) => (0, vec![0; 32]),
        last => last?,
    };
    change.execute("UPDATE tail SET seq = $1, chain = $2", &[&seq, &chain])?;
    for table in &TABLES {
        if !is_equal(&mut change, file, table)? {
            return Ok(false);
        }
    }
    change.commit()?;
    Ok(true)
}

fn put_table(change: &mut Transaction<'_>, file: &Connection, table: &Table) -> Result<(), Stop> {
    let sql = format!("COPY {} ({}) FROM STDIN", table.name, table.names());
    let mut out = change.copy_in(&sql)?;
    let mut select = file.prepare(&table.select())?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let values = table.row_of_file(row)?;
        out.write_all(line(&values).as_bytes())?;
    }
    out.finish()?;
    Ok(())
}

/// A row in the form in which PostgreSQL takes many.
fn line(values: &[Value]) -> String {
    let mut line = String::new();
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            line.push('\t');
        }
        match value {
            Value::Integer(number) => line.push_str(&number.to_string()),
            Value::Text(text) => line.push_str(&escaped(text)),
            Value::Blob(bytes) => {
                line.push_str("\\\\x");
                line.extend(bytes.iter().map(|byte| format!("{byte:02x}")));
            }
            Value::Null | Value::Real(_) => line.push_str("\\N"),
        }
    }
    line.push('\n');
    line
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out
}

/// Whether both houses have the same rows, one by one.
fn is_equal(change: &mut Transaction<'_>, file: &Connection, table: &Table) -> Result<bool, Stop> {
    let mut select = file.prepare(&table.select())?;
    let mut expected = select.query([])?;
    let none: [&str; 0] = [];
    let mut found = change.query_raw(&table.select(), none)?;
    loop {
        let expected = expected.next()?.map(|row| table.row_of_file(row));
        let found = found.next()?.map(|row| table.row(&row));
        match (expected.transpose()?, found.transpose()?) {
            (None, None) => return Ok(true),
            (expected, found) if expected == found => {}
            (Some(_) | None, Some(_) | None) => return Ok(false),
        }
    }
}

fn lost(address: &Address, fault: &crate::fault::StoreFault) -> Stop {
    let (place, cause) = (address.to_string(), fault.to_string());
    Stop::Fault(DatabaseFault::Other { place, cause }.into())
}

#[cfg(test)]
mod tests {
    use rusqlite::types::Value;

    use super::line;

    #[test]
    fn a_line_keeps_every_sign_of_a_text() {
        let values = [
            Value::Integer(-7),
            Value::Text("a\tb\\c\nd\re".to_owned()),
            Value::Blob(vec![0, 255]),
        ];
        assert_eq!(line(&values), "-7\ta\\tb\\\\c\\nd\\re\t\\\\x00ff\n");
    }
}
