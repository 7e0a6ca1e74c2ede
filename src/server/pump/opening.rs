//! Requests that would open a charge, and keys of which somebody wants to know whether they did:
//! both are decided in the loop, one behind the other, so that what either is told stays true.

use tokio::sync::oneshot;
use wire::ProblemKind;

use super::{Answer, Pump, Shell, Wish, refused};
use crate::drive::{DeskAsk, Input, Refused};
use crate::quota;

impl Pump {
    /// Lets nothing come of a key any more, so that what the record then has of it stays true.
    ///
    /// # Errors
    /// [`Refused`] while a request with this key is under way, or when the loop cannot tell.
    pub async fn close_key(&self, key: String) -> Result<(), Refused> {
        let (answer, heard) = oneshot::channel();
        // Not "too busy": that would say that nothing was charged.
        let unknown = refused(ProblemKind::NotReady);
        let is_wished = self.wish(Wish::Close { key, answer }).is_ok();
        if is_wished && heard.await == Ok(true) {
            Ok(())
        } else {
            Err(unknown)
        }
    }
}

impl Shell {
    pub(super) fn open(&mut self, ask: DeskAsk, answer: oneshot::Sender<Answer>) {
        if let Some(kind) = self.obstacle(&ask.key) {
            let _ = answer.send(Err(refused(kind)));
            return;
        }
        let ticket = self.wait(answer);
        let entropy = self.around.world.entropy();
        self.step(Input::Open {
            ticket,
            ask,
            entropy,
        });
    }

    /// Why nothing can be opened at the moment. A repeat of a request that is under way opens
    /// nothing of its own: it must hear what becomes of the first.
    fn obstacle(&self, key: &str) -> Option<ProblemKind> {
        let kind = if self.around.pulse.is_refused() {
            // Money that is taken with wrong keys cannot be seen or given back: no answer can be
            // verified.
            ProblemKind::ProviderRefuses
        } else if self.drive.open_count() >= quota::OPEN_MAX {
            ProblemKind::TooBusy
        } else {
            return None;
        };
        (!self.drive.is_under_way(key)).then_some(kind)
    }
}
