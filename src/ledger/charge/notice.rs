//! What a provider says unasked: verified like an answer, but perhaps late, repeated or out of
//! order.

use money::{Amount, RefundNo, Stamp};

use super::{Asked, Charge, IllegalMove, Step};
use crate::effect::AskKind;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::refund::{GivenSum, OrderTold, RefundOutcome, RefundReply};

impl Charge {
    /// Hears a notice about the order: what a question for it would have been answered at some
    /// moment up to now.
    ///
    /// # Errors
    /// [`IllegalMove`] when it tells of money for an order that had ended without any: a person
    /// must look.
    pub fn hear_notice(
        self,
        outcome: Outcome,
        plan: &Plan,
        now: Stamp,
    ) -> Result<Step, IllegalMove> {
        let asked = Asked {
            kind: AskKind::Query,
            at: now,
            age_ms: 0,
        };
        self.hear(asked, outcome, plan, now)
    }

    /// Hears a notice that money of the order went back, `total` in all so far. A total that does
    /// not fit proves nothing: the notice may be late. Asking goes on then.
    ///
    /// # Errors
    /// [`IllegalMove`] when the charge has no such refund, or had it refused: a person must look.
    pub fn hear_refund_notice(
        self,
        no: RefundNo,
        total: Amount,
        at: Option<Stamp>,
        now: Stamp,
    ) -> Result<Step, IllegalMove> {
        let sum = GivenSum::Total(total);
        let is_ours = self
            .refund(no)
            .is_none_or(|refund| self.is_sum_ours(refund, sum));
        if !is_ours {
            return Ok(self.stay());
        }
        let reply = RefundReply {
            kind: AskKind::RefundQuery,
            is_alone: false,
            order: OrderTold::Nothing,
            outcome: RefundOutcome::Given { sum, at },
        };
        self.hear_refund(no, reply, now)
    }
}

#[cfg(test)]
mod tests;
