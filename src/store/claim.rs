//! Who works on which open charge, where several servers write one record.
//!
//! Each open charge has one live claim: an owner, a fencing number, and an end by the database's
//! own clock. A commit claims the charges it opens or moves; [`Backend::claim`] renews, and takes
//! over what a server that is gone has left. A file has one writer, who owns everything.

use std::time::Duration;

use ledger::Event;
use money::{ChargeId, Stamp};
use sale::Catalogue;

use crate::batch::{Batch, Verdict};
use crate::closing::Closing;
use crate::fault::StoreFault;
use crate::shelf::Shelving;
use crate::sqlite::Book;

/// How long a claim lives after it was last renewed.
pub const LEASE: Duration = Duration::from_secs(15);
/// How often the owner of claims renews them: twice it may fail to.
pub const RENEWAL: Duration = Duration::from_secs(5);

/// What changed hands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Histories of open charges that are now ours: nobody worked on them, or we wanted them.
    pub taken: Vec<Vec<Event>>,
    /// Charges that we thought ours and that another server has taken over, or ended.
    pub lost: Vec<ChargeId>,
}

/// The writing side of a record, whatever it writes to.
pub trait Backend: Send {
    /// Writes batches at once, in their order. A refused batch writes nothing, and the others are
    /// written all the same.
    ///
    /// # Errors
    /// [`StoreFault`]: then nothing of any batch counts as written, and the record stays usable.
    ///
    /// # Panics
    /// When a batch breaks the law of a charge: the caller is defective, nothing is written.
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault>;

    /// Closes those of the keys of which nothing came before, at `now` and for ever, as durably as
    /// a commit. Says of each what it came to, in their order.
    ///
    /// # Errors
    /// [`StoreFault`]: then nothing counts as closed.
    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault>;

    /// Writes what the shop sells from now on, if it follows what it sells by one change, as
    /// durably as a commit.
    ///
    /// # Errors
    /// [`StoreFault`]: then nothing counts as written.
    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault>;

    /// Renews the claims on the charges in `live`, takes over what nobody works on, and takes the
    /// open charges in `wanted` from whoever works on them, who is then refused.
    ///
    /// # Errors
    /// [`StoreFault`]: then nothing changed hands.
    fn claim(&mut self, live: &[ChargeId], wanted: &[ChargeId]) -> Result<Claimed, StoreFault>;

    /// Lets go of every claim, so that another server need not wait for their end.
    fn release(&mut self);

    /// True when other servers may write the same record.
    fn is_shared(&self) -> bool;
}

impl Backend for Book {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        Self::commit(self, batches)
    }

    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        Self::close(self, keys, now)
    }

    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        Self::shelve(self, next)
    }

    fn claim(&mut self, _: &[ChargeId], _: &[ChargeId]) -> Result<Claimed, StoreFault> {
        Ok(Claimed::default())
    }

    fn release(&mut self) {}

    fn is_shared(&self) -> bool {
        false
    }
}
