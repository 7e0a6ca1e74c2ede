//! The record in one SQLite file: the writing side.

mod append;
mod closing;
pub(crate) mod pragma;
pub(crate) mod query;
pub mod reader;
pub(crate) mod schema;
mod shelf;
pub mod writer;

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ledger::Event;
use money::{ChargeId, Stamp};
use rusqlite::{Connection, MAIN_DB, OpenFlags, TransactionBehavior};
use sale::Catalogue;

use crate::batch::{Batch, Verdict};
use crate::closing::Closing;
use crate::failpoint::hit;
use crate::fault::{OpenFault, StoreFault};
use crate::read::{Read, Trace};
use crate::shelf::Shelving;
use crate::tie::{self, Tie, TieName};
use reader::Reader;

/// Only the owner may read or write the record.
const OWNER_ONLY: u32 = 0o600;

/// The one writing side of a record. Synchronous and without threads: each commit is durable when
/// it returns, and after a fault the book stays usable.
#[derive(Debug)]
pub struct Book {
    connection: Connection,
    path: Option<PathBuf>,
    /// Held for as long as the book lives, against a second server on the same file.
    _lock: Option<File>,
}

impl Book {
    /// Opens the record at `path`, or makes it, readable by its owner only.
    ///
    /// # Errors
    /// [`OpenFault`] when it is another version's, another program's, in use or not writable.
    pub fn open(path: &Path) -> Result<Self, OpenFault> {
        let lock = lock(path)?;
        hit("open-locked");
        create(path)?;
        hit("open-created");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::with_flags(path, flags, lock)
    }

    fn with_flags(path: &Path, flags: OpenFlags, lock: File) -> Result<Self, OpenFault> {
        let fault = |error: rusqlite::Error| OpenFault::from_sqlite(path, &error);
        let mut connection = Connection::open_with_flags(path, flags).map_err(fault)?;
        pragma::first(&connection).map_err(fault)?;
        let found = schema::look(&connection, path)?;
        if connection.is_readonly(MAIN_DB).map_err(fault)? {
            return Err(OpenFault::ReadOnly(path.to_owned()));
        }
        pragma::make_durable(&connection, path)?;
        hit("open-durable");
        schema::migrate(&mut connection, found).map_err(fault)?;
        hit("open-migrated");
        Ok(Self {
            connection,
            path: Some(path.to_owned()),
            _lock: Some(lock),
        })
    }

    /// A record that lives and ends with this value, for simulations and tests.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().expect("memory for an empty record");
        pragma::first(&connection).expect("pragmas of a record in memory");
        schema::migrate(&mut connection, 0).expect("the schema of this version");
        Self {
            connection,
            path: None,
            _lock: None,
        }
    }

    /// Writes batches in one transaction, in their order. A refused batch writes nothing, and the
    /// others are written all the same.
    ///
    /// # Errors
    /// [`StoreFault`]: then nothing of any batch was written, except that of
    /// [`StoreFault::Doubted`] nobody knows; the book stays usable.
    ///
    /// # Panics
    /// When a batch breaks the law of a charge: the caller is defective, nothing is written.
    pub fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        for batch in batches {
            batch.assert_shape();
        }
        // Immediate: a lock that cannot be had is found out before anything is written.
        let change = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        hit("commit-begun");
        let mut tail = query::tail(&change)?;
        let mut verdicts = Vec::with_capacity(batches.len());
        for batch in batches {
            verdicts.push(append::batch(&change, &mut tail, batch)?);
        }
        hit("commit-before");
        change.commit().map_err(StoreFault::of_commit)?;
        hit("commit-after");
        assert_eq!(
            verdicts.len(),
            batches.len(),
            "invariant: each batch has its verdict"
        );
        Ok(verdicts)
    }

    /// Closes keys of which nothing came before, as [`crate::Backend::close`].
    ///
    /// # Errors
    /// [`StoreFault`] as of [`Book::commit`].
    pub fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        let behavior = TransactionBehavior::Immediate;
        let change = self.connection.transaction_with_behavior(behavior)?;
        let closings = keys.iter().map(|key| closing::close(&change, key, now));
        let closings: Vec<Closing> = closings.collect::<Result<_, _>>()?;
        change.commit().map_err(StoreFault::of_commit)?;
        hit("close-committed");
        Ok(closings)
    }

    /// Writes what the shop sells from now on, as [`crate::Backend::shelve`].
    ///
    /// # Errors
    /// [`StoreFault`] as of [`Book::commit`].
    pub fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        let behavior = TransactionBehavior::Immediate;
        let change = self.connection.transaction_with_behavior(behavior)?;
        let shelving = shelf::write(&change, next)?;
        change.commit().map_err(StoreFault::of_commit)?;
        Ok(shelving)
    }

    /// Ties the record to the secret and the account of this server, where it is tied to none or
    /// to the same; to another, only when `is_adopting` says that the change is meant.
    ///
    /// # Errors
    /// [`OpenFault::Tied`] when it is tied to another; then nothing is written.
    pub fn tie(&mut self, ties: &[Tie], is_adopting: bool) -> Result<(), OpenFault> {
        let path = self.path.clone().unwrap_or_default();
        let fault = |error: rusqlite::Error| OpenFault::from_sqlite(&path, &error);
        let behavior = TransactionBehavior::Immediate;
        let change = self.connection.transaction_with_behavior(behavior);
        let change = change.map_err(fault)?;
        let (found, has_open) = query::ties(&change).map_err(fault)?;
        let judged = tie::judge(&found, ties, is_adopting, has_open);
        judged.map_err(|fault| OpenFault::Tied {
            place: path.display().to_string(),
            fault,
        })?;
        for tie in ties {
            let sql = "INSERT INTO tie (name, value) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            let done = change.execute(sql, (tie.name.as_str(), tie.value));
            done.map_err(fault)?;
        }
        change.commit().map_err(fault)
    }

    /// Unties the record from the secret of whoever wrote it, not from their account.
    pub(crate) fn untie(&self) -> rusqlite::Result<()> {
        let sql = "DELETE FROM tie WHERE name = ?1";
        self.connection
            .execute(sql, [TieName::MasterKey.as_str()])
            .map(drop)
    }

    /// A reading side with its own connection, which sees every commit that has returned.
    ///
    /// # Errors
    /// [`OpenFault`] when the file cannot be opened once more.
    ///
    /// # Panics
    /// For a record in memory, which only the book itself can read.
    pub fn reader(&self) -> Result<Reader, OpenFault> {
        let path = self
            .path
            .as_deref()
            .expect("invariant: a record in memory is read by its book");
        Reader::open(path)
    }
}

impl Read for Book {
    fn history(&self, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
        query::history(&self.connection, charge)
    }

    fn by_key(&self, key: &str) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
        query::by_key(&self.connection, key)
    }

    fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<&str>,
    ) -> Result<Vec<Vec<Event>>, StoreFault> {
        query::list(&self.connection, limit, before, device)
    }

    fn open_charges(&self) -> Result<Vec<Vec<Event>>, StoreFault> {
        query::open_charges(&self.connection)
    }

    fn last_seq(&self) -> Result<u64, StoreFault> {
        query::tail(&self.connection).map(|tail| tail.seq)
    }

    fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault> {
        query::traces(&self.connection, behind, limit)
    }

    fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
        query::moved_since(&self.connection, seq)
    }

    fn catalogue(&self, revision: Option<u64>) -> Result<Option<Catalogue>, StoreFault> {
        shelf::look(&self.connection, revision)
    }
}

/// Takes the lock beside the record. Not on the record itself: closing a second handle of a file
/// would drop the locks that SQLite holds on it in this process.
fn lock(path: &Path) -> Result<File, OpenFault> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(OWNER_ONLY)
        .open(&name)
        .map_err(|error| OpenFault::from_io(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenFault::Locked(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenFault::from_io(path, &error)),
    }
}

/// Makes the empty file with its rights, before SQLite would make it with wider ones. SQLite
/// gives its further files the rights of this one.
pub(crate) fn create(path: &Path) -> Result<(), OpenFault> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(path);
    let sync = |file: File| {
        file.sync_all()?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        // The name must survive a power cut as well as what is written under it.
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    match made.and_then(sync) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(OpenFault::from_io(path, &error)),
    }
}

#[cfg(test)]
mod tests;
