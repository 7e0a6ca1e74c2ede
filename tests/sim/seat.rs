//! One server: its loop, and all that dies with its process.

use std::collections::{BTreeMap, VecDeque};

use money::{ChargeId, Stamp};
use server::drive::{Drive, Input, Ticket};
use server::pump::awake::Awake;
use store::postgres::judge::Hands;
use store::{Batch, Claimed};

use crate::mail::{Mail, Note, Wish};
use crate::shop::{Fuse, Weighed};
use crate::track::Verge;

/// A server.
#[derive(Default)]
pub(crate) struct Seat {
    pub(crate) server: Option<Drive>,
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
    /// When claims are renewed next, where the record is shared.
    pub(crate) claim_at: Option<Stamp>,
    /// The process stands still.
    pub(crate) is_frozen: bool,
    /// Since when it stands still.
    pub(crate) frozen_at: Option<Stamp>,
    /// For how long it stood still in all, in milliseconds.
    pub(crate) slept_ms: i64,
    /// What it knows of that itself.
    pub(crate) awake: Option<Awake>,
    /// When it last looked, by its ticks.
    pub(crate) seen_ms: i64,
    /// When it ends at last, once it was asked to.
    pub(crate) stops_at: Option<Stamp>,
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
    /// Claims were renewed.
    Handed {
        /// What changed hands.
        claimed: Claimed,
        /// What was open here when it was asked for.
        live: Vec<ChargeId>,
        /// When that was, by the true clock.
        asked_at: Stamp,
        /// Cancels that wait for it.
        fetched: Fetched,
    },
}

/// Charges that are wanted from another server, to be cancelled.
pub(crate) type Fetched = Vec<(ChargeId, Ticket)>;

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

impl Seat {
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
