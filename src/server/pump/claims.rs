//! Claims on open charges, where several servers share a record: renewed, fetched, lost.

use ledger::{Charge, Event};
use money::ChargeId;
use store::claim::RENEWAL;
use store::{Claimed, StoreFault};
use wire::ProblemKind;

use super::flight::Reply;
use super::{Shell, refused};
use crate::drive::RefundDesk;

/// From one renewal to the next at least, where news of other servers ask for it.
const HURRY_MS: i64 = 250;

/// A request about a charge that another server works on: it waits for that one to lose it to us.
pub(super) enum Fetch {
    Cancel { charge: ChargeId, reply: Reply },
    Refund { ask: RefundDesk, reply: Reply },
}

impl Fetch {
    const fn charge(&self) -> ChargeId {
        match self {
            Self::Cancel { charge, .. } => *charge,
            Self::Refund { ask, .. } => ask.charge,
        }
    }

    fn into_reply(self) -> Reply {
        match self {
            Self::Cancel { reply, .. } | Self::Refund { reply, .. } => reply,
        }
    }
}

/// What changed hands, and who waited for it.
pub(super) struct Handed {
    pub(super) claimed: Result<Claimed, StoreFault>,
    /// Which charges were to be renewed, and when that was asked for, by ticks.
    asked: (Vec<ChargeId>, i64),
    pub(super) fetched: Vec<Fetch>,
}

impl Shell {
    /// Renews the claims on what is open here, and asks for what nobody works on, and for these.
    pub(super) fn claim(&mut self, fetched: Vec<Fetch>) {
        let pause_ms = i64::try_from(RENEWAL.as_millis()).unwrap_or(i64::MAX);
        let ticks_ms = self.around.world.ticks_ms();
        self.claim_at_ticks = Some(ticks_ms.saturating_add(pause_ms));
        self.claimed_at_ticks = ticks_ms;
        let first = |history: &[Event]| history.first().map(|event| event.charge);
        let live: Vec<ChargeId> = self.drive.open_histories().filter_map(first).collect();
        let asked = (live.clone(), ticks_ms);
        let claims = self.claims.clone();
        let wanted = fetched.iter().map(Fetch::charge).collect();
        let done = move |claimed| {
            let handed = Handed {
                claimed,
                asked,
                fetched,
            };
            drop(claims.send(handed));
        };
        // A queue that is full now is not so at the next time.
        let _ = self.around.writer.claim(live, wanted, Box::new(done));
    }

    /// Has the claims renewed soon, because one may be lost. However many news come of other
    /// servers, the database is not asked more often for that.
    pub(super) fn hurry_claim(&mut self) {
        let soon = self.claimed_at_ticks.saturating_add(HURRY_MS);
        self.claim_at_ticks = self.claim_at_ticks.map(|at| at.min(soon));
    }

    /// Whether it is time to renew: by ticks, which go on while the machine sleeps.
    pub(super) fn is_claim_due(&self) -> bool {
        let ticks_ms = self.around.world.ticks_ms();
        self.claim_at_ticks.is_some_and(|at| at <= ticks_ms)
    }

    /// Whether a charge that is not open here may be open elsewhere.
    pub(super) fn is_abroad(&self, charge: ChargeId) -> bool {
        let is_it = |history: &[Event]| history.first().is_some_and(|one| one.charge == charge);
        self.around.writer.is_shared() && !self.drive.open_histories().any(is_it)
    }

    /// Whether another server may be asking about an earlier refund of the same charge: it holds
    /// the charge as long as that has no end, and would have every other one wait as long.
    pub(super) fn is_refunding_abroad(&self, ask: &RefundDesk) -> bool {
        let is_open = |charge: Charge| !charge.is_settled();
        self.is_abroad(ask.charge) && Charge::fold(&ask.history).is_ok_and(is_open)
    }

    pub(super) fn handed(&mut self, handed: Handed) {
        match handed.claimed {
            Ok(claimed) => {
                let (taken, lost) = (claimed.taken.len(), claimed.lost.len());
                if taken + lost > 0 {
                    tracing::info!(charge.taken = taken, charge.lost = lost, "charges moved");
                }
                let now = self.now();
                let (live, asked_at_ticks) = handed.asked;
                // An idle loop may have taken up another wall clock since, so the span counts.
                let ticks_ms = self.around.world.ticks_ms();
                let asked_at = now.plus_ms(asked_at_ticks.saturating_sub(ticks_ms));
                let outputs = self.drive.hand_over(claimed, &live, asked_at, now);
                self.carry_out(outputs);
                for fetch in handed.fetched {
                    match fetch {
                        Fetch::Cancel { charge, reply } => self.cancel(charge, reply),
                        Fetch::Refund { ask, reply } => self.refund(ask, reply),
                    }
                }
                self.around.pulse.note_open(self.drive.open_count());
            }
            Err(fault) => {
                for fetch in handed.fetched {
                    let reply = fetch.into_reply();
                    reply.send(Err(refused(ProblemKind::RecordUnreadable)));
                }
                tracing::error!(store.fault = %fault, "claims were not renewed");
                // Until it succeeds nothing is asked of the provider.
                self.hurry_claim();
            }
        }
    }
}
