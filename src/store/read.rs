//! What can be asked of a record.

use ledger::Event;
use money::{ChargeId, Stamp};
use sale::Catalogue;

use crate::fault::StoreFault;

/// Where an event stands and what it is about, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Its place in the whole record.
    pub seq: u64,
    /// Whose history it belongs to.
    pub charge: ChargeId,
    /// When it was written.
    pub at: Stamp,
    /// The fact's stable name.
    pub fact: String,
}

/// Events that are looked through at once by [`Read::moved_since`].
pub(crate) const MOVED_MAX: i64 = 500;

/// Reading side of any backend. Each call sees one moment of the record.
pub trait Read {
    /// All events of a charge in order; empty when the record does not know it.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn history(&self, charge: ChargeId) -> Result<Vec<Event>, StoreFault>;

    /// The charge that a key opened or asked money back of, and what was asked then.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn by_key(&self, key: &str) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault>;

    /// Histories of at most `limit` charges, newest first, opened before the charge `before`, of
    /// one device when it is named.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<&str>,
    ) -> Result<Vec<Vec<Event>>, StoreFault>;

    /// Histories of all charges about which the provider must be asked, oldest first: those that
    /// are not at their end, and paid ones with a refund that has none.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn open_charges(&self) -> Result<Vec<Vec<Event>>, StoreFault>;

    /// The place of the last event in the whole record; 0 when it is empty.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn last_seq(&self) -> Result<u64, StoreFault>;

    /// Events behind the place `behind`, in their order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault>;

    /// Charges that moved behind the event `seq`, in the order of their last events: that event's
    /// place, and the history as it stands. At most some hundred; the rest follows behind the last.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault>;

    /// What the shop sells, or sold after that many changes; `None` where that is not kept any
    /// more. Before the first change it is an empty catalogue.
    ///
    /// # Errors
    /// [`StoreFault`] when the record cannot be read.
    fn catalogue(&self, revision: Option<u64>) -> Result<Option<Catalogue>, StoreFault>;
}
