//! A reversal by refund in the loop: the decision is durable, then the refund leaves, always under
//! the charge's one number, until the provider tells its end.

use ledger::{AskKind, RefundOutcome};
use money::{ChargeId, Stamp};
use provider::{Ask, RefundAsk};

use super::live::Live;
use super::{Drive, Output, alarm, plan_of};

impl Drive {
    /// The provider has answered about the return, or the shell has given up waiting.
    pub(super) fn heard_return(
        &mut self,
        id: ChargeId,
        outcome: &RefundOutcome,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        live.chase = live.chase.heard_return(outcome);
        // A move that is forbidden here is none: the charge returns.
        if let Ok(step) = live.charge.clone().hear_return(outcome, now) {
            alarm::note_events(&step, out);
            live.take(step);
        }
        alarm::note_rest(live, outcome, out);
        alarm::note_stuck(live, plan_of(&live.charge), now, out);
        self.flush(id, now, out);
        self.advance(id, now, out);
    }
}

impl Live {
    /// Asks for everything back, or what became of that.
    pub(super) fn ask_return(&mut self, kind: AskKind, now: Stamp, out: &mut Vec<Output>) {
        let (order, refund) = (self.charge.order_no(), self.charge.id().return_no());
        let ask = match kind {
            AskKind::Refund => Ask::Refund(RefundAsk {
                order,
                refund,
                amount: self.charge.amount(),
                reason: String::new(),
            }),
            AskKind::RefundQuery
            | AskKind::Pay
            | AskKind::Precreate
            | AskKind::Query
            | AskKind::Reverse => Ask::RefundQuery { order, refund },
        };
        self.ask(ask, now, out);
    }
}

#[cfg(test)]
mod tests;
