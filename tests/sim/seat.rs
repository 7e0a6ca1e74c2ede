//! One server: its loop, and all that dies with its process.

use std::collections::{BTreeMap, VecDeque};

use money::{ChargeId, Stamp};
use server::door::Door;
use server::drive::{Drive, Input, Ticket};
use store::StoreFault;
use store::postgres::judge::Hands;
use store::{Batch, Claimed};

use crate::desk::Understood;
use crate::mail::{Mail, Note, Wish};
use crate::shop::{Fuse, START, Weighed};
use crate::track::Verge;

/// A server.
#[derive(Default)]
pub(crate) struct Seat {
    pub(crate) server: Option<Drive>,
    /// What its shell lets in; each process has its own.
    pub(crate) door: Option<Door>,
    /// Commits that the store has not begun, in their order.
    pub(crate) disk: VecDeque<(u64, Batch)>,
    /// Renewals of claims that the store has not begun.
    pub(crate) renewals: VecDeque<Renewal>,
    /// What the process has heard and not yet acted on.
    pub(crate) inbox: VecDeque<Heard>,
    /// Asks that it waits for.
    pub(crate) unheard: BTreeMap<u64, Note>,
    /// Notices that it weighs.
    pub(crate) noticed: BTreeMap<Ticket, Weighed>,
    /// How far its wall clock is from the true one, in milliseconds.
    pub(crate) wall_ms: i64,
    /// How far the loop's clock is from the true one; it follows the wall only while idle.
    pub(crate) skew_ms: i64,
    /// Effects that the process has had; a fuse counts by them.
    pub(crate) effects: u32,
    /// The process dies before the effect of this number.
    pub(crate) fuse: Option<Fuse>,
    /// How it stood before each effect, when somebody wants to know.
    pub(crate) verges: Option<Vec<Verge>>,
    /// The number of the process: no two are the same.
    pub(crate) life: u32,
    /// What it knows of its claims.
    pub(crate) hands: Hands,
    /// The process stands still.
    pub(crate) is_frozen: bool,
    /// When it last looked, by its ticks.
    pub(crate) seen_ms: i64,
    /// It ended as it was asked to.
    pub(crate) has_ended: bool,
    /// It never starts again.
    pub(crate) is_gone: bool,
    /// What came while it stood still, and what it had not sent yet.
    pub(crate) socket: Vec<Mail>,
    /// Requests of tills that came while it stood still, and when.
    pub(crate) doorstep: Vec<(Stamp, Ticket, Wish)>,
}

/// Something for the loop.
pub(crate) enum Heard {
    /// As it is.
    Loop(Input),
    /// Claims were renewed, or were not.
    Handed {
        /// What changed hands.
        claimed: Result<Claimed, StoreFault>,
        /// What was open here when it was asked for.
        live: Vec<ChargeId>,
        /// When that was, by the true clock.
        asked_at: Stamp,
        /// Requests that wait for it.
        fetched: Fetched,
    },
}

/// Requests that want a charge from another server.
pub(crate) type Fetched = Vec<(Ticket, Understood)>;

/// A request to renew claims.
pub(crate) struct Renewal {
    /// What is open at this server.
    pub(crate) live: Vec<ChargeId>,
    /// What is wanted from another.
    pub(crate) fetched: Fetched,
    /// How many of the commits that wait come before it.
    pub(crate) behind: usize,
    /// When it left, by the true clock.
    pub(crate) asked_at: Stamp,
}

impl Renewal {
    /// Whether a request wants this charge.
    pub(crate) fn wants(&self, charge: ChargeId) -> bool {
        let mut wanted = self.fetched.iter().filter_map(|(_, what)| what.charge());
        wanted.any(|one| one == charge)
    }
}

impl Seat {
    /// Its door; one that never ran has one as well.
    pub(crate) fn door(&mut self) -> &mut Door {
        self.door.get_or_insert_with(|| Door::open(false, 0))
    }

    /// When it ends at last, once it was asked to.
    pub(crate) fn ends_at(&self) -> Option<Stamp> {
        let at_ms = self.door.as_ref()?.ends_at_ms()?;
        Some(START.plus_ms(at_ms))
    }

    /// When claims are renewed next, where the record is shared.
    pub(crate) fn claim_at(&self) -> Option<Stamp> {
        let at_ms = self.door.as_ref()?.claim_at_ms()?;
        Some(START.plus_ms(at_ms))
    }

    /// Commits and asks of which the loop has not heard yet.
    pub(crate) fn under_way(&self) -> usize {
        let heard = self.inbox.iter();
        let echoes = heard.filter(|one| matches!(one, Heard::Loop(_))).count();
        self.unheard.len() + self.disk.len() + echoes
    }

    /// What is open here.
    pub(crate) fn live(&self) -> Vec<ChargeId> {
        let open = self.server.iter().flat_map(Drive::open_histories);
        let first = open.filter_map(|history| history.first());
        first.map(|event| event.charge).collect()
    }

    /// Whether its loop has nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.server.as_ref().is_none_or(Drive::is_idle)
    }
}
