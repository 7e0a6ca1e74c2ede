//! Requests that would open a charge, and what keeps them from it.

use tokio::sync::oneshot;
use wire::ProblemKind;

use super::{Answer, Shell, refused};
use crate::drive::{DeskAsk, Input};
use crate::quota;

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
