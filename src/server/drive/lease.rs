//! Asks leave only under a live lease, where several servers share a record.
//!
//! A server that stood still, as a machine that sleeps or a process that is frozen does, may have
//! lost its charges without knowing it. Its commits are refused then; its asks nobody could refuse.
//! So from some time after its last renewal on it asks nothing about a charge, until a renewal has
//! said that the charge is still its own. The time is that of the loop, which goes on while the
//! machine sleeps.

use ledger::{Effect, Event};
use money::{ChargeId, Stamp};
use store::claim::LEASE;
use store::{Claimed, StoreFault, Verdict};

use super::live::Live;
use super::{Drive, Output};

/// What an ask may take from here to the wire: a connection that comes about at last.
const MARGIN_MS: i64 = 5_000;
/// For how long asks may leave. It counts from before the claim was asked for, and the claim's own
/// time from when the database granted it, by a clock that is not ours.
const ASKING_MS: i64 = LEASE.as_secs().cast_signed() * 1_000 - MARGIN_MS;
/// From one look whether the lease lives again to the next.
const LOOK_MS: i64 = 1_000;

const _: () = assert!(ASKING_MS > 0, "a lease outlives its margin");

impl Drive {
    /// From now on other servers may work on the same charges: what is open is taken up by
    /// [`Drive::hand_over`], and asks leave under a live lease only.
    ///
    /// # Panics
    /// When something is open already, which then nobody has claimed.
    #[must_use]
    pub fn shared(self) -> Self {
        assert!(self.is_idle(), "invariant: what is open came by a claim");
        Self {
            is_shared: true,
            ..self
        }
    }

    /// A claim that was asked for at `asked_at`, for the charges in `live`, came to this: charges
    /// that another server has taken over are let go of, those that another has left are taken up,
    /// and the rest is ours from then on.
    pub fn hand_over(
        &mut self,
        claimed: Claimed,
        live: &[ChargeId],
        asked_at: Stamp,
        now: Stamp,
    ) -> Vec<Output> {
        let mut out = Vec::new();
        for charge in &claimed.lost {
            self.abandon(*charge, &mut out);
        }
        for charge in live {
            self.renew(*charge, asked_at);
        }
        for history in claimed.taken {
            let id = history.first().map(|event: &Event| event.charge);
            // One that was opened here meanwhile is here.
            if !id.is_some_and(|id| self.renew(id, asked_at)) {
                self.take_up_one(history, asked_at, now, &mut out);
            }
        }
        out
    }

    /// Until when what is asked about the charge may leave; `None` for ever.
    pub fn leave_by(&self, charge: ChargeId) -> Option<Stamp> {
        let leased_at = self.live.get(&charge).and_then(|live| live.leased_at);
        leased_at.map(leave_by)
    }

    /// Somebody else wrote the charge's history, so what is known of it here is old. That one who
    /// shares the work has taken a charge over, or has moved one that was only read here, is no
    /// reason to call a person.
    pub(super) fn outrun(
        &mut self,
        id: ChargeId,
        verdict: &Result<Verdict, StoreFault>,
        out: &mut Vec<Output>,
    ) {
        let is_taken_over = matches!(verdict, Ok(Verdict::Fenced { .. }));
        let is_missed = |live: &Live| live.is_ours && live.is_wanted();
        if !is_taken_over && self.live.get(&id).is_some_and(is_missed) {
            out.push(Output::Alarm {
                charge: id,
                what: "somebody else wrote its history",
            });
        }
        self.abandon(id, out);
    }

    /// The charge is ours since `asked_at` at least. False when it is not here.
    fn renew(&mut self, charge: ChargeId, asked_at: Stamp) -> bool {
        let live = self.live.get_mut(&charge);
        live.is_some_and(|live| {
            live.leased_at = live.leased_at.map(|at| at.max(asked_at));
            true
        })
    }
}

impl Live {
    /// What of the plan's effect may be done now: without a live lease nothing is asked.
    pub(super) fn allowed(&self, next: Effect, now: Stamp) -> Effect {
        let is_over = self.leased_at.is_some_and(|at| leave_by(at) <= now);
        #[cfg(feature = "planted")]
        let is_over = is_over && !ledger::planted::is(ledger::planted::Bug::LeaseUnchecked);
        if is_over && matches!(next, Effect::Ask(_)) {
            Effect::Wait(now.plus_ms(LOOK_MS))
        } else {
            next
        }
    }
}

const fn leave_by(leased_at: Stamp) -> Stamp {
    leased_at.plus_ms(ASKING_MS)
}

#[cfg(test)]
mod tests;
