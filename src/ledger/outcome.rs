//! What a provider can say about one order, in our words.

use money::{Amount, OrderNo, Stamp};

/// The meaning of one answer (or of its absence).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider holds the money for this order. Only from a verified answer.
    Paid(PaidFacts),
    /// The order is made, the customer must still confirm on the phone.
    Waiting,
    /// A code for the order is made; this is what it says. Only from a verified answer.
    Shown(String),
    /// The provider will never take money for this order. Only from a verified answer.
    Refused(Refusal),
    /// The provider knows no such order (yet).
    Absent,
    /// The order exists, is closed for good, and holds no money.
    Closed {
        /// True when money had been taken and was given back.
        is_given_back: bool,
    },
    /// A reverse was carried out, or had been before: then it may be called closed whatever it was.
    Reversed(ReverseEnd),
    /// Nothing can be concluded.
    Unknown(Doubt),
}

/// What a verified success said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidFacts {
    /// Our order number as the provider repeats it.
    pub order: OrderNo,
    /// The provider's own transaction number.
    pub provider_no: String,
    /// The total the provider says was paid.
    pub amount: Amount,
    /// Where the money came from; empty when the provider does not tell.
    pub funding: Vec<Funding>,
    /// The payer's masked login, e.g. `159****5620`.
    pub payer: Option<String>,
    /// When the provider took the money.
    pub paid_at: Option<Stamp>,
    /// In how many months the customer pays it back to 花呗, where the provider tells.
    pub months: Option<u8>,
}

/// One source of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funding {
    /// The provider's channel word, verbatim: `PCREDIT` is 花呗, `ALIPAYACCOUNT` is 余额.
    pub channel: String,
    /// The part of the total that came from it.
    pub amount: Amount,
}

/// A refusal that is final for its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose problem it is and what helps.
    pub cause: Cause,
    /// The provider's own code, e.g. `ACQ.BUYER_BALANCE_NOT_ENOUGH`, for support.
    pub code: String,
    /// The provider's own sentence, possibly empty.
    pub text: String,
}

/// Why a charge was refused, by what a person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Code expired, used or unreadable for the provider: show a fresh one.
    CodeExpired,
    /// The payment could not be carried out this time: try once more with a fresh code.
    TryAgain,
    /// Not enough money in the chosen source: another source or another way to pay.
    NoMoney,
    /// The customer's limit of the day or month is used up.
    CustomerLimit,
    /// The customer must switch on payment codes or the source in the wallet.
    WalletSetting,
    /// No usable source of money for this payment (e.g. 花呗 required and not available).
    NoFunding,
    /// The customer's account cannot pay: frozen, not verified.
    CustomerAccount,
    /// The provider's risk control said no: do not repeat.
    Risk,
    /// Payer and payee are the same account.
    SamePerson,
    /// Above what this product may take in one payment.
    AmountLimit,
    /// The merchant's receiving limit or status: the owner must talk to the provider.
    Merchant,
    /// Contract, keys, clock or settings of this installation are wrong: the owner must repair.
    Setup,
    /// A part of the request was not accepted: a defect or a forbidden word.
    Request,
    /// The provider closed the order before it was paid (customer cancelled or time ran out).
    Closed,
    /// The request never left this machine, because the provider could not be reached.
    NotSent,
    /// A refund gave nothing: all of the payment went back in another way, not by us.
    GivenElsewhere,
    /// A refund gave nothing: the present account knows no such order, so another one took it.
    OtherAccount,
}

impl Cause {
    /// All causes, for tables and tests.
    pub const ALL: [Self; 17] = [
        Self::CodeExpired,
        Self::TryAgain,
        Self::NoMoney,
        Self::CustomerLimit,
        Self::WalletSetting,
        Self::NoFunding,
        Self::CustomerAccount,
        Self::Risk,
        Self::SamePerson,
        Self::AmountLimit,
        Self::Merchant,
        Self::Setup,
        Self::Request,
        Self::Closed,
        Self::NotSent,
        Self::GivenElsewhere,
        Self::OtherAccount,
    ];

    /// Stable name for rows and the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CodeExpired => "code-expired",
            Self::TryAgain => "try-again",
            Self::NoMoney => "no-money",
            Self::CustomerLimit => "customer-limit",
            Self::WalletSetting => "wallet-setting",
            Self::NoFunding => "no-funding",
            Self::CustomerAccount => "customer-account",
            Self::Risk => "risk",
            Self::SamePerson => "same-person",
            Self::AmountLimit => "amount-limit",
            Self::Merchant => "merchant",
            Self::Setup => "setup",
            Self::Request => "request",
            Self::Closed => "closed",
            Self::NotSent => "not-sent",
            Self::GivenElsewhere => "given-elsewhere",
            Self::OtherAccount => "other-account",
        }
    }

    /// The cause of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// How a reverse ended, in the provider's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReverseEnd {
    /// The order was unpaid and is closed for good.
    Closed,
    /// The order was paid and the money went back.
    GivenBack,
    /// The provider did nothing, because it knows no such order.
    Nothing,
}

impl ReverseEnd {
    /// Stable name for rows and the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::GivenBack => "given-back",
            Self::Nothing => "nothing",
        }
    }

    /// The end of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Closed, Self::GivenBack, Self::Nothing]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// Why nothing can be concluded from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// No answer in time, or the connection broke: it may or may not have arrived.
    Lost,
    /// The gateway could not be reached at all: the request never left.
    Unreachable,
    /// The provider says busy, or asks to try again.
    Busy,
    /// The answer is not signed, or not by the provider.
    Unverified,
    /// The answer is not in the protocol's form.
    Garbled,
    /// A verified success whose order, amount or merchant is not ours: never paid, always an alarm.
    Mismatch,
    /// A code we cannot class; the provider must be asked what became of the order.
    Unclear,
    /// This process stopped between asking and hearing.
    Restarted,
}

impl Doubt {
    /// All doubts, for tables and tests.
    pub const ALL: [Self; 8] = [
        Self::Lost,
        Self::Unreachable,
        Self::Busy,
        Self::Unverified,
        Self::Garbled,
        Self::Mismatch,
        Self::Unclear,
        Self::Restarted,
    ];

    /// Stable name for rows and the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Unreachable => "unreachable",
            Self::Busy => "busy",
            Self::Unverified => "unverified",
            Self::Garbled => "garbled",
            Self::Mismatch => "mismatch",
            Self::Unclear => "unclear",
            Self::Restarted => "restarted",
        }
    }

    /// The doubt of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}
