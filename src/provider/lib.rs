//! Providers' languages: our meaning to signed bytes, and verified bytes back to meaning.
//!
//! Speaks, does not call: no HTTP client, no clock, no store.

pub mod alipay;
pub mod ask;
pub mod cert;
pub mod message;
pub mod sign;

mod pem;

pub use alipay::{Account, Alipay, CertSet, Trust};
pub use ask::{Ask, PayAsk};
pub use message::{Reply, Request, WireFault};
pub use sign::{PrivateKey, PublicKey, SecretError};
