//! What we ask a provider, before it is bytes.

use ledger::AskKind;
use money::{Amount, OrderNo, PayCode};

/// One question or order to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Take the money from the wallet that showed this code.
    Pay(PayAsk),
    /// What became of the order?
    Query(OrderNo),
    /// Make the order impossible, or give its money back.
    Reverse(OrderNo),
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
}

impl Ask {
    /// Which kind of ask it is.
    pub const fn kind(&self) -> AskKind {
        match self {
            Self::Pay(_) => AskKind::Pay,
            Self::Query(_) => AskKind::Query,
            Self::Reverse(_) => AskKind::Reverse,
        }
    }

    /// The order it is about.
    pub const fn order(&self) -> &OrderNo {
        match self {
            Self::Pay(pay) => &pay.order,
            Self::Query(order) | Self::Reverse(order) => order,
        }
    }
}
