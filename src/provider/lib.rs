//! Providers' languages: our meaning to signed bytes, and verified bytes back to meaning.
//!
//! Speaks, does not call: no HTTP client, no clock, no store.

pub mod ask;
pub mod message;

pub use ask::{Ask, PayAsk};
pub use message::{Reply, Request, WireFault};
