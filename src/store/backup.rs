//! A copy of a whole record in one moment, also while a server writes it, and its rows one by one.

use std::fs;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::fault::OpenFault;
use crate::sqlite::reader::connect;
use crate::sqlite::{Book, create, pragma, schema};

/// Tables of the record; everything else in the file is found again from them.
const TABLES: [&str; 3] = ["event", "head", "key"];

/// Copies the record at `from` into the new file `to`, for its owner only: one moment of it, which
/// no writer waits for. The copy is one whole file, without a log beside it, on the disk when this
/// returns.
///
/// # Errors
/// [`OpenFault`] when the record cannot be read or the copy cannot be written; the place of `to`
/// may then hold a part.
pub fn copy(from: &Path, to: &Path) -> Result<(), OpenFault> {
    let fault = |error: rusqlite::Error| OpenFault::from_sqlite(to, &error);
    let source = connect(from)?;
    if to.exists() {
        return Err(other(to, "it exists already"));
    }
    create(to)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(to, flags).map_err(fault)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(fault)?;
        // All pages in one step: one moment, however fast the server writes.
        if backup.step(-1).map_err(fault)? != StepResult::Done {
            return Err(OpenFault::Locked(from.to_owned()));
        }
    }
    let mode: String = target
        .pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get(0))
        .map_err(fault)?;
    if mode != "delete" {
        return Err(other(to, "the copy keeps a log beside it"));
    }
    drop(target);
    let synced = fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|error| OpenFault::from_io(to, &error))
}

/// Reads every row of every table, in the order of the tables' keys, whatever schema the file has
/// that this version knows. Two records whose rows are the same bytes are the same record. Gives
/// the number of rows.
///
/// # Errors
/// [`OpenFault`] when the file is no record, a later version's, or cannot be read.
pub fn rows(path: &Path, hear: &mut dyn FnMut(&[u8])) -> Result<u64, OpenFault> {
    let fault = |error: rusqlite::Error| OpenFault::from_sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    pragma::first(&connection).map_err(fault)?;
    if schema::look(&connection, path)? == 0 {
        return Err(OpenFault::NotADatabase(path.to_owned()));
    }
    let moment = connection.unchecked_transaction().map_err(fault)?;
    let mut count = 0;
    for table in TABLES {
        hear(table.as_bytes());
        count += rows_of(&moment, table, hear).map_err(fault)?;
    }
    Ok(count)
}

fn rows_of(
    connection: &Connection,
    table: &str,
    hear: &mut dyn FnMut(&[u8]),
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let mut line = Vec::new();
        for column in 0..columns {
            write_value(&mut line, row.get_ref(column)?);
        }
        hear(&line);
        count += 1;
    }
    Ok(count)
}

/// A value with its type and length, so that no two rows share their bytes.
fn write_value(line: &mut Vec<u8>, value: ValueRef<'_>) {
    let (kind, bytes) = match value {
        ValueRef::Null => (b'n', Vec::new()),
        ValueRef::Integer(number) => (b'i', number.to_le_bytes().to_vec()),
        ValueRef::Real(number) => (b'r', number.to_le_bytes().to_vec()),
        ValueRef::Text(text) => (b't', text.to_vec()),
        ValueRef::Blob(blob) => (b'b', blob.to_vec()),
    };
    line.push(kind);
    line.extend(bytes.len().to_le_bytes());
    line.extend(bytes);
}

/// Brings a copy to the schema of this version, as a start would, and leaves one whole file. It
/// may get another home with another master key, so the first start there ties it anew.
///
/// # Errors
/// [`OpenFault`] as [`Book::open`].
pub fn settle(path: &Path) -> Result<(), OpenFault> {
    adapt(path, Book::untie)
}

/// The same for a copy that is on its way into a database, which has no home: it keeps the ties.
///
/// # Errors
/// [`OpenFault`] as [`Book::open`].
pub fn settle_tied(path: &Path) -> Result<(), OpenFault> {
    adapt(path, |_| Ok(()))
}

fn adapt(path: &Path, last: fn(&Book) -> rusqlite::Result<()>) -> Result<(), OpenFault> {
    let book = Book::open(path)?;
    last(&book).map_err(|error| OpenFault::from_sqlite(path, &error))?;
    drop(book);
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    // The lock of a copy that is about to get another name; left behind it harms nobody.
    drop(fs::remove_file(lock));
    Ok(())
}

fn other(path: &Path, cause: &str) -> OpenFault {
    OpenFault::Other {
        path: path.to_owned(),
        cause: cause.to_owned(),
    }
}

#[cfg(test)]
mod tests;
