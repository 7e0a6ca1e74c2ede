//! What every connection is told, and read back where money hangs on it.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::fault::OpenFault;

/// How long another process may hold the file before a call gives up.
const BUSY: Duration = Duration::from_secs(5);
/// `PRAGMA synchronous` answers with this number for FULL.
const FULL: i64 = 2;

/// Harmless for a file that turns out to be somebody else's: nothing here writes.
pub(crate) fn first(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Write-ahead log and an fsync for each commit, both read back.
pub(super) fn make_durable(connection: &Connection, path: &Path) -> Result<(), OpenFault> {
    let fault = |error: rusqlite::Error| OpenFault::from_sqlite(path, &error);
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(fault)?;
    if mode != "wal" {
        let cause = format!("SQLite keeps the journal mode {mode} instead of WAL");
        return Err(OpenFault::Other {
            path: path.to_owned(),
            cause,
        });
    }
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(fault)?;
    assert_durable(connection, path)
}

/// Reads back what a power cut and the schema's references hang on.
pub(super) fn assert_durable(connection: &Connection, path: &Path) -> Result<(), OpenFault> {
    let number = |name: &str| -> Result<i64, OpenFault> {
        connection
            .pragma_query_value(None, name, |row| row.get(0))
            .map_err(|error| OpenFault::from_sqlite(path, &error))
    };
    if number("synchronous")? != FULL {
        return Err(OpenFault::NotFull);
    }
    if number("foreign_keys")? != 1 {
        let cause = "SQLite was built without foreign keys".to_owned();
        return Err(OpenFault::Other {
            path: path.to_owned(),
            cause,
        });
    }
    Ok(())
}
