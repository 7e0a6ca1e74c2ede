//! The laws on a real PostgreSQL, several servers on one database, and what a database may lack.

mod carrying;
#[path = "../../../tests/kit/postgres.rs"]
#[expect(
    unreachable_pub,
    dead_code,
    reason = "the same file is public in the tests' kit, and not all of it is used here"
)]
mod cluster;
mod codes;
mod doubts;
mod frozen;
mod hosts;
mod opening;
mod sealed_way;
mod sharing;
mod tying;

use std::sync::OnceLock;

use ledger::Event;
use money::{ChargeId, Stamp};
use sale::Catalogue;

use super::{Address, PostgresBook, PostgresReader};
use crate::laws;
use crate::{Backend, Batch, Closing, Read, Shelving, StoreFault, Trace, Verdict};
use cluster::Cluster;

/// One server for all tests of this process; it ends with the process.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

/// An empty database of its own, as an address and as its name.
fn database() -> (Address, String) {
    let text = cluster().database();
    let name = text.rsplit('/').next().expect("a name").to_owned();
    (Address::parse(&text).expect("an address"), name)
}

fn book(address: &Address, owner: &str) -> PostgresBook {
    PostgresBook::open(address, owner).expect("a database that keeps its promises")
}

/// A record that is read on another connection than it is written on.
struct Shared {
    book: PostgresBook,
    reader: PostgresReader,
}

impl Shared {
    fn make() -> Self {
        let book = book(&database().0, "one");
        let reader = book.reader().expect("a reader");
        Self { book, reader }
    }
}

impl laws::Backend for Shared {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        self.book.commit(batches)
    }

    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        self.book.close(keys, now)
    }

    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        self.book.shelve(next)
    }
}

impl Read for Shared {
    fn history(&self, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
        self.reader.history(charge)
    }

    fn by_key(&self, key: &str) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
        self.reader.by_key(key)
    }

    fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<&str>,
    ) -> Result<Vec<Vec<Event>>, StoreFault> {
        self.reader.list(limit, before, device)
    }

    fn open_charges(&self) -> Result<Vec<Vec<Event>>, StoreFault> {
        self.reader.open_charges()
    }

    fn last_seq(&self) -> Result<u64, StoreFault> {
        self.reader.last_seq()
    }

    fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault> {
        self.reader.traces(behind, limit)
    }

    fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
        self.reader.moved_since(seq)
    }

    fn catalogue(&self, revision: Option<u64>) -> Result<Option<Catalogue>, StoreFault> {
        self.reader.catalogue(revision)
    }
}

#[test]
fn the_laws_hold_in_postgresql() {
    laws::hold(Shared::make);
}
