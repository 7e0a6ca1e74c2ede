//! What the shell of the loop lets in and what it turns away: requests that may be older than they
//! look, what there is no room for, charges that must be fetched from another server first, keys of
//! which somebody wants to know what they opened, when claims are renewed, and when a server that
//! is to end has heard enough.
//!
//! Pure: the facts come in, and the time as ticks of [`money::World::ticks_ms`], which go on while
//! the machine sleeps. `pump` carries out what is decided here, and the simulation asks the same
//! door.

use ledger::{Charge, Event};
use money::ChargeId;
use wire::ProblemKind;

use crate::drive::{DeskAsk, Drive, RefundDesk};
use crate::quota;
use awake::Awake;
use closing::Closings;
use renewal::Renewals;

pub mod awake;
mod closing;
#[cfg(feature = "planted")]
mod planted;
mod renewal;
#[cfg(test)]
mod tests;

pub use closing::{Shut, Shutting, told};

/// How long a server that is to end waits for answers that are on their way, in milliseconds.
pub const LAST_WAIT_MS: i64 = 5_000;

/// What somebody wants of the loop.
#[derive(Clone, Copy, Debug)]
pub enum Knock<'a> {
    /// A charge.
    Open(&'a DeskAsk),
    /// Money back.
    Refund(&'a RefundDesk),
    /// An end of this charge without money.
    Cancel(ChargeId),
    /// That a verified notice is weighed.
    Notice,
    /// That the shop sells something else from now on.
    Shelve,
}

impl Knock<'_> {
    /// Whether it takes money or gives it.
    const fn is_money(&self) -> bool {
        match self {
            Self::Open(_) | Self::Refund(_) => true,
            Self::Cancel(_) | Self::Notice | Self::Shelve => false,
        }
    }
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The loop hears it now.
    In,
    /// The loop hears it once the charge is ours: another server may work on it.
    Fetch,
    /// It is told this, and nothing comes of it.
    Away(ProblemKind),
}

/// The door of one running server.
#[derive(Debug)]
pub struct Door {
    awake: Awake,
    closings: Closings,
    /// None where the record is ours alone.
    renewals: Option<Renewals>,
    /// When it ends at last, once it was asked to; in ticks.
    ends_at_ms: Option<i64>,
    #[cfg(feature = "planted")]
    memory: planted::Memory,
}

impl Door {
    /// The door of a server that starts now. Where others share the record, claims are due at once.
    pub fn open(is_shared: bool, ticks_ms: i64) -> Self {
        Self {
            awake: Awake::since(ticks_ms),
            closings: Closings::since(ticks_ms),
            renewals: is_shared.then_some(Renewals::due(ticks_ms)),
            ends_at_ms: None,
            #[cfg(feature = "planted")]
            memory: planted::Memory::default(),
        }
    }

    /// Notes that the loop is at work; gives the length in ms of the sleep that ended right now.
    pub fn note_awake(&mut self, ticks_ms: i64) -> Option<i64> {
        self.awake.note(ticks_ms)
    }

    /// What becomes of a wish. `is_refused` says that the provider refuses our keys.
    pub fn entry(&self, knock: Knock<'_>, drive: &Drive, is_refused: bool) -> Entry {
        let is_late = self.is_ending() || knock.is_money() && self.is_waking();
        if is_late {
            return Entry::Away(ProblemKind::NotReady);
        }
        #[cfg(feature = "planted")]
        if let Some(entry) = self.memory.entry(knock) {
            return entry;
        }
        match knock {
            Knock::Open(ask) => obstacle(&ask.key, drive, is_refused),
            Knock::Refund(_) if !has_room(drive) => Entry::Away(ProblemKind::TooBusy),
            Knock::Refund(ask) if self.is_refunding_abroad(ask, drive) => Entry::Fetch,
            Knock::Cancel(charge) if self.is_abroad(charge, drive) => Entry::Fetch,
            Knock::Refund(_) | Knock::Cancel(_) | Knock::Notice | Knock::Shelve => Entry::In,
        }
    }

    /// What becomes of a key of which somebody is to hear that nothing comes of it.
    pub fn shutting(&mut self, key: &str, drive: &Drive, ticks_ms: i64) -> Shutting {
        let is_unsure = self.is_ending() || drive.is_under_way(key);
        if is_unsure || !self.closings.has_room(ticks_ms) {
            return Shutting::Say(Err(ProblemKind::NotReady));
        }
        #[cfg(feature = "planted")]
        if self.memory.is_told_without_record(key) {
            return Shutting::Say(Ok(store::Closing::Closed));
        }
        Shutting::Close
    }

    /// Whether claims are to be renewed now.
    pub fn is_claim_due(&self, ticks_ms: i64) -> bool {
        self.claim_at_ms().is_some_and(|at_ms| at_ms <= ticks_ms)
    }

    /// When claims are renewed next, in ticks; never where the record is ours alone.
    pub fn claim_at_ms(&self) -> Option<i64> {
        self.renewals.map(Renewals::next_ms)
    }

    /// Notes that the renewal of claims is asked for.
    pub fn note_claim(&mut self, ticks_ms: i64) {
        self.renewals = self.renewals.map(|_| Renewals::asked(ticks_ms));
    }

    /// Another server wrote about a charge. Where that is open here, it may be lost to us.
    pub fn note_abroad(&mut self, charge: ChargeId, drive: &Drive) {
        if !self.is_abroad(charge, drive) {
            self.hurry_claim();
        }
    }

    /// Claims could not be renewed: until they are, nothing is asked of the provider. Gives what
    /// is told to whoever waits for a charge that was to be fetched.
    pub fn note_unclaimed(&mut self) -> ProblemKind {
        self.hurry_claim();
        ProblemKind::RecordUnreadable
    }

    /// Somebody asks the program to end: from now on nothing is let in.
    pub fn close(&mut self, ticks_ms: i64) {
        self.ends_at_ms = Some(ticks_ms.saturating_add(LAST_WAIT_MS));
    }

    /// When a server that was asked to end does so at last, in ticks.
    pub const fn ends_at_ms(&self) -> Option<i64> {
        self.ends_at_ms
    }

    /// Whether a server that was asked to end has heard enough: nothing is on its way to it, or it
    /// has waited long enough. What it gave to the store is written all the same.
    pub fn is_over(&self, under_way: usize, ticks_ms: i64) -> bool {
        let is_late = |at_ms| at_ms <= ticks_ms;
        self.ends_at_ms
            .is_some_and(|at_ms| under_way == 0 || is_late(at_ms))
    }

    /// Whether requests may be older than they look.
    fn is_waking(&self) -> bool {
        #[cfg(feature = "planted")]
        if planted::takes_stale_requests() {
            return false;
        }
        self.awake.is_waking()
    }

    fn is_ending(&self) -> bool {
        #[cfg(feature = "planted")]
        if planted::takes_requests_to_the_end() {
            return false;
        }
        self.ends_at_ms.is_some()
    }

    /// However many news come of other servers, the database is not asked more often for that.
    fn hurry_claim(&mut self) {
        self.renewals = self.renewals.map(Renewals::hurried);
    }

    /// Whether a charge that is not open here may be open elsewhere.
    fn is_abroad(&self, charge: ChargeId, drive: &Drive) -> bool {
        let is_it = |history: &[Event]| history.first().is_some_and(|one| one.charge == charge);
        self.renewals.is_some() && !drive.open_histories().any(is_it)
    }

    /// Whether another server may be asking about an earlier refund of the same charge: it holds
    /// the charge as long as that has no end, and would have every other one wait as long.
    fn is_refunding_abroad(&self, ask: &RefundDesk, drive: &Drive) -> bool {
        let is_open = |charge: Charge| !charge.is_settled();
        self.is_abroad(ask.charge, drive) && Charge::fold(&ask.history).is_ok_and(is_open)
    }
}

/// What keeps a request from opening a charge, if anything does. A repeat of a request that is
/// under way opens nothing of its own: it must hear what becomes of the first.
fn obstacle(key: &str, drive: &Drive, is_refused: bool) -> Entry {
    let kind = if is_refused {
        // Money that is taken with wrong keys cannot be seen or given back: no answer can be
        // verified.
        ProblemKind::ProviderRefuses
    } else if !has_room(drive) {
        ProblemKind::TooBusy
    } else {
        return Entry::In;
    };
    if drive.is_under_way(key) {
        Entry::In
    } else {
        Entry::Away(kind)
    }
}

fn has_room(drive: &Drive) -> bool {
    drive.open_count() < quota::OPEN_MAX
}
