//! What PostgreSQL says when it cannot, in our words.

use std::error::Error as _;

use postgres::Error;
use postgres::error::SqlState;

use super::address::Address;
use super::tls::TlsFault;
use crate::fault::StoreFault;

/// Why a database cannot be used, each with its cause and the next step. Places are shown without
/// their password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseFault {
    /// Not an address of PostgreSQL.
    #[error("the database's address cannot be read: {0}; write postgres://user:password@host/name")]
    Address(String),
    /// Encryption is asked for and is not to be had as asked.
    #[error(transparent)]
    Tls(#[from] TlsFault),
    /// Nobody answers there.
    #[error("{place} does not answer: {cause}; start PostgreSQL there, or check host and port")]
    Unreachable {
        /// Where.
        place: String,
        /// What the system said.
        cause: String,
    },
    /// User or password are not accepted.
    #[error("{place} does not let this user in: {cause}; check user and password")]
    Refused {
        /// Where.
        place: String,
        /// What PostgreSQL said, which names the user.
        cause: String,
    },
    /// The server runs and has no such database.
    #[error("{place} does not exist; make it with `createdb`, or check the name")]
    Absent {
        /// Which.
        place: String,
    },
    /// No host of the address takes writes.
    #[error("{place} takes no writes; name the primary, or promote the standby")]
    StandBy {
        /// Where.
        place: String,
    },
    /// A power cut could lose what was said to be written.
    #[error("{place} has {setting} = {value}, so a power cut could lose payments; set it to on")]
    Unsafe {
        /// Where.
        place: String,
        /// The setting.
        setting: &'static str,
        /// What it is set to.
        value: String,
    },
    /// Another program's tables are in it.
    #[error("{place} holds another program's tables; name an empty database")]
    Foreign {
        /// Which.
        place: String,
    },
    /// There is a record in it already, and another was to be put there.
    #[error("{place} holds a record already; name an empty database")]
    Taken {
        /// Which.
        place: String,
    },
    /// There is no record in it, and none is to be made.
    #[error("{place} holds no record; check the name, or start the server on it first")]
    Empty {
        /// Which.
        place: String,
    },
    /// Written by a later version.
    #[error(
        "{place} has schema {found}, this version knows up to {known}; start the newer version"
    )]
    Newer {
        /// Which.
        place: String,
        /// The schema in the database.
        found: i64,
        /// The latest schema that this version reads.
        known: i64,
    },
    /// Anything else, in PostgreSQL's words.
    #[error("{place}: {cause}")]
    Other {
        /// Which.
        place: String,
        /// What it said.
        cause: String,
    },
}

/// How the crate beneath begins what it says about encryption.
const HANDSHAKE: &str = "error performing TLS handshake";

impl DatabaseFault {
    /// A fault while connecting to `address` or making it ready.
    pub(super) fn of(address: &Address, error: &Error) -> Self {
        let (place, cause) = (address.to_string(), words(error));
        match error.code() {
            Some(code) if is_refusal(code) => Self::Refused { place, cause },
            Some(&SqlState::INVALID_CATALOG_NAME) => Self::Absent { place },
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Self::StandBy { place },
            Some(code) if is_gone(code) => Self::Unreachable { place, cause },
            Some(_) => Self::Other { place, cause },
            // The crate has no other names for these.
            None if cause.contains("server does not support TLS") => {
                TlsFault::Clear { place }.into()
            }
            None if cause.contains(HANDSHAKE) => {
                let cause = cause.trim_start_matches(HANDSHAKE).trim_start_matches(": ");
                let cause = cause.to_owned();
                TlsFault::Untrusted { place, cause }.into()
            }
            None if cause.contains("does not allow writes") => Self::StandBy { place },
            None if cause.contains("password missing") => Self::Refused { place, cause },
            None => Self::Unreachable { place, cause },
        }
    }
}

impl From<Error> for StoreFault {
    fn from(error: Error) -> Self {
        let cause = words(&error);
        match error.code() {
            None => Self::Lost(cause),
            Some(code) if is_gone(code) => Self::Lost(cause),
            Some(&SqlState::DISK_FULL) => Self::Full,
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Self::ReadOnly,
            Some(code) if is_crowded(code) => Self::Busy,
            Some(_) => Self::Broken(cause),
        }
    }
}

/// PostgreSQL's sentence, or the whole chain of causes below ours.
pub(super) fn words(error: &Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.message().to_owned();
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = deeper.source();
    }
    words
}

fn is_refusal(code: &SqlState) -> bool {
    [
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        SqlState::INSUFFICIENT_PRIVILEGE,
    ]
    .contains(code)
}

/// The server ends, starts, or ended this connection: another one may fare better.
fn is_gone(code: &SqlState) -> bool {
    code.code().starts_with("08")
        || [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ]
        .contains(code)
}

/// Somebody else holds what we want, or there are too many of us.
fn is_crowded(code: &SqlState) -> bool {
    [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::QUERY_CANCELED,
        SqlState::TOO_MANY_CONNECTIONS,
    ]
    .contains(code)
}
