//! What a refund is, and what a provider can say about one.
//!
//! A refund lives in the history of its charge: revisions and chain of the charge guard it, so the
//! sum of refunds needs no lock of its own. Asked stays asked until the provider answers; nothing
//! but a verified answer ends it.

use money::{Amount, RefundNo, Stamp};

use crate::effect::AskKind;
use crate::outcome::{Doubt, Refusal};

/// Refunds that one charge may have, refused ones included: a history stays short enough to be
/// folded at every commit.
pub const REFUNDS_MAX: usize = 100;

/// Money that goes back, or is to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Our number of it, the same at every ask.
    pub no: RefundNo,
    /// How much; never zero.
    pub amount: Amount,
    /// Why, in the words of whoever asked; the customer may read it.
    pub reason: String,
    /// Who asked: a till's name, or empty.
    pub by: String,
    /// Where it stands.
    pub state: RefundState,
    /// When it was asked for.
    pub asked_at: Stamp,
    /// The doubt that a person was told of, if there was one.
    pub doubt: Option<Doubt>,
}

/// Where a refund stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// The intent is durable; the provider is asked until it answers.
    Asked,
    /// The customer has the money. End.
    Given {
        /// When, as the provider says.
        at: Option<Stamp>,
    },
    /// The provider gave nothing back and will not under this number. End.
    Refused(Refusal),
}

impl RefundState {
    /// Stable name for the wire.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Given { .. } => "given",
            Self::Refused(_) => "refused",
        }
    }

    /// True when its sum is gone from the charge or may be: only a refused refund frees its sum.
    pub const fn holds_sum(&self) -> bool {
        match self {
            Self::Asked | Self::Given { .. } => true,
            Self::Refused(_) => false,
        }
    }
}

/// What is asked for when money is to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundWish {
    /// The fresh number.
    pub no: RefundNo,
    /// How much.
    pub amount: Amount,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub by: String,
}

/// Why a refund is not even asked for. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundForbidden {
    /// There is no money to give back.
    #[error("only a paid charge can be refunded, and this one is {0}")]
    NotPaid(&'static str),
    /// Nothing is to be given back.
    #[error("a refund of nothing gives nothing back; ask for at least one fen")]
    Zero,
    /// More than is left of the payment.
    #[error("only {} yuan of the payment are left; ask for that at most", .rest.yuan())]
    OverRest {
        /// The payment less all refunds that are given or may be.
        rest: Amount,
    },
    /// The charge has as many refunds as it may.
    #[error("the charge has {REFUNDS_MAX} refunds already; give the rest back by other means")]
    TooMany,
    /// Another refund of the charge has this number.
    #[error("the number {0} belongs to another refund of this charge; take a fresh one")]
    Repeated(RefundNo),
}

/// The meaning of one answer about a refund (or of its absence).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The money went back. Only from a verified answer.
    Given {
        /// The sum by which the answer is checked.
        sum: GivenSum,
        /// When, as the provider says.
        at: Option<Stamp>,
    },
    /// Nothing went back and nothing will by this ask. Only from a verified answer.
    Refused(Refusal),
    /// The provider knows no such refund (yet); in answer to the refund itself, that nothing goes
    /// back by it, because the order is not there or is closed.
    Absent,
    /// Nothing can be concluded.
    Unknown(Doubt),
}

/// Which sum a success names: providers answer an order to refund by the order's total, and a
/// question for a refund by that refund's own sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenSum {
    /// All refunds of the order so far, this one included.
    Total(Amount),
    /// This refund alone.
    Alone(Amount),
}

/// What the provider told of the whole order before it was asked about a refund of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderTold {
    /// Nothing that speaks against a refund.
    Nothing,
    /// It is closed: nothing of the payment is left, and no request can take any more of it.
    Closed,
    /// It knows no such order, for a while by now.
    Unknown,
}

/// An answer about a refund, together with what the asking of it proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundReply {
    /// What was asked: [`AskKind::Refund`] or [`AskKind::RefundQuery`].
    pub kind: AskKind,
    /// True when no other request of this refund can reach the provider any more. A refusal is an
    /// end only then: a lost request may still arrive and be carried out.
    pub is_alone: bool,
    /// What was told of the order before this was asked.
    pub order: OrderTold,
    /// What was answered.
    pub outcome: RefundOutcome,
}
