//! One short sentence that goes away by itself.

use money::{Amount, NotOffered, Provider};

/// What is to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// There is no amount yet.
    AmountMissing,
    /// There is an amount, but no code yet.
    ShowCode,
    /// What was read is some other QR code.
    NotPaymentCode,
    /// Digits, but not as many as a payment code has.
    CodeLength,
    /// A wallet that this shop does not take.
    ProviderOff(Provider),
    /// This code was charged a moment ago.
    CodeUsed,
    /// The code in hand is too old.
    CodeExpired,
    /// The backend cannot be reached.
    Offline,
    /// The sale on the screen comes first.
    FinishFirst,
    /// A sale that was in doubt is paid.
    DoubtPaid(Amount),
    /// A sale that was in doubt took nothing.
    DoubtFreed(Amount),
    /// The charge could not be reversed any more.
    CancelLate,
    /// The amount cannot be paid by the chosen plan.
    PlanOff(NotOffered),
    /// The chosen plan is Alipay's, the code is not.
    PlanNeedsAlipay,
    /// The cart does not come to what was shown: nothing was charged.
    GoodsChanged,
    /// The cart or the line has no room for more.
    CartFull,
}

impl Notice {
    /// How long it stays.
    pub(super) const fn shown_ms(&self) -> i64 {
        match self {
            Self::DoubtPaid(_) | Self::DoubtFreed(_) | Self::GoodsChanged => 12_000,
            Self::AmountMissing
            | Self::ShowCode
            | Self::NotPaymentCode
            | Self::CodeLength
            | Self::ProviderOff(_)
            | Self::CodeUsed
            | Self::CodeExpired
            | Self::Offline
            | Self::FinishFirst
            | Self::CancelLate
            | Self::PlanOff(_)
            | Self::PlanNeedsAlipay
            | Self::CartFull => 3_500,
        }
    }

    /// True when it tells of an earlier sale, so that nothing is wrong with this one.
    pub(crate) const fn is_about_past(&self) -> bool {
        matches!(self, Self::DoubtPaid(_) | Self::DoubtFreed(_))
    }

    /// True when it belongs to the camera's picture rather than to the amount.
    pub(crate) const fn is_about_code(&self) -> bool {
        match self {
            Self::ShowCode
            | Self::NotPaymentCode
            | Self::CodeLength
            | Self::ProviderOff(_)
            | Self::CodeUsed
            | Self::CodeExpired => true,
            Self::AmountMissing
            | Self::Offline
            | Self::FinishFirst
            | Self::DoubtPaid(_)
            | Self::DoubtFreed(_)
            | Self::CancelLate
            | Self::PlanOff(_)
            | Self::PlanNeedsAlipay
            | Self::GoodsChanged
            | Self::CartFull => false,
        }
    }
}
