//! Providers' languages: our meaning to signed bytes, and verified bytes back to meaning.
//!
//! Speaks, does not call: no HTTP client, no clock, no store.

pub mod alipay;
pub mod ask;
pub mod cert;
pub mod message;
pub mod sign;

mod pem;

pub use alipay::balance::Balance;
pub use alipay::bill::{Bill, BillError, BillKind, BillOutcome, BillSpan};
pub use alipay::notice::{Distrust, NOTICE_TAKEN, Notice, RefundTold};
pub use alipay::precreate::{CodeAsk, CodeLife, CodeOutcome, CodeProduct};
pub use alipay::sources::{Channel, Disabled, Sources, TooMany};
pub use alipay::{Account, Alipay, CertSet, Denied, Trust};
pub use ask::{Ask, PayAsk, RefundAsk};
pub use message::{Reply, Request, WireFault};
pub use sign::{PrivateKey, PublicKey, SecretError};
