//! What the event stream `GET /api/v1/events` says besides charges.
//!
//! Server-sent events: `hello` once ([`Hello`]), `charge` for every durable change
//! ([`crate::ChargeView`]), `beat` every two seconds ([`Beat`]). Silence over five seconds means
//! that the screen is stale.

use serde::{Deserialize, Serialize};

use crate::instalments::InstalmentsTerms;

/// The first event of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hello {
    /// The backend's version.
    pub version: String,
    /// The backend's clock.
    pub now_ms: i64,
    /// What the customer and the owner read as the shop's name.
    pub shop: String,
    /// Providers that can be charged: `alipay`, ...
    pub providers: Vec<String>,
    /// Above this sum the till asks the cashier to confirm; absent when it never asks.
    pub confirm_above_fen: Option<i64>,
    /// The most that one charge may take.
    pub charge_max_fen: i64,
    /// True when the provider is the sandbox: no real money moves.
    pub is_sandbox: bool,
    /// What the shop offers of 花呗分期.
    #[serde(default)]
    pub instalments: InstalmentsTerms,
    /// True when the backend prints at a printer of its own.
    #[serde(default)]
    pub has_printer: bool,
}

/// A sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beat {
    /// The backend's clock.
    pub now_ms: i64,
    /// Number of the last durable event of the whole shop.
    pub seq: u64,
    /// Charges whose end is not known yet.
    pub in_doubt: u32,
    /// False when the last ask to the provider could not be delivered.
    pub is_provider_reachable: bool,
    /// Stable name of the worst complaint of `/healthz`: `loop-stopped`, `record-unwritable`,
    /// `clock-wrong`, `provider-refuses`; absent while charges can be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
}
