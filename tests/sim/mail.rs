//! What is on its way between the server, its store and the bank.

use ledger::{Asked, Outcome};
use money::{Amount, ChargeId, OrderNo, Stamp};
use provider::{Reply, Request, WireFault};
use server::drive::Input;
use store::Batch;

/// One thing on its way.
pub(crate) enum Mail {
    /// A commit that the store has not begun.
    ToStore {
        /// Its number.
        token: u64,
        /// Its content.
        batch: Batch,
    },
    /// A request on the wire to the bank. It outlives a crash of the server.
    ToBank {
        /// Whose answer it will be.
        note: Note,
        /// The bytes.
        request: Request,
    },
    /// An answer on the wire to the server.
    Answer {
        /// Whose answer it is.
        note: Note,
        /// The bytes, or their loss.
        reply: Result<Reply, WireFault>,
    },
    /// Something for the running server process; gone when it crashes.
    ToServer(Input),
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
    /// Our number of the order.
    pub(crate) order: OrderNo,
    /// The order's sum.
    pub(crate) amount: Amount,
    /// When it left, by the true clock.
    pub(crate) left_at: Stamp,
    /// What was asked and when, by the server's clock.
    pub(crate) asked: Asked,
}

impl Note {
    /// The input that tells the server what was heard.
    pub(crate) fn heard(&self, outcome: Outcome) -> Mail {
        Mail::ToServer(Input::Heard {
            charge: self.charge,
            asked: self.asked,
            outcome,
        })
    }
}
