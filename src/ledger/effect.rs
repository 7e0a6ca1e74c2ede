//! What must happen next, as plain data that a shell carries out and a test reads.

use money::Stamp;

/// A question or an order to the provider about one charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AskKind {
    /// Take the money. Leaves at most once per charge, ever.
    Pay,
    /// What became of the order?
    Query,
    /// Make the order impossible, or give its money back.
    Reverse,
    /// Give money back under a refund's number; the same number again gives nothing twice.
    Refund,
    /// What became of the refund?
    RefundQuery,
    /// Make an order with a code that the customer scans. Leaves at most once per charge, ever.
    Precreate,
}

/// What the shell must do for a charge once the step's events are durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the provider now.
    Ask(AskKind),
    /// Nothing until this moment; then ask [`crate::Plan::next`] again.
    Wait(Stamp),
    /// The charge is at its end.
    Rest,
}
