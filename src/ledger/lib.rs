//! The law of a charge: what may happen, in which order, and what must happen next.
//!
//! Pure: no IO, no clock, no async, no serialisation. A shell feeds it what a provider said and
//! what time it is, makes the returned events durable, and then carries out the returned effect.
//!
//! The rules come from an exhaustive search over one sale with two attempts: send `Pay` once, ask
//! by our own number, write `Reversing` before the reverse leaves, never give up. Each shortcut
//! (absent means failed, failed after n tries, a paid notice ends reversing, reverse without a
//! durable mark) is known to lose money.

pub mod chain;
pub mod charge;
pub mod effect;
pub mod event;
pub mod outcome;
pub mod plan;
#[cfg(feature = "planted")]
pub mod planted;
pub mod posting;
pub mod refund;
pub mod state;

#[cfg(test)]
mod tests;

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("planted defects are for tests: a release is built without the feature `planted`");

pub use chain::{ChainHash, bond, link};
pub use charge::{Asked, Charge, FoldError, IllegalMove, Opening, Step};
pub use effect::{AskKind, Effect};
pub use event::{Event, Fact, Opened, ReverseWhy, Way, is_showable};
pub use outcome::{Cause, Doubt, Funding, Outcome, PaidFacts, Refusal, ReverseEnd};
pub use plan::{Chase, Plan, RefundChase};
pub use posting::{Account, Books, Posting};
pub use refund::{
    GivenSum, OrderTold, Refund, RefundForbidden, RefundOutcome, RefundReply, RefundState,
    RefundWish,
};
pub use state::State;
