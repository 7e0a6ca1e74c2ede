//! Claims on open charges, where several servers share a record: renewed, fetched, lost.

use ledger::Event;
use money::ChargeId;
use store::claim::RENEWAL;
use store::{Claimed, StoreFault};
use tokio::sync::oneshot;
use tokio::time::Instant;
use wire::ProblemKind;

use super::{Answer, Shell, refused};
use crate::drive::Input;

/// Cancels of charges that another server works on, which wait for that one to lose them to us.
pub(super) type Fetched = Vec<(ChargeId, oneshot::Sender<Answer>)>;

/// What changed hands, and who waited for it.
pub(super) struct Handed {
    pub(super) claimed: Result<Claimed, StoreFault>,
    pub(super) fetched: Fetched,
}

impl Shell {
    /// Renews the claims on what is open here, and asks for what nobody works on, and for these.
    pub(super) fn claim(&mut self, fetched: Fetched) {
        self.claim_at = Some(Instant::now() + RENEWAL);
        let first = |history: &[Event]| history.first().map(|event| event.charge);
        let live = self.drive.open_histories().filter_map(first).collect();
        let claims = self.claims.clone();
        let wanted = fetched.iter().map(|(charge, _)| *charge).collect();
        let done = move |claimed| drop(claims.send(Handed { claimed, fetched }));
        // A queue that is full now is not so at the next time.
        let _ = self.around.writer.claim(live, wanted, Box::new(done));
    }

    /// Whether a charge that is not open here may be open elsewhere.
    pub(super) fn is_abroad(&self, charge: ChargeId) -> bool {
        let is_it = |history: &[Event]| history.first().is_some_and(|one| one.charge == charge);
        self.around.writer.is_shared() && !self.drive.open_histories().any(is_it)
    }

    pub(super) fn handed(&mut self, handed: Handed) {
        match handed.claimed {
            Ok(claimed) => {
                let (taken, lost) = (claimed.taken.len(), claimed.lost.len());
                if taken + lost > 0 {
                    tracing::info!(charge.taken = taken, charge.lost = lost, "charges moved");
                }
                let now = self.now();
                let outputs = self.drive.hand_over(claimed.taken, &claimed.lost, now);
                self.carry_out(outputs);
                for (charge, answer) in handed.fetched {
                    let ticket = self.wait(answer);
                    self.step(Input::Cancel { ticket, charge });
                }
                self.around.pulse.note_open(self.drive.open_count());
            }
            Err(fault) => {
                for (_, answer) in handed.fetched {
                    let _ = answer.send(Err(refused(ProblemKind::RecordUnreadable)));
                }
                tracing::error!(store.fault = %fault, "claims were not renewed");
            }
        }
    }
}

/// Ends at that time, or never.
pub(super) async fn come(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
