//! The reading side of a file, beside its writer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ledger::Event;
use money::ChargeId;
use rusqlite::{Connection, OpenFlags};
use sale::Catalogue;

use super::{pragma, query, schema, shelf};
use crate::fault::{OpenFault, StoreFault};
use crate::read::{Read, Trace};

/// Reads a record on its own connection, which cannot write. Threads may share it and then wait
/// for each other; a second reader does not wait.
#[derive(Debug)]
pub struct Reader {
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl Reader {
    /// Opens a record that exists.
    ///
    /// # Errors
    /// [`OpenFault`] when it does not exist, is another version's or another program's.
    pub fn open(path: &Path) -> Result<Self, OpenFault> {
        let connection = connect(path)?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
        })
    }

    /// A further reader of the same record.
    ///
    /// # Errors
    /// [`OpenFault`] as [`Reader::open`].
    pub fn another(&self) -> Result<Self, OpenFault> {
        Self::open(&self.path)
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while reading leaves nothing half done: each question is its own transaction.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that cannot write, to a record of a schema that we know.
pub(crate) fn connect(path: &Path) -> Result<Connection, OpenFault> {
    if !path.exists() {
        return Err(OpenFault::Missing(path.to_owned()));
    }
    let fault = |error: rusqlite::Error| OpenFault::from_sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    pragma::first(&connection).map_err(fault)?;
    if schema::look(&connection, path)? != schema::KNOWN {
        return Err(OpenFault::NotADatabase(path.to_owned()));
    }
    Ok(connection)
}

impl Read for Reader {
    fn history(&self, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
        query::history(&self.connection(), charge)
    }

    fn by_key(&self, key: &str) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
        query::by_key(&self.connection(), key)
    }

    fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<&str>,
    ) -> Result<Vec<Vec<Event>>, StoreFault> {
        query::list(&self.connection(), limit, before, device)
    }

    fn open_charges(&self) -> Result<Vec<Vec<Event>>, StoreFault> {
        query::open_charges(&self.connection())
    }

    fn last_seq(&self) -> Result<u64, StoreFault> {
        query::tail(&self.connection()).map(|tail| tail.seq)
    }

    fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault> {
        query::traces(&self.connection(), behind, limit)
    }

    fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
        query::moved_since(&self.connection(), seq)
    }

    fn catalogue(&self, revision: Option<u64>) -> Result<Option<Catalogue>, StoreFault> {
        shelf::look(&self.connection(), revision)
    }
}
