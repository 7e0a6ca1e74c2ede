//! 花呗分期 as the page asks for it, and what a shop offers.

use money::{Amount, FeeOn, Instalments, Months, Offer, Offered, Rate};
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

impl From<FeeOnName> for FeeOn {
    fn from(name: FeeOnName) -> Self {
        match name {
            FeeOnName::Customer => Self::Customer,
            FeeOnName::Shop => Self::Shop,
        }
    }
}

impl From<FeeOn> for FeeOnName {
    fn from(bearer: FeeOn) -> Self {
        match bearer {
            FeeOn::Customer => Self::Customer,
            FeeOn::Shop => Self::Shop,
        }
    }
}

impl From<Instalments> for InstalmentsPlan {
    fn from(plan: Instalments) -> Self {
        Self {
            months: plan.months.count(),
            fee_on: plan.fee_on.into(),
        }
    }
}

/// All that a shop offers, so that a page can tell what a plan costs while the sum is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstalmentsTerms {
    /// The smallest sum that the shop takes in instalments, in fen.
    pub least_fen: i64,
    /// The plans; none where the shop takes no instalments.
    pub plans: Vec<PlanTerms>,
}

/// One plan that a shop offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanTerms {
    /// In how many months the customer pays.
    pub months: u8,
    /// Who bears the fee.
    pub fee_on: FeeOnName,
    /// The fee in percent of the sum, `2.3%`.
    pub rate: String,
}

impl From<&Offer> for InstalmentsTerms {
    fn from(offer: &Offer) -> Self {
        let plan = |one: &Offered| PlanTerms {
            months: one.plan.months.count(),
            fee_on: one.plan.fee_on.into(),
            rate: one.rate.to_string(),
        };
        Self {
            least_fen: offer.least().fen(),
            plans: offer.plans().iter().map(plan).collect(),
        }
    }
}

impl InstalmentsTerms {
    /// The offer that these words stand for. A plan that this program cannot read, because the
    /// backend is newer, is left out.
    pub fn offer(&self) -> Offer {
        let plan = |one: &PlanTerms| {
            let (months, rate) = (Months::of(one.months)?, Rate::parse(&one.rate)?);
            let fee_on = one.fee_on.into();
            let plan = Instalments { months, fee_on };
            Some(Offered { plan, rate })
        };
        let plans = self.plans.iter().filter_map(plan).collect();
        let least = Amount::from_fen(self.least_fen).unwrap_or_default();
        Offer::of(plans, least).unwrap_or_default()
    }
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

#[cfg(test)]
mod tests {
    use money::{Amount, FeeOn, Instalments, Months, Offer, Offered, Rate};

    use super::{FeeOnName, InstalmentsTerms, PlanTerms};

    fn offered(months: Months, fee_on: FeeOn, rate: &str) -> Offered {
        let rate = Rate::parse(rate).expect("a rate");
        let plan = Instalments { months, fee_on };
        Offered { plan, rate }
    }

    #[test]
    fn an_offer_comes_over_the_wire_as_it_was() {
        let plans = vec![
            offered(Months::Three, FeeOn::Shop, "1.8%"),
            offered(Months::Twelve, FeeOn::Customer, "7.5%"),
        ];
        let least = Amount::from_fen(10_000).unwrap_or_default();
        let offer = Offer::of(plans, least).expect("no plan stands there twice");
        assert_eq!(InstalmentsTerms::from(&offer).offer(), offer);
    }

    #[test]
    fn a_plan_of_a_newer_backend_is_left_out_and_the_others_are_offered() {
        let plan = |months, rate: &str| PlanTerms {
            months,
            fee_on: FeeOnName::Customer,
            rate: rate.to_owned(),
        };
        let terms = InstalmentsTerms {
            least_fen: 0,
            plans: vec![plan(24, "12%"), plan(6, "by weight"), plan(3, "2.3%")],
        };
        let known = offered(Months::Three, FeeOn::Customer, "2.3%");
        assert_eq!(terms.offer().plans(), [known]);
    }
}
