//! What we ask a provider, before it is bytes.

use ledger::AskKind;
use money::{Amount, OrderNo, PayCode, RefundNo};

use crate::alipay::precreate::CodeAsk;
use crate::alipay::sources::Sources;

/// One question or order to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Take the money from the wallet that showed this code.
    Pay(PayAsk),
    /// Make an order with a code that the customer scans.
    Precreate(CodeAsk),
    /// What became of the order?
    Query(OrderNo),
    /// Make the order impossible, or give its money back.
    Reverse(OrderNo),
    /// Give money back under this number; the same number again gives nothing twice.
    Refund(RefundAsk),
    /// What became of a refund?
    RefundQuery {
        /// The paid order.
        order: OrderNo,
        /// Our number of the refund.
        refund: RefundNo,
    },
}

/// What a payment request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayAsk {
    /// Our number, unique for ever.
    pub order: OrderNo,
    /// The sum; never zero.
    pub amount: Amount,
    /// The customer's code, in memory only.
    pub code: PayCode,
    /// What the customer reads in the wallet's bill.
    pub subject: String,
    /// The till's name, for the provider's own record.
    pub device: String,
    /// What the customer's sources of money must be; the neutral value leaves them all open.
    pub sources: Sources,
}

/// What a refund request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAsk {
    /// The paid order.
    pub order: OrderNo,
    /// Our number of the refund, the same at every repeat.
    pub refund: RefundNo,
    /// How much goes back; never zero, never more than is left of the payment.
    pub amount: Amount,
    /// Why, in words that the customer may read; possibly empty.
    pub reason: String,
}

impl Ask {
    /// Which kind of ask it is.
    pub const fn kind(&self) -> AskKind {
        match self {
            Self::Pay(_) => AskKind::Pay,
            Self::Precreate(_) => AskKind::Precreate,
            Self::Query(_) => AskKind::Query,
            Self::Reverse(_) => AskKind::Reverse,
            Self::Refund(_) => AskKind::Refund,
            Self::RefundQuery { .. } => AskKind::RefundQuery,
        }
    }

    /// The order it is about.
    pub const fn order(&self) -> &OrderNo {
        match self {
            Self::Pay(pay) => &pay.order,
            Self::Precreate(code) => &code.order,
            Self::Query(order) | Self::Reverse(order) | Self::RefundQuery { order, .. } => order,
            Self::Refund(refund) => &refund.order,
        }
    }

    /// The refund it is about, if it is about one.
    pub const fn refund(&self) -> Option<RefundNo> {
        match self {
            Self::Refund(ask) => Some(ask.refund),
            Self::RefundQuery { refund, .. } => Some(*refund),
            Self::Pay(_) | Self::Precreate(_) | Self::Query(_) | Self::Reverse(_) => None,
        }
    }
}
