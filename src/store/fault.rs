//! Why the record cannot be written, read or opened, each with its cause and the next step.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::postgres::DatabaseFault;
use crate::tie::TieFault;

/// Why a commit or a read did not happen. Nothing of the whole commit counts as written, except
/// that of one in doubt nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// The file or its disk no longer takes writes.
    #[error("the record is read-only; make its file and folder writable")]
    ReadOnly,
    /// No room.
    #[error("the disk is full; free some space")]
    Full,
    /// The device failed, or a file may not grow.
    #[error("the disk failed: {0}; check it and its limits")]
    Disk(String),
    /// Another process held the file for too long.
    #[error("another process is holding the record; end it, then try again")]
    Busy,
    /// The database does not answer, or the connection broke.
    #[error("the database does not answer: {0}; start it, or check the network")]
    Lost(String),
    /// The database was told to commit and nothing was heard of it since, or the file's disk failed
    /// when all was written and only to be made durable: the commit may stand.
    ///
    /// Of a file it stands after a restart only, and only when no later commit succeeded: until
    /// then nobody reads it, and a later one is written over it.
    #[error(
        "nobody knows whether this was written: {0}; check the disk, or the database and its \
         network, and look again before charging"
    )]
    Doubted(String),
    /// The file or the disk is damaged, or a row is not what was written.
    #[error("the record cannot be used: {0}; run `scantill verify`")]
    Broken(String),
}

/// Why a record cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// Written by a later version.
    #[error(
        "the record has schema {found}, this version knows up to {known}; start the newer version"
    )]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The latest schema that this version reads.
        known: i64,
    },
    /// The file, its folder or its disk takes no writes.
    #[error("{} cannot be written; make the file and its folder writable", .0.display())]
    ReadOnly(PathBuf),
    /// No room for even the empty record.
    #[error("the disk is full; free some space and start again")]
    Full,
    /// Something else is in that file.
    #[error("{} is not a Scantill record; name another folder or move it away", .0.display())]
    NotADatabase(PathBuf),
    /// A server has it open.
    #[error("{} is in use by another Scantill; stop that one first", .0.display())]
    Locked(PathBuf),
    /// The file is not there, and is not to be made.
    #[error("{} does not exist; check the folder's name", .0.display())]
    Missing(PathBuf),
    /// SQLite would not promise to survive a power cut.
    #[error("SQLite refused synchronous=FULL, so a power cut could lose payments; not starting")]
    NotFull,
    /// Another master key or another account than it was begun with.
    #[error("{place}: {fault}")]
    Tied {
        /// The file or the database, without its password.
        place: String,
        /// What differs.
        fault: TieFault,
    },
    /// The database does not answer, lets nobody in, or keeps no promise.
    #[error(transparent)]
    Database(#[from] DatabaseFault),
    /// Anything else, in the system's words.
    #[error("{}: {cause}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What the system or SQLite said.
        cause: String,
    },
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error.to_string()),
            Some(_) | None => Self::Broken(error.to_string()),
        }
    }
}

impl StoreFault {
    /// A fault of SQLite in the very act of committing. A write that failed has left its frame
    /// torn, and without the last frame the log holds no commit. Behind the last write the disk is
    /// waited for and the other connections are told: what fails there fails too late.
    pub(crate) fn of_commit(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map(|known| known.extended_code);
        let is_certain = code == Some(rusqlite::ffi::SQLITE_IOERR_WRITE)
            || matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::ReadOnly
                        | ErrorCode::DiskFull
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                )
            );
        if is_certain {
            Self::from(error)
        } else {
            Self::Doubted(error.to_string())
        }
    }
}

impl OpenFault {
    /// A fault of SQLite while opening `path`.
    pub(crate) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(path),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::NotADatabase) => Self::NotADatabase(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked(path),
            Some(_) | None => Self::Other {
                path,
                cause: error.to_string(),
            },
        }
    }

    /// A fault of the file system while opening `path`.
    pub(crate) fn from_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        let kind = error.kind();
        if kind == io::ErrorKind::PermissionDenied || kind == io::ErrorKind::ReadOnlyFilesystem {
            Self::ReadOnly(path)
        } else if kind == io::ErrorKind::StorageFull || kind == io::ErrorKind::QuotaExceeded {
            Self::Full
        } else if kind == io::ErrorKind::NotFound {
            Self::Missing(path)
        } else {
            Self::Other {
                path,
                cause: error.to_string(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Error, ffi};

    use super::StoreFault;

    #[test]
    fn a_commit_that_fails_behind_its_last_write_is_in_doubt_and_one_that_was_torn_is_not() {
        let fault = |code| StoreFault::of_commit(Error::SqliteFailure(ffi::Error::new(code), None));
        assert_eq!(fault(ffi::SQLITE_FULL), StoreFault::Full);
        assert_eq!(fault(ffi::SQLITE_READONLY), StoreFault::ReadOnly);
        assert_eq!(fault(ffi::SQLITE_BUSY), StoreFault::Busy);
        assert_eq!(fault(ffi::SQLITE_LOCKED), StoreFault::Busy);
        let torn = fault(ffi::SQLITE_IOERR_WRITE);
        assert!(matches!(torn, StoreFault::Disk(_)), "{torn}");
        for code in [
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_SHMMAP,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_NOMEM,
        ] {
            let fault = fault(code);
            assert!(matches!(fault, StoreFault::Doubted(_)), "{code}: {fault}");
            assert!(fault.to_string().contains("look again"), "{fault}");
        }
    }
}
