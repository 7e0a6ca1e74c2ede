//! What the loop is told, and what it wants done.

use ledger::{Asked, Event, Outcome, RefundOutcome};
use money::{Amount, ChargeId, Instalments, RefundNo};
use provider::{Ask, Notice};
use store::{Batch, StoreFault, Verdict};
use wire::ProblemKind;

use super::first::Means;

/// Names a request that waits for its answer; the shell gives the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// A checked request for a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskAsk {
    /// The idempotency key.
    pub key: String,
    /// Keyed hash over all that the request says, the code included.
    pub fingerprint: [u8; 32],
    /// Keyed hash of the payment code, to know it again during its life; of the key, where the code
    /// is ours.
    pub mark: [u8; 32],
    /// The till's name of the sale.
    pub sale: String,
    /// What is to be taken; never zero.
    pub amount: Amount,
    /// How the customer pays.
    pub means: Means,
    /// The till's name.
    pub device: String,
    /// By which plan of instalments, and in no other way.
    pub instalments: Option<Instalments>,
    /// What is sold, as the room `sale` writes it; `None` for a sum that was typed.
    pub goods: Option<String>,
}

/// A checked request for a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundDesk {
    /// The idempotency key.
    pub key: String,
    /// Keyed hash over all that the request says, the charge included.
    pub fingerprint: [u8; 32],
    /// Whose money.
    pub charge: ChargeId,
    /// How much goes back; never zero.
    pub amount: Amount,
    /// Why; the customer may read it.
    pub reason: String,
    /// Who asks: a till's name, or empty.
    pub by: String,
    /// What the record has of the charge, read after the request came. Should it be old by now, the
    /// store says so, and the request is told to come again.
    pub history: Vec<Event>,
}

/// Something happened.
#[derive(Debug)]
pub enum Input {
    /// A till wants to charge.
    Open {
        /// Who waits.
        ticket: Ticket,
        /// What for.
        ask: DeskAsk,
        /// For the fresh id.
        entropy: [u8; 16],
    },
    /// A cashier cancels.
    Cancel {
        /// Who waits.
        ticket: Ticket,
        /// Which charge.
        charge: ChargeId,
    },
    /// Somebody wants money back.
    Refund {
        /// Who waits.
        ticket: Ticket,
        /// What for.
        ask: RefundDesk,
        /// For the fresh number.
        entropy: [u8; 16],
    },
    /// The store has answered a [`Output::Commit`].
    Committed {
        /// The commit's number.
        token: u64,
        /// What became of it.
        verdict: Result<Verdict, StoreFault>,
    },
    /// A provider has answered an [`Output::Ask`], or the shell has given up waiting.
    Heard {
        /// Which charge.
        charge: ChargeId,
        /// What was asked, and when it left.
        asked: Asked,
        /// What it means.
        outcome: Outcome,
    },
    /// As [`Input::Heard`], for an ask about a refund.
    HeardRefund {
        /// Which charge.
        charge: ChargeId,
        /// Which refund of it.
        refund: RefundNo,
        /// What was asked, and when it left.
        asked: Asked,
        /// What it means.
        outcome: RefundOutcome,
    },
    /// A provider has told of an order unasked; the notice is verified.
    Noticed {
        /// Who waits: the provider is told that we have it once it is durable.
        ticket: Ticket,
        /// Which charge.
        charge: ChargeId,
        /// What it says.
        notice: Box<Notice>,
        /// What the record has of the charge.
        history: Vec<Event>,
    },
    /// The time of [`super::Drive::wake_at`] has come.
    Tick,
}

/// Something must be done.
#[derive(Debug)]
pub enum Output {
    /// Make these events durable and come back with [`Input::Committed`].
    Commit {
        /// The commit's number.
        token: u64,
        /// What is written together.
        batch: Batch,
    },
    /// Ask the provider and come back with [`Input::Heard`], or with [`Input::HeardRefund`] when
    /// [`Ask::refund`] names one: always, also when nothing is heard.
    Ask {
        /// Which charge.
        charge: ChargeId,
        /// The charge's sum, to check the answer by.
        amount: Amount,
        /// Goes back with the answer.
        asked: Asked,
        /// What to ask.
        ask: Ask,
    },
    /// Answer a request.
    Answer {
        /// Who waits.
        ticket: Ticket,
        /// What to say.
        answer: Result<Answered, Refused>,
    },
    /// Tell all screens: this history is durable.
    Publish {
        /// Which charge.
        charge: ChargeId,
        /// All its durable events.
        history: Vec<Event>,
        /// Number of the last one in the whole shop.
        seq: u64,
    },
    /// A person must look.
    Alarm {
        /// Which charge.
        charge: ChargeId,
        /// What is wrong with it, as the end of a sentence that begins with the charge.
        what: &'static str,
    },
}

/// A request that came to a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which charge.
    pub charge: ChargeId,
    /// True when this request opened it.
    pub is_fresh: bool,
    /// Its durable events; `None` when they must be read from the store.
    pub history: Option<Vec<Event>>,
}

/// A request that came to nothing. Nothing was charged by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The charge that stands in the way.
    pub charge: Option<ChargeId>,
    /// What may still be given back, when more was asked for.
    pub rest: Option<Amount>,
}

/// What a fault of the store means for the one who asked.
pub(crate) const fn kind_of(fault: &StoreFault) -> ProblemKind {
    match fault {
        StoreFault::Busy => ProblemKind::TooBusy,
        StoreFault::ReadOnly | StoreFault::Full | StoreFault::Disk(_) | StoreFault::Lost(_) => {
            ProblemKind::RecordUnwritable
        }
        // The intent may stand, and some server then brings it to its end.
        StoreFault::Doubted(_) => ProblemKind::RecordUnreadable,
        StoreFault::Broken(_) => ProblemKind::Defect,
    }
}
