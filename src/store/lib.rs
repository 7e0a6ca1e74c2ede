//! The record: histories of charges, appended durably, read back equal, and checkable.
//!
//! One SQLite file in WAL mode with `synchronous=FULL`, or one PostgreSQL database for several
//! servers. [`Book`] is a file's writing side without any thread, so that a simulation can step it;
//! [`PostgresBook`] is a database's; [`Writer`] puts either on a thread of its own and commits many
//! charges at once; [`Reader`] and [`PostgresReader`] read beside them on their own connections.

pub mod backup;
pub mod batch;
pub mod check;
pub mod claim;
pub mod closing;
pub mod export;
pub mod failpoint;
pub mod fault;
pub mod postgres;
pub mod read;
pub mod row;
pub mod shelf;
pub mod sqlite;
pub mod tie;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use batch::{Batch, KeyBinding, Verdict};
pub use check::{CheckReport, Flaw, Flawed, check};
pub use claim::{Backend, Claimed};
pub use closing::Closing;
pub use fault::{OpenFault, StoreFault};
pub use postgres::{DatabaseFault, PostgresBook, PostgresReader};
pub use read::{Read, Trace};
pub use shelf::Shelving;
pub use sqlite::Book;
pub use sqlite::reader::Reader;
pub use sqlite::writer::{Done, QueueFull, Writer};
pub use tie::{Tie, TieFault, TieName};
