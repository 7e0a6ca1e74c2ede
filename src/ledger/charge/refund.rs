//! Money that goes back: the moves of a charge's refunds.
//!
//! Only a paid charge gives back; given and asked refunds together never exceed what was paid; an
//! asked refund ends by a verified answer and by nothing else.

use money::{Amount, RefundNo, Stamp};

use super::{Charge, IllegalMove, Step};
use crate::effect::AskKind;
use crate::event::{Event, Fact};
use crate::outcome::{Cause, Doubt, Refusal};
use crate::refund::{
    GivenSum, OrderTold, REFUNDS_MAX, Refund, RefundForbidden, RefundOutcome, RefundReply,
    RefundState, RefundWish,
};
use crate::state::State;

impl Charge {
    /// Asks for money back. The event must be durable before the provider is asked.
    ///
    /// # Errors
    /// [`RefundForbidden`]; nothing changed.
    ///
    /// # Panics
    /// When the law lets through here what it forbids in the table of moves.
    pub fn ask_refund(self, wish: RefundWish, now: Stamp) -> Result<Step, RefundForbidden> {
        self.allows(wish.no, wish.amount)?;
        let RefundWish {
            no,
            amount,
            reason,
            by,
        } = wish;
        let fact = Fact::RefundAsked {
            no,
            amount,
            reason,
            by,
        };
        match self.step(now, fact) {
            Ok(step) => Ok(step),
            Err(illegal) => panic!("invariant: an allowed refund is a legal move: {illegal}"),
        }
    }

    /// Hears what the provider said (or that nothing was heard) about one refund.
    ///
    /// # Errors
    /// [`IllegalMove`] when the charge has no such refund, or when money was given back for one
    /// that had been refused: the law is broken somewhere, and a person must look.
    pub fn hear_refund(
        self,
        no: RefundNo,
        reply: RefundReply,
        now: Stamp,
    ) -> Result<Step, IllegalMove> {
        let refund = self.refund(no).ok_or(IllegalMove {
            state: self.state.as_str(),
            attempt: "told of a refund it does not have",
        })?;
        #[cfg(feature = "planted")]
        if let Some(fact) = crate::planted::law::refund_fact(refund, &reply) {
            return self.step(now, fact);
        }
        let fact = match &refund.state {
            RefundState::Asked => self.refund_fact(refund, reply),
            RefundState::Given { .. } => None,
            RefundState::Refused(_) => match reply.outcome {
                RefundOutcome::Given { .. } => {
                    return Err(IllegalMove {
                        state: self.state.as_str(),
                        attempt: "given back by a refused refund",
                    });
                }
                RefundOutcome::Refused(_) | RefundOutcome::Absent | RefundOutcome::Unknown(_) => {
                    None
                }
            },
        };
        match fact {
            Some(fact) => self.step(now, fact),
            None => Ok(self.stay()),
        }
    }

    /// All refunds, in the order in which they were asked for.
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// The refund of that number.
    pub fn refund(&self, no: RefundNo) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.no == no)
    }

    /// The refund that the provider is to be asked about: the first that has no end. One at a
    /// time, so that the order's total in an answer is known to the fen.
    pub fn refund_asked(&self) -> Option<&Refund> {
        self.refunds
            .iter()
            .find(|refund| refund.state == RefundState::Asked)
    }

    /// How many refunds are asked for and have no end.
    pub fn refunds_asked(&self) -> u32 {
        let asked = self
            .refunds
            .iter()
            .filter(|refund| refund.state == RefundState::Asked);
        u32::try_from(asked.count()).unwrap_or(u32::MAX)
    }

    /// What has been given back.
    pub fn refunded(&self) -> Amount {
        self.sum_of(|state| match state {
            RefundState::Given { .. } => true,
            RefundState::Asked | RefundState::Refused(_) => false,
        })
    }

    /// What may still be asked back: the payment less all refunds that are given or may be. Zero
    /// unless it is paid.
    pub fn refund_rest(&self) -> Amount {
        match &self.state {
            State::Paid(facts) => {
                let rest = facts.amount.fen() - self.sum_of(RefundState::holds_sum).fen();
                Amount::from_fen(rest).unwrap_or_default()
            }
            State::Opened
            | State::Sent
            | State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. }
            | State::Refused(_)
            | State::Reversed { .. } => Amount::ZERO,
        }
    }

    /// True when nobody needs to be asked about this charge any more: it is at its end, and so is
    /// each of its refunds.
    pub fn is_settled(&self) -> bool {
        self.state.is_end() && self.refund_asked().is_none()
    }

    fn sum_of(&self, counts: impl Fn(&RefundState) -> bool) -> Amount {
        let counted = self.refunds.iter().filter(|refund| counts(&refund.state));
        // Each was within the rest when it was asked, so the sum is within the payment.
        let fen = counted.map(|refund| refund.amount.fen()).sum();
        Amount::from_fen(fen).unwrap_or(Amount::MAX)
    }

    fn allows(&self, no: RefundNo, amount: Amount) -> Result<(), RefundForbidden> {
        match &self.state {
            State::Paid(_) => {}
            State::Opened
            | State::Sent
            | State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. }
            | State::Refused(_)
            | State::Reversed { .. } => return Err(RefundForbidden::NotPaid(self.state.as_str())),
        }
        let rest = self.refund_rest();
        if amount == Amount::ZERO {
            Err(RefundForbidden::Zero)
        } else if amount > rest {
            Err(RefundForbidden::OverRest { rest })
        } else if self.refunds.len() >= REFUNDS_MAX {
            Err(RefundForbidden::TooMany)
        } else if self.refund(no).is_some() {
            Err(RefundForbidden::Repeated(no))
        } else {
            Ok(())
        }
    }

    fn refund_fact(&self, refund: &Refund, reply: RefundReply) -> Option<Fact> {
        let no = refund.no;
        match reply.outcome {
            RefundOutcome::Given { sum, at } if self.is_sum_ours(refund, sum) => {
                Some(Fact::RefundGiven { no, at })
            }
            RefundOutcome::Given { .. } | RefundOutcome::Unknown(Doubt::Mismatch) => {
                let doubt = Doubt::Mismatch;
                (refund.doubt != Some(doubt)).then_some(Fact::RefundDoubted { no, doubt })
            }
            // A refused question says nothing about the refund it asks for, and a refused repeat
            // says nothing about an earlier request that may still arrive.
            RefundOutcome::Refused(refusal) if reply.kind == AskKind::Refund && reply.is_alone => {
                Some(Fact::RefundRefused { no, refusal })
            }
            // There is no such refund, none can still arrive, and of this order none could be
            // carried out any more.
            RefundOutcome::Absent if reply.kind == AskKind::RefundQuery && reply.is_alone => {
                let refusal = why_impossible(reply.order)?;
                Some(Fact::RefundRefused { no, refusal })
            }
            // Absent proves nothing yet, and a doubt is no end: it is asked on, for ever.
            RefundOutcome::Refused(_) | RefundOutcome::Absent | RefundOutcome::Unknown(_) => None,
        }
    }

    pub(super) fn is_sum_ours(&self, refund: &Refund, sum: GivenSum) -> bool {
        match sum {
            GivenSum::Total(total) => self.refunded().plus(refund.amount) == Ok(total),
            GivenSum::Alone(amount) => amount == refund.amount,
        }
    }

    /// The table of legal moves of refunds: only asked refunds of a paid charge move.
    pub(super) fn apply_refund(&mut self, event: &Event) -> Result<(), IllegalMove> {
        let forbids = self.forbids(event.fact.as_str());
        match &event.fact {
            Fact::RefundAsked {
                no,
                amount,
                reason,
                by,
            } => {
                self.allows(*no, *amount).map_err(|_| forbids)?;
                self.refunds.push(Refund {
                    no: *no,
                    amount: *amount,
                    reason: reason.clone(),
                    by: by.clone(),
                    state: RefundState::Asked,
                    asked_at: event.at,
                    doubt: None,
                });
            }
            Fact::RefundGiven { no, at } => {
                self.asked_mut(*no).ok_or(forbids)?.state = RefundState::Given { at: *at };
            }
            Fact::RefundRefused { no, refusal } => {
                self.asked_mut(*no).ok_or(forbids)?.state = RefundState::Refused(refusal.clone());
            }
            Fact::RefundDoubted { no, doubt } => {
                self.asked_mut(*no).ok_or(forbids)?.doubt = Some(*doubt);
            }
            Fact::Opened(_)
            | Fact::Sent
            | Fact::Waiting
            | Fact::Shown { .. }
            | Fact::Doubted(_)
            | Fact::Paid(_)
            | Fact::Refused(_)
            | Fact::ReverseBegun(_)
            | Fact::PaidWhileReversing(_)
            | Fact::ReturnBegun { .. }
            | Fact::Reversed(_) => return Err(forbids),
        }
        Ok(())
    }

    /// The sum that a fact is about: a refund's own, else the charge's.
    pub(super) fn amount_of(&self, fact: &Fact) -> Amount {
        match fact {
            Fact::RefundAsked { no, .. }
            | Fact::RefundGiven { no, .. }
            | Fact::RefundRefused { no, .. }
            | Fact::RefundDoubted { no, .. } => self
                .refund(*no)
                .map_or(Amount::ZERO, |refund| refund.amount),
            Fact::Opened(_)
            | Fact::Sent
            | Fact::Waiting
            | Fact::Shown { .. }
            | Fact::Doubted(_)
            | Fact::Paid(_)
            | Fact::Refused(_)
            | Fact::ReverseBegun(_)
            | Fact::PaidWhileReversing(_)
            | Fact::ReturnBegun { .. }
            | Fact::Reversed(_) => self.amount(),
        }
    }

    fn asked_mut(&mut self, no: RefundNo) -> Option<&mut Refund> {
        self.refunds
            .iter_mut()
            .find(|refund| refund.no == no && refund.state == RefundState::Asked)
    }

    /// Half of a pair of assertions: judged before the event, recomputed after it.
    pub(super) fn assert_books(&self) {
        let paid = match &self.state {
            State::Paid(facts) => facts.amount.fen(),
            State::Opened
            | State::Sent
            | State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. }
            | State::Refused(_)
            | State::Reversed { .. } => 0,
        };
        let asked_back: i64 = self
            .refunds
            .iter()
            .filter(|refund| refund.state.holds_sum())
            .map(|refund| refund.amount.fen())
            .sum();
        assert!(
            asked_back <= paid,
            "invariant: never more is asked back than was paid"
        );
        assert!(
            self.books.is_balanced(),
            "invariant: the postings of every event sum to zero"
        );
        assert_eq!(
            self.books.held_fen,
            paid - self.refunded().fen(),
            "invariant: the books hold what was paid less what was given back"
        );
    }
}

/// Why nothing of an order can go back by a refund of ours.
fn why_impossible(told: OrderTold) -> Option<Refusal> {
    let (cause, code) = match told {
        OrderTold::Nothing => return None,
        OrderTold::Closed => (Cause::GivenElsewhere, "TRADE_CLOSED"),
        OrderTold::Unknown => (Cause::OtherAccount, "TRADE_NOT_EXIST"),
    };
    Some(Refusal {
        cause,
        code: code.to_owned(),
        text: String::new(),
    })
}

#[cfg(test)]
mod tests;
