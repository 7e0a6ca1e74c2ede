//! Requests of tills on their way into the loop, and what keeps one from opening a charge.

use money::ChargeId;
use store::failpoint::hit;
use wire::ProblemKind;

use super::flight::Reply;
use super::{Shell, refused};
use crate::drive::{DeskAsk, Input, RefundDesk};
use crate::quota;

impl Shell {
    pub(super) fn open(&mut self, ask: DeskAsk, reply: Reply) {
        if let Some(kind) = self.obstacle(&ask.key) {
            return reply.send(Err(refused(kind)));
        }
        let ticket = self.wait(reply);
        let entropy = self.around.world.entropy();
        self.step(Input::Open {
            ticket,
            ask,
            entropy,
        });
    }

    pub(super) fn cancel(&mut self, charge: ChargeId, reply: Reply) {
        let ticket = self.wait(reply);
        hit("loop-cancel");
        self.step(Input::Cancel { ticket, charge });
    }

    pub(super) fn refund(&mut self, ask: RefundDesk, reply: Reply) {
        let ticket = self.wait(reply);
        let entropy = self.around.world.entropy();
        self.step(Input::Refund {
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
