//! What is on its way between tills, the server and the bank.

use ledger::{Asked, Doubt, Outcome, RefundOutcome};
use money::{Amount, ChargeId, OrderNo, Stamp};
use provider::{Ask, Reply, Request, WireFault};
use server::drive::{Input, Ticket};

use crate::desk::{Asking, Return};

/// One thing on the wire.
pub(crate) enum Mail {
    /// A till's request to the server.
    FromTill {
        /// Who waits.
        ticket: Ticket,
        /// What for.
        wish: Wish,
    },
    /// A request to the bank. It outlives a crash of the server.
    ToBank {
        /// Whose answer it will be.
        note: Note,
        /// The bytes.
        request: Request,
    },
    /// The bank's answer.
    Answer {
        /// Whose answer it is.
        note: Note,
        /// The bytes, or their loss.
        reply: Result<Reply, WireFault>,
        /// Why nothing may be believed of it.
        lie: Option<Lie>,
    },
    /// A notice to the server: from the bank, or so it says.
    Notice {
        /// The number of the bank's letter; none when somebody else wrote it.
        letter: Option<String>,
        /// The signed form.
        body: Vec<u8>,
        /// Why nothing may be believed of it.
        lie: Option<Lie>,
    },
}

/// What a till wants.
#[derive(Clone)]
pub(crate) enum Wish {
    /// Charge.
    Open(Asking),
    /// Cancel.
    Cancel(ChargeId),
    /// Give money back.
    Refund(Return),
}

/// What an answer means, by what was asked.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    /// For the order.
    Order(Outcome),
    /// For a refund of it.
    Refund(RefundOutcome),
}

/// What is wrong with an answer, so that a law can be asked of whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Damaged, forged, unsigned, or of another order: it proves nothing at all.
    Worthless,
    /// Signed, and it says itself that the ask must be repeated.
    Again,
    /// Signed, with another sum than was asked for: it proves no payment.
    Sum,
    /// Signed, with its sums in another currency: it proves no payment and no refund.
    Currency,
}

/// What the server remembers of an ask until it is answered.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// Number of the ask in this history; an ask is heard once.
    pub(crate) number: u64,
    /// Which life of the server asked.
    pub(crate) life: u32,
    /// Which charge.
    pub(crate) charge: ChargeId,
    /// What was asked, in the bank's terms.
    pub(crate) ask: Ask,
    /// The order's sum.
    pub(crate) amount: Amount,
    /// When it left, by the true clock.
    pub(crate) left_at: Stamp,
    /// When it must have left, by the true clock; `None` for whenever.
    pub(crate) leave_by: Option<Stamp>,
    /// What was asked and when, by the server's clock.
    pub(crate) asked: Asked,
}

impl Note {
    /// The input that tells the server what was heard.
    pub(crate) fn heard(&self, meaning: Meaning) -> Input {
        let (charge, asked) = (self.charge, self.asked);
        match (meaning, self.ask.refund()) {
            (Meaning::Order(outcome), _) => Input::Heard {
                charge,
                asked,
                outcome,
            },
            (Meaning::Refund(outcome), Some(refund)) => Input::HeardRefund {
                charge,
                refund,
                asked,
                outcome,
            },
            (Meaning::Refund(_), None) => panic!("invariant: an order is heard of as an order"),
        }
    }

    /// That nothing was heard.
    pub(crate) fn lost(&self) -> Meaning {
        self.doubted(Doubt::Lost)
    }

    /// That nothing is known, for this reason.
    pub(crate) fn doubted(&self, doubt: Doubt) -> Meaning {
        match self.ask.refund() {
            Some(_) => Meaning::Refund(RefundOutcome::Unknown(doubt)),
            None => Meaning::Order(Outcome::Unknown(doubt)),
        }
    }

    /// Our number of the order.
    pub(crate) const fn order(&self) -> &OrderNo {
        self.ask.order()
    }
}
