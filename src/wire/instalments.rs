//! 花呗分期 as the page asks for it, and what a shop offers.

use serde::{Deserialize, Serialize};

/// A plan of 花呗分期. With it a charge can be paid in no other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InstalmentsPlan {
    /// In how many months the customer pays: 3, 6 or 12.
    pub months: u8,
    /// Who bears the fee, as a whole.
    pub fee_on: FeeOnName,
}

/// Who bears the fee of instalments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FeeOnName {
    /// The customer pays it on top of the sum.
    Customer,
    /// The shop gets that much less.
    Shop,
}

/// `GET /api/v1/instalments?amount_fen=…`: by which plans that sum can be paid, and what each
/// costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InstalmentsOffer {
    /// The sum that was asked about, in fen.
    pub amount_fen: i64,
    /// The smallest sum that the shop takes in instalments, in fen.
    pub least_fen: i64,
    /// The plans for this sum, fewer months first; empty for a sum that is too small.
    pub plans: Vec<PlanView>,
}

/// What one plan costs for one sum: an estimate by the rates of the shop's contract, rounded up.
/// The wallet shows the customer what counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlanView {
    /// In how many months the customer pays.
    pub months: u8,
    /// Who bears the fee.
    pub fee_on: FeeOnName,
    /// The fee in percent of the sum, `2.3%`.
    pub rate: String,
    /// The fee, whoever bears it, in fen.
    pub fee_fen: i64,
    /// What the customer pays altogether, in fen.
    pub total_fen: i64,
    /// What the customer pays in every month but one, in fen.
    pub each_fen: i64,
    /// What the customer pays in that one month, which carries what cannot be divided, in fen.
    pub odd_fen: i64,
}
