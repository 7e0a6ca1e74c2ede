//! A reversal that the provider's cancel no longer does: the order was paid, and it is too late, or
//! not allowed, to cancel it. Then all of the payment goes back by a refund.
//!
//! - It begins only once the history holds that the order was paid, and as the answer to a cancel:
//!   an unpaid order has nothing to give back, and may still be closed.
//! - The refund's number is the charge's own ([`money::ChargeId::return_no`]). Asked again by
//!   anybody, after any crash, it is the same return, which the provider carries out once. A cancel
//!   that was lost on its way and is carried out after all leaves nothing to refund, and the other
//!   way round: the provider never gives back more than was paid.
//! - It ends when the refund is given, or when the order is told closed, and by nothing else: what
//!   is refused (no money on the shop's account, say) is asked for again, for ever.

use money::{RefundNo, Stamp};

use super::{Charge, IllegalMove, Step};
use crate::event::Fact;
use crate::outcome::{Doubt, Refusal, ReverseEnd};
use crate::refund::{GivenSum, RefundOutcome};
use crate::state::State;

#[cfg(test)]
mod tests;

impl Charge {
    /// The number of the refund by which a reversal gives everything back, once that is decided.
    pub fn returning(&self) -> Option<RefundNo> {
        self.is_returning.then(|| self.id.return_no())
    }

    /// Hears what the provider said (or that nothing was heard) about that refund.
    ///
    /// # Errors
    /// Never for a charge that returns; the type keeps the moves uniform.
    pub fn hear_return(self, outcome: &RefundOutcome, now: Stamp) -> Result<Step, IllegalMove> {
        let is_open = matches!(self.state, State::Reversing { .. }) && self.is_returning;
        if !is_open {
            return Ok(self.stay());
        }
        #[cfg(feature = "planted")]
        if let Some(fact) = crate::planted::law::return_fact(outcome) {
            return self.step(now, fact);
        }
        let fact = match outcome {
            RefundOutcome::Given { sum, .. } if self.is_whole(*sum) => {
                Some(Fact::Reversed(ReverseEnd::GivenBack))
            }
            RefundOutcome::Given { .. } | RefundOutcome::Unknown(Doubt::Mismatch) => {
                (!self.is_mismatch_noted).then_some(Fact::Doubted(Doubt::Mismatch))
            }
            RefundOutcome::Refused(_) | RefundOutcome::Absent | RefundOutcome::Unknown(_) => None,
        };
        match fact {
            Some(fact) => self.step(now, fact),
            None => Ok(self.stay()),
        }
    }

    /// What a cancel that is refused for good leads to.
    pub(super) fn fact_when_uncancellable(&self, refusal: Refusal) -> Option<Fact> {
        let no = self.id.return_no();
        self.may_return(no)
            .then_some(Fact::ReturnBegun { no, refusal })
    }

    /// Whether all of it may go back under this number: it was paid, and it does not go back yet.
    pub(super) fn may_return(&self, no: RefundNo) -> bool {
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::ReturnUnpaid) {
            return self.returning().is_none();
        }
        self.is_paid_noted && !self.is_returning && no == self.id.return_no()
    }

    /// What a cancel leads to that says "closed". Unless it is known that it was paid, nothing yet:
    /// so may be called what an earlier cancel gave back whose answer was lost, or what was given
    /// back in the provider's console. The question behind every cancel tells how the order stands,
    /// and whether there was money.
    pub(super) fn fact_when_called_closed(&self) -> Option<Fact> {
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::CloseIsBelieved) {
            return Some(Fact::Reversed(self.end_of_closed()));
        }
        self.is_paid_noted
            .then(|| Fact::Reversed(self.end_of_closed()))
    }

    /// What "closed" says of an order that is being reversed, also without a word about money: once
    /// it was paid, the money has gone back. A cancel that is asked again may be answered so.
    pub(super) fn end_of_closed(&self) -> ReverseEnd {
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::ClosedForgetsPayment) {
            return ReverseEnd::Closed;
        }
        if self.is_paid_noted {
            ReverseEnd::GivenBack
        } else {
            ReverseEnd::Closed
        }
    }

    /// All refunds of the order together, or this one alone: both are the payment.
    fn is_whole(&self, sum: GivenSum) -> bool {
        match sum {
            GivenSum::Total(total) => total == self.amount(),
            GivenSum::Alone(amount) => amount == self.amount(),
        }
    }
}
