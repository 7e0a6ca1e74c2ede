//! Claims on open charges, where several servers share a record: renewed, fetched, lost.

use ledger::Event;
use money::ChargeId;
use store::{Claimed, StoreFault};

use super::flight::Reply;
use super::{Shell, refused};
use crate::drive::RefundDesk;

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
        let ticks_ms = self.around.world.ticks_ms();
        self.door.note_claim(ticks_ms);
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
                let kind = self.door.note_unclaimed();
                for fetch in handed.fetched {
                    fetch.into_reply().send(Err(refused(kind)));
                }
                tracing::error!(store.fault = %fault, "claims were not renewed");
            }
        }
    }
}
