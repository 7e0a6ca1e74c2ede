//! The shop's books at the provider, as `/api/v1/balance` and `/api/v1/bills/{day}` show them.

use serde::{Deserialize, Serialize};

use crate::StateName;

/// `GET /api/v1/balance`: what stands on the shop's account at the provider, in fen. An account
/// can be overdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BalanceView {
    /// Everything on it.
    pub total_fen: i64,
    /// What can be used, e.g. for refunds.
    pub available_fen: i64,
    /// What is held back.
    pub frozen_fen: i64,
    /// When it was asked for.
    pub at_ms: i64,
}

/// `GET /api/v1/bills/{day}`: the provider's bill of a day against the shop's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BillView {
    /// The day in Beijing, `2026-11-22`.
    pub day: String,
    /// Whose bill it is: the account's number as the provider writes it.
    pub account: String,
    /// How many payments the bill has, of any program that uses the account.
    pub payments: u64,
    /// What the shop got of them before the fee, in fen.
    pub received_fen: i64,
    /// How many refunds and reversals the bill has.
    pub refunds: u64,
    /// What went back, in fen, not above zero.
    pub given_back_fen: i64,
    /// The provider's fee, in fen: below zero where the shop pays.
    pub fee_fen: i64,
    /// Rows of the bill that the record tells in the same way.
    pub matched: u64,
    /// Rows that the record does not tell: of another program, or a loss.
    pub only_provider: Vec<BillRow>,
    /// What the record tells of that day and the bill does not have.
    pub only_ours: Vec<BillRow>,
    /// Rows whose sum is another one in the record.
    pub other_amount: Vec<BillRow>,
    /// How many rows the three lists would have; each list ends after 500.
    pub differences: u64,
}

/// A movement of money on which bill and record differ. Sums are in fen, below zero where money
/// went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BillRow {
    /// Which way the money went.
    pub moved: MovedName,
    /// The merchant's number of the order.
    pub order_no: String,
    /// The number of the refund, where there is one.
    pub refund_no: Option<String>,
    /// The provider's number of the order, from the bill.
    pub provider_no: Option<String>,
    /// Our charge, when the order is one of ours.
    pub charge: Option<String>,
    /// Where our charge stands now.
    pub state: Option<StateName>,
    /// The sum in the bill.
    pub provider_fen: Option<i64>,
    /// The sum in the record.
    pub our_fen: Option<i64>,
    /// When it moved: by the bill, otherwise by the record.
    pub at_ms: i64,
    /// The line in the bill's file.
    pub line: Option<u64>,
}

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MovedName {
    /// To the shop.
    Payment,
    /// Back to the customer, by a refund or by a reversal.
    Refund,
}
