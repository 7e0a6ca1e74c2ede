//! Where a charge stands, and which moves are legal.

use money::Stamp;

use crate::event::ReverseWhy;
use crate::outcome::{Doubt, PaidFacts, Refusal, ReverseEnd};

/// The state of a charge; each state carries what is known in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The intent is durable. `Pay` may be on its way.
    Opened,
    /// `Pay` left; no answer yet.
    Sent,
    /// The customer is asked to confirm.
    Waiting,
    /// Nothing is known; the provider is being asked.
    Unknown(Doubt),
    /// The order is being made impossible.
    Reversing {
        /// Who decided.
        why: ReverseWhy,
        /// Since when.
        since: Stamp,
    },
    /// The provider holds the money. End.
    Paid(PaidFacts),
    /// The provider will never take it. End.
    Refused(Refusal),
    /// The order is gone for good. End.
    Reversed {
        /// Who decided.
        why: ReverseWhy,
        /// How it ended.
        end: ReverseEnd,
    },
}

impl State {
    /// Stable name for rows and the wire.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Sent => "sent",
            Self::Waiting => "waiting",
            Self::Unknown(_) => "unknown",
            Self::Reversing { .. } => "reversing",
            Self::Paid(_) => "paid",
            Self::Refused(_) => "refused",
            Self::Reversed { .. } => "reversed",
        }
    }

    /// True when nothing more can happen to this charge.
    pub const fn is_end(&self) -> bool {
        match self {
            Self::Paid(_) | Self::Refused(_) | Self::Reversed { .. } => true,
            Self::Opened
            | Self::Sent
            | Self::Waiting
            | Self::Unknown(_)
            | Self::Reversing { .. } => false,
        }
    }

    /// True when the sale may be charged again: this charge can never hold money.
    pub const fn frees_sale(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Reversed { .. } => true,
            Self::Opened
            | Self::Sent
            | Self::Waiting
            | Self::Unknown(_)
            | Self::Reversing { .. }
            | Self::Paid(_) => false,
        }
    }
}
