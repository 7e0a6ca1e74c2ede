//! A charge as the page asks for it and as it is told about.

use serde::{Deserialize, Serialize};

use crate::cart::{CartAsk, CartView};
use crate::instalments::InstalmentsPlan;

/// `POST /api/v1/charges`, with the header `Idempotency-Key` (1 to 64 letters, digits, `-`, `_`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChargeAsk {
    /// The till's name for the sale, 1 to 64 letters, digits, `-`, `_`. At most one charge of a
    /// sale is ever open or paid.
    pub sale: String,
    /// What is to be taken, in fen: 1 to 10,000,000,000.
    pub amount_fen: i64,
    /// Whose screen shows the code: the customer's (`scanned`, where it is left out) or ours
    /// (`shown`).
    #[serde(default)]
    pub way: WayName,
    /// The digits that the customer's phone shows, for `scanned`. Never stored, never logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The wallet that is to scan our code, for `shown`: `alipay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The till's name, 1 to 32 letters, digits, `-`, `_`.
    pub device: String,
    /// How the code was read, for `scanned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<CodeSource>,
    /// By which plan of 花呗分期 it must be paid; left out, the customer pays as the wallet lets. One
    /// of those that `GET /api/v1/instalments` tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalments: Option<InstalmentsPlan>,
    /// What is sold. Priced again by the shop's catalogue: where it does not come to `amount_fen`,
    /// nothing is charged. Left out for a sum that was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart: Option<CartAsk>,
}

/// Whose screen shows the code that is paid by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WayName {
    /// The customer's; we scan it.
    #[default]
    Scanned,
    /// Ours; the customer scans it.
    Shown,
}

impl core::fmt::Debug for ChargeAsk {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.debug_struct("ChargeAsk")
            .field("sale", &self.sale)
            .field("amount_fen", &self.amount_fen)
            .field("way", &self.way)
            .field(
                "code",
                &format_args!("({:?} letters)", self.code.as_ref().map(String::len)),
            )
            .field("provider", &self.provider)
            .field("device", &self.device)
            .field("source", &self.source)
            .field("instalments", &self.instalments)
            .field("cart", &self.cart)
            .finish()
    }
}

/// `POST /api/v1/charges/{id}/refunds`, with the header `Idempotency-Key` (1 to 64 letters, digits,
/// `-`, `_`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundAsk {
    /// What is to go back, in fen: from 1 to what is left of the payment.
    pub amount_fen: i64,
    /// Why, up to 200 letters; the customer may read it in the wallet's bill. May be empty.
    pub reason: String,
    /// The till's name, 1 to 32 letters, digits, `-`, `_`; for the record, may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// How a payment code came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CodeSource {
    /// Read by the browser's camera.
    Camera,
    /// Typed by a handheld scanner.
    Scanner,
    /// Typed by a person.
    Typed,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StateName {
    /// The intent is durable; the request is being sent.
    Opened,
    /// Sent, no answer yet.
    Sent,
    /// The customer must confirm on the phone.
    Waiting,
    /// Nothing is known yet; the backend is asking the provider.
    Unknown,
    /// The backend is making sure that no money is or will be taken.
    Reversing,
    /// The provider holds the money.
    Paid,
    /// The provider will never take it.
    Refused,
    /// The order is gone for good; no money was kept.
    Reversed,
}

impl StateName {
    /// True when nothing more can happen.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Paid | Self::Refused | Self::Reversed)
    }
}

/// A charge in its present state. The same form answers every question about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChargeView {
    /// 26 letters and digits; sorts by opening time.
    pub id: String,
    /// The till's name of the sale.
    pub sale: String,
    /// The till's name.
    pub device: String,
    /// In fen.
    pub amount_fen: i64,
    /// ISO 4217; always `CNY` today.
    pub currency: String,
    /// `alipay`, `wechat` or `unionpay`.
    pub provider: String,
    /// Our number at the provider.
    pub order_no: String,
    /// Where it stands.
    pub state: StateName,
    /// Number of events in the history; grows with every change.
    pub revision: u32,
    /// When it was opened.
    pub opened_ms: i64,
    /// When it last changed.
    pub changed_ms: i64,
    /// Until when the customer can confirm; after it the backend reverses by itself.
    pub deadline_ms: i64,
    /// Whose screen shows the code.
    #[serde(default)]
    pub way: WayName,
    /// What the QR code on our screen must say; only while it may be scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<String>,
    /// Until when it may be scanned; only while it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_until_ms: Option<i64>,
    /// By which plan of 花呗分期 it must be paid; absent where the customer may choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalments: Option<InstalmentsPlan>,
    /// What was sold; absent for a sum that was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart: Option<CartView>,
    /// In how many months the customer pays it back to 花呗, once paid and told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_months: Option<u8>,
    /// The provider's own number, once known.
    pub provider_no: Option<String>,
    /// Where the money came from; empty unless paid and told.
    pub funding: Vec<FundingView>,
    /// The payer's masked login, where told.
    pub payer: Option<String>,
    /// Why it was refused.
    pub refusal: Option<RefusalView>,
    /// Why it is in doubt: `lost`, `busy`, `unverified`, `garbled`, `mismatch`, `unclear`,
    /// `restarted`.
    pub doubt: Option<String>,
    /// How a reverse began (`cashier`, `deadline`, `code-lost`).
    pub reverse_why: Option<String>,
    /// How a reverse ended (`closed`, `given-back`, `nothing`).
    pub reverse_end: Option<String>,
    /// What went back to the customer by refunds, in fen.
    pub refunded_fen: i64,
    /// What may still be asked back, in fen: the payment less all refunds that are given or asked.
    pub refund_rest_fen: i64,
    /// Every refund, in the order in which they were asked for.
    pub refunds: Vec<RefundView>,
    /// Each state it went through.
    pub history: Vec<StepView>,
}

/// Money that goes back, or is to go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundView {
    /// Our number of it at the provider.
    pub no: String,
    /// In fen.
    pub amount_fen: i64,
    /// Why; possibly empty.
    pub reason: String,
    /// Who asked: a till's name, possibly empty.
    pub by: String,
    /// Where it stands.
    pub state: RefundStateName,
    /// When it was asked for.
    pub asked_ms: i64,
    /// When the money went back, where the provider tells.
    pub given_ms: Option<i64>,
    /// Why it was refused.
    pub refusal: Option<RefusalView>,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RefundStateName {
    /// The intent is durable; the provider is asked until it answers.
    Asked,
    /// The customer has the money.
    Given,
    /// The provider gave nothing back; its sum may be asked for again.
    Refused,
}

/// One source of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FundingView {
    /// The provider's word: `PCREDIT` is 花呗.
    pub channel: String,
    /// In fen.
    pub amount_fen: i64,
}

/// Why a charge was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefusalView {
    /// One of the stable causes, e.g. `no-money`.
    pub cause: String,
    /// The provider's own code, for support.
    pub code: String,
    /// The provider's own sentence, possibly empty.
    pub text: String,
}

/// One line of a charge's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StepView {
    /// 1, 2, 3 …
    pub revision: u32,
    /// When.
    pub at_ms: i64,
    /// What: `opened`, `sent`, `waiting`, `shown`, `doubted`, `paid`, `refused`, `reverse-begun`,
    /// `paid-while-reversing`, `return-begun`, `reversed`, `refund-asked`, `refund-given`,
    /// `refund-refused`, `refund-doubted`.
    pub fact: String,
    /// The cause, doubt or end as a stable text, where there is one.
    pub detail: Option<String>,
}

/// `GET /api/v1/charges`: the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChargeList {
    /// At most the asked number.
    pub charges: Vec<ChargeView>,
    /// Pass as `before` to go on; absent at the end.
    pub next_before: Option<String>,
}
