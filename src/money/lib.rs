//! Facts about money that the page and the backend must agree on.
//!
//! Pure: no IO, no clock, no randomness, no floating point. Time and entropy come in through
//! [`World`], which only the binary and the tests implement.

pub mod amount;
pub mod id;
pub mod instalments;
pub mod paycode;
pub mod stamp;
pub mod world;

#[cfg(test)]
mod tests;

pub use amount::{Amount, AmountError};
pub use id::{ChargeId, IdError, OrderNo, RefundNo};
pub use instalments::{
    FeeOn, Instalments, Months, NotOffered, Offer, Offered, PlanTwice, Quote, Rate,
};
pub use paycode::{CodeError, PayCode, Provider};
pub use stamp::Stamp;
pub use world::World;
