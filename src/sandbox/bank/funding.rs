//! Which sources of money a merchant takes for an order.

use std::collections::BTreeSet;

use money::Instalments;

use crate::customer::{Customer, Purse};

/// What a merchant refuses or insists on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Funding {
    /// Purses that may not pay.
    pub refused: BTreeSet<Purse>,
    /// Only 花呗 by this plan may pay.
    pub instalments: Option<Instalments>,
}

impl Funding {
    /// Whether this customer has what the merchant takes.
    pub fn takes(&self, customer: Customer) -> bool {
        let has_plan = match customer {
            Customer::Instalments => true,
            Customer::Balance
            | Customer::Huabei
            | Customer::Password
            | Customer::Broke
            | Customer::Limit
            | Customer::Frozen => false,
        };
        !self.refused.contains(&customer.purse()) && (has_plan || self.instalments.is_none())
    }
}
