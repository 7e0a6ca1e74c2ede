//! What happened to a charge: the history, only ever appended.

use money::{Amount, ChargeId, Instalments, Provider, RefundNo, Stamp};

use crate::outcome::{Doubt, PaidFacts, Refusal, ReverseEnd};

/// One line of a charge's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose history.
    pub charge: ChargeId,
    /// 1 for the first event of a charge, then +1 each.
    pub revision: u32,
    /// When it happened, by this backend's clock.
    pub at: Stamp,
    /// What happened.
    pub fact: Fact,
}

/// What is now true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The intent to take money; durable before anything leaves. Does not hold the customer's code.
    Opened(Opened),
    /// `Pay` left for the provider at the event's time.
    Sent,
    /// The customer must confirm on the phone.
    Waiting,
    /// The provider made a code for this order; once this is durable, screens show it.
    Shown {
        /// What the code says, see [`is_showable`]. No secret: everybody may read it off the
        /// screen.
        code: String,
    },
    /// Nothing can be concluded; the provider will be asked.
    Doubted(Doubt),
    /// The provider holds the money.
    Paid(PaidFacts),
    /// The provider will never take money for this order.
    Refused(Refusal),
    /// We want the order gone; from here on nothing but the reverse's end counts.
    ReverseBegun(ReverseWhy),
    /// A verified success was heard while reversing: noted, and the reverse goes on.
    PaidWhileReversing(PaidFacts),
    /// The order was paid and the provider cancels it no more: all of it goes back by a refund.
    /// Durable before that refund leaves.
    ReturnBegun {
        /// The refund's number: [`ChargeId::return_no`] and no other.
        no: RefundNo,
        /// Why it is not cancelled, in the provider's words.
        refusal: Refusal,
    },
    /// The order is gone for good; that money was given back, also without a reverse of ours.
    Reversed(ReverseEnd),
    /// The intent to give money back; durable before the provider is asked.
    RefundAsked {
        /// Our number of it, for ever.
        no: RefundNo,
        /// How much.
        amount: Amount,
        /// Why, in words.
        reason: String,
        /// Who asked; may be empty.
        by: String,
    },
    /// The customer has the money of that refund.
    RefundGiven {
        /// Which refund.
        no: RefundNo,
        /// When, as the provider says.
        at: Option<Stamp>,
    },
    /// The provider gave nothing back and will not under this number.
    RefundRefused {
        /// Which refund.
        no: RefundNo,
        /// Why.
        refusal: Refusal,
    },
    /// The provider's success does not fit what we know: noted once, and asked on.
    RefundDoubted {
        /// Which refund.
        no: RefundNo,
        /// What is wrong.
        doubt: Doubt,
    },
}

impl Fact {
    /// Stable name for rows, the chain and the wire.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Sent => "sent",
            Self::Waiting => "waiting",
            Self::Shown { .. } => "shown",
            Self::Doubted(_) => "doubted",
            Self::Paid(_) => "paid",
            Self::Refused(_) => "refused",
            Self::ReverseBegun(_) => "reverse-begun",
            Self::PaidWhileReversing(_) => "paid-while-reversing",
            Self::ReturnBegun { .. } => "return-begun",
            Self::Reversed(_) => "reversed",
            Self::RefundAsked { .. } => "refund-asked",
            Self::RefundGiven { .. } => "refund-given",
            Self::RefundRefused { .. } => "refund-refused",
            Self::RefundDoubted { .. } => "refund-doubted",
        }
    }
}

/// What a charge was opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The sale this charge belongs to, named by the till.
    pub sale: String,
    /// What is to be taken.
    pub amount: Amount,
    /// Whose wallet.
    pub provider: Provider,
    /// The till's name.
    pub device: String,
    /// Whose screen shows the code.
    pub way: Way,
    /// By which plan of 花呗分期 and in no other way; `None` leaves it to the customer.
    pub instalments: Option<Instalments>,
    /// What is sold, line by line, in the words of whoever priced it; kept as it is and never read
    /// here. `None` for a sum that was typed.
    pub goods: Option<String>,
}

/// Whose screen shows the code that is paid by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The customer's; we scan it.
    #[default]
    Scanned,
    /// Ours; the customer scans it.
    Shown,
}

impl Way {
    /// Stable name for rows and the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scanned => "scanned",
            Self::Shown => "shown",
        }
    }
}

/// Longest text of a code that is shown, in bytes; a QR code has room for more.
const SHOWN_BYTES_MAX: usize = 512;

/// True for a text that a QR code can carry and a wallet can read: printable ASCII, not too long.
pub fn is_showable(code: &str) -> bool {
    let length = code.len();
    (1..=SHOWN_BYTES_MAX).contains(&length) && code.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Who or what decided to reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReverseWhy {
    /// Time to pay ran out.
    Deadline,
    /// The cashier cancelled.
    Cashier,
    /// The code that was to be shown did not reach us: nobody can pay by it.
    CodeLost,
    /// Nobody here: it was paid and given back elsewhere before that was heard of. Never decided,
    /// so no event holds it.
    Elsewhere,
}

impl ReverseWhy {
    /// Stable name for rows and the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Cashier => "cashier",
            Self::CodeLost => "code-lost",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// The reason of that stable name, among those that are decided.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Deadline, Self::Cashier, Self::CodeLost]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}
