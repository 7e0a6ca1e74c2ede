//! Keys under which nothing is written any more, because somebody was told that they opened
//! nothing.
//!
//! Whoever hears that frees the sale and may charge it again, so a request with the key that comes
//! late must come to nothing, whichever server it comes to and however often they start. The key is
//! therefore closed in the record, in one order with everything that is appended, before it is
//! told.
//!
//! It stays closed for ever: a request to give money back may be sent again days later, and no
//! clock that somebody sets opens it again.

use money::ChargeId;

/// What a key came to that was to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Durable: it opened nothing and asked for no refund, and nothing comes of it.
    Closed,
    /// It opened this charge, or asked for a refund of it, before.
    Bound(ChargeId),
}
