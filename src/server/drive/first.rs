//! The one ask that makes an order, by the way in which the customer pays. It leaves once.

use ledger::{Charge, Way, plan};
use money::{PayCode, Provider};
use provider::{Ask, CodeAsk, CodeLife, CodeProduct, PayAsk, Sources};

/// How the customer pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// By this code, which we have scanned.
    Scanned(PayCode),
    /// By scanning a code on our screen, with this wallet.
    Shown(Provider),
}

impl Means {
    /// Whose wallet.
    pub const fn provider(&self) -> Provider {
        match self {
            Self::Scanned(code) => code.provider(),
            Self::Shown(provider) => *provider,
        }
    }

    /// Whose screen shows the code.
    pub const fn way(&self) -> Way {
        match self {
            Self::Scanned(_) => Way::Scanned,
            Self::Shown(_) => Way::Shown,
        }
    }
}

/// What the provider is asked for first: `Pay`, or a code that can be paid for as long as the plan
/// says. The terms are those of the record.
pub(super) fn first_ask(charge: &Charge, means: Means, subject: &str) -> Ask {
    let (order, amount) = (charge.order_no(), charge.amount());
    let (subject, device) = (subject.to_owned(), charge.device().to_owned());
    let sources = Sources {
        instalments: charge.instalments(),
        ..Sources::default()
    };
    match means {
        Means::Scanned(code) => Ask::Pay(PayAsk {
            order,
            amount,
            code,
            subject,
            device,
            sources,
        }),
        Means::Shown(_) => Ask::Precreate(CodeAsk {
            order,
            amount,
            subject,
            device,
            life: CodeLife::lasting(plan::ALIPAY.show_ms),
            product: CodeProduct::InPerson,
            sources,
        }),
    }
}

#[cfg(test)]
mod tests;
