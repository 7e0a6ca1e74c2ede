//! The record: histories of charges, appended durably, read back equal, and checkable.
//!
//! One SQLite file in WAL mode with `synchronous=FULL`. [`Book`] is the writing side without any
//! thread, so that a simulation can step it; [`Writer`] puts it on a thread of its own and
//! commits many charges at once; [`Reader`] reads beside it on its own connection.

pub mod batch;
pub mod check;
pub mod failpoint;
pub mod fault;
pub mod read;
pub mod row;
pub mod sqlite;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use batch::{Batch, KeyBinding, Verdict};
pub use check::{CheckReport, Flaw, Flawed, check};
pub use fault::{OpenFault, StoreFault};
pub use read::Read;
pub use sqlite::Book;
pub use sqlite::reader::Reader;
pub use sqlite::writer::{Done, QueueFull, Writer};
