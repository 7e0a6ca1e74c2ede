//! The record in a PostgreSQL database, which several servers may write.
//!
//! One row, the end of the chain, is locked by whoever appends; so there is one order of writing
//! and each commit sees all before it. Unique keys hold the same laws a second time. Each
//! connection has a thread of its own, because it may wait where its caller must not run a loop.

mod address;
mod append;
mod call;
mod carry;
mod check;
mod closing;
mod connect;
mod export;
mod fault;
pub mod judge;
mod lease;
mod line;
mod look;
mod query;
mod schema;
mod shelf;
#[cfg(test)]
mod tests;
mod tie;
mod tls;
mod trust;

use ledger::Event;
use money::{ChargeId, Stamp};
use sale::Catalogue;

use crate::batch::{Batch, Verdict};
use crate::claim::{Backend, Claimed};
use crate::closing::Closing;
use crate::fault::{OpenFault, StoreFault};
use crate::read::{Read, Trace};
use crate::shelf::Shelving;
use crate::tie::Tie;
use append::{Held, Patience};
use line::Line;

pub use address::Address;
pub use carry::{put, take};
pub use check::check;
pub use export::export;
pub use fault::DatabaseFault;
pub use tls::TlsFault;

/// The writing side of a record in PostgreSQL. Each commit is durable when it returns; a
/// connection that breaks is made again.
#[derive(Debug)]
pub struct PostgresBook {
    line: Line,
    address: Address,
    owner: String,
    held: Held,
    patience: Patience,
}

impl PostgresBook {
    /// Connects, sees that the database keeps its promises, and brings its schema up to date.
    /// `owner` names this process among all servers of the database, and no other ever.
    ///
    /// # Errors
    /// [`OpenFault::Database`] with the cause.
    pub fn open(address: &Address, owner: &str) -> Result<Self, OpenFault> {
        let line = Line::open(address, schema::migrate)?;
        Ok(Self {
            line,
            address: address.clone(),
            owner: owner.to_owned(),
            held: Held::default(),
            patience: Patience::USUAL,
        })
    }

    /// Ties the record to the secret and the account of this server, as [`crate::Book::tie`].
    ///
    /// # Errors
    /// [`OpenFault::Tied`] when it is tied to another; then nothing is written.
    pub fn tie(&mut self, ties: &[Tie], is_adopting: bool) -> Result<(), OpenFault> {
        let place = self.address.to_string();
        let ties = ties.to_vec();
        let answer = self
            .line
            .ask_once(move |wire| tie::bind(wire, &ties, is_adopting));
        match answer {
            Ok(Ok(())) => Ok(()),
            Ok(Err(fault)) => Err(OpenFault::Tied { place, fault }),
            Err(fault) => {
                let cause = fault.to_string();
                Err(DatabaseFault::Other { place, cause }.into())
            }
        }
    }

    /// A reading side with its own connection, which sees every commit that has returned.
    ///
    /// # Errors
    /// [`OpenFault::Database`] when there is no second connection to be had.
    pub fn reader(&self) -> Result<PostgresReader, OpenFault> {
        PostgresReader::open(&self.address)
    }
}

impl Backend for PostgresBook {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        for batch in batches {
            batch.assert_shape();
        }
        if batches.is_empty() {
            return Ok(Vec::new());
        }
        let owner = self.owner.clone();
        let (hands, patience) = (self.held.of(batches), self.patience);
        let group = batches.to_vec();
        let written = self
            .line
            .ask_once(move |wire| append::commit(wire, &owner, &hands, &group, patience));
        match written {
            Ok(written) => {
                self.held.follow(batches, &written);
                Ok(written.verdicts)
            }
            Err(fault) => {
                if matches!(fault, StoreFault::Doubted(_)) {
                    self.held.doubt(batches);
                }
                Err(fault)
            }
        }
    }

    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        let keys = keys.to_vec();
        // Closed twice is closed once, so a broken connection is made again and asked again.
        self.line
            .ask_long(move |wire| closing::close(wire, &keys, now))
    }

    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        let next = next.clone();
        self.line.ask_once(move |wire| shelf::write(wire, &next))
    }

    fn claim(&mut self, live: &[ChargeId], wanted: &[ChargeId]) -> Result<Claimed, StoreFault> {
        let (live, wanted, owner) = (live.to_vec(), wanted.to_vec(), self.owner.clone());
        let held = self.held.among(&live);
        let mut leased = self
            .line
            .ask_once(move |wire| lease::claim(wire, &owner, &live, &wanted))?;
        leased.miss(&held);
        self.held.renew(&leased);
        Ok(leased.claimed)
    }

    fn release(&mut self) {
        let owner = self.owner.clone();
        // Unheard, the claims end by themselves.
        drop(self.line.ask_once(move |wire| lease::release(wire, &owner)));
    }

    fn is_shared(&self) -> bool {
        true
    }
}

/// The reading side of a record in PostgreSQL.
#[derive(Debug)]
pub struct PostgresReader {
    line: Line,
}

impl PostgresReader {
    /// Connects to a record that exists.
    ///
    /// # Errors
    /// [`OpenFault::Database`] with the cause.
    pub fn open(address: &Address) -> Result<Self, OpenFault> {
        let line = Line::open(address, schema::expect)?;
        Ok(Self { line })
    }
}

impl Read for PostgresReader {
    fn history(&self, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
        self.line.ask(move |wire| query::history(wire, charge))
    }

    fn by_key(&self, key: &str) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
        let key = key.to_owned();
        self.line.ask(move |wire| query::by_key(wire, &key))
    }

    fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<&str>,
    ) -> Result<Vec<Vec<Event>>, StoreFault> {
        let device = device.map(str::to_owned);
        self.line
            .ask(move |wire| query::list(wire, limit, before, device.as_deref()))
    }

    fn open_charges(&self) -> Result<Vec<Vec<Event>>, StoreFault> {
        // At the start only, and there may be many.
        self.line.ask_long(query::open_charges)
    }

    fn last_seq(&self) -> Result<u64, StoreFault> {
        self.line.ask(query::last_seq)
    }

    fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault> {
        self.line
            .ask(move |wire| query::traces(wire, behind, limit))
    }

    fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
        self.line.ask(move |wire| query::moved_since(wire, seq))
    }

    fn catalogue(&self, revision: Option<u64>) -> Result<Option<Catalogue>, StoreFault> {
        self.line.ask(move |wire| shelf::look(wire, revision))
    }
}
